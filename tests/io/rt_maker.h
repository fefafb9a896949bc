// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dicom_maker.h"

class DcmDataset;

/// Makes RTPLAN, RTSTRUCT, RTDOSE and treatment records as planning systems write them, well-formed or broken on purpose.
namespace seedaudit::test {

struct CpSpec {
  std::optional<Eigen::Vector3d> position_mm;
  std::optional<double> weight;
  std::optional<Eigen::Vector3d> orientation;
};

struct ChannelSpec {
  int number = 1;
  std::string applicator;
  std::vector<CpSpec> points;
  std::string total_time = "7404141.8";
  std::optional<int> source = 1;
};

struct SetupSpec {
  std::string total_kerma;  ///< empty: absent
  std::vector<ChannelSpec> channels;
};

struct SourceSpec {
  int number = 1;
  std::string isotope = "I-125";
  std::string half_life = "59.4";
  std::string strength = "1.016";
  std::string strength_units = "AIR_KERMA_RATE";
  std::string date = "20250301";
  std::string time = "120000";
  std::string model;
  std::string manufacturer = "ACME";
};

struct DoseReferenceSpec {
  std::optional<int> roi;
  std::string name;
  std::string dose;
  std::string type = "TARGET";
};

struct PlanSpec {
  std::string sop_uid = "1.2.9.1";
  std::string frame_uid = "1.2.3.3";
  std::string study_uid = "1.2.3.1";
  std::string patient_id = "P1";
  std::string date = "20250301";
  std::string technique = "PERMANENT";
  std::string type = "LDR";
  std::string structure_set_uid;  ///< empty: no reference
  std::string setup_dose;         ///< Brachy Application Setup Dose; empty: no fraction group
  std::string approval;
  std::vector<SourceSpec> sources{SourceSpec{}};
  std::vector<DoseReferenceSpec> references;
  std::vector<SetupSpec> setups;
  std::function<void(DcmDataset&)> edit;
};

/// Two control points at one place, as the standard asks.
ChannelSpec seed_channel(int number, const Eigen::Vector3d& position_mm, const std::string& applicator = "");
/// A plan of `n` seeds, a channel each, 10 mm apart along x from `first`, with a dose reference to ROI 1 "CTV" of 120 Gy.
PlanSpec simple_plan(int n, const Eigen::Vector3d& first = {0, 0, 0});
void write_plan_file(const std::filesystem::path& file, const PlanSpec& spec);

struct ContourSpec {
  std::vector<Eigen::Vector3d> points;
  std::string type = "CLOSED_PLANAR";
  std::optional<int> stated_points;  ///< default: as many as there are
  std::optional<std::string> data;   ///< instead of the points
};

struct RoiSpec {
  int number = 1;
  std::string name = "CTV";  ///< bytes in the set's character set
  std::string type = "CTV";  ///< empty: no observation
  std::string frame_uid;     ///< default: the set's
  std::vector<ContourSpec> contours;
  bool in_contour_sequence = true;
};

struct StructuresSpec {
  std::string sop_uid = "1.2.9.2";
  std::string frame_uid = "1.2.3.3";
  std::string study_uid = "1.2.3.1";
  std::string series_uid = "1.2.9.2.1";
  std::string image_series_uid = "1.2.3.2";  ///< empty: no reference
  std::string patient_id = "P1";
  std::string date = "20250301";
  std::string character_set = "ISO_IR 192";
  std::string approval;
  std::vector<RoiSpec> rois;
  std::function<void(DcmDataset&)> edit;
};

/// A square of half width `half_mm` around a point, in the axial plane.
ContourSpec square(const Eigen::Vector3d& center, double half_mm);
/// A box of squares 2.5 mm apart.
RoiSpec box_roi(int number, const std::string& name, const std::string& type, const Eigen::Vector3d& center, double half_mm);
void write_structures_file(const std::filesystem::path& file, const StructuresSpec& spec);

/// One item of the DVH Sequence; empty text: absent.
struct HistogramSpec {
  std::vector<int> rois{1};
  std::string contribution = "INCLUDED";
  std::string type = "CUMULATIVE";
  std::string dose_units = "GY";
  std::string volume_units = "PERCENT";
  std::string scaling = "1";
  std::optional<int> bins;  ///< default: as many as there are
  std::string data;         ///< width\volume\...
  std::string minimum, maximum, mean;
};

struct DoseSpec {
  std::string sop_uid = "1.2.9.3";
  std::string frame_uid = "1.2.3.3";
  std::string study_uid = "1.2.3.1";
  std::string patient_id = "P1";
  std::string plan_uid = "1.2.9.1";  ///< empty: no reference
  std::string units = "GY";
  std::string type = "PHYSICAL";
  int columns = 5, rows = 4, frames = 3;
  double spacing_i_mm = 2.0, spacing_j_mm = 3.0;
  Eigen::Vector3d position_mm{-10.0, -20.0, 30.0};
  std::string orientation = "1\\0\\0\\0\\1\\0";  ///< empty: absent
  std::vector<double> offsets_mm{0.0, 2.5, 5.0};
  int bits = 32;
  bool is_signed = false;
  std::string scaling = "0.001";
  std::function<long long(int i, int j, int k)> stored;  ///< default: 1000 i + 100 j + 10 k
  Syntax syntax = Syntax::explicit_le;
  std::vector<HistogramSpec> histograms;
  std::string structure_set_uid;  ///< that their ROI numbers belong to; empty: no reference
  std::string normalization_gy;   ///< DVH Normalization Dose Value; empty: absent
  std::function<void(DcmDataset&)> edit;
};
void write_dose_file(const std::filesystem::path& file, const DoseSpec& spec);

struct RecordSpec {
  std::string sop_uid = "1.2.9.4";
  std::string patient_id = "P1";
  std::string plan_uid = "1.2.9.1";
  std::string date = "20250305";
  std::vector<Eigen::Vector3d> delivered;
};
void write_record_file(const std::filesystem::path& file, const RecordSpec& spec);

void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace seedaudit::test
