// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/case_contours.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "core/lower_case.h"
#include "pipeline/deformed_outline.h"

namespace seedaudit {
namespace {

bool contains_any(const std::string& name, std::initializer_list<std::string_view> words) {
  const std::string text = lower_case(name);
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return text.find(w) != std::string::npos; });
}

bool is_organ_at_risk(const std::string& interpreted_type) { return interpreted_type == "ORGAN" || interpreted_type == "AVOIDANCE"; }
bool is_heart(const std::string& name) { return contains_any(name, {"heart", "cardiac", "心脏"}); }
bool is_great_vessel(const std::string& name) {
  return contains_any(name, {"aorta", "vena cava", "vena_cava", "ivc", "svc", "pulmonary artery", "pulmonary_artery", "主动脉", "腔静脉"});
}
/// The organ itself: not "liver minus GTV" and the like, in which the target is a hole.
bool is_site_organ(const std::string& name, const std::string& site) {
  const std::string text = lower_case(name);
  return text == lower_case(site) ||
         (site == "liver" && (text == "肝" || text == "肝脏" || text == "whole liver" || text == "whole_liver"));
}

/// Thickness for a structure drawn on one slice only.
StructureOptions options_for(const std::optional<double>& slice_spacing_mm) {
  StructureOptions options;
  options.single_plane_thickness_mm = slice_spacing_mm;
  return options;
}

struct Spacings {
  std::optional<double> preop_mm, postop_mm;
};

template <class F>
void add_warnings(const StructureVolume<F>& volume, Warnings& warnings) {
  for (const Warning& w : volume.warnings()) warnings.push_back(w);  // each names the structure
}

const Structure<CtFrame>* postop_counterpart(const ImplantCase& implant, const Structure<PlanFrame>& preop) {
  if (!implant.postop_structures) return nullptr;
  const std::string name = lower_case(preop.name);
  for (const auto& s : implant.postop_structures->structures)
    if (lower_case(s.name) == name && !s.contours.empty()) return &s;
  const Structure<CtFrame>* same_type = nullptr;
  if (preop.interpreted_type.empty() || is_organ_at_risk(preop.interpreted_type)) return nullptr;
  for (const auto& s : implant.postop_structures->structures) {
    if (s.interpreted_type != preop.interpreted_type || s.contours.empty()) continue;
    if (same_type != nullptr) return nullptr;
    same_type = &s;
  }
  return same_type;
}

/// \param must refuse, rather than leave out, what encloses nothing
Result<std::optional<AuditedStructure>> build(const std::string& name, StructureRole role, const Structure<PlanFrame>* preop,
                                              const Structure<CtFrame>* postop, const Spacings& spacings, bool must, Warnings& warnings) {
  AuditedStructure out;
  out.name = name;
  out.role = role;
  if (preop != nullptr && !preop->contours.empty()) {
    auto volume = StructureVolume<PlanFrame>::make(*preop, options_for(spacings.preop_mm));
    if (volume) {
      add_warnings(*volume, warnings);
      out.preop = std::move(volume).value();
      out.preop_roi_number = preop->number;
    } else if (must) {
      return volume.error();
    } else {
      warnings.push_back({"STRUCTURE_LEFT_OUT", volume.error().message()});
    }
  }
  if (postop != nullptr) {
    auto volume = StructureVolume<CtFrame>::make(*postop, options_for(spacings.postop_mm));
    if (volume) {
      add_warnings(*volume, warnings);
      out.postop = std::move(volume).value();
      out.postop_outline = *postop;
    } else if (must) {
      return volume.error();
    } else {
      warnings.push_back({"STRUCTURE_LEFT_OUT", volume.error().message()});
    }
  }
  if (!out.preop && !out.postop) {
    if (must)
      return Error{ErrorCode::structures_invalid, "target \"" + name + "\" has no closed contour", "",
                   "Choose another structure with --target."};
    return std::optional<AuditedStructure>{};
  }
  return std::optional<AuditedStructure>{std::move(out)};
}

}  // namespace

bool CaseContours::has_target() const {
  return std::any_of(structures.begin(), structures.end(), [](const auto& s) { return s.role == StructureRole::target; });
}

Result<CaseContours> build_contours(const ImplantCase& implant, const std::string& site) {
  CaseContours out;
  Spacings spacings;
  if (implant.preop) spacings.preop_mm = implant.preop->grid.spacing_mm()[2];
  if (!implant.postop.empty()) spacings.postop_mm = implant.postop.front().grid.spacing_mm()[2];
  const auto add = [&](const std::string& name, StructureRole role, const Structure<PlanFrame>* preop, const Structure<CtFrame>* postop,
                       bool must) -> Result<std::optional<AuditedStructure>> {
    return build(name, role, preop, postop, spacings, must, out.warnings);
  };

  for (const std::string& name : implant.targets) {
    const Structure<PlanFrame>* preop = implant.structures ? implant.structures->find(name) : nullptr;
    const Structure<CtFrame>* postop = nullptr;
    if (preop != nullptr)
      postop = postop_counterpart(implant, *preop);
    else if (implant.postop_structures)
      postop = implant.postop_structures->find(name);
    auto built = add(name, StructureRole::target, preop, postop, true);
    if (!built) return built.error();
    if (postop == nullptr && implant.postop_structures)
      out.warnings.push_back({"POSTOP_CONTOUR_ABSENT", "The post-op structures hold no contour of " + name + ": it is judged as mapped."});
    if (*built) out.structures.push_back(std::move(**built));
  }

  const auto add_organ = [&](const std::string& name, const std::string& type, const Structure<PlanFrame>* preop,
                             const Structure<CtFrame>* postop) {
    const bool site_organ = is_site_organ(name, site);
    if (!is_organ_at_risk(type) && !site_organ && !is_heart(name) && !is_great_vessel(name)) return;
    if (std::find(implant.targets.begin(), implant.targets.end(), name) != implant.targets.end()) return;
    auto built = add(name, StructureRole::oar, preop, postop, false);
    if (!built || !*built) return;
    AuditedStructure& organ = **built;
    if (site_organ && !out.organ) out.organ = organ;
    if (is_heart(name)) out.heart.push_back(organ);
    if (is_great_vessel(name)) out.great_vessels.push_back(organ);
    if (is_organ_at_risk(type)) out.structures.push_back(std::move(organ));
  };
  std::vector<std::string> done;
  if (implant.structures)
    for (const auto& s : implant.structures->structures) {
      if (s.contours.empty()) continue;
      add_organ(s.name, s.interpreted_type, &s, postop_counterpart(implant, s));
      done.push_back(lower_case(s.name));
    }
  if (implant.postop_structures)
    for (const auto& s : implant.postop_structures->structures)
      if (!s.contours.empty() && std::find(done.begin(), done.end(), lower_case(s.name)) == done.end())
        add_organ(s.name, s.interpreted_type, nullptr, &s);
  return out;
}

void map_contours(const ImplantCase& implant, const Warp<CtFrame, PlanFrame>& ct_from_plan, CaseContours& contours) {
  if (!implant.structures) return;
  const auto map_one = [&](AuditedStructure& s) {
    const Structure<PlanFrame>* drawn = implant.structures->find(s.name);
    if (!s.preop || drawn == nullptr) return;
    StructureOptions options;
    options.single_plane_thickness_mm = s.preop->plane_spacing_mm();
    Structure<CtFrame> outline =
        ct_from_plan.field ? deformed_outline(ct_from_plan, *s.preop, *drawn) : transform(ct_from_plan.rigid, *drawn);
    auto volume = StructureVolume<CtFrame>::make(outline, options);
    if (!volume) {
      contours.warnings.push_back({"STRUCTURE_NOT_MAPPED", volume.error().message()});
      return;
    }
    s.mapped = std::move(volume).value();
    s.mapped_outline = std::move(outline);
  };
  for (auto& s : contours.structures) map_one(s);
  if (contours.organ) map_one(*contours.organ);
  for (auto& s : contours.heart) map_one(s);
  for (auto& s : contours.great_vessels) map_one(s);
}

KnownContours known_contours(const CaseContours& contours) {
  KnownContours out;
  const auto add = [](const AuditedStructure& s, std::vector<StructureVolume<CtFrame>>& into) {
    if (const auto* v = s.judged()) into.push_back(*v);
  };
  for (const auto& s : contours.structures)
    if (s.role == StructureRole::target) add(s, out.targets);
  if (contours.organ) add(*contours.organ, out.organ);
  for (const auto& s : contours.heart) add(s, out.heart);
  for (const auto& s : contours.great_vessels) add(s, out.great_vessels);
  return out;
}

}  // namespace seedaudit
