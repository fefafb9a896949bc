// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/treatment_record.h"

#include <algorithm>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"
#include "io/plan_channel.h"

namespace seedaudit {
namespace {

constexpr Tag kTreatmentDate{0x3008, 0x0250};
constexpr Tag kTreatmentTime{0x3008, 0x0251};
constexpr Tag kSessions{0x3008, 0x0110};
constexpr Tag kRecordedChannels{0x3008, 0x0130};
constexpr Tag kControlPointsDelivered{0x3008, 0x0160};
constexpr Tag kReferencedPlans{0x300C, 0x0002};

constexpr const char* kBrachyRecordStorage = "1.2.840.10008.5.1.4.1.1.481.6";

}  // namespace

Result<TreatmentRecord> read_treatment_record(const std::filesystem::path& path) {
  const auto file = open_dicom(path.string(), true);
  if (!file) return file.error();
  DcmItem& dataset = *(*file)->getDataset();
  if (value_of(dataset, kSopClassUid) != kBrachyRecordStorage)
    return Error{ErrorCode::wrong_modality, "not an RT Brachy Treatment Record", path.string(), ""};
  TreatmentRecord record;
  record.path = path.string();
  record.patient_id = TextDecoder(dataset).text(dataset, kPatientId);
  record.sop_instance_uid = value_of(dataset, kSopInstanceUid);
  const auto plans = items_of(dataset, kReferencedPlans);
  if (!plans.empty()) record.referenced_plan_uid = value_of(*plans.front(), kReferencedSopInstanceUid);
  record.treatment_date = date_of(dataset, kTreatmentDate, kTreatmentTime);

  std::vector<Eigen::Vector3d> places;
  bool complete = true;
  for (DcmItem* session : items_of(dataset, kSessions)) {
    for (DcmItem* channel : items_of(*session, kRecordedChannels)) {
      std::vector<ControlPoint> points;
      for (DcmItem* item : items_of(*channel, kControlPointsDelivered)) {
        ControlPoint cp;
        if (const auto p = numbers_of(*item, kControlPoint3DPosition); p.size() == 3) cp.position_mm = Eigen::Vector3d(p[0], p[1], p[2]);
        cp.weight = number_of(*item, kCumulativeTimeWeight);
        points.push_back(cp);
      }
      const ChannelSeeds seeds = seeds_of_channel(points);
      complete = complete && !seeds.without_position;
      for (const auto& s : seeds.seeds)
        if (std::none_of(places.begin(), places.end(), [&](const Eigen::Vector3d& q) { return (q - s.position_mm).norm() < kSamePlaceMm; }))
          places.push_back(s.position_mm);
    }
  }
  if (complete && !places.empty()) record.implanted = static_cast<int>(places.size());
  return record;
}

}  // namespace seedaudit
