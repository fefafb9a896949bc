// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/tls_certificates.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/cli/case_on_disk.h"

namespace seedaudit::test {

TlsCertificates::TlsCertificates(const std::filesystem::path& folder, const std::string& name) : folder_(folder), name_(name) {
  const auto in = [&](const std::string& file) { return quoted(folder / file); };
  const std::string request = "openssl req -newkey rsa:2048 -nodes -days 30 ";
  const std::string make = request + "-x509 -subj /CN=" + name + " -keyout " + in(name + ".key") + " -out " + in(name + ".pem") +
                           " 2>/dev/null && " + request + "-subj /CN=host-" + name + " -keyout " + in(name + "-host.key") + " -out " +
                           in(name + ".csr") + " 2>/dev/null && openssl x509 -req -days 30 -in " + in(name + ".csr") + " -CA " +
                           in(name + ".pem") + " -CAkey " + in(name + ".key") + " -CAcreateserial -out " + in(name + "-host.pem") +
                           " 2>/dev/null";
  REQUIRE(std::system(make.c_str()) == 0);
}

std::string TlsCertificates::options(const TlsCertificates& trusted) const {
  return "--tls-key " + quoted(key()) + " --tls-cert " + quoted(certificate()) + " --tls-ca " + quoted(trusted.authority());
}

}  // namespace seedaudit::test
