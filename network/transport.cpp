// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/transport.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dul.h>
#include <dcmtk/dcmtls/tlslayer.h>

#include <cstdlib>

#include "io/dicom_runtime.h"

namespace seedaudit {
namespace {

constexpr int kConnectSeconds = 30;

Error unusable(const char* what, const std::filesystem::path& file) {
  return {ErrorCode::invalid_option, what, file.string(), "Give PEM files that this user can read."};
}

}  // namespace

void initialise_network() {
  initialise_dicom();
  setenv("TCP_NODELAY", "1", 0);
  dcmDisableGethostbyaddr.set(OFTrue);
  dcmConnectionTimeout.set(kConnectSeconds);
}

Result<std::shared_ptr<DcmTransportLayer>> make_tls_layer(const TlsFiles& files, TransportRole role) {
  if (Status s = files.check(); !s) return s.error();
  auto layer = std::make_shared<DcmTLSTransportLayer>(role == TransportRole::acceptor ? NET_ACCEPTOR : NET_REQUESTOR, nullptr, OFTrue);
  if (layer->setPrivateKeyFile(files.key.c_str(), DCF_Filetype_PEM).bad()) return unusable("the private key cannot be used", files.key);
  if (layer->setCertificateFile(files.certificate.c_str(), DCF_Filetype_PEM).bad())
    return unusable("the certificate cannot be used", files.certificate);
  if (!layer->checkPrivateKeyMatchesCertificate()) return unusable("the certificate does not belong to the key", files.certificate);
  if (layer->addTrustedCertificateFile(files.authority.c_str(), DCF_Filetype_PEM).bad())
    return unusable("the authority's certificate cannot be used", files.authority);
  if (layer->setTLSProfile(TSP_Profile_BCP195).bad() || layer->activateCipherSuites().bad())
    return Error{ErrorCode::internal, "the TLS profile of BCP 195 is not available", "", "Check the OpenSSL of this machine."};
  layer->setCertificateVerification(DCV_requireCertificate);
  return std::shared_ptr<DcmTransportLayer>(layer);
}

}  // namespace seedaudit
