// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/dicom_dataset.h"

namespace seedaudit {

// Attributes that more than one reader asks for, by their names in DICOM PS3.6. What one reader alone needs stands there.
inline constexpr Tag kSopClassUid{0x0008, 0x0016};
inline constexpr Tag kSopInstanceUid{0x0008, 0x0018};
inline constexpr Tag kModality{0x0008, 0x0060};
inline constexpr Tag kReferencedSopInstanceUid{0x0008, 0x1155};
inline constexpr Tag kPatientName{0x0010, 0x0010};
inline constexpr Tag kPatientId{0x0010, 0x0020};
inline constexpr Tag kImagePosition{0x0020, 0x0032};
inline constexpr Tag kImageOrientation{0x0020, 0x0037};
inline constexpr Tag kFrameOfReferenceUid{0x0020, 0x0052};
inline constexpr Tag kDoseUnits{0x3004, 0x0002};
inline constexpr Tag kReferencedRoiNumber{0x3006, 0x0084};
inline constexpr Tag kTransformationMatrix{0x3006, 0x00C6};
inline constexpr Tag kSourceManufacturer{0x300A, 0x0216};
inline constexpr Tag kSourceDescription{0x300A, 0x021C};
inline constexpr Tag kSourceIsotopeName{0x300A, 0x0226};
inline constexpr Tag kReferenceAirKermaRate{0x300A, 0x022A};
inline constexpr Tag kStrengthReferenceDate{0x300A, 0x022C};
inline constexpr Tag kStrengthReferenceTime{0x300A, 0x022E};
inline constexpr Tag kControlPoint3DPosition{0x300A, 0x02D4};
inline constexpr Tag kCumulativeTimeWeight{0x300A, 0x02D6};
inline constexpr Tag kReferencedStructureSets{0x300C, 0x0060};

inline constexpr const char* kRtDoseStorage = "1.2.840.10008.5.1.4.1.1.481.2";  ///< SOP class of PS3.4, B.5

}  // namespace seedaudit
