// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/dicom_services.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcuid.h>

#include <algorithm>

namespace seedaudit {
namespace {

const std::vector<const char*>& image_classes() {
  static const std::vector<const char*> classes{UID_CTImageStorage, UID_EnhancedCTImageStorage, UID_MRImageStorage,
                                                UID_EnhancedMRImageStorage, UID_SecondaryCaptureImageStorage};
  return classes;
}

}  // namespace

const std::vector<const char*>& storage_classes() {
  static const std::vector<const char*> classes = [] {
    std::vector<const char*> all = image_classes();
    for (const char* uid : {UID_PositronEmissionTomographyImageStorage,
                            UID_UltrasoundImageStorage,
                            UID_UltrasoundMultiframeImageStorage,
                            UID_ComputedRadiographyImageStorage,
                            UID_DigitalXRayImageStorageForPresentation,
                            UID_XRayAngiographicImageStorage,
                            UID_RTImageStorage,
                            UID_RTPlanStorage,
                            UID_RTStructureSetStorage,
                            UID_RTDoseStorage,
                            UID_RTBrachyTreatmentRecordStorage,
                            UID_RTTreatmentSummaryRecordStorage,
                            UID_SpatialRegistrationStorage,
                            UID_DeformableSpatialRegistrationStorage,
                            UID_SegmentationStorage,
                            UID_BasicTextSRStorage,
                            UID_EnhancedSRStorage,
                            UID_ComprehensiveSRStorage,
                            UID_Comprehensive3DSRStorage,
                            UID_XRayRadiationDoseSRStorage,
                            UID_KeyObjectSelectionDocumentStorage,
                            UID_GrayscaleSoftcopyPresentationStateStorage,
                            UID_EncapsulatedPDFStorage})
      all.push_back(uid);
    return all;
  }();
  return classes;
}

const std::vector<const char*>& plain_syntaxes() {
  static const std::vector<const char*> syntaxes{UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax,
                                                 UID_BigEndianExplicitTransferSyntax};
  return syntaxes;
}

const std::vector<const char*>& compressed_syntaxes() {
  static const std::vector<const char*> syntaxes{UID_JPEGLSLosslessTransferSyntax, UID_JPEGProcess14SV1TransferSyntax,
                                                 UID_JPEGProcess14TransferSyntax,  UID_JPEG2000LosslessOnlyTransferSyntax,
                                                 UID_RLELosslessTransferSyntax,    UID_DeflatedExplicitVRLittleEndianTransferSyntax,
                                                 UID_JPEG2000TransferSyntax,       UID_JPEGLSLossyTransferSyntax,
                                                 UID_JPEGProcess1TransferSyntax,   UID_JPEGProcess2_4TransferSyntax};
  return syntaxes;
}

bool is_image_class(const std::string& sop_class_uid) {
  const auto& images = image_classes();
  return std::any_of(images.begin(), images.end(), [&](const char* uid) { return sop_class_uid == uid; });
}

bool is_uid(const std::string& text) {
  return !text.empty() && text.size() <= 64 && text.front() != '.' && text.back() != '.' &&
         text.find_first_not_of("0123456789.") == std::string::npos && text.find("..") == std::string::npos;
}

}  // namespace seedaudit
