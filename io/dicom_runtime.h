// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace seedaudit {

/// Makes DCMTK silent and registers its decoders, once per process; safe from any thread. Every reader of DICOM calls it first.
void initialise_dicom();

}  // namespace seedaudit
