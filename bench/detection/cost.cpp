// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/cost.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "bench/detection/components_pass.h"
#include "bench/detection/detection_figures.h"
#include "core/parallel.h"
#include "detectors/detect_seeds.h"
#include "samples/phantom/anatomy.h"
#include "samples/phantom/random_implant.h"
#include "samples/phantom/scanner.h"

namespace seedaudit::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kSeeds = 119;
constexpr double kFieldMm = 384.0;
constexpr Index3 kSize{512, 512, 300};

/// Empty volume of the geometry that is kept; what the file holds are its voxels alone.
CtVolume frame() {
  CtVolume ct;
  const double pixel = kFieldMm / kSize[0];
  ct.grid = *GridGeometry<CtFrame>::make(
      kSize, {pixel, pixel, 1.0}, {{-0.5 * (kSize[0] - 1) * pixel, -0.5 * (kSize[1] - 1) * pixel, -149.5}}, Eigen::Matrix3d::Identity());
  ct.series.modality = "CT";
  ct.acquisition.slice_thickness_mm = 1.0;
  ct.acquisition.saturation_hu = 3071.0;
  return ct;
}

Status make_volume(const fs::path& file) {
  constexpr std::uint64_t kPatient = 1;
  std::fprintf(stderr, "simulating %d x %d x %d voxels ...\n", kSize[0], kSize[1], kSize[2]);
  const Anatomy anatomy = build_anatomy(*find_scenario("clean-1mm"), kPatient, -Eigen::Vector3d::UnitY());
  const Eigen::Vector3d target = anatomy.target.center;
  RandomImplantOptions options;
  options.seeds = kSeeds;
  const auto implant = random_implant(options, {}, kPatient);
  if (!implant) return implant.error();
  Scene scene = anatomy.scene;
  for (const auto& s : implant->seeds) scene.fine.push_back(make_seed({}, target + s.center, s.axis, scene.tissue_at(target + s.center)));
  AcquisitionOptions a;
  a.field_of_view_mm = kFieldMm;
  a.slice_thickness_mm = a.slice_spacing_mm = 1.0;
  a.scan_length_mm = kSize[2];
  const auto ct = scan<CtFrame>(scene, a, {{0, 0, target.z()}}, kPatient, 1);
  if (!ct) return ct.error();
  const fs::path part = file.string() + ".part";
  std::ofstream out(part, std::ios::binary);
  out.write(reinterpret_cast<const char*>(ct->hu.data()), static_cast<std::streamsize>(ct->hu.size() * sizeof(std::int16_t)));
  out.close();
  std::error_code code;
  fs::rename(part, file, code);
  if (!out || code) return Error{ErrorCode::output_unwritable, "cannot write the volume", file.string(), ""};
  return ok_status();
}

/// Kilobytes of a line of /proc/self/status: VmRSS now, VmHWM at most so far.
double memory_mb(const char* name) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.rfind(name, 0) == 0) return std::stod(line.substr(line.find(':') + 1)) / 1024.0;
  return std::nan("");
}

double wall_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
double processor_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Equal tasks that share nothing: what two threads of this machine can give just now.
double control_loop() {
  constexpr std::size_t kTasks = 64;
  std::vector<double> out(kTasks);
  parallel_for(kTasks, [&](std::size_t n) {
    double x = static_cast<double>(n);
    for (int i = 0; i < 4000000; ++i) x = std::sin(x) + 0.5;
    out[n] = x;
  });
  double sum = 0.0;
  for (const double x : out) sum += x;
  return sum;
}

double timed_wall(int threads, const std::function<void()>& work) {
  set_thread_count(threads);
  const double start = wall_s();
  work();
  return wall_s() - start;
}

}  // namespace

int print_cost(const fs::path& volume, int repeats) {
  if (!fs::exists(volume))
    if (auto status = make_volume(volume); !status) {
      std::fprintf(stderr, "%s\n", status.error().message().c_str());
      return 1;
    }
  CtVolume ct = frame();
  const double start_mb = memory_mb("VmRSS");
  ct.hu.resize(ct.grid.voxel_count());
  std::ifstream in(volume, std::ios::binary);
  in.read(reinterpret_cast<char*>(ct.hu.data()), static_cast<std::streamsize>(ct.hu.size() * sizeof(std::int16_t)));
  if (!in) {
    std::fprintf(stderr, "%s is too short: delete it\n", volume.c_str());
    return 1;
  }
  const double volume_mb = static_cast<double>(ct.hu.size()) * sizeof(std::int16_t) / 1048576.0;

  set_thread_count(1);
  int found = 0;
  const auto find = [&] { found = static_cast<int>(detect_seeds(ct, {}).seeds.size()); };
  // Memory first: a peak is not taken back.
  find();
  const double peak_mb = memory_mb("VmHWM") - start_mb;
  std::vector<double> ours, itk, ratio, gain, control, relative;
  for (int n = 0; n < repeats; ++n) {
    // Processor time, since others may share the machine; the two passes of a pair follow each other.
    set_thread_count(1);
    double before = processor_s();
    find();
    ours.push_back(processor_s() - before);
    before = processor_s();
    itk_components(ct);
    itk.push_back(processor_s() - before);
    ratio.push_back(ours.back() / itk.back());
    const auto both = [&](const std::function<void()>& work) {
      const double one = timed_wall(1, work);
      return one / timed_wall(2, work);
    };
    gain.push_back(both(find));
    control.push_back(both([] { control_loop(); }));
    relative.push_back(gain.back() / control.back());
  }
  const auto median = [](const std::vector<double>& v) { return quantile(v, 0.5); };
  std::printf("%d of %d seeds found; medians of %d\n\n| cost | measured | target |\n|---|---|---|\n", found, kSeeds, repeats);
  std::printf("| finding and fitting, one thread, over the ITK pass | %.2f (%.2f s / %.2f s) | 3 |\n", median(ratio), median(ours),
              median(itk));
  std::printf("| gain of a second thread over that of independent tasks | %.2f (%.2f / %.2f) | 0.9 |\n", median(relative), median(gain),
              median(control));
  std::printf("| peak memory above start over the int16 volume | %.2f (%.0f MB / %.0f MB) | 2.5 |\n", peak_mb / volume_mb, peak_mb,
              volume_mb);
  return 0;
}

}  // namespace seedaudit::bench
