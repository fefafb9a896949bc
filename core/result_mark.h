// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace seedaudit {

/// Manufacturer, and Series Description, of every DICOM object that an audit writes: by both together its results are told from inputs when
/// they come back with the patient from an archive.
inline constexpr const char* kResultMark = "seedaudit";

}  // namespace seedaudit
