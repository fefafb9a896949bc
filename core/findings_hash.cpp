// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/findings_hash.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/sha256.h"

namespace seedaudit {

namespace {

std::string hash_of(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  Sha256 hash;
  for (const std::string& p : parts) hash.add_part(p);
  return hash.hexadecimal();
}

/// Digits in components (DICOM PS3.5, 9.1); else it is a file's name, which many cases may share.
bool is_uid(const std::string& text) {
  return text.find('.') != std::string::npos && text.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

std::string inputs_sha256(const std::vector<InputObject>& inputs) {
  std::vector<std::string> parts;
  for (const InputObject& input : inputs) parts.push_back(input.role + " " + (input.sha.empty() ? input.uid : input.sha));
  return hash_of(std::move(parts));
}

std::string input_uids_sha256(const std::vector<InputObject>& inputs) {
  std::vector<std::string> parts;
  for (const InputObject& input : inputs) parts.push_back(input.role + " " + (is_uid(input.uid) ? input.uid : input.sha));
  return hash_of(std::move(parts));
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
