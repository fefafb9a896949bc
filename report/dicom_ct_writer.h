// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/ct_volume.h"
#include "core/result.h"
#include "report/dicom_common.h"

namespace seedaudit {

enum class DicomSyntax { explicit_little_endian, implicit_little_endian, deflated, rle, jpeg_lossless, jpeg_ls_lossless };

/// How voxel values are stored.
enum class CtStorage {
  unsigned_12_bit,  ///< intercept -1024; values above 3071 HU and below -1024 HU are clipped, as common scanners do
  signed_16_bit     ///< intercept 0; nothing is clipped
};

struct CtWriteOptions {
  /// Transfer syntax; all are lossless.
  DicomSyntax syntax = DicomSyntax::explicit_little_endian;
  /// 12 bit clips at 3071 HU; 16 bit keeps everything. MR is always written as unsigned 16 bit without rescale.
  CtStorage storage = CtStorage::unsigned_12_bit;
  /// Files are <file_prefix>0001.dcm ... in slice order of the grid.
  std::string file_prefix = "IM";
  /// KVP where the volume's acquisition states none.
  double default_kvp = 120.0;

  Status check() const;
};

/// Writes a volume as one file a slice into `folder` (made if absent): CT Image Storage, or MR Image Storage where
/// `volume.series.modality` is "MR". Patient position, kernel, kVp, slice thickness, image type, acquisition date come from
/// `volume.acquisition`; identifiers and dates from `header`. Slices are written in parallel; each is whole or absent.
/// \return the identifiers by which RTSTRUCT refers to the slices
/// Errors: invalid_option (empty volume, folder name empty), output_unwritable.
template <class F>
Result<WrittenSeries> write_ct_series(const Volume<F>& volume, const DicomHeader& header, const std::filesystem::path& folder,
                                      const CtWriteOptions& options = {});

extern template Result<WrittenSeries> write_ct_series(const Volume<CtFrame>&, const DicomHeader&, const std::filesystem::path&,
                                                      const CtWriteOptions&);
extern template Result<WrittenSeries> write_ct_series(const Volume<PlanFrame>&, const DicomHeader&, const std::filesystem::path&,
                                                      const CtWriteOptions&);

}  // namespace seedaudit
