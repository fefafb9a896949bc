// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>

#include "io/registration_file.h"
#include "report/dicom_registration_writer.h"
#include "tests/support/temporary_folder.h"

namespace seedaudit {

TEST_CASE("A registration written as DICOM is read back as the same transform", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  Rigid<CtFrame, PlanFrame> ct_from_plan;
  ct_from_plan.iso = Eigen::Translation3d(12.345678, -80.25, 300.5) * Eigen::AngleAxisd(2.1, Eigen::Vector3d(1.0, -2.0, 0.5).normalized());
  DicomHeader header;
  header.study_date.date = std::chrono::sys_days(std::chrono::year(2026) / 3 / 21);
  const auto written = write_registration(ct_from_plan, "1.2.3.4", "1.2.3.5", header, folder / "reg.dcm");
  REQUIRE(written.ok());
  const auto read = read_registration(folder / "reg.dcm", {"1.2.3.4", "1.2.3.5"});
  REQUIRE(read.ok());
  // Decimal strings hold 16 characters: 1e-13 of the rotation, far below a micrometre anywhere in a body.
  CHECK((read->iso.matrix() - ct_from_plan.iso.matrix()).cwiseAbs().maxCoeff() < 1e-9);
  // Asked the other way round it is the inverse.
  const auto back = read_registration(folder / "reg.dcm", {"1.2.3.5", "1.2.3.4"});
  REQUIRE(back.ok());
  CHECK((back->iso * ct_from_plan.iso).isApprox(Eigen::Isometry3d::Identity(), 1e-9));
  CHECK_FALSE(read_registration(folder / "reg.dcm", {"1.2.3.4", "9.9"}).ok());
}

TEST_CASE("A registration of images without frames of reference is not written", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  for (const auto& [plan, ct] : {std::pair<std::string, std::string>{"", "1.2"}, {"1.2", ""}, {"1.2", "1.2"}}) {
    const auto written = write_registration({}, plan, ct, {}, folder / "reg.dcm");
    REQUIRE_FALSE(written.ok());
    CHECK(written.error().code == ErrorCode::invalid_option);
  }
}

}  // namespace seedaudit
