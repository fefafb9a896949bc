// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_report.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/report/sample_audit.h"

using namespace seedaudit;

namespace {

int pages_of(const std::string& pdf) {
  int pages = 0;
  for (std::size_t at = pdf.find("/Type /Page "); at != std::string::npos; at = pdf.find("/Type /Page ", at + 1)) ++pages;
  return pages;
}

CtVolume sample_volume() {
  CtVolume v;
  v.grid = GridGeometry<CtFrame>::make({60, 60, 40}, {1.0, 1.0, 2.0}, {{-40.0, 0.0, -140.0}}, Eigen::Matrix3d::Identity()).value();
  v.hu.assign(v.grid.voxel_count(), 50);
  return v;
}

}  // namespace

TEST_CASE("the record of an audit is a PDF whose bytes depend on the audit alone") {
  const CtVolume volume = sample_volume();
  const CaseAudit audit = test::full_audit();
  PdfReportInput input;
  input.audit = &audit;
  input.postop = &volume;
  Structure<CtFrame> target;
  for (int k = 0; k < 5; ++k) {
    Contour<CtFrame> c;
    for (int i = 0; i < 24; ++i)
      c.points.push_back({{-5.0 + 8.0 * std::cos(i * 0.2618), 20.0 + 8.0 * std::sin(i * 0.2618), -104.0 + 2.0 * k}});
    target.contours.push_back(c);
  }
  input.targets.push_back(target);
  DoseGrid<CtFrame> dose;
  dose.grid = GridGeometry<CtFrame>::make({30, 30, 30}, {1, 1, 1}, {{-20.0, 5.0, -115.0}}, Eigen::Matrix3d::Identity()).value();
  for (std::size_t i = 0; i < dose.grid.voxel_count(); ++i) dose.dose_gy.push_back(static_cast<float>(i % 300));
  input.dose = &dose;
  const auto pdf = pdf_report(input);
  if (!pdf) FAIL(pdf.error().message());
  CHECK(pdf->substr(0, 5) == "%PDF-");
  CHECK(pages_of(*pdf) == 2);
  CHECK(*pdf_report(input) == *pdf);
  CHECK(pdf->find("20250421", pdf->find("/CreationDate")) != std::string::npos);  // the scan's date, not the clock's
  input.keep_identity = false;
  const auto nameless = pdf_report(input);
  REQUIRE(nameless);
  CHECK(*nameless != *pdf);
}

TEST_CASE("an audit that failed, without image, plan or dose, still makes a record of two pages") {
  const CaseAudit audit = test::failed_audit();
  PdfReportInput input;
  input.audit = &audit;
  const auto pdf = pdf_report(input);
  if (!pdf) FAIL(pdf.error().message());
  CHECK(pages_of(*pdf) == 2);
  CHECK_FALSE(pdf_report(PdfReportInput{}));
}
