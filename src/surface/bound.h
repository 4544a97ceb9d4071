/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound.h - a surface within a distance of another; only for surface/
 */
#ifndef PP_SURFACE_BOUND_H
#define PP_SURFACE_BOUND_H

#include "mesh/mesh.h"

/* Where facets are found: by cells of the lattice, or by a tree. */
typedef struct {
    const pp_mesh *mesh;
    double limit_mm;
    /* cells; mm 0 without */
    double mm[3];
    uint64_t *key;   /* of a cell; UINT64_MAX: free */
    uint32_t *first; /* its facets, which lie side by side */
    size_t mask;
    pp_bvh *tree;
} pp_locator;

/**
 * For the mesh of a lattice: its facets lie in the order of the cells, whose
 * corners are at whole multiples of mm. No tree: memory goes with the cells.
 */
pp_status pp_locator_cells(const pp_mesh *m, const double mm[3],
                           double limit_mm, pp_locator *l,
                           pp_error *err) PP_MUST_USE;

pp_status pp_locator_tree(const pp_mesh *m, double limit_mm, pp_locator *l,
                          pp_error *err) PP_MUST_USE;

void pp_locator_free(pp_locator *l);

/**
 * Squared distance from p to facet f (Ericson, Real-Time Collision Detection,
 * section 5.1.5); not less than the true one but for rounding.
 */
static inline double
pp_facet_distance2(const pp_mesh *m, size_t f, pp_vec3 p)
{
    const pp_vec3 o = m->vert[m->tri[f][0]];
    const pp_vec3 u = pp_sub(m->vert[m->tri[f][1]], o);
    const pp_vec3 v = pp_sub(m->vert[m->tri[f][2]], o), q = pp_sub(p, o);
    const double uu = pp_dot(u, u), uv = pp_dot(u, v), vv = pp_dot(v, v);
    const double d1 = pp_dot(u, q), d2 = pp_dot(v, q);
    const double b = vv * d1 - uv * d2, c = uu * d2 - uv * d1;
    const double det = uu * vv - uv * uv;
    double s = 0, t = 0; /* the nearest point is o + s u + t v */
    pp_vec3 r;

    if (b >= 0 && c >= 0 && b + c <= det && det > 0) {
        s = b / det;
        t = c / det;
    } else if (c < 0 && d1 > 0 && (d1 < uu || b + c <= det)) {
        s = d1 < uu ? d1 / uu : 1;
    } else if (b < 0 && d2 > 0 && (d2 < vv || b + c <= det)) {
        t = d2 < vv ? d2 / vv : 1;
    } else if (b + c > det) {
        const double e = (d2 - d1 + uu - uv) / (uu - 2 * uv + vv);

        t = e > 0 ? e < 1 ? e : 1 : 0;
        s = 1 - t;
    }
    r = pp_sub(q, pp_add(pp_scale(u, s), pp_scale(v, t)));
    return pp_dot(r, r);
}

/** A facet within the limit of p, a near one if there is; else PP_NONE. */
uint32_t pp_locate(const pp_locator *l, pp_vec3 p);

/** mark[f] = 1 for facets that cross one they share no vertex with. */
void pp_mark_crossings(const pp_mesh *m, const pp_bvh *tree, uint8_t *mark);

/** The distance of p, exactly where it is within the limit; else the limit. */
double pp_locator_distance(const pp_locator *l, pp_vec3 p);

/* A closed mesh and who faces whom across its edges. */
typedef struct {
    const pp_mesh *mesh;
    uint32_t *o;      /* corner that faces corner 3 f + k across its edge */
    uint32_t *corner; /* one of each vertex */
    size_t nsimple;   /* the vertices from here on may lie where sheets meet:
                         between two of them there is no o (PP_NONE) */
} pp_linked;

/** PP_EBUG for an open mesh (link.c). */
pp_status pp_linked_begin(const pp_mesh *m, size_t nsimple, pp_linked *l,
                          pp_error *err) PP_MUST_USE;
void pp_linked_free(pp_linked *l);

/* To look for what covers a triangle: of one thread. */
typedef struct pp_cover pp_cover;

pp_cover *pp_cover_alloc(void); /* or NULL */

/**
 * Is every point of a triangle within the limit of b, near whose facet start
 * it lies? False where that could not be shown.
 */
bool pp_cover_triangle(pp_cover *c, const pp_linked *b, double limit_mm,
                       const pp_vec3 at[3], uint32_t start);

/**
 * Is every point of a's facets within the limit of b, which lies over it? Sets
 * bare[f] to 0 for the facets of which that was shown, else to 1. start: of
 * each vertex of a, a vertex of b near it. Facets with vertices from nsimple
 * on are taken for b's too.
 */
pp_status pp_cover_check(const pp_linked *a, const pp_linked *b,
                         const uint32_t *start, double limit_mm,
                         uint8_t *bare, pp_error *err) PP_MUST_USE;

/**
 * Is every point of a's facets with beyond[f] 1 within the limit of l's mesh?
 * Clears beyond[f] where that could be shown.
 */
void pp_bound_check(const pp_mesh *a, const pp_locator *l, uint8_t *beyond);

#endif
