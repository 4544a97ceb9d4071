/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quadric.h - the fairing's sparse rows; only for quadric*.c
 */
#ifndef PP_SURFACE_QUADRIC_H
#define PP_SURFACE_QUADRIC_H

#include "surface/fair.h"

/*
 * The unknown of a vertex, x, is its way along its edge in units of scale mm,
 * which makes it roughly the way along the normal. The residual of vertex v,
 * constant + own x + sum of a times neighbours' x, is its height above the
 * quadric through its neighbours.
 */
typedef struct {
    pp_fair *f;
    size_t n;
    size_t *row;     /* neighbours of v: col[row[v] .. row[v + 1]), rising */
    uint32_t *col;
    float *a;        /* residual v by neighbour */
    float *at;       /* and the neighbour's residual by v, same places */
    float *own, *constant;
    float *anchor;   /* pull towards the start, where quadrics mean little */
    float *from;     /* how far v is from the start, in units of x */
    float (*normal)[4];
    float (*fitted)[4]; /* of the quadrics, one round before */
    float *scale;
    float *low, *high;  /* bounds of x */
    float *gv;          /* mm^3 for one unit of x */
    float *step;        /* 1 / diagonal of the energy's matrix */
    float *x, *y, *old, *g, *r;
    float *started;  /* t at the start */
    double (*sum)[4]; /* of chunks */
} pp_quadric;

/** Finds the neighbours; allocates row, col, a and at. */
pp_status pp_quadric_neighbours(pp_quadric *q, pp_error *err) PP_MUST_USE;

/**
 * Fits a quadric around each vertex, from the normals in q->fitted, and fills
 * own, constant, a, at, step and anchor; q->fitted becomes the fits' normals.
 */
pp_status pp_quadric_fit(pp_quadric *q, float mean_length_mm,
                         pp_error *err) PP_MUST_USE;

#endif
