// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/study_query.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/scu.h>
#include <fnmatch.h>

#include <memory>
#include <regex>

#include "io/dicom_dataset.h"
#include "network/dicom_services.h"

namespace seedaudit {

Status StudyQuery::check() const {
  if (patient_id.empty() && date.empty() && description.empty())
    return Error{ErrorCode::invalid_option, "nothing says which studies are wanted", "", "Give --patient, --date or --description."};
  if (patient_id.find_first_of("\\*?") != std::string::npos)
    return Error{ErrorCode::invalid_option, "a patient ID for a query has no wildcards", "--patient", "Name one patient."};
  static const std::regex pattern("[0-9]{8}|[0-9]{8}-([0-9]{8})?|-[0-9]{8}");
  if (!date.empty() && !std::regex_match(date, pattern))
    return Error{ErrorCode::invalid_option, "no date or range of dates", date, "Write YYYYMMDD or YYYYMMDD-YYYYMMDD."};
  return ok_status();
}

Result<std::vector<std::string>> find_studies(DcmSCU& scu, unsigned char context, const StudyQuery& query, const std::string& where) {
  DcmDataset keys;
  keys.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
  keys.putAndInsertString(DCM_QueryRetrieveLevel, "STUDY");
  keys.putAndInsertString(DCM_PatientID, query.patient_id.c_str());
  keys.putAndInsertString(DCM_StudyDate, query.date.c_str());
  keys.putAndInsertString(DCM_StudyDescription, "");
  keys.putAndInsertString(DCM_StudyInstanceUID, "");
  OFList<QRResponse*> responses;
  const OFCondition good = scu.sendFINDRequest(context, &keys, &responses);
  std::vector<std::string> studies;
  Uint16 last = 0;
  for (QRResponse* r : responses) {
    const std::unique_ptr<QRResponse> owned(r);
    last = r->m_status;
    if (r->m_dataset == nullptr) continue;
    const std::string uid = value_of(*r->m_dataset, {0x0020, 0x000D});
    // The description is matched here: peers differ in what their wildcards mean.
    const std::string description = TextDecoder(*r->m_dataset).text(*r->m_dataset, {0x0008, 0x1030});
    if (is_uid(uid) && (query.description.empty() || fnmatch(query.description.c_str(), description.c_str(), 0) == 0))
      studies.push_back(uid);
  }
  if (good.bad() || last != STATUS_Success)
    return Error{ErrorCode::peer_failed,
                 good.bad() ? std::string("the query failed: ") + good.text() : "the peer ended the query with an error", where, ""};
  return studies;
}

}  // namespace seedaudit
