#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The seedaudit authors
# SPDX-License-Identifier: Apache-2.0
"""Makes an archive of N small CT slices (SIZE x SIZE pixels, 8 unless given, under a whole header) for timing `seedaudit scan`: patients of
100 slices, half of them in a pre-op series and half in a post-op one. Of 64 x 64 pixels each patient is a case that an audit reads, and
finds no seed in.   make_archive.py FOLDER N [SIZE]"""
import os
import struct
import sys

LONG = {b"OB", b"OW", b"SQ", b"UN"}


def element(group, number, vr, value):
    data = value if isinstance(value, bytes) else str(value).encode()
    if len(data) % 2:
        data += b"\0" if vr == b"UI" else b" "
    head = struct.pack("<HH", group, number) + vr
    return head + (b"\0\0" + struct.pack("<I", len(data)) if vr in LONG else struct.pack("<H", len(data))) + data


def slice_bytes(patient, series, k, size):
    root = f"1.2.826.0.1.3680043.2.1125.{patient}.{series}"
    sop = f"{root}.4.{k}"
    short = struct.pack("<H", size)
    meta = element(2, 1, b"OB", b"\0\1") + element(2, 2, b"UI", "1.2.840.10008.5.1.4.1.1.2") + element(2, 3, b"UI", sop) + element(2, 0x10, b"UI", "1.2.840.10008.1.2.1")
    day = "20250228" if series == 1 else "20250401"
    body = b"".join([
        element(8, 8, b"CS", "ORIGINAL\\PRIMARY\\AXIAL"), element(8, 0x16, b"UI", "1.2.840.10008.5.1.4.1.1.2"), element(8, 0x18, b"UI", sop),
        element(8, 0x20, b"DA", day), element(8, 0x21, b"DA", day), element(8, 0x22, b"DA", day), element(8, 0x30, b"TM", "101500"),
        element(8, 0x60, b"CS", "CT"), element(8, 0x70, b"LO", "ACME"), element(8, 0x103E, b"LO", "ABDOMEN 2.5"),
        element(0x10, 0x10, b"PN", f"Name^{patient}"), element(0x10, 0x20, b"LO", f"PAT{patient:07d}"), element(0x18, 0x50, b"DS", "2.5"),
        element(0x18, 0x60, b"DS", "120"), element(0x18, 0x1210, b"SH", "B30f"), element(0x18, 0x5100, b"CS", "HFS"),
        element(0x20, 0xD, b"UI", root + ".1"), element(0x20, 0xE, b"UI", root + ".2"), element(0x20, 0x11, b"IS", series),
        element(0x20, 0x13, b"IS", k + 1), element(0x20, 0x32, b"DS", f"-100\\-100\\{2.5 * k}"), element(0x20, 0x37, b"DS", "1\\0\\0\\0\\1\\0"),
        element(0x20, 0x52, b"UI", root + ".3"), element(0x28, 2, b"US", struct.pack("<H", 1)), element(0x28, 4, b"CS", "MONOCHROME2"),
        element(0x28, 0x10, b"US", short), element(0x28, 0x11, b"US", short), element(0x28, 0x30, b"DS", "0.8\\0.8"),
        element(0x28, 0x100, b"US", struct.pack("<H", 16)), element(0x28, 0x101, b"US", struct.pack("<H", 12)),
        element(0x28, 0x102, b"US", struct.pack("<H", 11)), element(0x28, 0x103, b"US", struct.pack("<H", 0)),
        element(0x28, 0x1052, b"DS", "-1024"), element(0x28, 0x1053, b"DS", "1"), element(0x7FE0, 0x10, b"OW", struct.pack("<H", 1060) * (size * size))])
    return b"\0" * 128 + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta + body


def main():
    folder, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 8
    for n in range(count):
        patient, rest = divmod(n, 100)
        series, k = divmod(rest, 50)
        here = os.path.join(folder, f"{patient:05d}", f"s{series + 1}")
        if k == 0:
            os.makedirs(here, exist_ok=True)
        with open(os.path.join(here, f"{k:03d}"), "wb") as out:
            out.write(slice_bytes(patient, series + 1, k, size))


main()
