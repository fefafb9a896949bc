// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/receive_service.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "cli/shell.h"
#include "io/text_file.h"
#include "report/atomic_file.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kRetrySeconds = 60;  ///< before results are sent again to a peer that failed

volatile std::sig_atomic_t stop_asked = 0;
void ask_stop(int) { stop_asked = 1; }

/// What is known of one patient folder; on disk in OUT/state.
struct CaseState {
  long audited_objects = -1;  ///< -1: never audited
  int audit_exit = -1;
  bool sent = false;
};

CaseState read_state(const fs::path& file) {
  CaseState state;
  const auto text = read_text_file(file, "state");
  if (!text) return state;
  const auto j = nlohmann::json::parse(*text, nullptr, false);
  if (!j.is_object()) return state;  // a damaged state is no state: the audit is made again
  state.audited_objects = j.value("audited_objects", -1L);
  state.audit_exit = j.value("audit_exit", -1);
  state.sent = j.value("sent", false);
  return state;
}

Status write_state(const fs::path& file, const CaseState& state) {
  const nlohmann::json j{{"audited_objects", state.audited_objects}, {"audit_exit", state.audit_exit}, {"sent", state.sent}};
  return write_file_atomically(file, j.dump(2) + "\n");
}

long objects_in(const fs::path& folder) {
  long count = 0;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (it->path().extension() == ".dcm") ++count;
  return count;
}

/// This program again, its words in a file.
pid_t start_self(const std::vector<std::string>& arguments, const fs::path& log) {
  std::vector<std::string> words{"seedaudit"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_IGN);
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd >= 0) {
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
  }
  ::execv("/proc/self/exe", argv.data());
  ::_exit(127);
}

class Service {
 public:
  Service(const ReceiveSettings& settings, fs::path root) : settings_(settings), root_(std::move(root)) {}

  Status prepare() {
    for (const char* name : {"audits", "state"})
      if (Status s = ensure_writable_folder(root_ / name); !s) return s;
    std::error_code ec;
    for (const auto& e : fs::directory_iterator(root_ / "received", ec))
      if (e.is_directory()) touch(e.path().filename().string());
    return ok_status();
  }

  void touch(const std::string& patient) { last_[patient] = Clock::now(); }

  /// Ends and begins child processes. Errors: output_unwritable: without its state the server stops.
  Status step() {
    if (settings_.no_audit) return ok_status();
    if (child_ > 0) return look_after_child();
    for (auto it = last_.begin(); it != last_.end(); ++it) {
      if (Clock::now() - it->second < std::chrono::seconds(settings_.quiet_seconds)) continue;
      const std::string patient = it->first;
      last_.erase(it);
      begin(patient);
      return ok_status();
    }
    for (auto it = retry_.begin(); it != retry_.end(); ++it) {
      if (Clock::now() < it->second) continue;
      const std::string patient = it->first;
      retry_.erase(it);
      begin(patient);
      return ok_status();
    }
    return ok_status();
  }

  void stop() {
    if (child_ <= 0) return;
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  fs::path state_file(const std::string& patient) const { return root_ / "state" / (patient + ".json"); }

  void begin(const std::string& patient) {
    patient_ = patient;
    state_ = read_state(state_file(patient));
    objects_ = objects_in(root_ / "received" / patient);
    const fs::path out = root_ / "audits" / patient;
    if (objects_ != state_.audited_objects) {
      sending_ = false;
      log_info("audit of " + patient + ", " + std::to_string(objects_) + " objects");
      child_ = start_self({"run", (root_ / "received" / patient).string(), "-o", out.string(), "--no-progress"},
                          root_ / "state" / (patient + ".audit.log"));
    } else if (!state_.sent && !settings_.send_to.empty() && fs::is_directory(out / "dicom")) {
      send(out);
    }
  }

  void send(const fs::path& out) {
    sending_ = true;
    std::vector<std::string> words{"push",  (out / "dicom").string(),   "--peer",       settings_.send_to,
                                   "--aet", settings_.storage.ae_title, "--no-progress"};
    if (settings_.tls.used())
      for (const auto& [name, file] : {std::pair{"--tls-key", settings_.tls.key}, std::pair{"--tls-cert", settings_.tls.certificate},
                                       std::pair{"--tls-ca", settings_.tls.authority}}) {
        words.emplace_back(name);
        words.push_back(file.string());
      }
    child_ = start_self(words, root_ / "state" / (patient_ + ".push.log"));
  }

  Status look_after_child() {
    int status = 0;
    if (::waitpid(child_, &status, WNOHANG) == 0) return ok_status();
    child_ = 0;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (sending_) {
      state_.sent = code == 0;
      if (!state_.sent) {
        log_warn("the results of " + patient_ + " were not sent; again in a minute (see state/" + patient_ + ".push.log)");
        retry_[patient_] = Clock::now() + std::chrono::seconds(kRetrySeconds);
      }
      return write_state(state_file(patient_), state_);
    }
    state_ = {objects_, code, false};
    if (Status s = write_state(state_file(patient_), state_); !s) return s;
    std::printf("%s: audit ended with %d\n", patient_.c_str(), code);
    std::fflush(stdout);
    if (code != 0) log_warn("the audit of " + patient_ + " ended with " + std::to_string(code) + " (see state/" + patient_ + ".audit.log)");
    const fs::path out = root_ / "audits" / patient_;
    if (!settings_.send_to.empty() && fs::is_directory(out / "dicom")) send(out);
    return ok_status();
  }

  const ReceiveSettings& settings_;
  fs::path root_;
  std::map<std::string, Clock::time_point> last_;   ///< patients to be audited, and when something last came
  std::map<std::string, Clock::time_point> retry_;  ///< results to be sent again
  pid_t child_ = 0;
  bool sending_ = false;
  std::string patient_;  ///< whom the child works for
  long objects_ = 0;     ///< that lay there when its audit began: what comes later asks for another
  CaseState state_;
};

void tell(const ListenerNews& news, Service& service) {
  for (const auto& p : news.patients) service.touch(p);
  for (const auto& e : news.troubles) log_warn(e.message());
}

}  // namespace

Status serve_until_stopped(const ReceiveSettings& settings) {
  if (Status s = ensure_writable_folder(settings.output); !s) return s;
  const fs::path lock = fs::path(settings.output) / "lock";
  const int lock_fd = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_fd < 0 || ::flock(lock_fd, LOCK_EX | LOCK_NB) != 0)
    return Error{ErrorCode::output_unwritable, "another server works in this folder", settings.output, "Stop it, or name another folder."};
  auto store = ObjectStore::open(settings.output);  // after the lock: it clears what another server's callers left half-way
  if (!store) return store.error();
  Service service(settings, store->root());
  if (Status s = service.prepare(); !s) return s;
  auto listener = StorageListener::open(settings.port, settings.storage, *store, settings.limits);
  if (!listener) return listener.error();
  struct sigaction action {};
  action.sa_handler = ask_stop;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  std::printf("%s listens on port %d\n", settings.storage.ae_title.c_str(), listener->port());
  std::fflush(stdout);
  Status done = ok_status();
  while (stop_asked == 0 && done) {
    tell(listener->step(200), service);
    done = service.step();
  }
  tell(listener->finish(10), service);
  service.stop();
  ::close(lock_fd);
  return done;
}

}  // namespace seedaudit
