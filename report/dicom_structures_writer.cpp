// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_structures_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "core/sha256.h"
#include "report/dicom_ct_writer.h"
#include "report/dicom_object.h"

namespace seedaudit {
namespace {

/// The longest value that an explicit-length 16 bit string VR can hold.
constexpr std::size_t kExplicitLimit = 65534;

/// Colours for viewers; targets first, then by order.
constexpr std::array<const char*, 6> kColours = {"255\\0\\0", "0\\200\\0", "0\\96\\255", "255\\160\\0", "160\\32\\240", "0\\180\\180"};

/// Contour coordinates to 0.1 um: finer than any drawing, and short enough for long contours.
std::string coordinate(double mm) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.4f", mm);
  std::string text = buffer;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

template <class F>
std::string contour_data(const std::vector<Point<F>>& points) {
  std::string text;
  for (const auto& p : points)
    for (int a = 0; a < 3; ++a) text += (text.empty() ? "" : "\\") + coordinate(p.mm[a]);
  return text;
}

/// The slice in whose plane (within 0.1 mm) all points lie.
template <class F>
std::optional<std::size_t> slice_of(const std::vector<Point<F>>& points, const GridGeometry<F>& grid) {
  const double k = std::round(grid.index_of(points.front())[2]);
  if (!(k >= 0.0) || !(k < static_cast<double>(grid.size()[2]))) return std::nullopt;
  for (const auto& p : points)
    if (!(std::abs(grid.index_of(p)[2] - k) * grid.spacing_mm()[2] < 0.1)) return std::nullopt;
  return static_cast<std::size_t>(k);
}

void refer_to(ItemWriter& item, const DcmTagKey& sequence, const WrittenInstance& image) {
  ItemWriter reference = item.add_item(sequence);
  reference.text(DCM_ReferencedSOPClassUID, image.sop_class_uid);
  reference.text(DCM_ReferencedSOPInstanceUID, image.sop_instance_uid);
}

void write_references(ItemWriter& item, const WrittenSeries& images) {
  ItemWriter frame = item.add_item(DCM_ReferencedFrameOfReferenceSequence);
  frame.text(DCM_FrameOfReferenceUID, images.frame_of_reference_uid);
  if (images.slices.empty()) return;  // the image is no DICOM series
  ItemWriter study = frame.add_item(DCM_RTReferencedStudySequence);
  study.text(DCM_ReferencedSOPClassUID, UID_RETIRED_DetachedStudyManagementSOPClass);
  study.text(DCM_ReferencedSOPInstanceUID, images.study_instance_uid);
  ItemWriter series = study.add_item(DCM_RTReferencedSeriesSequence);
  series.text(DCM_SeriesInstanceUID, images.series_instance_uid);
  for (const auto& slice : images.slices) refer_to(series, DCM_ContourImageSequence, slice);
}

template <class F>
void write_roi(ItemWriter& item, const Structure<F>& roi, std::size_t index, const std::string& frame_uid, const GridGeometry<F>& grid,
               const WrittenSeries& images) {
  ItemWriter entry = item.add_item(DCM_StructureSetROISequence);
  entry.integer(DCM_ROINumber, roi.number);
  entry.text(DCM_ReferencedFrameOfReferenceUID, frame_uid);
  entry.text(DCM_ROIName, roi.name);
  entry.text(DCM_ROIGenerationAlgorithm, "");

  ItemWriter contours = item.add_item(DCM_ROIContourSequence);
  contours.raw(DCM_ROIDisplayColor, kColours[index % kColours.size()]);
  contours.integer(DCM_ReferencedROINumber, roi.number);
  for (const auto& contour : roi.contours) {
    ItemWriter one = contours.add_item(DCM_ContourSequence);
    if (const auto k = images.slices_match_grid ? slice_of(contour.points, grid) : std::nullopt)
      refer_to(one, DCM_ContourImageSequence, images.slices[*k]);
    one.text(DCM_ContourGeometricType, "CLOSED_PLANAR");
    one.integer(DCM_NumberOfContourPoints, static_cast<long>(contour.points.size()));
    one.raw(DCM_ContourData, contour_data(contour.points));
  }
  for (const auto& point : roi.points) {
    ItemWriter one = contours.add_item(DCM_ContourSequence);
    one.text(DCM_ContourGeometricType, "POINT");
    one.integer(DCM_NumberOfContourPoints, 1);
    one.raw(DCM_ContourData, contour_data(std::vector<Point<F>>{point}));
  }

  ItemWriter observation = item.add_item(DCM_RTROIObservationsSequence);
  observation.integer(DCM_ObservationNumber, static_cast<long>(index) + 1);
  observation.integer(DCM_ReferencedROINumber, roi.number);
  observation.text(DCM_RTROIInterpretedType, roi.interpreted_type);
  observation.text(DCM_ROIInterpreter, "");
}

template <class F>
Status check_set(const StructureSet<F>& set, const GridGeometry<F>& grid, const WrittenSeries& images) {
  const auto bad = [](std::string what) { return Error{ErrorCode::invalid_option, std::move(what), "", ""}; };
  if (set.structures.empty()) return bad("a structure set without structures cannot be written");
  if (images.slices_match_grid && images.slices.size() != static_cast<std::size_t>(grid.size()[2]))
    return bad("the structure set needs its image series: " + std::to_string(images.slices.size()) + " slices given, the grid has " +
               std::to_string(grid.size()[2]));
  for (const auto& s : set.structures) {
    for (const auto& c : s.contours) {
      if (c.points.size() < 3) return bad("structure " + s.name + " has a contour of " + std::to_string(c.points.size()) + " points");
      for (const auto& p : c.points)
        if (!p.mm.allFinite()) return bad("structure " + s.name + " has a contour point that is not finite");
    }
    for (const auto& p : s.points)
      if (!p.mm.allFinite()) return bad("structure " + s.name + " has a point that is not finite");
  }
  return ok_status();
}

}  // namespace

template <class F>
Result<WrittenInstance> write_structures(const StructureSet<F>& structures, const GridGeometry<F>& grid, const WrittenSeries& images,
                                         const DicomHeader& header, const std::filesystem::path& file) {
  if (auto checked = check_set(structures, grid, images); !checked) return checked.error();
  DicomHeader named = header;
  if (named.study_instance_uid.empty()) named.study_instance_uid = images.study_instance_uid;
  if (named.patient.id.empty()) named.patient.id = structures.patient_id;
  if (named.patient.name.empty()) named.patient.name = structures.patient_name;

  Sha256 hash;
  std::size_t longest = 0;
  hash.add_part(structures.label);
  for (const auto& s : structures.structures) {
    hash.add_part(std::to_string(s.number));
    hash.add_part(s.name);
    hash.add_part(s.interpreted_type);
    for (const auto& c : s.contours) {
      const std::string data = contour_data(c.points);
      longest = std::max(longest, data.size());
      hash.add_part(data);
    }
    hash.add_part(contour_data(s.points));
  }
  const std::string digest = hash.hexadecimal();
  const ObjectIdentity identity = identify(named, "RTSTRUCT", images.frame_of_reference_uid, digest);
  WrittenInstance written{UID_RTStructureSetStorage, structures.sop_instance_uid, file.string()};
  if (written.sop_instance_uid.empty()) written.sop_instance_uid = stable_uid({"structures", identity.series_instance_uid, digest});

  // A contour too long for explicit VR's 16 bit length needs implicit VR, which has 32.
  const DicomSyntax syntax = longest > kExplicitLimit ? DicomSyntax::implicit_little_endian : DicomSyntax::explicit_little_endian;
  const auto done = write_object(file, syntax, [&](ItemWriter& item) {
    write_common(item, named, identity, "RTSTRUCT", written.sop_class_uid, written.sop_instance_uid);
    item.text(DCM_StructureSetLabel, structures.label.empty() ? "CONTOURS" : structures.label);
    item.date(DCM_StructureSetDate, DCM_StructureSetTime, named.content_date.value_or(named.study_date));
    item.text(DCM_ApprovalStatus, "UNAPPROVED");
    write_references(item, images);
    for (std::size_t i = 0; i < structures.structures.size(); ++i)
      write_roi(item, structures.structures[i], i, identity.frame_of_reference_uid, grid, images);
  });
  if (!done) return done.error();
  return written;
}

template Result<WrittenInstance> write_structures(const StructureSet<CtFrame>&, const GridGeometry<CtFrame>&, const WrittenSeries&,
                                                  const DicomHeader&, const std::filesystem::path&);
template Result<WrittenInstance> write_structures(const StructureSet<PlanFrame>&, const GridGeometry<PlanFrame>&, const WrittenSeries&,
                                                  const DicomHeader&, const std::filesystem::path&);

}  // namespace seedaudit
