#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""peers.py - mask2stl beside VTK (python3-vtk9), measured in one run

usage: peers.py [faithful|fast] [COLUMNS ROWS SLICES]

faithful: binary masks of analytic bodies; the surface of each program against
the truth: volume (against the mask's), rms distance of vertices, area-weighted
rms angle of facets, voxels that change side. VTK: flying edges, then windowed
sinc (40 iterations, pass band 0.01), the best of its usual settings.

fast: a gyroid in a ball on the given lattice; user seconds, wall seconds and
peak memory of whole processes, children of this one, and their ratios.
"""
import os
import struct
import sys
import tempfile

import numpy as np
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

WORK = tempfile.mkdtemp(prefix="peers")


def write_nifti(path, mask, mm):
    """mask[k, j, i]; the origin at voxel 0, axes along R, A, S."""
    h = bytearray(352)
    struct.pack_into("<i", h, 0, 348)
    struct.pack_into("<8h", h, 40, 3, *mask.shape[::-1], 1, 1, 1, 1)
    struct.pack_into("<2h", h, 70, 2, 8)
    struct.pack_into("<4f", h, 76, 1, *mm)
    struct.pack_into("<2f", h, 108, 352, 1)
    struct.pack_into("<h", h, 254, 1)
    for axis in range(3):
        struct.pack_into("<f", h, 280 + 20 * axis, mm[axis])
    h[344:348] = b"n+1\0"
    with open(path, "wb") as f:
        f.write(h)
        f.write(mask.astype(np.uint8).tobytes())


def read_stl(path):
    """Corners of the facets, in the axes of the mask (RAS)."""
    data = np.fromfile(path, dtype=np.uint8)[84:].reshape(-1, 50)
    corner = data[:, 12:48].copy().view("<f4").reshape(-1, 3, 3)
    return corner.astype(float) * [-1, -1, 1]


def run(argv):
    """User and wall seconds and peak megabytes of a process. It is cost's
    child: ours would count our own memory as its peak."""
    import subprocess

    done = subprocess.run(["cost", "-1", *argv], stdout=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit("peers: failed: " + " ".join(argv))
    return tuple(float(n) for n in done.stdout.split())


# ---- VTK, in a process of its own ----

def vtk_surface(path, sinc, band, keep, out):
    reader = vtk.vtkNIFTIImageReader()
    reader.SetFileName(path)
    surface = vtk.vtkFlyingEdges3D()
    surface.SetInputConnection(reader.GetOutputPort())
    surface.SetValue(0, 0.5)
    surface.ComputeNormalsOff()
    surface.ComputeGradientsOff()
    last = surface
    if sinc > 0:
        last = vtk.vtkWindowedSincPolyDataFilter()
        last.SetInputConnection(surface.GetOutputPort())
        last.SetNumberOfIterations(sinc)
        last.SetPassBand(band)
        last.NormalizeCoordinatesOn()
        last.NonManifoldSmoothingOn()
        last.BoundarySmoothingOff()
        last.FeatureEdgeSmoothingOff()
    if keep < 1:
        fewer = vtk.vtkQuadricDecimation()
        fewer.SetInputConnection(last.GetOutputPort())
        fewer.SetTargetReduction(1 - keep)
        last = fewer
    writer = vtk.vtkSTLWriter()
    writer.SetFileTypeToBinary()
    writer.SetInputConnection(last.GetOutputPort())
    writer.SetFileName(out)
    writer.Write()


# ---- faithful ----

def turned(p):
    q = np.stack([p[0], 0.8 * p[1] - 0.6 * p[2], 0.6 * p[1] + 0.8 * p[2]])
    return np.stack([0.96 * q[0] + 0.28 * q[2], q[1],
                     -0.28 * q[0] + 0.96 * q[2]])


def norm(p):
    return np.sqrt((p * p).sum(axis=0))


def tube(radius):
    def distance(p):
        q = turned(p)
        return np.hypot(np.hypot(q[0], q[1]),
                        np.maximum(np.abs(q[2]) - 14, 0)) - radius
    return distance


def torus(p):
    q = turned(p)
    return np.hypot(np.hypot(q[0], q[1]) - 12, q[2]) - 4


def ellipsoid(p):
    """Not a distance, but near one at the surface: f over its slope."""
    axis = np.array([15.0, 11.0, 8.0]).reshape(3, *([1] * (p.ndim - 1)))
    q = turned(p)
    f = norm(q / axis)
    return (f - 1) * f / np.maximum(norm(q / axis ** 2), 1e-9)


def slab(degrees):
    """44 x 44 x 12 mm, tilted about an axis of the lattice's diagonal."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))

    def distance(p):
        u, v = (p[0] + p[1]) / np.sqrt(2), (p[1] - p[0]) / np.sqrt(2)
        v, w = c * v - s * p[2], s * v + c * p[2]
        q = np.stack([np.abs((u - v) / np.sqrt(2)) - 16,
                      np.abs((u + v) / np.sqrt(2)) - 16, np.abs(w) - 6])
        return norm(np.maximum(q, 0)) + np.minimum(q.max(axis=0), 0)
    return distance


def sheet(thick):
    """A bent sheet with rims: a cap of a shell."""
    def distance(p):
        q = turned(p)
        return np.maximum(np.abs(norm(q) - 18) - thick / 2, 9 - q[2])
    return distance


BODIES = {
    "ball 3": lambda p: norm(p) - 3, "ball 6": lambda p: norm(p) - 6,
    "ball 12": lambda p: norm(p) - 12, "ellipsoid": ellipsoid,
    "torus 12/4": torus, "tube 1.5": tube(1.5), "tube 3": tube(3),
    "shell 2": lambda p: np.abs(norm(p) - 14) - 1,
    "shell 3": lambda p: np.abs(norm(p) - 14) - 1.5,
    "sheet 0.7": sheet(0.7), "sheet 1.4": sheet(1.4), "sheet 2.1": sheet(2.1),
    "slab 1": slab(1), "slab 2.5": slab(2.5), "slab 5": slab(5),
}
# What the comparison with windowed sinc is promised for.
SMOOTH_BODIES = 9


def gradient(f, p):
    e = 1e-4
    g = np.stack([f(p + e * np.eye(3)[a].reshape(3, 1)) -
                  f(p - e * np.eye(3)[a].reshape(3, 1)) for a in range(3)])
    return g / norm(g)


def judge(corner, f, origin, mask, mm):
    c = corner + origin
    n = np.cross(c[:, 1] - c[:, 0], c[:, 2] - c[:, 0])
    area = np.sqrt((n * n).sum(axis=1))
    good = area > 0
    volume = np.einsum("ij,ij->i", c[:, 0], np.cross(c[:, 1], c[:, 2])).sum()
    vertex = np.unique(c.reshape(-1, 3), axis=0)
    rms = np.sqrt(np.mean(f(vertex.T) ** 2))
    truth = gradient(f, c.mean(axis=1).T).T[good]
    cosine = np.einsum("ij,ij->i", truth, n[good] / area[good, None])
    angle = np.arccos(np.clip(cosine, -1, 1))
    degrees = np.degrees(np.sqrt((area[good] * angle ** 2).sum() /
                                 area.sum()))
    whole = mask.sum() * np.prod(mm)
    return (100 * (volume / 6 / whole - 1), rms, degrees,
            changed(corner, mask, mm))


def changed(corner, mask, mm):
    """Voxels that differ, by VTK's own stencil."""
    points = vtk.vtkPoints()
    points.SetData(numpy_to_vtk(corner.reshape(-1, 3), deep=True))
    n = len(corner)
    ids = np.empty((n, 4), dtype=np.int64)
    ids[:, 0] = 3
    ids[:, 1:] = np.arange(3 * n).reshape(n, 3)
    cells = vtk.vtkCellArray()
    cells.ImportLegacyFormat(numpy_to_vtk(ids.ravel(), deep=True,
                                          array_type=vtk.VTK_ID_TYPE))
    poly = vtk.vtkPolyData()
    poly.SetPoints(points)
    poly.SetPolys(cells)
    weld = vtk.vtkCleanPolyData()
    weld.SetInputData(poly)
    weld.SetTolerance(0)
    stencil = vtk.vtkPolyDataToImageStencil()
    stencil.SetInputConnection(weld.GetOutputPort())
    stencil.SetTolerance(0)
    stencil.SetOutputSpacing(*mm)
    stencil.SetOutputWholeExtent(0, mask.shape[2] - 1, 0, mask.shape[1] - 1,
                                 0, mask.shape[0] - 1)
    image = vtk.vtkImageStencilToImage()
    image.SetInputConnection(stencil.GetOutputPort())
    image.Update()
    back = vtk_to_numpy(image.GetOutput().GetPointData().GetScalars())
    return int(((back > 0) != (mask.ravel() > 0)).sum())


def faithful():
    print("%-11s %5s | %8s %6s %6s %5s | %8s %6s %6s %5s |" %
          ("body", "slice", "mask2stl", "rms mm", "deg", "flips",
           "VTK vol%", "rms mm", "deg", "flips"))
    worse = beyond_fast = 0
    for n, (name, f) in enumerate(BODIES.items()):
        for slice_mm in (0.7, 1.25, 2.5, 5.0):
            mm = (0.7, 0.7, slice_mm)
            dim = [int(44 / s) + 4 for s in mm]
            origin = np.array([-(0.5 * d + 0.11 * (a + 1)) * s
                               for a, (d, s) in enumerate(zip(dim, mm))])
            k, j, i = np.meshgrid(*[np.arange(d) for d in dim[::-1]],
                                  indexing="ij")
            p = np.stack([i * mm[0], j * mm[1], k * mm[2]])
            mask = f(p + origin.reshape(3, 1, 1, 1)) <= 0
            path = os.path.join(WORK, "body.nii")
            write_nifti(path, mask, mm)
            ours, theirs = (os.path.join(WORK, s) for s in ("o.stl", "v.stl"))
            run(["mask2stl", "-q", "--no-decimate", "-o", ours, path])
            vtk_surface(path, 40, 0.01, 1, theirs)
            a = judge(read_stl(ours), f, origin, mask, mm)
            # VTK ignores the placement: positions are voxel numbers times mm
            b = judge(read_stl(theirs) * [-1, -1, 1], f, origin, mask, mm)
            lost = [w for w, x, y in (("volume", abs(a[0]), abs(b[0])),
                                      ("rms", a[1], b[1]),
                                      ("normals", a[2], b[2])) if x > y]
            worse += len(lost) if slice_mm <= 2.5 and n < SMOOTH_BODIES else 0
            run(["mask2stl", "-q", "--no-decimate", "--smooth", "fast", "-o",
                 ours, path])
            c = judge(read_stl(ours), f, origin, mask, mm)
            slow = [w for w, x, y in (("rms", a[1], c[1]),
                                      ("normals", a[2], c[2])) if x > 1.1 * y]
            beyond_fast += len(slow)
            if slow:
                lost.append("10 %% behind fast in %s (%.3f mm, %.2f deg)" %
                            (" and ".join(slow), c[1], c[2]))
            print("%-11s %5.2f | %+8.3f %6.3f %6.2f %5d | %+8.3f %6.3f %6.2f "
                  "%5d | %s" % ((name, slice_mm) + a + b +
                                ("worse: " + ", ".join(lost) if lost
                                 else "better in all",)), flush=True)
    print("worse than VTK in %d figures up to 2.5 mm (balls to shells); "
          "10 %% behind fast in %d" % (worse, beyond_fast))
    offsets()


def fitted_ball(corner):
    """Centre and diameter, by least squares over the area of the facets: the
    middles of their edges, which is exact for squares."""
    n = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    w = np.repeat(norm(n.T) ** 0.5, 3)
    p = ((corner + np.roll(corner, 1, axis=1)) / 2).reshape(-1, 3)
    a = np.c_[2 * p, np.ones(len(p))]
    x = np.linalg.lstsq(a * w[:, None], (p * p).sum(axis=1) * w,
                        rcond=None)[0]
    return x[:3], 2 * np.sqrt(x[3] + (x[:3] ** 2).sum())


def offsets():
    """A ball of 10 mm at 0.5 x 0.5 x 1 mm, anywhere between the voxels."""
    mm = np.array([0.5, 0.5, 1.0])
    dim = (28, 28, 16)
    k, j, i = np.meshgrid(*[np.arange(d) for d in dim[::-1]], indexing="ij")
    p = np.stack([i * mm[0], j * mm[1], k * mm[2]])
    path, out = (os.path.join(WORK, s) for s in ("ball.nii", "ball.stl"))
    rng = np.random.default_rng(10)
    diameter, own, bias, extent = [], [], [], []
    for _ in range(50):
        centre = (np.array(dim) / 2 + rng.random(3)) * mm
        d = norm(p - centre.reshape(3, 1, 1, 1)) - 5
        write_nifti(path, d <= 0, mm)
        own.append((6 / np.pi * (d <= 0).sum() * np.prod(mm)) ** (1 / 3) - 10)
        run(["mask2stl", "-q", "--no-decimate", "-o", out, path])
        at, size = fitted_ball(read_stl(out))
        diameter.append(size - 10)
        bias.append(at - centre)
        write_nifti(path, 200 * np.clip(0.5 - d, 0, 1), mm)
        run(["mask2stl", "-q", "--no-decimate", "--iso", "100", "-o", out,
             path])
        c = read_stl(out).reshape(-1, 3)
        extent.append(c.max(axis=0) - c.min(axis=0) - 10)
    def spread(x):
        return "%.3f (rms %.3f)" % (np.abs(x).max(),
                                    np.sqrt(np.mean(np.square(x))))

    print("ball 10 at 0.5 x 0.5 x 1, 50 offsets, of masks: diameter off by at "
          "most %s mm (wanted 0.05), the masks' own volume by %s; mean bias %s "
          "mm (wanted 0.02 along z)" %
          (spread(diameter), spread(own),
           " ".join("%+.4f" % b for b in np.mean(bias, axis=0))))
    print("of grey images, --iso: extents off by at most %s mm (wanted 0.05)" %
          ", ".join(spread(e) for e in np.transpose(extent)))


# ---- fast ----

def gyroid(dim):
    mm = (0.7, 0.7, 0.7)
    i = np.arange(dim[0])[None, :] * mm[0]
    j = np.arange(dim[1])[:, None] * mm[1]
    mask = np.zeros(dim[::-1], dtype=np.uint8)
    w = 9.0
    for k in range(dim[2]):
        z = k * mm[2]
        g = (np.sin(i / w) * np.cos(j / w) + np.sin(j / w) * np.cos(z / w) +
             np.sin(z / w) * np.cos(i / w))
        r2 = ((2 * i / mm[0] / dim[0] - 1) ** 2 +
              (2 * j / mm[1] / dim[1] - 1) ** 2 + (2 * k / dim[2] - 1) ** 2)
        mask[k] = (r2 < 0.9) & (np.abs(g) < 0.4)
    return mask, mm


def facets(path):
    with open(path, "rb") as f:
        return struct.unpack_from("<I", f.read(84), 80)[0]


def row(name, ours, theirs, wanted):
    print("%-34s %7.2f %7.2f %6.0f | %7.2f %7.2f %6.0f | %5.2f %5.2f %5.2f "
          "(%s)" % ((name,) + ours + theirs +
                    tuple(a / b for a, b in zip(ours, theirs)) + (wanted,)),
          flush=True)


def fast(dim):
    mask, mm = gyroid(dim)
    path = os.path.join(WORK, "big.nii")
    write_nifti(path, mask, mm)
    del mask
    out = os.path.join(WORK, "out.stl")
    me = [sys.executable, os.path.abspath(__file__), "vtk", path]

    def ours(*options):
        return run(["mask2stl", "-q", "-o", out, *options, path])

    def theirs(sinc, keep):
        return run(me + [str(sinc), str(keep), out])

    print("%-34s %7s %7s %6s | %7s %7s %6s | ratios: user wall memory "
          "(wanted)" % ("%dx%dx%d" % tuple(dim), "user s", "wall s", "MB",
                        "VTK", "wall s", "MB"))
    none = ["--smooth", "none", "--no-decimate", "--no-verify"]
    quick = ["--smooth", "fast", "--no-decimate", "--no-verify"]
    row("unsmoothed", ours(*none), theirs(0, 1), "user 0.6, memory 0.5")
    n = facets(out)
    a, b = ours(*quick), theirs(20, 1)
    row("low-pass / windowed sinc 20", a, b, "user 0.6")
    c = ours("--smooth", "fast", "--triangles", str(n // 10), "--no-verify")
    d = theirs(20, 0.1)
    print("%d facets, to a tenth:" % n)
    row("low-pass and decimation", c, d, "no promise")
    row("decimation alone", (c[0] - a[0], c[1] - a[1], c[2]),
        (d[0] - b[0], d[1] - b[1], d[2]), "user 0.3, wall 0.2")
    e = ours("--no-decimate", "--no-verify")
    print("default fairing: %.1f us user, %.1f us wall a vertex (wanted: 10 "
          "wall)" % (2e6 * (e[0] - a[0]) / n, 2e6 * (e[1] - a[1]) / n))
    f = ours("--no-decimate")
    print("the proof: %.2f s user, %.2f s wall" % (f[0] - e[0], f[1] - e[1]))
    small_organ(dim)


def small_organ(dim):
    """A ball of 34 voxels in all of the lattice."""
    mask = np.zeros(dim[::-1], dtype=np.uint8)
    k, j, i = np.meshgrid(*[np.arange(40)] * 3, indexing="ij")
    at = [n // 3 for n in mask.shape]
    mask[at[0]:at[0] + 40, at[1]:at[1] + 40, at[2]:at[2] + 40] = (
        (i - 19.6) ** 2 + (j - 19.3) ** 2 + (k - 19.8) ** 2 < 17 ** 2)
    path, out = (os.path.join(WORK, s) for s in ("organ.nii", "organ.stl"))
    write_nifti(path, mask, (0.7, 0.7, 1))
    del mask
    a = run(["mask2stl", "-q", "-o", out, path])
    b = run([sys.executable, os.path.abspath(__file__), "vtk", path, "0", "0.1",
             "1", out])
    row("a small organ: all, proof too", a, b, "VTK: edges alone")


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else "faithful"
    if what == "vtk":
        vtk_surface(sys.argv[2], int(sys.argv[3]), 0.1, float(sys.argv[4]),
                    sys.argv[5])
    elif what == "faithful":
        faithful()
    else:
        fast([int(n) for n in sys.argv[2:5]] or [256, 256, 256])


main()
