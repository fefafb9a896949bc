// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/storage_association.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmf.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dimse.h>
#include <dcmtk/dcmnet/diutil.h>

#include <algorithm>
#include <cstring>

#include "network/dicom_services.h"

namespace seedaudit {
namespace {

Error broken(const std::string& what, const std::string& where, const std::string& hint = "") {
  return {ErrorCode::peer_failed, what, where, hint};
}

void reject(T_ASC_Association* association, T_ASC_RejectParametersReason reason) {
  const T_ASC_RejectParameters rejection{ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, reason};
  ASC_rejectAssociation(association, &rejection);
}

bool may_call(const StorageOptions& options, const std::string& title, const std::string& address) {
  if (options.allowed.empty()) return true;
  return std::any_of(options.allowed.begin(), options.allowed.end(), [&](const AllowedPeer& p) {
    return p.ae_title == title && std::find(p.addresses.begin(), p.addresses.end(), address) != p.addresses.end();
  });
}

/// Whom we let in, and for what. Errors: peer_failed; the caller was told.
Status negotiate(T_ASC_Association* association, const StorageOptions& options, const std::string& address) {
  char calling[65] = {};
  char called[65] = {};
  ASC_getAPTitles(association->params, calling, sizeof calling, called, sizeof called, nullptr, 0);
  const std::string who = std::string(calling) + "@" + address;
  if (options.ae_title != called) {
    reject(association, ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED);
    return broken("refused: it called \"" + std::string(called) + "\", not this AE title", who);
  }
  if (!may_call(options, calling, address)) {
    reject(association, ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED);
    return broken("refused: not an allowed AE title at that address", who, "Allow it with --allow AET@HOST.");
  }
  std::vector<const char*> classes{UID_VerificationSOPClass};
  classes.insert(classes.end(), storage_classes().begin(), storage_classes().end());
  std::vector<const char*> syntaxes = plain_syntaxes();
  syntaxes.insert(syntaxes.end(), compressed_syntaxes().begin(), compressed_syntaxes().end());
  ASC_acceptContextsWithPreferredTransferSyntaxes(association->params, classes.data(), static_cast<int>(classes.size()), syntaxes.data(),
                                                  static_cast<int>(syntaxes.size()));
  ASC_setAPTitles(association->params, nullptr, nullptr, options.ae_title.c_str());
  if (ASC_acknowledgeAssociation(association).bad()) return broken("the association broke while it was made", who);
  return ok_status();
}

DIC_US status_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::output_unwritable:
      return STATUS_STORE_Refused_OutOfResources;
    case ErrorCode::patient_mismatch:
      return 0x0111;  // duplicate SOP instance
    default:
      return STATUS_STORE_Error_CannotUnderstand;
  }
}

struct Served {
  const StorageOptions& options;
  ObjectStore& store;
  const std::function<void(const std::string&)>& kept;
  std::vector<std::string> refused;
};

Status store_object(T_ASC_Association* association, T_ASC_PresentationContextID context, T_DIMSE_C_StoreRQ& request, Served& served) {
  const std::filesystem::path temporary = served.store.new_temporary();
  DcmOutputFileStream* stream = nullptr;
  OFCondition good = DIMSE_createFilestream(temporary.c_str(), &request, association, context, 1, &stream);
  if (good.good()) {
    T_ASC_PresentationContextID data_context = context;
    good = DIMSE_receiveDataSetInFile(association, DIMSE_NONBLOCKING, served.options.idle_seconds, &data_context, stream, nullptr, nullptr);
  }
  delete stream;
  if (good.bad()) {
    std::error_code ec;
    std::filesystem::remove(temporary, ec);
    return broken(std::string("an object did not arrive whole: ") + good.text(), request.AffectedSOPInstanceUID,
                  "It was not acknowledged. Larger than --max-object-mb, or the disk is full, or the line broke.");
  }
  T_DIMSE_C_StoreRSP response;
  std::memset(&response, 0, sizeof response);
  response.MessageIDBeingRespondedTo = request.MessageID;
  OFStandard::strlcpy(response.AffectedSOPClassUID, request.AffectedSOPClassUID, sizeof response.AffectedSOPClassUID);
  OFStandard::strlcpy(response.AffectedSOPInstanceUID, request.AffectedSOPInstanceUID, sizeof response.AffectedSOPInstanceUID);
  response.opts = O_STORE_AFFECTEDSOPCLASSUID | O_STORE_AFFECTEDSOPINSTANCEUID;
  response.DataSetType = DIMSE_DATASET_NULL;
  response.DimseStatus = STATUS_STORE_Success;
  const auto patient = served.store.keep(temporary, request.AffectedSOPClassUID, request.AffectedSOPInstanceUID);
  if (patient) {
    served.kept(*patient);
  } else {
    response.DimseStatus = status_of(patient.error());
    served.refused.push_back(patient.error().message());
  }
  if (DIMSE_sendStoreResponse(association, context, &request, &response, nullptr).bad()) return broken("the line broke", "");
  return ok_status();
}

Status serve_commands(T_ASC_Association* association, Served& served) {
  while (true) {
    T_DIMSE_Message message;
    std::memset(&message, 0, sizeof message);
    T_ASC_PresentationContextID context = 0;
    DcmDataset* detail = nullptr;
    const OFCondition good = DIMSE_receiveCommand(association, DIMSE_NONBLOCKING, served.options.idle_seconds, &context, &message, &detail);
    delete detail;
    if (good == DUL_PEERREQUESTEDRELEASE) {
      ASC_acknowledgeRelease(association);
      return ok_status();
    }
    if (good.bad()) return broken(std::string("the association ended without release: ") + good.text(), "");
    if (message.CommandField == DIMSE_C_ECHO_RQ) {
      if (DIMSE_sendEchoResponse(association, context, &message.msg.CEchoRQ, STATUS_Success, nullptr).bad())
        return broken("the line broke", "");
    } else if (message.CommandField == DIMSE_C_STORE_RQ) {
      if (Status s = store_object(association, context, message.msg.CStoreRQ, served); !s) return s;
    } else {
      return broken("it asked for a service that is not offered", "");
    }
  }
}

}  // namespace

Status serve_association(int socket, const std::string& address, const StorageOptions& options, ObjectStore& store,
                         const std::function<void(const std::string&)>& kept) {
  dcmExternalSocketHandle.set(socket);
  T_ASC_Network* network = nullptr;
  if (ASC_initializeNetwork(NET_ACCEPTOR, 0, options.idle_seconds, &network).bad()) return broken("no network", address);
  if (options.tls) ASC_setTransportLayer(network, options.tls.get(), 0);
  T_ASC_Association* association = nullptr;
  const OFCondition received = ASC_receiveAssociation(network, &association, ASC_MAXIMUMPDUSIZE, nullptr, nullptr,
                                                      options.tls ? OFTrue : OFFalse, DUL_NOBLOCK, options.idle_seconds);
  Status done = received.good() ? negotiate(association, options, address)
                                : Status(broken(std::string("no association: ") + received.text(), address));
  Served served{options, store, kept, {}};
  if (done) {
    done = serve_commands(association, served);
    if (!done) ASC_abortAssociation(association);
  }
  if (association != nullptr) {
    ASC_dropSCPAssociation(association);
    ASC_destroyAssociation(&association);
  }
  ASC_dropNetwork(&network);
  if (done && !served.refused.empty())
    return broken(std::to_string(served.refused.size()) + " object(s) refused, the first: " + served.refused.front(), address);
  return done;
}

}  // namespace seedaudit
