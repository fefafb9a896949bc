// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// A length in mm is not a length in cm: TG-43 tables are in cm, DICOM is in mm.
#include "core/units.h"

using namespace seedaudit;

Cm radius(Mm from_dicom) {
#ifdef MUST_NOT_COMPILE
  return from_dicom;
#else
  return to_cm(from_dicom);
#endif
}
