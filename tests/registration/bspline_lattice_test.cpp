// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/bspline_lattice.h"

#include <catch2/catch.hpp>

#include <cmath>

namespace seedaudit {
namespace {

const Eigen::Vector3d kLow(-50.0, -40.0, 10.0), kHigh(50.0, 60.0, 90.0);

BSplineLattice some() {
  BSplineLattice lattice = BSplineLattice::over(kLow, kHigh, 20.0);
  for (std::size_t n = 0; n < lattice.count(); ++n) {
    const auto x = static_cast<double>(n);
    lattice.mm[n] = {std::sin(x), std::cos(0.7 * x), std::sin(0.3 * x + 1.0)};
  }
  return lattice;
}

Eigen::Vector3d at(const BSplineLattice& lattice, const Eigen::Vector3d& p) { return lattice.displacement(lattice.place_of(p)); }

}  // namespace

TEST_CASE("Splines of equal control points are that everywhere in the box", "[registration]") {
  BSplineLattice lattice = BSplineLattice::over(kLow, kHigh, 23.0);
  for (auto& v : lattice.mm) v = {1.0, -2.0, 3.0};
  for (const Eigen::Vector3d& p : {kLow, kHigh, Eigen::Vector3d(3.0, 7.0, 44.0), Eigen::Vector3d(900.0, 0.0, 0.0)})
    CHECK((at(lattice, p) - Eigen::Vector3d(1.0, -2.0, 3.0)).norm() < 1e-6);  // weights are single precision
}

TEST_CASE("A refined lattice displaces every point as before", "[registration]") {
  const BSplineLattice coarse = some(), fine = coarse.refined();
  CHECK(fine.spacing_mm() == 10.0);
  for (int n = 0; n < 200; ++n) {
    const Eigen::Vector3d t(std::fmod(0.37 * n, 1.0), std::fmod(0.61 * n, 1.0), std::fmod(0.83 * n, 1.0));
    const Eigen::Vector3d p = kLow + t.cwiseProduct(kHigh - kLow);
    CHECK((at(coarse, p) - at(fine, p)).norm() < 1e-5);
  }
}

TEST_CASE("C5-55: Spreading is the transpose of displacing", "[registration]") {
  const BSplineLattice lattice = some();
  const Eigen::Vector3d p(11.0, -7.0, 52.0), value(2.0, 0.5, -1.0);
  std::vector<Eigen::Vector3d> into(lattice.count(), Eigen::Vector3d::Zero());
  lattice.spread(lattice.place_of(p), value, into);
  double sum = 0.0;
  for (std::size_t n = 0; n < into.size(); ++n) sum += into[n].dot(lattice.mm[n]);
  CHECK(std::abs(sum - value.dot(at(lattice, p))) < 1e-6);
}

TEST_CASE("Roughness is nothing for a shift, no bending for a stretch, and its gradient is that of its value", "[registration]") {
  BSplineLattice lattice = BSplineLattice::over(kLow, kHigh, 20.0);
  std::vector<Eigen::Vector3d> gradient(lattice.count(), Eigen::Vector3d::Zero());
  for (auto& v : lattice.mm) v = {4.0, 4.0, 4.0};
  CHECK(std::abs(lattice.roughness(1.0, 1.0, gradient)) < 1e-15);
  for (int k = 0; k < lattice.size()[2]; ++k)
    for (int j = 0; j < lattice.size()[1]; ++j)
      for (int i = 0; i < lattice.size()[0]; ++i) lattice.mm[lattice.offset(i, j, k)] = {0.1 * 20.0 * i, 0.0, 0.0};
  CHECK(std::abs(lattice.roughness(1.0, 0.0, gradient)) < 1e-15);
  CHECK(lattice.roughness(0.0, 1.0, gradient) > 0.0);

  lattice = some();
  gradient.assign(lattice.count(), Eigen::Vector3d::Zero());
  lattice.roughness(30.0, 2.0, gradient);
  std::vector<Eigen::Vector3d> unused(lattice.count(), Eigen::Vector3d::Zero());
  for (const std::size_t n : {std::size_t{0}, lattice.count() / 2, lattice.count() - 1}) {
    constexpr double kStep = 1e-4;
    lattice.mm[n].y() += kStep;
    const double above = lattice.roughness(30.0, 2.0, unused);
    lattice.mm[n].y() -= 2.0 * kStep;
    const double below = lattice.roughness(30.0, 2.0, unused);
    lattice.mm[n].y() += kStep;
    CHECK(std::abs((above - below) / (2.0 * kStep) - gradient[n].y()) < 1e-9);
  }
}

}  // namespace seedaudit
