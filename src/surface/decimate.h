/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decimate.h - a lattice mesh that loses facets; only for decimate*.c
 */
#ifndef PP_SURFACE_DECIMATE_H
#define PP_SURFACE_DECIMATE_H

#include "surface/bound.h"
#include "surface/lattice.h"

/* A quadric and its weight: squared distances to planes, times their areas. */
typedef struct {
    double a[10]; /* xx xy xz yy yz zz, then linear xyz, then constant */
    double weight;
} pp_plane_sum;

/*
 * Corner c = 3 t + k of facet t lies at vertex v[c]; o[c] is the corner that
 * faces it across the opposite edge. Dead facets have v = PP_NONE.
 */
typedef struct {
    size_t nvert, ntri, alive;
    double mm[3];
    double (*at)[3]; /* positions in padded lattice indices */
    uint32_t *v, *o;
    uint32_t *corner;   /* one corner of each vertex; PP_NONE: gone */
    uint8_t *degree;
    uint8_t *signs;     /* AND over the star of the normals' sign bits */
    pp_plane_sum *plane;
    /* lattice edges that change sign, and where the surface was on them */
    uint64_t *edge_key;
    float *edge_t;
    uint8_t *edge_level;
    size_t edge_mask; /* table size - 1 */
    double tolerance_mm;
    uint8_t *level;   /* of each vertex: how much less than that holds here */
    const pp_locator *before; /* the surface as it was */
    uint16_t *sheet;  /* of each facet, or NULL */
    uint8_t *locked;  /* vertices at lines where sheets meet, or NULL */
} pp_thinning;

static inline uint32_t
pp_next_corner(uint32_t c)
{
    return c % 3 == 2 ? c - 2 : c + 1;
}

static inline uint32_t
pp_prev_corner(uint32_t c)
{
    return c % 3 == 0 ? c + 2 : c - 1;
}

/* A hash of 64 bits (the finaliser of splitmix64, Vigna 2015). */
static inline uint64_t
pp_mix64(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

/* Shares of the tolerance, by level; at the last nothing moves. */
#define PP_LEVELS 3
static const double pp_level_share[PP_LEVELS] = { 1, 0.4, 0 };

/* Stars beyond this many facets are left alone. */
#define PP_MAX_STAR 24

/* A collapse while it is looked at. */
typedef struct {
    uint32_t keep, gone;     /* vertices u and w of the edge */
    uint32_t corner[2];      /* that face the edge: their facets die */
    uint32_t star[2][PP_MAX_STAR]; /* corners at u and at w */
    int nstar[2];
    double place[3];         /* of u afterwards */
    /* facets that stay: their corner at u or w, and its two other vertices */
    uint32_t fan[2 * PP_MAX_STAR][3];
    int nfan;
    int axis;                /* along which the new fan is a height field */
    uint8_t sign;            /* bit of that axis and direction */
    uint32_t first, end;     /* block: all vertices around lie in it, or ... */
} pp_collapse;

typedef enum {
    PP_COLLAPSE_NO,
    PP_COLLAPSE_YES,
    PP_COLLAPSE_ELSEWHERE /* ... it is not this block's to do */
} pp_collapse_answer;

/** tolerance_mm and before are set; level (of l's vertices) may be NULL. */
pp_status pp_thinning_begin(const pp_lattice *l, const double mm[3],
                            const uint8_t *level, pp_thinning *d,
                            pp_error *err) PP_MUST_USE;
void pp_thinning_free(pp_thinning *d);

/** Sign bits of all stars anew. */
void pp_thinning_find_signs(pp_thinning *d);

/** Sign bits (x+ y+ z+ x- y- z-) of the normal of three points. */
uint8_t pp_normal_signs(const double *a, const double *b, const double *c);

/** The place of least error for u and w joined; the error. */
double pp_best_place(const pp_thinning *d, uint32_t u, uint32_t w,
                     const double volume_plane[4], double place[3]);

/** May this collapse be done? Fills the rest of *c; changes nothing else. */
pp_collapse_answer pp_collapse_allowed(const pp_thinning *d, pp_collapse *c);

/**
 * All passes once (decimate.c): the mesh in mm along the lattice's axes; the
 * limit of `before`, l's own mesh, is only aimed at.
 */
pp_status pp_thin_out(const pp_lattice *l, const double mm[3],
                      const pp_locator *before, const uint8_t *level,
                      size_t target, pp_mesh *mesh, pp_error *err) PP_MUST_USE;

#endif
