// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/meta_header.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include "io/trimmed.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongestHeader = 1U << 16;

int bytes_of(const std::string& type) {
  static const std::map<std::string, int> kBytes{{"MET_CHAR", 1},  {"MET_UCHAR", 1},  {"MET_SHORT", 2},     {"MET_USHORT", 2},
                                                 {"MET_INT", 4},   {"MET_UINT", 4},   {"MET_LONG", 4},      {"MET_ULONG", 4},
                                                 {"MET_FLOAT", 4}, {"MET_DOUBLE", 8}, {"MET_LONG_LONG", 8}, {"MET_ULONG_LONG", 8}};
  const auto it = kBytes.find(type);
  return it == kBytes.end() ? 0 : it->second;
}

Error odd(const std::string& what, const std::string& path) {
  return {ErrorCode::unreadable_file, "MetaImage: " + what, path, "Export the file again."};
}

double number(const std::map<std::string, std::string>& keys, const std::string& key, double absent) {
  const auto it = keys.find(key);
  if (it == keys.end()) return absent;
  std::istringstream s(it->second);
  double v = absent;
  return s >> v ? v : absent;
}

}  // namespace

Result<std::string> check_meta_image(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::map<std::string, std::string> keys;
  std::string line;
  std::size_t header = 0;
  while (!keys.contains("ElementDataFile") && header < kLongestHeader && std::getline(in, line)) {
    header += line.size() + 1;
    const auto sign = line.find('=');
    if (sign != std::string::npos) keys[trimmed(line.substr(0, sign))] = trimmed(line.substr(sign + 1));
  }
  const std::string data = keys.contains("ElementDataFile") ? keys["ElementDataFile"] : "";
  if (data.empty()) return odd("no ElementDataFile", path);
  const int bytes = bytes_of(keys["ElementType"]);
  if (bytes == 0) return odd("voxels of type '" + keys["ElementType"] + "'", path);
  std::istringstream sizes(keys["DimSize"]);
  double needed = bytes * number(keys, "ElementNumberOfChannels", 1.0);
  for (int d = 0; d < static_cast<int>(number(keys, "NDims", 0.0)); ++d) {
    double n = 0.0;
    if (!(sizes >> n) || !(n >= 1.0)) return odd("DimSize '" + keys["DimSize"] + "'", path);
    needed *= n;
  }
  if (keys["CompressedData"].starts_with("T") || keys["CompressedData"].starts_with("t")) {
    needed = number(keys, "CompressedDataSize", 0.0);
    if (!(needed > 0.0)) return odd("compressed, but CompressedDataSize is not stated", path);
  }
  const bool local = data == "LOCAL" || data == "Local" || data == "local";
  if (!local && (data == "LIST" || data.find('%') != std::string::npos)) return odd("voxels in a list of files are not read", path);
  const fs::path file = local ? fs::path(path) : fs::path(path).parent_path() / data;
  std::error_code ec;
  const auto stored = fs::file_size(file, ec);
  if (ec) return Error{ErrorCode::path_not_found, "the header's data file " + data + " is not there", path, "Put both files side by side."};
  const double before = local ? static_cast<double>(header) : std::max(0.0, number(keys, "HeaderSize", 0.0));
  if (static_cast<double>(stored) < before + needed)
    return Error{ErrorCode::truncated_file, "the data end before their last voxel", path, "Export or copy the file again."};
  return local ? std::string() : data;
}

}  // namespace seedaudit
