// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace seedaudit::test {

/// Of one authority, made by openssl in a folder: PEM files <name>.pem, <name>-host.key and <name>-host.pem, which <name> signed.
class TlsCertificates {
 public:
  TlsCertificates(const std::filesystem::path& folder, const std::string& name);
  std::filesystem::path authority() const { return folder_ / (name_ + ".pem"); }
  std::filesystem::path key() const { return folder_ / (name_ + "-host.key"); }
  std::filesystem::path certificate() const { return folder_ / (name_ + "-host.pem"); }
  /// Arguments of receive, push and pull: shows this host's certificate and trusts `trusted`.
  std::string options(const TlsCertificates& trusted) const;
  std::string options() const { return options(*this); }

 private:
  std::filesystem::path folder_;
  std::string name_;
};

}  // namespace seedaudit::test
