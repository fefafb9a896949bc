#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The seedaudit authors
# SPDX-License-Identifier: Apache-2.0
"""Makes an archive of N small simulated cases, one in ten with a planted fault, and truth.csv beside it; check_faulty_archive.py compares.
    make_faulty_archive.py SEEDAUDIT ARCHIVE N
Each case is the phantom `tiny` under identifiers of its own: UIDs and Patient IDs are replaced by others of the same length, so that every
length in the files stays right. Sound cases of one archive are alike, since what is under test is what becomes of the others."""
import csv
import os
import re
import shutil
import subprocess
import sys

UID = re.compile(rb"2\.25\.[0-9]{20,39}")
PATIENT = b"PHANTOM-tiny-1"
FAULTS = ["truncated", "missing_slices", "wrong_patient", "no_plan", "two_plans", "duplicate_uid", "not_dicom", "unreadable_folder"]


def renamed(content, number, patient):
    """Another implant: the last six digits of every UID are moved on, in the same way in every file, so that references stay."""
    def move(match):
        uid = match.group()
        return uid[:-6] + b"%06d" % ((int(uid[-6:]) + 7 * number) % 1000000)
    return UID.sub(move, content).replace(PATIENT, patient)


def patient_id(number):
    return b"CASE-%09d" % number


def sop_uid(content):
    """SOP Instance UID, (0008,0018), explicit little endian."""
    at = content.index(b"\x08\x00\x18\x00UI", 200) + 6
    length = int.from_bytes(content[at:at + 2], "little")
    return content[at + 2:at + 2 + length]


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, content):
    with open(path, "wb") as f:
        f.write(content)


def plant(fault, folder, number):
    scan = os.path.join(folder, "postop_ct")
    slices = sorted(os.listdir(scan))
    middle = os.path.join(scan, slices[len(slices) // 2])
    plan = os.path.join(folder, "preop_rtplan.dcm")
    dose = os.path.join(folder, "preop_rtdose.dcm")
    if fault == "truncated":
        write(middle, read(middle)[:-4000])
    elif fault == "missing_slices":
        for name in slices[len(slices) // 2:len(slices) // 2 + 4]:
            os.remove(os.path.join(scan, name))
    elif fault == "wrong_patient":
        for name in slices:
            path = os.path.join(scan, name)
            write(path, read(path).replace(patient_id(number), b"OTHR-%09d" % number))
    elif fault == "no_plan":
        os.remove(plan)
        os.remove(dose)
    elif fault == "two_plans":
        os.remove(dose)  # it says which plan was delivered
        content = read(plan)
        uid = sop_uid(content)
        other = uid.rstrip(b"\0")
        other = other[:-1] + (b"1" if other[-1:] != b"1" else b"2")
        write(os.path.join(folder, "preop_rtplan_2.dcm"), content.replace(uid, other.ljust(len(uid), b"\0")))
    elif fault == "duplicate_uid":
        neighbour = read(os.path.join(scan, slices[len(slices) // 2 + 1]))
        content = read(middle)
        # Both are padded to the same length or differ in it: only equal lengths can be exchanged in place.
        for name in slices[len(slices) // 2 + 1:]:
            neighbour = read(os.path.join(scan, name))
            if len(sop_uid(neighbour)) == len(sop_uid(content)):
                write(middle, content.replace(sop_uid(content), sop_uid(neighbour)))
                return
        raise SystemExit("no two slices with UIDs of one length")
    elif fault == "not_dicom":
        write(middle, b"this was a slice\n" * 100)
    elif fault == "unreadable_folder":
        os.chmod(scan, 0)


def main():
    program, archive, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    base = archive.rstrip("/") + ".base"
    subprocess.run([program, "phantom", "tiny", "-o", base, "--no-progress"], check=True, stdout=subprocess.DEVNULL)
    rows = []
    for number in range(1, count + 1):
        folder = os.path.join(archive, f"{number:05d}")
        for here, _, names in os.walk(base):
            to = os.path.join(folder, os.path.relpath(here, base))
            os.makedirs(to, exist_ok=True)
            for name in names:
                if name.endswith(".dcm"):
                    write(os.path.join(to, name), renamed(read(os.path.join(here, name)), number, patient_id(number)))
        fault = FAULTS[(number // 10 - 1) % len(FAULTS)] if number % 10 == 0 else ""
        if fault:
            plant(fault, folder, number)
        rows.append([patient_id(number).decode(), fault])
    shutil.rmtree(base)
    with open(archive.rstrip("/") + ".truth.csv", "w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["patient", "fault"])
        writer.writerows(rows)


main()
