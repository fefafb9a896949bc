// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/send_objects.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmnet/scu.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "io/dicom_dataset.h"
#include "network/dicom_services.h"
#include "network/scu_session.h"
#include "network/transport.h"

namespace seedaudit {
namespace {

struct Outgoing {
  std::string path, sop_class, syntax;
};

bool is_plain(const std::string& syntax) {
  return std::any_of(plain_syntaxes().begin(), plain_syntaxes().end(), [&](const char* s) { return syntax == s; });
}

using Kind = std::pair<std::string, std::string>;  ///< SOP class, and the transfer syntax where it is compressed
Kind kind_of(const Outgoing& o) { return {o.sop_class, is_plain(o.syntax) ? std::string() : o.syntax}; }

std::string hexadecimal(unsigned status) {
  char text[8];
  std::snprintf(text, sizeof text, "%04X", status & 0xFFFFU);
  return text;
}

void send_one(DcmSCU& scu, const Outgoing& object, SendResult& result) {
  T_ASC_PresentationContextID context = 0;
  const Kind kind = kind_of(object);
  if (!kind.second.empty())
    context = scu.findPresentationContextID(object.sop_class.c_str(), object.syntax.c_str());
  else
    for (const char* s : plain_syntaxes())
      if (context == 0) context = scu.findPresentationContextID(object.sop_class.c_str(), s);
  if (context == 0) {
    result.failures.push_back(
        {object.path, "the peer takes no object of class " + object.sop_class + " in transfer syntax " + object.syntax});
    return;
  }
  Uint16 status = 0;
  const OFCondition good = scu.sendSTORERequest(context, object.path.c_str(), nullptr, status);
  if (good.bad())
    result.failures.push_back({object.path, good.text()});
  else if (status == STATUS_STORE_Success || (status & 0xF000) == 0xB000) {
    ++result.sent;
    if (status != STATUS_STORE_Success) result.warnings.push_back({object.path, "the peer warns with status " + hexadecimal(status)});
  } else {
    result.failures.push_back({object.path, "the peer answers with status " + hexadecimal(status)});
  }
}

}  // namespace

Result<SendResult> send_objects(const std::vector<std::string>& paths, const Peer& peer, const std::string& own_title, const TlsFiles& tls,
                                const Progress& progress) {
  initialise_network();
  SendResult result;
  std::vector<Outgoing> objects;
  for (const auto& path : paths) {
    auto file = open_dicom(path, true);
    if (!file) {
      result.failures.push_back({path, file.error().message()});
      continue;
    }
    DcmDataset& dataset = *(*file)->getDataset();
    Outgoing o{path, value_of(dataset, {0x0008, 0x0016}), DcmXfer(dataset.getOriginalXfer()).getXferID()};
    if (!is_uid(o.sop_class) || !is_uid(o.syntax))
      result.failures.push_back({path, "the object names no SOP class"});
    else
      objects.push_back(std::move(o));
  }
  std::stable_sort(objects.begin(), objects.end(), [](const Outgoing& a, const Outgoing& b) { return kind_of(a) < kind_of(b); });
  constexpr std::size_t kContexts = 100;  // an association has at most 128
  std::size_t done = 0;
  for (auto first = objects.begin(); first != objects.end();) {
    auto session = ScuSession::make(peer, own_title, tls);
    if (!session) return session.error();
    DcmSCU& scu = session->scu();
    std::set<Kind> kinds;
    auto last = first;
    for (; last != objects.end() && (kinds.count(kind_of(*last)) != 0 || kinds.size() < kContexts); ++last) {
      if (!kinds.insert(kind_of(*last)).second) continue;
      OFList<OFString> syntaxes;
      if (is_plain(last->syntax))
        for (const char* s : plain_syntaxes()) syntaxes.push_back(s);
      else
        syntaxes.push_back(last->syntax.c_str());
      scu.addPresentationContext(last->sop_class.c_str(), syntaxes);
    }
    if (Status s = session->connect(); !s) return s.error();
    for (; first != last; ++first) {
      if (!scu.isConnected())
        result.failures.push_back({first->path, "the peer ended the association"});
      else
        send_one(scu, *first, result);
      report_progress(progress, "send", static_cast<double>(++done) / static_cast<double>(objects.size()));
    }
    if (scu.isConnected()) scu.releaseAssociation();
  }
  return result;
}

}  // namespace seedaudit
