// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/deidentify_case.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/date_shift.h"
#include "core/pseudonym.h"
#include "io/audit_output.h"
#include "io/case_json.h"
#include "io/clean_text.h"
#include "io/confidentiality_table.h"
#include "io/deidentify_object.h"
#include "io/deidentify_text.h"
#include "io/dicom_index.h"
#include "io/identity_search.h"
#include "io/shared_names.h"
#include "io/text_file.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

fs::path normal(const fs::path& path) {
  std::error_code problem;
  fs::path p = fs::absolute(path, problem).lexically_normal();
  return p.has_filename() ? p : p.parent_path();
}

/// Which files a case is made of, in the order of their paths.
struct Inputs {
  std::map<fs::path, IndexedObject> objects;  ///< shared
  std::set<fs::path> lists;                   ///< CSV
  std::set<fs::path> site_files;              ///< JSON of a source or of limits: no patient's data
  std::vector<std::string> unshared_objects;  ///< DICOM whose identifiers count all the same
  std::vector<NotShared> left_out;
};

class CaseGatherer {
 public:
  CaseGatherer(const CaseRequest& request, Inputs& inputs, const Progress& progress)
      : request_(request), inputs_(inputs), progress_(progress) {}

  Status gather() {
    if (request_.files.empty()) {
      if (Status s = take_objects(request_.path, false); !s) return s;
    }
    for (const fs::path& file : request_.files)
      if (Status s = take_objects(file, false); !s) return s;
    for (const auto& path : {request_.postop_ct, request_.preop_ct, request_.structures, request_.postop_structures, request_.dose,
                             request_.later_ct, request_.registration_file()})
      if (path)
        if (Status s = take_objects(*path, true); !s) return s;
    for (const auto& path : {request_.plan, request_.earlier_plan})
      if (path)
        if (Status s = path->extension() == ".csv" ? take_list(*path) : take_objects(*path, true); !s) return s;
    for (const auto& path : {request_.seeds, request_.landmarks, request_.later_seeds, request_.earlier_seeds})
      if (path)
        if (Status s = take_list(*path); !s) return s;
    for (const auto& name : {request_.source, request_.earlier_source, request_.site})
      if (name && fs::path(*name).extension() == ".json") inputs_.site_files.insert(normal(*name));
    tell_ignored();
    return one_patient();
  }

 private:
  Status take_objects(const fs::path& path, bool named) {
    const auto index = named ? index_named(path, progress_) : index_folder(path, progress_);
    // A case may name all its inputs elsewhere; its own folder may then be empty.
    if (!index && !named && index.error().code == ErrorCode::empty_folder && request_.postop_ct) return ok_status();
    if (!index) return index.error();
    // What cannot be read cannot be cleaned; without it the shared case would be another one.
    if (Status s = check_nothing_lost(*index); !s) return s;
    // Results beside scans came back with the patient and are no part of the case; a folder of results alone is what is to be shared.
    const bool scans = std::any_of(index->objects.begin(), index->objects.end(),
                                   [](const IndexedObject& o) { return o.modality == "CT" || o.modality == "MR"; });
    bool any = false;
    for (const IndexedObject& o : index->objects) {
      const fs::path file = normal(o.path);
      any = true;
      if (!named && (lies_in_audit_output(file, normal(path)) || (scans && is_audit_result(o)))) {
        inputs_.left_out.push_back({o.path, "the output of an earlier audit"});
        continue;
      }
      if (o.damage) return *o.damage;
      if (is_shared_class(o.sop_class_uid)) {
        inputs_.objects.try_emplace(file, o);
      } else if (unshared_.insert(file).second) {
        inputs_.unshared_objects.push_back(o.path);
        inputs_.left_out.push_back({o.path, reason_for(o)});
      }
    }
    if (named && !any)
      return Error{ErrorCode::invalid_option, "the case names a file that is no DICOM object and cannot be de-identified", path.string(),
                   "give DICOM, or take the key out of the case.json and share the file by hand"};
    for (const IgnoredFile& f : index->ignored) ignored_.emplace(normal(f.path), f.reason);
    return ok_status();
  }

  static std::string reason_for(const IndexedObject& o) {
    if (o.sop_class_uid.starts_with("1.2.840.10008.5.1.4.1.1.104.")) return "an encapsulated document: what it prints cannot be cleaned";
    if (o.sop_class_uid.starts_with("1.2.840.10008.5.1.4.1.1.7")) return "a secondary capture: what its pixels show cannot be cleaned";
    return "an object of a kind that no audit reads (" + (o.modality.empty() ? o.sop_class_uid : o.modality) + ")";
  }

  Status take_list(const fs::path& path) {
    std::error_code problem;
    if (!fs::is_regular_file(path, problem))
      return Error{ErrorCode::path_not_found, "no such file", path.string(), "correct the case.json"};
    inputs_.lists.insert(normal(path));
    return ok_status();
  }

  void tell_ignored() {
    for (const auto& [path, reason] : ignored_)
      if (!inputs_.lists.contains(path) && !inputs_.site_files.contains(path)) inputs_.left_out.push_back({path.string(), reason});
  }

  Status one_patient() const {
    const IndexedObject* first = nullptr;
    for (const auto& [path, o] : inputs_.objects) {
      if (o.patient_id.empty()) continue;
      if (first == nullptr) first = &o;
      if (o.patient_id != first->patient_id)
        return Error{ErrorCode::patient_mismatch, "two objects are of different patients (Patient ID differs)",
                     first->path + " and " + o.path, "remove what is not this patient's from the case"};
    }
    return ok_status();
  }

  const CaseRequest& request_;
  Inputs& inputs_;
  const Progress& progress_;
  std::set<fs::path> unshared_;
  std::map<fs::path, std::string> ignored_;
};

/// What the patient is known by, for the shift and the pseudonym of a case whose objects may lack a Patient ID.
std::string patient_of(const Inputs& inputs) {
  for (const auto& [path, o] : inputs.objects)
    if (!o.patient_id.empty()) return o.patient_id;
  for (const auto& [path, o] : inputs.objects)
    if (!o.patient_name.empty()) return "name:" + o.patient_name;
  return inputs.objects.empty() ? std::string() : "study:" + inputs.objects.begin()->second.study_instance_uid;
}

SharedNames names_of(const Inputs& inputs) {
  std::map<fs::path, std::string> files;
  for (const auto& [path, o] : inputs.objects) files[path] = ".dcm";
  for (const fs::path& path : inputs.lists) files[path] = ".csv";
  for (const fs::path& path : inputs.site_files) files[path] = ".json";
  return SharedNames(files);
}

/// Relative to the output folder; the case's folder may lie above all its files.
Result<std::string> new_name(const SharedNames& names, const fs::path& path) {
  const fs::path p = normal(path);
  if (const auto name = names.of(p)) return name->string();
  const auto [end, rest] = std::mismatch(p.begin(), p.end(), names.root().begin(), names.root().end());
  if (end == p.end()) return std::string(".");
  return Error{ErrorCode::invalid_option, "the case names what holds nothing that can be shared", path.string(),
               "take the key out of the case.json"};
}

}  // namespace

Result<DeidentifiedCase> deidentify_case(const fs::path& path, const DeidentifyOptions& options, const fs::path& output,
                                         const WriteFile& write, const Progress& progress) {
  std::error_code problem;
  if (!fs::exists(path, problem))
    return Error{ErrorCode::path_not_found, "no such file or folder", path.string(), "check the spelling of the path"};
  const bool folder = fs::is_directory(path, problem);
  CaseRequest request;
  request.path = path;
  if (!folder) {
    auto read = read_case_json(path);
    if (!read) return read.error();
    request = std::move(read).value();
  }
  Inputs inputs;
  if (Status s = CaseGatherer(request, inputs, progress).gather(); !s) return s.error();
  if (inputs.objects.empty())
    return Error{ErrorCode::empty_folder, "the case holds no DICOM object that can be shared", path.string(),
                 "give the folder or the case.json of one patient's implant"};

  const std::string patient = patient_of(inputs);
  Confidentiality confidentiality;
  confidentiality.key = options.key;
  confidentiality.dates_kept = options.keep_dates;
  confidentiality.shift = options.keep_dates ? std::chrono::days{0} : date_shift_of(options.key, patient);
  const TextCleaner cleaner(options.key, options.source_words);

  IdentitySearch search(cleaner, confidentiality.shift);
  for (const auto& [file, o] : inputs.objects)
    if (Status s = search.learn(file.string()); !s) return s.error();
  for (const std::string& file : inputs.unshared_objects)
    if (Status s = search.learn(file); !s) return s.error();
  if (request.case_id) search.learn_text(*request.case_id, "the case's name");
  for (const auto& date : {request.implant_date, request.earlier_date})
    if (date) search.learn_date(*date, "a date of the case.json");

  const SharedNames names = names_of(inputs);
  DeidentifiedCase done;
  for (const auto& [file, o] : inputs.objects)
    if (done.patient.empty()) done.patient = pseudonym_of(options.key, o.patient_id);
  for (const auto& [file, o] : inputs.objects) {
    const auto bytes = deidentified_object(file.string(), confidentiality, cleaner);
    if (!bytes) return bytes.error();
    const fs::path name = *names.of(file);
    if (Status s = write(name, *bytes); !s) return s.error();
    // What lies on the disk is searched, not what was meant to be written.
    if (Status s = search.search_object((output / name).string()); !s) return s.error();
    report_progress(progress, "de-identify", static_cast<double>(++done.objects) / static_cast<double>(inputs.objects.size()));
  }
  const auto write_side = [&](const fs::path& name, const Result<std::string>& text) -> Status {
    if (!text) return text.error();
    if (Status s = search.search_text(*text, name.string()); !s) return s;
    ++done.side_files;
    return write(name, *text);
  };
  for (const fs::path& file : inputs.lists)
    if (Status s = write_side(*names.of(file), deidentified_csv(file, cleaner)); !s) return s.error();
  for (const fs::path& file : inputs.site_files)
    if (Status s = write_side(*names.of(file), read_text_file(file, "site file")); !s) return s.error();
  if (!folder) {
    const auto text =
        deidentified_case_json(request, cleaner, confidentiality.shift, [&](const fs::path& p) { return new_name(names, p); });
    if (Status s = write_side("case.json", text); !s) return s.error();
  }
  done.left_out = std::move(inputs.left_out);
  return done;
}

}  // namespace seedaudit
