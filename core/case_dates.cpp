// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/case_dates.h"

#include "core/date_shift.h"

namespace seedaudit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void shift(std::optional<DateTime>& date, std::chrono::days by) {
  if (date) date->date += by;
}

void shift(Warnings& warnings, std::chrono::days by) {
  for (Warning& w : warnings) w.message = with_shifted_dates(w.message, by);
}

template <class F>
void shift(Volume<F>& volume, std::chrono::days by) {
  shift(volume.acquisition.study_date, by);
  shift(volume.acquisition.acquisition_date, by);
  shift(volume.warnings, by);
}

void shift(ImplantStrength& strength, std::chrono::days by) {
  shift(strength.strength_reference_date, by);
  shift(strength.implant_date, by);
}

void shift(ImplantPlan& plan, std::chrono::days by) {
  shift(plan.strength_reference_date, by);
  shift(plan.warnings, by);
}

/// \param replace is given what looks like YYYY-MM-DD; an empty answer leaves it
template <class F>
std::string with_dates_replaced(std::string_view text, F&& replace) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool starts = is_digit(text[at]) && (at == 0 || !is_digit(text[at - 1])) && at + 10 <= text.size() && text[at + 4] == '-' &&
                        (at + 10 == text.size() || !is_digit(text[at + 10]));
    const std::string other = starts ? replace(text.substr(at, 10)) : std::string();
    out += other.empty() ? std::string(1, text[at]) : other;
    at += other.empty() ? 1 : 10;
  }
  return out;
}

}  // namespace

std::string with_shifted_dates(std::string_view text, std::chrono::days by) {
  return with_dates_replaced(text, [by](std::string_view date) { return shifted_date(date, by); });
}

std::string without_dates(std::string_view text) {
  return with_dates_replaced(text, [](std::string_view date) { return parse_date(date) ? std::string("[date]") : std::string(); });
}

void shift_dates(ImplantCase& implant, std::chrono::days by) {
  for (CtVolume& scan : implant.postop) shift(scan, by);
  if (implant.preop) shift(*implant.preop, by);
  if (implant.later_ct) shift(*implant.later_ct, by);
  if (implant.plan) shift(*implant.plan, by);
  if (implant.structures) shift(implant.structures->warnings, by);
  if (implant.postop_structures) shift(implant.postop_structures->warnings, by);
  if (implant.planning_dose) shift(implant.planning_dose->warnings, by);
  if (implant.earlier) {
    shift(implant.earlier->list, by);
    shift(implant.earlier->strength, by);
    implant.earlier->frame_reason = with_shifted_dates(implant.earlier->frame_reason, by);
  }
  shift(implant.strength, by);
  if (implant.review) {
    implant.review->date += by;
    for (ReviewAction& a : implant.review->actions) a.text = with_shifted_dates(a.text, by);
  }
  for (Decision& d : implant.decisions) {
    d.choice = with_shifted_dates(d.choice, by);
    d.reason = with_shifted_dates(d.reason, by);
  }
  shift(implant.warnings, by);
}

}  // namespace seedaudit
