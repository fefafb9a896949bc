// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/seeds_json.h"

#include <nlohmann/json.hpp>

#include <cmath>

#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;

Error bad(const std::string& path, const std::string& what) {
  return Error{ErrorCode::bad_json, what, path, "write it with `seedaudit detect`"};
}

std::optional<Eigen::Vector3d> vector_at(const Json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_array() || it->size() != 3) return std::nullopt;
  Eigen::Vector3d v;
  for (std::size_t a = 0; a < 3; ++a) {
    if (!(*it)[a].is_number()) return std::nullopt;
    v[static_cast<Eigen::Index>(a)] = (*it)[a].get<double>();
  }
  if (!v.allFinite()) return std::nullopt;
  return v;
}

/// Absent and null are the same; another type is not a number.
std::optional<double> number_at(const Json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_number()) return std::nullopt;
  return it->get<double>();
}

std::string text_at(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

Result<SeedsFile> parse(const Json& json, const std::string& path) {
  if (!json.is_object()) return bad(path, "seeds.json holds one object");
  const std::string version = text_at(json, "schema_version");
  if (version.rfind("1.", 0) != 0) return bad(path, "schema_version is \"" + version + "\", this program reads 1.x");
  const auto list = json.find("seeds");
  if (list == json.end() || !list->is_array()) return bad(path, "no list \"seeds\"");
  SeedsFile file;
  file.path = path;
  file.frame_of_reference_uid = text_at(json, "frame_of_reference_uid");
  file.source_model = text_at(json, "source_model");
  if (const auto u = number_at(json, "strength_u")) {
    if (!(*u > 0.0)) return bad(path, "strength_u is not positive");
    file.strength_u = AirKermaU{*u};
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& item = (*list)[i];
    const std::string where = "seed " + std::to_string(i + 1);
    if (!item.is_object()) return bad(path, where + " is no object");
    DetectedSeed seed;
    seed.id = static_cast<int>(number_at(item, "id").value_or(static_cast<double>(i + 1)));
    const auto center = vector_at(item, "center_mm");
    if (!center) return bad(path, where + " has no center_mm of three numbers");
    seed.pose.center.mm = *center;
    seed.axis_resolved =
        item.contains("direction_resolved") && item["direction_resolved"].is_boolean() && item["direction_resolved"].get<bool>();
    const auto direction = vector_at(item, "direction");
    if (direction && direction->norm() > 1e-6)
      seed.pose.axis.unit = direction->normalized();
    else if (seed.axis_resolved)
      return bad(path, where + " says direction_resolved and has no direction");
    if (const auto sigma = vector_at(item, "center_sigma_mm")) seed.center_sigma_mm = *sigma;
    seed.axis_sigma_deg = number_at(item, "direction_sigma_deg").value_or(90.0);
    seed.confidence = number_at(item, "confidence").value_or(0.0);
    seed.cluster_id = static_cast<int>(number_at(item, "cluster_id").value_or(0.0));
    const auto strength = number_at(item, "strength_u");
    if (strength && !(*strength > 0.0)) return bad(path, where + " has a strength_u that is not positive");
    file.strengths.push_back(strength ? std::optional<AirKermaU>(AirKermaU{*strength}) : std::nullopt);
    file.seeds.push_back(seed);
  }
  if (const auto it = json.find("count_interval");
      it != json.end() && it->is_array() && it->size() == 2 && (*it)[0].is_number_integer() && (*it)[1].is_number_integer())
    file.count_interval = CountEstimate{static_cast<int>(file.seeds.size()), (*it)[0].get<int>(), (*it)[1].get<int>()};
  return file;
}

}  // namespace

Result<SeedsFile> read_seeds_json(const std::filesystem::path& path) {
  const auto text = read_text_file(path, "seed file");
  if (!text) return text.error();
  try {
    return parse(Json::parse(*text), path.string());
  } catch (const Json::exception& e) {
    return bad(path.string(), std::string("not JSON: ") + e.what());
  }
}

}  // namespace seedaudit
