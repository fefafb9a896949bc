// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/findings_hash.h"

#include <algorithm>
#include <cmath>

#include "core/sha256.h"

namespace seedaudit {

std::string inputs_sha256(const std::vector<InputObject>& inputs) {
  std::vector<std::string> parts;
  for (const InputObject& input : inputs) parts.push_back(input.role + " " + (input.sha.empty() ? input.uid : input.sha));
  std::sort(parts.begin(), parts.end());
  Sha256 hash;
  for (const std::string& p : parts) hash.add_part(p);
  return hash.hexadecimal();
}

std::string findings_sha256(const Detection& detection) {
  Sha256 hash;
  const auto add = [&](long long n) { hash.add_part(std::to_string(n)); };
  add(detection.count.low);
  add(detection.count.best);
  add(detection.count.high);
  for (const DetectedSeed& s : detection.seeds) {
    add(s.id);
    for (const double mm : s.pose.center.mm) add(std::llround(100.0 * mm));
  }
  return hash.hexadecimal();
}

}  // namespace seedaudit
