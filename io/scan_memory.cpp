// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/scan_memory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <sstream>

#include "core/sha256.h"
#include "io/scanned_json.h"

// Lines. The first names format, program and root; the last is the SHA-256 of all before it, so that half a file, or an altered one, is
// none. Between them: "S" and the shared facts number 0, 1, 2, ...; "F", hash of the path, stamp, number of the shared facts or "-", length
// of the path, the path, and the file's own facts; "C" likewise of a container, behind the "M" lines of its members.
namespace seedaudit {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "seedaudit scan index 1";
constexpr std::int64_t kRecent_ns = 3'000'000'000;  // a file system may keep times to 2 s

Error unwritable(const fs::path& file, int error) {
  return Error{ErrorCode::output_unwritable, std::string("the index of the scan cannot be written: ") + std::strerror(error), file.string(),
               "Check the disk and the permissions."};
}

/// FNV-1a: where in the old file a path may stand; the path itself decides.
std::uint64_t hash_of(std::string_view path) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : path) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return h;
}

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::string stamp_text(const FileStamp& s) {
  return std::to_string(s.size) + " " + std::to_string(s.mtime_ns) + " " + std::to_string(s.inode);
}

bool may_be_kept(const ScannedFile& file) { return file.scan.object || !file.scan.error; }

/// "TAG word word ... LENGTH name rest": what follows the words is taken by its length, as it may hold anything but an end of line.
struct RecordLine {
  char tag = 0;
  std::vector<std::string> words;
  std::string name;
  std::string rest;
};

std::optional<RecordLine> split(const std::string& text, std::size_t words) {
  RecordLine line;
  if (text.size() < 2) return {};
  line.tag = text[0];
  std::size_t at = 2;
  for (std::size_t i = 0; i <= words; ++i) {
    const auto blank = text.find(' ', at);
    if (blank == std::string::npos) return {};
    line.words.push_back(text.substr(at, blank - at));
    at = blank + 1;
  }
  std::size_t length = 0;
  if (std::istringstream in(line.words.back()); !(in >> length) || at + length + 1 > text.size()) return {};
  line.words.pop_back();
  line.name = text.substr(at, length);
  line.rest = text.substr(at + length + 1);
  return line;
}

constexpr std::size_t kFileWords = 5;    // hash, size, time, inode, shared
constexpr std::size_t kMemberWords = 2;  // safe, shared

}  // namespace

std::optional<FileStamp> stamp_of(const fs::path& file) {
  struct stat s {};
  if (stat(file.c_str(), &s) != 0) return {};
  return FileStamp{static_cast<std::uint64_t>(s.st_size), static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec,
                   static_cast<std::uint64_t>(s.st_ino)};
}

struct ScanMemory::Old {
  std::FILE* file = nullptr;
  std::vector<std::string> shared;
  std::unordered_map<std::size_t, IndexedObject> parsed;  ///< of `shared`
  std::vector<std::pair<std::uint64_t, long>> places;     ///< hash of a path, and where its line begins; sorted

  Old() = default;
  Old(const Old&) = delete;
  Old& operator=(const Old&) = delete;
  ~Old() {
    if (file != nullptr) std::fclose(file);
  }

  static std::optional<std::string> next_line(std::FILE* in) {
    std::string line;
    for (int c = getc_unlocked(in); c != EOF; c = getc_unlocked(in)) {
      if (c == '\n') return line;
      line += static_cast<char>(c);
    }
    return {};
  }

  /// \return why it is of no use; empty: it is
  std::string read(const fs::path& path, const std::string& head) {
    file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return "it cannot be read";
    std::setvbuf(file, nullptr, _IOFBF, 1U << 16U);
    Sha256 hash;
    bool first = true;
    long members_from = -1;
    for (;;) {
      const long at = std::ftell(file);
      const auto line = next_line(file);
      if (!line) return "it is damaged";
      if (first) {
        if (line->rfind(kFormat, 0) != 0) return "it is damaged";
        if (*line != head) return "it is of another version of the program, or of another archive";
        first = false;
      } else if (line->rfind("E ", 0) == 0) {
        if (line->substr(2) != hash.hexadecimal() || std::getc(file) != EOF) return "it is damaged";
        break;
      } else if (line->rfind("S ", 0) == 0) {
        shared.push_back(line->substr(2));
      } else if (line->rfind("M ", 0) == 0) {
        if (members_from < 0) members_from = at;
      } else if (line->rfind("F ", 0) == 0 || line->rfind("C ", 0) == 0) {
        std::uint64_t h = 0;
        if (!(std::istringstream(line->substr(2, 20)) >> h)) return "it is damaged";
        places.emplace_back(h, (*line)[0] == 'C' && members_from >= 0 ? members_from : at);
        members_from = -1;
      } else {
        return "it is damaged";
      }
      hash.add(*line);
      hash.add("\n");
    }
    std::sort(places.begin(), places.end());
    return {};
  }

  Result<ScannedFile> parse(const std::string& number, const std::string& own) {
    if (number == "-") return parse_scanned(nullptr, own);
    std::size_t n = shared.size();
    std::istringstream(number) >> n;
    if (n >= shared.size()) return Error{ErrorCode::bad_json, "shared facts that are not there", "", ""};
    // Each once, not once a slice.
    auto at = parsed.find(n);
    if (at == parsed.end()) {
      auto object = parse_shared(shared[n]);
      if (!object) return object.error();
      at = parsed.emplace(n, std::move(object).value()).first;
      shared[n] = {};
    }
    return parse_scanned(&at->second, own);
  }

  std::optional<KnownFile> at(long place, const std::string& path, const FileStamp& stamp) {
    if (std::fseek(file, place, SEEK_SET) != 0) return {};
    KnownFile known;
    for (;;) {
      const auto text = next_line(file);
      if (!text || text->empty()) return {};
      if (text->front() == 'S') continue;
      const auto line = split(*text, text->front() == 'M' ? kMemberWords : kFileWords);
      if (!line) return {};
      if (line->tag == 'M') {
        if (!known.container) known.container.emplace();
        ScannedMember& member = known.container->members.emplace_back();
        member.name = line->name;
        member.safe = line->words[0] == "1";
        if (!member.safe) continue;
        auto file_of = parse(line->words[1], line->rest);
        if (!file_of) return {};
        member.file = std::move(file_of).value();
        continue;
      }
      const std::string stamped = line->words[1] + " " + line->words[2] + " " + line->words[3];
      if (line->name != path || stamped != stamp_text(stamp)) return {};
      auto own = parse(line->words[4], line->rest);
      if (!own) return {};
      if (line->tag == 'C') {
        if (!known.container) known.container.emplace();
        known.container->error = own->scan.error;
      } else {
        known.file = std::move(own).value();
      }
      return known;
    }
  }
};

struct ScanMemory::New {
  std::FILE* file = nullptr;
  Sha256 hash;
  std::unordered_map<std::string, std::size_t> shared;
  std::vector<std::string> members;  ///< lines of the container under way
  bool members_whole = true;
  std::int64_t begun_ns = now_ns();

  New() = default;
  New(const New&) = delete;
  New& operator=(const New&) = delete;
  ~New() {
    if (file != nullptr) std::fclose(file);
  }

  void line(const std::string& text) {
    // A failed write is found at the end (ferror).
    std::fwrite(text.data(), 1, text.size(), file);
    std::fputc('\n', file);
    hash.add(text);
    hash.add("\n");
  }

  std::string number_of(const std::string& facts) {
    if (facts.empty()) return "-";
    const auto [at, is_new] = shared.try_emplace(facts, shared.size());
    if (is_new) line("S " + facts);
    return std::to_string(at->second);
  }

  bool recent(const FileStamp& stamp) const { return stamp.mtime_ns > begun_ns - kRecent_ns; }
};

ScanMemory::ScanMemory() = default;
ScanMemory::ScanMemory(ScanMemory&&) noexcept = default;

ScanMemory::~ScanMemory() {
  // Not committed: what was written is of no use.
  if (new_) unlink(part_.c_str());
}

Result<ScanMemory> ScanMemory::open(const fs::path& path, const fs::path& root, const std::string& program, bool anew) {
  ScanMemory memory;
  memory.path_ = path;
  memory.part_ = path.string() + ".part";
  std::string head = std::string(kFormat) + ", " + program + ", " + root.string();
  std::replace(head.begin(), head.end(), '\n', ' ');
  std::error_code ec;
  if (!anew && fs::exists(path, ec)) {
    memory.old_ = std::make_unique<Old>();
    if (const std::string why = memory.old_->read(path, head); !why.empty()) {
      memory.old_.reset();
      memory.notes_.push_back({"INDEX_NOT_USED", "the index of the last scan is not used, every header is read: " + why});
    }
  }
  const int fd = ::open(memory.part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return unwritable(memory.part_, errno);
  fchmod(fd, 0600);  // also of one that a killed scan left
  memory.new_ = std::make_unique<New>();
  memory.new_->file = fdopen(fd, "wb");
  memory.new_->line(head);
  return memory;
}

std::optional<KnownFile> ScanMemory::find(const std::string& path, const FileStamp& stamp) const {
  if (!old_) return {};
  const std::uint64_t hash = hash_of(path);
  for (auto at = std::lower_bound(old_->places.begin(), old_->places.end(), std::pair<std::uint64_t, long>{hash, 0});
       at != old_->places.end() && at->first == hash; ++at)
    if (auto known = old_->at(at->second, path, stamp)) return known;
  return {};
}

void ScanMemory::note(const std::string& path, const FileStamp& stamp, const ScannedFile& file) {
  if (!may_be_kept(file) || new_->recent(stamp) || path.find('\n') != std::string::npos) return;
  const auto text = scanned_text(file);
  if (!text) return;
  const std::string number = new_->number_of(text->shared);
  new_->line("F " + std::to_string(hash_of(path)) + " " + stamp_text(stamp) + " " + number + " " + std::to_string(path.size()) + " " +
             path + " " + text->own);
}

void ScanMemory::note_member(const ScannedMember& member) {
  const auto text = scanned_text(member.file);
  if (!text || member.name.find('\n') != std::string::npos) {
    new_->members_whole = false;
    return;
  }
  new_->members.push_back("M " + std::string(member.safe ? "1 " : "0 ") + new_->number_of(text->shared) + " " +
                          std::to_string(member.name.size()) + " " + member.name + " " + text->own);
}

void ScanMemory::note_container(const std::string& path, const FileStamp& stamp, const std::optional<Error>& error) {
  ScannedFile end;
  end.scan.error = error;
  const auto text = scanned_text(end);
  const bool good = new_->members_whole && text && !new_->recent(stamp) && path.find('\n') == std::string::npos &&
                    (!error || error->code == ErrorCode::archive_unreadable);
  if (good) {
    for (const auto& member : new_->members) new_->line(member);
    new_->line("C " + std::to_string(hash_of(path)) + " " + stamp_text(stamp) + " - " + std::to_string(path.size()) + " " + path + " " +
               text->own);
  }
  new_->members.clear();
  new_->members_whole = true;
}

Status ScanMemory::commit() {
  const std::string last = "E " + new_->hash.hexadecimal() + "\n";
  std::fwrite(last.data(), 1, last.size(), new_->file);
  const bool ok = std::fflush(new_->file) == 0 && std::ferror(new_->file) == 0 && fsync(fileno(new_->file)) == 0;
  const int error = errno;
  if (!ok || std::rename(part_.c_str(), path_.c_str()) != 0) {
    const int why = ok ? errno : error;
    unlink(part_.c_str());
    new_.reset();
    return unwritable(path_, why);
  }
  new_.reset();
  return ok_status();
}

}  // namespace seedaudit
