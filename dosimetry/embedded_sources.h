// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace seedaudit {

/// One file of dosimetry/sources as it was at build time.
struct EmbeddedSource {
  std::string_view id;
  std::string_view json;
};

std::span<const EmbeddedSource> embedded_sources();

}  // namespace seedaudit
