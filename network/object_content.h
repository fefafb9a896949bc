// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace seedaudit {

/// SHA-256 of what a DICOM object says, whatever its encoding: every element as implicit VR little endian of explicit lengths, without
/// group lengths, trailing padding and meta header; of an image of one channel the stored pixel values by frame (so native, RLE, JPEG,
/// JPEG-LS and JPEG 2000 of the same values are equal, bits beyond Bits Stored do not count, and a lossy copy is another content).
/// Compressed colour is compared as compressed: equal only within one transfer syntax. Errors: as open_dicom; unreadable_file where the
/// data set cannot be written out.
Result<std::string> content_hash(const std::filesystem::path& file);

}  // namespace seedaudit
