// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Our DVHs of contoured spheres, cylinders and cones in linear gradients and around a point source against closed forms, by slice thickness
// and size (after Nelms et al., Med Phys 42:4435, 2015). Prints the table of docs/validation.md.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "tests/dosimetry/coarse_slices.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

struct Row {
  int count = 0;
  double d = 0.0, v = 0.0, d90 = 0.0, d90_sum = 0.0, volume = 0.0;
  void add(const std::optional<CoarseErrors>& e) {
    if (!e) return;
    ++count;
    d = std::max(d, e->slabs_d_pct);
    v = std::max(v, e->slabs_v_points);
    d90_sum += std::abs(e->body_d90_pct);
    if (std::abs(e->body_d90_pct) > std::abs(d90)) d90 = e->body_d90_pct;
    if (std::abs(e->body_volume_pct) > std::abs(volume)) volume = e->body_volume_pct;
  }
  void print(const std::string& what, double cc, double thickness) const {
    std::printf("| %s | %.1f | %.1f | %d | %.2f | %.2f | %.1f / %+.1f | %+.1f |\n", what.c_str(), cc, thickness, count, d, v,
                d90_sum / std::max(1, count), d90, volume);
    std::fflush(stdout);
  }
};

}  // namespace

int main() {
  std::printf(
      "| dose | cc | slices mm | cases | slabs: largest D error %% | slabs: largest V error points | body: D90 error %%, mean / largest | "
      "body: largest volume error %% |\n");
  std::printf("|---|---|---|---|---|---|---|---|\n");
  for (const double cc : {7.2, 1.0, 0.1})
    for (const double thickness : {1.0, 2.0, 2.5, 3.0, 4.0, 5.0}) {
      Row gradient, source;
      for (const NamedBody& shape : bodies(12.0)) {
        Body body = shape.body;
        body.half = half_of(body, cc);
        for (const Eigen::Vector3d& direction : directions()) gradient.add(in_gradient(body, thickness, direction));
        if (body.kind != Body::Kind::sphere) continue;
        for (const double off : {0.0, 0.25, 0.5}) source.add(around_source(body, thickness, off));
      }
      gradient.print("gradient", cc, thickness);
      source.print("point source", cc, thickness);
    }
  return 0;
}
