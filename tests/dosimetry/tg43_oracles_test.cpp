// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "dosimetry/dose_engine.h"
#include "dosimetry/source_library.h"
#include "dosimetry/tg43.h"
#include "tests/support/paths.h"

// Every group of an independent collection of TG-43 numbers, at the tolerance stated with each. Read only where it is present.
using namespace seedaudit;
using nlohmann::json;

namespace {

const std::map<std::string, std::string>& ids() {
  static const std::map<std::string, std::string> map{{"Amersham6711", "amersham-6711"},
                                                      {"Amersham6702", "amersham-6702"},
                                                      {"Best2301", "best-2301"},
                                                      {"NASIMED3631", "nasi-med3631"},
                                                      {"BebigI25S06", "bebig-i25.s06"},
                                                      {"ImagynIS12501", "imagyn-is-12501"},
                                                      {"Theragenics200", "theragenics-200"},
                                                      {"NASIMED3633", "nasi-med3633"},
                                                      {"Amersham6733", "amersham-6733"},
                                                      {"DraximageLS1", "draximage-ls-1"},
                                                      {"ImplantSciences3500", "implant-sciences-3500"},
                                                      {"IBt1251L", "ibt-1251l"},
                                                      {"IsoAidIAI125A", "isoaid-iai-125a"},
                                                      {"MBISL125SH125", "mbi-sl-125-sh-125"},
                                                      {"SourceTechSTM1251", "sourcetech-stm1251"},
                                                      {"Best2335", "best-2335"},
                                                      {"Amersham9011", "amersham-9011"},
                                                      {"Nucletron130002", "nucletron-130.002"},
                                                      {"TheragenicsAgX100", "theragenics-agx100"},
                                                      {"IsoAidIAPd103A", "isoaid-iapd-103a"},
                                                      {"IsoRayCS1Rev2", "isoray-cs-1-rev2"}};
  return map;
}

SourceModel oracle_source(const std::string& id) {
  const auto s = find_source(id);
  INFO(id);
  REQUIRE(s.ok());
  return *s;
}

double relative_to_oracle(double value, double expected) { return std::abs(value / expected - 1.0); }

json oracles() {
  const std::filesystem::path path = test::shared_folder() / "tg43" / "oracles.json";
  std::ifstream in(path);
  if (!in) {
    WARN("tg43/oracles.json absent: not tested");
    return {};
  }
  return json::parse(in);
}

}  // namespace

TEST_CASE("oracles: geometry function") {
  const json all = oracles();
  if (all.is_null()) return;
  const Cm length{all["geometry_function"]["L_cm"].get<double>()};
  for (const auto& c : all["geometry_function"]["cases"])
    CHECK(relative_to_oracle(geometry_function(Cm{c["r"].get<double>()}, c["theta_deg"].get<double>(), length), c["G_L"].get<double>()) <
          1e-9);
}

TEST_CASE("oracles: interpolation of g_L and F") {
  const json all = oracles();
  if (all.is_null()) return;
  const auto& worked = all["interpolation_g_TG43U1S1_worked_examples"]["cases"];
  SourceModel s = oracle_source("amersham-6711");
  s.radial = {{1.0, 2.0}, {worked[0]["g(1)"].get<double>(), worked[0]["g(2)"].get<double>()}};
  CHECK(std::abs(radial_dose_function(s, Cm{1.5}) - worked[0]["answer"].get<double>()) < 5e-4);
  s.radial = {{1.0, 4.0, 5.0}, {1.0, worked[1]["g(4)"].get<double>(), worked[1]["g(5)"].get<double>()}};
  CHECK(std::abs(radial_dose_function(s, Cm{6.0}) - worked[1]["answer"].get<double>()) < 5e-4);
  const SourceModel t = oracle_source("amersham-6702");
  for (const auto& c : all["interpolation_g_6702"]["cases"])
    CHECK(relative_to_oracle(radial_dose_function(t, Cm{c["r"].get<double>()}), c["answer"].get<double>()) < 1e-9);
  for (const auto& c : all["interpolation_F_6702"]["cases"])
    CHECK(relative_to_oracle(anisotropy_function(t, Cm{c["r"].get<double>()}, c["theta_deg"].get<double>()), c["F"].get<double>()) < 1e-9);
}

TEST_CASE("oracles: total dose of 1 U at 1 cm") {
  const json all = oracles();
  if (all.is_null()) return;
  const auto& group = all["total_decay_dose_1U_1cm_90deg_cGy"];
  for (const auto& [isotope, days] : group["half_lives_d"].items())
    for (const auto& [key, id] : ids())
      if (const SourceModel s = oracle_source(id); s.isotope == isotope)
        CHECK(relative_to_oracle(s.half_life.value, days.get<double>() * 24.0) < 1e-12);
  for (const auto& [name, cgy] : group["cases"].items()) {
    CAPTURE(name);
    const std::string model = name.substr(0, name.find(' '));
    const SourceModel s = oracle_source(model);
    // The numbers for models other than 6711 and 2335 come from data with another constant for some: compare per unit of the constant that
    // the number itself implies where it is stated (9011), else directly.
    const double scale = model == "9011" ? s.dose_rate_constant / 0.923 : 1.0;
    const double ours = 100.0 * dose_to_infinity(dose_rate_2d(s, Cm{1.0}, 90.0), s.half_life).value;
    CHECK(relative_to_oracle(ours, cgy.get<double>() * scale) < (model == "6711" || model == "2335" ? 1e-9 : 1e-6));
  }
}

TEST_CASE("oracles: published g_P columns") {
  const json all = oracles();
  if (all.is_null()) return;
  for (const auto& [name, group] : all["g_P_published"].items()) {
    if (!group.is_object()) continue;
    const SourceModel s = oracle_source(ids().at(name));
    for (std::size_t i = 0; i < group["r_cm"].size(); ++i) {
      const double r = group["r_cm"][i].get<double>(), g = group["g_P"][i].get<double>();
      CAPTURE(name, r);
      // Half a unit of the last of three digits; the columns print three significant ones above 1 as well.
      CHECK(std::abs(radial_dose_function_point(s, Cm{r}) - g) < (g > 1.0 ? 5.001e-3 : 5.001e-4));
    }
  }
}

TEST_CASE("oracles: published phi_an from the integral of F") {
  const json all = oracles();
  if (all.is_null()) return;
  int tested = 0;
  for (const auto& [name, group] : all["phi_an_published"].items()) {
    if (!group.is_object()) continue;
    const SourceModel s = oracle_source(ids().at(name));
    for (std::size_t i = 0; i < group["r_cm"].size(); ++i) {
      const double r = group["r_cm"][i].get<double>(), phi = group["phi_an"][i].get<double>();
      CAPTURE(name, r);
      CHECK(anisotropy_factor(s, Cm{r}) == Approx(phi).epsilon(1e-12));
      // As published, these two do not follow from their own F; the source files say so.
      if (name == "Best2301" || name == "ImagynIS12501") {
        CHECK(!s.note.empty());
        continue;
      }
      // 3e-3, and half a unit of the last of the three digits that phi_an is printed to (I25.S06 at 7 cm: 0.949 against 0.9458).
      CHECK(std::abs(integrated_anisotropy_factor(s, Cm{r}) - phi) < 3e-3 + 5e-4);
      ++tested;
    }
  }
  CHECK(tested >= 27);
}

TEST_CASE("oracles: Cs-131 CS-1 Rev2") {
  const json all = oracles();
  if (all.is_null()) return;
  const auto& group = all["Cs131_CS1Rev2"];
  const SourceModel s = oracle_source("isoray-cs-1-rev2");
  for (const auto& c : group["hand_eval_consensus"])
    CHECK(relative_to_oracle(dose_rate_2d(s, Cm{c["r"].get<double>()}, c["theta_deg"].get<double>()), c["rate"].get<double>()) < 1e-6);
  const auto& tail = group["extrapolation"];
  CHECK(relative_to_oracle(radial_dose_function(s, Cm{tail["r"].get<double>()}), tail["g"].get<double>()) < 1e-6);
  CHECK(relative_to_oracle(mean_life(s.half_life).value, group["tau_h"].get<double>()) < 1e-6);
}

TEST_CASE("oracles: dose-rate constants") {
  const json all = oracles();
  if (all.is_null()) return;
  int tested = 0;
  for (const auto& [name, row] : all["dose_rate_constants_table"]["rows"].items()) {
    CAPTURE(name);
    CHECK(oracle_source(ids().at(name)).dose_rate_constant == row["TG43_consensus"].get<double>());
    ++tested;
  }
  CHECK(oracle_source("CS-1 Rev2").dose_rate_constant ==
        all["dose_rate_constants_table"]["extra"]["CS-1 Rev2"]["TG43_consensus"].get<double>());
  CHECK(tested == 20);
}

TEST_CASE("oracles: 1-D and transverse rates of every model by a second implementation") {
  const json all = oracles();
  if (all.is_null()) return;
  const auto& group = all["derived_1D_rates"];
  int tested = 0;
  for (const auto& [name, rates] : group["rates"].items()) {
    const SourceModel s = oracle_source(ids().at(name));
    for (std::size_t i = 0; i < group["r_cm"].size(); ++i) {
      const Cm r{group["r_cm"][i].get<double>()};
      CAPTURE(name, r.value);
      // Printed to six decimals: 1e-6 absolute.
      CHECK(std::abs(dose_rate_2d(s, r, 90.0) - rates["transverse_line_2D_theta90"][i].get<double>()) < 1e-6);
      CHECK(std::abs(dose_rate_1d(s, r) - rates["1D_line_eq11_GL_gL_phian"][i].get<double>()) < 1e-6);
      ++tested;
    }
  }
  CHECK(tested >= 180);
}

TEST_CASE("oracles: 2-D rates around 6711 by a second implementation") {
  const json all = oracles();
  if (all.is_null()) return;
  const SourceModel s = oracle_source("6711");
  int tested = 0;
  for (const auto& p : all["derived_2D_6711"]["points_r_theta_rate"]) {
    const double r = p[0].get<double>(), theta = p[1].get<double>(), rate = p[2].get<double>();
    CAPTURE(r, theta);
    // 1e-6, or half of the last of eight printed digits: the former is the larger.
    CHECK(relative_to_oracle(dose_rate_2d(s, Cm{r}, theta), rate) < 1e-6);
    ++tested;
  }
  CHECK(tested > 100);
}

TEST_CASE("oracles: two seeds by hand, through the engine") {
  const json all = oracles();
  if (all.is_null()) return;
  const SourceModel s = oracle_source("6711");
  const Axis<CtFrame> z{Eigen::Vector3d::UnitZ()};
  const AirKermaU strength{0.508};
  const std::vector<DoseSeed<CtFrame>> seeds{{Point<CtFrame>{}, z, strength}, {Point<CtFrame>{{10.0, 0.0, 0.0}}, z, strength}};
  const std::vector<float> gy = dose_at(std::vector<Point<CtFrame>>{{{5.0, 0.0, 0.0}}}, seeds, s);
  CHECK(relative_to_oracle(static_cast<double>(gy[0]), all["hand_example_multi_seed"]["total_Gy"].get<double>()) < 1e-6);
}
