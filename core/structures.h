// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/frames.h"
#include "core/result.h"

namespace seedaudit {

/// A closed planar polygon in frame F; the last point joins the first. Planes may be oblique.
template <class F>
struct Contour {
  std::vector<Point<F>> points;
};

/// A region of interest as drawn. Contours on one plane combine by XOR, so holes and keyholes are holes (docs/algorithms/structures.md).
template <class F>
struct Structure {
  int number = 0;
  std::string name;              ///< UTF-8
  std::string interpreted_type;  ///< RT ROI Interpreted Type: CTV, PTV, GTV, ORGAN, ... or empty
  std::vector<Contour<F>> contours;
  std::vector<Point<F>> points;  ///< POINT ROIs and markers; they enclose no volume
};

template <class F>
struct StructureSet {
  std::string label;
  std::string patient_id;
  std::string patient_name;
  std::string sop_instance_uid;
  std::string frame_of_reference_uid;
  std::string referenced_series_uid;
  std::string path;
  std::vector<Structure<F>> structures;
  Warnings warnings;

  const Structure<F>* find(const std::string& name) const {
    for (const auto& s : structures)
      if (s.name == name) return &s;
    return nullptr;
  }
};

template <class F>
struct Box {
  Eigen::Vector3d low_mm = Eigen::Vector3d::Constant(std::numeric_limits<double>::infinity());
  Eigen::Vector3d high_mm = Eigen::Vector3d::Constant(-std::numeric_limits<double>::infinity());
  bool empty() const { return !(low_mm[0] <= high_mm[0]); }
  void include(const Point<F>& p) {
    low_mm = low_mm.cwiseMin(p.mm);
    high_mm = high_mm.cwiseMax(p.mm);
  }
  Point<F> center() const { return {0.5 * (low_mm + high_mm)}; }
};

template <class F>
Box<F> bounding_box(const Structure<F>& s) {
  Box<F> b;
  for (const auto& c : s.contours)
    for (const auto& p : c.points) b.include(p);
  return b;
}

template <class To, class From>
Structure<To> transform(const Rigid<To, From>& to_from, const Structure<From>& s) {
  Structure<To> out;
  out.number = s.number;
  out.name = s.name;
  out.interpreted_type = s.interpreted_type;
  out.contours.reserve(s.contours.size());
  for (const auto& c : s.contours) {
    Contour<To> t;
    t.points.reserve(c.points.size());
    for (const auto& p : c.points) t.points.push_back(to_from * p);
    out.contours.push_back(std::move(t));
  }
  for (const auto& p : s.points) out.points.push_back(to_from * p);
  return out;
}

}  // namespace seedaudit
