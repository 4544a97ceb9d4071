/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rung.h - the cures, one per file; only repair/ includes this
 *
 * Each works in place and leaves the mesh as it was on failure. None judges
 * its result: ladder.c checks, and undoes what did harm.
 */
#ifndef PP_REPAIR_RUNG_H
#define PP_REPAIR_RUNG_H

#include "repair/repair.h"

/* Edges that facets outside of the mesh share: sorted, by place (region.c). */
typedef struct {
    pp_vec3 a, b;
} pp_seam_edge;

typedef struct {
    pp_seam_edge *edge;
    size_t n;
    size_t nopen; /* facets of the mesh that have one */
} pp_seam;

/** True when p to q, either way, is an edge of the seam. */
bool pp_on_seam(const pp_seam *s, pp_vec3 p, pp_vec3 q);

/* What a cure is told and what it tells. */
typedef struct {
    const pp_repair_options *options; /* defaults filled in */
    double nudge_mm;  /* how far touching sheets are moved apart */
    const pp_mesh *around; /* facets that are not to be changed, or NULL */
    const pp_seam *seam;   /* open edges that are to be left alone: shared
                              with facets around, or kept open */
    size_t count;     /* out: what was cured, in the rung's own unit */
    double moved_mm;  /* out: farthest that a point was moved */
    size_t nlook;     /* out: of stitch: vertices looked at, for its test */
    pp_mesh invented; /* out: lids; the caller frees */
    pp_mesh dropped;  /* out: facets that bound nothing; the caller frees */
    char detail[160]; /* out */
} pp_cure;

void pp_cure_free(pp_cure *c);

/* ---- cures ---- */

/** Drops facets without area and all but one of equal facets (clean.c). */
pp_status pp_cure_clean(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** Joins equal vertices (weld.c). */
pp_status pp_cure_weld(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** Joins open edges that lie within the tolerance (stitch.c). */
pp_status pp_cure_stitch(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** One direction for facets that hang together (orient.c). */
pp_status pp_cure_orient(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** Fills loops of open edges (holes.c). */
pp_status pp_cure_holes(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** Keeps the surface between winding number 0 and 1 (solid.c). */
pp_status pp_cure_solid(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** Parts sheets that touch in an edge or a vertex (split.c). */
pp_status pp_cure_split(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** Takes small sick places out and fills them anew (renew.c). */
pp_status pp_cure_renew(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** The same, one place after the other, each within the bounds (renew.c). */
pp_status pp_cure_places(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/** A new surface from the winding number (rebuild.c). */
pp_status pp_cure_rebuild(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/**
 * The surface in box where the tree's winding number is a half, from samples h
 * apart: closed, manifold, outward, without crossings. PP_EGEOM when that
 * takes too many.
 */
pp_status pp_rebuild_surface(const pp_bvh *bvh, pp_box box, double h,
                             pp_mesh *out, pp_error *err) PP_MUST_USE;

/** Re-triangulates small folds through CGAL (folds.c). */
pp_status pp_cure_folds(pp_mesh *m, pp_cure *c, pp_error *err) PP_MUST_USE;

/* ---- what they share ---- */

/** Area exactly zero. */
bool pp_facet_is_flat(const pp_mesh *m, size_t t);

/** Keeps the facets with keep[t] != 0, in place and in order. */
void pp_keep_facets(pp_mesh *m, const uint8_t *keep);

/** Appends the facets with keep[t] == 0 to gone. */
pp_status pp_copy_others(const pp_mesh *m, const uint8_t *keep, pp_mesh *gone,
                         pp_error *err) PP_MUST_USE;

/** Sorts the edges of a seam, so that pp_on_seam finds them. */
void pp_seam_sort(pp_seam *s);

/** Edge p to q as a seam holds it. */
pp_seam_edge pp_seam_edge_make(pp_vec3 p, pp_vec3 q);

/**
 * Open edges on openings that the options keep (open.c); *nopening counts
 * these. The caller frees kept->edge.
 */
pp_status pp_find_openings(const pp_mesh *m, const pp_repair_options *o,
                           pp_seam *kept, size_t *nopening,
                           pp_error *err) PP_MUST_USE;

/** Whether the options keep any opening. */
bool pp_keeps_openings(const pp_repair_options *o);

/**
 * Fans of facets around vertices (umbrella.c): corners that hang together over
 * edges where the surface goes on. An edge of two opposite facets does; one of
 * four or more, half of them in each direction, is taken apart into wedges of
 * solid. umbrella[3t+k] numbers them; vertex[u] is u's vertex. Callers free.
 */
pp_status pp_umbrellas(const pp_mesh *m, uint32_t **umbrella,
                       uint32_t **vertex, uint32_t *numbrella,
                       pp_error *err) PP_MUST_USE;

/** Patches: facets connected over edges of exactly two (umbrella.c). */
pp_status pp_patches(const pp_mesh *m, uint32_t **patch, uint32_t *npatch,
                     pp_error *err) PP_MUST_USE;

/**
 * Fills openings with pieces of options->guide (refill.c). Facets are added at
 * the end; *nfilled: openings that are no more.
 */
pp_status pp_refill(pp_mesh *m, const pp_cure *c, size_t *nfilled,
                    pp_error *err) PP_MUST_USE;

/** Moves vertices from first_vert on to a surface of least bending (fair.c). */
pp_status pp_fair(pp_mesh *m, size_t first_vert, pp_error *err) PP_MUST_USE;

/**
 * Cuts facets along their common lines until they meet in vertices and edges
 * only, new points snapped to what can be stored (arrange.c). Equal facets
 * become one: times[t] (never 0, the caller frees) says how often it counts,
 * a facet and its reverse cancelling. c->count: pairs; c->moved_mm: how far
 * old vertices had to move. PP_EGEOM when it does not settle.
 */
pp_status pp_arrange(pp_mesh *m, int32_t **times, pp_cure *c,
                     pp_error *err) PP_MUST_USE;

/**
 * Does away with fresh facets lower than height_mm (slivers.c), keeping the
 * surface closed where it is; times and fresh grow with it. *moved_mm grows by
 * the farthest that a point of the surface went.
 */
pp_status pp_drop_slivers(pp_mesh *m, int32_t **times, uint8_t **fresh,
                          double height_mm, double *moved_mm,
                          pp_error *err) PP_MUST_USE;

/**
 * Which facets of m were facets of old: old_of[t] for each facet of m, or
 * PP_NONE. Those facets start at the same vertex again (trace.c).
 */
pp_status pp_trace(const pp_mesh *old, pp_mesh *m, uint32_t *old_of,
                   pp_error *err) PP_MUST_USE;

/* By x, then y, then z: an order that numbers of vertices do not change. */
static inline int
pp_compare_points(pp_vec3 a, pp_vec3 b)
{
    if (a.x != b.x)
        return a.x < b.x ? -1 : 1;
    if (a.y != b.y)
        return a.y < b.y ? -1 : 1;
    return a.z < b.z ? -1 : a.z > b.z;
}

#endif
