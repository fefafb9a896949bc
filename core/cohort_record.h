// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seedaudit {

/// The figures of one lesion at one time that a cohort summarises. Absent: not computed.
struct CohortMetrics {
  std::optional<double> d90_gy, d90_rx_pct, v100_pct, v150_pct, v200_pct, ci, ei, hi;
};

/// Name in tables and place in the record, written once.
struct CohortMetricName {
  std::string_view key;
  std::optional<double> CohortMetrics::*member;
};
inline constexpr std::array<CohortMetricName, 8> kCohortMetrics{{{"d90_gy", &CohortMetrics::d90_gy},
                                                                 {"d90_rx_pct", &CohortMetrics::d90_rx_pct},
                                                                 {"v100_pct", &CohortMetrics::v100_pct},
                                                                 {"v150_pct", &CohortMetrics::v150_pct},
                                                                 {"v200_pct", &CohortMetrics::v200_pct},
                                                                 {"ci", &CohortMetrics::ci},
                                                                 {"ei", &CohortMetrics::ei},
                                                                 {"hi", &CohortMetrics::hi}}};

struct CohortLesion {
  std::string name;
  CohortMetrics preop, postop;
};

/// How good the data of one audit are, as far as its report says.
struct CohortQuality {
  std::optional<double> slice_spacing_mm;        ///< post-op scan
  std::optional<double> inverse_consistency_mm;  ///< registration there and back
  std::optional<double> start_agreement_mm;      ///< registrations from several starts
  std::optional<double> landmark_residual_mm;    ///< rms of the landmark pairs that a registration was fitted to
  std::optional<double> similarity;              ///< after registration
  std::optional<double> contour_dice;            ///< smallest of the structures drawn on both scans
  std::optional<double> count_gap;               ///< seeds found less those implanted, or planned where no record says
  std::optional<double> count_width;             ///< of the interval of the count
  std::optional<double> seed_confidence;         ///< mean
  std::optional<double> seed_sigma_mm;           ///< mean length of the standard deviation of a seed's place
  std::optional<double> d90_interval_pct;        ///< widest interval of D90 of a target, % of the prescription
  std::optional<double> noise_hu;                ///< of the post-op scan
  std::optional<double> unexplained_fraction;    ///< of the excess mass of bright objects, what no found seed accounts for
};

struct CohortQualityName {
  std::string_view key, words;
  std::optional<double> CohortQuality::*member;
};
inline constexpr std::array<CohortQualityName, 13> kCohortQualities{
    {{"slice_spacing_mm", "slice spacing, mm", &CohortQuality::slice_spacing_mm},
     {"inverse_consistency_mm", "registration there and back, mm", &CohortQuality::inverse_consistency_mm},
     {"start_agreement_mm", "registration from several starts, mm", &CohortQuality::start_agreement_mm},
     {"landmark_residual_mm", "registration to landmarks, mm", &CohortQuality::landmark_residual_mm},
     {"similarity", "similarity after registration", &CohortQuality::similarity},
     {"contour_dice", "agreement of contours (Dice)", &CohortQuality::contour_dice},
     {"count_gap", "seeds found less expected", &CohortQuality::count_gap},
     {"count_width", "width of the count interval", &CohortQuality::count_width},
     {"seed_confidence", "mean confidence of seeds", &CohortQuality::seed_confidence},
     {"seed_sigma_mm", "mean uncertainty of seed places, mm", &CohortQuality::seed_sigma_mm},
     {"d90_interval_pct", "width of the D90 interval, % of the prescription", &CohortQuality::d90_interval_pct},
     {"noise_hu", "noise of the scan, HU", &CohortQuality::noise_hu},
     {"unexplained_fraction", "bright mass that no seed explains, share", &CohortQuality::unexplained_fraction}}};

/// What a cohort needs of one report.json.
struct CohortRecord {
  std::string path;  ///< of the report
  std::string case_id;
  std::string patient;  ///< key of the patient, from the row of a batch; empty: not known
  std::string status;   ///< ok, review, failed
  std::string verdict;  ///< green, amber, red, urgent, not_assessed
  std::string registration;
  std::vector<std::string> action_flags;
  std::optional<int> planned_count, seed_count;
  std::optional<int> migrated_count;  ///< migrated or embolised; absent where the statuses are undetermined
  std::optional<double> days_since_implant;
  /// What an audit may be grouped by; empty or absent: the report does not say.
  std::string site, scanner, position;  ///< limits' site; manufacturer and DICOM Patient Position of the post-op scan
  std::optional<double> slice_thickness_mm;
  std::optional<bool> organ_near;  ///< the plan gives 0.1 cc of an organ at risk, not the site's own, half the prescription or more
  std::string implant_date;        ///< YYYY-MM-DD
  bool dates_shifted = false;      ///< it is no true date: it has moved by the patient's own number of days
  CohortQuality quality;
  std::vector<CohortLesion> lesions;  ///< targets only; one drawn on the post-op scan stands for its mapped double
};

using CohortMetric = std::optional<double> CohortMetrics::*;

enum class CohortPhase { before, after, change };

/// Of one lesion; not finite is absent. Change: after less before, where both are there.
std::optional<double> lesion_value(const CohortLesion& lesion, CohortMetric metric, CohortPhase phase);
/// Of one implant: the mean of those of its lesions that have one.
std::optional<double> implant_value(const CohortRecord& record, CohortMetric metric, CohortPhase phase);
/// The lowest of its lesions after the implant.
std::optional<double> worst_value(const CohortRecord& record, CohortMetric metric);

/// Tells patients apart: the patient's key, or the case's own where the patient is not known.
std::string patient_key(const CohortRecord& record);

/// A report.json that is not in the figures, and why.
struct CohortLeftOut {
  std::string path, reason;
};

}  // namespace seedaudit
