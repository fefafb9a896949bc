// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/recorded_source.h"

#include <cmath>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"
#include "io/isotope.h"

namespace seedaudit {
namespace {

constexpr Tag kRecordedSources{0x3008, 0x0100};

}  // namespace

Result<RecordedSource> read_recorded_source(const std::filesystem::path& record) {
  const auto file = open_dicom(record.string(), true);
  if (!file) return file.error();
  DcmItem& dataset = *(*file)->getDataset();
  RecordedSource out;
  bool first = true;
  for (DcmItem* item : items_of(dataset, kRecordedSources)) {
    const std::string isotope = normalised_isotope(TextDecoder(dataset).text(*item, kSourceIsotopeName));
    std::optional<AirKermaU> strength;
    if (const auto rate = number_of(*item, kReferenceAirKermaRate); rate && *rate > 0.0) strength = AirKermaU{*rate};
    const auto date = date_of(*item, kStrengthReferenceDate, kStrengthReferenceTime);
    if (first) {
      out.isotope = isotope;
      out.strength = strength;
      out.strength_date = date;
    }
    if (out.isotope != isotope) out.isotope.clear();
    const bool same_date = out.strength_date.has_value() == date.has_value() && (!date || out.strength_date->date == date->date);
    const bool same_strength = strength && out.strength && std::abs(strength->value / out.strength->value - 1.0) < 1e-6;
    if (!same_date || !same_strength) out.strength.reset();
    first = false;
  }
  return out;
}

}  // namespace seedaudit
