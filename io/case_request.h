// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// The input-related options of `run`; case.json holds the same keys in snake_case. An absent field is decided by read_case
/// (docs/algorithms/choosing_inputs.md). Relative paths of a case.json are relative to that file.
struct CaseRequest {
  std::filesystem::path path;          ///< folder searched recursively, or a case.json (io/case_file.h)
  std::optional<std::string> case_id;  ///< default: the folder's name
  /// Where given, the case is exactly these files and what lies below these folders; `path` is not searched. For a case whose files lie
  /// among others', as `seedaudit scan` finds them.
  std::vector<std::filesystem::path> files;

  std::optional<std::filesystem::path> postop_ct;          ///< DICOM folder or file, NIfTI, NRRD, MHA
  std::optional<std::filesystem::path> preop_ct;           ///< the same; CT or MR
  std::optional<std::filesystem::path> plan;               ///< RTPLAN, or a CSV of planned seeds in the pre-op frame
  std::optional<std::filesystem::path> structures;         ///< RTSTRUCT of the pre-op image
  std::optional<std::filesystem::path> postop_structures;  ///< RTSTRUCT of the post-op CT
  std::optional<std::filesystem::path> dose;               ///< the planning system's RTDOSE
  std::optional<std::filesystem::path> seeds;              ///< CSV seed list; see seeds_frame
  /// "plan": the list holds the planned seeds, pre-op frame. "postop": seeds found, post-op frame, in place of detection. Default: "plan"
  /// where no RTPLAN of the case has positions, else "postop"; the choice is reported.
  std::optional<std::string> seeds_frame;
  std::optional<std::filesystem::path> landmarks;    ///< CSV of point pairs
  std::optional<std::filesystem::path> later_ct;     ///< a CT of the same patient at a later time: the seeds are followed into it
  std::optional<std::filesystem::path> later_seeds;  ///< CSV of the seeds seen then, in place of detection in the later CT
  std::optional<std::string> registration;           ///< key "register": auto, rigid, deformable, none, or a file

  std::optional<std::filesystem::path> earlier_plan;   ///< RTPLAN, or CSV, of an earlier implant whose seeds are still in place
  std::optional<std::filesystem::path> earlier_seeds;  ///< CSV of its seeds as they lie; goes before the places of earlier_plan
  std::optional<std::string> earlier_frame;            ///< frame of those places: preop or postop; default: as the scan decides
  std::optional<std::string> earlier_date;             ///< YYYY-MM-DD of that implant; default: the earlier plan's strength reference date
  std::optional<std::string> earlier_source;           ///< source model of that implant, or a site's own source file

  std::optional<int> implanted, issued, returned;  ///< counts of the record
  std::optional<double> rx_gy;                     ///< prescription dose
  std::optional<std::string> source;               ///< source id, model name, or a site's own source file (.json)
  std::optional<double> strength_u;                ///< air-kerma strength of each seed, U
  std::optional<double> activity_mci;              ///< apparent activity of each seed, mCi
  std::optional<double> activity_mbq;              ///< apparent activity of each seed, MBq
  std::optional<std::string> implant_date;         ///< YYYY-MM-DD
  bool implant_date_from_case_file = false;        ///< set by resolve_request, for the report
  std::vector<std::string> targets;                ///< key "target": names of target structures
  std::optional<std::string> entry;                ///< "X,Y,Z" where needles of a supplement enter the skin, mm LPS of the post-op CT
  std::optional<std::filesystem::path> review;     ///< review.json: corrections by a person (docs/review.md)
  std::optional<std::string> site;                 ///< body site by name, or a JSON file of limits

  /// Ranges, dates and exclusive options; invalid_option quotes the value.
  Status check() const;
  /// The file that `registration` names, if it is no mode.
  std::optional<std::filesystem::path> registration_file() const;
};

/// True where the value of `source` names a file, not a model: it ends in ".json".
bool is_source_file(const std::string& source);

/// "X,Y,Z" as a place in mm; nothing where it is not three numbers.
std::optional<Eigen::Vector3d> parse_place(const std::string& text);

}  // namespace seedaudit
