// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_structures.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"

namespace seedaudit {
namespace {

constexpr Tag kSeriesInstanceUid{0x0020, 0x000E};
constexpr Tag kLabel{0x3006, 0x0002};
constexpr Tag kReferencedFrames{0x3006, 0x0010};
constexpr Tag kReferencedStudies{0x3006, 0x0012};
constexpr Tag kReferencedSeries{0x3006, 0x0014};
constexpr Tag kRoiSequence{0x3006, 0x0020};
constexpr Tag kRoiNumber{0x3006, 0x0022};
constexpr Tag kRoiFrame{0x3006, 0x0024};
constexpr Tag kRoiName{0x3006, 0x0026};
constexpr Tag kRoiContourSequence{0x3006, 0x0039};
constexpr Tag kContourSequence{0x3006, 0x0040};
constexpr Tag kContourType{0x3006, 0x0042};
constexpr Tag kContourPointCount{0x3006, 0x0046};
constexpr Tag kContourData{0x3006, 0x0050};
constexpr Tag kObservations{0x3006, 0x0080};
constexpr Tag kInterpretedType{0x3006, 0x00A4};

constexpr const char* kRtStructureSetStorage = "1.2.840.10008.5.1.4.1.1.481.3";
/// A contour whose points leave their plane by more than this is reported; drawn contours are planar to their printed digits.
constexpr double kPlanarityMm = 0.5;

using Points = std::vector<Eigen::Vector3d>;

double distance_from_plane_mm(const Points& points) {
  if (points.size() < 4) return 0.0;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const auto& p : points) mean += p;
  mean /= static_cast<double>(points.size());
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const auto& p : points) scatter += (p - mean) * (p - mean).transpose();
  const Eigen::Vector3d normal = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(scatter).eigenvectors().col(0);
  double worst = 0.0;
  for (const auto& p : points) worst = std::max(worst, std::abs(normal.dot(p - mean)));
  return worst;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& n : names) text += (text.empty() ? "" : ", ") + ("\"" + n + "\"");
  return text;
}

template <class F>
class StructuresReader {
 public:
  StructuresReader(DcmItem& dataset, const std::string& path) : dataset_(dataset), path_(path), decoder_(dataset) {}

  Result<StructureSet<F>> read() {
    const std::string modality = value_of(dataset_, kModality);
    if (value_of(dataset_, kSopClassUid) != kRtStructureSetStorage && modality != "RTSTRUCT")
      return Error{ErrorCode::wrong_modality, "not an RT Structure Set but " + (modality.empty() ? "an object without modality" : modality),
                   path_, "give the RTSTRUCT file"};
    read_header();
    if (const Status s = read_rois(); !s) return s.error();
    read_observations();
    if (const Status s = read_contours(); !s) return s.error();
    leave_out_foreign_frames();
    report();
    tell_apart();
    return std::move(set_);
  }

 private:
  Error bad(std::string what) const {
    return Error{ErrorCode::structures_invalid, std::move(what), path_, "export the structure set again, or audit without it"};
  }
  void warn(const char* code, std::string message) { set_.warnings.push_back({code, std::move(message)}); }

  void read_header() {
    set_.path = path_;
    set_.label = decoder_.text(dataset_, kLabel);
    set_.patient_id = decoder_.text(dataset_, kPatientId);
    set_.patient_name = decoder_.text(dataset_, kPatientName);
    set_.sop_instance_uid = value_of(dataset_, kSopInstanceUid);
    for (DcmItem* frame : items_of(dataset_, kReferencedFrames)) {
      frames_.push_back(value_of(*frame, kFrameOfReferenceUid));
      for (DcmItem* study : items_of(*frame, kReferencedStudies))
        for (DcmItem* series : items_of(*study, kReferencedSeries))
          if (set_.referenced_series_uid.empty()) set_.referenced_series_uid = value_of(*series, kSeriesInstanceUid);
    }
  }

  Status read_rois() {
    std::map<std::string, int> rois_in_frame;
    std::map<std::string, int> named;
    for (DcmItem* item : items_of(dataset_, kRoiSequence)) {
      Structure<F> s;
      const auto number = integer_of(*item, kRoiNumber);
      if (!number) return bad("ROI " + std::to_string(set_.structures.size() + 1) + " of the structure set has no number");
      if (index_.count(*number) != 0) return bad("two ROIs have the number " + std::to_string(*number));
      s.number = *number;
      s.name = decoder_.text(*item, kRoiName);
      if (++named[s.name] == 2) repeated_.push_back(s.name);
      roi_frames_.push_back(value_of(*item, kRoiFrame));
      if (!roi_frames_.back().empty()) ++rois_in_frame[roi_frames_.back()];
      index_[s.number] = set_.structures.size();
      set_.structures.push_back(std::move(s));
    }
    if (set_.structures.empty()) return bad("the structure set has no ROI");
    // The set's frame is what most of its ROIs name, then what it refers to, then its own.
    int most = 0;
    for (const auto& [uid, count] : rois_in_frame) {
      if (count > most) set_.frame_of_reference_uid = uid;
      most = std::max(most, count);
    }
    for (const auto& uid : frames_)
      if (set_.frame_of_reference_uid.empty()) set_.frame_of_reference_uid = uid;
    if (set_.frame_of_reference_uid.empty()) set_.frame_of_reference_uid = value_of(dataset_, kFrameOfReferenceUid);
    if (set_.frame_of_reference_uid.empty())
      warn("STRUCTURES_FRAME_MISSING", "the structure set names no frame of reference; that of its image is assumed");
    return ok_status();
  }

  void read_observations() {
    for (DcmItem* item : items_of(dataset_, kObservations)) {
      const auto number = integer_of(*item, kReferencedRoiNumber);
      const auto it = number ? index_.find(*number) : index_.end();
      if (it == index_.end()) {
        ++orphan_observations_;
        continue;
      }
      auto& type = set_.structures[it->second].interpreted_type;
      if (type.empty()) type = value_of(*item, kInterpretedType);
    }
  }

  Status read_contours() {
    for (DcmItem* item : items_of(dataset_, kRoiContourSequence)) {
      const auto number = integer_of(*item, kReferencedRoiNumber);
      const auto it = number ? index_.find(*number) : index_.end();
      const auto contours = items_of(*item, kContourSequence);
      if (it == index_.end()) {
        orphan_contours_ += static_cast<int>(contours.size());
        continue;
      }
      for (std::size_t c = 0; c < contours.size(); ++c) {
        const Status status = read_contour(*contours[c], c, set_.structures[it->second]);
        if (!status) return status;
      }
    }
    return ok_status();
  }

  Status read_contour(DcmItem& item, std::size_t index, Structure<F>& roi) {
    const std::string where = "contour " + std::to_string(index + 1) + " of \"" + roi.name + "\"";
    const auto raw = values_of(item, kContourData);
    const auto numbers = numbers_of(item, kContourData);
    const auto stated = integer_of(item, kContourPointCount);
    if (raw.empty() && stated.value_or(0) == 0) {
      ++dropped_[roi.name];
      return ok_status();
    }
    // A contour that cannot be read is a slice of the target lost: refused, not dropped.
    if (numbers.empty() || numbers.size() % 3 != 0) return bad(where + " holds no x, y, z triples");
    Points points(numbers.size() / 3);
    for (std::size_t i = 0; i < points.size(); ++i) points[i] = Eigen::Vector3d(numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2]);
    if (stated && *stated != static_cast<int>(points.size()))
      return bad(where + " states " + std::to_string(*stated) + " points and holds " + std::to_string(points.size()));

    const std::string type = value_of(item, kContourType);
    if (type == "POINT" || (type.empty() && points.size() == 1)) {
      if (points.size() > 2) ++points_[roi.name];  // a point has one place: this was drawn as a curve and says that it is none
      for (const auto& p : points) roi.points.push_back({p});
      return ok_status();
    }
    const bool closes = points.size() > 3 && (points.front() - points.back()).norm() < 1e-3;
    const bool closed =
        type == "CLOSED_PLANAR" || type == "CLOSEDPLANAR_XOR" || (type.empty() && points.size() > 2) || (type == "OPEN_PLANAR" && closes);
    if (!closed) {
      ++open_[roi.name];
      return ok_status();
    }
    if (closes) points.pop_back();  // the polygon closes by itself
    if (points.size() < 3) {
      ++dropped_[roi.name];
      return ok_status();
    }
    if (distance_from_plane_mm(points) > kPlanarityMm) ++bent_[roi.name];
    Contour<F> contour;
    for (const auto& p : points) contour.points.push_back({p});
    roi.contours.push_back(std::move(contour));
    return ok_status();
  }

  void leave_out_foreign_frames() {
    std::vector<std::string> foreign;
    for (std::size_t i = 0; i < set_.structures.size(); ++i) {
      auto& s = set_.structures[i];
      if (roi_frames_[i].empty() || roi_frames_[i] == set_.frame_of_reference_uid) continue;
      if (s.contours.empty() && s.points.empty()) continue;
      foreign.push_back(s.name);
      s.contours.clear();
      s.points.clear();
    }
    if (!foreign.empty())
      warn("ROI_FRAME_DIFFERS",
           "drawn in another frame of reference than the rest of the set, so their contours were left out: " + listed(foreign));
  }

  /// A structure is spoken of by its name from here on, so drawn ones of one name get their number into it.
  void tell_apart() {
    std::map<std::string, int> drawn;
    for (const auto& s : set_.structures) drawn[s.name] += s.contours.empty() ? 0 : 1;
    for (auto& s : set_.structures)
      if (!s.contours.empty() && drawn[s.name] > 1) s.name += " (ROI " + std::to_string(s.number) + ")";
  }

  void report_counts(const char* code, const std::map<std::string, int>& counts, const std::string& what) {
    for (const auto& [name, count] : counts) warn(code, std::to_string(count) + " contours of \"" + name + "\" " + what);
  }

  void report() {
    std::vector<std::string> undrawn;
    for (const auto& s : set_.structures)
      if (s.contours.empty() && s.points.empty()) undrawn.push_back(s.name);
    if (!undrawn.empty()) warn("ROI_WITHOUT_CONTOURS", "ROIs without contours: " + listed(undrawn));
    if (!repeated_.empty())
      warn("ROI_NAME_REPEATED", "several ROIs have one name: " + listed(repeated_) + "; drawn ones are told apart by their ROI number");
    if (orphan_contours_ > 0)
      warn("ORPHAN_CONTOURS", std::to_string(orphan_contours_) + " contours belong to no ROI of the set and were left out");
    if (orphan_observations_ > 0)
      warn("OBSERVATION_WITHOUT_ROI", std::to_string(orphan_observations_) + " observations belong to no ROI of the set");
    report_counts("CONTOUR_DROPPED", dropped_, "have fewer than three points and enclose nothing; they were left out");
    report_counts("CONTOUR_TYPE", open_, "are open curves that enclose nothing; they were left out");
    report_counts("CONTOUR_SAYS_POINT", points_, "are drawn as curves and typed as points; they were not taken as outlines");
    report_counts("CONTOUR_NOT_PLANAR", bent_, "leave their plane by more than 0.5 mm");
  }

  DcmItem& dataset_;
  std::string path_;
  TextDecoder decoder_;
  StructureSet<F> set_;
  std::vector<std::string> frames_;
  std::vector<std::string> roi_frames_;  ///< one a structure
  std::map<int, std::size_t> index_;     ///< ROI number -> structure
  std::vector<std::string> repeated_;
  std::map<std::string, int> dropped_, open_, points_, bent_;
  int orphan_contours_ = 0;
  int orphan_observations_ = 0;
};

}  // namespace

template <class F>
Result<StructureSet<F>> read_structures(const std::filesystem::path& path) {
  const auto file = open_dicom(path.string(), true);
  if (!file) return file.error();
  return StructuresReader<F>(*(*file)->getDataset(), path.string()).read();
}

template Result<StructureSet<PlanFrame>> read_structures<PlanFrame>(const std::filesystem::path&);
template Result<StructureSet<CtFrame>> read_structures<CtFrame>(const std::filesystem::path&);

}  // namespace seedaudit
