// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/frames.h"
#include "core/plan.h"
#include "core/planning_histogram.h"
#include "core/seed.h"
#include "core/structures.h"
#include "samples/phantom/scenario.h"

/// A simulated implant with everything that is known about it.
namespace seedaudit {

struct TrueSeed {
  int id = 0;                      ///< 0-based
  std::optional<int> plan_index;   ///< index into ImplantPlan::seeds
  bool present = true;             ///< false: planned but not delivered, or lost
  bool in_image = true;            ///< inside the post-op volume
  bool migrated = false;           ///< left the implant
  std::string migration;           ///< where to: "lung", "caudal", or empty
  Point<PlanFrame> plan_center;    ///< as planned
  Point<CtFrame> expected_center;  ///< where the plan would have put it in the post-op CT
  Point<CtFrame> center;           ///< where it is
  Axis<CtFrame> axis;
  double gap_to_nearest_mm = 99.0;  ///< distance of capsule surfaces
  int cluster_id = 0;               ///< seeds whose surfaces are nearer than 1 mm
  int cluster_size = 1;
};

struct TrueLandmark {
  Point<PlanFrame> pre;
  Point<CtFrame> post;
};

struct TrueDose {
  double d90_gy = 0.0, v100_pct = 0.0, v150_pct = 0.0, v200_pct = 0.0, mean_gy = 0.0;
};

/// Dose by 1-D and 2-D TG-43 on the analytic target and on the slabs of its contours.
struct TrueDosimetry {
  std::optional<TrueDose> plan_1d, plan_2d, postop_1d, postop_2d;
  std::optional<TrueDose> plan_1d_contour_stack, plan_2d_contour_stack, postop_1d_contour_stack, postop_2d_contour_stack;
  /// The pre-op contour slabs moved by ct_from_plan_target: what an audit without post-op contours should find.
  std::optional<TrueDose> postop_1d_mapped_stack, postop_2d_mapped_stack;
};

struct TrueDistractor {
  std::string type;  ///< clip, calcification, lipiodol, coil, stent, screw, fiducial
  Point<CtFrame> center;
  std::vector<double> size_mm;
};

struct PhantomTruth {
  std::vector<TrueSeed> seeds;
  std::vector<std::pair<std::string, std::vector<int>>> explicit_clusters;  ///< "pair", "T", "X", "chain": ids of seeds
  Rigid<CtFrame, PlanFrame> ct_from_plan_bone;                              ///< true transform of the bones
  Rigid<CtFrame, PlanFrame> ct_from_plan_target;                            ///< least-squares rigid transform of the target
  double target_residual_rms_mm = 0.0;                                      ///< of that fit
  Eigen::Vector3d target_shift_vs_bone_mm = Eigen::Vector3d::Zero();
  double rotation_deg = 0.0;
  std::vector<TrueLandmark> landmarks_target;
  std::vector<TrueLandmark> landmarks_liver;
  double target_volume_preop_cc = 0.0;
  double target_volume_postop_cc = 0.0;
  TrueDosimetry dosimetry;
  std::vector<TrueDistractor> distractors;
};

/// The case was made in a CT that exists, not in a simulated body.
struct BackgroundTruth {
  Point<CtFrame> target_center;
  bool target_given = false;  ///< else found in the CT
};

struct PhantomCase {
  Scenario scenario;
  std::uint64_t seed = 0;
  CtVolume postop;
  PreopVolume preop;
  ImplantPlan plan;
  StructureSet<PlanFrame> structures;  ///< GTV, CTV (the target), PTV, liver
  std::optional<StructureSet<CtFrame>> postop_structures;
  DoseGrid<PlanFrame> planning_dose;
  std::vector<PlanningHistogram> planning_histograms;  ///< of the target, as the planning system would store it
  PhantomTruth truth;
  std::optional<BackgroundTruth> background;
};

}  // namespace seedaudit
