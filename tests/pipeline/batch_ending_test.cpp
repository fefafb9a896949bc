// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch_ending.h"

#include <signal.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "pipeline/batch_folder.h"
#include "tests/support/shell.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;

namespace {

CaseRow row_of(const ChildOutcome& outcome, const std::string& said = "") {
  CaseRow row;
  describe_ending(row, outcome, said, std::chrono::seconds(60));
  return row;
}

}  // namespace

TEST_CASE("batch: a case that could not read its input for want of memory names that cause, and no refusal") {
  ChildOutcome refused;
  refused.exit_status = 3;
  CHECK(row_of(refused, "seedaudit: no post-op CT.").status == "refused");
  const CaseRow row = row_of(refused, "seedaudit: volume reader: std::bad_alloc (ct.nrrd). Export the file again.");
  CHECK(row.status == "failed");
  CHECK(row.cause == "memory_limit");
}

TEST_CASE("batch: a process that crashed with most of its memory limit taken is said to have run out of it") {
  const test::TemporaryFolder folder;
  const std::string peak = test::output_of("sh -c 'sed -n s/VmPeak://p /proc/$$/status; exit 0'");
  const std::uint64_t needed = std::strtoull(peak.c_str(), nullptr, 10) * 1024U;
  REQUIRE(needed > 0);
  const std::atomic<bool> stop{false};
  const auto crashed = [&](std::uint64_t limit) {
    // Long enough to be seen: the process is looked at every 5 ms.
    const auto outcome = run_child({{"/bin/sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; kill -SEGV $$"},
                                    folder / "log",
                                    {},
                                    std::chrono::seconds(60),
                                    limit},
                                   stop);
    REQUIRE(outcome.ok());
    REQUIRE(outcome->end == ChildEnd::signalled);
    CHECK(outcome->signal == SIGSEGV);
    return row_of(*outcome, file_content(folder / "log")).cause;
  };
  CHECK(crashed(needed / 8U * 9U) == "memory_limit");
  CHECK(crashed(needed * 10U) == "signal");
  CHECK(crashed(0) == "signal");
}
