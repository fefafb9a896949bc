// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/case_command.h"

#include <nlohmann/json.hpp>

#include "cli/version.h"
#include "io/manifest_file.h"
#include "report/atomic_file.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kJob = "job.json";
constexpr const char* kConfig = "config.json";
constexpr const char* kManifest = "manifest.json";

Error unreadable(const fs::path& file) {
  return Error{ErrorCode::bad_json, "not the description of an array that this program writes", file.string(), "Run the batch again."};
}

}  // namespace

std::string program_text() { return std::string(program_version()) + " (" + program_commit() + ")"; }

Result<std::vector<std::string>> case_command(const CaseProgram& how, const BatchArchive& archive, std::size_t i, const fs::path& attempt) {
  const auto request = request_of(archive, i, attempt);
  if (!request) return request.error();
  std::vector<std::string> arguments{how.program.string(),
                                     "run",
                                     request->string(),
                                     "-o",
                                     attempt / "out",
                                     "--case-id",
                                     archive.cases[i].facts.case_id,
                                     "--threads",
                                     std::to_string(how.threads),
                                     "--no-progress",
                                     "--identity",
                                     how.privacy.identity};
  if (how.privacy.identity == "pseudonym")
    arguments.insert(arguments.end(), {"--key", how.privacy.key_file.string(), "--dates", how.privacy.shift_dates ? "shift" : "keep"});
  if (!how.config_file.empty()) arguments.insert(arguments.end(), {"--config", how.config_file.string()});
  return arguments;
}

Status write_array_job(const fs::path& array, const ArrayJob& job, const BatchArchive& archive, const fs::path& manifest) {
  if (!job.how.config_file.empty())
    if (Status s = write_file_atomically(array / kConfig, file_content(job.how.config_file)); !s) return s;
  if (archive.manifest)
    if (Status s = write_file_atomically(array / kManifest, file_content(manifest)); !s) return s;
  Json cases = Json::array();
  for (std::size_t i = 0; i < archive.cases.size(); ++i)
    cases.push_back({{"case_id", archive.cases[i].facts.case_id}, {"path", archive.paths[i].string()}});
  const Json whole{{"version", job.version},
                   {"program", job.how.program.string()},
                   {"config", !job.how.config_file.empty()},
                   {"threads", job.how.threads},
                   {"identity", job.how.privacy.identity},
                   {"shift_dates", job.how.privacy.shift_dates},
                   {"key_file", job.how.privacy.key_file.string()},
                   {"time_limit_s", job.limits.time.count()},
                   {"memory_limit", job.limits.memory},
                   {"manifest", archive.manifest.has_value()},
                   {"root", archive.root.string()},
                   {"cases", std::move(cases)}};
  try {
    return write_file_atomically(array / kJob, whole.dump(1));
  } catch (const Json::exception&) {
    return Error{ErrorCode::invalid_option, "a path of the archive is not UTF-8, which a job array cannot be told", archive.root.string(),
                 "Rename it, or leave --engine out."};
  }
}

Result<ArrayJobRead> read_array_job(const fs::path& array) {
  const fs::path file = array / kJob;
  std::error_code ec;
  if (!fs::exists(file, ec))
    return Error{ErrorCode::path_not_found, "no job array lies there", array.string(),
                 "Its batch has ended or gone on without it; nothing is lost."};
  const Json whole = Json::parse(file_content(file), nullptr, false);
  ArrayJobRead read;
  bool with_manifest = false;
  try {
    read.job.version = whole.at("version").get<std::string>();
    read.job.how.program = whole.at("program").get<std::string>();
    if (whole.at("config").get<bool>()) read.job.how.config_file = array / kConfig;
    read.job.how.threads = whole.at("threads").get<int>();
    read.job.how.privacy.identity = whole.at("identity").get<std::string>();
    read.job.how.privacy.shift_dates = whole.at("shift_dates").get<bool>();
    read.job.how.privacy.key_file = whole.at("key_file").get<std::string>();
    read.job.limits.time = std::chrono::seconds(whole.at("time_limit_s").get<long>());
    read.job.limits.memory = whole.at("memory_limit").get<std::uint64_t>();
    with_manifest = whole.at("manifest").get<bool>();
    read.archive.root = whole.at("root").get<std::string>();
    for (const Json& c : whole.at("cases")) {
      BatchCase known;
      known.facts.case_id = c.at("case_id").get<std::string>();
      read.archive.cases.push_back(std::move(known));
      read.archive.paths.emplace_back(c.at("path").get<std::string>());
    }
  } catch (const Json::exception&) {
    return unreadable(file);
  }
  if (with_manifest) {
    auto manifest = read_manifest(array / kManifest);
    if (!manifest) return manifest.error();
    if (manifest->cases.size() != read.archive.cases.size()) return unreadable(file);
    for (std::size_t i = 0; i < manifest->cases.size(); ++i)
      if (manifest->cases[i].case_id != read.archive.cases[i].facts.case_id) return unreadable(file);
    read.archive.manifest = std::move(manifest).value();
  }
  return read;
}

}  // namespace seedaudit
