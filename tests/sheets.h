/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheets.h - open surfaces by formula: their distance, and points on them
 *
 * Shares no code with the library. Lengths are in voxels; a scene lies about
 * the origin and is put into a volume by a turn and a shift.
 */
#ifndef PP_TESTS_SHEETS_H
#define PP_TESTS_SHEETS_H

#include "mesh/mesh.h"
#include "voxel/grid.h"

typedef enum {
    SHEET_DISK,       /* radius 12 */
    SHEET_HEMISPHERE, /* radius 10 */
    SHEET_CAP,        /* radius 12, half opening 110 degrees */
    SHEET_TUBE,       /* open at both ends: radius 6, length 20 */
    SHEET_NESTED,     /* two caps, radii 6 and 11 */
    SHEET_CLOSE,      /* two disks of radius 10, 3 apart */
    SHEET_CLOSE_TUBES, /* two tubes, radii 6 and 9 */
    SHEET_ANNULUS,    /* radii 4 and 12 */
    SHEET_STRIP,      /* 24 by 5 */
    SHEET_PIECES,     /* a disk of radius 6, a cap of radius 5 */
    SHEET_Y,          /* three half planes, 20 by 8 */
    SHEET_T,          /* a square with another that stands on it */
    SHEET_MOEBIUS,    /* ring radius 12, width 8 */
    SHEET_SPIRAL,     /* a scroll, layers 4 apart */
    SHEET_BORDER,     /* a plane through the whole volume */
    SHEET_NKIND
} sheet_kind;

typedef struct {
    const char *name;
    size_t nloop, npiece; /* of open edges, and of the surface */
} sheet_truth;

extern const sheet_truth sheet_truths[SHEET_NKIND];

/* Where the scene lies: p_scene = turn (p - middle) / unit. */
typedef struct {
    sheet_kind kind;
    double turn[3][3], unit;
    pp_vec3 middle;
} sheet_scene;

/** Distance, in the unit of the volume's millimetres. */
double sheet_distance(const sheet_scene *s, pp_vec3 p);

/**
 * n points on the surface, spread over it, in the volume's millimetres;
 * border: those on its rim. The caller frees with free.
 */
pp_vec3 *sheet_points(const sheet_scene *s, bool rim, size_t *n);

/** A scene turned by random angles and shifted by parts of a voxel. */
sheet_scene sheet_place(sheet_kind kind, unsigned seed, pp_vec3 middle,
                        double unit);

/** Its field, with noise (standard deviation in units, Gaussian): F32. */
void sheet_field(const sheet_scene *s, const size_t dim[3],
                 const double to_lps[3][4], double noise, unsigned seed,
                 pp_grid *g);

#endif
