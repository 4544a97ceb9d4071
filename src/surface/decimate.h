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
 * Where a lattice edge's vertex lies in memory: the vertices of a lattice mesh
 * go by k, j, axis and i (extract.c), so that rows tell.
 */
typedef struct {
    const pp_lattice *l;
    size_t nj, nk;
    uint32_t *first; /* of row (j, k) and axis: [3 (k nj + j) + axis] */
} pp_edge_rows;

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
    float *moved2;      /* by a vertex, in all its steps; mm, squared */
    uint8_t *signs;     /* AND over the star of the normals' sign bits */
    pp_plane_sum *plane;
    uint64_t *crossed;  /* by facet: hash of the rays that it meets ... */
    uint8_t *along;     /* ... along this axis; 3: not known */
    pp_edge_rows rows;  /* lattice edges that change sign */
    const uint8_t *edge_level;
    const pp_linked *full;    /* the surface as it was, in mm ... */
    const pp_locator *before; /* ... from voxel 0, 0, 0 */
    double tolerance_mm;
    uint8_t *level;   /* of each vertex: how much less than that holds here */
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

/*
 * The mean square distance to planes may reach this share of the tolerance,
 * squared: then few places exceed it at their worst (decimate_bound.c finds
 * those).
 */
#define PP_MEAN_SHARE 0.5

/** How far the surface may go where u and w are joined. */
static inline double
pp_tolerance(const pp_thinning *d, uint32_t u, uint32_t w)
{
    const int level =
        d->level[u] > d->level[w] ? d->level[u] : d->level[w];

    return d->tolerance_mm * pp_level_share[level];
}

/** The error that joining u and w may cost. */
static inline double
pp_most_error(const pp_thinning *d, uint32_t u, uint32_t w)
{
    const double mean = PP_MEAN_SHARE * pp_tolerance(d, u, w);

    return mean * mean * (d->plane[u].weight + d->plane[w].weight);
}

/* Stars beyond this many facets are left alone. */
#define PP_MAX_STAR 24

#define PP_MAX_RING (2 * PP_MAX_STAR)

/*
 * A collapse while it is looked at. The facets that stay make a fan around the
 * merged vertex: facet n lies between vertices n and n + 1 of the ring, and
 * the first nkeep of them are u's.
 */
typedef struct {
    uint32_t keep, gone;     /* vertices u and w of the edge */
    uint32_t corner[2];      /* that face the edge: their facets die */
    pp_cover *cover;         /* to look with */
    uint32_t first, end;     /* block: all vertices around lie in it, or ... */
    double place[3];         /* of u afterwards */
    float moved2;            /* and how far it has come, mm, squared */
    int n, nkeep;
    uint32_t at[PP_MAX_RING];        /* corner at u or at w */
    uint32_t ring[PP_MAX_RING];
    double p[PP_MAX_RING + 1][3];    /* of the ring; the first once more */
    double was[PP_MAX_RING][3];      /* normals, in lattice indices */
    double is[PP_MAX_RING][3];
    uint8_t bits[PP_MAX_RING];       /* signs of the new ones */
    uint64_t crossed[PP_MAX_RING];
    int axis;                /* along which the new fan is a height field */
} pp_collapse;

typedef enum {
    PP_COLLAPSE_NO,
    PP_COLLAPSE_YES,
    PP_COLLAPSE_ELSEWHERE /* ... it is not this block's to do */
} pp_collapse_answer;

/* What is to be decimated, and how far. */
typedef struct {
    const pp_lattice *l;
    const pp_linked *linked;  /* l's own facets, in mm from voxel 0, 0, 0 */
    const pp_locator *before; /* they too */
    const double *mm;
    const uint8_t *level;     /* of each vertex; or NULL */
    size_t target;
} pp_thin_task;

pp_status pp_thinning_begin(const pp_thin_task *task, pp_thinning *d,
                            pp_error *err) PP_MUST_USE;
void pp_thinning_free(pp_thinning *d);

/** Sign bits of all stars anew. */
void pp_thinning_find_signs(pp_thinning *d);

/** Which way a normal points for sure: bits x+ y+ z+ x- y- z-. */
uint8_t pp_normal_signs(const double normal[3]);

/** Of three points, in their own units. */
static inline void
pp_normal_of(const double *a, const double *b, const double *c,
             double normal[3])
{
    const double ux = b[0] - a[0], uy = b[1] - a[1], uz = b[2] - a[2];
    const double vx = c[0] - a[0], vy = c[1] - a[1], vz = c[2] - a[2];

    normal[0] = uy * vz - uz * vy;
    normal[1] = uz * vx - ux * vz;
    normal[2] = ux * vy - uy * vx;
}

/** The vertex on a lattice edge that changes sign, or PP_NONE. */
uint32_t pp_edge_rows_find(const pp_edge_rows *r, pp_lattice_edge e);

/** The place of least error for u and w joined; the error. */
double pp_best_place(const pp_thinning *d, uint32_t u, uint32_t w,
                     const double volume_plane[4], double place[3]);

/**
 * May this collapse be done? Fills the rest of *c; of d, only what is known
 * of rays changes.
 */
pp_collapse_answer pp_collapse_allowed(pp_thinning *d, pp_collapse *c);

/**
 * All passes once (decimate.c): the mesh in mm along the lattice's axes; the
 * tolerance is only aimed at. near[v] (of l's vertices) becomes the mesh's
 * vertex that v went to, origin[n] the one of l's that vertex n of the mesh
 * was; the caller frees *origin.
 */
pp_status pp_thin_out(const pp_thin_task *task, pp_mesh *mesh, uint32_t *near,
                      uint32_t **origin, pp_error *err) PP_MUST_USE;

#endif
