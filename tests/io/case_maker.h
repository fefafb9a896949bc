// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "dicom_maker.h"
#include "io/case_reader.h"
#include "rt_maker.h"

/// A small case as it lies in an archive: pre-op CT with plan, structures and dose in one frame of reference, post-op CT in another.
namespace seedaudit::test {

inline const std::string kPreFrame = "1.2.3.3";
inline const std::string kPostFrame = "1.2.3.30";

/// Soft tissue with five bright objects the size of seeds, well apart.
inline double hu_with_seeds(const Eigen::Vector3d& p) {
  for (int i = 0; i < 5; ++i)
    if ((p - Eigen::Vector3d(-8.0 + 4.5 * i, -13.0 + 2.0 * (i % 2), 38.0)).norm() < 1.3) return 2500.0;
  return 40.0;
}
inline double hu_without_seeds(const Eigen::Vector3d&) { return 40.0; }

struct CaseMaker {
  CtSpec pre, post;
  PlanSpec plan = simple_plan(5, {-8, -13, 38});
  StructuresSpec structures;
  DoseSpec dose;
  bool with_pre = true, with_post = true, with_plan = true, with_structures = true, with_dose = true;

  CaseMaker() {
    pre.hu = hu_without_seeds;
    pre.slices = post.slices = 8;
    pre.spacing_k_mm = post.spacing_k_mm = 2.5;
    pre.study_date = "20250228";
    post.hu = hu_with_seeds;
    post.study_uid = "1.2.3.10";
    post.series_uid = "1.2.3.20";
    post.frame_uid = kPostFrame;
    post.sop_prefix = "1.2.3.40";
    post.study_date = "20250401";
    structures.rois = {box_roi(1, "CTV", "CTV", {0, -12, 38}, 5.0), box_roi(2, "PTV", "PTV", {0, -12, 38}, 7.5),
                       box_roi(3, "LIVER", "ORGAN", {0, -12, 38}, 9.0)};
  }

  /// Objects in one folder with names that say nothing.
  void write(const std::filesystem::path& folder) const {
    std::filesystem::create_directories(folder / "a");
    if (with_pre) write_ct(folder / "b", pre);
    if (with_post) write_ct(folder / "c", post);
    if (with_plan) write_plan_file(folder / "a" / "1", plan);
    if (with_structures) write_structures_file(folder / "a" / "2", structures);
    if (with_dose) write_dose_file(folder / "a" / "3", dose);
  }
};

inline Result<ImplantCase> read_folder_case(const std::filesystem::path& folder) {
  CaseRequest request;
  request.path = folder;
  return read_case(request);
}

/// A case as files in a folder of its own, and the request that reads it.
struct Made {
  TemporaryFolder folder;
  CaseRequest request;
  explicit Made(const CaseMaker& maker) {
    maker.write(folder.path());
    request.path = folder.path();
  }
  Result<ImplantCase> read() const { return read_case(request); }
  ErrorCode code() const {
    const auto c = read();
    return c ? ErrorCode::internal : c.error().code;
  }
};

inline const Decision* decision(const ImplantCase& c, const std::string& what) {
  for (const auto& d : c.decisions)
    if (d.what == what) return &d;
  return nullptr;
}

}  // namespace seedaudit::test
