// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace seedaudit::test {

/// A real cluster of two nodes with two cores each on this machine: munged, slurmctld and two slurmd on free ports, everything in a
/// temporary folder. SLURM_CONF names it while it lives. Ended with all that it started.
class SlurmCluster {
 public:
  /// Why there can be none here; empty: there can.
  static std::string obstacle();

  SlurmCluster();
  SlurmCluster(const SlurmCluster&) = delete;
  SlurmCluster& operator=(const SlurmCluster&) = delete;
  ~SlurmCluster();

  /// As when its power fails: the node's daemon and all of its tasks are gone at once. \return how many processes of tasks that were
  int lose_node(const std::string& name);
  /// Tasks that Slurm still knows as running or pending.
  std::string queue() const;

 private:
  void stop() const;
  std::filesystem::path conf() const { return folder_ / "slurm.conf"; }
  TemporaryFolder folder_;
};

}  // namespace seedaudit::test
