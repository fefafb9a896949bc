// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/clean_text.h"

#include <algorithm>
#include <array>

#include "core/lower_case.h"
#include "core/pseudonym.h"
#include "io/trimmed.h"

namespace seedaudit {
namespace {

/// Words of anatomy, of imaging, of planning and of the terms that DICOM defines. None is a way to name a person; that some are family
/// names as well (Long, Bone) does not matter, since they stand for the organ in every case alike.
constexpr std::string_view kKnown =
    " a abd abdomen abdominal above acquisition acute adapted adrenal air and angio ant anterior aorta apex apical applicator arterial "
    "artery "
    "as average avoid avoidance axial bar base basal bed bile biliary bladder body bolus bone bones boost bowel brachy brachytherapy brain "
    "breast breath bronchus bulb by calc calcification canal caudal cava cavity cbct cc center centre cervix cgy channel chest chiasm clip "
    "clips clinical coarse cold colon common contour contrast convolution cor cord coronal cranial ct ctv cyst d day delayed derived "
    "detail "
    "diaphragm distal dose dual duct duodenum dvh edge emphysema enhanced esophagus eval evaluation expiration ext external eye fat "
    "femoral "
    "femur fiducial field filter final fine fov free full gallbladder gantry gland gross group gtv gy head heart hepatic hfp hfs high "
    "hilum "
    "hold hot hu hip i iliac imar image imaging implant implantation in index inf inferior inner insp inspiration int interstitial iodine "
    "ir "
    "isodose itv iv ivc jejunum kernel kidney kidneys kv kvp l large lat lateral ldr left lesion level lipiodol liver lobe localizer low "
    "lower "
    "lt lumbar lung lungs lymph ma mar margin mas max mean medial mediastinum medium met metal metalmar metastasis mgy min minimum minus "
    "mm "
    "mr mri muscle n native nec neck needle needles nerve no node nodes non normal not number o oar of omar one op optic oral order organ "
    "original other outer ovary oesophagus pa pancreas parotid partial pelvic pelvis penile phase pinnacle plain plan planned planning "
    "plus "
    "post posterior postop pre preop primary prone prostate proximal pseudo ptv pulmonary r rad recon reconstruction rectal rectum ref "
    "reference region renal res resp right roi rt sag sagittal scan scout sbrt segment seed seeds semar seminal series set sharp shell "
    "sharpness sigmoid skin slice small smart smartmar smooth soft source spinal spine spleen standard std stent stomach strand structure "
    "structures study sum sup superior supine support surface svc target test the thick thin thorax thoracic thyroid tip tissue to total "
    "trachea tumor tumour two type u ureter urethra uterus v vein vena venous ventricle vertebra vertebrae vesicle vesicles vessel vessels "
    "verification simulator simulated visible vol volume wall wash water whole wide window with without wo x y z art artefact artifact red "
    "reduction reduced "
    // Makers of scanners and planning systems.
    "siemens healthineers ge medical systems philips toshiba canon hitachi fujifilm neusoft united uih somatom definition force edge drive "
    "discovery optima lightspeed revolution brightspeed brilliance ingenuity iqon aquilion activion ucct ct99 varian eclipse nucletron "
    "elekta "
    "oncentra variseed seedaudit prowess raysearch monaco astra phantom synthetic vendor kl rl fc br hr qr bv "
    // Defined terms of code strings, and isotopes.
    "patient primary secondary axial localizer single plane mixed gy relative physical effective error fraction beam session point closed "
    "planar open nonplanar inside isocenter device treatment manual automatic semiautomatic permanent manually hdr mdr pdr cylinder line "
    "rigid flexible stepwise fixed volume site coordinates unapproved approved rejected yes iodine palladium cesium caesium iridium cs pd "
    "unspecified unknown none anonymous anonymized ";

constexpr std::array<std::string_view, 62> kKnownChinese = {
    "计划靶区", "临床靶区", "大体肿瘤", "肿瘤靶区", "靶区",   "肿瘤", "肝脏",   "肝",   "左肺", "右肺", "双肺", "肺",       "心脏",
    "主动脉",   "腔静脉",   "下腔静脉", "上腔静脉", "门静脉", "胰腺", "前列腺", "直肠", "膀胱", "尿道", "胃",   "十二指肠", "小肠",
    "结肠",     "肠",       "脊髓",     "肾",       "左肾",   "右肾", "左",     "右",   "脾",   "胆囊", "皮肤", "骨",       "食管",
    "气管",     "支气管",   "淋巴结",   "血管",     "针",     "粒子", "计划",   "术前", "术后", "增强", "平扫", "动脉期",   "静脉期",
    "延迟期",   "腹部",     "胸部",     "盆腔",     "上腹",   "全腹", "体表",   "轮廓", "碘",   "钯"};

constexpr std::size_t kLongestCode = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

const std::set<std::string, std::less<>>& known_words() {
  static const std::set<std::string, std::less<>> words = [] {
    std::set<std::string, std::less<>> all;
    std::size_t at = 0;
    while (at < kKnown.size()) {
      const std::size_t end = std::min(kKnown.find(' ', at), kKnown.size());
      if (end > at) all.emplace(kKnown.substr(at, end - at));
      at = end + 1;
    }
    return all;
  }();
  return words;
}

/// Made of known Chinese words, the longest first at each place.
bool known_chinese(std::string_view text) {
  while (!text.empty()) {
    std::size_t longest = 0;
    for (const auto word : kKnownChinese)
      if (text.starts_with(word)) longest = std::max(longest, word.size());
    if (longest == 0) return false;
    text.remove_prefix(longest);
  }
  return true;
}

enum class RunKind { letters, digits, wide, other };

struct Run {
  RunKind kind;
  std::string_view text;
  bool kept = true;
};

RunKind kind_of(char c) {
  return is_digit(c) ? RunKind::digits : is_letter(c) ? RunKind::letters : is_wide(c) ? RunKind::wide : RunKind::other;
}

std::vector<Run> runs_of(std::string_view text) {
  std::vector<Run> runs;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && kind_of(text[end]) == kind_of(text[at])) ++end;
    runs.push_back({kind_of(text[at]), text.substr(at, end - at)});
    at = end;
  }
  return runs;
}

/// At most `longest` characters of UTF-8.
std::string clipped(const std::string& text, std::size_t longest) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U && ++characters > longest) return text.substr(0, i);
  return text;
}

}  // namespace

TextCleaner::TextCleaner(std::string key, const std::vector<std::string>& source_words) : key_(std::move(key)) {
  for (const std::string& name : source_words)
    for (const Run& run : runs_of(name))
      if (run.kind == RunKind::letters && run.text.size() > 1) source_words_.insert(lower_case(run.text));
}

std::string TextCleaner::reduced(std::string_view given, std::size_t longest, bool technical) const {
  const std::string text = trimmed(given);
  std::vector<Run> runs = runs_of(text);
  std::size_t digits = 0, single_letters = 0;
  bool whole = clipped(text, longest).size() == text.size();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Run& run = runs[i];
    const auto beside = [&](std::size_t k) { return k < runs.size() && runs[k].kind == RunKind::digits; };
    const bool at_number = beside(i + 1) || (i > 0 && beside(i - 1));
    if (run.kind == RunKind::letters) {
      const std::string word = lower_case(run.text);
      const bool two = run.text.size() == 2 && beside(i + 1) && runs[i + 1].text.size() > 1;  // "Br36", but not a short name and a digit
      const bool code = technical ? at_number && run.text.size() <= kLongestCode - 4 : two;
      if (run.text.size() == 1 && !at_number) ++single_letters;
      run.kept = known_words().contains(word) || code || (technical && source_words_.contains(word));
      if (run.text.size() == 1) run.kept = single_letters <= 1 || at_number;
    } else if (run.kind == RunKind::digits) {
      digits += run.text.size();
      run.kept = run.text.size() <= (technical ? std::size_t{5} : std::size_t{3});
    } else if (run.kind == RunKind::wide) {
      run.kept = known_chinese(run.text);
    }
  }
  // So many digits, or several initials, are a number or a name written apart.
  const bool number = digits > kLongestCode;
  for (Run& run : runs) {
    if (number && run.kind == RunKind::digits) run.kept = false;
    if (single_letters > 1 && run.kind == RunKind::letters && run.text.size() == 1) run.kept = false;
    if (run.kind == RunKind::other)
      for (const char c : run.text) whole = whole && c >= ' ' && c != '^' && c != '=' && c != '@' && c != '\\' && c != 0x7F;
    whole = whole && run.kept;
  }
  if (whole) return text;
  std::string rest;
  for (const Run& run : runs) {
    if (run.kind != RunKind::other && run.kept) rest += run.text;
    const bool point = run.text == "." && !rest.empty() && is_digit(rest.back());
    if (point)
      rest += '.';
    else if ((run.kind == RunKind::other || !run.kept) && !rest.empty() && rest.back() != ' ')
      rest += ' ';
  }
  while (!rest.empty() && (rest.back() == ' ' || rest.back() == '.')) rest.pop_back();
  const std::string token = "x" + hmac_sha256(key_, "text:" + lower_case(text)).substr(0, 6);
  const std::string start = clipped(rest, longest > token.size() ? longest - token.size() - 1 : 0);
  return start.empty() ? token : trimmed(start) + " " + token;
}

std::string TextCleaner::clean(std::string_view text, std::size_t longest) const { return reduced(text, longest, false); }

std::string TextCleaner::clean_technical(std::string_view text, std::size_t longest) const { return reduced(text, longest, true); }

bool TextCleaner::is_known(std::string_view text) const { return reduced(text, std::string::npos, false) == trimmed(text); }

}  // namespace seedaudit
