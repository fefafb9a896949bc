// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Hours and days do not add without a conversion.
#include "core/units.h"

using namespace seedaudit;

Hours total(Hours a, Days b) {
#ifdef MUST_NOT_COMPILE
  return a + b;
#else
  return a + to_hours(b);
#endif
}
