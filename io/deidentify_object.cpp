// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/deidentify_object.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/date_shift.h"
#include "core/pseudonym.h"
#include "io/confidentiality_table.h"
#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"

namespace seedaudit {
namespace {

constexpr Tag kCodingScheme{0x0008, 0x0102};
constexpr Tag kCodeMeaning{0x0008, 0x0104};
constexpr Tag kBurnedIn{0x0028, 0x0301};
constexpr Tag kContent{0x0040, 0xA730};
constexpr Tag kValueType{0x0040, 0xA040};
constexpr Tag kVerification{0x0040, 0xA493};
constexpr Tag kContentLabel{0x0070, 0x0080};

bool same(Tag a, Tag b) { return a.group == b.group && a.element == b.element; }

std::string text_value(DcmElement& e) {
  OFString s;
  if (e.getOFStringArray(s).bad()) return {};
  return {s.c_str(), s.length()};
}

template <class Change>
std::string each_value(const std::string& joined, const Change& change) {
  std::string out;
  for (std::size_t begin = 0;;) {
    const auto end = joined.find('\\', begin);
    out += change(joined.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos) return out;
    out += '\\';
    begin = end + 1;
  }
}

bool only(std::string_view text, std::string_view allowed) { return text.find_first_not_of(allowed) == std::string_view::npos; }

constexpr std::string_view kNumberCharacters{"0123456789+-.eE\\ \0", 18};
constexpr std::string_view kTimeCharacters{"0123456789.:\\ \0", 15};

bool is_code_string(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' || c == '_' || c == '\\' || c == '\0' ||
           c == '-' || c == '/' || c == '.';
  });
}

bool is_code_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '^' && c != '=' && c != '@'; });
}

/// Schemes whose meanings the standards themselves word.
bool is_standard_scheme(const std::string& scheme) {
  static const std::array<std::string, 10> kSchemes{"DCM", "SCT", "SRT", "SNM3", "LN", "UCUM", "NCIt", "FMA", "RADLEX", "99SEEDAUDIT"};
  return std::find(kSchemes.begin(), kSchemes.end(), scheme) != kSchemes.end();
}

class ObjectCleaner {
 public:
  ObjectCleaner(DcmDataset& dataset, const Confidentiality& confidentiality, const TextCleaner& cleaner)
      : dataset_(dataset), confidentiality_(confidentiality), cleaner_(cleaner), decoder_(dataset) {}

  void clean() {
    const std::string id = decoder_.text(dataset_, kPatientId);
    pseudonym_ = pseudonym_of(confidentiality_.key, id);
    clean_item(dataset_);
    state_profile();
    if (is_enhanced_image(value_of(dataset_, {0x0008, 0x0016}))) {
      // Their equipment module has no empty attributes: dummy values stand for what identifies the scanner.
      for (const DcmTagKey& tag : {DCM_DeviceSerialNumber, DCM_SoftwareVersions}) dataset_.putAndInsertString(tag, "0");
    }
  }

 private:
  void clean_item(DcmItem& item) {
    const bool standard_code = is_standard_scheme(value_of(item, kCodingScheme));
    const std::string maker = decoder_.text(item, kSourceManufacturer);
    std::vector<DcmElement*> elements;
    for (unsigned long i = 0; i < item.card(); ++i) elements.push_back(item.getElement(i));
    for (DcmElement* e : elements) {
      const Tag tag{e->getGTag(), e->getETag()};
      const bool defined = standard_code && same(tag, kCodeMeaning);  // worded by the scheme, not by a person
      const bool stays = defined ? e->putString(decoder_.decode(text_value(*e)).c_str()).good() : apply(*e, tag);
      if (!stays) delete item.remove(e);
    }
    if (!maker.empty()) take_over_maker(item, maker);
  }

  /// The profile removes Source Manufacturer. Its words go to the description where they are a known maker's: they tell seed models apart.
  void take_over_maker(DcmItem& source, const std::string& maker) {
    delete source.remove(DcmTagKey(kSourceManufacturer.group, kSourceManufacturer.element));
    if (cleaner_.clean_technical(maker) != maker) return;
    // Cleaned before, and UTF-8 since then: not for the decoder of the old character set.
    DcmElement* stated = nullptr;
    const bool described = source.findAndGetElement(DcmTagKey(kSourceDescription.group, kSourceDescription.element), stated).good();
    std::string description = described && stated != nullptr ? text_value(*stated) : std::string();
    while (!description.empty() && (description.back() == ' ' || description.back() == '\0')) description.pop_back();
    if (description.find(maker) != std::string::npos) return;
    description += (description.empty() ? "" : "; ") + maker;
    source.putAndInsertString(DcmTagKey(kSourceDescription.group, kSourceDescription.element), description.c_str());
  }

  /// \return whether the element stays
  bool apply(DcmElement& e, Tag tag) {
    const DcmEVR stored = e.ident();
    const DcmTag known(tag.group, tag.element);
    const AttributeAction action = action_for(tag, known.getVR().getVRName());
    // A value of another kind than the dictionary's is not what the table thinks it is.
    switch (action) {
      case AttributeAction::remove:
        return false;
      case AttributeAction::empty:
        if (stored == EVR_SQ) {
          auto& sequence = static_cast<DcmSequenceOfItems&>(e);
          while (sequence.card() > 0) delete sequence.remove(0UL);
          return true;
        }
        return stored != EVR_UN && e.putString("").good();
      case AttributeAction::keep_pixels:
        return true;
      case AttributeAction::recurse:
        if (stored != EVR_SQ) return false;
        clean_sequence(static_cast<DcmSequenceOfItems&>(e), same(tag, kContent));
        return true;
      case AttributeAction::keep:
        return keep_number(e, stored, tag);
      default:
        break;
    }
    if (!e.isaString()) return false;
    const std::string raw = text_value(e);
    std::string value;
    const auto longest = static_cast<std::size_t>(std::min<Uint32>(known.getVR().getMaxValueLength(), 1024U));
    switch (action) {
      case AttributeAction::pseudonym:
        value = pseudonym_;
        break;
      case AttributeAction::replace_uid:
        value = each_value(raw, [&](const std::string& uid) {
          return keyed_uid(confidentiality_.key, uid.substr(0, uid.find_first_of(std::string_view{" \0", 2})));
        });
        break;
      case AttributeAction::shift_date:
        value = each_value(raw, [&](const std::string& date) { return shifted_date(date, confidentiality_.shift); });
        break;
      case AttributeAction::keep_time:
        value = only(raw, kTimeCharacters) ? raw : std::string();
        break;
      case AttributeAction::keep_code:
        value = is_code_value(raw) ? raw : cleaner_.clean_technical(decoder_.decode(raw), longest);
        break;
      case AttributeAction::clean:
        value = each_value(decoder_.decode(raw), [&](const std::string& text) { return cleaner_.clean(text, longest); });
        break;
      case AttributeAction::clean_technical:
        value = each_value(decoder_.decode(raw), [&](const std::string& text) { return cleaner_.clean_technical(text, longest); });
        break;
      default:
        return false;
    }
    return e.putString(value.c_str()).good();
  }

  bool keep_number(DcmElement& e, DcmEVR stored, Tag tag) {
    switch (stored) {
      case EVR_DS:
      case EVR_IS:
        return only(text_value(e), kNumberCharacters) || e.putString("").good();
      case EVR_CS:
        if (same(tag, kVerification)) return e.putString("UNVERIFIED").good();  // the verifying observer is gone
        if (same(tag, kContentLabel) && !cleaner_.is_known(text_value(e))) return e.putString("LABEL").good();  // the one that people type
        return is_code_string(text_value(e)) || e.putString("").good();
      case EVR_AT:
      case EVR_FD:
      case EVR_FL:
      case EVR_OD:
      case EVR_OF:
      case EVR_OL:
      case EVR_SL:
      case EVR_SS:
      case EVR_UL:
      case EVR_US:
        return true;
      default:
        return false;
    }
  }

  void clean_sequence(DcmSequenceOfItems& sequence, bool content) {
    std::vector<DcmItem*> items;
    for (DcmObject* o = sequence.nextInContainer(nullptr); o != nullptr; o = sequence.nextInContainer(o))
      items.push_back(static_cast<DcmItem*>(o));
    for (DcmItem* item : items) {
      if (content && value_of(*item, kValueType) == "PNAME")
        delete sequence.remove(item);
      else
        clean_item(*item);
    }
  }

  void state_profile() {
    dataset_.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
    dataset_.putAndInsertString(DCM_PatientIdentityRemoved, "YES");
    dataset_.putAndInsertString(DCM_DeidentificationMethod, "seedaudit deidentify");
    dataset_.putAndInsertString(DCM_LongitudinalTemporalInformationModified, confidentiality_.dates_kept ? "UNMODIFIED" : "MODIFIED");
    struct Code {
      const char *value, *meaning;
    };
    std::vector<Code> codes{{"113100", "Basic Application Confidentiality Profile"},
                            {"113104", "Clean Structured Content Option"},
                            {"113105", "Clean Descriptors Option"}};
    codes.push_back(confidentiality_.dates_kept ? Code{"113106", "Retain Longitudinal Temporal Information Full Dates Option"}
                                                : Code{"113107", "Retain Longitudinal Temporal Information Modified Dates Option"});
    for (const Code& code : codes) {
      DcmItem* item = nullptr;
      if (dataset_.findOrCreateSequenceItem(DCM_DeidentificationMethodCodeSequence, item, -2).bad() || item == nullptr) continue;
      item->putAndInsertString(DCM_CodeValue, code.value);
      item->putAndInsertString(DCM_CodingSchemeDesignator, "DCM");
      item->putAndInsertString(DCM_CodeMeaning, code.meaning);
    }
  }

  DcmDataset& dataset_;
  const Confidentiality& confidentiality_;
  const TextCleaner& cleaner_;
  TextDecoder decoder_;
  std::string pseudonym_;
};

/// The object as the bytes of a file with a meta header of its own.
OFCondition serialise(DcmFileFormat& file, E_TransferSyntax syntax, std::string& bytes) {
  OFCondition good = file.validateMetaInfo(syntax, EWM_createNewMeta);
  if (good.bad()) return good;
  std::vector<char> chunk(1U << 20U);
  DcmOutputBufferStream out(chunk.data(), static_cast<offile_off_t>(chunk.size()));
  const auto drain = [&] {
    void* data = nullptr;
    offile_off_t length = 0;
    out.flushBuffer(data, length);
    bytes.append(static_cast<const char*>(data), static_cast<std::size_t>(length));
    return length;
  };
  file.transferInit();
  do {
    good = file.write(out, syntax, EET_ExplicitLength, nullptr, EGL_withoutGL, EPD_withoutPadding, 0, 0, 0, EWM_createNewMeta);
    drain();
  } while (good == EC_StreamNotifyClient);
  if (good.good()) {
    do out.flush();
    while (drain() > 0);
  }
  file.transferEnd();
  return good;
}

}  // namespace

Result<std::string> deidentified_object(const std::string& path, const Confidentiality& confidentiality, const TextCleaner& cleaner) {
  auto opened = open_dicom(path, false);
  if (!opened) return opened.error();
  try {
    DcmFileFormat& source = **opened;
    if (value_of(*source.getDataset(), kBurnedIn) == "YES")
      return Error{ErrorCode::unreadable_file, "the image says that annotation is burned into its pixels", path,
                   "pixels are not cleaned here: remove the series from the case, or clean it with another tool"};
    E_TransferSyntax syntax = source.getDataset()->getOriginalXfer();
    // Deflated and big endian objects are written plainly; the values are the same.
    if (syntax == EXS_DeflatedLittleEndianExplicit || syntax == EXS_BigEndianExplicit) syntax = EXS_LittleEndianExplicit;
    DcmFileFormat file(source.getAndRemoveDataset(), OFFalse);  // a meta header and a preamble of its own
    ObjectCleaner(*file.getDataset(), confidentiality, cleaner).clean();
    if (!file.getDataset()->canWriteXfer(syntax))
      return Error{ErrorCode::unsupported_syntax, "the object cannot be written in its transfer syntax again", path,
                   "decompress it with another tool"};
    std::string bytes;
    const OFCondition good = serialise(file, syntax, bytes);
    if (good.bad()) return Error{ErrorCode::internal, std::string("cannot encode the object: ") + good.text(), path, ""};
    return bytes;
  } catch (const std::exception& e) {
    return Error{ErrorCode::unreadable_file, std::string("DICOM parser: ") + e.what(), path, "Export the file again."};
  }
}

}  // namespace seedaudit
