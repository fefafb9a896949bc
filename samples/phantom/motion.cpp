// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/motion.h"

#include <cmath>
#include <numbers>

#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

Eigen::Matrix3d rotation(const Eigen::Vector3d& rad) {
  return (Eigen::AngleAxisd(rad.z(), Eigen::Vector3d::UnitZ()) * Eigen::AngleAxisd(rad.y(), Eigen::Vector3d::UnitY()) *
          Eigen::AngleAxisd(rad.x(), Eigen::Vector3d::UnitX()))
      .toRotationMatrix();
}

}  // namespace

Motion::Motion(const Eigen::Isometry3d& rigid, const Eigen::Vector3d& pivot, const Eigen::Vector3d& shift_mm,
               const Eigen::Vector3d& turn_rad, double bend_mm, double bend_length_mm, const Eigen::Vector3d& phase)
    : rigid_(rigid),
      pivot_(pivot),
      shift_(shift_mm),
      turn_(rotation(turn_rad)),
      bend_(bend_mm),
      wave_number_(2.0 * std::numbers::pi / bend_length_mm),
      phase_(phase) {}

Eigen::Vector3d Motion::own_movement(const Eigen::Vector3d& p, double follow) const {
  if (follow == 0.0) return Eigen::Vector3d::Zero();
  const Eigen::Vector3d d = p - pivot_;
  const Eigen::Vector3d wave(std::sin(wave_number_ * d.y() + phase_.x()), std::sin(wave_number_ * d.z() + phase_.y()),
                             std::sin(wave_number_ * d.x() + phase_.z()));
  // The waves vanish at the pivot, so that bending is not a second shift.
  const Eigen::Vector3d rest(std::sin(phase_.x()), std::sin(phase_.y()), std::sin(phase_.z()));
  return follow * (turn_ * d - d + shift_ + bend_ * (wave - rest));
}

Eigen::Vector3d Motion::map(const Eigen::Vector3d& body, double follow) const { return rigid_ * (body + own_movement(body, follow)); }

Eigen::Matrix3d Motion::jacobian(const Eigen::Vector3d& body, double follow) const {
  constexpr double kStep = 1e-3;
  Eigen::Matrix3d j;
  for (int c = 0; c < 3; ++c) {
    const Eigen::Vector3d e = kStep * Eigen::Vector3d::Unit(c);
    j.col(c) = (map(body + e, follow) - map(body - e, follow)) / (2.0 * kStep);
  }
  return j;
}

Eigen::Vector3d Motion::unmap(const Eigen::Vector3d& post, double follow) const {
  const Eigen::Vector3d moved = rigid_.inverse() * post;
  Eigen::Vector3d p = moved;
  for (int i = 0; i < 60; ++i) {
    const Eigen::Vector3d next = moved - own_movement(p, follow);
    const double change = (next - p).norm();
    p = next;
    if (change < 1e-7) break;
  }
  return p;
}

Shape Motion::map(const Shape& shape, double follow) const {
  if (follow == 0.0) return transformed(rigid_, shape);
  return {shape.kind, map(shape.center, follow), jacobian(shape.center, follow) * shape.half_axes};
}

Scene Motion::map(const Scene& scene) const {
  Scene out = scene;
  for (auto& body : out.bodies) body.shape = map(body.shape, body.follow);
  for (auto& object : out.fine) {
    // One linear map for all parts of an object: it stays in one piece.
    const Eigen::Vector3d center = object.parts.front().shape.center;
    const Eigen::Matrix3d linear = jacobian(center, object.follow);
    const Eigen::Vector3d moved = map(center, object.follow);
    for (auto& part : object.parts) {
      part.shape.center = moved + linear * (part.shape.center - center);
      part.shape.half_axes = linear * part.shape.half_axes;
    }
  }
  return out;
}

Motion make_motion(const Scenario& scenario, const Anatomy& anatomy, std::uint64_t seed, double z_offset_mm) {
  RandomStream random(seed, 30);
  const auto& m = scenario.motion;
  const double degree = std::numbers::pi / 180.0;
  Eigen::Vector3d turn(random.normal(), random.normal(), random.normal());
  turn *= m.setup_rotation_deg * degree;
  const double sign = random.uniform() < 0.5 ? -1.0 : 1.0;
  const double lean = random.uniform(8.0, 17.0) * degree;
  const auto lateral = [](BodyPosition p) { return p == BodyPosition::left_lateral || p == BodyPosition::right_lateral; };
  if (lateral(scenario.postop.position) != lateral(scenario.preop.position)) turn.z() += sign * lean;
  const Eigen::Vector3d shift(random.normal() * m.setup_shift_mm, random.normal() * m.setup_shift_mm,
                              z_offset_mm + random.normal() * m.setup_shift_mm);
  Eigen::Isometry3d rigid = Eigen::Isometry3d::Identity();
  rigid.linear() = rotation(turn);
  rigid.translation() = shift;

  const double b = m.breathing_mm;
  const Eigen::Vector3d slide(0.08 * b * random.normal(), -0.25 * b, b);
  const Eigen::Vector3d own_turn(0.0025 * b * random.normal(), 0.0015 * b * random.normal(), 0.0015 * b * random.normal());
  const Eigen::Vector3d phase(random.uniform(0, 6.28), random.uniform(0, 6.28), random.uniform(0, 6.28));
  // Over a quarter of this length the bend reaches its full size: about the radius of the liver.
  return {rigid, anatomy.right_lobe.center, slide, own_turn, m.deformation_mm, 260.0 * anatomy.scale, phase};
}

}  // namespace seedaudit
