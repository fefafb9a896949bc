// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/level_lines.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

namespace seedaudit {
namespace {

/// A side between two pixel centres: of the pixel at its upper left end, to the right (0) or down (1).
using Side = std::int64_t;

struct Mesh {
  const GreyImage& image;
  float level;

  float at(int x, int y) const {
    return image.value[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)];
  }
  bool high(int x, int y) const { return at(x, y) >= level; }
  Side side(int x, int y, int down) const { return 2 * (static_cast<Side>(y) * image.width + x) + down; }
  LevelLine::Place place(Side s) const {
    const int down = static_cast<int>(s % 2), x = static_cast<int>(s / 2 % image.width), y = static_cast<int>(s / 2 / image.width);
    const double a = static_cast<double>(at(x, y));
    const double b = static_cast<double>(down != 0 ? at(x, y + 1) : at(x + 1, y));
    const double t = (static_cast<double>(level) - a) / (b - a);
    return {x + 0.5 + (down != 0 ? 0.0 : t), y + 0.5 + (down != 0 ? t : 0.0)};
  }
};

/// The sides that each side is joined to: one or two.
using Joints = std::map<Side, std::array<Side, 2>>;

void join(Joints& joints, Side a, Side b) {
  for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
    auto& j = joints.try_emplace(from, std::array<Side, 2>{-1, -1}).first->second;
    j[j[0] < 0 ? 0 : 1] = to;
  }
}

void add_cell(Joints& joints, const Mesh& m, int x, int y) {
  const bool tl = m.high(x, y), tr = m.high(x + 1, y), br = m.high(x + 1, y + 1), bl = m.high(x, y + 1);
  const Side top = m.side(x, y, 0), left = m.side(x, y, 1), right = m.side(x + 1, y, 1), bottom = m.side(x, y + 1, 0);
  if (tl == br && tr == bl && tl != tr) {  // a saddle: each high corner is cut off alone
    if (tl) {
      join(joints, left, top);
      join(joints, right, bottom);
    } else {
      join(joints, top, right);
      join(joints, left, bottom);
    }
    return;
  }
  std::array<Side, 2> cut{-1, -1};
  const auto add = [&](bool a, bool b, Side s) {
    if (a != b) cut[cut[0] < 0 ? 0 : 1] = s;
  };
  add(tl, tr, top);
  add(tr, br, right);
  add(br, bl, bottom);
  add(bl, tl, left);
  if (cut[1] >= 0) join(joints, cut[0], cut[1]);
}

}  // namespace

std::vector<LevelLine> level_lines(const GreyImage& image, float level) {
  const Mesh mesh{image, level};
  Joints joints;
  for (int y = 0; y + 1 < image.height; ++y)
    for (int x = 0; x + 1 < image.width; ++x) add_cell(joints, mesh, x, y);

  std::vector<LevelLine> lines;
  const auto walk = [&](Side start) {
    LevelLine line;
    Side before = -1;
    for (Side s = start; s >= 0;) {
      const auto it = joints.find(s);
      if (it == joints.end()) {  // taken already: back at the start
        line.closed = s == start;
        break;
      }
      const std::array<Side, 2> next = it->second;
      joints.erase(it);
      line.points.push_back(mesh.place(s));
      const Side on = next[0] != before ? next[0] : next[1];
      before = s;
      s = on;
    }
    if (line.points.size() > 1) lines.push_back(std::move(line));
  };
  // Lines that leave the image begin at their ends; what is left then is closed.
  std::vector<Side> ends;
  for (const auto& [side, j] : joints)
    if (j[1] < 0) ends.push_back(side);
  for (const Side s : ends)
    if (joints.count(s) != 0) walk(s);
  while (!joints.empty()) walk(joints.begin()->first);
  return lines;
}

}  // namespace seedaudit
