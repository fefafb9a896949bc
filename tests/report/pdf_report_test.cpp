// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_report.h"

#include <catch2/catch.hpp>

#include "tests/report/sample_audit.h"
#include "tests/report/sample_scene.h"

using namespace seedaudit;

namespace {

int pages_of(const std::string& pdf) {
  int pages = 0;
  for (std::size_t at = pdf.find("/Type /Page "); at != std::string::npos; at = pdf.find("/Type /Page ", at + 1)) ++pages;
  return pages;
}

}  // namespace

TEST_CASE("the record of an audit is a PDF whose bytes depend on the audit alone") {
  const CtVolume volume = test::sample_volume();
  const CaseAudit audit = test::full_audit();
  PdfReportInput input;
  input.audit = &audit;
  input.postop = &volume;
  input.targets.push_back(test::sample_target());
  const DoseGrid<CtFrame> dose = test::sample_dose();
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
