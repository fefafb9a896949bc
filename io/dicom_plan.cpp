// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_plan.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "core/significant.h"
#include "core/strength.h"
#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"
#include "io/plan_channel.h"
#include "io/plan_kerma.h"
#include "io/plan_needles.h"
#include "io/plan_prescription.h"
#include "io/plan_sources.h"

namespace seedaudit {
namespace {

constexpr Tag kPlanLabel{0x300A, 0x0002};
constexpr Tag kTechnique{0x300A, 0x0200};
constexpr Tag kTreatmentType{0x300A, 0x0202};
constexpr Tag kSetupSequence{0x300A, 0x0230};
constexpr Tag kTotalKerma{0x300A, 0x0250};
constexpr Tag kChannelSequence{0x300A, 0x0280};
constexpr Tag kChannelNumber{0x300A, 0x0282};
constexpr Tag kChannelTotalTime{0x300A, 0x0286};
constexpr Tag kApplicatorId{0x300A, 0x0291};
constexpr Tag kApplicatorName{0x300A, 0x0294};
constexpr Tag kControlPointSequence{0x300A, 0x02D0};
constexpr Tag kOrientation{0x300A, 0x0412};
constexpr Tag kReferencedSourceNumber{0x300C, 0x000E};

constexpr const char* kRtPlanStorage = "1.2.840.10008.5.1.4.1.1.481.5";
constexpr double kSecondsPerDay = 86400.0;

/// A seed with what is needed to give it a needle and a strength.
struct RawSeed {
  ChannelSeed place;
  std::size_t source = 0;
  std::size_t setup = 0;
  std::string needle;
};

/// Builds the plan step by step; each step may refuse.
class PlanReader {
 public:
  PlanReader(DcmItem& dataset, std::string path, const PlanReadOptions& options)
      : dataset_(dataset), path_(std::move(path)), options_(options), decoder_(dataset) {}

  Result<ImplantPlan> read() {
    for (const auto step : {&PlanReader::check_kind, &PlanReader::read_header, &PlanReader::read_setups, &PlanReader::give_strengths}) {
      const Status status = (this->*step)();
      if (!status) return status.error();
    }
    if (!raw_.empty()) assign_needles(needles_of_seeds(), plan_);
    read_prescription(dataset_, decoder_, plan_);
    return std::move(plan_);
  }

 private:
  Error refuse(ErrorCode code, std::string what, std::string hint) const { return Error{code, std::move(what), path_, std::move(hint)}; }
  void warn(const char* code, std::string message) { plan_.warnings.push_back({code, std::move(message)}); }

  Status check_kind() {
    const std::string sop_class = value_of(dataset_, kSopClassUid);
    const std::string modality = value_of(dataset_, kModality);
    if (sop_class != kRtPlanStorage && modality != "RTPLAN")
      return refuse(ErrorCode::wrong_modality, "not an RT Plan but " + (modality.empty() ? "an object without modality" : modality),
                    "give the RTPLAN file of the implant");
    const std::string technique = value_of(dataset_, kTechnique);
    const std::string type = value_of(dataset_, kTreatmentType);
    if (technique.empty() && type.empty())
      return refuse(ErrorCode::plan_unsupported, "the plan has no brachytherapy module",
                    "give the plan of the permanent implant, or its seeds as CSV (--seeds)");
    const bool permanent = technique == "PERMANENT" || (technique.empty() && type == "LDR");
    if (!permanent || !(type.empty() || type == "LDR" || type == "MANUAL"))
      return refuse(
          ErrorCode::plan_unsupported,
          "the plan is " + (technique.empty() ? "of unstated technique" : technique) + " " + type + ", not a PERMANENT LDR implant",
          "only permanent implants are audited");
    if (technique.empty()) warn("TECHNIQUE_MISSING", "the plan states LDR but no technique; it was read as a permanent implant");
    return ok_status();
  }

  Status read_header() {
    plan_.path = path_;
    plan_.label = decoder_.text(dataset_, kPlanLabel);
    plan_.patient_id = decoder_.text(dataset_, kPatientId);
    plan_.patient_name = decoder_.text(dataset_, kPatientName);
    plan_.sop_instance_uid = value_of(dataset_, kSopInstanceUid);
    plan_.frame_of_reference_uid = value_of(dataset_, kFrameOfReferenceUid);
    const auto references = items_of(dataset_, kReferencedStructureSets);
    if (!references.empty()) plan_.referenced_structure_set_uid = value_of(*references.front(), kReferencedSopInstanceUid);
    if (plan_.frame_of_reference_uid.empty())
      warn("PLAN_FRAME_MISSING", "the plan names no frame of reference; that of its structures or of the pre-op image is assumed");
    sources_ = read_plan_sources(dataset_, decoder_);
    return ok_status();
  }

  /// Which source a channel uses; the strength itself is looked at later.
  Result<std::size_t> source_of(DcmItem& channel, const std::string& name) {
    const auto number = integer_of(channel, kReferencedSourceNumber);
    for (std::size_t i = 0; i < sources_.size(); ++i)
      if (number && sources_[i].number == number) return i;
    if (sources_.size() == 1) {
      if (!source_reference_warned_ && number)
        warn("SOURCE_REFERENCE", name + " refers to source " + std::to_string(*number) + ", which is not there; the only source is used");
      source_reference_warned_ = source_reference_warned_ || number.has_value();
      return std::size_t{0};
    }
    if (options_.strength_given) return std::size_t{0};
    return refuse(ErrorCode::plan_without_strength,
                  sources_.empty() ? "the plan has no Source Sequence" : name + " does not say which of the plan's sources it uses",
                  "give the strength of a seed: --strength-u, --activity-mci or --activity-mbq");
  }

  Status read_setups() {
    const auto setups = items_of(dataset_, kSetupSequence);
    for (std::size_t s = 0; s < setups.size(); ++s) {
      for (DcmItem* channel : items_of(*setups[s], kChannelSequence)) {
        const Status status = read_channel(*channel, s);
        if (!status) return status;
      }
      setup_kerma_ugy_.push_back(number_of(*setups[s], kTotalKerma));
    }
    if (options_.seed_list && (raw_.empty() || positions_missing_)) {
      raw_.clear();
      return ok_status();
    }
    if (raw_.empty())
      return refuse(ErrorCode::plan_without_positions, "the plan has no channel with a seed position",
                    "give the planned positions as CSV: --seeds FILE with columns x_mm,y_mm,z_mm");
    if (dead_positions_ > 0)
      warn("DEAD_POSITIONS_IGNORED", std::to_string(dead_positions_) + " positions without time beside positions with time were left out");
    if (two_ends_ > 0)
      warn("CHANNEL_TWO_PLACES",
           std::to_string(two_ends_) + " channels have two control points closer than a seed is long; they were read as two seeds each");
    if (bad_times_ > 0)
      warn("CHANNEL_TOTAL_TIME", "Channel Total Time of " + std::to_string(bad_times_) + " channels (first: " + first_bad_time_ +
                                     ") is no multiple of the mean life; it is not used");
    return ok_status();
  }

  Status read_channel(DcmItem& channel, std::size_t setup) {
    const auto number = integer_of(channel, kChannelNumber);
    const std::string name = "application setup " + std::to_string(setup + 1) + ", channel " +
                             (number ? std::to_string(*number) : std::string("without number"));
    std::vector<ControlPoint> points;
    for (DcmItem* item : items_of(channel, kControlPointSequence)) {
      ControlPoint cp;
      if (const auto p = numbers_of(*item, kControlPoint3DPosition); p.size() == 3) cp.position_mm = Eigen::Vector3d(p[0], p[1], p[2]);
      if (const auto o = numbers_of(*item, kOrientation); o.size() == 3) cp.orientation = Eigen::Vector3d(o[0], o[1], o[2]);
      cp.weight = number_of(*item, kCumulativeTimeWeight);
      points.push_back(cp);
    }
    if (points.empty()) {
      warn("CHANNEL_EMPTY", name + " has no control points; it was passed over");
      return ok_status();
    }
    const ChannelSeeds found = seeds_of_channel(points);
    if (found.without_position) {
      positions_missing_ = true;
      if (options_.seed_list) return ok_status();
      return refuse(ErrorCode::plan_without_positions, name + " has no Control Point 3D Position",
                    "the element is optional in DICOM and this planning system leaves it out: give the planned positions as CSV, --seeds "
                    "FILE with columns x_mm,y_mm,z_mm");
    }
    const auto source = source_of(channel, name);
    if (!source) return source.error();
    std::string needle = decoder_.text(channel, kApplicatorId);
    if (needle.empty()) needle = decoder_.text(channel, kApplicatorName);
    if (needle.empty()) {
      // Without an applicator a channel is its own needle; channel numbers begin anew in every setup.
      needle = number ? std::to_string(*number) : std::to_string(raw_.size() + 1);
      needle = "channel " + std::to_string(setup + 1) + "." + needle;
    }
    for (const ChannelSeed& seed : found.seeds) raw_.push_back({seed, *source, setup, needle});
    dead_positions_ += found.dead_positions;
    two_ends_ += found.two_ends ? 1 : 0;
    check_time(channel, name, *source, found.seeds.size());
    return ok_status();
  }

  std::optional<double> half_life_days(std::size_t source) const {
    if (source >= sources_.size()) return std::nullopt;
    const PlanSource& s = sources_[source];
    if (s.half_life_days && !judge_half_life(*s.half_life_days, s.isotope)) return s.half_life_days;
    return nominal_half_life_days(s.isotope);
  }

  void check_time(DcmItem& channel, const std::string& name, std::size_t source, std::size_t seeds) {
    const auto time_s = number_of(channel, kChannelTotalTime);
    const auto half_life = half_life_days(source);
    if (!time_s || !half_life) return;
    const double mean_life_s = mean_life(to_hours(Days{*half_life})).value * 3600.0;
    for (const double k : {1.0, static_cast<double>(seeds)})
      if (std::abs(*time_s / (k * mean_life_s) - 1.0) <= 0.005) return;
    if (bad_times_++ == 0)
      first_bad_time_ = name + ": " + significant(*time_s, 6) + " s, mean life " + significant(mean_life_s, 6) +
                        " s = " + significant(mean_life_s / kSecondsPerDay, 6) + " d";
  }

  Status give_strengths() {
    std::set<std::size_t> used;
    for (const RawSeed& raw : raw_) used.insert(raw.source);
    if (raw_.empty() && !sources_.empty()) used.insert(0);  // positions come from a seed list, which may state strengths of its own
    std::string isotope;
    for (const std::size_t i : used) {
      if (i >= sources_.size()) continue;
      const PlanSource& s = sources_[i];
      if (!s.strength && !options_.strength_given && !raw_.empty())
        return refuse(ErrorCode::plan_without_strength,
                      "source " + (s.number ? std::to_string(*s.number) : std::string("without number")) +
                          " has no positive Reference Air Kerma Rate",
                      "give the strength of a seed: --strength-u, --activity-mci or --activity-mbq");
      // A strength given in its place is judged where it is resolved.
      const bool counts = s.strength && !options_.strength_given;
      if (counts)
        if (auto w = judge_strength(*s.strength, s.isotope, "the plan states")) plan_.warnings.push_back(std::move(*w));
      if (counts && !s.strength_units.empty() && s.strength_units != "AIR_KERMA_RATE")
        warn("STRENGTH_UNITS", "Source Strength Units is " + s.strength_units + "; the Reference Air Kerma Rate was used all the same");
      if (!isotope.empty() && !s.isotope.empty() && s.isotope != isotope)
        return refuse(ErrorCode::plan_unsupported, "the plan mixes " + isotope + " and " + s.isotope, "audit one isotope at a time");
      if (isotope.empty()) isotope = s.isotope;
    }
    plan_.isotope = isotope;
    if (!used.empty() && *used.begin() < sources_.size()) describe_source(used);
    return raw_.empty() ? take_seed_list() : place_seeds();
  }

  /// The plan states no positions: those of the seed list, with the plan's strength where the list states none.
  Status take_seed_list() {
    plan_.seeds = options_.seed_list->seeds;
    plan_.needle_names = options_.seed_list->needle_names;
    plan_.duplicates_removed = options_.seed_list->duplicates_removed;
    plan_.warnings.insert(plan_.warnings.end(), options_.seed_list->warnings.begin(), options_.seed_list->warnings.end());
    warn("POSITIONS_FROM_LIST", "the plan states no seed positions; " + std::to_string(plan_.seeds.size()) + " come from the seed list");
    for (PlannedSeed& seed : plan_.seeds) {
      if (seed.stated_strength || options_.strength_given) continue;
      if (sources_.size() != 1 || !sources_.front().strength)
        return refuse(ErrorCode::plan_without_strength,
                      sources_.size() > 1 ? "the seed list does not say which of the plan's sources each seed is"
                                          : "neither plan nor seed list states a strength",
                      "add the column strength_u to the list, or give --strength-u, --activity-mci or --activity-mbq");
      seed.strength = *sources_.front().strength;
    }
    return ok_status();
  }

  void describe_source(const std::set<std::size_t>& used) {
    const PlanSource& first = sources_[*used.begin()];
    plan_.source_model_hint = first.model_hint;
    plan_.active_length_mm = first.active_length_mm;
    plan_.strength_reference_date = first.reference_date;
    if (first.half_life_days) {
      if (auto w = judge_half_life(*first.half_life_days, first.isotope))
        plan_.warnings.push_back(std::move(*w));
      else
        plan_.half_life = to_hours(Days{*first.half_life_days});
    }
    for (const std::size_t i : used)
      if (i < sources_.size() && sources_[i].model_hint != first.model_hint)
        warn("SOURCE_MODELS_DIFFER", "the plan's sources are described differently (\"" + first.model_hint + "\", \"" +
                                         sources_[i].model_hint + "\"); one model is used for all");
  }

  /// Strength of a source at the plan's one reference date.
  Result<AirKermaU> strength_of(std::size_t index) {
    if (index >= sources_.size() || !sources_[index].strength) return AirKermaU{0.0};
    const PlanSource& s = sources_[index];
    const auto& common = plan_.strength_reference_date;
    if (!common || !s.reference_date) return *s.strength;
    const double days = days_between(*s.reference_date, *common).value;
    if (days == 0.0) return *s.strength;
    const auto half_life = half_life_days(index);
    if (!half_life)
      return refuse(ErrorCode::plan_without_isotope, "sources have different reference dates and no isotope or half-life",
                    "give the strength of a seed: --strength-u, --activity-mci or --activity-mbq");
    if (!dates_warned_)
      warn("REFERENCE_DATES_DIFFER",
           "the plan's sources have different reference dates; strengths were decayed to " + to_iso(common->date));
    dates_warned_ = true;
    return *s.strength * std::exp2(-days / *half_life);
  }

  Status place_seeds() {
    std::vector<RawSeed> kept;
    for (const RawSeed& raw : raw_) {
      const bool repeated = std::any_of(
          kept.begin(), kept.end(), [&](const RawSeed& k) { return (k.place.position_mm - raw.place.position_mm).norm() < kSamePlaceMm; });
      if (repeated) {
        ++plan_.duplicates_removed;
        continue;
      }
      PlannedSeed seed;
      seed.index = static_cast<int>(plan_.seeds.size());
      seed.center.mm = raw.place.position_mm;
      if (raw.place.direction) seed.axis = Axis<PlanFrame>{*raw.place.direction};
      const auto strength = strength_of(raw.source);
      if (!strength) return strength.error();
      seed.strength = *strength;
      plan_.seeds.push_back(seed);
      kept.push_back(raw);
    }
    if (plan_.duplicates_removed > 0)
      warn("DUPLICATE_POSITIONS",
           std::to_string(plan_.duplicates_removed) + " planned positions repeat an earlier one within 0.1 mm and were left out");
    check_total_kerma();
    raw_ = std::move(kept);
    return ok_status();
  }

  void check_total_kerma() {
    std::vector<SetupKerma> setups;
    for (const auto& stated : setup_kerma_ugy_) setups.push_back({stated, {}});
    for (const RawSeed& r : raw_) {
      const auto half_life = half_life_days(r.source);
      const bool known = half_life && r.source < sources_.size() && sources_[r.source].strength;
      setups[r.setup].seeds_ugy.push_back(known ? sources_[r.source].strength->value * mean_life(to_hours(Days{*half_life})).value : 0.0);
    }
    if (auto w = judge_total_kerma(setups)) plan_.warnings.push_back(std::move(*w));
  }

  std::vector<NamedNeedle> needles_of_seeds() const {
    std::vector<NamedNeedle> names;
    for (const RawSeed& raw : raw_) names.push_back({raw.needle, raw.setup});
    return names;
  }

  DcmItem& dataset_;
  std::string path_;
  PlanReadOptions options_;
  TextDecoder decoder_;
  ImplantPlan plan_;
  std::vector<PlanSource> sources_;
  std::vector<RawSeed> raw_;
  std::vector<std::optional<double>> setup_kerma_ugy_;  ///< as stated, one a setup
  bool positions_missing_ = false;
  int dead_positions_ = 0;
  int two_ends_ = 0;
  int bad_times_ = 0;
  std::string first_bad_time_;
  bool source_reference_warned_ = false;
  bool dates_warned_ = false;
};

}  // namespace

Result<ImplantPlan> read_plan(const std::filesystem::path& path, const PlanReadOptions& options) {
  const auto file = open_dicom(path.string(), true);
  if (!file) return file.error();
  return PlanReader(*(*file)->getDataset(), path.string(), options).read();
}

}  // namespace seedaudit
