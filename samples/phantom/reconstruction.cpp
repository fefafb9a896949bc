// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/reconstruction.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <limits>
#include <mutex>
#include <numbers>

namespace seedaudit {
namespace {

constexpr std::size_t kUpsample = 2;

/// FFTW's planner is not thread-safe; execution is.
std::mutex& planner_mutex() {
  static std::mutex mutex;
  return mutex;
}

template <class T>
struct FftwBuffer {
  explicit FftwBuffer(std::size_t n) : data(static_cast<T*>(fftwf_malloc(sizeof(T) * n))), size(n) { std::fill_n(data, n, T{}); }
  ~FftwBuffer() { fftwf_free(data); }
  FftwBuffer(const FftwBuffer&) = delete;
  FftwBuffer& operator=(const FftwBuffer&) = delete;
  T* data;
  std::size_t size;
};

using Complex = std::complex<float>;
fftwf_complex* raw(Complex* p) { return reinterpret_cast<fftwf_complex*>(p); }

}  // namespace

double kernel_transfer(ReconstructionKernel kernel, double frequency_per_mm) {
  double half = 0.40;
  if (kernel == ReconstructionKernel::soft) half = 0.30;
  if (kernel == ReconstructionKernel::sharp) half = 0.70;
  const double x = frequency_per_mm / (2.0 * half);
  return x < 1.0 ? 0.5 * (1.0 + std::cos(std::numbers::pi * x)) : 0.0;
}

struct FilteredBackprojection::Impl {
  ScanGeometry geometry;
  std::size_t padded = 0;     ///< length of the transform of one view
  std::vector<float> filter;  ///< padded / 2 + 1, real: the filter is even
  fftwf_plan forward = nullptr;
  fftwf_plan backward = nullptr;
};

FilteredBackprojection::FilteredBackprojection(const ScanGeometry& geometry, ReconstructionKernel kernel)
    : impl_(std::make_unique<Impl>()) {
  Impl& m = *impl_;
  m.geometry = geometry;
  m.padded = 1;
  while (m.padded < 2 * static_cast<std::size_t>(geometry.bins)) m.padded *= 2;
  const std::size_t n = m.padded;
  FftwBuffer<float> line(n * kUpsample);
  FftwBuffer<Complex> spectrum(n * kUpsample / 2 + 1);
  const std::lock_guard lock(planner_mutex());
  m.forward = fftwf_plan_dft_r2c_1d(static_cast<int>(n), line.data, raw(spectrum.data), FFTW_ESTIMATE);
  m.backward = fftwf_plan_dft_c2r_1d(static_cast<int>(n * kUpsample), raw(spectrum.data), line.data, FFTW_ESTIMATE);
  // Ramp sampled in space: 1/(4 d^2) at 0, -1/(pi k d)^2 at odd k, 0 at even k; times d for the convolution sum.
  const double d = geometry.detector_mm;
  line.data[0] = static_cast<float>(1.0 / (4.0 * d));
  for (std::size_t k = 1; k < n / 2; k += 2) {
    const auto value = static_cast<float>(-1.0 / (std::numbers::pi * std::numbers::pi * static_cast<double>(k * k) * d));
    line.data[k] = value;
    line.data[n - k] = value;
  }
  fftwf_execute(m.forward);
  m.filter.resize(n / 2 + 1);
  for (std::size_t i = 0; i < m.filter.size(); ++i) {
    const double frequency = static_cast<double>(i) / (static_cast<double>(n) * d);
    // pi / views: the integral over angle; 1 / n: FFTW does not normalise.
    m.filter[i] = static_cast<float>(spectrum.data[i].real() * kernel_transfer(kernel, frequency) * std::numbers::pi / geometry.views /
                                     static_cast<double>(n));
  }
}

FilteredBackprojection::~FilteredBackprojection() {
  const std::lock_guard lock(planner_mutex());
  fftwf_destroy_plan(impl_->forward);
  fftwf_destroy_plan(impl_->backward);
}

std::vector<float> FilteredBackprojection::reconstruct(const std::vector<float>& line_integrals, const ImageGeometry& image) const {
  const Impl& m = *impl_;
  const ScanGeometry& g = m.geometry;
  const auto bins = static_cast<std::size_t>(g.bins);
  const std::size_t n = m.padded;
  const auto columns = static_cast<std::size_t>(image.columns);
  const auto rows = static_cast<std::size_t>(image.rows);
  FftwBuffer<float> line(n * kUpsample);
  FftwBuffer<Complex> spectrum(n * kUpsample / 2 + 1);
  std::vector<float> out(columns * rows, 0.0F);
  const std::size_t fine = (bins - 1) * kUpsample + 1;
  // Value and step to the next, side by side: one cache line serves the interpolation.
  std::vector<float> pairs(2 * fine + 2, 0.0F);
  const double radius = g.radius_mm() - g.detector_mm;
  const double first = image.x_mm(0);
  const double step_mm = g.detector_mm / static_cast<double>(kUpsample);

  // Columns of each row that lie in the circle.
  std::vector<std::size_t> begin(rows), end(rows);
  for (std::size_t j = 0; j < rows; ++j) {
    const double y = image.y_mm(static_cast<int>(j));
    const double half = radius * radius - y * y > 0.0 ? std::sqrt(radius * radius - y * y) : -1.0;
    const double low = std::clamp(std::ceil((-half - first) / image.column_mm), 0.0, static_cast<double>(columns));
    const double high = std::clamp(std::floor((half - first) / image.column_mm) + 1.0, 0.0, static_cast<double>(columns));
    begin[j] = static_cast<std::size_t>(low);
    end[j] = half < 0.0 ? begin[j] : std::max(begin[j], static_cast<std::size_t>(high));
  }
  for (int view = 0; view < g.views; ++view) {
    std::copy_n(line_integrals.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(view) * bins), bins, line.data);
    std::fill(line.data + bins, line.data + n, 0.0F);
    fftwf_execute_dft_r2c(m.forward, line.data, raw(spectrum.data));
    for (std::size_t i = 0; i <= n / 2; ++i) spectrum.data[i] *= m.filter[i];
    spectrum.data[n / 2] *= 0.5F;  // the Nyquist line is shared by both halves of the longer spectrum
    std::fill(spectrum.data + n / 2 + 1, spectrum.data + spectrum.size, Complex{});
    fftwf_execute_dft_c2r(m.backward, raw(spectrum.data), line.data);
    for (std::size_t i = 0; i < fine; ++i) {
      pairs[2 * i] = line.data[i];
      pairs[2 * i + 1] = line.data[i + 1] - line.data[i];
    }
    const double cosine = std::cos(g.angle_rad(view));
    const double sine = std::sin(g.angle_rad(view));
    const auto du = static_cast<float>(image.column_mm * cosine / step_mm);
    for (std::size_t j = 0; j < rows; ++j) {
      const double y = image.y_mm(static_cast<int>(j));
      const auto u0 = static_cast<float>((first * cosine + y * sine + g.radius_mm()) / step_mm);
      float* row = out.data() + j * columns;
      const float* p = pairs.data();
      for (std::size_t i = begin[j]; i < end[j]; ++i) {
        const float u = u0 + static_cast<float>(static_cast<int>(i)) * du;
        const int k = static_cast<int>(u);
        row[i] += p[2 * k] + (u - static_cast<float>(k)) * p[2 * k + 1];
      }
    }
  }
  for (std::size_t j = 0; j < rows; ++j)
    for (std::size_t i = 0; i < columns; ++i)
      if (i < begin[j] || i >= end[j]) out[j * columns + i] = std::numeric_limits<float>::quiet_NaN();
  return out;
}

}  // namespace seedaudit
