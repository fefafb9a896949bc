// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/move_studies.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmnet/scu.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "network/object_store.h"
#include "network/scu_session.h"
#include "network/storage_listener.h"
#include "network/transport.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

constexpr int kStepMs = 100;
/// For associations still open after the archive's last answer: what was not acknowledged before it is not needed.
constexpr int kFinishSeconds = 2;

/// A process that listens while this one asks. It ends when this one lets go of its pipe.
class Receiver {
 public:
  static Result<std::unique_ptr<Receiver>> start(const MoveOptions& options, const StorageOptions& storage, const ObjectStore& store) {
    auto listener = StorageListener::open(options.port, storage, store, {});
    if (!listener) return listener.error();
    int alive[2], words[2];
    const auto failed = [] { return Error{ErrorCode::peer_failed, std::string("cannot listen: ") + std::strerror(errno), "", ""}; };
    if (::pipe2(alive, O_CLOEXEC) != 0) return failed();
    if (::pipe2(words, O_CLOEXEC) != 0) {
      for (const int fd : alive) ::close(fd);
      return failed();
    }
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(alive[1]);
      ::close(words[0]);
      listen_until_released(*listener, alive[0], words[1]);
    }
    ::close(alive[0]);
    ::close(words[1]);
    auto receiver = std::unique_ptr<Receiver>(new Receiver(child, alive[1], words[0]));
    if (child < 0) return failed();
    return receiver;
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  ~Receiver() { finish(); }

  /// Ends it. \return what it refused or what broke
  std::vector<std::string> finish() {
    std::vector<std::string> troubles;
    if (alive_ < 0) return troubles;
    ::close(std::exchange(alive_, -1));
    std::string text;
    char buffer[4096];
    for (ssize_t n = ::read(words_, buffer, sizeof buffer); n != 0; n = ::read(words_, buffer, sizeof buffer)) {
      if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
      if (n < 0 && errno != EINTR) break;
    }
    ::close(words_);
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      troubles.push_back(text.substr(0, end));
      text.erase(0, end + 1);
    }
    int status = 0;
    if (child_ > 0 && (::waitpid(child_, &status, 0) < 0 || status != 0)) troubles.emplace_back("the process that listens crashed");
    return troubles;
  }

 private:
  Receiver(pid_t child, int alive, int words) : child_(child), alive_(alive), words_(words) {}

  [[noreturn]] static void listen_until_released(StorageListener& listener, int alive, int words) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::fcntl(words, F_SETFL, O_NONBLOCK);  // it is read at the end: what does not fit is not worth waiting for
    const auto tell = [&](const ListenerNews& news) {
      for (const Error& e : news.troubles) {
        const std::string line = e.message() + "\n";
        [[maybe_unused]] const ssize_t written = ::write(words, line.data(), line.size());
      }
    };
    pollfd watched{alive, POLLIN, 0};
    while (::poll(&watched, 1, 0) <= 0) tell(listener.step(kStepMs));
    tell(listener.finish(kFinishSeconds));
    ::_exit(0);
  }

  pid_t child_;
  int alive_, words_;
};

/// Moves what came of one study, or of all where none is named, to its place.
class Collector {
 public:
  Collector(fs::path received, fs::path folder) : received_(std::move(received)), folder_(std::move(folder)) {}

  /// \return number of objects. Errors: output_unwritable; patient_mismatch where one identifier came for two patients.
  Result<int> collect(const std::string& study) {
    std::vector<fs::path> files;
    std::error_code ec;
    for (const auto& patient : fs::directory_iterator(received_, ec))
      for (const auto& found : fs::directory_iterator(patient.path(), ec))
        if (study.empty() || found.path().filename() == study)
          for (const auto& file : fs::directory_iterator(found.path(), ec)) files.push_back(file.path());
    for (const fs::path& file : files) {
      const fs::path target = folder_ / file.parent_path().filename() / file.filename();
      const auto [before, is_new] = placed_.emplace(target.string(), file.parent_path().parent_path().filename().string());
      if (!is_new && before->second != file.parent_path().parent_path().filename())
        return Error{ErrorCode::patient_mismatch, "one identifier came for objects of two patients", target.string(),
                     "Mend it at the archive; the first is kept."};
      if (Status s = publish_file(file, target); !s) return s.error();
    }
    return static_cast<int>(files.size());
  }

 private:
  fs::path received_, folder_;
  std::map<std::string, std::string> placed_;  ///< target and the patient it came for
};

Result<StorageOptions> storage_of(const MoveOptions& options, const Peer& peer, const std::string& own_title, const TlsFiles& tls) {
  StorageOptions storage;
  storage.ae_title = own_title;
  storage.allowed = options.senders;
  if (storage.allowed.empty()) {
    auto sender = parse_allowed_peer(peer.ae_title + "@" + peer.host);
    if (!sender) return sender.error();
    storage.allowed.push_back(std::move(sender).value());
  }
  if (tls.used()) {
    auto layer = make_tls_layer(tls, TransportRole::acceptor);
    if (!layer) return layer.error();
    storage.tls = *layer;
  }
  return storage;
}

/// What the archive said of one study.
struct MoveAnswer {
  int completed = 0, failed = 0;
  Uint16 status = 0xFFFF;
  std::string trouble;
};

MoveAnswer ask_to_send(DcmSCU& scu, T_ASC_PresentationContextID context, const std::string& study, const std::string& own_title) {
  DcmDataset keys;
  keys.putAndInsertString(DCM_QueryRetrieveLevel, "STUDY");
  keys.putAndInsertString(DCM_StudyInstanceUID, study.c_str());
  OFList<RetrieveResponse*> responses;
  MoveAnswer answer;
  const OFCondition good = scu.sendMOVERequest(context, own_title.c_str(), &keys, &responses);
  for (RetrieveResponse* r : responses) {
    const std::unique_ptr<RetrieveResponse> owned(r);
    answer.status = r->m_status;
    answer.failed = r->m_numberOfFailedSubops;
    answer.completed = r->m_numberOfCompletedSubops + r->m_numberOfWarningSubops;
  }
  if (good.bad()) answer.trouble = std::string("; ") + good.text();
  // PS3.4 C.4.2.1.5
  if (answer.status == 0xA801) answer.trouble += "; the archive does not know the title " + own_title;
  return answer;
}

}  // namespace

Result<FetchResult> move_studies(const StudyQuery& query, const Peer& peer, const std::string& own_title, const TlsFiles& tls,
                                 const MoveOptions& options, const fs::path& folder, const Progress& progress) {
  if (Status s = query.check(); !s) return s.error();
  auto session = ScuSession::make(peer, own_title, tls);
  if (!session) return session.error();
  const auto storage = storage_of(options, peer, own_title, tls);
  if (!storage) return storage.error();
  struct Staging {
    fs::path path;
    void clear() const {
      std::error_code ec;
      fs::remove_all(path, ec);
    }
    ~Staging() { clear(); }
  } const staging{folder / ".receiving"};
  staging.clear();  // of a pull that was killed
  const auto store = ObjectStore::open(staging.path);
  if (!store) return store.error();
  auto receiver = Receiver::start(options, *storage, *store);
  if (!receiver) return receiver.error();

  DcmSCU& scu = session->scu();
  session->propose(UID_FINDStudyRootQueryRetrieveInformationModel);
  session->propose(UID_MOVEStudyRootQueryRetrieveInformationModel);
  if (Status s = session->connect(); !s) return s.error();
  const T_ASC_PresentationContextID find_context = scu.findAnyPresentationContextID(UID_FINDStudyRootQueryRetrieveInformationModel, "");
  const T_ASC_PresentationContextID move_context = scu.findAnyPresentationContextID(UID_MOVEStudyRootQueryRetrieveInformationModel, "");
  if (find_context == 0 || move_context == 0)
    return Error{ErrorCode::peer_failed, "the peer offers no Study Root C-FIND, or no C-MOVE", peer.text(),
                 "Let the peer send by itself to `seedaudit receive`."};
  const auto studies = find_studies(scu, find_context, query, peer.text());
  if (!studies) return studies.error();

  FetchResult result;
  Collector collector(store->received(), folder);
  const auto wanted = static_cast<int>(studies->size());
  for (const auto& study : *studies) {
    if (!scu.isConnected()) break;
    const MoveAnswer answer = ask_to_send(scu, move_context, study, own_title);
    const auto came = collector.collect(study);
    if (!came) return came.error();
    result.objects += *came;
    if (!answer.trouble.empty() || answer.status != STATUS_Success || answer.failed != 0 || *came < answer.completed || *came == 0)
      result.failures.push_back(study + ": " + std::to_string(*came) + " objects came, " + std::to_string(answer.failed) +
                                " failed at the peer" + answer.trouble);
    ++result.studies;
    report_progress(progress, "fetch", static_cast<double>(result.studies) / static_cast<double>(wanted));
  }
  if (result.studies < wanted)
    result.failures.push_back(std::to_string(wanted - result.studies) + " studies: the peer ended the association");
  if (scu.isConnected()) scu.releaseAssociation();
  // A stranger at the door is no fault of the archive: it matters where a study is not whole.
  const auto troubles = (*receiver)->finish();
  if (!result.failures.empty()) result.failures.insert(result.failures.end(), troubles.begin(), troubles.end());
  const auto unasked = collector.collect("");
  if (!unasked) return unasked.error();
  if (*unasked > 0)
    result.failures.push_back(std::to_string(*unasked) + " objects came that were not asked for; they are kept beside the others");
  result.objects += *unasked;
  return result;
}

}  // namespace seedaudit
