// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Transforms compose only where the inner frames agree.
#include "core/frames.h"

using namespace seedaudit;

Rigid<CtFrame, CtFrame> there_and_back(const Rigid<CtFrame, PlanFrame>& ct_from_plan) {
#ifdef MUST_NOT_COMPILE
  return ct_from_plan * ct_from_plan;
#else
  return ct_from_plan * ct_from_plan.inverse();
#endif
}
