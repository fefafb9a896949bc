// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/fetch_studies.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmnet/scu.h>

#include <memory>
#include <optional>
#include <utility>

#include "io/dicom_dataset.h"
#include "network/dicom_services.h"
#include "network/object_store.h"
#include "network/scu_session.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

/// Takes the objects of a C-GET.
class Fetcher : public DcmSCU {
 public:
  fs::path folder;
  int objects = 0;
  std::optional<Error> failure;

  OFCondition handleSTORERequest(const T_ASC_PresentationContextID /*context*/, DcmDataset* incoming, OFBool& go_on,
                                 Uint16& status) override {
    go_on = OFTrue;
    status = STATUS_STORE_Error_CannotUnderstand;
    if (incoming == nullptr) return EC_IllegalParameter;
    DcmFileFormat file(incoming, OFFalse);  // owns it now
    const std::string instance = value_of(*incoming, {0x0008, 0x0018});
    const std::string study = value_of(*incoming, {0x0020, 0x000D});
    if (!is_uid(instance) || !is_uid(study)) {
      failure = Error{ErrorCode::peer_failed, "the peer sent an object without valid UIDs", instance, ""};
      return EC_Normal;
    }
    const fs::path target = folder / study / (instance + ".dcm");
    const fs::path temporary = folder / ("." + instance + ".part");
    if (file.saveFile(temporary.c_str(), incoming->getOriginalXfer()).bad()) {
      failure = Error{ErrorCode::output_unwritable, "an object cannot be written", temporary.string(), "Check the disk."};
      status = STATUS_STORE_Refused_OutOfResources;
    } else if (Status s = publish_file(temporary, target); !s) {
      failure = s.error();
      status = STATUS_STORE_Refused_OutOfResources;
    } else {
      ++objects;
      status = STATUS_STORE_Success;
    }
    std::error_code ec;
    fs::remove(temporary, ec);
    return EC_Normal;
  }
};

void add_storage_contexts(DcmSCU& scu) {
  OFList<OFString> plain;
  for (const char* s : plain_syntaxes()) plain.push_back(s);
  for (const char* c : storage_classes()) scu.addPresentationContext(c, plain, ASC_SC_ROLE_SCP);
  // One context a syntax, so that what is kept compressed comes as it is.
  for (const char* c : {UID_CTImageStorage, UID_MRImageStorage})
    for (const char* s : compressed_syntaxes()) {
      OFList<OFString> one;
      one.push_back(s);
      scu.addPresentationContext(c, one, ASC_SC_ROLE_SCP);
    }
}

}  // namespace

Result<FetchResult> fetch_studies(const StudyQuery& query, const Peer& peer, const std::string& own_title, const TlsFiles& tls,
                                  const fs::path& folder, const Progress& progress) {
  if (Status s = query.check(); !s) return s.error();
  auto fetcher = std::make_shared<Fetcher>();
  fetcher->folder = folder;
  fetcher->setStorageMode(DCMSCU_STORAGE_DISK);
  auto session = ScuSession::make(peer, own_title, tls, fetcher);
  if (!session) return session.error();
  session->propose(UID_FINDStudyRootQueryRetrieveInformationModel);
  session->propose(UID_GETStudyRootQueryRetrieveInformationModel);
  add_storage_contexts(*fetcher);
  if (Status s = session->connect(); !s) return s.error();
  const T_ASC_PresentationContextID find_context =
      fetcher->findAnyPresentationContextID(UID_FINDStudyRootQueryRetrieveInformationModel, "");
  const T_ASC_PresentationContextID get_context = fetcher->findAnyPresentationContextID(UID_GETStudyRootQueryRetrieveInformationModel, "");
  if (find_context == 0 || get_context == 0)
    return Error{ErrorCode::peer_failed, "the peer offers no Study Root C-FIND, or no C-GET", peer.text(),
                 "Fetch by C-MOVE (--move-port), or let the peer send by itself to `seedaudit receive`."};
  const auto studies = find_studies(*fetcher, find_context, query, peer.text());
  if (!studies) return studies.error();
  FetchResult result;
  for (const auto& study : *studies) {
    DcmDataset keys;
    keys.putAndInsertString(DCM_QueryRetrieveLevel, "STUDY");
    keys.putAndInsertString(DCM_StudyInstanceUID, study.c_str());
    OFList<RetrieveResponse*> responses;
    const int before = fetcher->objects;
    const OFCondition good = fetcher->sendCGETRequest(get_context, &keys, &responses);
    int failed = 0;
    int completed = 0;
    Uint16 last = 0;
    for (RetrieveResponse* r : responses) {
      const std::unique_ptr<RetrieveResponse> owned(r);
      last = r->m_status;
      failed = r->m_numberOfFailedSubops;
      completed = r->m_numberOfCompletedSubops + r->m_numberOfWarningSubops;
    }
    const int came = fetcher->objects - before;
    if (fetcher->failure) {
      if (fetcher->failure->code == ErrorCode::output_unwritable) return *fetcher->failure;
      result.failures.push_back(study + ": " + fetcher->failure->message());
      fetcher->failure.reset();
    } else if (good.bad() || last != STATUS_Success || failed != 0 || came < completed || came == 0) {
      result.failures.push_back(study + ": " + std::to_string(came) + " objects came, " + std::to_string(failed) + " failed at the peer" +
                                (good.bad() ? std::string("; ") + good.text() : std::string()));
    }
    ++result.studies;
    report_progress(progress, "fetch", static_cast<double>(result.studies) / static_cast<double>(studies->size()));
    if (!fetcher->isConnected()) break;
  }
  if (result.studies < static_cast<int>(studies->size()))
    result.failures.push_back(std::to_string(static_cast<int>(studies->size()) - result.studies) +
                              " studies: the peer ended the association");
  result.objects = fetcher->objects;
  if (fetcher->isConnected()) fetcher->releaseAssociation();
  return result;
}

}  // namespace seedaudit
