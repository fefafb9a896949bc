// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "core/audit_report.h"
#include "core/case_review.h"
#include "core/ct_volume.h"
#include "core/implant_case.h"
#include "core/result.h"
#include "core/seed.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// What can be refused before the long work: a review of another case or of other inputs, a place that no post-op series shows, a place
/// nearer than half a capsule's width to another one of the review. Errors: review_invalid, naming the entry.
Status check_review(const CaseReview& review, const ImplantCase& implant, const DetectorOptions& capsule);

struct ReviewedDetection {
  Detection detection;
  std::map<int, SeedOrigin> origins;  ///< by seed id, of every seed that is left
};

/// Applies the actions in their order (docs/review.md). Seeds keep their ids, added ones follow the largest; clusters are made anew; what
/// is rejected is listed as such. The count interval moves with each action, and a confirmed count closes it and settles the doubt of the
/// detection. Pure: neither scan nor plan changes the outcome.
/// Errors, review_invalid naming the entry: findings other than those reviewed, an unknown or rejected seed, a place where another seed
/// lies, a confirmed count that the seeds left do not have.
Result<ReviewedDetection> apply_review(const Detection& detection, const CaseReview& review, const std::vector<CtVolume>& postop,
                                       const DetectorOptions& capsule);

/// A given list of seeds (in the order of `before.seeds`) as the review leaves it, with a strength for each: an added seed has the mean of
/// the list. \param after of apply_review()
std::vector<GivenSeed> reviewed_list(const std::vector<GivenSeed>& given, const Detection& before, const Detection& after);

/// The figures of an audit that a review can change.
ReviewFigures figures_of(const CaseAudit& audit);

}  // namespace seedaudit
