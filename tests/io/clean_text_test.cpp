// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "io/clean_text.h"

using namespace seedaudit;

namespace {
const TextCleaner& cleaner() {
  static const TextCleaner one("key", {"amersham-6711", "OncoSeed 6711"});
  return one;
}
}  // namespace

TEST_CASE("descriptors of known words stay as they were written") {
  for (const char* text : {"CTV", "PTV1", "GTV_120Gy", "LIVER", "liver minus GTV", "Abd 2.5 B30f", "iMAR", "Artery phase 1.25 mm", "N12",
                           "needle 3", "Br36d", "肝脏", "计划靶区", "右肺 2", "STANDARD", "", "SIEMENS", "VENA_CAVA"}) {
    INFO(text);
    CHECK(cleaner().clean(text) == text);
  }
}

TEST_CASE("what is not known leaves nothing of itself, and the same text leaves the same token") {
  for (const char* text : {"Wang Xiaoming", "CTV Meier", "王小明", "靶区 王小明", "W. X. M.", "19550412", "138 0013 8000", "PAT-4711",
                           "liver^Meier", "Li 4711", "Zhang3"}) {
    INFO(text);
    const std::string clean = cleaner().clean(text);
    CHECK(clean != text);
    for (const char* part : {"Wang", "Xiaoming", "Meier", "王", "小明", "W.", "1955", "8000", "4711", "^", "Li", "Zhang"})
      CHECK(clean.find(part) == std::string::npos);
    CHECK(clean == cleaner().clean(text));
  }
  CHECK(cleaner().clean("CTV Meier").substr(0, 5) == "CTV x");
  CHECK(cleaner().clean("CTV Meier") != cleaner().clean("CTV Huber"));
  // Structures are found whatever the case of their names (target_choice.h), so tokens do not depend on it.
  CHECK(cleaner().clean("Meier") == cleaner().clean("MEIER"));
  CHECK(TextCleaner("other", {}).clean("Meier") != cleaner().clean("Meier"));
  CHECK(cleaner().clean("liver liver liver Meier", 16).size() <= 16);
}

TEST_CASE("seed models are known in the description of a source, and nowhere else") {
  CHECK(cleaner().clean_technical("Amersham 6711") == "Amersham 6711");
  CHECK(cleaner().clean_technical("OncoSeed 6711") == "OncoSeed 6711");
  CHECK(cleaner().clean_technical("STM1251") == "STM1251");
  CHECK(cleaner().clean("OncoSeed 6711") != "OncoSeed 6711");
  CHECK(cleaner().clean_technical("6711 Dr Meier").find("Meier") == std::string::npos);
}
