#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measured runs for the model of the costs (fit_cost.py).

usage: cost_runs.py CASES-PROGRAM RUNS.tsv [SHARED-DATA]

Cases of several sizes are made (samples/cases) and done with `printprep run`,
one label at a time and with one thread; seconds and memory are those of its
cost.json, sizes those of `printprep cost`. A line is a step of a part. Cases
with odd numbers are to be fitted to, those with even ones to be tested with;
of real segmentations every other label. A last line of each part says what
memory all its processes had at once, seen every 10 ms.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

SIZES = tuple(int(s) for s in os.environ.get("SIZES", "24 40 64 96 128").split())
PER_SIZE = int(os.environ.get("PER_SIZE", "8"))
REAL = (
    ("C_volumes/wasserth+TotalSegmentator/tests/reference_files",
     "example_seg.nii.gz", "example_ct.nii.gz"),
    ("B_seg_rt_sr/wasserth+TotalSegmentator/tests/reference_files",
     "example_seg_dicom.nii.gz", "example_ct_dicom"),
    ("C_volumes/AIM-Harvard+pyradiomics/data",
     "lung1_label.nrrd", ""),
    ("C_volumes/AIM-Harvard+pyradiomics/data",
     "prostate_phantom_subvolume-label.nrrd",
     "prostate_phantom_subvolume.nrrd"),
    ("C_volumes/AIM-Harvard+pyradiomics/data",
     "brain1_label.nrrd", "brain1_image.nrrd"),
)


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            below = [int(c) for c in f.read().split()]
    except OSError:
        return []
    return below + [c for b in below for c in children(b)]


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm") as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, IndexError):
        return 0


def run(arguments):
    """Status, and the most memory that was seen in all processes at once."""
    peak = 0
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while process.poll() is None:
        pids = [process.pid] + children(process.pid)
        peak = max(peak, sum(resident(p) for p in pids))
        time.sleep(0.01)
    return process.returncode, peak


def part(out, kind, case, mask, source, label, folder):
    forecast = json.loads(subprocess.run(
        ["printprep", "cost", "-q", "-j", "-", "--mask", mask, "--label",
         str(label)] + (["--source", source] if source else []),
        check=True, stdout=subprocess.PIPE).stdout)
    size = forecast["parts"][0]
    volume = forecast["volume"]
    status, peak = run(
        ["printprep", "run", "-q", "--jobs", "1", "--mask", mask, "--label",
         str(label), "-o", folder] + (["--source", source] if source else []))
    with open(os.path.join(folder, "cost.json")) as f:
        cost = json.load(f)
    common = [volume["voxels"], volume["source_voxels"], size["box_voxels"],
              size["surface_voxels"], size["thin_voxels"],
              "%.1f" % size["surface_mm2"]]
    for p in cost["parts"]:
        rows = [(s["step"], s["user_s"] + s["system_s"],
                 s["peak_bytes"] / 2**20) for s in p["steps"]]
        most = max([peak] + [s["peak_bytes"] for s in p["steps"]])
        rows.append(("all at once", sum(r[1] for r in rows), most / 2**20))
        for step, seconds, mb in rows:
            print(kind, case, label, step, *common, "%.3f" % seconds,
                  "%.1f" % mb, sep="\t", file=out, flush=True)
    print(f"{case} label {label}: status {status}, "
          f"{sum(r[1] for r in rows[:-1]):.1f} s, {peak / 2**20:.0f} MB")
    shutil.rmtree(folder)


def labels(mask):
    done = subprocess.run(["mask2stl", "--list", "-q", "-j", "-", mask],
                          stdout=subprocess.PIPE, check=True)
    return [l["label"] for l in json.loads(done.stdout)["labels"]
            if l["voxels"] >= 64]


def main():
    program, path = sys.argv[1:3]
    shared = sys.argv[3] if len(sys.argv) > 3 else ""
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as work, open(path, "w") as out:
        folder = os.path.join(work, "out")
        for size in SIZES:
            cases = os.path.join(work, str(size))
            os.mkdir(cases)
            subprocess.run([program, cases, f"count={PER_SIZE}",
                            f"size={size}", f"seed={size}"], check=True)
            for n, name in enumerate(sorted(os.listdir(cases))):
                mask = os.path.join(cases, name, "mask.nii")
                # every fourth without a source
                source = os.path.join(cases, name, "source.nii")
                for label in labels(mask):
                    part(out, "fit" if n % 2 == 0 else "test",
                         f"{size}-{name}", mask,
                         source if n % 4 < 3 else None, label, folder)
        for place, mask, source in REAL:
            mask = os.path.join(shared, place, mask)
            source = source and os.path.join(shared, place, source)
            if not shared or not os.path.exists(mask):
                continue
            for n, label in enumerate(labels(mask)[::REAL_STEP]):
                part(out, "fit" if n % 2 == 0 else "test",
                     os.path.basename(mask), mask,
                     source if source and os.path.exists(source) else None, label,
                     folder)


REAL_STEP = int(os.environ.get("REAL_STEP", "4"))
main()
