// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Dose evaluations a second, reference against fast kernel, the times of what an audit computes, and what a second thread gains: one run.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/dvh_calculator.h"
#include "dosimetry/fast_kernel.h"
#include "dosimetry/source_library.h"
#include "dosimetry/tg43.h"
#include "pipeline/dose_uncertainty.h"

using namespace seedaudit;

namespace {

constexpr int kRepeats = 9;

/// Least of several runs, seconds: what the machine can do, not what else it was doing.
double best_time(int repeats, const std::function<void()>& work) {
  double best = 1e30;
  for (int n = 0; n < repeats; ++n) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

/// Needles along S, 10 mm apart, seeds every 10 mm: an implant of n seeds about the origin.
std::vector<DoseSeed<CtFrame>> implant(int n) {
  std::vector<DoseSeed<CtFrame>> seeds;
  const int side = static_cast<int>(std::ceil(std::cbrt(n)));
  for (int i = 0; static_cast<int>(seeds.size()) < n; ++i) {
    const Eigen::Vector3d at(i % side, i / side % side, i / side / side);
    const Eigen::Vector3d tilt(0.1 * (i % 3), 0.05 * (i % 5), 1.0);
    seeds.push_back({{10.0 * (at.array() - 0.5 * (side - 1)).matrix()}, Axis<CtFrame>{tilt.normalized()}, AirKermaU{0.6}});
  }
  return seeds;
}

StructureVolume<CtFrame> ball(double radius_mm) {
  Structure<CtFrame> s;
  s.name = "target";
  for (double z = -radius_mm + 1.25; z < radius_mm; z += 2.5) {
    Contour<CtFrame> c;
    const double r = std::sqrt(radius_mm * radius_mm - z * z);
    for (int n = 0; n < 64; ++n) c.points.push_back({{r * std::cos(0.09817477 * n), r * std::sin(0.09817477 * n), z}});
    s.contours.push_back(std::move(c));
  }
  return StructureVolume<CtFrame>::make(s).value();
}

void row(const std::string& what, double per_second, double reference) {
  std::printf("%-52s %9.1f M/s %7.2f x\n", what.c_str(), per_second / 1e6, per_second / reference);
}

void compare_kernels(const SourceModel& source) {
  const auto seeds = implant(64);
  std::vector<Point<CtFrame>> points;
  for (int i = 0; i < 1 << 14; ++i) points.push_back({{-32.0 + (i % 64), -32.0 + (i / 64 % 64), -20.0 + 10.0 * (i / 4096) + 0.3}});
  const double evaluations = static_cast<double>(points.size()) * static_cast<double>(seeds.size());
  DoseOptions exact, fast;
  fast.fast = fast_table(source, InterpolationRules::s1);
  std::printf("%-52s %13s %9s\n", "evaluations a second, 64 seeds, 1 mm points", "", "ratio");
  set_thread_count(1);
  double sum = 0.0;
  const double by_paper = best_time(3, [&] {
    for (std::size_t n = 0; n < points.size() / 8; ++n)
      for (const auto& s : seeds) {
        const Eigen::Vector3d d = points[n].mm - s.center.mm;
        sum += dose_rate_around(source, {0.1 * d.dot(s.axis->unit), 0.1 * d.cross(s.axis->unit).norm()});
      }
  });
  const double reference = evaluations / best_time(kRepeats, [&] { dose_at(points, seeds, source, exact); });
  row("tg43, equation by equation, scalar double", evaluations / 8.0 / by_paper, reference);
  row("exact, tables prepared, scalar double -O2", reference, reference);
  for (const std::string& target : kernel_targets()) {
    use_kernel_target(target);
    row("fused table, " + target, evaluations / best_time(kRepeats, [&] { dose_at(points, seeds, source, fast); }), reference);
  }
  use_kernel_target("");
  set_thread_count(0);
  const std::string cores = ", " + std::to_string(thread_count()) + " threads";
  row("exact, tables prepared, scalar double -O2" + cores,
      evaluations / best_time(kRepeats, [&] { dose_at(points, seeds, source, exact); }), reference);
  row("fused table, best" + cores, evaluations / best_time(kRepeats, [&] { dose_at(points, seeds, source, fast); }), reference);
  if (!std::isfinite(sum)) std::printf("not finite\n");
}

/// The geometry of the large implant's grid: 1 mm, 30 mm beyond the seeds.
GridGeometry<CtFrame> grid_around(const std::vector<DoseSeed<CtFrame>>& seeds) {
  Box<CtFrame> box;
  for (const auto& s : seeds) box.include(s.center);
  const Eigen::Vector3d low = box.low_mm.array() - 30.0;
  Index3 size{};
  for (std::size_t a = 0; a < 3; ++a)
    size[a] = static_cast<int>(box.high_mm[static_cast<Eigen::Index>(a)] + 30.0 - low[static_cast<Eigen::Index>(a)]) + 1;
  return GridGeometry<CtFrame>::make(size, Eigen::Vector3d::Ones(), {low}, Eigen::Matrix3d::Identity()).value();
}

UncertaintyInput uncertain(const std::vector<DoseSeed<CtFrame>>& seeds, const StructureVolume<CtFrame>& target) {
  UncertaintyInput in;
  for (std::size_t n = 0; n < seeds.size(); ++n) in.seeds.push_back({seeds[n], Eigen::Vector3d(0.5, 0.5, 0.8), 5.0});
  in.target = target_points(target, 3000, 3.0);
  in.prescription = Gy{120.0};
  in.registration_sigma_mm = 1.0;
  return in;
}

void time_tasks(const SourceModel& source) {
  DoseOptions exact, fast;
  fast.fast = fast_table(source, InterpolationRules::s1);
  std::printf("\n%-52s %11s %11s %7s\n", "seconds, all threads", "exact", "fast", "ratio");
  const auto compare = [&](const char* what, const std::function<void(const DoseOptions&)>& work) {
    const double slow = best_time(1, [&] { work(exact); }), quick = best_time(3, [&] { work(fast); });
    std::printf("%-52s %11.3f %11.3f %7.1f\n", what, slow, quick, slow / quick);
  };
  compare("one fused table", [&](const DoseOptions&) { fast_table(source, InterpolationRules::s1); });
  const auto large = implant(119);
  const auto grid = grid_around(large);
  compare("119 seeds, 1 mm grid with 30 mm margin", [&](const DoseOptions& o) { compute_dose_grid(grid, large, source, o); });
  const auto median = implant(27);
  const auto target = ball(16.0);
  compare("DVH of 17 cc, 27 seeds", [&](const DoseOptions& o) { (void)sample_dose(target, median, source, Gy{120.0}, o); });
  const UncertaintyInput in = uncertain(median, target);
  UncertaintyOptions draws;
  draws.draws = 500;
  compare("500 draws, 27 seeds", [&](const DoseOptions& o) { (void)dose_uncertainty(in, source, o, 120.0, draws); });
}

/// Equal tasks that share nothing: what a second thread of this machine can give just now.
void control_loop() {
  constexpr std::size_t kTasks = 64;
  std::vector<double> out(kTasks);
  parallel_for(kTasks, [&](std::size_t n) {
    double x = static_cast<double>(n);
    for (int i = 0; i < 200000; ++i) x = std::sin(x) + 0.5;
    out[n] = x;
  });
  if (!std::isfinite(out.front())) std::printf("not finite\n");
}

double median_of(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

/// Wall and processor seconds on one thread and on two.
struct ThreadTimes {
  double wall[2], processor[2];

  double gain() const { return wall[0] / wall[1]; }
  double extra_work() const { return processor[1] / processor[0]; }
  /// Whether the machine gave the threads the cores that they asked for.
  bool undisturbed() const { return processor[0] > 0.9 * wall[0] && processor[1] > 1.8 * wall[1]; }
};

ThreadTimes on_one_and_two(const std::function<void()>& work) {
  ThreadTimes t{};
  for (int n = 0; n < 2; ++n) {
    set_thread_count(n + 1);
    const std::clock_t start = std::clock();
    t.wall[n] = best_time(1, work);
    t.processor[n] = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  return t;
}

/// Gain of a second thread over that of the control loop just before and after, and the processor time that it costs over that of the
/// control loop. Others may share the machine: a trial counts where the control loops had their cores; where that comes about too seldom
/// all trials count, and the table says so. Processor time hardly depends on what others do.
void print_gain(const char* what, const std::function<void()>& work) {
  constexpr int kWanted = 5, kTrials = 10, kFigures = 5;
  std::vector<double> undisturbed[kFigures], all[kFigures];
  ThreadTimes before = on_one_and_two(control_loop);
  for (int n = 0; n < kTrials && static_cast<int>(undisturbed[0].size()) < kWanted; ++n) {
    const ThreadTimes times = on_one_and_two(work), after = on_one_and_two(control_loop);
    const double control = 0.5 * (before.gain() + after.gain()), control_work = 0.5 * (before.extra_work() + after.extra_work());
    const double figures[kFigures] = {times.processor[0], times.gain(), control, times.gain() / control, times.extra_work() / control_work};
    for (std::size_t k = 0; k < kFigures; ++k) {
      all[k].push_back(figures[k]);
      if (before.undisturbed() && after.undisturbed()) undisturbed[k].push_back(figures[k]);
    }
    before = after;
  }
  const bool enough = static_cast<int>(undisturbed[0].size()) >= kWanted;
  std::printf("%-40s", what);
  for (const auto& column : enough ? undisturbed : all) std::printf(" %8.2f", median_of(column));
  std::printf("   %zu trials%s\n", all[0].size(), enough ? "" : ", loaded");
  std::fflush(stdout);
}

void time_scaling(const SourceModel& source) {
  DoseOptions exact, fast;
  fast.fast = fast_table(source, InterpolationRules::s1);
  std::printf("\n%-40s %8s %8s %8s %8s %8s\n", "one thread over two, medians", "CPU s", "gain", "control", "of it", "CPU 2/1");
  const auto large = implant(119), median = implant(27);
  const auto grid = grid_around(large);
  const auto target = ball(16.0);
  const UncertaintyInput in = uncertain(median, target);
  UncertaintyOptions draws;
  draws.draws = 500;
  const std::vector<Point<CtFrame>> points = target.sample(0, 200000), few = target.sample(0, 20000);
  print_gain("exact, 27 seeds at 20 000 points", [&] { dose_at(few, median, source, exact); });
  print_gain("fused table, 119 seeds at 200 000 points", [&] { dose_at(points, large, source, fast); });
  print_gain("119 seeds, 1 mm grid with 30 mm margin", [&] { compute_dose_grid(grid, large, source, fast); });
  print_gain("DVH of 17 cc, 27 seeds", [&] { (void)sample_dose(target, median, source, Gy{120.0}, fast); });
  print_gain("500 draws, 27 seeds", [&] { (void)dose_uncertainty(in, source, fast, 120.0, draws); });
  set_thread_count(0);
}

}  // namespace

/// usage: kernel_speed [SOURCE] [threads]    threads: the last table alone
int main(int argc, char** argv) {
  const bool threads_alone = argc > 2 && std::string(argv[2]) == "threads";
  const auto source = find_source(argc > 1 ? argv[1] : "amersham-6711");
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message().c_str());
    return 2;
  }
  std::printf("source %s\n", source->id.c_str());
  if (!threads_alone) compare_kernels(*source);
  if (!threads_alone) time_tasks(*source);
  time_scaling(*source);
  return 0;
}
