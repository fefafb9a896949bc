// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "case_maker.h"
#include "io/archive_cases.h"
#include "io/case_materialise.h"

/// Archives of made implants, and what a scan says of them.
namespace seedaudit::test {

/// The implant of one patient: every identifier its own.
inline CaseMaker patient(const std::string& n) {
  CaseMaker m;
  const std::string root = "1.2.3." + n;
  m.pre.patient_id = m.post.patient_id = m.plan.patient_id = m.structures.patient_id = "P" + n;
  m.pre.study_uid = m.plan.study_uid = m.structures.study_uid = root + ".1";
  m.pre.series_uid = m.structures.image_series_uid = root + ".2";
  m.pre.frame_uid = m.plan.frame_uid = m.structures.frame_uid = root + ".3";
  m.pre.sop_prefix = root + ".4";
  m.post.study_uid = root + ".10";
  m.post.series_uid = root + ".20";
  m.post.frame_uid = root + ".30";
  m.post.sop_prefix = root + ".40";
  m.plan.sop_uid = root + ".91";
  m.structures.sop_uid = m.plan.structure_set_uid = root + ".92";
  m.structures.series_uid = root + ".93";
  m.with_dose = false;
  return m;
}

inline ArchiveManifest scan(const std::filesystem::path& root) {
  const auto index = index_archive(root, {});
  REQUIRE(index);
  return find_cases(*index, [](const std::string& id, const std::string&) { return PatientAlias{id, {}}; });
}

inline const ArchiveLeftOut* left_out(const ArchiveManifest& m, const std::string& reason) {
  for (const auto& l : m.left_out)
    if (l.reason == reason) return &l;
  return nullptr;
}

inline std::vector<std::string> roles(const ArchiveCase& c) {
  std::vector<std::string> out;
  for (const auto& i : c.inputs) out.push_back(i.role);
  std::sort(out.begin(), out.end());
  return out;
}

inline const ArchiveCase* of_patient(const ArchiveManifest& m, const std::string& id) {
  for (const auto& c : m.cases)
    if (c.patient == id) return &c;
  return nullptr;
}

inline Result<ImplantCase> read_materialised(const ArchiveManifest& m, const ArchiveCase& c, const std::filesystem::path& temporary) {
  const auto text = materialise_case(m, c, temporary);
  if (!text) return text.error();
  std::filesystem::create_directories(temporary);
  std::ofstream(temporary / "case.json") << *text;
  CaseRequest request;
  request.path = temporary / "case.json";
  return read_case(request);
}

}  // namespace seedaudit::test
