// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "io/case_draft.h"
#include "io/csv_seeds.h"
#include "io/plan_channel.h"

namespace seedaudit {

Status choose_later_ct(CaseDraft& draft, const Progress& progress) {
  if (!draft.request.later_ct) return ok_status();
  const std::string path = draft.request.later_ct->string();
  auto pool = gather_given(draft, *draft.request.later_ct, progress);
  if (!pool) return pool.error();
  const std::string named = "named by option or case.json";
  if ((*pool)->index.objects.empty()) {
    draft.later = ImageChoice{nullptr, 0, path};
    draft.decide("later_ct", draft.request.later_ct->filename().string(), named);
    return ok_status();
  }
  std::vector<ReconstructionChoice> choices;
  for (const Scan& scan : (*pool)->scans) {
    std::vector<std::size_t> ct;
    for (const std::size_t s : scan.series)
      if ((*pool)->catalog[s].kind == ObjectKind::ct) ct.push_back(s);
    if (!ct.empty()) choices.push_back(choose_reconstructions((*pool)->catalog, ct));
  }
  if (choices.empty()) return Error{ErrorCode::wrong_modality, "the later CT is no CT series", path, "seeds are found on CT only"};
  if (choices.size() > 1)
    return Error{ErrorCode::ambiguous_ct, std::to_string(choices.size()) + " scans of different frames of reference lie below the path",
                 path, "name the folder or a file of one series"};
  draft.later = ImageChoice{*pool, choices.front().series.front(), ""};
  const SeriesInfo& info = *draft.later->info();
  draft.decide("later_ct", describe(info), named + "; " + choices.front().reason);
  draft.claims.push_back({"later_ct", (*pool)->index.objects[info.objects.front()].path, info.patient_id, info.patient_name});
  return ok_status();
}

Status check_later_ct(const CaseDraft& draft) {
  if (!draft.later) return ok_status();
  const auto where = draft.request.later_ct->string();
  for (const ImageChoice& image : draft.postop) {
    if (!image.series_uid().empty() && image.series_uid() == draft.later->series_uid())
      return Error{ErrorCode::invalid_option, "the later CT is the post-op CT itself", where, "give a scan of a later day"};
    if (image.info() == nullptr || draft.later->info() == nullptr) continue;
    const auto first = date_of_series(*image.info()), later = date_of_series(*draft.later->info());
    if (first && later && later->date < first->date)
      return Error{ErrorCode::date_implausible,
                   "the later CT of " + shown_date(later) + " is older than the post-op CT of " + shown_date(first), where,
                   "name the earlier of the two with --postop-ct"};
  }
  return ok_status();
}

Status read_later_seeds(CaseDraft& draft) {
  if (!draft.request.later_seeds) return ok_status();
  auto seeds = read_given_seeds(*draft.request.later_seeds);
  if (!seeds) return seeds.error();
  std::vector<Point<LaterFrame>> kept;
  for (const GivenSeed& s : *seeds)
    if (std::none_of(kept.begin(), kept.end(), [&](const auto& k) { return (k.mm - s.center.mm).norm() < kSamePlaceMm; }))
      kept.push_back({s.center.mm});
  draft.decide("later_seeds", std::to_string(kept.size()) + " seeds seen later", "given, in place of detection in the later CT");
  if (const Status s = record_input(draft, "later_seeds", "", {draft.request.later_seeds->string()}); !s) return s;
  draft.implant.later_seeds = std::move(kept);
  return ok_status();
}

}  // namespace seedaudit
