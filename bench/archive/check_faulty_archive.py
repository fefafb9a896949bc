#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The seedaudit authors
# SPDX-License-Identifier: Apache-2.0
"""Compares what a batch made of an archive of make_faulty_archive.py with what was planted: one row a case, and its fault named.
    seedaudit scan ARCHIVE -o manifest.json --identity keep;  seedaudit batch manifest.json -o OUT --identity keep;  check_faulty_archive.py ARCHIVE OUT"""
import collections
import csv
import os
import sys

# What a row must be: its status, and words of its reason.
EXPECTED = {
    "": (("ok", "review"), ""),
    "truncated": (("refused",), "bytes, but only"),
    "missing_slices": (("refused",), "slices"),
    "wrong_patient": (("refused",), "of different patients"),
    "no_plan": (("review",), ""),
    "two_plans": (("refused",), "two plans"),
    "duplicate_uid": (("refused",), "one SOP Instance UID"),
    "not_dicom": (("refused",), "not DICOM although its name says so"),
    "unreadable_folder": (("refused",), "folder cannot be listed"),
}


def table(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def main():
    archive, out = sys.argv[1].rstrip("/"), sys.argv[2]
    rows = collections.defaultdict(list)
    for row in table(os.path.join(out, "cases.csv")):
        rows[row["patient"]].append(row)
    wrong, count = [], collections.Counter()
    for case in table(archive + ".truth.csv"):
        mine, fault = rows.pop(case["patient"], []), case["fault"]
        status, words = EXPECTED[fault]
        good = len(mine) == 1 and mine[0]["status"] in status and words in mine[0]["reason"]
        if good and fault == "no_plan":
            good = mine[0]["seeds_found"] != "" and mine[0]["d90_after_gy"] == ""
        count[fault or "sound", good] += 1
        if not good:
            wrong.append(f"{case['patient']} ({fault or 'sound'}): " + "; ".join(f"{r['status']}: {r['reason']}" for r in mine))
    wrong += [f"{patient}: a row of nobody's" for patient in rows]
    for (fault, good), n in sorted(count.items()):
        print(f"{fault:18} {n:5} {'right' if good else 'WRONG'}")
    print("\n".join(wrong) if wrong else "every case has one row, and it is right")
    return 1 if wrong else 0


sys.exit(main())
