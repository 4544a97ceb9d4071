/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * merge.h - vertices joined one by one, and what becomes of the defects
 *
 * Included by check/ only.
 */
#ifndef PP_CHECK_MERGE_H
#define PP_CHECK_MERGE_H

#include "check/check.h"
#include "check/topology.h"

/* A set of facets, in the order in which they came. */
typedef struct {
    uint32_t *item;
    size_t n, capacity;
    uint32_t *mark; /* of each facet; `stamp`: is in */
    uint32_t stamp;
} pp_facet_set;

typedef struct {
    const pp_mesh *mesh;
    const pp_topology *topo;
    pp_bvh *bvh;
    uint32_t *root;        /* sets of joined vertices */
    uint32_t *next;        /* the vertices of each, in a ring */
    uint32_t *local;       /* numbers of vertices in a part */
    pp_facet_set moved;    /* facets whose vertices change */
    pp_facet_set around;   /* those and all that share a vertex with them */
    uint32_t (*part)[3];   /* `around` with local numbers */
    size_t capacity;
    double reach_mm;       /* no vertex has gone farther */
    size_t work;           /* facets looked at, so far */
    int64_t count[PP_NDEFECT]; /* of the mesh as it is now */
} pp_merge;

/** Nothing joined yet; mesh and topology must outlive it. */
pp_status pp_merge_start(const pp_mesh *m, const pp_topology *topo,
                         const pp_report *r, pp_merge *w,
                         pp_error *err) PP_MUST_USE;

void pp_merge_free(pp_merge *w);

/**
 * Joins the sets of a and b: both lie where the first vertex of them lies.
 * *joined: they were apart. Updates the counts.
 */
pp_status pp_merge_join(pp_merge *w, uint32_t a, uint32_t b, bool *joined,
                        pp_error *err) PP_MUST_USE;

#endif
