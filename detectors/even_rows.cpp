// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/even_rows.h"

#include <Eigen/QR>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <queue>
#include <utility>

#include "detectors/candidates.h"
#include "detectors/median.h"
#include "detectors/signal_field.h"

namespace seedaudit {
namespace {

using Eigen::Vector3d;

// Three objects can be even by chance; four in line at a pitch are a device.
constexpr std::size_t kFewest = 4;
// Window over the object's length: wide enough to calm a coarse image, and objects a length and a half apart still have a peak each.
constexpr double kWindow = 0.3;
// Pitch over the object's length: gaps between contacts are half a length (intracerebral leads, 2 mm of 3.5) to several.
constexpr double kLeastPitch = 1.2, kMostPitch = 6.0;
// How far the next object may be from where the last ones have it, of the pitch and mm.
constexpr double kDueShare = 0.3, kDueMm = 1.0;
// Of the usual density: what an object shows at least, and half of one.
constexpr double kShows = 0.4, kShowsHalf = 0.25;
// An object without a peak of its own must show more: both neighbours' tails reach it.
constexpr double kShowsHidden = 0.5;
// Signals from even places, above which a row is none (rms, mm): a short one is even by chance within more. The same for one object.
constexpr double kMostResidualMm = 0.5, kMostOfShortMm = 0.3, kMostBesideMm = 1.2;
constexpr std::size_t kShort = 6;
// Masses over the row's usual one, at its ends; of a row over that of all. One image of many alike spreads by a quarter, and where objects
// are close they lose signal to the ring about them.
constexpr double kHeaviest = 1.6, kLightestObject = 0.45, kHeaviestRow = 2.0;
// A rod shows no gaps: less than this is its texture. In an image that scatters by half from voxel to voxel its texture reaches a fifth.
constexpr double kLeastContrast = 0.08, kSureContrast = 0.25;
// Of the signal that belongs to an object, mm beyond its half length.
constexpr double kRowReachMm = 1.5;
constexpr int kTurns = 6;
// Above any bone: such a voxel is metal, whatever it is connected to (as distractors).
constexpr double kBoneTopHu = 1800.0;
constexpr double kOutshines = 1.25;
// Signal voxels and peaks beyond which the scan shows no electrodes but a skeleton.
constexpr std::size_t kMostVoxels = 400000, kMostModes = 1500;

using Places = std::vector<Vector3d>;

// Even places along a line of low order: the longer the row, the more it may bend.
Places even_places(const Places& p, int first, int last) {
  const auto n = static_cast<Eigen::Index>(p.size());
  const Eigen::Index order = n < 6 ? 1 : n < 10 ? 2 : 3;
  const double middle = 0.5 * static_cast<double>(n - 1), half = std::max(1.0, middle);
  const auto powers = [&](double index) {
    Eigen::RowVectorXd row(order + 1);
    for (Eigen::Index q = 0; q <= order; ++q) row[q] = std::pow((index - middle) / half, static_cast<double>(q));
    return row;
  };
  Eigen::MatrixXd a(n, order + 1), b(n, 3);
  for (Eigen::Index i = 0; i < n; ++i) {
    a.row(i) = powers(static_cast<double>(i));
    b.row(i) = p[static_cast<std::size_t>(i)].transpose();
  }
  const Eigen::MatrixXd c = a.colPivHouseholderQr().solve(b);
  Places out;
  for (int i = first; i <= last; ++i) out.emplace_back((powers(i) * c).transpose());
  return out;
}

Places even_places(const Places& p) { return even_places(p, 0, static_cast<int>(p.size()) - 1); }

bool even_enough(const EvenRow& row) { return row.residual_mm < (row.objects.size() < kShort ? kMostOfShortMm : kMostResidualMm); }

// Where the next object is due after the last ones: straight on through the last four.
Vector3d due_after(const Places& row) {
  const std::size_t n = std::min<std::size_t>(4, row.size());
  const Places last(row.end() - static_cast<std::ptrdiff_t>(n), row.end());
  if (n == 2) return 2.0 * last[1] - last[0];
  Vector3d mean = Vector3d::Zero(), slope = Vector3d::Zero();
  double weight = 0.0;
  for (const auto& p : last) mean += p / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) - 0.5 * static_cast<double>(n - 1);
    slope += t * (last[i] - mean);
    weight += t * t;
  }
  return mean + (0.5 * static_cast<double>(n + 1)) * slope / weight;
}

struct Draft {
  Places at;
  std::vector<std::size_t> modes;   // that it goes through
  std::array<std::size_t, 2> pair;  // that it was begun with
  double score = 0.0;
  bool operator<(const Draft& o) const { return score != o.score ? score < o.score : pair > o.pair; }
};

class Rows {
 public:
  Rows(const SignalField& field, std::vector<SignalField::Mode> modes, double usual, double length_mm)
      : field_(field), modes_(std::move(modes)), used_(modes_.size(), false), usual_(usual), length_mm_(length_mm) {
    for (std::size_t a = 0; a < modes_.size(); ++a)
      for (std::size_t b = a + 1; b < modes_.size(); ++b) {
        const double pitch = (modes_[a].at_mm - modes_[b].at_mm).norm();
        if (pitch < kLeastPitch * length_mm || pitch > kMostPitch * length_mm) continue;
        if (auto draft = through(a, b)) drafts_.push(std::move(*draft));
      }
  }

  const std::vector<SignalField::Mode>& modes() const { return modes_; }

  /// The best row through peaks that no earlier row has taken.
  std::optional<Draft> best() {
    while (!drafts_.empty()) {
      Draft out = drafts_.top();
      drafts_.pop();
      if (std::none_of(out.modes.begin(), out.modes.end(), [&](std::size_t m) { return used_[m]; })) return out;
      // What is left of it may still be a row, and a worse one than others.
      if (used_[out.pair[0]] || used_[out.pair[1]]) continue;
      if (auto less = through(out.pair[0], out.pair[1])) drafts_.push(std::move(*less));
    }
    return std::nullopt;
  }

  /// What lies so near to a row is its own.
  void take(const Places& row, double pitch_mm) {
    for (std::size_t m = 0; m < modes_.size(); ++m)
      for (const auto& p : row)
        used_[m] = used_[m] || (modes_[m].at_mm - p).norm() < std::max(0.5 * length_mm_ + 0.5, 0.5 * std::min(pitch_mm, 2.0 * length_mm_));
  }
  void set_aside(const Draft& d) {
    for (const std::size_t m : d.modes) used_[m] = true;
  }

 private:
  std::optional<Draft> through(std::size_t a, std::size_t b) const {
    Draft d{{modes_[a].at_mm, modes_[b].at_mm}, {a, b}, {a, b}, 0.0};
    extend(d);
    std::reverse(d.at.begin(), d.at.end());
    extend(d);
    if (d.modes.size() < kFewest) return std::nullopt;
    const Places even = even_places(d.at);
    for (std::size_t n = 0; n < d.at.size(); ++n) d.score += 1.0 - (even[n] - d.at[n]).squaredNorm() / (kMostBesideMm * kMostBesideMm);
    // A place without a peak adds nothing.
    d.score -= static_cast<double>(d.at.size() - d.modes.size());
    return d;
  }
  void extend(Draft& d) const {
    bool hidden = false;  // the last place has no peak of its own
    while (true) {
      const Vector3d due = due_after(d.at);
      const double pitch = (due - d.at.back()).norm();
      const double beside = std::min(kDueMm, kDueShare * pitch);
      std::size_t best = modes_.size();
      for (std::size_t m = 0; m < modes_.size(); ++m) {
        if (used_[m] || (modes_[m].at_mm - due).norm() > beside || modes_[m].density < kShows * usual_) continue;
        if (std::find(d.modes.begin(), d.modes.end(), m) != d.modes.end()) continue;
        if (best == modes_.size() || (modes_[m].at_mm - due).norm() < (modes_[best].at_mm - due).norm()) best = m;
      }
      if (best < modes_.size()) {
        d.at.push_back(modes_[best].at_mm);
        d.modes.push_back(best);
        hidden = false;
        continue;
      }
      if (hidden) d.at.pop_back();
      if (hidden || field_.density(due) < kShowsHidden * usual_) return;
      d.at.push_back(due);
      hidden = true;
    }
  }

  const SignalField& field_;
  std::vector<SignalField::Mode> modes_;
  std::vector<bool> used_;
  std::priority_queue<Draft> drafts_;  // best first
  double usual_, length_mm_;
};

// Distance of a place from an object that lies along its row.
double distance_mm(const Vector3d& at, const RowObject& o, double length_mm) {
  const Vector3d d = at - o.center_mm;
  const double t = std::clamp(d.dot(o.axis), -0.25 * length_mm, 0.25 * length_mm);
  return (d - t * o.axis).norm();
}

// Axes along the places of a row.
void turn_along(EvenRow& row) {
  auto& o = row.objects;
  for (std::size_t n = 0; n < o.size(); ++n) {
    const std::size_t before = n == 0 ? 0 : n - 1, after = std::min(n + 1, o.size() - 1);
    o[n].axis = (o[after].center_mm - o[before].center_mm).normalized();
  }
}

// Shares the signal out between all objects and moves each half way from its even place to the centre of its own: what one coarse image
// says of a place is about as uncertain as what its row does.
void settle(std::vector<EvenRow>& rows, const SignalField& field, double length_mm, double voxel_mm3) {
  std::vector<RowObject*> all;
  const double width = kWindow * length_mm + 0.2;
  for (auto& row : rows)
    for (auto& o : row.objects) all.push_back(&o);
  for (int turn = 0; turn < kTurns; ++turn) {
    std::vector<Vector3d> own(all.size(), Vector3d::Zero());
    for (auto* o : all) o->mass = 0.0;
    for (const auto& v : field.voxels()) {
      double sum = 0.0;
      std::vector<std::pair<std::size_t, double>> near;
      for (std::size_t n = 0; n < all.size(); ++n) {
        if ((v.at_mm - all[n]->center_mm).norm() > 0.5 * length_mm + kRowReachMm) continue;
        const double d = distance_mm(v.at_mm, *all[n], length_mm) / width;
        near.emplace_back(n, std::exp(-0.5 * d * d));
        sum += near.back().second;
      }
      for (const auto& [n, w] : near) {
        own[n] += w / sum * v.hu * v.at_mm;
        all[n]->mass += w / sum * v.hu;
      }
    }
    std::size_t at = 0;
    for (auto& row : rows) {
      Places seen;
      for (auto& o : row.objects) {
        seen.push_back(o.mass > 0.0 ? Vector3d(own[at] / o.mass) : o.center_mm);
        ++at;
      }
      const Places even = even_places(seen);
      double sum = 0.0;
      for (std::size_t n = 0; n < seen.size(); ++n) {
        row.objects[n].beside_mm = (seen[n] - even[n]).norm();
        row.objects[n].center_mm = 0.5 * (seen[n] + even[n]);
        sum += row.objects[n].beside_mm * row.objects[n].beside_mm;
      }
      row.residual_mm = std::sqrt(sum / static_cast<double>(seen.size()));
      row.pitch_mm = (even.back() - even.front()).norm() / static_cast<double>(seen.size() - 1);
      turn_along(row);
    }
  }
  for (auto* o : all) o->mass *= voxel_mm3;
}

double median_mass(const std::vector<RowObject>& objects) {
  std::vector<double> m;
  for (const auto& o : objects) m.push_back(o.mass);
  return median(std::move(m));
}

double contrast_of(const EvenRow& row, const SignalField& field) {
  std::vector<double> fall;
  for (std::size_t n = 1; n < row.objects.size(); ++n) {
    const Vector3d &a = row.objects[n - 1].center_mm, &b = row.objects[n].center_mm;
    fall.push_back(1.0 - 2.0 * field.density(0.5 * (a + b)) / (field.density(a) + field.density(b)));
  }
  return median(std::move(fall));
}

// Takes from the ends what differs in mass: the bolt that an electrode passes through, the cable behind it. True where something went.
bool trim(EvenRow& row) {
  const double mass = median_mass(row.objects);
  const auto other = [&](const RowObject& o) { return o.mass > kHeaviest * mass || o.mass < kLightestObject * mass; };
  const std::size_t before = row.objects.size();
  while (!row.objects.empty() && other(row.objects.back())) row.objects.pop_back();
  while (!row.objects.empty() && other(row.objects.front())) row.objects.erase(row.objects.begin());
  return row.objects.size() < before;
}

// What is left when ends of another mass, rows of another mass, and rows that are one rod go.
void keep_alike(std::vector<EvenRow>& rows, const SignalField& field, double length_mm, double voxel_mm3) {
  for (bool changed = true; changed && !rows.empty();) {
    settle(rows, field, length_mm, voxel_mm3);
    changed = false;
    std::vector<RowObject> all;
    for (auto& row : rows) {
      changed = trim(row) || changed;
      all.insert(all.end(), row.objects.begin(), row.objects.end());
    }
    if (all.empty()) return rows.clear();
    const double mass = median_mass(all);
    changed = std::erase_if(rows,
                            [&](const EvenRow& row) {
                              if (row.objects.size() < kFewest || !even_enough(row) || contrast_of(row, field) < kLeastContrast)
                                return true;
                              const double own = median_mass(row.objects);
                              return own > kHeaviestRow * mass || own < mass / kHeaviestRow;
                            }) > 0 ||
              changed;
  }
}

// Whether the row may go on, and which of its objects are told less surely.
void doubt(EvenRow& row, const std::vector<EvenRow>& rows, const SignalField& field, double usual, double length_mm) {
  const double mass = median_mass(row.objects);
  row.contrast = contrast_of(row, field);
  Places at;
  for (auto& o : row.objects) {
    o.firm =
        row.contrast > kSureContrast && o.mass > 0.5 * mass && o.beside_mm < kMostBesideMm && field.density(o.center_mm) > kShows * usual;
    at.push_back(o.center_mm);
  }
  const int n = static_cast<int>(at.size());
  for (const Vector3d& due : {even_places(at, -1, -1).front(), even_places(at, n, n).front()}) {
    bool other = false;
    for (const auto& r : rows)
      for (const auto& o : r.objects) other = other || (o.center_mm - due).norm() < length_mm;
    row.beyond += !other && field.density(due) > kShowsHalf * usual ? 1 : 0;
  }
}

}  // namespace

RowSearch find_even_rows(const CtVolume& ct, const DenseBodies& bodies, const DetectorOptions& options, double weakest_peak_hu,
                         double ring_radius_mm) {
  RowSearch out;
  const auto& s = ct.grid.spacing_mm();
  std::vector<SignalField::Voxel> voxels;
  for (const auto& r : find_candidates(ct, ring_radius_mm, kShowsHalf * weakest_peak_hu)) {
    if (r.peak_response_hu < static_cast<float>(kShows * weakest_peak_hu)) continue;
    for (const auto& v : r.voxels) {
      // Bone would be rows and rows of peaks.
      if (bodies.contains(v.i, v.j, v.k) && ct.at(v.i, v.j, v.k) < std::min(kOutshines * bodies.top_hu(), kBoneTopHu)) continue;
      voxels.push_back({Vector3d(v.i * s[0], v.j * s[1], v.k * s[2]), static_cast<double>(v.response_hu)});
    }
  }
  if (voxels.empty() || voxels.size() > kMostVoxels) return out;
  const double length = options.core_length(), voxel_mm3 = ct.grid.voxel_volume_mm3();
  const SignalField field(std::move(voxels), kWindow * length);
  auto modes = field.modes(kShows * weakest_peak_hu);
  // The upper half tells what an object shows: noise and streaks are many and faint.
  if (modes.size() < kFewest) return out;
  const double usual = modes[modes.size() / 4].density;
  std::erase_if(modes, [&](const SignalField::Mode& m) { return m.density < kShowsHalf * usual; });
  if (modes.size() > kMostModes) return out;
  Rows rows(field, std::move(modes), usual, length);
  while (auto draft = rows.best()) {
    EvenRow row;
    for (const auto& p : draft->at) row.objects.push_back({p});
    turn_along(row);
    std::vector<EvenRow> one{row};
    settle(one, field, length, voxel_mm3);
    rows.set_aside(*draft);
    if (!even_enough(one.front())) continue;
    rows.take(draft->at, one.front().pitch_mm);
    out.rows.push_back(std::move(row));
  }
  keep_alike(out.rows, field, length, voxel_mm3);
  if (out.rows.empty()) return out;
  std::vector<double> density;
  for (auto& row : out.rows) {
    doubt(row, out.rows, field, usual, length);
    for (const auto& o : row.objects) density.push_back(field.density(o.center_mm));
  }
  const double alike = median(std::move(density));
  for (const auto& mode : rows.modes()) {
    bool other = mode.density < kShowsHidden * alike || mode.density > kHeaviest * alike;
    for (const auto& row : out.rows)
      for (const auto& o : row.objects) other = other || (o.center_mm - mode.at_mm).norm() < 0.5 * length + kRowReachMm;
    for (const auto& o : out.loose) other = other || (o.center_mm - mode.at_mm).norm() < length;
    if (!other) out.loose.push_back({mode.at_mm, Vector3d::UnitZ(), 0.0, 0.0, false});
  }
  return out;
}

}  // namespace seedaudit
