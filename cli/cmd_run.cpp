// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

#include "cli/audit_settings.h"
#include "cli/case_options.h"
#include "cli/commands.h"
#include "cli/output_hold.h"
#include "cli/pseudonymous_case.h"
#include "cli/shell.h"
#include "cli/version.h"
#include "core/case_dates.h"
#include "dosimetry/slice_outlines.h"
#include "io/case_json.h"
#include "io/case_reader.h"
#include "io/review_file.h"
#include "pipeline/audit_case.h"
#include "report/checkerboard_picture.h"
#include "report/dicom_output.h"
#include "report/dicom_registration_writer.h"
#include "report/html_report.h"
#include "report/identity_filter.h"
#include "report/json_report.h"
#include "report/output_folder.h"
#include "report/overview_picture.h"
#include "report/pdf_report.h"
#include "report/text_summary.h"

namespace seedaudit {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct RunOptions {
  CaseOptions input;
  std::string output;
  std::string config;
  std::string fail_on;
  std::string identity = "keep";
  std::string key, dates;
  bool json = false;
  int dicom_dose_bits = 16;
  ShellOptions shell;
};

std::filesystem::path default_output(const std::filesystem::path& case_path, bool reviewed) {
  std::error_code ec;
  std::filesystem::path p = std::filesystem::absolute(case_path, ec).lexically_normal();
  if (!p.has_filename()) p = p.parent_path();
  return p.parent_path() / (p.stem().string() + (reviewed ? "-audit-reviewed" : "-audit"));
}

/// Nothing of an audit is overwritten by what a person made of it, nor the other way round.
Status check_keeps_earlier(const std::filesystem::path& out, const std::optional<std::filesystem::path>& review_file) {
  const auto earlier = earlier_report(out);
  if (!earlier) return review_file ? earlier.error() : ok_status();
  if (!*earlier) return ok_status();
  const auto refuse = [&](const std::string& what) {
    return Error{ErrorCode::invalid_option, what, out.string(), "Choose another output folder with -o."};
  };
  const auto& held = (*earlier)->review_sha256;
  if (!review_file) return held ? refuse("the folder holds a reviewed audit, which a run without --review would overwrite") : ok_status();
  if (!held) return refuse("the folder holds the audit without review, which the reviewed one would overwrite");
  const auto review = read_review(*review_file);
  if (!review) return review.error();
  if (review->sha256 != *held) return refuse("the folder holds the audit by another review, which this one would overwrite");
  return ok_status();
}

bool is_flagged(const CaseAudit& audit, const std::string& fail_on) {
  if (fail_on.empty()) return false;
  const Severity limit = fail_on == "action" ? Severity::action : Severity::warn;
  return std::any_of(audit.flags.begin(), audit.flags.end(), [&](const Flag& f) { return f.severity >= limit; });
}

/// The picture is a help, not a figure: the audit stands without it, and says so.
std::string picture_of(const AuditedCase& done, Warnings& warnings) {
  OverviewInput picture;
  picture.postop = &done.postop.front();
  picture.audit = &done.audit;
  picture.targets = done.targets;
  if (done.dose) picture.dose = &*done.dose;
  if (done.audit.dose && done.audit.dose->rx_gy) picture.prescription = Gy{*done.audit.dose->rx_gy};
  auto png = overview_png(picture);
  if (png) return std::move(png).value();
  warnings.push_back({"PICTURE_NOT_DRAWN", png.error().message()});
  return {};
}

/// The record to sign; like the picture it carries no figure that report.json has not.
std::string record_of(const AuditedCase& done, bool keep_identity, const std::string& alias, Warnings& warnings) {
  PdfReportInput record;
  record.audit = &done.audit;
  record.postop = &done.postop.front();
  record.targets = done.targets;
  if (done.dose) record.dose = &*done.dose;
  record.keep_identity = keep_identity;
  record.pseudonym = alias;
  auto pdf = pdf_report(record);
  if (pdf) return std::move(pdf).value();
  warnings.push_back({"PDF_NOT_WRITTEN", pdf.error().message()});
  return {};
}

/// Where DICOM objects are made before they take the places of an earlier run's; gone with its owner, whatever happened.
struct StagingFolder {
  explicit StagingFolder(std::filesystem::path folder) : path(std::move(folder)) { clear(); }
  ~StagingFolder() { clear(); }
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  void clear() const {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

bool keeps_identity(const RunOptions& run) { return run.identity == "keep"; }

/// Those that were drawn on other planes than the scan's, as a mapped target is.
std::vector<Structure<CtFrame>> on_slices(const std::vector<Structure<CtFrame>>& targets, const GridGeometry<CtFrame>& slices) {
  std::vector<Structure<CtFrame>> out;
  for (const Structure<CtFrame>& t : targets) {
    if (lies_on_slices(t, slices)) continue;
    const auto volume = StructureVolume<CtFrame>::make(t);
    if (!volume) continue;  // encloses nothing: the audit says so
    Structure<CtFrame> drawn = outline_on_slices(t, *volume, slices);
    if (!drawn.contours.empty()) out.push_back(std::move(drawn));
  }
  return out;
}

Status write_dicom(const AuditedCase& done, const std::string& pdf, const RunOptions& run, const std::string& alias,
                   const std::filesystem::path& folder) {
  DicomOutputInput objects;
  objects.audit = &done.audit;
  objects.postop = &done.postop.front();
  objects.targets = done.targets;
  objects.organs = done.organs;
  objects.targets_on_slices = on_slices(done.targets, done.postop.front().grid);
  objects.cold_outlines = done.cold_outlines;
  if (done.dose) objects.dose = &*done.dose;
  objects.strengths = done.strengths;
  objects.pdf = pdf;
  objects.dose_bits = run.dicom_dose_bits;
  objects.keep_identity = keeps_identity(run);
  objects.pseudonym = alias;
  return write_dicom_output(objects, folder);
}

/// As picture_of: a page that cannot be made is a warning.
std::string page_of(const AuditedCase& done, const std::string& identity, Warnings& warnings) {
  HtmlInput page;
  page.audit = &done.audit;
  page.postop = &done.postop.front();
  if (done.preop) page.preop = &*done.preop;
  page.preop_is_ct = done.preop_is_ct;
  if (done.dose) page.dose = &*done.dose;
  if (done.planned_dose) page.planned_dose = &*done.planned_dose;
  page.targets = done.targets;
  page.fusion = done.fusion;
  page.identity = identity == "keep" ? PageIdentity::keep : PageIdentity::none;
  auto html = html_report(page);
  if (html) return std::move(html).value();
  warnings.push_back({"PAGE_NOT_WRITTEN", html.error().message()});
  return {};
}

/// Everything after the output folder stands ready. \param request resolved
Result<int> audit_into(const RunOptions& run, const CaseRequest& request, const AuditOptions& options, const OutputFolder& folder) {
  const auto start = Clock::now();
  ProgressDisplay progress(run.shell);
  auto implant = read_case(run.input.request(), progress.callback());
  if (!implant) return implant.error();
  const double read_s = seconds_since(start);
  PatientAlias alias;
  if (run.identity == "pseudonym") {
    auto taken = take_alias(*implant, run.key.empty() ? folder.path().parent_path() / "seedaudit.key" : std::filesystem::path(run.key),
                            run.dates != "keep", request.case_id);
    if (!taken) return taken.error();
    alias = std::move(taken).value();
  }
  const IdentityFilter filter(implant->patient_id, implant->patient_name);
  for (const Decision& d : implant->decisions) log_info(filter(d.what + ": " + d.choice + " (" + d.reason + ")"));
  if (!request.case_id) implant->case_id = anonymous_case_id(*implant);

  const std::string plan_frame_uid = implant->preop  ? implant->preop->series.frame_of_reference_uid
                                     : implant->plan ? implant->plan->frame_of_reference_uid
                                                     : std::string();

  auto audited = audit_case(std::move(implant).value(), options, progress.callback());
  if (!audited) return audited.error();
  CaseAudit& audit = audited->audit;
  if (!keeps_identity(run))
    for (CtVolume& scan : audited->postop) scan.series.patient_id = scan.series.patient_name = "";
  log_warnings(audit.warnings, filter);
  for (const auto& [name, value] : run.input.given()) audit.provenance.options["run." + name] = with_shifted_dates(value, alias.shift);
  audit.provenance.version = program_version();
  audit.provenance.git = program_commit();
  audit.timing.read_s = read_s;
  audit.pseudonym = alias.name;
  audit.dates_shifted = alias.shift.count() != 0;

  const auto report_start = Clock::now();
  report_progress(progress.callback(), "report", 0.0);
  OutputContent content;
  content.overview_png = picture_of(*audited, audit.warnings);
  if (!audited->fusion.empty()) {
    auto png = checkerboard_png(audited->fusion, audited->preop_is_ct);
    if (png)
      content.checkerboard_png = std::move(png).value();
    else
      audit.warnings.push_back({"PICTURE_NOT_DRAWN", png.error().message()});
  }
  content.report_pdf = record_of(*audited, keeps_identity(run), alias.name, audit.warnings);
  audit.timing.report_s = seconds_since(report_start);
  audit.timing.total_s = seconds_since(start);
  content.html = page_of(*audited, run.identity, audit.warnings);
  const StagingFolder staging(folder.path() / ".new");
  content.dicom_objects = staging.path / "dicom";
  if (Status s = write_audit_registration(audit.registration, plan_frame_uid, audited->postop.front(), program_version(), staging.path); !s)
    return s.error();
  if (Status s = write_dicom(*audited, content.report_pdf, run, alias.name, staging.path); !s) return s.error();
  if (Status s = write_outputs(audit, folder.path(), content); !s) return s.error();
  progress.finish();

  TextSummaryOptions summary;
  summary.report_location = (folder.path() / "report.json").string();
  summary.colour = !run.json && isatty(STDOUT_FILENO) != 0;
  if (Status s = write_text({}, run.json ? report_json(audit) : text_summary(audit, summary)); !s) return s.error();
  if (audit.status == AuditStatus::failed) {
    std::fprintf(stderr, "seedaudit: the audit failed: %s. What does not depend on it is in %s.\n", audit.status_reason.c_str(),
                 summary.report_location.c_str());
    return exit_status(audit.status);
  }
  return is_flagged(audit, run.fail_on) ? exit_code::kFlagged : exit_status(audit.status);
}

int run_case(RunOptions run, const CLI::App& command) {
  const auto resolved = resolve_request(run.input.request());
  if (!resolved) return fail(resolved.error());
  const auto keys = take_run_keys(run.input.path, command, run.shell);
  if (!keys) return fail(keys.error());
  if (keys->identity && command.count("--identity") == 0) run.identity = *keys->identity;
  if (keys->fail_on && command.count("--fail-on") == 0) run.fail_on = *keys->fail_on;
  run.json |= keys->json;
  if (Status s = apply(run.shell); !s) return fail(s.error());
  if (!run.dates.empty() && run.identity != "pseudonym")
    return fail({ErrorCode::invalid_option, "--dates goes with --identity pseudonym", "", "Add it, or leave --dates out."});
  const auto options =
      audit_settings(run.input.request(), *resolved, run.config.empty() ? keys->config : std::filesystem::path(run.config));
  if (!options) return fail(options.error());
  const std::filesystem::path out =
      run.output.empty() ? default_output(run.input.path, resolved->review.has_value()) : std::filesystem::path(run.output);
  if (Status s = check_keeps_earlier(out, resolved->review); !s) return fail(s.error());
  if (Status s = check_replaceable(out); !s) return fail(s.error());
  auto folder = OutputFolder::make(out);
  if (!folder) return fail(folder.error());
  const auto hold = OutputHold::take(out);
  if (!hold) return fail(hold.error());
  const auto code = audit_into(run, *resolved, *options, *folder);
  if (code) return *code;
  folder->discard();
  return fail(code.error());
}

}  // namespace

void add_run(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("run", "Audit one implant: seeds found, registration, dose before and after, verdict");
  auto run = std::make_shared<RunOptions>();
  run->input.add_to(*command);
  command
      ->add_option("-o,--output", run->output,
                   "Folder for report.json, report.html, report.pdf, seeds.csv, dvh.csv, log.txt, overview.png and the folder dicom "
                   "[CASE-audit beside CASE, with --review CASE-audit-reviewed]")
      ->check(not_empty);
  add_config_option(*command, run->config);
  command->add_option("--fail-on", run->fail_on, "Exit with 10 when a flag of this severity or above is raised")
      ->check(CLI::IsMember({"warn", "action"}));
  command
      ->add_option("--dicom-dose-bits", run->dicom_dose_bits,
                   "Bits a voxel of dicom/dose.dcm: 16, or 32 with finer steps, which some readers refuse [16]")
      ->check(CLI::IsMember({16, 32}));
  command
      ->add_option(
          "--identity", run->identity,
          "Whether report.html, report.pdf and the DICOM objects name the patient: keep; none; or pseudonym, keyed, which report.json "
          "bears as well. No other file here names them")
      ->check(CLI::IsMember({"keep", "pseudonym", "none"}))
      ->capture_default_str();
  command->add_option("--key", run->key, "With --identity pseudonym: the site's key file, made if absent [seedaudit.key beside the output]")
      ->check(not_empty);
  command
      ->add_option("--dates", run->dates,
                   "With --identity pseudonym: shift, all dates of the patient move by one number of days, which changes no figure; or "
                   "keep, true dates [shift]")
      ->check(CLI::IsMember({"shift", "keep"}));
  command->add_flag("--json", run->json, "Print report.json on standard output instead of the summary");
  add_shell_options(*command, run->shell);
  command->footer(
      "What is not given is decided from the files, and the report says how.\n"
      "Example: seedaudit run patient_folder -o audit --implanted 20 --implant-date 2026-03-21\n"
      "Exit: 0 ok or review, 2 usage, 3 input refused, 4 registration failed or no seed found, 5 output not written, 10 with --fail-on.");
  command->callback([run, command, &exit_status] { exit_status = run_case(*run, *command); });
}

}  // namespace seedaudit
