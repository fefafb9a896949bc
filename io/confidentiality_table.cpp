// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/confidentiality_table.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace seedaudit {
namespace {

constexpr std::uint32_t key(Tag t) { return static_cast<std::uint32_t>(t.group) << 16U | t.element; }

template <std::size_t N>
bool holds(const std::array<std::uint32_t, N>& sorted, Tag tag) {
  return std::binary_search(sorted.begin(), sorted.end(), key(tag));
}

// Each list is in ascending order.
constexpr std::array<std::uint32_t, 15> kEmpty{
    0x00080050,  // Accession Number
    0x00080090,  // Referring Physician's Name
    0x00081070,  // Operators' Name
    0x00081111,  // Referenced Performed Procedure Step Sequence
    0x00100030,  // Patient's Birth Date
    0x00100040,  // Patient's Sex
    0x00200010,  // Study ID
    0x00201040,  // Position Reference Indicator
    0x0040A372,  // Performed Procedure Code Sequence
    0x00700081,  // Content Description
    0x00700084,  // Content Creator's Name
    0x300600A6,  // ROI Interpreter
    0x30080105,  // Source Serial Number
    0x300A00B2,  // Treatment Machine Name
    0x300E0008,  // Reviewer Name
};
constexpr std::array<std::uint32_t, 20> kClean{
    0x00080070,  // Manufacturer
    0x00080104,  // Code Meaning
    0x00081030,  // Study Description
    0x0008103E,  // Series Description
    0x00081090,  // Manufacturer's Model Name
    0x00180010,  // Contrast/Bolus Agent
    0x00181030,  // Protocol Name
    0x00181160,  // Filter Type
    0x00209056,  // Stack ID
    0x00281054,  // Rescale Type
    0x0040A160,  // Text Value
    0x30060002,  // Structure Set Label
    0x30060026,  // ROI Name
    0x300A0002,  // RT Plan Label
    0x300A0016,  // Dose Reference Description
    0x300A00E1,  // Material ID
    0x300A0242,  // Template Type
    0x300A0291,  // Source Applicator ID
    0x300A0294,  // Source Applicator Name
    0x300A02B4,  // Channel Shield Name
};
constexpr std::array<std::uint32_t, 5> kCleanTechnical{
    0x00181210,  // Convolution Kernel
    0x300A0216,  // Source Manufacturer: taken over into the description
    0x300A021B,  // Source Model ID
    0x300A021C,  // Source Description
    0x300A0226,  // Source Isotope Name
};
constexpr std::array<std::uint32_t, 99> kRecurse{
    // Codes, references, anatomy
    0x00081115, 0x00081140, 0x0008114A, 0x00081199, 0x00081200, 0x00082218, 0x00082220, 0x00082228,
    // Enhanced CT and MR
    0x00189112, 0x00189115, 0x00189117, 0x00189125, 0x00189226, 0x00189301, 0x00189304, 0x00189308, 0x00189312, 0x00189314, 0x00189321,
    0x00189325, 0x00189326, 0x00189329, 0x00209071, 0x00209111, 0x00209113, 0x00209116, 0x00209221, 0x00209222, 0x00283000, 0x00283010,
    0x00289110, 0x00289132, 0x00289145,
    // Structured reports
    0x004008EA, 0x00409096, 0x0040A043, 0x0040A168, 0x0040A300, 0x0040A301, 0x0040A375, 0x0040A385, 0x0040A504, 0x0040A730,
    // Registrations
    0x00640002, 0x00640005, 0x0064000F, 0x00640010, 0x00700308, 0x00700309, 0x0070030A, 0x0070030D,
    // Doses
    0x30040010, 0x30040050, 0x30040060,
    // Structures
    0x30060010, 0x30060012, 0x30060014, 0x30060016, 0x30060018, 0x30060020, 0x30060030, 0x30060039, 0x30060040, 0x30060080, 0x30060086,
    0x300600A0, 0x300600B0, 0x300600B6, 0x300600C0,
    // Treatment records
    0x30080100, 0x30080110, 0x30080120, 0x30080130, 0x30080140, 0x30080150, 0x30080160, 0x30080220,
    // Plans
    0x300A0010, 0x300A0040, 0x300A0070, 0x300A0180, 0x300A0206, 0x300A0210, 0x300A0230, 0x300A0260, 0x300A0280, 0x300A02B0, 0x300A02D0,
    0x300C0002, 0x300C000A, 0x300C0020, 0x300C0022, 0x300C0042, 0x300C0050, 0x300C0055, 0x300C0060, 0x300C0080,
    // Functional groups
    0x52009229, 0x52009230};

/// Groups whose numbers and code strings describe images, geometry, doses, plans and measurements.
constexpr std::array<unsigned short, 15> kTechnicalGroups{0x0008, 0x0018, 0x0020, 0x0028, 0x0040, 0x0064, 0x0070, 0x3002,
                                                          0x3004, 0x3006, 0x3008, 0x300A, 0x300C, 0x300E, 0x5200};

bool is_number_or_code(std::string_view vr) {
  // "xs" and "lt" are the dictionary's names for numbers of either sign and for table values.
  static constexpr std::array<std::string_view, 14> kVr{"AT", "CS", "DS", "FD", "FL", "IS", "OD", "OF", "OL", "SL", "SS", "UL", "US", "xs"};
  return std::find(kVr.begin(), kVr.end(), vr) != kVr.end() || vr == "lt";
}

bool is_coding(Tag tag) { return tag.group == 0x0008 && tag.element >= 0x0100 && tag.element <= 0x0103; }

AttributeAction by_vr(Tag tag, std::string_view vr) {
  if (std::find(kTechnicalGroups.begin(), kTechnicalGroups.end(), tag.group) == kTechnicalGroups.end()) return AttributeAction::remove;
  if (is_number_or_code(vr)) return AttributeAction::keep;
  if (vr == "UI") return tag.group == 0x0018 ? AttributeAction::remove : AttributeAction::replace_uid;
  // Dates of requests and procedure steps (group 0040 below A000) tell of the hospital, not of the implant.
  if (tag.group == 0x0040 && tag.element < 0xA000) return AttributeAction::remove;
  if (vr == "DA" || vr == "DT") return AttributeAction::shift_date;
  if (vr == "TM") return AttributeAction::keep_time;
  return AttributeAction::remove;
}

}  // namespace

AttributeAction action_for(Tag tag, std::string_view vr) {
  if (tag.group % 2 == 1) return AttributeAction::remove;  // private
  if (tag.group == 0x0010) {
    if (tag.element == 0x0010 || tag.element == 0x0020) return AttributeAction::pseudonym;
    return holds(kEmpty, tag) ? AttributeAction::empty : AttributeAction::remove;
  }
  if (key(tag) == 0x7FE00010) return AttributeAction::keep_pixels;
  if (key(tag) == 0x00080005) return AttributeAction::remove;  // written anew
  if (holds(kEmpty, tag)) return AttributeAction::empty;
  if (holds(kRecurse, tag)) return AttributeAction::recurse;
  if (vr == "SQ") return AttributeAction::remove;
  if (holds(kCleanTechnical, tag)) return AttributeAction::clean_technical;
  if (is_coding(tag)) return AttributeAction::keep_code;
  if (holds(kClean, tag)) return AttributeAction::clean;
  return by_vr(tag, vr);
}

bool is_shared_class(std::string_view uid) {
  static constexpr std::string_view kStorage = "1.2.840.10008.5.1.4.1.1.";
  static constexpr std::array<std::string_view, 14> kClasses{
      "2",     "2.1",                       // CT, Enhanced CT
      "4",     "4.1",                       // MR, Enhanced MR
      "481.2", "481.3", "481.5", "481.6",   // RT Dose, Structure Set, Plan, Brachy Treatment Record
      "66.1",  "66.3",                      // Spatial and Deformable Spatial Registration
      "88.11", "88.22", "88.33", "88.34"};  // Structured reports
  if (!uid.starts_with(kStorage)) return false;
  uid.remove_prefix(kStorage.size());
  return std::find(kClasses.begin(), kClasses.end(), uid) != kClasses.end();
}

bool is_enhanced_image(std::string_view uid) { return uid == "1.2.840.10008.5.1.4.1.1.2.1" || uid == "1.2.840.10008.5.1.4.1.1.4.1"; }

bool is_identifier(Tag tag) {
  static constexpr std::array<std::uint32_t, 38> kIdentifiers{
      0x00080050,                                                                          // Accession Number
      0x00080080, 0x00080081, 0x00080092, 0x00080094, 0x00081010, 0x00081040,              // institution, addresses, station
      0x00100020, 0x00100021, 0x00101000, 0x00101040, 0x00101050, 0x00101090, 0x00102152,  // patient's numbers and places
      0x00102154, 0x00102155, 0x00102299, 0x00120040, 0x00120042, 0x00181000, 0x00181008,  // telephone, trial, equipment
      0x00200010, 0x00321033, 0x00380010, 0x00380011, 0x00380060, 0x00380300, 0x00380400,  // study, admission
      0x00400009, 0x00400242, 0x00400243, 0x00400253, 0x00401001, 0x00402009, 0x00402010,  // procedure steps and orders
      0x00402016, 0x00402017, 0x30080105};
  return holds(kIdentifiers, tag);
}

}  // namespace seedaudit
