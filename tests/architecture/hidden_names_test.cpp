// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Builds that compile several sources as one give their unnamed namespaces one scope. Two definitions of a signature stop such a build by
// themselves; two of one name and other parameters would not, and a call could silently find the other file's.
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

/// Functions defined in the unnamed namespace of a file, as clang-format lays it out: from column 0.
std::set<std::string> hidden_functions(const fs::path& file) {
  static const std::regex function(R"(^[A-Za-z_][\w:<>,*& ]*?[ *&]([A-Za-z_]\w*)\()");
  std::set<std::string> out;
  std::ifstream in(file);
  bool hidden = false;
  std::smatch m;
  for (std::string line; std::getline(in, line);) {
    if (line == "namespace {") hidden = true;
    if (line.rfind("}  // namespace", 0) == 0) hidden = false;
    if (hidden && line.find(" = ") > line.find('(') && std::regex_search(line, m, function)) out.insert(m[1]);
  }
  return out;
}

/// One line a name that several sources of a batch hide.
std::vector<std::string> shared_names(const fs::path& build) {
  static const std::regex include(R"re(^#include "([^"]+)")re");
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(build)) {
    if (entry.path().parent_path().filename() != "Unity" || entry.path().extension() != ".cxx") continue;
    std::map<std::string, std::vector<fs::path>> files;
    std::ifstream in(entry.path());
    std::smatch m;
    for (std::string line; std::getline(in, line);)
      if (std::regex_search(line, m, include))
        for (const std::string& name : hidden_functions(m[1].str())) files[name].push_back(fs::path(m[1].str()).filename());
    for (const auto& [name, where] : files)
      if (where.size() > 1) out.push_back(name + " in " + where[0].string() + " and " + where[1].string());
  }
  return out;
}

}  // namespace

TEST_CASE("sources that are compiled as one hide no function of one name from each other") {
  for (const std::string& name : shared_names(seedaudit::test::program().parent_path())) {
    INFO(name);
    CHECK(name.empty());
  }
}

TEST_CASE("the check of hidden names sees a shared one") {
  const seedaudit::test::TemporaryFolder folder;
  const fs::path& root = folder.path();
  fs::create_directories(root / "Unity");
  std::ofstream(root / "a.cpp") << "namespace {\n\nbool near(double a) { return a < 1.0; }\nconst int kFar = f(2);\n\n}  // namespace\n";
  std::ofstream(root / "b.cpp") << "namespace {\n\nstd::vector<int>& near(int a) {\n  return far(a);\n}\n\n}  // namespace\nint f(int);\n";
  std::ofstream(root / "c.cpp") << "namespace {\n\nint other() { return near(1); }\nint kMore = f(3);\n\n}  // namespace\nint f(int);\n";
  std::ofstream unity(root / "Unity/unity_0_cxx.cxx");
  for (const char* name : {"a.cpp", "b.cpp", "c.cpp"}) unity << "#include \"" << (root / name).string() << "\"\n";
  unity.close();
  CHECK(shared_names(root) == std::vector<std::string>{"near in a.cpp and b.cpp"});
}
