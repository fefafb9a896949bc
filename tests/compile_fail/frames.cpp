// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Compiles as it stands; with MUST_NOT_COMPILE a planned point is taken for a point of the post-op CT and the build must stop.
#include "core/frames.h"

using namespace seedaudit;

Point<CtFrame> map(const Rigid<CtFrame, PlanFrame>& ct_from_plan, const Point<PlanFrame>& planned, const Point<CtFrame>& found) {
#ifdef MUST_NOT_COMPILE
  (void)planned;
  return ct_from_plan * found;
#else
  (void)found;
  return ct_from_plan * planned;
#endif
}
