// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <thread>

namespace seedaudit {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPoll{5};

/// What tells a process from a later one of the same number: its start, in ticks since the system's (proc(5), field 22 of stat), and the
/// system's own start.
std::optional<std::string> birth_of(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line((std::istreambuf_iterator<char>(stat)), {});
  const auto name_end = line.rfind(')');  // the name may hold blanks and brackets
  if (name_end == std::string::npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i)
    if (!(rest >> field)) return {};
  std::ifstream boot("/proc/sys/kernel/random/boot_id");
  std::string boot_id;
  boot >> boot_id;
  return field + " " + boot_id;
}

void note_identity(const std::filesystem::path& file, pid_t pid) {
  if (file.empty()) return;
  if (const auto birth = birth_of(pid)) std::ofstream(file) << pid << ' ' << *birth << '\n';
}

struct SpawnAttributes {
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t actions{};
  SpawnAttributes() {
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

Result<pid_t> spawn(const ChildCommand& command, int log) {
  SpawnAttributes with;
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int s : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ, SIGHUP}) sigaddset(&defaults, s);
  posix_spawnattr_setpgroup(&with.attributes, 0);
  posix_spawnattr_setsigmask(&with.attributes, &none);
  posix_spawnattr_setsigdefault(&with.attributes, &defaults);
  posix_spawnattr_setflags(&with.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_addopen(&with.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&with.actions, log, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&with.actions, log, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& a : command.arguments) arguments.push_back(const_cast<char*>(a.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, arguments.front(), &with.actions, &with.attributes, arguments.data(), environ);
  if (error != 0)
    return Error{ErrorCode::internal, std::string("cannot start the program of a case: ") + std::strerror(error), command.arguments.front(),
                 "Check memory and the number of processes allowed (ulimit -u)."};
  return pid;
}

/// The largest address space that a process has had so far (proc(5), VmPeak of status); 0 where it cannot be told, as of one that has
/// ended.
std::uint64_t peak_address_space(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmPeak:", 0) == 0) return std::strtoull(line.c_str() + 7, nullptr, 10) * 1024U;
  return 0;
}

bool has_ended(pid_t pid) {
  siginfo_t info{};
  // The number stays taken until it is waited for, so that its group can still be ended without hitting another's.
  return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

}  // namespace

Result<ChildOutcome> run_child(const ChildCommand& command, const std::atomic<bool>& stop) {
  const int log = open(command.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (log < 0)
    return Error{ErrorCode::output_unwritable, std::string("the log of a case cannot be made: ") + std::strerror(errno),
                 command.log.string(), "Check the disk and the permissions, then run again with --resume."};
  const auto start = Clock::now();
  const auto pid = spawn(command, log);
  close(log);
  if (!pid) return pid.error();
  if (command.memory_limit != 0) {
    const rlimit limit{command.memory_limit, command.memory_limit};
    prlimit(*pid, RLIMIT_AS, &limit, nullptr);
  }
  note_identity(command.identity, *pid);

  ChildOutcome outcome;
  std::uint64_t address_space = 0;
  while (!has_ended(*pid)) {
    if (command.memory_limit != 0) address_space = std::max(address_space, peak_address_space(*pid));
    const bool late = command.time_limit.count() > 0 && Clock::now() - start >= command.time_limit;
    if (late || stop) {
      outcome.end = late ? ChildEnd::time_limit : ChildEnd::stopped;
      break;
    }
    std::this_thread::sleep_for(kPoll);
  }
  kill(-*pid, SIGKILL);
  int status = 0;
  rusage usage{};
  while (wait4(*pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  outcome.elapsed = Clock::now() - start;
  outcome.peak_memory = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024U;
  if (outcome.end == ChildEnd::exited) {
    if (WIFSIGNALED(status)) {
      outcome.end = ChildEnd::signalled;
      outcome.signal = WTERMSIG(status);
      // A library that is refused memory may crash without a word. The request that was refused is not in the peak; SIGKILL is another's.
      if (command.memory_limit != 0 && address_space > command.memory_limit / 4U * 3U && outcome.signal != SIGKILL)
        std::ofstream(command.log, std::ios::app)
            << "\nseedaudit: crashed with " << address_space / 1'000'000U << " of " << command.memory_limit / 1'000'000U
            << " MB of address space taken: not enough memory.\n";
    } else {
      outcome.exit_status = WEXITSTATUS(status);
    }
  }
  std::error_code ec;
  if (!command.identity.empty()) std::filesystem::remove(command.identity, ec);
  return outcome;
}

void end_orphan(const std::filesystem::path& identity) {
  std::ifstream in(identity);
  pid_t pid = 0;
  std::string ticks, boot;
  if (!(in >> pid >> ticks >> boot) || pid <= 1) return;
  if (birth_of(pid) == ticks + " " + boot) kill(-pid, SIGKILL);
}

}  // namespace seedaudit
