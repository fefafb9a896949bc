// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/fuzz/targets.h"

#include <sys/stat.h>

#include "dosimetry/source_library.h"
#include "io/case_json.h"
#include "io/config_file.h"
#include "io/csv_points.h"
#include "io/csv_seeds.h"
#include "io/deidentify_object.h"
#include "io/deidentify_text.h"
#include "io/dicom_dose.h"
#include "io/dicom_header.h"
#include "io/dicom_index.h"
#include "io/dicom_plan.h"
#include "io/dicom_structures.h"
#include "io/dose_histograms.h"
#include "io/identity_search.h"
#include "io/key_file.h"
#include "io/manifest_file.h"
#include "io/meta_header.h"
#include "io/outcomes_file.h"
#include "io/registration_file.h"
#include "io/report_reader.h"
#include "io/review_file.h"
#include "io/seeds_json.h"
#include "io/text_file.h"
#include "io/treatment_record.h"
#include "samples/phantom/scenario.h"

namespace seedaudit::bench {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  auto text = read_text_file(file, "file");
  return text ? std::move(text).value() : std::string();
}

bool read_case_file(const fs::path& file) {
  const auto request = parse_case_json(text_of(file), file.parent_path(), "case.json");
  if (!request) return false;
  const TextCleaner cleaner("key", {});
  return deidentified_case_json(*request, cleaner, std::chrono::days{-500},
                                [](const fs::path& p) -> Result<std::string> { return p.filename().string(); })
      .ok();
}

bool read_list(const fs::path& file) {
  const bool plan = read_seed_plan(file).ok(), found = read_given_seeds(file).ok(), points = read_points(file).ok();
  const bool pairs = read_landmarks(file).ok();
  const TextCleaner cleaner("key", {});
  const bool shared = deidentified_csv(file, cleaner).ok();
  return plan || found || points || pairs || shared;
}

bool read_key(const fs::path& file) {
  ::chmod(file.c_str(), 0600);
  return read_key_file(file).ok();
}

/// Header, the readers of its kind, and what de-identification makes of it.
bool read_object(const fs::path& file) {
  const std::string path = file.string();
  (void)scan_header(path);
  const TextCleaner cleaner("key", {});
  IdentitySearch search(cleaner, std::chrono::days{-500});
  (void)search.learn(path);
  (void)search.search_object(path);
  Confidentiality confidentiality;
  confidentiality.key = "key";
  confidentiality.shift = std::chrono::days{-500};
  return deidentified_object(path, confidentiality, cleaner).ok();
}

bool read_plan_object(const fs::path& file) {
  const bool plan = read_plan(file).ok();
  return read_object(file) && plan;
}
bool read_structures_object(const fs::path& file) {
  const bool set = read_structures<PlanFrame>(file).ok();
  return read_object(file) && set;
}
bool read_dose_object(const fs::path& file) {
  const bool dose = read_dose<PlanFrame>(file).ok(), histograms = read_dose_histograms(file).ok();
  return read_object(file) && (dose || histograms);
}
bool read_record_object(const fs::path& file) {
  const bool record = read_treatment_record(file).ok();
  return read_object(file) && record;
}
bool read_registration_object(const fs::path& file) { return read_registration(file, {"1.2.3", "1.2.4"}).ok(); }

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
  // A new reader of files from outside gets a line here, and a folder in the corpus.
  static const std::vector<FuzzTarget> targets{
      {"case_json", true, read_case_file},
      {"csv", true, read_list},
      {"manifest", true, [](const fs::path& f) { return parse_manifest(text_of(f), "manifest").ok(); }},
      {"scenario", true, [](const fs::path& f) { return parse_scenario(text_of(f), "scenario").ok(); }},
      {"config", true, [](const fs::path& f) { return parse_config(text_of(f), "config").ok(); }},
      {"report", true, [](const fs::path& f) { return parse_report(text_of(f), "report").ok(); }},
      {"review", true, [](const fs::path& f) { return parse_review(text_of(f), "review").ok(); }},
      {"outcomes", true, [](const fs::path& f) { return parse_outcomes(text_of(f), "outcomes", "key").ok(); }},
      {"seeds_json", true, [](const fs::path& f) { return read_seeds_json(f).ok(); }},
      {"source", true, [](const fs::path& f) { return parse_source(text_of(f), "source").ok(); }},
      {"key", true, read_key},
      {"meta_image", true, [](const fs::path& f) { return check_meta_image(f.string()).ok(); }},
      {"registration_text", true, read_registration_object},
      {"image", false, read_object},
      {"plan", false, read_plan_object},
      {"structures", false, read_structures_object},
      {"dose", false, read_dose_object},
      {"record", false, read_record_object},
      {"registration", false, read_registration_object},
  };
  return targets;
}

}  // namespace seedaudit::bench
