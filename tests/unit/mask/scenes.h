/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenes.h - bones in pieces, made by formula
 *
 * A pelvis of sorts: a wedge for the sacrum, and for each hip a thin curved
 * wing over a thick ring. Each is broken along the bisecting planes of random
 * points; near a plane bone is taken away, as much as the gap asks. Pieces
 * below `least` voxels are left out. Each fragment is one piece.
 */
#ifndef PP_TESTS_SCENES_H
#define PP_TESTS_SCENES_H

#include "base/alloc.h"
#include "mask/mask.h"
#include "test.h"

#include <math.h>
#include <string.h>

#define SCENE_POINTS 64

/* Which bone a point in mm (of a box of 128 x 100 x 140) is in: 0 none, 1
   sacrum, 2 left hip (greater x), 3 right hip. Wings are `wing` mm thick. */
static inline int
scene_bone(double x, double y, double z, double wing)
{
    const double side = x > 64 ? 1 : -1, away = (x - 64) * side;
    /* wing: a shell of a sphere beside the middle */
    const double wx = away - 8, wy = y - 50, wz = z - 60;
    const double r = sqrt(wx * wx + wy * wy + wz * wz);
    /* ring: a torus below it, its axis forward */
    const double tx = away - 34, tz = z - 34;
    const double ring = hypot(hypot(tx, tz) - 20, y - 50);
    const double sx = (x - 64) / (18 - 0.08 * z), sy = (y - 60) / 14;

    if (fabs(sx) < 1 && sx * sx + sy * sy < 1 && z > 30 && z < 120)
        return 1;
    if (away > 20 && (ring < 9 || (fabs(r - 48) < wing / 2 && z > 44)))
        return side > 0 ? 2 : 3;
    return 0;
}

typedef struct {
    size_t dim[3];
    double mm[3];
    int nfragment;   /* points: at most so many pieces */
    double gap_mm;   /* 0: pieces touch */
    double wing_mm;
    size_t least;
} scene_spec;

/* The nearest of the points of a bone; *gap: to the plane before the next. */
static inline int
scene_cell(const double (*point)[3], const int *bone, int n, int which,
           const double at[3], double *gap)
{
    double best = INFINITY, least = INFINITY;
    int cell = -1;

    for (int p = 0; p < n; p++) {
        double d = 0;

        for (int a = 0; a < 3; a++)
            d += (at[a] - point[p][a]) * (at[a] - point[p][a]);
        if (bone[p] == which && d < best) {
            best = d;
            cell = p;
        }
    }
    for (int p = 0; p < n; p++) {
        double d = 0, apart = 0;

        if (bone[p] != which || p == cell || cell < 0)
            continue;
        for (int a = 0; a < 3; a++) {
            d += (at[a] - point[p][a]) * (at[a] - point[p][a]);
            apart += (point[cell][a] - point[p][a]) *
                     (point[cell][a] - point[p][a]);
        }
        least = fmin(least, (d - best) / (2 * sqrt(apart)));
    }
    *gap = least;
    return cell;
}

/* Leaves of a label what hangs together by faces, the largest piece. */
static inline size_t
scene_largest(pp_label_map *m, uint16_t label)
{
    const size_t n = m->dim[0] * m->dim[1] * m->dim[2];
    pp_mask mask = { .in = pp_alloc(n, 1) };
    uint32_t *piece;
    pp_island *island;
    size_t nisland, count;
    pp_error err = { 0 };

    ck_assert(mask.in != NULL);
    memcpy(mask.dim, m->dim, sizeof mask.dim);
    memcpy(mask.to_lps, m->to_lps, sizeof mask.to_lps);
    for (size_t v = 0; v < n; v++)
        mask.in[v] = m->at[v] == label;
    ck_ok(pp_mask_islands(&mask, PP_CONNECT_FACE, &piece, &island, &nisland,
                          &err), err);
    for (size_t v = 0; v < n; v++)
        if (piece[v] > 1)
            m->at[v] = 0;
    count = nisland > 0 ? island[0].nvoxel : 0;
    pp_mask_free(&mask);
    pp_free(piece);
    pp_free(island);
    return count;
}

/* Labels 1 on, without gaps in the numbers; the caller frees. */
static inline pp_label_map
make_scene_map(pp_random *r, const scene_spec *s)
{
    const size_t n = s->dim[0] * s->dim[1] * s->dim[2];
    const double scale[3] = { 128 / (s->mm[0] * (double)s->dim[0]),
                              100 / (s->mm[1] * (double)s->dim[1]),
                              140 / (s->mm[2] * (double)s->dim[2]) };
    pp_label_map m = { .at = pp_alloc_zero(n, sizeof *m.at) };
    double point[SCENE_POINTS][3];
    int bone[SCENE_POINTS], tries = 0;
    uint16_t number[SCENE_POINTS + 1] = { 0 };

    ck_assert(m.at != NULL && s->nfragment <= SCENE_POINTS);
    memcpy(m.dim, s->dim, sizeof m.dim);
    for (int a = 0; a < 3; a++)
        m.to_lps[a][a] = s->mm[a];
    for (int p = 0; p < s->nfragment && tries < 100000; tries++) {
        const double at[3] = { 128 * pp_random_unit(r),
                               100 * pp_random_unit(r),
                               140 * pp_random_unit(r) };

        bone[p] = scene_bone(at[0], at[1], at[2],
                                s->wing_mm * scale[0]);
        memcpy(point[p], at, sizeof at);
        p += bone[p] != 0;
    }
    for (size_t v = 0; v < n; v++) {
        const double mm[3] = { s->mm[0] * (double)(v % s->dim[0]),
                               s->mm[1] * (double)(v / s->dim[0] % s->dim[1]),
                               s->mm[2] *
                                   (double)(v / s->dim[0] / s->dim[1]) };
        const double at[3] = { mm[0] * scale[0], mm[1] * scale[1],
                               mm[2] * scale[2] };
        const int which = scene_bone(at[0], at[1], at[2],
                                s->wing_mm * scale[0]);
        double gap;
        int cell;

        if (which == 0)
            continue;
        cell = scene_cell((const double(*)[3])point, bone, s->nfragment,
                          which, at, &gap);
        if (cell >= 0 && gap >= s->gap_mm / 2)
            m.at[v] = (uint16_t)(cell + 1);
    }
    for (int p = 1; p <= s->nfragment; p++) {
        const size_t count = scene_largest(&m, (uint16_t)p);

        if (count >= s->least && count > 0)
            number[p] = (uint16_t)++m.nlabel;
    }
    for (size_t v = 0; v < n; v++)
        m.at[v] = number[m.at[v]];
    return m;
}

#endif
