// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/output_folder.h"

#include <nlohmann/json.hpp>

#include <exception>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "report/atomic_file.h"
#include "report/csv_tables.h"
#include "report/json_report.h"
#include "report/text_summary.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDicomObjects[] = {"registration.dcm", "dose.dcm", "structures.dcm", "plan.dcm", "measurements.dcm", "report.dcm"};

/// Whether an audit made this report.json.
bool is_our_report(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const auto json = nlohmann::json::parse(in, nullptr, false);
  return json.is_object() && json.contains("schema_version") && json.contains("case_id") && json.contains("provenance");
}

/// Whether an audit made this seeds.csv: by the first columns of its header.
bool is_our_table(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string header;
  return std::getline(in, header) && header.rfind("kind,id", 0) == 0;
}

/// The objects of an earlier run go, the new ones take their places by renaming: nothing is written any more.
Status take_dicom_objects(const fs::path& finished, const fs::path& folder) {
  std::error_code ec;
  for (const char* old : kDicomObjects) fs::remove(folder / old, ec);
  if (finished.empty()) return ok_status();
  std::vector<fs::path> files;
  for (fs::directory_iterator it(finished, ec), end; !ec && it != end; it.increment(ec)) files.push_back(it->path());
  if (files.empty()) return ok_status();
  fs::create_directories(folder, ec);
  for (const fs::path& file : files)
    if (!ec) fs::rename(file, folder / file.filename(), ec);
  if (ec)
    return Error{ErrorCode::output_unwritable, "cannot put the DICOM objects in place: " + ec.message(), folder.string(),
                 "Check the permissions or choose another output folder."};
  return ok_status();
}

Status write_all(const CaseAudit& audit, const fs::path& folder, const OutputContent& content) {
  if (auto made = ensure_writable_folder(folder); !made) return made.error();
  remove_stale_temporaries(folder);
  std::vector<std::pair<fs::path, std::string>> files;
  files.emplace_back(folder / "seeds.csv", seeds_csv(audit));
  files.emplace_back(folder / "dvh.csv", dvh_csv(audit));
  files.emplace_back(folder / "log.txt", log_text(audit));
  if (!content.overview_png.empty()) files.emplace_back(folder / "overview.png", content.overview_png);
  if (!content.checkerboard_png.empty()) files.emplace_back(folder / "checkerboard.png", content.checkerboard_png);
  if (!content.report_pdf.empty()) files.emplace_back(folder / "report.pdf", content.report_pdf);
  if (!content.html.empty()) files.emplace_back(folder / "report.html", content.html);
  files.emplace_back(folder / "report.json", report_json(audit));

  // All content lies on the medium before anything of an earlier run is touched: a full disk leaves the earlier output as it was.
  std::vector<PendingFile> pending;
  for (const auto& [path, text] : files) {
    auto file = PendingFile::write(path, text);
    if (!file) return file.error();
    pending.push_back(std::move(*file));
  }
  // The earlier report goes first and the new one comes last: a report.json never stands beside another run's tables.
  std::error_code ec;
  for (const char* old : {"report.json", "overview.png", "checkerboard.png", "report.pdf", "report.html"}) {
    fs::remove(folder / old, ec);
    if (ec)
      return Error{ErrorCode::output_unwritable, "cannot replace the file of an earlier run: " + ec.message(), (folder / old).string(),
                   "Check the permissions or choose another output folder."};
  }
  // The tables come before the objects: by them check_replaceable() knows what a killed run left.
  for (std::size_t i = 0; i + 1 < pending.size(); ++i)
    if (auto done = pending[i].commit(); !done) return done.error();
  if (Status s = take_dicom_objects(content.dicom_objects, folder / "dicom"); !s) return s;
  return pending.back().commit();
}

}  // namespace

Status check_replaceable(const fs::path& folder) {
  std::error_code ec;
  std::vector<fs::path> names;
  for (const char* name :
       {"report.json", "report.html", "report.pdf", "seeds.csv", "dvh.csv", "log.txt", "overview.png", "checkerboard.png"})
    names.push_back(folder / name);
  for (const char* name : kDicomObjects) names.push_back(folder / "dicom" / name);
  const bool finished = fs::exists(folder / "report.json", ec);
  if (finished ? is_our_report(folder / "report.json") : is_our_table(folder / "seeds.csv")) return ok_status();
  for (const fs::path& name : names)
    if (fs::exists(name, ec))
      return Error{ErrorCode::invalid_option, "the output folder holds a file that no audit wrote and that this one would replace",
                   name.string(), "Choose another output folder with -o."};
  return ok_status();
}

Status write_outputs(const CaseAudit& audit, const fs::path& folder, const OutputContent& content) {
  try {
    return write_all(audit, folder, content);
  } catch (const std::exception& e) {
    return Error{ErrorCode::output_unwritable, std::string("cannot write the report: ") + e.what(), folder.string(),
                 "Check the output folder and run again."};
  }
}

}  // namespace seedaudit
