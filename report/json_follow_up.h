// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/follow_up.h"
#include "report/identity_filter.h"
#include "report/json_writer.h"

namespace seedaudit {

/// Key "follow_up" of report.json in the object that is open.
void write_follow_up(JsonWriter& json, const FollowUp& follow_up, const IdentityFilter& filter);

}  // namespace seedaudit
