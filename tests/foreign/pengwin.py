# SPDX-License-Identifier: GPL-3.0-or-later
"""maskscore --emulate pengwin beside a rendering of the described procedure.

    pengwin.py    TAP; needs maskscore in the PATH, python3-numpy, -scipy

Random fragments, some of them large enough that surface points are drawn.
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from scipy import ndimage
    from scipy.spatial import cKDTree
except ImportError:
    print("1..0 # SKIP python3-scipy is not installed")
    sys.exit(0)

WORK = tempfile.TemporaryDirectory()
CROSS = ndimage.generate_binary_structure(3, 1)
count = 0


def check(good, sentence):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, sentence))


def write(name, label, mm):
    """NIfTI whose axes are L, P, S: the order is kept when it is read."""
    path = os.path.join(WORK.name, name)
    h = bytearray(352)
    struct.pack_into("<i", h, 0, 348)
    struct.pack_into("<8h", h, 40, 3, *label.shape[::-1], 1, 1, 1, 1)
    struct.pack_into("<2h", h, 70, 2, 8)
    struct.pack_into("<4f", h, 76, 1, *mm[::-1])
    struct.pack_into("<2f", h, 108, 352, 1)
    struct.pack_into("<h", h, 254, 1)
    for axis, sign in enumerate((-1, -1, 1)):
        struct.pack_into("<f", h, 280 + 20 * axis, sign * mm[2 - axis])
    h[344:348] = b"n+1\0"
    with open(path, "wb") as f:
        f.write(h + label.tobytes())
    return path


def surface(mask, mm):
    edge = (ndimage.binary_dilation(mask, CROSS) &
            ~ndimage.binary_erosion(mask, CROSS))
    at = np.argwhere(edge)
    if len(at) > 10000:
        draw = np.random.RandomState(2024).randint(0, len(at), 10000)
        at = at[draw]
    return at * np.asarray(mm)


def distances(a, b, mm):
    p, q = surface(a, mm), surface(b, mm)
    if len(p) == 0 or len(q) == 0:
        return np.inf, np.inf
    to = cKDTree(q).query(p)[0].astype(np.float32)
    back = cKDTree(p).query(q)[0].astype(np.float32)
    return (max(np.percentile(to, 95), np.percentile(back, 95)),
            (to.mean() + back.mean()) / 2)


def iou(a, b):
    either = (a | b).sum()
    return (a & b).sum() / either if either else 0.0


def rendering(pred, truth, mm):
    lines = {}
    for first in (1, 11, 21):
        numbers = range(first, first + 10)
        there = [n for n in numbers if (pred == n).any()]
        for n in numbers:
            mask = truth == n
            if not mask.any() or not there:
                continue
            scores = [iou(mask, pred == p) for p in there]
            best = int(np.argmax(scores))
            if scores[best] > 0:
                d = distances(mask, pred == there[best], mm)
            else:
                at = np.argwhere(mask)
                r = np.linalg.norm(at - at.mean(axis=0), axis=1).max()
                d = (2 * r, r)
            lines[n] = (there[best], scores[best]) + d
    groups = []
    for first in (1, 11, 21):
        a = (truth >= first) & (truth < first + 10)
        b = (pred >= first) & (pred < first + 10)
        groups.append((iou(a, b),) + distances(a, b, mm))
    return lines, groups


def same(a, b):
    """None is what JSON has for infinity."""
    if a is None:
        return not np.isfinite(b)
    return abs(a - b) <= 1e-4 * max(1, abs(b))


def compare(pred, truth, mm, what):
    out = os.path.join(WORK.name, "out.json")
    subprocess.run(["maskscore", "-q", "--emulate", "pengwin", "-j", out,
                    write("pred.nii", pred, mm),
                    write("truth.nii", truth, mm)], check=True,
                   stdout=subprocess.DEVNULL)
    with open(out) as f:
        got = json.load(f)["pengwin"]
    lines, groups = rendering(pred, truth, mm)
    good = len(got["fragments"]) == len(lines)
    for g in got["fragments"]:
        p, i, hd, assd = lines.get(g["truth"], (0, 0, 0, 0))
        good &= (g["pred"] == p and same(g["iou"], i) and
                 same(g["hd95"], hd) and same(g["assd"], assd))
    for g, (i, hd, assd) in zip(got["anatomies"], groups):
        good &= (same(g["iou"], i) and same(g["hd95"], hd) and
                 same(g["assd"], assd))
    if lines:
        good &= same(got["fracture_hd95"],
                     np.mean([line[2] for line in lines.values()]))
    check(good, what)
    return got


def balls(shape, places, mm):
    label = np.zeros(shape, np.uint8)
    z, y, x = np.ogrid[tuple(slice(0, n) for n in shape)]
    for number, at, radius in places:
        d = (((z - at[0]) * mm[0]) ** 2 + ((y - at[1]) * mm[1]) ** 2 +
             ((x - at[2]) * mm[2]) ** 2)
        label[d < radius ** 2] = number
    return label


def main():
    rng = np.random.default_rng(3)
    for trial in range(4):
        shape = tuple(int(n) for n in rng.integers(20, 40, 3))
        mm = rng.uniform(0.5, 2, 3).astype(np.float32).astype(float)

        def scene(shift):
            return balls(shape, [
                (int(n), np.asarray(c) + shift, float(r)) for n, c, r in
                zip(numbers, centres, radii)], mm)

        numbers = rng.choice(np.arange(1, 31), 5, replace=False)
        centres = rng.uniform(0, 1, (5, 3)) * shape
        radii = rng.uniform(3, 9, 5)
        truth = scene(0)
        pred = scene(rng.uniform(-1.5, 1.5, 3))
        if trial == 3:
            pred[pred == numbers[0]] = 0
        compare(pred, truth, mm, "random fragments, scene %d" % trial)
    mm = (0.8, 0.8, 0.8)
    shape = (110, 110, 110)
    truth = balls(shape, [(1, (55, 55, 55), 40)], mm)
    pred = balls(shape, [(1, (55, 55, 55), 39.6)], mm)
    got = compare(pred, truth, mm, "a large ball, points drawn by lot")
    with open(os.path.join(WORK.name, "out.json")) as f:
        exact = json.load(f)["labels"][0]
    print("# sampled HD95 %.2f mm, exact %.2f mm" % (
        got["fracture_hd95"],
        exact["hd95_mm"]))
    check(got["fracture_hd95"] > 1.5 and exact["hd95_mm"] <= 0.81,
          "drawn by lot it is far more than it is")
    print("1..%d" % count)


main()
