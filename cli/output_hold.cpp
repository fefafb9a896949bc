// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/output_hold.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace seedaudit {

Result<OutputHold> OutputHold::take(const std::filesystem::path& folder) {
  OutputHold hold;
  hold.folder_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (hold.folder_ >= 0 && flock(hold.folder_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return Error{ErrorCode::invalid_option, "another run is at work in this output folder", folder.string(),
                 "Wait until it has ended, or choose another folder with -o."};
  return hold;
}

OutputHold::OutputHold(OutputHold&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}

OutputHold& OutputHold::operator=(OutputHold&& other) noexcept {
  std::swap(folder_, other.folder_);
  return *this;
}

OutputHold::~OutputHold() {
  if (folder_ >= 0) close(folder_);
}

}  // namespace seedaudit
