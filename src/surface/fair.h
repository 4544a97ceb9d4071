/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fair.h - what the ways of smoothing share; only for surface/
 */
#ifndef PP_SURFACE_FAIR_H
#define PP_SURFACE_FAIR_H

#include "surface/lattice.h"

/* Of an edge's length, what its ends keep free at the least. */
#define PP_FAIR_CLEARANCE 0.02f

/* Sums run over chunks of so many: they do not depend on threads. */
#define PP_FAIR_CHUNK 4096

/* So few vertices are smoothed sooner by one thread than by several. */
#define PP_FAIR_ALONE 20000

/* A position in millimetres, as floats: x, y, z and room. */
typedef struct {
    float at[4];
} pp_fair_point;

/* A lattice mesh while its vertices move. */
typedef struct {
    pp_lattice *l;
    size_t n; /* vertices */
    float mm[3];
    pp_fair_point *point;
    uint8_t *axis;   /* of each vertex's edge */
    size_t *first;   /* neighbours of v: ring[first[v] .. first[v + 1]) */
    uint32_t *ring;  /* in order around v, seen from outside */
    float *thin;     /* share of a vertex' neighbourhood that is one voxel
                        thick; or NULL */
} pp_fair;

pp_status pp_fair_begin(pp_lattice *l, const pp_mask *mask, pp_fair *f,
                        pp_error *err) PP_MUST_USE;
void pp_fair_free(pp_fair *f);

/** Fills f->thin (thin.c). */
pp_status pp_fair_find_thin(pp_fair *f, const pp_bits *bits,
                            pp_error *err) PP_MUST_USE;

/** The normal at v; its length is twice the area of the facets around v. */
void pp_fair_normal(const pp_fair *f, size_t v, float normal[3]);

/** Moves v to the place t on its edge, kept off the edge's ends. */
void pp_fair_move(pp_fair *f, size_t v, float t);

/**
 * Along an edge whose cosine to the normal is c: mm for each mm of normal,
 * damped where the edge is oblique to the surface.
 */
float pp_fair_step(float c);

/** In units of t, the step along v's edge for one mm along the normal. */
float pp_fair_along_edge(const pp_fair *f, size_t v, const float normal[3]);

/** Volume within and area. */
pp_status pp_fair_size(const pp_fair *f, double *volume_mm3,
                       double *area_mm2, pp_error *err) PP_MUST_USE;

/** The low-pass: pairs of steps out and back in (lowpass.c). */
pp_status pp_fair_lowpass(pp_fair *f, int pairs, pp_error *err) PP_MUST_USE;

/** Shifts all vertices along their normals until the volume is right. */
pp_status pp_fair_volume(pp_fair *f, double volume_mm3,
                         pp_error *err) PP_MUST_USE;

/**
 * The least fourth-order energy under the edges' bounds, from where the
 * vertices are; holds volume_mm3 (quadric.c).
 */
pp_status pp_fair_quadric(pp_fair *f, double volume_mm3,
                          pp_error *err) PP_MUST_USE;

#endif
