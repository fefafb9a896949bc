// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/storage_listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <utility>

#include "network/transport.h"

namespace seedaudit {
namespace {

[[maybe_unused]] constexpr rlim_t kMemoryBytes = rlim_t{4} << 30U;  ///< of one association's process: objects go to disk, not to memory
constexpr std::size_t kLongestLine = 1000;                          ///< below PIPE_BUF: lines of several processes do not mix

bool allowed_address(const StorageOptions& options, const std::string& address) {
  if (options.allowed.empty()) return address.rfind("127.", 0) == 0;
  return std::any_of(options.allowed.begin(), options.allowed.end(),
                     [&](const AllowedPeer& p) { return std::find(p.addresses.begin(), p.addresses.end(), address) != p.addresses.end(); });
}

void send_line(int pipe, std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  line.resize(std::min(line.size(), kLongestLine));
  line += '\n';
  while (::write(pipe, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace

StorageListener::StorageListener(StorageOptions options, ObjectStore store, ListenerLimits limits)
    : options_(std::move(options)), store_(std::move(store)), limits_(limits) {}

StorageListener::StorageListener(StorageListener&& other) noexcept
    : options_(std::move(other.options_)),
      store_(std::move(other.store_)),
      limits_(other.limits_),
      socket_(std::exchange(other.socket_, -1)),
      port_(other.port_),
      reader_(std::exchange(other.reader_, -1)),
      writer_(std::exchange(other.writer_, -1)),
      unread_(std::move(other.unread_)),
      serving_(std::exchange(other.serving_, {})) {}

StorageListener::~StorageListener() {
  for (const int fd : {socket_, reader_, writer_})
    if (fd >= 0) ::close(fd);
}

Result<StorageListener> StorageListener::open(int port, const StorageOptions& options, const ObjectStore& store,
                                              const ListenerLimits& limits) {
  if (Status s = check_ae_title(options.ae_title); !s) return s.error();
  initialise_network();
  StorageListener listener(options, store, limits);
  const auto failed = [&] {
    return Error{ErrorCode::peer_failed, std::string("cannot listen: ") + std::strerror(errno), "port " + std::to_string(port),
                 "Choose a free port; those below 1024 need a privilege."};
  };
  listener.socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener.socket_ < 0) return failed();
  const int on = 1;
  ::setsockopt(listener.socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(options.allowed.empty() ? INADDR_LOOPBACK : INADDR_ANY);
  if (::bind(listener.socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return failed();
  if (::listen(listener.socket_, 64) != 0) return failed();
  socklen_t length = sizeof address;
  ::getsockname(listener.socket_, reinterpret_cast<sockaddr*>(&address), &length);
  listener.port_ = ntohs(address.sin_port);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed();
  listener.reader_ = ends[0];
  listener.writer_ = ends[1];
  ::fcntl(listener.reader_, F_SETFL, O_NONBLOCK);
  return listener;
}

void StorageListener::serve(int connection, const std::string& address) {
  // The server's end is ours: two servers on one folder would not know of each other.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  ::close(socket_);
  rlimit size{static_cast<rlim_t>(limits_.object_mb) << 20U, static_cast<rlim_t>(limits_.object_mb) << 20U};
  ::setrlimit(RLIMIT_FSIZE, &size);
  // The address sanitizer's shadow takes more address space than any limit leaves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rlimit memory{kMemoryBytes, kMemoryBytes};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
  int status = 0;
  try {
    const Status done =
        serve_association(connection, address, options_, store_, [this](const std::string& patient) { send_line(writer_, "+" + patient); });
    if (!done) send_line(writer_, "-" + done.error().message());
  } catch (const std::exception& e) {
    send_line(writer_, std::string("-the association ended: ") + e.what());
    status = 1;
  }
  ::_exit(status);
}

void StorageListener::accept_one(ListenerNews& news) {
  sockaddr_in from{};
  socklen_t length = sizeof from;
  const int connection = ::accept4(socket_, reinterpret_cast<sockaddr*>(&from), &length, SOCK_CLOEXEC);
  if (connection < 0) return;
  char text[INET_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET, &from.sin_addr, text, sizeof text);
  if (!allowed_address(options_, text)) {
    ::close(connection);  // before a byte of it is read
    news.troubles.push_back(
        {ErrorCode::peer_failed, "refused: no peer is allowed at that address", text, "Allow it with --allow AET@HOST."});
    return;
  }
  const pid_t child = ::fork();
  if (child == 0) serve(connection, text);
  ::close(connection);
  if (child > 0)
    serving_[child] = text;
  else
    news.troubles.push_back({ErrorCode::peer_failed, std::string("no process for an association: ") + std::strerror(errno), text, ""});
}

void StorageListener::gather(ListenerNews& news) {
  char buffer[4096];
  for (ssize_t n = ::read(reader_, buffer, sizeof buffer); n > 0; n = ::read(reader_, buffer, sizeof buffer))
    unread_.append(buffer, static_cast<std::size_t>(n));
  for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
    const std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    if (line.size() < 2) continue;
    const std::string rest = line.substr(1);
    if (line.front() == '-')
      news.troubles.push_back({ErrorCode::peer_failed, rest, "", ""});
    else if (std::find(news.patients.begin(), news.patients.end(), rest) == news.patients.end())
      news.patients.push_back(rest);
  }
  for (auto it = serving_.begin(); it != serving_.end();) {
    int status = 0;
    if (::waitpid(it->first, &status, WNOHANG) == 0) {
      ++it;
      continue;
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM)
      news.troubles.push_back(
          {ErrorCode::peer_failed, "an association's process crashed; what it had acknowledged is kept", it->second, ""});
    it = serving_.erase(it);
  }
}

ListenerNews StorageListener::step(int wait_ms) {
  ListenerNews news;
  const bool room = serving_.size() < static_cast<std::size_t>(limits_.associations);
  pollfd watched[2] = {{reader_, POLLIN, 0}, {socket_, POLLIN, 0}};
  // A child's end wakes nobody: look again soon while there are any.
  ::poll(watched, room ? 2 : 1, serving_.empty() ? wait_ms : std::min(wait_ms, 100));
  if (room && (watched[1].revents & POLLIN) != 0) accept_one(news);
  gather(news);
  return news;
}

ListenerNews StorageListener::finish(int seconds) {
  ::close(std::exchange(socket_, -1));
  ListenerNews all;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!serving_.empty() && std::chrono::steady_clock::now() < end) {
    gather(all);
    ::poll(nullptr, 0, 20);
  }
  for (const auto& [process, address] : serving_) ::kill(process, SIGTERM);
  while (!serving_.empty()) {
    gather(all);
    ::poll(nullptr, 0, 10);
  }
  gather(all);
  return all;
}

}  // namespace seedaudit
