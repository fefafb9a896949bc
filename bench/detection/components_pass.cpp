// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/components_pass.h"

#include <itkBinaryThresholdImageFilter.h>
#include <itkConnectedComponentImageFilter.h>
#include <itkImage.h>
#include <itkImportImageFilter.h>

#include <cstdint>

namespace seedaudit::bench {

std::size_t itk_components(CtVolume& ct) {
  using Hu = itk::Image<std::int16_t, 3>;
  using Mask = itk::Image<std::uint8_t, 3>;
  using Labels = itk::Image<std::uint32_t, 3>;
  const auto import = itk::ImportImageFilter<std::int16_t, 3>::New();
  itk::ImportImageFilter<std::int16_t, 3>::RegionType whole;
  for (unsigned a = 0; a < 3; ++a) whole.SetSize(a, static_cast<itk::SizeValueType>(ct.grid.size()[a]));
  import->SetRegion(whole);
  import->SetImportPointer(ct.hu.data(), ct.hu.size(), false);
  const auto threshold = itk::BinaryThresholdImageFilter<Hu, Mask>::New();
  threshold->SetInput(import->GetOutput());
  threshold->SetLowerThreshold(1500);
  threshold->SetInsideValue(1);
  threshold->SetOutsideValue(0);
  const auto components = itk::ConnectedComponentImageFilter<Mask, Labels>::New();
  components->SetInput(threshold->GetOutput());
  components->FullyConnectedOff();
  import->SetNumberOfWorkUnits(1);
  threshold->SetNumberOfWorkUnits(1);
  components->SetNumberOfWorkUnits(1);
  components->Update();
  return static_cast<std::size_t>(components->GetObjectCount());
}

}  // namespace seedaudit::bench
