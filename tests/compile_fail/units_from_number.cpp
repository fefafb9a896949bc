// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// A bare number is no strength: 0.8 could be mCi, U or MBq.
#include "core/units.h"

using namespace seedaudit;

AirKermaU strength() {
#ifdef MUST_NOT_COMPILE
  return 1.016;
#else
  return AirKermaU{1.016};
#endif
}
