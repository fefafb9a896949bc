// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dose_histograms.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "core/significant.h"
#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"

namespace seedaudit {
namespace {

constexpr Tag kNormalizationDose{0x3004, 0x0042};
constexpr Tag kHistograms{0x3004, 0x0050};
constexpr Tag kReferencedRois{0x3004, 0x0060};
constexpr Tag kContribution{0x3004, 0x0062};
constexpr Tag kType{0x3004, 0x0001};
constexpr Tag kDoseScaling{0x3004, 0x0052};
constexpr Tag kVolumeUnits{0x3004, 0x0054};
constexpr Tag kBins{0x3004, 0x0056};
constexpr Tag kData{0x3004, 0x0058};
constexpr Tag kMinimum{0x3004, 0x0070};
constexpr Tag kMaximum{0x3004, 0x0072};
constexpr Tag kMean{0x3004, 0x0074};

/// Relative doses are written in percent or as a fraction, and the standard does not say which. A percent scale reaches 30 % of its
/// normalization in any structure worth a histogram; a fraction of 30 is a dose that no permanent implant gives to a whole structure.
constexpr double kHighestFraction = 30.0;
/// Volumes are written with few digits.
constexpr double kVolumeRoundingPct = 0.5;
/// Below this a curve has ended: what writers round to zero.
constexpr double kEndedPct = 0.01;

Error bad_histogram(std::string what) { return Error{ErrorCode::dose_invalid, std::move(what), "", ""}; }

/// The one structure that a histogram is of.
Result<int> roi_of(DcmItem& item) {
  std::optional<int> number;
  for (DcmItem* roi : items_of(item, kReferencedRois)) {
    const auto n = integer_of(*roi, kReferencedRoiNumber);
    if (!n) return bad_histogram("names no ROI number");
    if (value_of(*roi, kContribution) == "EXCLUDED" || number) return bad_histogram("combines several ROIs");
    number = n;
  }
  if (!number) return bad_histogram("refers to no ROI");
  return *number;
}

/// Gy of one unit of the file's doses. \param highest dose of the histogram and of what is stated beside it, in the file's unit
Result<double> gy_per_unit(const std::string& units, double highest, const std::optional<double>& normalization_gy) {
  if (units == "GY") return 1.0;
  if (units == "CGY") return 0.01;
  if (units != "RELATIVE") return bad_histogram("DVH Dose Units is " + (units.empty() ? std::string("absent") : units));
  if (!normalization_gy || !(*normalization_gy > 0.0)) return bad_histogram("relative doses without DVH Normalization Dose Value");
  return *normalization_gy * (highest > kHighestFraction ? 0.01 : 1.0);
}

struct Bins {
  std::vector<double> width, volume;  ///< as stored, widths times DVH Dose Scaling
};

Result<Bins> bins_of(DcmItem& item) {
  const std::vector<double> data = numbers_of(item, kData);
  if (data.empty() || data.size() % 2 != 0) return bad_histogram("DVH Data is empty, odd or no numbers");
  if (const auto stated = integer_of(item, kBins); stated && static_cast<std::size_t>(std::max(0, *stated)) != data.size() / 2)
    return bad_histogram("states " + std::to_string(*stated) + " bins and holds " + std::to_string(data.size() / 2));
  const double scaling = number_of(item, kDoseScaling).value_or(1.0);
  if (!(scaling > 0.0)) return bad_histogram("DVH Dose Scaling is not positive");
  Bins out;
  for (std::size_t n = 0; n < data.size(); n += 2) {
    if (!(data[n] >= 0.0) || !(data[n + 1] >= 0.0)) return bad_histogram("a bin has a negative width or volume");
    if (data[n] == 0.0 && n > 0 && data[n + 1] == 0.0) continue;  // padding
    out.width.push_back(data[n] * scaling);
    out.volume.push_back(data[n + 1]);
  }
  return out;
}

struct Curve {
  std::vector<double> edge, at_least;  ///< edges in the file's unit of dose, volumes in its unit of volume
};

/// Volume of bin n, with all above it: what a cumulative histogram states at the bin's lower edge.
Result<Curve> cumulative(const std::string& type, const std::string& volume_units, const Bins& bins) {
  Curve out;
  const std::size_t n = bins.width.size();
  out.edge.assign(1, 0.0);
  for (const double w : bins.width) out.edge.push_back(out.edge.back() + w);
  if (type == "CUMULATIVE") {
    out.at_least = bins.volume;
    const bool ends = bins.volume.back() <= kEndedPct / 100.0 * bins.volume.front();
    if (n > 1 && bins.width.front() == 0.0) {
      // A first bin without width states the volume at dose 0: each volume belongs to the upper edge of its bin.
      out.edge.erase(out.edge.begin());
      if (ends) out.at_least.back() = 0.0;
    } else if (ends) {
      // The standard gives the last bin no upper volume. A curve that has all but ended there ends at its upper edge.
      out.at_least.push_back(0.0);
    } else {
      out.edge.pop_back();
    }
  } else if (type == "DIFFERENTIAL") {
    double total = 0.0;
    for (const double v : bins.volume) total += v;
    // A percentage that falls short says that the histogram is cut; absolute volumes cannot say it.
    if (volume_units == "PERCENT" && total < 100.0 - kVolumeRoundingPct) total = 100.0;
    out.at_least.assign(n + 1, total);
    for (std::size_t k = 0; k < n; ++k) out.at_least[k + 1] = out.at_least[k] - bins.volume[k];
    if (std::abs(out.at_least.back()) < 1e-9 * total) out.at_least.back() = 0.0;
  } else {
    return bad_histogram("DVH Type is " + (type.empty() ? std::string("absent") : type));
  }
  return out;
}

/// A zero-width bin leaves two volumes at one dose: the later, lower one holds from there on.
void merge_equal_edges(Curve& c) {
  Curve out;
  for (std::size_t n = 0; n < c.edge.size(); ++n) {
    if (!out.edge.empty() && !(c.edge[n] > out.edge.back())) {
      if (out.edge.size() > 1) out.at_least.back() = c.at_least[n];
      continue;
    }
    out.edge.push_back(c.edge[n]);
    out.at_least.push_back(c.at_least[n]);
  }
  c = std::move(out);
}

Result<PlanningHistogram> read_one(DcmItem& item, int roi, const std::optional<double>& normalization_gy) {
  const std::string type = value_of(item, kType), units = value_of(item, kDoseUnits), volumes = value_of(item, kVolumeUnits);
  if (volumes != "CM3" && volumes != "PERCENT")
    return bad_histogram("DVH Volume Units is " + (volumes.empty() ? std::string("absent") : volumes));
  const auto bins = bins_of(item);
  if (!bins) return bins.error();
  auto curve = cumulative(type, volumes, *bins);
  if (!curve) return curve.error();
  merge_equal_edges(*curve);
  const double total = curve->at_least.front();
  if (!(total > 0.0) || curve->edge.size() < 2) return bad_histogram("holds no volume");
  if (volumes == "PERCENT" && std::abs(total - 100.0) > kVolumeRoundingPct)
    return bad_histogram("begins at " + significant(total) + " % of the structure, not at 100 %");

  const auto minimum = number_of(item, kMinimum), maximum = number_of(item, kMaximum), mean = number_of(item, kMean);
  const auto unit = gy_per_unit(units, std::max(curve->edge.back(), maximum.value_or(0.0)), normalization_gy);
  if (!unit) return unit.error();
  HistogramStatement statement;
  statement.roi_number = roi;
  if (volumes == "CM3") statement.volume_cc = total;
  if (minimum) statement.minimum_gy = *minimum * *unit;
  if (maximum) statement.maximum_gy = *maximum * *unit;
  if (mean) statement.mean_gy = *mean * *unit;
  std::size_t highest_filled = 0;
  for (std::size_t n = 0; n < curve->edge.size(); ++n) {
    curve->edge[n] *= *unit;
    const double pct = 100.0 * curve->at_least[n] / total;
    if (pct > kEndedPct) highest_filled = n;
    // Rounded volumes may rise by a digit.
    const double before = n == 0 ? 100.0 : curve->at_least[n - 1];
    curve->at_least[n] = pct > before && pct < before + kVolumeRoundingPct ? before : pct;
  }
  // Bin widths that are doses by mistake, or another unit, put volume where the system itself says there is no dose.
  if (statement.maximum_gy && *statement.maximum_gy > 0.0 && curve->edge[highest_filled] > 1.05 * *statement.maximum_gy)
    return bad_histogram("reaches " + significant(curve->edge[highest_filled]) + " Gy, above its stated maximum of " +
                         significant(*statement.maximum_gy) + " Gy");
  if (type == "DIFFERENTIAL" && volumes == "CM3" && statement.maximum_gy && *statement.maximum_gy > 1.05 * curve->edge.back())
    return bad_histogram("ends at " + significant(curve->edge.back()) + " Gy, below its stated maximum of " +
                         significant(*statement.maximum_gy) + " Gy: the volume above is not known");
  return PlanningHistogram::make(std::move(curve->edge), std::move(curve->at_least), statement);
}

}  // namespace

Result<DoseHistograms> read_dose_histograms(const std::filesystem::path& file_path) {
  const std::string path = file_path.string();
  const auto file = open_dicom(path, true);
  if (!file) return file.error();
  DcmItem& dataset = *(*file)->getDataset();
  if (value_of(dataset, kSopClassUid) != kRtDoseStorage && value_of(dataset, kModality) != "RTDOSE")
    return Error{ErrorCode::wrong_modality, "not an RT Dose", path, "give the RTDOSE file"};
  DoseHistograms out;
  for (DcmItem* set : items_of(dataset, kReferencedStructureSets)) out.structure_set_uid = value_of(*set, kReferencedSopInstanceUid);
  const auto normalization_gy = number_of(dataset, kNormalizationDose);
  for (DcmItem* item : items_of(dataset, kHistograms)) {
    const auto roi = roi_of(*item);
    if (!roi) {
      out.warnings.push_back({"DVH_PASSED_OVER", "a histogram " + roi.error().what});
      continue;
    }
    const auto repeated = [&](const PlanningHistogram& h) { return h.statement().roi_number == *roi; };
    auto histogram = std::any_of(out.histograms.begin(), out.histograms.end(), repeated)
                         ? Result<PlanningHistogram>(bad_histogram("is there twice; the first counts"))
                         : read_one(*item, *roi, normalization_gy);
    if (histogram)
      out.histograms.push_back(std::move(histogram).value());
    else
      out.warnings.push_back({"DVH_PASSED_OVER", "histogram of ROI " + std::to_string(*roi) + ": " + histogram.error().what});
  }
  return out;
}

}  // namespace seedaudit
