// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/scanned_json.h"

#include <nlohmann/json.hpp>

namespace seedaudit {
namespace {

using Json = nlohmann::json;

// A field to JSON and back; absent optionals are absent.
void put(Json& j, const char* name, const std::string& v) {
  if (!v.empty()) j[name] = v;
}
void put(Json& j, const char* name, const std::vector<std::string>& v) {
  if (!v.empty()) j[name] = v;
}
void put(Json& j, const char* name, int v) { j[name] = v; }
void put(Json& j, const char* name, bool v) { j[name] = v; }
void put(Json& j, const char* name, std::uintmax_t v) { j[name] = v; }
void put(Json& j, const char* name, ObjectKind v) { j[name] = static_cast<int>(v); }
void put(Json& j, const char* name, const std::optional<int>& v) {
  if (v) j[name] = *v;
}
void put(Json& j, const char* name, const std::optional<double>& v) {
  if (v) j[name] = *v;
}
void put(Json& j, const char* name, const std::optional<Eigen::Vector3d>& v) {
  if (v) j[name] = {v->x(), v->y(), v->z()};
}
void put(Json& j, const char* name, const std::optional<DateTime>& v) {
  if (!v) return;
  j[name] = Json::array({v->date.time_since_epoch().count()});
  if (v->time_of_day) j[name].push_back(v->time_of_day->count());
}
void put(Json& j, const char* name, const std::optional<Error>& v) {
  if (v) j[name] = {static_cast<int>(v->code), v->what, v->where, v->hint};
}

template <class T>
void get(const Json& j, const char* name, T& v) {
  if (const auto at = j.find(name); at != j.end()) at->get_to(v);
}
void get(const Json& j, const char* name, ObjectKind& v) {
  int number = 0;
  j.at(name).get_to(number);
  if (number < 0 || number > static_cast<int>(ObjectKind::other)) throw Json::out_of_range::create(401, "kind", &j);
  v = static_cast<ObjectKind>(number);
}
template <class T>
void get(const Json& j, const char* name, std::optional<T>& v) {
  if (const auto at = j.find(name); at != j.end()) v = at->template get<T>();
}
void get(const Json& j, const char* name, std::optional<Eigen::Vector3d>& v) {
  if (const auto at = j.find(name); at != j.end()) v = Eigen::Vector3d(at->at(0), at->at(1), at->at(2));
}
void get(const Json& j, const char* name, std::optional<DateTime>& v) {
  const auto at = j.find(name);
  if (at == j.end()) return;
  v.emplace();
  v->date = std::chrono::sys_days(std::chrono::days(at->at(0).get<int>()));
  if (at->size() > 1) v->time_of_day = std::chrono::seconds(at->at(1).get<long>());
}
void get(const Json& j, const char* name, std::optional<Error>& v) {
  const auto at = j.find(name);
  if (at == j.end()) return;
  const int code = at->at(0).get<int>();
  if (code < 0 || code > static_cast<int>(ErrorCode::internal)) throw Json::out_of_range::create(401, "code", &j);
  v = Error{static_cast<ErrorCode>(code), at->at(1), at->at(2), at->at(3)};
}

/// f(name, field) for what the slices of a series have in common. Not kept: the path, which the place of the file gives, and the images
/// that contours name, which a scan leaves aside.
template <class Object, class F>
void visit_shared(Object& o, F&& f) {
  f("kind", o.kind);
  f("class", o.sop_class_uid);
  f("study", o.study_instance_uid);
  f("series", o.series_instance_uid);
  f("frame", o.frame_of_reference_uid);
  f("syntax", o.transfer_syntax_uid);
  f("patient_id", o.patient_id);
  f("patient_name", o.patient_name);
  f("modality", o.modality);
  f("manufacturer", o.manufacturer);
  f("study_description", o.study_description);
  f("series_description", o.series_description);
  f("protocol", o.protocol_name);
  f("label", o.label);
  f("image_type", o.image_type);
  f("kernel", o.kernel);
  f("position", o.patient_position);
  f("study_date", o.study_date);
  f("series_date", o.series_date);
  f("series_number", o.series_number);
  f("acquisition_number", o.acquisition_number);
  f("temporal", o.temporal_position);
  f("echo", o.echo_number);
  f("thickness", o.slice_thickness_mm);
  f("kvp", o.kvp);
  f("row", o.placement.row_direction);
  f("column", o.placement.column_direction);
  f("spacing_i", o.placement.spacing_i_mm);
  f("spacing_j", o.placement.spacing_j_mm);
  f("columns", o.placement.columns);
  f("rows", o.placement.rows);
  f("frames", o.placement.frames);
  f("samples", o.samples_per_pixel);
  f("bits", o.bits_allocated);
  f("lossy", o.lossy_compressed);
  f("to_structures", o.referenced_structure_set_uid);
  f("to_plan", o.referenced_plan_uid);
  f("to_series", o.referenced_series_uids);
  f("to_frames", o.referenced_frame_of_ref_uids);
}

template <class Object, class F>
void visit_own(Object& o, F&& f) {
  f("uid", o.sop_instance_uid);
  f("at", o.placement.position_mm);
  f("number", o.instance_number);
  f("acquired", o.acquisition_date);
  f("date", o.object_date);
  f("bytes", o.file_size);
  f("damage", o.damage);
}

Error damaged() { return Error{ErrorCode::bad_json, "not what a scan keeps of a file", "", "Scan again with --rescan."}; }

}  // namespace

std::optional<ScannedText> scanned_text(const ScannedFile& file) {
  try {
    ScannedText text;
    Json own = Json::object();
    put(own, "ignored", file.scan.ignored);
    put(own, "error", file.scan.error);
    if (file.scan.object) {
      Json shared = Json::object();
      visit_shared(*file.scan.object, [&](const char* name, const auto& field) { put(shared, name, field); });
      visit_own(*file.scan.object, [&](const char* name, const auto& field) { put(own, name, field); });
      text.shared = shared.dump();
    }
    if (file.plan) {
      Json plan = Json::object();
      put(plan, "error", file.plan->error);
      put(plan, "approved", file.plan->approved);
      put(plan, "strength_date", file.plan->strength_date);
      own["plan"] = std::move(plan);
    }
    text.own = own.dump();
    return text;
  } catch (const Json::exception&) {
    return {};
  }
}

Result<IndexedObject> parse_shared(std::string_view shared) {
  try {
    const Json common = Json::parse(shared);
    IndexedObject o;
    visit_shared(o, [&](const char* name, auto& field) { get(common, name, field); });
    return o;
  } catch (const Json::exception&) {
    return damaged();
  }
}

Result<ScannedFile> parse_scanned(const IndexedObject* shared, std::string_view own) {
  try {
    ScannedFile file;
    const Json mine = Json::parse(own);
    get(mine, "ignored", file.scan.ignored);
    get(mine, "error", file.scan.error);
    if (shared != nullptr) {
      IndexedObject& o = file.scan.object.emplace(*shared);
      visit_own(o, [&](const char* name, auto& field) { get(mine, name, field); });
    }
    if (const auto plan = mine.find("plan"); plan != mine.end()) {
      file.plan.emplace();
      get(*plan, "error", file.plan->error);
      get(*plan, "approved", file.plan->approved);
      get(*plan, "strength_date", file.plan->strength_date);
    }
    return file;
  } catch (const Json::exception&) {
    return damaged();
  }
}

}  // namespace seedaudit
