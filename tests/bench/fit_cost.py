#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits the model of the costs (src/chain/cost.c) to measured runs.

usage: fit_cost.py RUNS.tsv [TABLE.h [COMMIT]]

A line of RUNS.tsv is one step of one part: set (fit or test), case, label,
step, voxels, source voxels, box voxels, surface voxels, thin voxels,
surface in mm2, seconds, MB. Seconds are CPU seconds of one thread. Factors are least squares of the
relative error, none of them negative (Lawson and Hanson 1974, chapter 23).
Memory is fitted in the same way and then raised by a margin: the largest of
measured over fitted among the lines of the fit, and 30 % on top. Parts that
could not be made end early: they are left out. The lines marked `test` had no part in any of this: what is said about the error comes
from them alone. TABLE.h gets the factors as C.
"""
import sys

TERMS = 7
LAST = "deviation"       # parts without this step could not be made
AT_ONCE = "all at once"  # not a step: the memory of all processes
SMALL_SECONDS = 0.05   # below, an error in seconds counts, not a relative one
SMALL_MB = 5.0
MORE_MB = 1.3


def solve(a, b):
    """A small symmetric system, by elimination with pivots."""
    n = len(b)
    m = [row[:] + [v] for row, v in zip(a, b)]
    for c in range(n):
        p = max(range(c, n), key=lambda r: abs(m[r][c]))
        if abs(m[p][c]) < 1e-300:
            return None
        m[c], m[p] = m[p], m[c]
        for r in range(n):
            if r != c:
                f = m[r][c] / m[c][c]
                for k in range(c, n + 1):
                    m[r][k] -= f * m[c][k]
    return [m[r][n] / m[r][r] for r in range(n)]


def nnls(rows, values):
    """Least squares with factors >= 0: the best of all 2^TERMS supports."""
    n = len(rows[0])
    scale = [max(abs(r[t]) for r in rows) or 1.0 for t in range(n)]
    rows = [[r[t] / scale[t] for t in range(n)] for r in rows]
    ata = [[sum(r[i] * r[j] for r in rows) for j in range(n)] for i in range(n)]
    atb = [sum(r[i] * v for r, v in zip(rows, values)) for i in range(n)]
    best, best_x = None, [0.0] * n
    for support in range(1, 1 << n):
        used = [t for t in range(n) if support >> t & 1]
        x = solve([[ata[i][j] for j in used] for i in used],
                  [atb[i] for i in used])
        if x is None or min(x) < 0:
            continue
        full = [0.0] * n
        for t, v in zip(used, x):
            full[t] = v
        error = sum((sum(f * r for f, r in zip(full, row)) - v) ** 2
                    for row, v in zip(rows, values))
        if best is None or error < best * (1 - 1e-9):
            best, best_x = error, full
    return [x / s for x, s in zip(best_x, scale)]


def fit(lines, value, small):
    rows, values = [], []
    for line in lines:
        w = 1 / (line[value] + small)
        rows.append([w * x for x in line["terms"]])
        values.append(w * line[value])
    return nnls(rows, values)


def predict(factor, line):
    return sum(f * x for f, x in zip(factor, line["terms"]))


def read(path):
    lines = []
    for text in open(path, encoding="utf-8"):
        f = text.rstrip("\n").split("\t")
        if f[0] not in ("fit", "test"):
            continue
        lines.append({
            "set": f[0], "part": (f[1], f[2]), "step": f[3],
            "terms": [1.0] + [float(x) * 1e-6 for x in f[4:10]],
            "seconds": float(f[10]), "mb": float(f[11])})
    made = {l["part"] for l in lines if l["step"] == LAST}
    return [l for l in lines if l["part"] in made]


def whole_parts(lines, model):
    """(part, measured seconds, predicted, measured MB, predicted) of each."""
    parts = {}
    for line in lines:
        parts.setdefault((line["set"],) + line["part"], []).append(line)
    for part, steps in sorted(parts.items()):
        known = [s for s in steps if s["step"] in model]
        alone = [s for s in known if s["step"] != AT_ONCE]
        yield (part, sum(s["seconds"] for s in alone),
               sum(predict(model[s["step"]][0], s) for s in alone),
               max(s["mb"] for s in known),
               max(predict(model[s["step"]][1], s) for s in known))


def median(values):
    v = sorted(values)
    return (v[(len(v) - 1) // 2] + v[len(v) // 2]) / 2


def main():
    lines = read(sys.argv[1])
    steps = sorted({line["step"] for line in lines})
    model, margin = {}, 1.0
    for step in steps:
        known = [l for l in lines if l["step"] == step and l["set"] == "fit"]
        mb = fit(known, "mb", SMALL_MB)
        model[step] = [fit(known, "seconds", SMALL_SECONDS), mb]
        margin = max([margin] + [l["mb"] / predict(mb, l) for l in known])
    margin *= MORE_MB
    for m in model.values():
        m[1] = [margin * f for f in m[1]]

    print("%-5s %-28s %5s %9s %9s %6s %8s %8s %6s" % (
        "set", "case", "label", "s", "foreseen", "ratio", "MB", "foreseen",
        "ratio"))
    parts = list(whole_parts(lines, model))
    for (kind, case, label), s, fs, mb, fmb in parts:
        print("%-5s %-28.28s %5s %9.2f %9.2f %6.2f %8.0f %8.0f %6.2f" % (
            kind, case, label, s, fs, s / fs, mb, fmb, mb / fmb))
    for kind in ("fit", "test"):
        ratio = [s / fs for (k, _, _), s, fs, _, _ in parts if k == kind]
        mb = [m / fm for (k, _, _), _, _, m, fm in parts if k == kind]
        if ratio:
            print("%s: %d parts; time, measured over foreseen: %.2f to %.2f, "
                  "median %.2f; memory: at most %.2f, median %.2f" % (
                      kind, len(ratio), min(ratio), max(ratio), median(ratio),
                      max(mb), median(mb)))
    print("margin of memory: %.2f" % margin)
    if len(sys.argv) > 2:
        write(sys.argv[2], model, parts, margin,
              sys.argv[3] if len(sys.argv) > 3 else "an unnamed commit")


def in_order(item):
    """The numbered steps of the pipe first."""
    return (not item[0][1:2] == "-", item[0])


def write(path, model, parts, margin, commit):
    tested = [p for p in parts if p[0][0] == "test"]
    ratio = [p[1] / p[2] for p in tested]
    number = lambda x: "%.4g" % x
    row = lambda v: "{ " + ", ".join(map(number, v)) + " }"
    with open(path, "w", encoding="utf-8") as out:
        out.write("""/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cost_table.h - for cost.c: the factors and their error, as `make bench-cost`
 * measured and wrote them; the tools were those of COMMIT
 */
static const pp_cost_row row[] = {
""".replace("COMMIT", commit))
        for step, (seconds, mb) in sorted(model.items(), key=in_order):
            if step == AT_ONCE:
                continue
            out.write('    { "%s",\n      %s,\n      %s },\n' % (
                step, row(seconds), row(mb)))
        out.write("""};

/* MB of all processes that run at the same time */
static const double at_once_mb[PP_COST_TERMS] =
    %s;

static const pp_cost_error known_error = {
    .nfitted = %d, .ntested = %d,
    .median_ratio = %.3f, .low_ratio = %.3f, .high_ratio = %.3f,
    .high_mb_ratio = %.3f, .mb_margin = %.3f
};
""" % (row(model[AT_ONCE][1]), len(parts) - len(tested), len(tested), median(ratio), min(ratio),
       max(ratio), max(p[3] / p[4] for p in tested), margin))


main()
