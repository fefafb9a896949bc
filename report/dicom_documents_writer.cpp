// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_documents_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <optional>
#include <vector>

#include "core/sha256.h"
#include "report/dicom_ct_writer.h"
#include "report/dicom_object.h"

namespace seedaudit {
namespace {

struct Code {
  const char* value;
  const char* scheme;
  const char* meaning;
};
constexpr const char* kOwnScheme = "99SEEDAUDIT";

void write_code(ItemWriter& item, const DcmTagKey& sequence, const Code& code) {
  ItemWriter entry = item.add_item(sequence);
  entry.text(DCM_CodeValue, code.value);
  entry.text(DCM_CodingSchemeDesignator, code.scheme);
  entry.text(DCM_CodeMeaning, code.meaning);
}

ItemWriter add_content(ItemWriter& parent, const char* relation, const char* type, const Code& concept_name) {
  ItemWriter item = parent.add_item(DCM_ContentSequence);
  item.text(DCM_RelationshipType, relation);
  item.text(DCM_ValueType, type);
  write_code(item, DCM_ConceptNameCodeSequence, concept_name);
  return item;
}

void add_code(ItemWriter& parent, const char* relation, const Code& concept_name, const Code& value) {
  ItemWriter item = add_content(parent, relation, "CODE", concept_name);
  write_code(item, DCM_ConceptCodeSequence, value);
}

void add_text(ItemWriter& parent, const char* relation, const Code& concept_name, const std::string& text) {
  add_content(parent, relation, "TEXT", concept_name).text(DCM_TextValue, text);
}

void add_uid(ItemWriter& parent, const char* relation, const Code& concept_name, const std::string& uid) {
  add_content(parent, relation, "UIDREF", concept_name).text(DCM_UID, uid);
}

/// A figure with its unit; nothing where it was not computed.
void add_number(ItemWriter& group, const Code& name, const std::optional<double>& value, const Code& unit) {
  if (!value) return;
  ItemWriter item = add_content(group, "CONTAINS", "NUM", name);
  ItemWriter measured = item.add_item(DCM_MeasuredValueSequence);
  write_code(measured, DCM_MeasurementUnitsCodeSequence, unit);
  measured.decimal(DCM_NumericValue, *value);
}

constexpr Code kGray{"Gy", "UCUM", "Gray"}, kPercent{"%", "UCUM", "Percent"}, kCc{"cm3", "UCUM", "Cubic Centimeter"},
    kOne{"1", "UCUM", "no units"};

ItemWriter add_group(ItemWriter& measurements, const std::string& name, const std::string& series_uid) {
  ItemWriter group = add_content(measurements, "CONTAINS", "CONTAINER", {"125007", "DCM", "Measurement Group"});
  group.text(DCM_ContinuityOfContent, "SEPARATE");
  add_text(group, "HAS OBS CONTEXT", {"112039", "DCM", "Tracking Identifier"}, name);
  add_uid(group, "HAS OBS CONTEXT", {"112040", "DCM", "Tracking Unique Identifier"}, stable_uid({"group", series_uid, name}));
  return group;
}

void add_counts(ItemWriter& measurements, const CaseAudit& audit, const std::string& series_uid) {
  ItemWriter group = add_group(measurements, "seeds", series_uid);
  const auto whole = [](const std::optional<int>& n) { return n ? std::optional<double>(*n) : std::nullopt; };
  const CountReconciliation& c = audit.counts;
  const bool counted = audit.detection.outcome.kind != OutcomeKind::not_run;
  add_number(group, {"planned_count", kOwnScheme, "Seeds planned"}, whole(c.planned), kOne);
  add_number(group, {"implanted_count", kOwnScheme, "Seeds implanted by record"}, whole(c.implanted), kOne);
  if (!counted) return;
  add_number(group, {"seed_count", kOwnScheme, "Seeds found"}, static_cast<double>(c.found), kOne);
  add_number(group, {"count_low", kOwnScheme, "Lower end of the count"}, static_cast<double>(c.interval.low), kOne);
  add_number(group, {"count_high", kOwnScheme, "Upper end of the count"}, static_cast<double>(c.interval.high), kOne);
  add_number(group, {"in_site", kOwnScheme, "Seeds in the site"}, whole(c.in_site), kOne);
  add_number(group, {"out_of_site", kOwnScheme, "Seeds out of the site"}, whole(c.out_of_site), kOne);
}

struct Figure {
  Code name;
  std::optional<double> DoseMetrics::*value;
  Code unit;
};
constexpr Figure kFigures[] = {{{"d90_gy", kOwnScheme, "D90"}, &DoseMetrics::d90_gy, kGray},
                               {{"d100_gy", kOwnScheme, "D100"}, &DoseMetrics::d100_gy, kGray},
                               {{"dmean_gy", kOwnScheme, "Mean dose"}, &DoseMetrics::dmean_gy, kGray},
                               {{"v100_pct", kOwnScheme, "V100"}, &DoseMetrics::v100_pct, kPercent},
                               {{"v150_pct", kOwnScheme, "V150"}, &DoseMetrics::v150_pct, kPercent},
                               {{"v200_pct", kOwnScheme, "V200"}, &DoseMetrics::v200_pct, kPercent},
                               {{"d2cc_gy", kOwnScheme, "D2cc"}, &DoseMetrics::d2cc_gy, kGray}};

void add_structures(ItemWriter& measurements, const CaseAudit& audit, const std::string& series_uid) {
  if (!audit.dose) return;
  for (const StructureAudit& s : audit.dose->structures)
    for (const bool after : {false, true}) {
      const auto& metrics = after ? s.postop : s.preop;
      if (!metrics) continue;
      const std::string name = s.name + " (" + std::string(to_string(s.contour)) + "), " + (after ? "post-implant" : "planned");
      ItemWriter group = add_group(measurements, name, series_uid);
      add_number(group, {"volume_cc", kOwnScheme, "Volume"}, after ? s.volume_postop_cc : s.volume_preop_cc, kCc);
      for (const Figure& f : kFigures) add_number(group, f.name, (*metrics).*f.value, f.unit);
      if (after && s.d90_gy_interval) {
        add_number(group, {"d90_gy_low", kOwnScheme, "Lower end of D90"}, s.d90_gy_interval->first, kGray);
        add_number(group, {"d90_gy_high", kOwnScheme, "Upper end of D90"}, s.d90_gy_interval->second, kGray);
      }
    }
}

}  // namespace

Result<WrittenInstance> write_encapsulated_pdf(const std::string& pdf, const std::string& title, const DicomHeader& header,
                                               const std::filesystem::path& file) {
  if (pdf.empty()) return Error{ErrorCode::invalid_option, "there is no PDF to put into DICOM", file.string(), ""};
  Sha256 hash;
  hash.add_part(pdf);
  const std::string digest = hash.hexadecimal();
  const ObjectIdentity identity = identify(header, "DOC", "", digest);
  WrittenInstance out{UID_EncapsulatedPDFStorage, stable_uid({"pdf", identity.series_instance_uid, digest}), file.string()};
  const auto done = write_object(file, DicomSyntax::explicit_little_endian, [&](ItemWriter& item) {
    write_common(item, header, identity, "DOC", out.sop_class_uid, out.sop_instance_uid, false);
    item.text(DCM_ConversionType, "SYN");
    item.integer(DCM_InstanceNumber, 1);
    item.date(DCM_ContentDate, DCM_ContentTime, header.content_date.value_or(header.study_date));
    item.text(DCM_AcquisitionDateTime, "");
    item.text(DCM_BurnedInAnnotation, header.patient.identity_removed ? "NO" : "YES");
    item.text(DCM_DocumentTitle, title);
    item.empty(DCM_ConceptNameCodeSequence);
    item.text(DCM_MIMETypeOfEncapsulatedDocument, "application/pdf");
    item.bytes(DCM_EncapsulatedDocument, pdf);
  });
  if (!done) return done.error();
  return out;
}

Result<WrittenInstance> write_measurements(const CaseAudit& audit, const DicomHeader& header, const std::filesystem::path& file) {
  Sha256 hash;
  hash.add_part(audit.case_id);
  for (const InputObject& i : audit.provenance.inputs) hash.add_part(i.uid + i.sha);
  for (const auto& [name, value] : audit.provenance.options) hash.add_part(name + "=" + value);
  hash.add_part(audit.provenance.version + audit.provenance.git);
  const std::string digest = hash.hexadecimal();
  const ObjectIdentity identity = identify(header, "SR", "", digest);
  WrittenInstance out{UID_ComprehensiveSRStorage, stable_uid({"sr", identity.series_instance_uid, digest}), file.string()};
  const auto done = write_object(file, DicomSyntax::explicit_little_endian, [&](ItemWriter& item) {
    write_common(item, header, identity, "SR", out.sop_class_uid, out.sop_instance_uid, false);
    item.empty(DCM_ReferencedPerformedProcedureStepSequence);
    item.integer(DCM_InstanceNumber, 1);
    item.date(DCM_ContentDate, DCM_ContentTime, header.content_date.value_or(header.study_date));
    item.empty(DCM_PerformedProcedureCodeSequence);
    item.text(DCM_CompletionFlag, audit.status == AuditStatus::failed ? "PARTIAL" : "COMPLETE");
    item.text(DCM_VerificationFlag, "UNVERIFIED");
    item.text(DCM_ValueType, "CONTAINER");
    write_code(item, DCM_ConceptNameCodeSequence, {"126000", "DCM", "Imaging Measurement Report"});
    item.text(DCM_ContinuityOfContent, "SEPARATE");
    ItemWriter form = item.add_item(DCM_ContentTemplateSequence);
    form.text(DCM_MappingResource, "DCMR");
    form.text(DCM_TemplateIdentifier, "1500");
    add_code(item, "HAS CONCEPT MOD", {"121049", "DCM", "Language of Content Item and Descendants"}, {"eng", "RFC5646", "English"});
    add_code(item, "HAS OBS CONTEXT", {"121005", "DCM", "Observer Type"}, {"121007", "DCM", "Device"});
    add_uid(item, "HAS OBS CONTEXT", {"121012", "DCM", "Device Observer UID"},
            stable_uid({"device", "seedaudit", header.software_version}));
    add_text(item, "HAS OBS CONTEXT", {"121013", "DCM", "Device Observer Name"}, "seedaudit " + header.software_version);
    add_code(item, "HAS CONCEPT MOD", {"121058", "DCM", "Procedure reported"}, {"77477000", "SCT", "Computed Tomography"});
    ItemWriter measurements = add_content(item, "CONTAINS", "CONTAINER", {"126010", "DCM", "Imaging Measurements"});
    measurements.text(DCM_ContinuityOfContent, "SEPARATE");
    add_counts(measurements, audit, identity.series_instance_uid);
    add_structures(measurements, audit, identity.series_instance_uid);
  });
  if (!done) return done.error();
  return out;
}

}  // namespace seedaudit
