// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_plan_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "core/sha256.h"
#include "report/dicom_ct_writer.h"
#include "report/dicom_object.h"

namespace seedaudit {
namespace {

/// Seeds that share a channel: one needle, one source.
struct Channel {
  int needle = 0;
  int source = 0;  ///< index into the source sequence
  std::vector<const PlannedSeed*> seeds;
};

Error unsuitable(std::string what) {
  return Error{ErrorCode::invalid_option, std::move(what), "", "A permanent RT Plan cannot be written without it."};
}

Status check_plan(const ImplantPlan& plan, const PlanWriteOptions& options) {
  if (plan.seeds.empty()) return unsuitable("the plan has no seeds");
  if (plan.isotope.empty()) return unsuitable("the plan names no isotope");
  if (!plan.half_life || !(plan.half_life->value > 0.0)) return unsuitable("the plan has no half-life");
  if (!plan.strength_reference_date) return unsuitable("the plan has no strength reference date");
  for (const auto& seed : plan.seeds) {
    if (!seed.center.mm.allFinite()) return unsuitable("seed " + std::to_string(seed.index) + " has no finite position");
    if (options.write_strength && !(seed.strength.value > 0.0))
      return unsuitable("seed " + std::to_string(seed.index) + " has strength " + std::to_string(seed.strength.value) + " U");
  }
  return ok_status();
}

std::string plan_digest(const ImplantPlan& plan, const PlanWriteOptions& options) {
  Sha256 hash;
  hash.add_part(plan.label);
  hash.add_part(plan.isotope);
  hash.add_part(std::to_string(static_cast<int>(options.layout)));
  hash.add_part(decimal_string(plan.half_life->value));
  hash.add_part(to_iso(plan.strength_reference_date->date));
  if (plan.prescription) hash.add_part(decimal_string(plan.prescription->value));
  for (const auto& s : plan.seeds) {
    for (int a = 0; a < 3; ++a) hash.add_part(decimal_string(s.center.mm[a]));
    if (s.axis)
      for (int a = 0; a < 3; ++a) hash.add_part(decimal_string(s.axis->unit[a]));
    hash.add_part(decimal_string(s.strength.value));
    hash.add_part(std::to_string(s.needle));
  }
  return hash.hexadecimal();
}

std::string needle_name(const ImplantPlan& plan, int needle) {
  const auto i = static_cast<std::size_t>(needle);
  return needle >= 0 && i < plan.needle_names.size() ? plan.needle_names[i] : "N" + std::to_string(needle + 1);
}

/// Distinct strengths become sources, in order of appearance.
std::vector<double> source_strengths(const ImplantPlan& plan) {
  std::vector<double> strengths;
  for (const auto& s : plan.seeds)
    if (std::find(strengths.begin(), strengths.end(), s.strength.value) == strengths.end()) strengths.push_back(s.strength.value);
  return strengths;
}

std::vector<Channel> channels_of(const ImplantPlan& plan, PlanLayout layout, const std::vector<double>& strengths) {
  std::vector<Channel> channels;
  std::map<std::pair<int, int>, std::size_t> of_needle;
  for (const auto& seed : plan.seeds) {
    const auto source = static_cast<int>(std::find(strengths.begin(), strengths.end(), seed.strength.value) - strengths.begin());
    if (layout == PlanLayout::channel_per_needle) {
      const auto [it, added] = of_needle.try_emplace({seed.needle, source}, channels.size());
      if (!added) {
        channels[it->second].seeds.push_back(&seed);
        continue;
      }
    }
    channels.push_back({seed.needle, source, {&seed}});
  }
  return channels;
}

/// Distances from the distal-most seed of the channel, against the insertion direction.
std::vector<double> relative_positions(const Channel& channel) {
  const PlannedSeed& first = *channel.seeds.front();
  Eigen::Vector3d along = channel.seeds.back()->center.mm - first.center.mm;
  if (first.axis) along = first.axis->unit;  // Control Point Orientation points in the insertion direction
  if (along.norm() > 0.0) along.normalize();
  std::vector<double> depth;
  for (const auto* s : channel.seeds) depth.push_back(along.dot(s->center.mm - first.center.mm));
  const double distal = *std::max_element(depth.begin(), depth.end());
  for (double& d : depth) d = std::round((distal - d) * 1000.0) / 1000.0;
  return depth;
}

void write_channel(ItemWriter& setup, const ImplantPlan& plan, const Channel& channel, int number, double mean_life_s,
                   const PlanWriteOptions& options) {
  const auto n = static_cast<int>(channel.seeds.size());
  const double total_s = mean_life_s * n;
  const std::string name = needle_name(plan, channel.needle);
  ItemWriter item = setup.add_item(DCM_ChannelSequence);
  item.integer(DCM_ChannelNumber, number);
  item.raw(DCM_ReferencedROINumber, "");
  item.raw(DCM_ChannelLength, "");
  item.decimal(DCM_ChannelTotalTime, total_s);
  item.text(DCM_SourceMovementType, "FIXED");
  item.integer(DCM_NumberOfControlPoints, 2 * n);
  item.integer(DCM_SourceApplicatorNumber, channel.needle + 1);
  item.text(DCM_SourceApplicatorID, name);
  item.text(DCM_SourceApplicatorType, "RIGID");
  item.text(DCM_SourceApplicatorName, name);
  item.decimal(DCM_SourceApplicatorLength, 200.0);
  item.raw(DCM_TransferTubeNumber, "");
  item.integer(DCM_ReferencedSourceNumber, channel.source + 1);
  item.decimal(DCM_FinalCumulativeTimeWeight, total_s);
  const std::vector<double> relative = relative_positions(channel);
  for (int i = 0; i < 2 * n; ++i) {
    const auto s = static_cast<std::size_t>(i / 2);
    const PlannedSeed& seed = *channel.seeds[s];
    ItemWriter point = item.add_item(DCM_BrachyControlPointSequence);
    point.integer(DCM_ControlPointIndex, i);
    point.decimal(DCM_CumulativeTimeWeight, mean_life_s * ((i + 1) / 2));
    point.decimal(DCM_ControlPointRelativePosition, relative[s]);
    if (options.write_positions) point.decimals(DCM_ControlPoint3DPosition, seed.center.mm);
    if (seed.axis)
      point.floats(DCM_ControlPointOrientation, {static_cast<float>(seed.axis->unit[0]), static_cast<float>(seed.axis->unit[1]),
                                                 static_cast<float>(seed.axis->unit[2])});
  }
}

void write_sources(ItemWriter& plan_item, const ImplantPlan& plan, const std::vector<double>& strengths, const PlanWriteOptions& options) {
  for (std::size_t i = 0; i < strengths.size(); ++i) {
    ItemWriter item = plan_item.add_item(DCM_SourceSequence);
    item.integer(DCM_SourceNumber, static_cast<long>(i) + 1);
    item.text_if(DCM_SourceModelID, options.source_model_id);
    item.text_if(DCM_SourceDescription, plan.source_model_hint);
    item.text(DCM_SourceType, "CYLINDER");
    item.text_if(DCM_SourceManufacturer, options.source_manufacturer);
    item.text(DCM_MaterialID, "");
    item.decimal(DCM_ActiveSourceDiameter, options.active_diameter_mm);
    if (plan.active_length_mm) item.decimal(DCM_ActiveSourceLength, *plan.active_length_mm);
    item.decimal(DCM_SourceEncapsulationNominalThickness, options.encapsulation_mm);
    item.text(DCM_SourceIsotopeName, plan.isotope);
    item.decimal(DCM_SourceIsotopeHalfLife, to_days(*plan.half_life).value);
    item.text(DCM_SourceStrengthUnits, "AIR_KERMA_RATE");
    if (options.write_strength)
      item.decimal(DCM_ReferenceAirKermaRate, strengths[i]);
    else
      item.raw(DCM_ReferenceAirKermaRate, "");
    item.date(DCM_SourceStrengthReferenceDate, DCM_SourceStrengthReferenceTime, *plan.strength_reference_date);
  }
}

void write_setups(ItemWriter& plan_item, const ImplantPlan& plan, const std::vector<Channel>& channels,
                  const std::vector<double>& strengths, const PlanWriteOptions& options) {
  // Only ten characters of a second's fraction fit a Decimal String; a tenth of a second in 86 days is 1e-8.
  const double mean_life_s = std::round(mean_life(*plan.half_life).value * 36000.0) / 10.0;
  const bool each = options.layout == PlanLayout::setup_per_seed;
  const std::size_t setups = each ? channels.size() : 1;
  for (std::size_t s = 0; s < setups; ++s) {
    ItemWriter setup = plan_item.add_item(DCM_ApplicationSetupSequence);
    const std::size_t first = each ? s : 0, last = each ? s + 1 : channels.size();
    double kerma_ugy = 0.0;  // Total Reference Air Kerma: rate at 1 m times channel time
    for (std::size_t c = first; c < last; ++c)
      kerma_ugy +=
          strengths[static_cast<std::size_t>(channels[c].source)] * static_cast<double>(channels[c].seeds.size()) * mean_life_s / 3600.0;
    setup.text(DCM_ApplicationSetupType, options.application_setup_type);
    setup.integer(DCM_ApplicationSetupNumber, static_cast<long>(s) + 1);
    setup.decimal(DCM_TotalReferenceAirKerma, std::round(kerma_ugy * 10.0) / 10.0);
    for (std::size_t c = first; c < last; ++c)
      write_channel(setup, plan, channels[c], static_cast<int>(each ? 1 : c + 1), mean_life_s, options);
  }
  ItemWriter group = plan_item.add_item(DCM_FractionGroupSequence);
  group.integer(DCM_FractionGroupNumber, 1);
  group.integer(DCM_NumberOfFractionsPlanned, 1);
  group.integer(DCM_NumberOfBeams, 0);
  group.integer(DCM_NumberOfBrachyApplicationSetups, static_cast<long>(setups));
  for (std::size_t s = 0; s < setups; ++s)
    group.add_item(DCM_ReferencedBrachyApplicationSetupSequence)
        .integer(DCM_ReferencedBrachyApplicationSetupNumber, static_cast<long>(s) + 1);
}

void write_plan_modules(ItemWriter& item, const ImplantPlan& plan, const DicomHeader& header) {
  item.text(DCM_RTPlanLabel, plan.label.empty() ? "SEEDPLAN" : plan.label);
  item.date(DCM_RTPlanDate, DCM_RTPlanTime, header.content_date.value_or(header.study_date));
  item.text(DCM_RTPlanGeometry, plan.referenced_structure_set_uid.empty() ? "TREATMENT_DEVICE" : "PATIENT");
  if (!plan.referenced_structure_set_uid.empty()) {
    ItemWriter set = item.add_item(DCM_ReferencedStructureSetSequence);
    set.text(DCM_ReferencedSOPClassUID, UID_RTStructureSetStorage);
    set.text(DCM_ReferencedSOPInstanceUID, plan.referenced_structure_set_uid);
  }
  if (plan.prescription) {
    ItemWriter dose = item.add_item(DCM_DoseReferenceSequence);
    dose.integer(DCM_DoseReferenceNumber, 1);
    dose.text(DCM_DoseReferenceStructureType, plan.target_roi_number ? "VOLUME" : "SITE");
    if (plan.target_roi_number) dose.integer(DCM_ReferencedROINumber, *plan.target_roi_number);
    dose.text_if(DCM_DoseReferenceDescription, plan.target_roi_name);
    dose.text(DCM_DoseReferenceType, "TARGET");
    dose.decimal(DCM_TargetPrescriptionDose, plan.prescription->value);
  }
  item.text(DCM_ApprovalStatus, "UNAPPROVED");
}

}  // namespace

Status PlanWriteOptions::check() const {
  if (!(active_diameter_mm > 0.0) || !(active_diameter_mm < 5.0))
    return Error{ErrorCode::invalid_option, "active_diameter_mm is " + std::to_string(active_diameter_mm) + ", must be in (0, 5)", "", ""};
  if (!(encapsulation_mm >= 0.0) || !(encapsulation_mm < 5.0))
    return Error{ErrorCode::invalid_option, "encapsulation_mm is " + std::to_string(encapsulation_mm) + ", must be in [0, 5)", "", ""};
  if (application_setup_type.empty()) return Error{ErrorCode::invalid_option, "application_setup_type is empty", "", ""};
  return ok_status();
}

Result<WrittenInstance> write_plan(const ImplantPlan& plan, const DicomHeader& header, const std::filesystem::path& file,
                                   const PlanWriteOptions& options) {
  if (auto checked = options.check(); !checked) return checked.error();
  if (auto checked = check_plan(plan, options); !checked) return checked.error();
  DicomHeader named = header;
  if (named.patient.id.empty()) named.patient.id = plan.patient_id;
  if (named.patient.name.empty()) named.patient.name = plan.patient_name;
  const std::string digest = plan_digest(plan, options);
  const ObjectIdentity identity = identify(named, "RTPLAN", plan.frame_of_reference_uid, digest);
  WrittenInstance written{UID_RTPlanStorage, plan.sop_instance_uid, file.string()};
  if (written.sop_instance_uid.empty()) written.sop_instance_uid = stable_uid({"plan", identity.series_instance_uid, digest});
  const std::vector<double> strengths = source_strengths(plan);
  const std::vector<Channel> channels = channels_of(plan, options.layout, strengths);

  const auto done = write_object(file, DicomSyntax::explicit_little_endian, [&](ItemWriter& item) {
    write_common(item, named, identity, "RTPLAN", written.sop_class_uid, written.sop_instance_uid);
    write_plan_modules(item, plan, named);
    item.text(DCM_BrachyTreatmentTechnique, "PERMANENT");
    item.text(DCM_BrachyTreatmentType, "LDR");
    item.add_item(DCM_TreatmentMachineSequence).text(DCM_TreatmentMachineName, "MANUAL");
    write_sources(item, plan, strengths, options);
    write_setups(item, plan, channels, strengths, options);
  });
  if (!done) return done.error();
  return written;
}

}  // namespace seedaudit
