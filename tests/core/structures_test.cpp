// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/structures.h"

#include <catch2/catch.hpp>

using namespace seedaudit;

TEST_CASE("a structure keeps its name and shape when it is mapped") {
  Structure<PlanFrame> s;
  s.name = "CTV";
  s.contours.push_back({{{{0, 0, 0}}, {{10, 0, 0}}, {{10, 10, 0}}}});
  s.points.push_back({{1, 2, 3}});
  Rigid<CtFrame, PlanFrame> t;
  t.iso.translate(Eigen::Vector3d(5, 6, 7));
  const auto mapped = transform(t, s);
  CHECK(mapped.name == "CTV");
  CHECK((bounding_box(mapped).low_mm - Eigen::Vector3d(5, 6, 7)).norm() < 1e-12);
  CHECK((bounding_box(mapped).center().mm - Eigen::Vector3d(10, 11, 7)).norm() < 1e-12);
  CHECK((mapped.points[0].mm - Eigen::Vector3d(6, 8, 10)).norm() < 1e-12);
}

TEST_CASE("the box of a structure without contours is empty") { CHECK(bounding_box(Structure<CtFrame>{}).empty()); }
