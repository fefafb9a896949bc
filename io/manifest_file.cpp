// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/manifest_file.h"

#include <nlohmann/json.hpp>

#include <set>

#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;

/// What does not fit; caught where parsing began.
struct Misfit {
  std::string what;
};

/// One object of the file, each of whose keys must be asked for.
class Object {
 public:
  Object(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object()) throw Misfit{where_ + " is no object"};
  }
  /// Refuses keys that nobody asked for.
  void close() const {
    for (const auto& [key, value] : json_.items())
      if (!asked_.contains(key)) throw Misfit{where_ + ": key \"" + key + "\" is not known"};
  }
  const Json& at(const std::string& key) {
    asked_.insert(key);
    const auto it = json_.find(key);
    if (it == json_.end()) throw Misfit{where_ + ": key \"" + key + "\" is missing"};
    return *it;
  }
  std::string text(const std::string& key) {
    const Json& v = at(key);
    if (!v.is_string()) throw Misfit{where_ + ": \"" + key + "\" must be text"};
    return v.get<std::string>();
  }
  /// One of two words: whether it is the first.
  bool is(const std::string& key, const std::string& yes, const std::string& no) {
    const std::string t = text(key);
    if (t != yes && t != no) throw Misfit{where_ + ": \"" + key + "\" is neither " + yes + " nor " + no};
    return t == yes;
  }
  std::string text_or_null(const std::string& key) { return at(key).is_null() ? std::string() : text(key); }
  const Json& list(const std::string& key) {
    const Json& v = at(key);
    if (!v.is_array()) throw Misfit{where_ + ": \"" + key + "\" must be a list"};
    return v;
  }
  /// Relative to the archive's root, and within it.
  std::string path(const std::string& key) { return checked(key, text_or_null(key)); }
  std::string checked(const std::string& key, std::string p) const {
    const std::filesystem::path parts(p);
    bool out = parts.is_absolute();
    for (const auto& part : parts) out = out || part == "..";
    if (out) throw Misfit{where_ + ": \"" + key + "\" leads out of the archive"};
    return p;
  }
  std::optional<DateTime> date(const std::string& key) {
    const std::string t = text_or_null(key);
    if (t.empty()) return std::nullopt;
    const auto cut = t.find('T');
    const auto day = parse_date(t.substr(0, cut));
    if (!day) throw Misfit{where_ + ": \"" + key + "\" is no date"};
    DateTime date{*day, std::nullopt};
    if (cut != std::string::npos) {
      date.time_of_day = parse_time(t.substr(cut + 1));
      if (!date.time_of_day) throw Misfit{where_ + ": \"" + key + "\" is no time"};
    }
    return date;
  }

 private:
  const Json& json_;
  std::string where_;
  std::set<std::string> asked_;
};

ErrorCode code_of(const std::string& name, const std::string& where) {
  for (int c = 0; c <= static_cast<int>(ErrorCode::internal); ++c)
    if (to_string(static_cast<ErrorCode>(c)) == name) return static_cast<ErrorCode>(c);
  throw Misfit{where + ": no error is called \"" + name + "\""};
}

ArchiveInput read_input(const Json& json, const std::string& where) {
  static const std::set<std::string> kRoles{"preop", "postop_ct", "plan", "structures", "postop_structures", "dose", "treatment_record"};
  Object o(json, where);
  ArchiveInput input;
  input.role = o.text("role");
  if (!kRoles.contains(input.role)) throw Misfit{where + ": no role is called \"" + input.role + "\""};
  input.uid = o.text("uid");
  input.container = o.path("container");
  input.folder = o.path("folder");
  for (const Json& f : o.list("files")) {
    if (!f.is_string() || f.get<std::string>().empty() || f.get<std::string>().find('/') != std::string::npos)
      throw Misfit{where + ": \"files\" holds what is no file name"};
    input.files.push_back(o.checked("files", f.get<std::string>()));
  }
  input.date = o.date("date");
  input.description = o.text("description");
  o.close();
  return input;
}

ArchiveCase read_case_row(const Json& json, const std::string& where) {
  Object o(json, where);
  ArchiveCase c;
  c.case_id = o.text("case_id");
  if (c.case_id.empty() || c.case_id.find('/') != std::string::npos || c.case_id == "..") throw Misfit{where + ": \"case_id\" is no name"};
  c.patient = o.text("patient");
  c.implant = o.text("implant");
  c.phase = o.text("phase");
  c.request_file = o.path("request_file");
  c.implant_date = o.date("implant_date");
  c.scan_date = o.date("scan_date");
  if (const Json& days = o.at("days_since_implant"); days.is_number_integer())
    c.days_since_implant = days.get<int>();
  else if (!days.is_null())
    throw Misfit{where + ": \"days_since_implant\" must be a whole number or null"};
  for (const Json& i : o.list("inputs")) c.inputs.push_back(read_input(i, where + " input " + std::to_string(c.inputs.size() + 1)));
  if (const Json& refusal = o.at("refusal"); !refusal.is_null()) {
    Object r(refusal, where + " refusal");
    c.refusal = Error{code_of(r.text("code"), where), r.text("what"), r.text("where"), r.text("hint")};
    r.close();
  }
  for (const Json& n : o.list("notes")) {
    Object note(n, where + " note");
    c.notes.push_back({note.text("code"), note.text("message")});
    note.close();
  }
  o.close();
  return c;
}

ArchiveManifest read_all(const Json& json) {
  Object o(json, "the manifest");
  if (const std::string version = o.text("schema_version"); version != "1.0")
    throw Misfit{"schema_version is \"" + version + "\", this program reads 1.0"};
  ArchiveManifest m;
  m.root = o.text("root");
  if (!std::filesystem::path(m.root).is_absolute()) throw Misfit{"\"root\" is no absolute folder"};
  m.pseudonyms = o.is("identity", "pseudonym", "keep");
  m.dates_shifted = o.is("dates", "shift", "keep");
  m.key_id = o.text_or_null("key_id");
  if (m.dates_shifted && !m.pseudonyms) throw Misfit{"\"dates\" are shifted without pseudonyms"};
  if (m.pseudonyms == m.key_id.empty()) throw Misfit{"\"key_id\" goes with pseudonyms, and with these alone"};
  std::set<std::string> ids;
  for (const Json& c : o.list("cases")) {
    m.cases.push_back(read_case_row(c, "case " + std::to_string(m.cases.size() + 1)));
    if (!ids.insert(m.cases.back().case_id).second) throw Misfit{"case_id \"" + m.cases.back().case_id + "\" is there twice"};
  }
  for (const Json& l : o.list("left_out")) {
    Object row(l, "left_out " + std::to_string(m.left_out.size() + 1));
    m.left_out.push_back({row.text("path"), row.text("reason"), row.text("detail")});
    row.close();
  }
  o.close();
  return m;
}

}  // namespace

Result<ArchiveManifest> parse_manifest(std::string_view text, const std::string& origin) {
  const std::string hint = "write it with `seedaudit scan`";
  try {
    return read_all(Json::parse(text));
  } catch (const Misfit& e) {
    return Error{ErrorCode::bad_json, e.what, origin, hint};
  } catch (const Json::exception& e) {
    return Error{ErrorCode::bad_json, std::string("not JSON: ") + e.what(), origin, hint};
  }
}

Result<ArchiveManifest> read_manifest(const std::filesystem::path& path) {
  const auto text = read_text_file(path, "manifest");
  if (!text) return text.error();
  return parse_manifest(*text, path.string());
}

}  // namespace seedaudit
