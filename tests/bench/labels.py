#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""labels.py - mask2stl --all beside VTK (python3-vtk9), measured in one run

usage: labels.py [COLUMNS ROWS SLICES [LABELS]]

Organs that touch: the cells of seeds within a ball, rounded by waves. Seconds
and peak memory of whole processes, children of this one. VTK: discrete flying
edges, a contour for each label, and one STL file.
"""
import os
import struct
import sys
import tempfile
import time

import numpy as np

WORK = tempfile.mkdtemp(prefix="labels")


def write_nifti(path, label, mm):
    """label[k, j, i]; the origin at voxel 0, axes along R, A, S."""
    h = bytearray(352)
    struct.pack_into("<i", h, 0, 348)
    struct.pack_into("<8h", h, 40, 3, *label.shape[::-1], 1, 1, 1, 1)
    struct.pack_into("<2h", h, 70, 2, 8)
    struct.pack_into("<4f", h, 76, 1, mm, mm, mm)
    struct.pack_into("<2f", h, 108, 352, 1)
    struct.pack_into("<h", h, 254, 1)
    for axis in range(3):
        struct.pack_into("<f", h, 280 + 20 * axis, mm)
    h[344:348] = b"n+1\0"
    with open(path, "wb") as f:
        f.write(h)
        f.write(label.tobytes())


def organs(dim, n):
    rng = np.random.default_rng(30)
    seed = rng.uniform(0.15, 0.85, (n, 3)) * dim
    i = np.arange(dim[0], dtype=np.float32)[None, :]
    j = np.arange(dim[1], dtype=np.float32)[:, None]
    label = np.zeros(dim[::-1], dtype=np.uint8)
    for k in range(dim[2]):
        x = i + 4 * np.sin(j / 17 + k / 23)
        y = j + 4 * np.sin(k / 19 + i / 29)
        best = np.full((dim[1], dim[0]), np.inf, dtype=np.float32)
        for s in range(n):
            d = ((x - seed[s, 0]) ** 2 + (y - seed[s, 1]) ** 2 +
                 np.float32(k - seed[s, 2]) ** 2)
            near = d < best
            best[near] = d[near]
            label[k][near] = s + 1
        r = ((2 * i / dim[0] - 1) ** 2 + (2 * j / dim[1] - 1) ** 2 +
             (2 * k / dim[2] - 1) ** 2)
        label[k][r > 0.8] = 0
    return label


def run(argv):
    """User and wall seconds and peak megabytes of a child process."""
    start = time.monotonic()
    pid = os.posix_spawnp(argv[0], argv, os.environ)
    _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) > 1:
        sys.exit("labels: failed: " + " ".join(argv))
    return used.ru_utime, time.monotonic() - start, used.ru_maxrss / 1024


def vtk_surfaces(path, n, out):
    import vtk

    reader = vtk.vtkNIFTIImageReader()
    reader.SetFileName(path)
    surface = vtk.vtkDiscreteFlyingEdges3D()
    surface.SetInputConnection(reader.GetOutputPort())
    surface.GenerateValues(n, 1, n)
    surface.ComputeNormalsOff()
    surface.ComputeGradientsOff()
    writer = vtk.vtkSTLWriter()
    writer.SetFileTypeToBinary()
    writer.SetInputConnection(surface.GetOutputPort())
    writer.SetFileName(out)
    writer.Write()


def row(name, r):
    print("%-44s %7.2f %7.2f %7.0f" % ((name,) + r), flush=True)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "vtk":
        vtk_surfaces(sys.argv[2], int(sys.argv[3]), sys.argv[4])
        return
    dim = [int(n) for n in sys.argv[1:4]] or [256, 256, 200]
    n = int(sys.argv[4]) if len(sys.argv) > 4 else 30
    path = os.path.join(WORK, "organs.nii")
    one = os.path.join(WORK, "one.nii")
    label = organs(dim, n)
    write_nifti(path, label, 0.7)
    write_nifti(one, (label > 0).astype(np.uint8), 0.7)
    del label
    out = os.path.join(WORK, "%n.stl")

    def ours(*options):
        return run(["mask2stl", "--all", "-o", out, *options])

    print("%-44s %7s %7s %7s" % ("%dx%dx%d, %d labels" % (*dim, n), "user s",
                                 "wall s", "MB"))
    raw = ["--smooth", "none", "--no-decimate", "--no-verify"]
    a = ours(*raw, path)
    row("mask2stl --all, unsmoothed", a)
    row("... of one label of the same extent", ours(*raw, one))
    b = run([sys.executable, os.path.abspath(__file__), "vtk", path, str(n),
             os.path.join(WORK, "vtk.stl")])
    row("VTK discrete flying edges", b)
    print("VTK over mask2stl: user %.1f, wall %.1f (wanted: 5)" %
          (b[0] / a[0], b[1] / a[1]))
    row("mask2stl --all, all steps (wall wanted: 20)", ours("-v", path))


main()
