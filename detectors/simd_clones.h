// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// Before a function whose loops are compiled twice, for any processor and for AVX2; the loader picks one. Neither fuses a product with a
// sum, and no sum is reordered by it: both give the same bits. The thread sanitizer's runtime starts too late for the choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define SEEDAUDIT_SIMD_CLONES __attribute__((target_clones("default", "avx2")))
#else
#define SEEDAUDIT_SIMD_CLONES
#endif

namespace seedaudit {

/// Numbers that are computed with at once, as many as a register of AVX2 holds; the arithmetic of each is that of the scalar type.
using Float8 = float __attribute__((vector_size(32), aligned(4), may_alias));
using Double4 = double __attribute__((vector_size(32), aligned(8), may_alias));
constexpr std::size_t kLanes = 8;
inline Float8& lanes_at(float* first) { return *reinterpret_cast<Float8*>(first); }
inline const Float8& lanes_at(const float* first) { return *reinterpret_cast<const Float8*>(first); }
inline Double4& lanes_at(double* first) { return *reinterpret_cast<Double4*>(first); }
inline const Double4& lanes_at(const double* first) { return *reinterpret_cast<const Double4*>(first); }

}  // namespace seedaudit
