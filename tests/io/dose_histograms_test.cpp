// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dose_histograms.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

#include "case_maker.h"
#include "ct_reading.h"
#include "rt_maker.h"

namespace seedaudit::test {
namespace {

/// Volume falls from 100 % at 80 Gy to 0 at 180 Gy, in bins of 20 Gy: D90 90 Gy, V100 of 120 Gy 60 %.
HistogramSpec cumulative_percent() {
  HistogramSpec h;
  h.data = "20\\100\\20\\100\\20\\100\\20\\100\\20\\100\\20\\80\\20\\60\\20\\40\\20\\20\\20\\0";
  return h;
}

Result<DoseHistograms> read_histograms(const std::vector<HistogramSpec>& histograms, const std::string& normalization_gy = "") {
  const TemporaryFolder folder;
  DoseSpec spec;
  spec.histograms = histograms;
  spec.normalization_gy = normalization_gy;
  write_dose_file(folder / "d.dcm", spec);
  return read_dose_histograms(folder / "d.dcm");
}

void check_figures(const Result<DoseHistograms>& read_back) {
  REQUIRE(read_back);
  for (const auto& w : read_back->warnings) INFO(w.message);
  REQUIRE(read_back->histograms.size() == 1);
  const PlanningHistogram& h = read_back->histograms.front();
  CHECK(h.statement().roi_number == 1);
  // Decimal strings of a few digits: 1e-9 relative is exact.
  CHECK(h.dose_at_volume_pct(90.0)->value == Approx(90.0).epsilon(1e-9));
  CHECK(*h.volume_pct_at(Gy{120.0}) == Approx(60.0).epsilon(1e-9));
  CHECK(*h.volume_pct_at(Gy{200.0}) == 0.0);
}

}  // namespace

TEST_CASE("a histogram says the same in every form that the standard allows") {
  HistogramSpec h = cumulative_percent();
  SECTION("cumulative, Gy, percent") { check_figures(read_histograms({h})); }
  SECTION("the volume at dose 0 first, in a bin without width") {
    h.data = "0\\100\\20\\100\\20\\100\\20\\100\\20\\100\\20\\80\\20\\60\\20\\40\\20\\20\\20\\0";
    check_figures(read_histograms({h}));
  }
  SECTION("cGy") {
    h.dose_units = "CGY";
    h.scaling = "100";
    check_figures(read_histograms({h}));
  }
  SECTION("pitfall 6: DVH Dose Scaling belongs to doses, not volumes") {
    h.scaling = "0.5";
    h.data = "40\\100\\40\\100\\40\\100\\40\\100\\40\\100\\40\\80\\40\\60\\40\\40\\40\\20\\40\\0";
    check_figures(read_histograms({h}));
  }
  SECTION("cc") {
    h.volume_units = "CM3";
    h.data = "20\\12.5\\20\\12.5\\20\\12.5\\20\\12.5\\20\\12.5\\20\\10\\20\\7.5\\20\\5\\20\\2.5\\20\\0";
    const auto r = read_histograms({h});
    check_figures(r);
    CHECK(*r->histograms[0].statement().volume_cc == Approx(12.5));
    CHECK(r->histograms[0].dose_at_volume_cc(10.0)->value == Approx(100.0));
  }
  SECTION("differential, percent") {
    h.type = "DIFFERENTIAL";
    h.data = "20\\0\\20\\0\\20\\0\\20\\0\\20\\20\\20\\20\\20\\20\\20\\20\\20\\20";
    check_figures(read_histograms({h}));
  }
  SECTION("differential, cc, bins of unequal width") {
    h.type = "DIFFERENTIAL";
    h.volume_units = "CM3";
    h.data = "80\\0\\20\\2.5\\40\\5\\40\\5";
    const auto r = read_histograms({h});
    check_figures(r);
    CHECK(*r->histograms[0].statement().volume_cc == Approx(12.5));
  }
  SECTION("relative in percent of the normalization") {
    h.dose_units = "RELATIVE";
    h.data = "100\\100\\50\\50";  // 100 % = 80 Gy
    const auto r = read_histograms({h}, "80");
    REQUIRE(r);
    REQUIRE(r->histograms.size() == 1);
    CHECK(*r->histograms[0].volume_pct_at(Gy{80.0}) == Approx(50.0));
  }
  SECTION("relative as a fraction of it") {
    h.dose_units = "RELATIVE";
    h.data = "0.25\\100\\0.25\\100\\0.25\\100\\0.25\\100\\0.25\\100\\0.25\\80\\0.25\\60\\0.25\\40\\0.25\\20\\0.25\\0";
    check_figures(read_histograms({h}, "80"));
  }
}

TEST_CASE("minimum, maximum and mean are kept in Gy, whatever DVH Dose Scaling is") {
  HistogramSpec h = cumulative_percent();
  h.dose_units = "CGY";
  h.scaling = "100";
  h.minimum = "7900";
  h.maximum = "17900";
  h.mean = "13100";
  const auto r = read_histograms({h});
  REQUIRE(r);
  REQUIRE(r->histograms.size() == 1);
  const auto& s = r->histograms[0].statement();
  CHECK(*s.minimum_gy == Approx(79.0));
  CHECK(*s.maximum_gy == Approx(179.0));
  CHECK(*s.mean_gy == Approx(131.0));
  CHECK(r->histograms[0].minimum()->value == Approx(79.0));
}

TEST_CASE("a histogram that ends before its structure does is cut, not zero") {
  HistogramSpec h = cumulative_percent();
  h.data = "100\\100\\20\\80\\20\\60";
  const auto r = read_histograms({h});
  REQUIRE(r);
  REQUIRE(r->histograms.size() == 1);
  CHECK(r->histograms[0].dose_at_volume_pct(90.0)->value == Approx(50.0));
  CHECK_FALSE(r->histograms[0].volume_pct_at(Gy{150.0}));
  h.type = "DIFFERENTIAL";
  h.data = "100\\20\\20\\20";  // 60 % of the structure above
  const auto d = read_histograms({h});
  REQUIRE(d);
  REQUIRE(d->histograms.size() == 1);
  CHECK(*d->histograms[0].volume_pct_at(Gy{100.0}) == Approx(80.0));
  CHECK_FALSE(d->histograms[0].volume_pct_at(Gy{121.0}));
}

TEST_CASE("what cannot be read soundly is left out by name, the others stay") {
  const HistogramSpec good = cumulative_percent();
  std::vector<HistogramSpec> bad(16, good);
  bad[0].type = "NATURAL";
  bad[1].type = "";
  bad[2].dose_units = "RELATIVE";  // without a normalization
  bad[3].dose_units = "";
  bad[4].volume_units = "PER_U";
  bad[5].data = "";
  bad[6].data = "20\\100\\20";
  bad[7].bins = 3;
  bad[8].scaling = "0";
  bad[9].data = "20\\-100\\20\\0";
  bad[10].data = "20\\60\\20\\0";            // begins at 60 %
  bad[11].data = "20\\100\\20\\50\\20\\80";  // rises
  bad[12].maximum = "100";                   // volume where the system says there is no dose
  bad[13].contribution = "EXCLUDED";
  bad[14].rois = {1, 2};
  bad[15].rois = {};
  for (std::size_t n = 0; n < bad.size(); ++n) {
    CAPTURE(n);
    HistogramSpec other = good;
    other.rois = {7};
    const auto r = read_histograms({bad[n], other});
    REQUIRE(r);
    REQUIRE(r->histograms.size() == 1);
    CHECK(r->histograms[0].statement().roi_number == 7);
    CHECK(has_warning(r->warnings, "DVH_PASSED_OVER"));
  }
  HistogramSpec cut = good;
  cut.type = "DIFFERENTIAL";
  cut.volume_units = "CM3";
  cut.data = "80\\0\\20\\2.5\\40\\5\\40\\5";
  cut.maximum = "900";  // the volume above 180 Gy is not in the file
  CHECK(read_histograms({cut})->histograms.empty());
  const auto twice = read_histograms({good, good});
  REQUIRE(twice);
  CHECK(twice->histograms.size() == 1);
  CHECK(has_warning(twice->warnings, "DVH_PASSED_OVER"));
}

TEST_CASE("a dose without histograms has none, and another object is refused") {
  const auto none = read_histograms({});
  REQUIRE(none);
  CHECK(none->histograms.empty());
  CHECK(none->warnings.empty());
  const TemporaryFolder folder;
  write_plan_file(folder / "p.dcm", simple_plan(1));
  CHECK(read_dose_histograms(folder / "p.dcm").error().code == ErrorCode::wrong_modality);
  CHECK(read_dose_histograms(folder / "absent.dcm").error().code == ErrorCode::path_not_found);
}

TEST_CASE("a case takes the histograms of its dose, where they are of its structure set") {
  CaseMaker maker;
  maker.dose.histograms = {cumulative_percent()};
  maker.dose.structure_set_uid = maker.structures.sop_uid;
  {
    const auto c = Made(maker).read();
    REQUIRE(c);
    REQUIRE(c->planning_histograms.size() == 1);
    REQUIRE(decision(*c, "planning_histograms"));
    CHECK(c->planning_dose);
  }
  SECTION("of another structure set: ROI numbers mean other structures") {
    maker.dose.structure_set_uid = "1.2.99";
    const auto c = Made(maker).read();
    REQUIRE(c);
    CHECK(c->planning_histograms.empty());
    CHECK(has_warning(c->warnings, "DVH_PASSED_OVER"));
  }
  SECTION("not stated of which: by number, and said") {
    maker.dose.structure_set_uid.clear();
    const auto c = Made(maker).read();
    REQUIRE(c);
    REQUIRE(c->planning_histograms.size() == 1);
    CHECK(decision(*c, "planning_histograms")->reason.find("not stated") != std::string::npos);
  }
  SECTION("grid and histograms in two objects of one plan") {
    Made made(maker);
    DoseSpec grid = maker.dose;
    grid.sop_uid = "1.2.9.33";
    grid.histograms.clear();
    write_dose_file(made.folder.path() / "a" / "4", grid);
    const auto c = made.read();
    REQUIRE(c);
    CHECK(c->planning_dose);
    CHECK(c->planning_histograms.size() == 1);
  }
  SECTION("of another plan: neither grid nor histogram") {
    maker.dose.plan_uid = "1.2.98";
    const auto c = Made(maker).read();
    REQUIRE(c);
    CHECK(c->planning_histograms.empty());
  }
}

}  // namespace seedaudit::test
