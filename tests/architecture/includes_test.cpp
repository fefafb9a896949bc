// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The folder tree is the architecture. This table is its second enforcement (the first is the link): every #include of every file is
// checked against what its layer may see.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"

namespace {

namespace fs = std::filesystem;

struct Law {
  std::set<std::string> layers;           ///< folders of ours it may include
  std::set<std::string> third_in_header;  ///< third parties public headers may show
  std::set<std::string> third_in_source;  ///< third parties .cpp files may use besides
};

const std::map<std::string, Law>& laws() {
  static const std::map<std::string, Law> table{
      // tbb in core: behind parallel.h alone (docs/decisions/0002-one-thread-seam.md).
      {"core", {{"core"}, {"Eigen"}, {"tbb"}}},
      {"io", {{"core", "io"}, {"Eigen"}, {"dcmtk", "itk", "openjpeg", "nlohmann", "libarchive"}}},
      {"detectors", {{"core", "detectors"}, {"Eigen"}, {"itk", "opencv", "ceres"}}},
      {"registration", {{"core", "registration"}, {"Eigen"}, {"itk", "lemon"}}},
      {"dosimetry", {{"core", "dosimetry"}, {"Eigen"}, {"nlohmann", "hwy"}}},
      {"pipeline", {{"core", "detectors", "registration", "dosimetry", "pipeline"}, {"Eigen"}, {"soci", "tbb"}}},
      {"network", {{"core", "io", "network"}, {}, {"dcmtk"}}},
      {"report", {{"core", "report"}, {"Eigen"}, {"nlohmann", "opencv", "dcmtk", "png", "zlib", "cairo"}}},
      {"samples/phantom", {{"core", "dosimetry", "report", "samples/phantom"}, {"Eigen"}, {"fftw", "nlohmann"}}},
      {"cli",
       {{"core", "io", "detectors", "registration", "dosimetry", "pipeline", "report", "network", "samples/phantom", "cli"},
        {"Eigen", "CLI"},
        {"CLI", "spdlog", "fmt", "nlohmann"}}},
  };
  return table;
}

/// Which third party an include names, or "" for the standard library and the operating system.
std::string third_party(const std::string& include) {
  static const std::vector<std::pair<std::string, std::string>> prefixes{{"Eigen/", "Eigen"},
                                                                         {"tbb/", "tbb"},
                                                                         {"oneapi/", "tbb"},
                                                                         {"dcmtk/", "dcmtk"},
                                                                         {"itk", "itk"},
                                                                         {"gdcm", "gdcm"},
                                                                         {"nlohmann/", "nlohmann"},
                                                                         {"opencv2/", "opencv"},
                                                                         {"ceres/", "ceres"},
                                                                         {"lemon/", "lemon"},
                                                                         {"hwy/", "hwy"},
                                                                         {"png.h", "png"},
                                                                         {"zlib.h", "zlib"},
                                                                         {"fftw3", "fftw"},
                                                                         {"CLI/", "CLI"},
                                                                         {"spdlog/", "spdlog"},
                                                                         {"fmt/", "fmt"},
                                                                         {"vnl/", "itk"},
                                                                         {"catch2/", "catch2"},
                                                                         {"boost/", "boost"},
                                                                         {"soci/", "soci"},
                                                                         {"cairo", "cairo"},
                                                                         {"pango/", "cairo"},
                                                                         {"archive.h", "libarchive"},
                                                                         {"archive_entry.h", "libarchive"},
                                                                         {"openjpeg", "openjpeg"},
                                                                         {"charls", "charls"}};
  for (const auto& [prefix, name] : prefixes)
    if (include.rfind(prefix, 0) == 0) return name;
  return "";
}

std::string layer_of(const std::string& include) {
  for (const auto& [layer, law] : laws())
    if (include.rfind(layer + "/", 0) == 0) return layer;
  return "";
}

struct Include {
  std::string name;
  bool quoted = false;
};

std::vector<Include> includes_of(const fs::path& file) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::ifstream in(file);
  std::vector<Include> out;
  std::smatch m;
  for (std::string line; std::getline(in, line);)
    if (std::regex_search(line, m, pattern)) out.push_back({m[2], m[1] == "\""});
  return out;
}

std::vector<std::string> breaches(const fs::path& root) {
  std::vector<std::string> out;
  for (const auto& [layer, law] : laws()) {
    if (!fs::exists(root / layer)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
      const auto ext = entry.path().extension();
      if (ext != ".h" && ext != ".cpp") continue;
      const bool header = ext == ".h";
      const std::string where = fs::relative(entry.path(), root).generic_string();
      for (const auto& inc : includes_of(entry.path())) {
        if (const std::string target = layer_of(inc.name); !target.empty()) {
          if (law.layers.count(target) == 0) out.push_back(where + " includes " + inc.name + ": " + layer + " may not see " + target);
          if (!inc.quoted) out.push_back(where + " includes <" + inc.name + ">: ours are quoted");
          continue;
        }
        const std::string third = third_party(inc.name);
        if (third.empty()) {
          if (inc.quoted) out.push_back(where + " includes \"" + inc.name + "\": rooted at the repository, please");
          continue;
        }
        const bool allowed = law.third_in_header.count(third) != 0 || (!header && law.third_in_source.count(third) != 0);
        if (!allowed) out.push_back(where + " includes " + inc.name + ": " + third + (header ? " in a public header of " : " in ") + layer);
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("every include obeys the layer table") {
  const auto found = breaches(seedaudit::test::source_folder());
  for (const auto& b : found) UNSCOPED_INFO(b);
  CHECK(found.empty());
}

TEST_CASE("the include check sees a breach when there is one") {
  const seedaudit::test::TemporaryFolder folder;
  const fs::path& root = folder.path();
  fs::create_directories(root / "core");
  fs::create_directories(root / "io");
  std::ofstream(root / "core/bad.h") << "#include \"io/dicom_index.h\"\n#include <dcmtk/dcmdata/dctk.h>\n";
  std::ofstream(root / "io/good.cpp") << "#include \"core/grid.h\"\n#include <dcmtk/dcmdata/dctk.h>\n#include <vector>\n";
  CHECK(breaches(root).size() == 2);
}

// The list of tests that the build makes is split at semicolons: a case of such a name would be looked for and not found.
TEST_CASE("no name of a test holds a semicolon") {
  const std::regex named(R"re(TEST_CASE\(\s*"([^"]*)")re");
  int seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(seedaudit::test::source_folder() / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator at(text.begin(), text.end(), named), end; at != end; ++at) {
      ++seen;
      INFO(entry.path().filename() << ": " << (*at)[1]);
      CHECK((*at)[1].str().find(';') == std::string::npos);
    }
  }
  CHECK(seen > 500);
}

// But for the flow graph of a batch: it passes cases along and computes nothing.
TEST_CASE("the thread pool is used through core/parallel.h alone") {
  for (const auto& [layer, law] : laws())
    for (const auto& entry : fs::recursive_directory_iterator(seedaudit::test::source_folder() / layer))
      if (entry.path().extension() == ".cpp" && entry.path().filename() != "parallel.cpp" && entry.path().filename() != "batch_graph.cpp")
        for (const auto& inc : includes_of(entry.path())) {
          INFO(entry.path().filename());
          CHECK(third_party(inc.name) != "tbb");
        }
}

TEST_CASE("a source file includes its own header first, so that the header is seen to compile alone") {
  for (const auto& [layer, law] : laws())
    for (const auto& entry : fs::recursive_directory_iterator(seedaudit::test::source_folder() / layer)) {
      fs::path header = entry.path();
      if (header.extension() != ".cpp" || !fs::exists(header.replace_extension(".h"))) continue;
      const auto all = includes_of(entry.path());
      INFO(entry.path());
      REQUIRE_FALSE(all.empty());
      CHECK(all.front().name == fs::relative(header, seedaudit::test::source_folder()).string());
    }
}

TEST_CASE("headers use #pragma once and no using-directive, and every file names its licence") {
  for (const auto& [layer, law] : laws())
    for (const auto& entry : fs::recursive_directory_iterator(seedaudit::test::source_folder() / layer)) {
      const auto ext = entry.path().extension();
      if (ext != ".h" && ext != ".cpp") continue;
      std::ifstream in(entry.path());
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      INFO(entry.path().filename());
      CHECK(text.find("SPDX-License-Identifier: Apache-2.0") != std::string::npos);
      if (ext == ".h") {
        CHECK(text.find("#pragma once") != std::string::npos);
        CHECK(text.find("using namespace") == std::string::npos);
      }
    }
}
