// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/html_report.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/json_report.h"
#include "report/packed_samples.h"
#include "tests/report/sample_audit.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

CtVolume small_scan() {
  CtVolume v;
  v.grid = GridGeometry<CtFrame>::make({40, 30, 12}, {1.0, 1.0, 2.5}, Point<CtFrame>{Eigen::Vector3d(-20.0, -15.0, 60.0)},
                                       Eigen::Matrix3d::Identity())
               .value();
  v.hu.assign(v.grid.voxel_count(), 40);
  return v;
}

bool holds(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

/// The JSON of the script element with this id.
nlohmann::json html_element(const std::string& html, const std::string& id) {
  const std::string open = "<script type=\"application/json\" id=\"" + id + "\">";
  const auto from = html.find(open);
  REQUIRE(from != std::string::npos);
  const auto to = html.find("</script>", from);
  return nlohmann::json::parse(html.substr(from + open.size(), to - from - open.size()));
}

}  // namespace

TEST_CASE("html_report: the page holds report.json whole and names the patient only where that was asked for") {
  const CaseAudit audit = full_audit();
  const CtVolume scan = small_scan();
  HtmlInput in;
  in.audit = &audit;
  in.postop = &scan;
  const auto kept = html_report(in);
  REQUIRE(kept);
  CHECK(html_element(*kept, "report") == nlohmann::json::parse(report_json(audit)));
  CHECK(html_element(*kept, "images")["whole"]["size"] ==
        std::vector<int>({14, 10, 12}));  // 39, 29 and 27.5 mm in steps of 3, 3 and 2.5 mm
  // The program stands before the images, so that the first screen does not wait for them.
  CHECK(kept->find("id=\"images\"") > kept->rfind("<script>"));
  CHECK(html_element(*kept, "page")["patient"]["id"] == kPatientId);
  CHECK(html_element(*kept, "page")["patient"]["name"] == kPatientName);
  in.identity = PageIdentity::none;
  const auto none = html_report(in);
  REQUIRE(none);
  CHECK(html_element(*none, "page")["patient"].is_null());
  for (const char* word : {"Zhao", "Mingyuan", kPatientId, "\xE8\xB5\xB5"}) CHECK_FALSE(holds(*none, word));
}

TEST_CASE("html_report: the band stands at the doses of its histogram, around it, and is null where there is none") {
  CaseAudit audit = full_audit();
  const CtVolume scan = small_scan();
  HtmlInput in;
  in.audit = &audit;
  in.postop = &scan;
  const auto banded = html_report(in);
  REQUIRE(banded);
  const auto dvh = html_element(*banded, "page")["dvh"];
  const auto& first = dvh["structures"][0];
  REQUIRE(first["postop_low"].size() == dvh["dose_gy"].size());
  REQUIRE(first["postop_high"].size() == dvh["dose_gy"].size());
  // 125 % of 120 Gy is the dose of 50 % by the lower edge (sample_audit.h).
  CHECK(dvh["dose_gy"][125] == 150.0);
  CHECK(first["postop_low"][125] == 50.0);
  for (std::size_t n = 0; n < dvh["dose_gy"].size(); ++n) CHECK(first["postop_low"][n] <= first["postop_high"][n]);
  audit.dose->structures[0].dvh_band.reset();
  const auto bare = html_report(in);
  REQUIRE(bare);
  CHECK(html_element(*bare, "page")["dvh"]["structures"][0]["postop_low"].is_null());
}

TEST_CASE("html_report: text of the case cannot end the element it stands in") {
  CaseAudit audit = full_audit();
  audit.flags.push_back({"X", Severity::warn, "</script><script>alert(1)</script>", {}, {}});
  const CtVolume scan = small_scan();
  HtmlInput in;
  in.audit = &audit;
  in.postop = &scan;
  const auto page = html_report(in);
  REQUIRE(page);
  CHECK_FALSE(holds(*page, "<script>alert"));
  CHECK(html_element(*page, "report")["flags"].back()["message"] == "</script><script>alert(1)</script>");
}

TEST_CASE("html_report: the page asks for nothing from a network") {
  const std::string page(html_page());
  CHECK(holds(page, "default-src 'none'"));
  for (const char* word : {"src=\"http", "href=\"http", "@import"}) CHECK_FALSE(holds(page, word));
}

TEST_CASE("html_report: without an audit or a scan there is no page") {
  CHECK(html_report({}).error().code == ErrorCode::invalid_option);
  CHECK(packed_samples({}, 1).error().code == ErrorCode::invalid_option);
  CHECK(packed_samples({1, 2, 3}, 2).error().code == ErrorCode::invalid_option);
}
