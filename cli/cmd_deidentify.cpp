// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/shell.h"
#include "dosimetry/source_library.h"
#include "io/deidentify_case.h"
#include "io/key_file.h"
#include "report/atomic_file.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

struct DeidentifyCommand {
  std::string input, output, key;
  std::string dates = "shift";
  ShellOptions shell;
};

/// The output under another name until it is whole; what is left of it goes with its owner.
class AsideFolder {
 public:
  explicit AsideFolder(const fs::path& final_place)
      : path_(final_place.parent_path() / ("." + final_place.filename().string() + ".seedaudit-" + std::to_string(getpid()))) {
    remove();
  }
  ~AsideFolder() { remove(); }
  AsideFolder(const AsideFolder&) = delete;
  AsideFolder& operator=(const AsideFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path path_;
};

bool lies_in(const fs::path& inner, const fs::path& outer) {
  std::error_code ignored;
  const fs::path in = fs::weakly_canonical(inner, ignored), out = fs::weakly_canonical(outer, ignored);
  return std::mismatch(out.begin(), out.end(), in.begin(), in.end()).first == out.end();
}

/// A shared folder holds this case and nothing else: an output that is there already is never mixed with another.
Status check_places(const DeidentifyCommand& options, const fs::path& output, const fs::path& key) {
  std::error_code ignored;
  if (!fs::exists(options.input, ignored))
    return Error{ErrorCode::path_not_found, "no such file or folder", options.input, "check the spelling of the path"};
  const fs::path input = fs::is_directory(options.input, ignored) ? fs::path(options.input) : fs::absolute(options.input).parent_path();
  if (lies_in(output, input))
    return Error{ErrorCode::invalid_option, "the output would lie in the case's own folder", output.string(),
                 "choose a folder outside of it"};
  if (lies_in(key, output))
    return Error{ErrorCode::invalid_option, "the key would lie in what is shared", key.string(), "keep the key file elsewhere: --key"};
  if (fs::exists(output, ignored) && !(fs::is_directory(output, ignored) && fs::is_empty(output, ignored)))
    return Error{ErrorCode::output_unwritable, "there is something already", output.string(), "name a new folder"};
  return ok_status();
}

std::vector<std::string> source_words() {
  std::vector<std::string> words;
  for (const std::string& id : source_ids())
    if (const auto model = find_source(id))
      for (const std::string& name : {id, model->model, model->name}) words.push_back(name);
  return words;
}

/// Beside the case, never beside the output: that may be the folder that is given away.
fs::path default_key(const fs::path& input) {
  std::error_code ignored;
  fs::path folder = fs::absolute(input, ignored).lexically_normal();
  if (!folder.has_filename() || !fs::is_directory(folder, ignored)) folder = folder.parent_path();
  return folder.parent_path() / "seedaudit.key";
}

int deidentify(const DeidentifyCommand& command) {
  if (Status s = apply(command.shell); !s) return fail(s.error());
  fs::path output = fs::absolute(command.output).lexically_normal();
  if (!output.has_filename()) output = output.parent_path();
  const fs::path key_file = command.key.empty() ? default_key(command.input) : fs::absolute(command.key);
  if (Status s = check_places(command, output, key_file); !s) return fail(s.error());
  if (Status s = ensure_writable_folder(output.parent_path()); !s) return fail(s.error());
  const auto key = read_or_make_key_file(key_file);
  if (!key) return fail(key.error());

  const AsideFolder aside(output);
  DeidentifyOptions options;
  options.key = *key;
  options.keep_dates = command.dates == "keep";
  options.source_words = source_words();
  const WriteFile write = [&](const fs::path& name, const std::string& bytes) -> Status {
    const fs::path file = aside.path() / name;
    std::error_code problem;
    fs::create_directories(file.parent_path(), problem);
    return write_file_atomically(file, bytes);
  };
  ProgressDisplay progress(command.shell);
  const auto done = deidentify_case(command.input, options, aside.path(), write, progress.callback());
  progress.finish();
  if (!done) return fail(done.error());
  std::error_code problem;
  fs::rename(aside.path(), output, problem);
  if (problem)
    return fail({ErrorCode::output_unwritable, "cannot rename the finished folder: " + problem.message(), output.string(),
                 "check the permissions, or name another place"});

  std::string text = std::to_string(done->objects) + " DICOM objects and " + std::to_string(done->side_files) + " other files of " +
                     (done->patient.empty() ? std::string("a patient without ID") : done->patient) + " in " + command.output +
                     "; no identifier of the input was found in them\n";
  for (const NotShared& file : done->left_out) text += "left out: " + file.path + ": " + file.reason + "\n";
  if (Status s = write_text({}, text); !s) return fail(s.error());
  return exit_code::kOk;
}

}  // namespace

void add_deidentify(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("deidentify", "Copy a case for sharing, without the patient's identity: DICOM PS3.15 basic profile");
  auto options = std::make_shared<DeidentifyCommand>();
  command->add_option("CASE", options->input, "Folder searched recursively, or a case.json")->required()->check(not_empty);
  command->add_option("-o,--output", options->output, "New folder for the copy; it appears when it is whole and checked")
      ->required()
      ->check(not_empty);
  command->add_option("--key", options->key, "The site's key file, made if absent; never share it [seedaudit.key beside the case]")
      ->check(not_empty);
  command
      ->add_option("--dates", options->dates,
                   "shift: all dates of the patient move by one number of days, so that decay and intervals stay; keep: true dates")
      ->check(CLI::IsMember({"shift", "keep"}))
      ->capture_default_str();
  add_shell_options(*command, options->shell);
  command->footer(
      "Example: seedaudit deidentify patient_folder -o shared/case1 --key /safe/seedaudit.key\n"
      "Exit: 0 done and checked, 3 the case is refused, 4 an identifier was still found (nothing is left), 5 not written.");
  command->callback([options, &exit_status] { exit_status = deidentify(*options); });
}

}  // namespace seedaudit
