// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/orthanc_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/free_ports.h"

namespace seedaudit::test {
namespace {

constexpr const char* kProgram = "/usr/sbin/Orthanc";

}  // namespace

std::string OrthancServer::obstacle() {
  if (::access(kProgram, X_OK) != 0) return "Orthanc is not installed (scripts/install-dependencies --services)";
  if (std::system("command -v movescu >/dev/null 2>&1") != 0)
    return "DCMTK's movescu is not installed (scripts/install-dependencies --services)";
  return {};
}

OrthancServer::OrthancServer(const std::map<std::string, int>& known, const TlsCertificates* tls) : port_(free_ports(1).front()) {
  nlohmann::json modalities = nlohmann::json::object();
  for (const auto& [title, port] : known)
    modalities[title] = {{"AET", title}, {"Host", "127.0.0.1"}, {"Port", port}, {"UseDicomTls", tls != nullptr}};
  const std::string store = (folder_ / "store").string();
  nlohmann::json settings{{"Name", "test"},
                          {"DicomAet", "ORTHANC"},
                          {"DicomPort", port_},
                          {"DicomCheckCalledAet", true},
                          {"DicomAlwaysAllowStore", true},
                          {"DicomAlwaysAllowFind", true},
                          {"DicomAlwaysAllowGet", true},
                          {"DicomAlwaysAllowMove", true},
                          {"DicomModalities", modalities},
                          {"HttpServerEnabled", false},
                          {"Plugins", nlohmann::json::array()},
                          {"StorageDirectory", store},
                          {"IndexDirectory", store}};
  if (tls != nullptr)
    settings.update({{"DicomTlsEnabled", true},
                     {"DicomTlsCertificate", tls->certificate().string()},
                     {"DicomTlsPrivateKey", tls->key().string()},
                     {"DicomTlsTrustedCertificates", tls->authority().string()},
                     {"DicomTlsRemoteCertificateRequired", true}});
  std::ofstream(folder_ / "orthanc.json") << settings.dump(2);
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Without it every object waits for a delayed acknowledgement of TCP.
    ::setenv("TCP_NODELAY", "1", 1);
    const int fd = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
    ::execl(kProgram, kProgram, (folder_ / "orthanc.json").c_str(), nullptr);
    ::_exit(127);
  }
  for (int i = 0; i < 2000 && log().find("Orthanc has started") == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  INFO(log());
  REQUIRE(log().find("Orthanc has started") != std::string::npos);
}

OrthancServer::~OrthancServer() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace seedaudit::test
