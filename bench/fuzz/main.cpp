// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// fuzz_parsers CORPUS OUT SECONDS [SEED]: mutated inputs for every reader of files from outside. What crashes, hangs for ten seconds, or
// asks for more than two gigabytes is kept in OUT/found under its kind and number; the same seed gives the same inputs. Built with the
// address sanitizer (preset asan) it also finds what does not crash by itself.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "bench/fuzz/mutate.h"
#include "bench/fuzz/targets.h"

// Read by the sanitizer's runtime where there is one.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "hard_rss_limit_mb=2000:max_allocation_size_mb=2000:detect_leaks=0:exitcode=99"; }

namespace {

namespace fs = std::filesystem;
using namespace seedaudit::bench;
using Clock = std::chrono::steady_clock;

constexpr unsigned kHangSeconds = 10;
constexpr std::uint64_t kBatch = 2000;  ///< inputs of one child; a fork for each would cost more than the inputs

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Corpus {
  std::map<std::string, std::vector<std::string>> files;  ///< by kind
};

Corpus read_corpus(const fs::path& folder) {
  Corpus corpus;
  for (const FuzzTarget& t : fuzz_targets()) {
    std::vector<fs::path> paths;
    std::error_code absent;
    for (fs::directory_iterator it(folder / t.kind, absent), end; !absent && it != end; it.increment(absent)) paths.push_back(it->path());
    std::sort(paths.begin(), paths.end());
    for (const auto& p : paths) corpus.files[t.kind].push_back(content_of(p));
    if (paths.empty()) std::fprintf(stderr, "no inputs of kind %s in %s\n", t.kind.c_str(), folder.c_str());
  }
  return corpus;
}

/// Input `number` of a seed, whatever was run before it.
struct Input {
  const FuzzTarget* target;
  std::string bytes;
};

Input input_of(const Corpus& corpus, std::uint64_t seed, std::uint64_t number) {
  Dice dice(seed * 0x100000001B3U + number);
  std::vector<const FuzzTarget*> targets;
  for (const FuzzTarget& t : fuzz_targets())
    if (corpus.files.contains(t.kind)) targets.push_back(&t);
  const FuzzTarget* target = targets[dice.below(targets.size())];
  const auto& files = corpus.files.at(target->kind);
  const std::string& original = files[dice.below(files.size())];
  return {target, mutated(original, files[dice.below(files.size())], target->text, dice)};
}

struct Tally {
  std::uint64_t runs = 0, accepted = 0;
};

/// Runs a batch; what was done is left in `progress`, so that the parent knows where it ended.
[[noreturn]] void run_batch(const Corpus& corpus, const fs::path& out, std::uint64_t seed, std::uint64_t first, std::uint64_t last) {
  const fs::path file = out / "input";
  std::uint64_t accepted = 0;
  for (std::uint64_t n = first; n < last; ++n) {
    const Input input = input_of(corpus, seed, n);
    std::ofstream(file, std::ios::binary) << input.bytes;
    std::ofstream(out / "progress") << n << ' ' << accepted;
    alarm(kHangSeconds);
    accepted += input.target->read(file) ? 1 : 0;
    alarm(0);
  }
  std::ofstream(out / "progress") << last << ' ' << accepted;
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: fuzz_parsers CORPUS OUT SECONDS [SEED]\n");
    return 2;
  }
  const Corpus corpus = read_corpus(argv[1]);
  if (corpus.files.empty()) return 3;
  const fs::path out = argv[2];
  const double seconds = std::atof(argv[3]);
  const std::uint64_t seed = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1;
  fs::create_directories(out / "found");
  Tally tally;
  int found = 0;
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  std::uint64_t number = 0;
  while (elapsed() < seconds) {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) run_batch(corpus, out, seed, number, number + kBatch);
    if (child < 0) return 4;
    int status = 0;
    struct rusage usage {};
    if (wait4(child, &status, 0, &usage) != child) return 4;
    std::uint64_t reached = number, accepted = 0;
    std::ifstream(out / "progress") >> reached >> accepted;
    tally.accepted += accepted;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      tally.runs += kBatch;
      number += kBatch;
      continue;
    }
    const Input input = input_of(corpus, seed, reached);
    const std::string cause = WIFSIGNALED(status) ? (WTERMSIG(status) == SIGALRM ? "hang" : "signal" + std::to_string(WTERMSIG(status)))
                                                  : "exit" + std::to_string(WEXITSTATUS(status));
    const fs::path kept = out / "found" / (input.target->kind + "-" + std::to_string(seed) + "-" + std::to_string(reached) + "-" + cause);
    std::ofstream(kept, std::ios::binary) << input.bytes;
    std::printf("found: %s (largest memory %ld MB)\n", kept.c_str(), usage.ru_maxrss / 1024);
    ++found;
    tally.runs += reached - number + 1;
    number = reached + 1;
  }
  std::printf("%llu inputs in %.0f s (%.0f a second), %llu accepted, %d found; seed %llu\n", static_cast<unsigned long long>(tally.runs),
              elapsed(), static_cast<double>(tally.runs) / elapsed(), static_cast<unsigned long long>(tally.accepted), found,
              static_cast<unsigned long long>(seed));
  return found == 0 ? 0 : 1;
}
