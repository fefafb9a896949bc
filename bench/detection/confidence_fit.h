// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace seedaudit::bench {

/// Weights of the signs of a seed (detectors/seed_probability) by logistic regression over what these cases hold, found and possible; what
/// they miss by on cases that they were not found in; and how often objects are seeds by the confidence that was told. Printed.
/// \param files as for read_records
/// \return exit code
int print_confidence_fit(const std::vector<std::string>& files);

}  // namespace seedaudit::bench
