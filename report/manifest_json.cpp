// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/manifest_json.h"

#include <cstdio>

#include "report/json_writer.h"

namespace seedaudit {
namespace {

std::string date_text(const std::optional<DateTime>& date) {
  if (!date) return {};
  std::string text = to_iso(date->date);
  if (date->time_of_day) {
    const std::chrono::hh_mm_ss time(*date->time_of_day);
    char clock[32];
    std::snprintf(clock, sizeof clock, "T%02d:%02d:%02d", static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    text += clock;
  }
  return text;
}

void write_input(JsonWriter& json, const ArchiveInput& input) {
  json.begin_object();
  json.text("role", input.role);
  json.text("uid", input.uid);
  json.text("container", input.container);
  json.text("folder", input.folder);
  json.begin_array("files");
  for (const auto& f : input.files) json.text({}, f);
  json.end_array();
  json.text_or_null("date", date_text(input.date));
  json.text("description", input.description);
  json.end_object();
}

void write_case(JsonWriter& json, const ArchiveCase& c) {
  json.begin_object();
  json.text("case_id", c.case_id);
  json.text("patient", c.patient);
  json.text("implant", c.implant);
  json.text("phase", c.phase);
  json.text_or_null("request_file", c.request_file);
  json.text_or_null("implant_date", date_text(c.implant_date));
  json.text_or_null("scan_date", date_text(c.scan_date));
  json.integer("days_since_implant", c.days_since_implant);
  json.begin_array("inputs");
  for (const auto& i : c.inputs) write_input(json, i);
  json.end_array();
  if (c.refusal) {
    json.begin_object("refusal");
    json.text("code", to_string(c.refusal->code));
    json.text("what", c.refusal->what);
    json.text("where", c.refusal->where);
    json.text("hint", c.refusal->hint);
    json.end_object();
  } else {
    json.null("refusal");
  }
  json.begin_array("notes");
  for (const auto& n : c.notes) {
    json.begin_object({}, JsonWriter::Layout::one_line);
    json.text("code", n.code);
    json.text("message", n.message);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string manifest_json(const ArchiveManifest& manifest) {
  JsonWriter json;
  json.begin_object();
  json.text("schema_version", "1.0");
  json.text("root", manifest.root);
  json.text("identity", manifest.pseudonyms ? "pseudonym" : "keep");
  json.text("dates", manifest.dates_shifted ? "shift" : "keep");
  json.text_or_null("key_id", manifest.key_id);
  json.begin_array("cases");
  for (const auto& c : manifest.cases) write_case(json, c);
  json.end_array();
  json.begin_array("left_out");
  for (const auto& l : manifest.left_out) {
    json.begin_object({}, JsonWriter::Layout::one_line);
    json.text("path", l.path);
    json.text("reason", l.reason);
    json.text("detail", l.detail);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace seedaudit
