// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/ct_volume.h"
#include "core/progress.h"
#include "core/result.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/scene.h"

namespace seedaudit {

/// Axes of the couch (right of the image, down, along the couch towards the head end) as columns, in patient coordinates.
Eigen::Matrix3d patient_from_couch(BodyPosition position);
/// DICOM Patient Position (head first): HFS, HFP, HFDL, HFDR.
std::string dicom_patient_position(BodyPosition position);

/// CT of a scene given in patient coordinates of frame F, centred on `center`. Slices are independent and computed in parallel.
/// \param stream distinguishes the noise of several scans of one seed
/// Errors: invalid_option.
template <class F>
Result<Volume<F>> scan(const Scene& scene, const AcquisitionOptions& options, const Point<F>& center, std::uint64_t seed,
                       std::uint64_t stream, const Progress& progress = {});

extern template Result<Volume<CtFrame>> scan(const Scene&, const AcquisitionOptions&, const Point<CtFrame>&, std::uint64_t, std::uint64_t,
                                             const Progress&);
extern template Result<Volume<PlanFrame>> scan(const Scene&, const AcquisitionOptions&, const Point<PlanFrame>&, std::uint64_t,
                                               std::uint64_t, const Progress&);

}  // namespace seedaudit
