// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/slurm_cluster.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "tests/cli/case_on_disk.h"
#include "tests/support/free_ports.h"

namespace seedaudit::test {
namespace fs = std::filesystem;

namespace {

bool shell(const std::string& command) { return std::system(("cd / && " + command + " >/dev/null 2>&1 </dev/null").c_str()) == 0; }

std::string said(const std::string& command) {
  std::string text;
  FILE* in = popen(("cd / && " + command + " 2>&1 </dev/null").c_str(), "r");
  std::array<char, 4096> block{};
  while (in != nullptr && fgets(block.data(), block.size(), in) != nullptr) text += block.data();
  if (in != nullptr) pclose(in);
  return text;
}

pid_t pid_in(const fs::path& file) {
  pid_t pid = 0;
  std::ifstream(file) >> pid;
  return pid;
}

bool runs(pid_t pid) {
  // A process that nobody has waited for yet has ended all the same.
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(status)), {});
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && name_end + 2 < text.size() && text[name_end + 2] != 'Z';
}

/// Processes whose environment holds both settings: those of one node's tasks, of this cluster alone.
std::vector<pid_t> processes_with(const std::string& one, const std::string& other) {
  std::vector<pid_t> found;
  std::error_code ec;
  for (fs::directory_iterator it("/proc", ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string environment = '\0' + content_of(it->path() / "environ");
    const auto has = [&](const std::string& s) { return environment.find('\0' + s + '\0') != std::string::npos; };
    if (has(one) && has(other)) found.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return found;
}

pid_t parent_of(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;)
    if (word == "PPid:") {
      pid_t parent = 0;
      status >> parent;
      return parent;
    }
  return 0;
}

}  // namespace

std::string SlurmCluster::obstacle() {
  for (const char* name : {"munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"})
    if (!shell(std::string("PATH=$PATH:/usr/sbin command -v ") + name))
      return std::string(name) + " is not installed: scripts/install-dependencies --services";
  if (geteuid() != 0) return "a node of Slurm needs root";
  return {};
}

SlurmCluster::SlurmCluster() {
  const auto ports = free_ports(3);
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::string name = host.data();
  name = name.substr(0, name.find('.'));
  const std::string at = folder_.path().string();
  fs::permissions(folder_.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  fs::create_directory(folder_ / "ctld");
  std::ofstream(folder_ / "munge.key") << std::string(128, 'k');  // loopback, for the time of a test
  fs::permissions(folder_ / "munge.key", fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(conf()) << "ClusterName=seedaudit\nSlurmctldHost=" << name << "(127.0.0.1)\nSlurmctldPort=" << ports[0]
                        << "\nSlurmUser=root\nSlurmdUser=root\nAuthType=auth/munge\nCredType=cred/munge\nAuthInfo=socket=" << at
                        << "/munge.socket,cred_expire=5\nStateSaveLocation=" << at << "/ctld\nSlurmdSpoolDir=" << at
                        << "/spool-%n\nSlurmctldPidFile=" << at << "/ctld.pid\nSlurmdPidFile=" << at << "/%n.pid\nSlurmctldLogFile=" << at
                        << "/ctld.log\nSlurmdLogFile=" << at
                        << "/%n.log\nProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nSwitchType=switch/none\nMpiDefault=none\n"
                           "JobAcctGatherType=jobacct_gather/none\nSelectType=select/cons_tres\nSelectTypeParameters=CR_Core\n"
                           "ReturnToService=2\nKillWait=2\nSchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=1\n";
  std::ofstream more(conf(), std::ios::app);
  for (const int n : {1, 2})
    more << "NodeName=n" << n << " NodeHostname=" << name << " NodeAddr=127.0.0.1 Port=" << ports[static_cast<std::size_t>(n)]
         << " CPUs=2 RealMemory=1500\n";
  more << "PartitionName=audit Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP\n";
  more.close();
  setenv("SLURM_CONF", conf().c_str(), 1);
  setenv("PATH", (std::string(std::getenv("PATH")) + ":/usr/sbin").c_str(), 1);

  bool up = shell("munged --force --key-file=" + at + "/munge.key --socket=" + at + "/munge.socket --pid-file=" + at +
                  "/munged.pid --log-file=" + at + "/munged.log --seed-file=" + at + "/munge.seed --num-threads=2");
  up = up && shell("slurmctld -c -f " + conf().string()) && shell("slurmd -f " + conf().string() + " -N n1") &&
       shell("slurmd -f " + conf().string() + " -N n2");
  for (int i = 0; up && i < 300 && said("sinfo --noheader --format=%D%t") != "2idle\n"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  if (up && said("sinfo --noheader --format=%D%t") == "2idle\n") return;
  const std::string log = content_of(folder_ / "ctld.log") + content_of(folder_ / "n1.log") + content_of(folder_ / "munged.log");
  stop();
  FAIL("the cluster does not come up: " << log);
}

SlurmCluster::~SlurmCluster() { stop(); }

void SlurmCluster::stop() const {
  shell("scancel --user=root");
  for (int i = 0; i < 50 && !queue().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::vector<pid_t> daemons;
  for (const char* name : {"n1.pid", "n2.pid", "ctld.pid", "munged.pid"})
    if (const pid_t pid = pid_in(folder_ / name); pid > 1 && runs(pid)) daemons.push_back(pid);
  for (const pid_t pid : daemons) kill(pid, SIGTERM);
  for (int i = 0; i < 100; ++i) {
    bool any = false;
    for (const pid_t pid : daemons) any = any || runs(pid);
    if (!any) break;
    if (i == 50)
      for (const pid_t pid : daemons)
        if (runs(pid)) kill(pid, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  unsetenv("SLURM_CONF");
}

std::string SlurmCluster::queue() const { return said("squeue --noheader --array --format='%T %i'"); }

int SlurmCluster::lose_node(const std::string& name) {
  const pid_t daemon = pid_in(folder_ / (name + ".pid"));
  REQUIRE(daemon > 1);
  kill(daemon, SIGKILL);
  fs::remove(folder_ / (name + ".pid"));
  const auto tasks = processes_with("SLURM_CONF=" + conf().string(), "SLURMD_NODENAME=" + name);
  for (const pid_t pid : tasks) {
    // The task's parent is its keeper (slurmstepd), which would tell the controller of the end.
    const pid_t keeper = parent_of(pid);
    if (content_of("/proc/" + std::to_string(keeper) + "/cmdline").rfind("slurmstepd", 0) == 0) kill(keeper, SIGKILL);
  }
  for (const pid_t pid : tasks) kill(pid, SIGKILL);
  // What the controller finds out by itself after SlurmdTimeout.
  REQUIRE(shell("scontrol update NodeName=" + name + " State=DOWN Reason=lost"));
  return static_cast<int>(tasks.size());
}

}  // namespace seedaudit::test
