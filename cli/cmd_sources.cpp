// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/shell.h"
#include "dosimetry/source_library.h"

namespace seedaudit {
namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string_view status_text(SourceDataStatus status) {
  switch (status) {
    case SourceDataStatus::consensus_confirmed:
      return "consensus, confirmed";
    case SourceDataStatus::single_transcription:
      return "consensus, one transcription";
    case SourceDataStatus::author_data:
      return "author's data";
  }
  return "";
}

int print(const std::string& text) {
  if (Status s = write_text({}, text); !s) return fail(s.error());
  return exit_code::kOk;
}

int list() {
  std::string text;
  for (const std::string& id : source_ids()) {
    const auto model = find_source(id);
    if (!model) return fail(model.error());
    text += padded(id, 28) + padded(model->isotope, 8) + padded(text_of(model->dose_rate_constant, 3), 7) + model->name + "\n";
  }
  return print(text);
}

std::string description(const SourceModel& m) {
  std::string text;
  const auto line = [&](const char* name, const std::string& value) { text += padded(name, 24) + value + "\n"; };
  line("id", m.id);
  line("name", m.name);
  line("isotope", m.isotope);
  line("dataset", m.dataset);
  line("data", std::string(status_text(m.status)));
  if (!m.surrogate_of.empty()) line("tables of", m.surrogate_of);
  line("dose rate constant", text_of(m.dose_rate_constant, 4) + " cGy/(h U)");
  line("half-life", text_of(to_days(m.half_life).value, 3) + " d");
  line("active length", text_of(to_mm(m.active_length).value, 2) + " mm");
  line("capsule", text_of(m.capsule_length.value, 2) + " x " + text_of(m.capsule_diameter.value, 2) + " mm");
  line("strength of 1 mCi", text_of(m.air_kerma_u_per_mci, 4) + " U (apparent activity)");
  line("radial function", std::to_string(m.radial.r_cm.size()) + " radii, " + text_of(m.radial.r_cm.front(), 2) + " to " +
                              text_of(m.radial.r_cm.back(), 2) + " cm");
  line("anisotropy", std::to_string(m.anisotropy.theta_deg.size()) + " angles at " + std::to_string(m.anisotropy.r_cm.size()) + " radii, " +
                         text_of(m.anisotropy.r_cm.front(), 2) + " to " + text_of(m.anisotropy.r_cm.back(), 2) + " cm");
  line("checksum", m.checksum);
  line("source", m.citation);
  return text;
}

int show(const std::string& id) {
  const auto model = find_source(id);
  return model ? print(description(*model)) : fail(model.error());
}

int check_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail({ErrorCode::path_not_found, "cannot be opened", file, "Name a source file."});
  const std::string json{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto model = parse_source(json, file);
  return model ? print(description(*model) + "valid\n") : fail(model.error());
}

}  // namespace

void add_sources(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("sources", "Source models and their data");
  command->require_subcommand(0, 1);
  auto id = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  command->add_subcommand("list", "Every model of the library: id, isotope, dose rate constant in cGy/(h U), name");
  auto* show_command = command->add_subcommand("show", "One model, with where its data come from");
  show_command->add_option("ID", *id, "Id or unique model name")->required();
  auto* check_command = command->add_subcommand("check", "Is a source file valid?");
  check_command->add_option("FILE", *file, "JSON file in the form of dosimetry/sources")->required();
  command->footer("Example: seedaudit sources show 6711");
  command->callback([=, &exit_status] {
    if (*show_command)
      exit_status = show(*id);
    else if (*check_command)
      exit_status = check_file(*file);
    else
      exit_status = list();
  });
}

}  // namespace seedaudit
