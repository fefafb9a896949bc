// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_reader.h"

#include <algorithm>

#include "io/case_draft.h"
#include "io/case_file.h"
#include "io/case_json.h"
#include "io/ct_series_reader.h"
#include "io/metal_content.h"
#include "io/review_file.h"
#include "io/volume_file.h"

namespace seedaudit {
namespace {

/// A damaged file of this series may have come to lie in another stack, or in none, by what is left of its header.
Status check_whole(const ImageChoice& image) {
  if (image.pool == nullptr || image.series_uid().empty()) return ok_status();
  for (const IndexedObject& o : image.pool->index.objects)
    if (o.damage && o.series_instance_uid == image.series_uid()) return *o.damage;
  return ok_status();
}

template <class F>
Result<Volume<F>> read_image(CaseDraft& draft, const ImageChoice& image, const std::string& role, const Progress& progress) {
  if (const Status s = check_whole(image); !s) return s.error();
  auto volume =
      image.pool != nullptr ? read_series<F>(image.pool->index, *image.info(), progress) : read_volume_as<F>(image.file, progress);
  if (!volume) return volume.error();
  std::vector<std::string> paths;
  if (image.pool != nullptr)
    for (const std::size_t o : image.info()->objects) paths.push_back(image.pool->index.objects[o].path);
  else
    paths.push_back(image.file);
  if (const Status s = record_input(draft, role, volume->series.series_instance_uid, paths); !s) return s.error();
  return volume;
}

std::string default_case_id(const CaseRequest& asked, const CaseRequest& resolved) {
  if (resolved.case_id) return *resolved.case_id;
  std::error_code problem;
  std::filesystem::path folder = std::filesystem::weakly_canonical(asked.path, problem);
  if (problem) folder = asked.path;
  if (!std::filesystem::is_directory(folder, problem)) folder = folder.parent_path();
  if (folder.filename().empty()) folder = folder.parent_path();
  const std::string name = folder.filename().string();
  return name.empty() ? "case" : name;
}

}  // namespace

Status read_images(CaseDraft& draft, const Progress& progress) {
  auto& postop = draft.implant.postop;
  for (const ImageChoice& image : draft.postop) {
    auto volume = read_image<CtFrame>(draft, image, "postop_ct", progress);
    if (!volume) return volume.error();
    if (volume->series.modality == "MR")
      return Error{ErrorCode::wrong_modality, "the post-op CT is an MR", volume->series.path, "seeds are found on CT only"};
    postop.push_back(std::move(volume).value());
  }
  // Chest beside abdomen: the one that shows most metal holds the implant and comes first.
  if (postop.size() > 1) {
    std::size_t most = 0;
    std::vector<int> counts;
    for (const auto& v : postop) counts.push_back(count_small_metal(v));
    for (std::size_t i = 1; i < postop.size(); ++i)
      if (counts[i] > counts[most]) most = i;
    std::rotate(postop.begin(), postop.begin() + static_cast<std::ptrdiff_t>(most), postop.begin() + static_cast<std::ptrdiff_t>(most) + 1);
  }
  if (draft.preop) {
    auto volume = read_image<PlanFrame>(draft, *draft.preop, "preop_ct", progress);
    if (!volume) return volume.error();
    draft.implant.preop = std::move(volume).value();
  }
  if (draft.later) {
    auto volume = read_image<CtFrame>(draft, *draft.later, "later_ct", progress);
    if (!volume) return volume.error();
    if (volume->series.modality == "MR")
      return Error{ErrorCode::wrong_modality, "the later CT is an MR", volume->series.path, "seeds are found on CT only"};
    draft.implant.later_ct = relabel_frame<LaterFrame>(std::move(volume).value());
  }
  return ok_status();
}

Result<ImplantCase> read_case(const CaseRequest& request, const Progress& progress) {
  auto resolved = resolve_request(request);
  if (!resolved) return resolved.error();
  CaseDraft draft(std::move(resolved).value());
  draft.implant.case_id = default_case_id(request, draft.request);
  // Nobody named it: a reader must learn that it spoke.
  std::error_code problem;
  if (const auto file = case_file_of(request.path); file && std::filesystem::is_directory(request.path, problem))
    draft.decide("case_file", file->filename().string(), "lies in the case's folder");
  if (draft.request.review) {
    auto review = read_review(*draft.request.review);
    if (!review) return review.error();
    draft.implant.review = std::move(review).value();
  }
  if (const Status s = gather_objects(draft, progress); !s) return s.error();
  if (const Status s = choose_plan(draft); !s) return s.error();
  if (const Status s = choose_structures(draft); !s) return s.error();
  if (const Status s = choose_later_ct(draft, progress); !s) return s.error();
  if (const Status s = choose_images(draft, progress); !s) return s.error();
  if (const Status s = check_later_ct(draft); !s) return s.error();
  if (const Status s = choose_postop_structures(draft); !s) return s.error();
  if (const Status s = choose_dose(draft); !s) return s.error();
  if (const Status s = read_side_files(draft); !s) return s.error();
  if (const Status s = read_earlier(draft); !s) return s.error();
  if (const Status s = read_later_seeds(draft); !s) return s.error();
  // Whose the objects are comes before what they say.
  if (const Status s = check_patient(draft); !s) return s.error();
  if (const Status s = settle_facts(draft); !s) return s.error();
  if (const Status s = read_images(draft, progress); !s) return s.error();
  return std::move(draft.implant);
}

}  // namespace seedaudit
