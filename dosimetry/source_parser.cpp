// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/source_parser.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "dosimetry/tg43.h"

namespace seedaudit {
namespace {

using nlohmann::json;

constexpr const char* kSchema = "seedaudit-source-1";
constexpr double kUnityTolerance = 1e-3;  // g_L(1 cm) and F(r, 90) are normalised; tables print three or four digits

/// Reads keys of one object and remembers the first trouble, so that the reading code stays a list of fields.
class Reader {
 public:
  Reader(const json& object, std::string path) : object_(object), path_(std::move(path)) {}

  const std::optional<std::string>& trouble() const { return trouble_; }
  void fail(const std::string& what) {
    if (!trouble_) trouble_ = what;
  }

  bool has(const char* key) {
    known_.insert(key);
    return object_.contains(key) && !object_[key].is_null();
  }

  std::string text(const char* key, bool required) {
    if (!has(key)) {
      if (required) fail("no \"" + path_ + key + "\"");
      return "";
    }
    if (!object_[key].is_string()) {
      fail("\"" + path_ + key + "\" is not text");
      return "";
    }
    return object_[key].get<std::string>();
  }

  double number(const char* key, double low, double high) {
    if (!has(key)) {
      fail("no \"" + path_ + key + "\"");
      return 0.0;
    }
    const double v = object_[key].is_number() ? object_[key].get<double>() : std::numeric_limits<double>::quiet_NaN();
    if (!(v >= low) || !(v <= high))
      fail("\"" + path_ + key + "\" is " + object_[key].dump() + ", not a number within " + short_text(low) + " to " + short_text(high));
    return v;
  }

  std::vector<double> numbers(const char* key) {
    std::vector<double> out;
    if (!has(key) || !object_[key].is_array()) {
      fail("\"" + path_ + key + "\" is not a list of numbers");
      return out;
    }
    for (const auto& v : object_[key]) {
      if (!v.is_number()) {
        fail("\"" + path_ + key + "\" holds " + v.dump());
        return out;
      }
      out.push_back(v.get<double>());
    }
    return out;
  }

  const json* child(const char* key, bool required) {
    if (!has(key)) {
      if (required) fail("no \"" + path_ + key + "\"");
      return nullptr;
    }
    return &object_[key];
  }

  void refuse_unknown_keys() {
    for (const auto& item : object_.items())
      if (!known_.contains(item.key())) fail("unknown key \"" + path_ + item.key() + "\"");
  }

  static std::string short_text(double v) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", v);
    return buffer;
  }

 private:
  const json& object_;
  std::string path_;
  std::set<std::string> known_;
  std::optional<std::string> trouble_;
};

std::optional<std::string> not_ascending(const char* what, const std::vector<double>& v, double low) {
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (!std::isfinite(v[i]) || v[i] < low) return std::string(what) + " holds " + Reader::short_text(v[i]);
    if (i > 0 && !(v[i] > v[i - 1]))
      return std::string(what) + " is not ascending at " + Reader::short_text(v[i - 1]) + ", " + Reader::short_text(v[i]);
  }
  return std::nullopt;
}

std::optional<std::string> not_positive(const char* what, const std::vector<double>& v, double high) {
  for (const double x : v)
    if (!(x > 0.0) || !(x < high)) return std::string(what) + " holds " + Reader::short_text(x);
  return std::nullopt;
}

std::optional<std::string> read_radial(const json& j, RadialDoseTable& out) {
  if (!j.is_object()) return "\"radial_dose_function\" is not an object";
  Reader r(j, "radial_dose_function.");
  out.r_cm = r.numbers("r_cm");
  out.g = r.numbers("g_L");
  r.refuse_unknown_keys();
  if (r.trouble()) return r.trouble();
  if (out.r_cm.size() < 2 || out.r_cm.size() != out.g.size())
    return "g_L has " + std::to_string(out.g.size()) + " values at " + std::to_string(out.r_cm.size()) + " radii";
  if (auto t = not_ascending("radial_dose_function.r_cm", out.r_cm, 1e-3)) return t;
  if (auto t = not_positive("g_L", out.g, 10.0)) return t;
  if (!(out.r_cm.front() <= 1.0) || !(out.r_cm.back() >= 1.0)) return "g_L does not span 1 cm, where it is normalised";
  // The exponential tail must fall, or dose would grow without bound.
  if (!(out.g.back() < out.g[out.g.size() - 2])) return "the last two values of g_L do not fall";
  return std::nullopt;
}

std::optional<std::string> read_anisotropy(const json& j, AnisotropyTable& out) {
  if (!j.is_object()) return "\"anisotropy_function\" is not an object";
  Reader r(j, "anisotropy_function.");
  out.r_cm = r.numbers("r_cm");
  const json* rows = r.child("rows", true);
  r.refuse_unknown_keys();
  if (r.trouble()) return r.trouble();
  if (auto t = not_ascending("anisotropy_function.r_cm", out.r_cm, 1e-3)) return t;
  const std::size_t n = out.r_cm.size();
  if (n < 1 || !rows->is_array() || rows->size() < 2) return "F has no rows";
  for (const auto& row : *rows) {
    if (!row.is_object()) return "a row of F is not an object";
    Reader rr(row, "anisotropy_function.rows.");
    const double theta = rr.number("theta_deg", 0.0, 90.0);
    const json* values = rr.child("F", true);
    rr.refuse_unknown_keys();
    if (rr.trouble()) return rr.trouble();
    if (!values->is_array() || values->size() != n)
      return "F at " + Reader::short_text(theta) + " degrees has not " + std::to_string(n) + " values";
    std::vector<double> line(n, 0.0);
    double nearest = 0.0;
    // null marks a point inside the capsule: the nearest tabulated radius at the same angle stands in.
    for (std::size_t i = n; i-- > 0;) {
      const auto& v = (*values)[i];
      if (v.is_number())
        nearest = v.get<double>();
      else if (!v.is_null() || !(nearest > 0.0))
        return "F at " + Reader::short_text(theta) + " degrees holds " + v.dump();
      line[i] = nearest;
    }
    out.theta_deg.push_back(theta);
    out.value.insert(out.value.end(), line.begin(), line.end());
  }
  if (auto t = not_ascending("anisotropy_function theta_deg", out.theta_deg, 0.0)) return t;
  if (auto t = not_positive("F", out.value, 20.0)) return t;
  if (out.theta_deg.front() != 0.0 || out.theta_deg.back() != 90.0) return "F does not span 0 to 90 degrees";
  for (std::size_t i = 0; i < n; ++i) {
    const double f = out.value[(out.theta_deg.size() - 1) * n + i];
    if (!(std::abs(f - 1.0) < kUnityTolerance)) return "F(" + Reader::short_text(out.r_cm[i]) + " cm, 90) is " + Reader::short_text(f);
  }
  return std::nullopt;
}

std::optional<std::string> read_factor(const json* j, SourceModel& m) {
  AnisotropyFactorTable& out = m.anisotropy_factor;
  if (j == nullptr) {
    // None given: the integral of F at its radii, beyond the line itself where it diverges on the axis.
    for (const double r : m.anisotropy.r_cm) {
      if (!(r > m.active_length.value / 2.0)) continue;
      out.r_cm.push_back(r);
      out.phi_an.push_back(integrated_anisotropy_factor(m, Cm{r}));
    }
    m.anisotropy_factor_is_computed = true;
    if (out.r_cm.empty()) return "no radius of F lies beyond half the active length";
    return std::nullopt;
  }
  if (!j->is_object()) return "\"anisotropy_factor\" is not an object";
  Reader r(*j, "anisotropy_factor.");
  const std::string origin = r.text("origin", true);
  out.r_cm = r.numbers("r_cm");
  out.phi_an = r.numbers("phi_an");
  r.refuse_unknown_keys();
  if (r.trouble()) return r.trouble();
  if (origin != "published" && origin != "computed") return "anisotropy_factor.origin is \"" + origin + "\"";
  m.anisotropy_factor_is_computed = origin == "computed";
  if (out.r_cm.empty() || out.r_cm.size() != out.phi_an.size()) return "anisotropy_factor has lists of different length";
  if (auto t = not_ascending("anisotropy_factor.r_cm", out.r_cm, 1e-3)) return t;
  if (auto t = not_positive("phi_an", out.phi_an, 10.0)) return t;
  if (!m.anisotropy_factor_is_computed) return std::nullopt;
  for (std::size_t i = 0; i < out.r_cm.size(); ++i) {
    const double integral = integrated_anisotropy_factor(m, Cm{out.r_cm[i]});
    if (!(std::abs(integral - out.phi_an[i]) < kUnityTolerance))
      return "computed phi_an at " + Reader::short_text(out.r_cm[i]) + " cm is " + Reader::short_text(out.phi_an[i]) +
             ", the integral of F is " + Reader::short_text(integral);
  }
  return std::nullopt;
}

std::optional<std::string> read_tables(Reader& r, SourceModel& m) {
  m.dataset = r.text("dataset", true);
  const std::string status = r.text("status", true);
  if (status == "consensus_confirmed")
    m.status = SourceDataStatus::consensus_confirmed;
  else if (status == "single_transcription")
    m.status = SourceDataStatus::single_transcription;
  else if (status == "author_data")
    m.status = SourceDataStatus::author_data;
  else
    r.fail("\"status\" is \"" + status + "\", not consensus_confirmed, single_transcription or author_data");
  r.has("units");  // said for the human reader; the field names carry them
  r.text("air_kerma_basis", false);
  m.half_life = to_hours(Days{r.number("half_life_days", 0.5, 40000.0)});
  m.dose_rate_constant = r.number("dose_rate_constant", 0.1, 3.0);
  m.active_length = to_cm(Mm{r.number("active_length_mm", 0.0, 20.0)});
  m.air_kerma_u_per_mci = r.number("air_kerma_u_per_apparent_mci", 0.01, 50.0);
  if (const json* c = r.child("capsule", false)) {
    if (!c->is_object()) return "\"capsule\" is not an object";
    Reader rc(*c, "capsule.");
    m.capsule_length = Mm{rc.number("length_mm", 0.5, 50.0)};
    m.capsule_diameter = Mm{rc.number("diameter_mm", 0.1, 5.0)};
    rc.refuse_unknown_keys();
    if (rc.trouble()) return rc.trouble();
  } else {
    // The 6711 type's outer size; end walls of 0.25 mm where the active length leaves less.
    m.capsule_is_assumed = true;
    m.capsule_length = Mm{std::max(4.5, to_mm(m.active_length).value + 0.5)};
    m.capsule_diameter = Mm{0.8};
  }
  const std::vector<double> range = r.numbers("valid_range_cm");
  const json* radial = r.child("radial_dose_function", true);
  const json* anisotropy = r.child("anisotropy_function", true);
  const json* factor = r.child("anisotropy_factor", false);
  r.refuse_unknown_keys();
  if (r.trouble()) return r.trouble();
  if (!(m.capsule_length > to_mm(m.active_length)))
    return "the active length of " + Reader::short_text(to_mm(m.active_length).value) + " mm does not fit the capsule of " +
           Reader::short_text(m.capsule_length.value) + " mm";
  if (auto t = read_radial(*radial, m.radial)) return t;
  if (auto t = read_anisotropy(*anisotropy, m.anisotropy)) return t;
  if (range.size() != 2 || !(range[0] >= m.radial.r_cm.front()) || !(range[1] <= m.radial.r_cm.back()) || !(range[0] < range[1]))
    return "\"valid_range_cm\" is not a range within the radii of g_L";
  m.valid_from = Cm{range[0]};
  m.valid_to = Cm{range[1]};
  const double g1 = radial_dose_function(m, Cm{1.0});
  if (!(std::abs(g1 - 1.0) < kUnityTolerance)) return "g_L(1 cm) is " + Reader::short_text(g1) + ", not 1";
  return read_factor(factor, m);
}

std::optional<std::string> read_model(const json& j, ParsedSource& out) {
  if (!j.is_object()) return "a source file holds one object";
  Reader r(j, "");
  SourceModel& m = out.model;
  const std::string schema = r.text("schema", true);
  if (schema != kSchema) r.fail("\"schema\" is \"" + schema + "\", not \"" + kSchema + "\"");
  m.id = r.text("id", true);
  m.name = r.text("name", true);
  m.model = r.text("model", true);
  m.isotope = r.text("isotope", true);
  m.citation = r.text("citation", true);
  m.note = r.text("note", false);
  m.surrogate_of = r.text("surrogate_of", false);
  out.manufacturer = r.text("manufacturer", true);
  if (const json* a = r.child("aliases", false)) {
    if (!a->is_array()) r.fail("\"aliases\" is not a list");
    for (const auto& v : *a) {
      if (v.is_string())
        out.aliases.push_back(v.get<std::string>());
      else
        r.fail("\"aliases\" holds " + v.dump());
    }
  }
  for (const auto* s : {&m.id, &m.name, &m.model, &m.isotope, &m.citation})
    if (s->empty()) r.fail("id, name, model, isotope and citation must not be empty");
  if (r.trouble()) return r.trouble();
  if (!m.surrogate_of.empty()) {
    for (const char* key : {"dose_rate_constant", "radial_dose_function", "anisotropy_function", "anisotropy_factor", "active_length_mm"})
      if (j.contains(key)) return std::string("a surrogate takes all its data from the model it names, but \"") + key + "\" is given";
    r.refuse_unknown_keys();
    return r.trouble();
  }
  return read_tables(r, m);
}

/// Parses text and refuses a key that is given twice: the last would win silently.
std::optional<json> parse_strict(std::string_view text, std::string& trouble) {
  std::vector<std::set<std::string>> open;
  const json::parser_callback_t watch = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end && !open.empty()) open.pop_back();
    if (event == json::parse_event_t::key && !open.empty() && !open.back().insert(value.get<std::string>()).second && trouble.empty())
      trouble = "key \"" + value.get<std::string>() + "\" is given twice";
    return true;
  };
  json j = json::parse(text, watch, false);
  if (j.is_discarded()) trouble = "not valid JSON";
  if (!trouble.empty()) return std::nullopt;
  return j;
}

}  // namespace

std::string content_checksum(std::string_view bytes) {
  std::uint64_t h = 14695981039346656037ULL;
  for (const char c : bytes) {
    h ^= static_cast<unsigned char>(c);
    h *= 1099511628211ULL;
  }
  char buffer[17];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(h));
  return buffer;
}

Result<ParsedSource> parse_source_file(std::string_view text, std::string_view origin) {
  const std::string where(origin);
  const std::string hint = "See docs/algorithms/sources.md for the format.";
  try {
    std::string trouble;
    const auto j = parse_strict(text, trouble);
    if (!j) return Error{ErrorCode::bad_json, "source file: " + trouble, where, hint};
    ParsedSource out;
    if (auto t = read_model(*j, out)) return Error{ErrorCode::source_invalid, "source file: " + *t, where, hint};
    out.model.checksum = content_checksum(text);
    return out;
  } catch (const std::exception& e) {
    return Error{ErrorCode::source_invalid, std::string("source file: ") + e.what(), where, hint};
  }
}

}  // namespace seedaudit
