# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of src/mask/ beside scipy.ndimage.

    fields.py test             random anisotropic volumes; TAP
    fields.py bench [NX NY NZ] times in one run, by turns; best of three

Needs the program `fields` in the PATH and Debian's python3-scipy; without it
the test skips.
"""
import os
import struct
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
    from scipy import ndimage
except ImportError:
    print("1..0 # SKIP python3-scipy is not installed")
    sys.exit(0)

WORK = tempfile.TemporaryDirectory()
count = 0


def fields(what, volume, mm, sigma=None, answer=True):
    """The result and its seconds; arrays are indexed z, y, x."""
    src = os.path.join(WORK.name, "in")
    dst = os.path.join(WORK.name, "out")
    volume.tofile(src)
    line = ["fields", what] + [str(n) for n in volume.shape[::-1]]
    line += [repr(float(x)) for x in mm[::-1]]
    line += [src, dst if answer else "-"]
    line += [repr(float(s)) for s in sigma[::-1]] if sigma is not None else []
    took = float(subprocess.run(line, check=True, capture_output=True,
                                text=True).stdout)
    if not answer:
        return None, took
    kind = np.uint32 if what == "label" else np.float32
    return np.fromfile(dst, kind).reshape(volume.shape), took


def check(good, sentence):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, sentence))


def blobs(rng, shape, share):
    """Random bodies: noise made smooth, and a share of it."""
    f = ndimage.gaussian_filter(rng.standard_normal(shape, np.float32),
                                (2.0, 3.0, 3.0))
    return (f > np.quantile(f[::4, ::4, ::4], 1 - share)).astype(np.uint8)


def same_partition(a, b):
    """Do two labelings have the same sets?"""
    pairs = np.unique(np.stack([a.ravel(), b.ravel()]).astype(np.int64),
                      axis=1)
    return (len(np.unique(pairs[0])) == pairs.shape[1] and
            len(np.unique(pairs[1])) == pairs.shape[1])


def test():
    rng = np.random.default_rng(7)
    worst = {"distance": 0, "gaussian": 0, "laplacian": 0, "wide": 0}
    partitions = True
    for trial in range(12):
        shape = tuple(int(n) for n in rng.integers(9, 60, 3))
        mm = rng.uniform(0.3, 3, 3)
        share = (0.03, 0.3, 0.6, 0.95)[trial % 4]
        mask = (blobs(rng, shape, share) if trial % 3 else
                (rng.random(shape) < share).astype(np.uint8))
        mask[0, 0, 0] = 0
        truth = ndimage.distance_transform_edt(mask, sampling=mm)
        d, _ = fields("distance", mask, mm)
        inside = mask > 0
        worst["distance"] = max(worst["distance"], np.max(
            np.abs(d[inside] - truth[inside]) / truth[inside], initial=0),
            np.max(np.abs(d[~inside]), initial=0))
        label, _ = fields("label", mask, mm)
        partitions &= same_partition(
            label, ndimage.label(mask, np.ones((3, 3, 3)))[0])
        f = truth.astype(np.float32)
        scale = f.max()
        sigma = rng.uniform(0.5, 3, 3)
        g, _ = fields("gaussian", f, mm, sigma)
        worst["gaussian"] = max(worst["gaussian"], np.max(np.abs(
            g - ndimage.gaussian_filter(f.astype(np.float64), sigma)))
            / scale)
        lap, _ = fields("laplacian", f, (1, 1, 1))
        worst["laplacian"] = max(worst["laplacian"], np.max(np.abs(
            lap - ndimage.laplace(f.astype(np.float64)))) / scale)
        lap, _ = fields("wide", f, (1, 1, 1))
        wide = sum(np.gradient(np.gradient(f.astype(np.float64), axis=a),
                               axis=a) for a in range(3))
        worst["wide"] = max(worst["wide"],
                            np.max(np.abs(lap - wide)) / scale)
    print("# worst relative differences:", worst)
    check(worst["distance"] < 1e-5, "distances are scipy's to 1e-5")
    check(partitions, "26-connected islands are scipy's")
    check(worst["gaussian"] < 1e-5, "Gaussians are scipy's to 1e-5")
    check(worst["laplacian"] < 1e-5, "Laplacians are scipy's to 1e-5")
    check(worst["wide"] < 1e-5, "wide Laplacians are numpy's to 1e-5")
    print("1..%d" % count)


def best(call, n=3):
    return min(call() for _ in range(n))


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def bones(rng, shape):
    """Thick ellipsoids, a fifth of the volume or so."""
    mask = np.zeros(shape, np.uint8)
    for _ in range(40):
        half = rng.integers(20, 80, 3)
        at = [int(rng.integers(h, n - h)) if n > 2 * h else n // 2
              for h, n in zip(half, shape)]
        box = tuple(slice(max(a - h, 0), a + h) for a, h in zip(at, half))
        grid = np.ogrid[box]
        mask[box] |= sum(((g - a) / h) ** 2 for g, a, h in
                         zip(grid, at, half)) < 1
    return mask


def write_nifti(path, label, mm):
    h = bytearray(352)
    struct.pack_into("<i", h, 0, 348)
    struct.pack_into("<8h", h, 40, 3, *label.shape[::-1], 1, 1, 1, 1)
    struct.pack_into("<2h", h, 70, 2, 8)
    struct.pack_into("<4f", h, 76, 1, *mm[::-1])
    struct.pack_into("<2f", h, 108, 352, 1)
    struct.pack_into("<h", h, 254, 1)
    for axis in range(3):
        struct.pack_into("<f", h, 280 + 20 * axis, mm[2 - axis])
    h[344:348] = b"n+1\0"
    with open(path, "wb") as f:
        f.write(h + label.tobytes())


def fragments(rng, shape):
    """Ten bodies, each broken in two by a plane: 20 fragments that touch."""
    label = np.zeros(shape, np.uint8)
    cells = [(z, y, x) for z in range(2) for y in range(2) for x in range(3)]
    for n, cell in enumerate(cells[:10]):
        size = [shape[0] // 2, shape[1] // 2, shape[2] // 3]
        low = [c * s for c, s in zip(cell, size)]
        box = tuple(slice(a, a + s) for a, s in zip(low, size))
        half = [s * rng.uniform(0.3, 0.48) for s in size]
        grid = [g / h for g, h in zip(
            np.ogrid[tuple(slice(-(s / 2), s - s / 2) for s in size)], half)]
        normal = rng.standard_normal(3)
        inside = sum(g ** 2 for g in grid) < 1
        side = sum(g * a for g, a in zip(grid, normal)) < 0
        label[box] = np.where(inside, 1 + 2 * n + side, 0)
    return label


def run(line):
    return timed(lambda: subprocess.run(line, check=False,
                                        stdout=subprocess.DEVNULL))


def bench_tools(shape):
    truth, classes, back = (os.path.join(WORK.name, n) for n in (
        "truth.nii", "classes.nii.gz", "back.nii.gz"))
    label = fragments(np.random.default_rng(2), shape)
    write_nifti(truth, label, (1.5, 0.8, 0.8))
    print("20 fragments, %.1f million voxels of bone; whole processes:" % (
        (label > 0).sum() / 1e6))
    print("maskfrag encode  %6.2f s" % run(
        ["maskfrag", "encode", "--zone", "2", "-o", classes, truth]))
    print("maskfrag decode  %6.2f s" % run(
        ["maskfrag", "decode", "-o", back, classes]))
    print("maskscore        %6.2f s" % run(["maskscore", back, truth]))


def bench(shape):
    rng = np.random.default_rng(1)
    mm = (1.5, 0.8, 0.8)
    for name, mask in (("bodies", bones(rng, shape)),
                       ("all but one voxel", np.ones(shape, np.uint8))):
        if name != "bodies":
            mask[tuple(n // 3 for n in shape)] = 0
        print("%s: %s voxels, %.1f %% inside" % (
            name, "x".join(map(str, shape[::-1])), 100 * mask.mean()))
        ours = best(lambda: fields("distance", mask, mm, answer=False)[1])
        theirs = timed(lambda: ndimage.distance_transform_edt(
            mask, sampling=mm))
        print("distance  %7.3f s, scipy %7.2f s: %5.1f times" % (
            ours, theirs, theirs / ours))
        ours = best(lambda: fields("label", mask, mm, answer=False)[1])
        theirs = timed(lambda: ndimage.label(mask, np.ones((3, 3, 3))))
        print("islands   %7.3f s, scipy %7.2f s: %5.1f times" % (
            ours, theirs, theirs / ours))
        f = mask.astype(np.float32)
        ours = best(lambda: fields("gaussian", f, mm, (2, 2, 2),
                                   answer=False)[1], 1)
        theirs = timed(lambda: ndimage.gaussian_filter(f, 2))
        print("Gaussian  %7.3f s, scipy %7.2f s: %5.1f times" % (
            ours, theirs, theirs / ours))


if len(sys.argv) > 1 and sys.argv[1] == "bench":
    size = [int(n) for n in sys.argv[2:5]] or [512, 512, 400]
    bench_tools(tuple(size[::-1]))
    bench(tuple(size[::-1]))
else:
    test()
