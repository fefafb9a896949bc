// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/scu_session.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/scu.h>

#include <utility>

#include "network/dicom_services.h"
#include "network/transport.h"

namespace seedaudit {
namespace {

/// DCMTK keeps the one call that sets a TLS layer for derived classes.
struct Opened : DcmSCU {
  using DcmSCU::useSecureConnection;
};

}  // namespace

Result<ScuSession> ScuSession::make(const Peer& peer, const std::string& own_title, const TlsFiles& tls, std::shared_ptr<DcmSCU> scu) {
  initialise_network();
  if (Status s = check_ae_title(own_title); !s) return s.error();
  ScuSession session;
  session.peer_ = peer;
  session.scu_ = scu ? std::move(scu) : std::make_shared<DcmSCU>();
  DcmSCU& s = *session.scu_;
  s.setAETitle(own_title.c_str());
  s.setPeerAETitle(peer.ae_title.c_str());
  s.setPeerHostName(peer.host.c_str());
  s.setPeerPort(static_cast<Uint16>(peer.port));
  s.setDIMSEBlockingMode(DIMSE_NONBLOCKING);
  s.setDIMSETimeout(600);  // an archive may fetch from tape
  s.setACSETimeout(30);
  s.setConnectionTimeout(30);
  if (tls.used()) {
    auto layer = make_tls_layer(tls, TransportRole::requestor);
    if (!layer) return layer.error();
    session.tls_ = *layer;
  }
  return session;
}

void ScuSession::propose(const char* sop_class_uid) {
  OFList<OFString> plain;
  for (const char* s : plain_syntaxes()) plain.push_back(s);
  scu_->addPresentationContext(sop_class_uid, plain);
}

Status ScuSession::connect() {
  const auto failed = [&](const char* what, const OFCondition& why) {
    std::string text = why.text();
    while (!text.empty() && (text.back() == '\n' || text.back() == '.' || text.back() == ' ')) text.pop_back();
    for (char& c : text)
      if (c == '\n') c = ' ';
    return Error{ErrorCode::peer_failed, std::string(what) + ": " + text, peer_.text(),
                 "Check host, port, both AE titles, and whether the peer knows this one and speaks TLS as asked."};
  };
  if (const OFCondition good = scu_->initNetwork(); good.bad()) return failed("no network", good);
  if (tls_)
    if (const OFCondition good = ((*scu_).*(&Opened::useSecureConnection))(tls_.get()); good.bad())
      return failed("no secure connection", good);
  if (const OFCondition good = scu_->negotiateAssociation(); good.bad()) return failed("no association with the peer", good);
  return ok_status();
}

}  // namespace seedaudit
