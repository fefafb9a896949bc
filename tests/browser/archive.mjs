// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// writeArchive(folder, n): n made-up audits as a batch leaves them, reports only, the same for the same n. Not clinical data: figures are
// drawn so that tables, charts and plots have something to show (a drift in one quarter, two scanners, thick slices, few failures).
// writeOutcomes(file, audits): what became of the patients of these audits, as made up: better covered implants progress later.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Park and Miller's minimal standard generator: the same on every machine. */
function generator(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

export async function writeArchive(folder, n) {
  const random = generator(20260101), normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const pad = (x, digits) => String(x).padStart(digits, "0");
  const round = (x) => Math.round(x * 1000) / 1000;
  const made = [];
  for (let i = 0; i < n; i++) {
    const id = `case-${pad(i, 5)}`, quarter = Math.floor(random() * 16), year = 2021 + Math.floor(quarter / 4), month = 1 + 3 * (quarter % 4) + Math.floor(random() * 3);
    const thick = random() < 0.3, drift = quarter === 11 ? -7 : 0, planned = 12 + Math.floor(random() * 50), lost = random() < 0.06 ? 1 + Math.floor(random() * 4) : 0;
    const before = 108 + 6 * normal(), d90 = Math.max(20, before - 6 + drift + (thick ? 9 : 7) * normal()), v100 = Math.min(100, 91 + 0.4 * (d90 - 100) + normal());
    const failed = random() < 0.02, review = !failed && random() < (thick ? 0.3 : 0.12);
    const verdict = failed ? "not_assessed" : d90 < 80 ? "urgent" : d90 < 90 || v100 < 80 ? "red" : d90 < 100 || v100 < 90 ? "amber" : "green";
    const seeds = Array.from({ length: planned - lost }, (_, k) => ({ status: k === 0 && random() < 0.04 ? "migrated" : "placed", confidence: round(0.97 + 0.03 * random()), center_sigma_mm: [0.1, 0.1, thick ? 0.4 : 0.15] }));
    const report = {
      schema_version: "1.0", case_id: id, status: failed ? "failed" : review ? "review" : "ok",
      acquisition: { postop: { slice_thickness_mm: thick ? 5 : 2.5, spacing_mm: [0.75, 0.75, random() < 0.002 ? 10 : thick ? 5 : 2.5], manufacturer: random() < 0.05 ? null : random() < 0.6 ? "Scanner A" : "Scanner B", patient_position: random() < 0.1 ? "HFP" : "HFS" } },
      postop: { seed_count: seeds.length, planned_count: planned, count_interval: [seeds.length, seeds.length + (random() < 0.1 ? 1 : 0)], seeds },
      registration: { outcome: failed ? "failed" : random() < 0.05 ? "low_confidence" : "ok", qa: { inverse_consistency_mm: round(0.5 + 0.1 * normal() + (random() < 0.002 ? 4 : 0)), similarity_after: round(0.6 + 0.05 * normal()) } },
      dose: failed ? null : {
        rx_gy: 120, implant_date: `${year}-${pad(month, 2)}-15`, days_since_implant: random() < 0.25 ? 1 : 28 + Math.floor(random() * 6),
        structures: [{ name: "CTV", role: "target", contour: "mapped", preop: { d90_gy: round(1.2 * before), v100_pct: 96 }, postop: { d90_gy: round(1.2 * d90), v100_pct: round(v100), d90_gy_interval: [round(1.2 * (d90 - 5)), round(1.2 * (d90 + 5))] } }, { name: "STOMACH", role: "oar", contour: "mapped", preop: { d0_1cc_gy: random() < 0.2 ? 90 : 10 } }],
      },
      undercoverage: { verdict }, provenance: { options: { "limits.site": random() < 0.8 ? "liver" : "pancreas" } },
    };
    const at = path.join(folder, "cases", id);
    await mkdir(at, { recursive: true });
    await writeFile(path.join(at, "report.json"), JSON.stringify(report));
    // Some audits have no page: then the table leads to the figures.
    if (i % 3) await writeFile(path.join(at, "report.html"), "<!doctype html><title>a report</title>");
    made.push({ case_id: id, implanted: `${year}-${pad(month, 2)}-15`, d90 });
  }
  return made;
}

/** \param audits as writeArchive returns them */
export async function writeOutcomes(file, audits) {
  const random = generator(20260202);
  const day = (from, days) => new Date(Date.parse(from) + 86400000 * Math.round(days)).toISOString().slice(0, 10);
  const rows = audits.map(({ case_id, implanted, d90 }) => {
    const followed = 200 + 1200 * random(), progression = (-900 * Math.log(1 - random())) / Math.exp(-0.03 * (d90 - 100)), death = -2500 * Math.log(1 - random());
    const end = Math.min(followed, progression, death), event = end === followed ? "censored" : end === progression ? "progression" : "death";
    const dies = death <= followed, known = dies ? death : followed, grade = random();
    return [case_id, implanted, day(implanted, end), event, day(implanted, known), dies ? "dead" : "alive", ["CR", "PR", "SD", "PD"][Math.floor(4 * random() ** 1.5)], grade < 0.7 ? 0 : grade < 0.9 ? 1 : grade < 0.97 ? 2 : 3, Math.round(45 + 35 * random()), random() < 0.4 ? "B" : "A"].join(",");
  });
  await writeFile(file, ["case_id,start,end,event,vital_date,vital_status,response,ctcae_pain,age,child_pugh", ...rows].join("\n") + "\n");
}
