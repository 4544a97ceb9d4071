/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * topology.h - how facets hang together; included by check/ only
 *
 * One sweep over the vertices finds everything that is unusual about edges,
 * fans and shells. A clean mesh leaves all lists empty. Facets that repeat a
 * vertex have no part in it: without them their neighbours meet each other.
 */
#ifndef PP_CHECK_TOPOLOGY_H
#define PP_CHECK_TOPOLOGY_H

#include "mesh/mesh.h"

/* An edge and two of its facets; b is PP_NONE when there is only one. */
typedef struct {
    uint32_t from, to; /* as facet a runs along it */
    uint32_t a, b;
} pp_edge_case;

typedef struct {
    pp_edge_case *item;
    size_t n, capacity;
} pp_edge_list;

typedef struct {
    uint32_t vertex, a, b; /* two facets from different fans */
} pp_vertex_case;

typedef struct {
    pp_vertex_case *item;
    size_t n, capacity;
} pp_vertex_list;

typedef struct {
    /* the facets around vertex v are incident[start[v]..start[v + 1]), each
     * as 4 * facet + corner */
    uint32_t *start, *incident;
    uint8_t *plain;           /* per vertex: one closed fan, plain edges */
    pp_edge_list open;        /* edges of one facet */
    pp_edge_list nonmanifold; /* edges of three and more, each once */
    pp_edge_list seam;        /* their facets, chained in pairs */
    pp_edge_list clash;       /* two facets that run the same way */
    pp_edge_list twist;       /* clashes that no turning over resolves */
    pp_edge_list duplicate;   /* facets a and b have the same vertices */
    pp_vertex_list pinch;     /* vertices with several fans */
    uint32_t *shell;          /* per facet; PP_NONE: repeats a vertex */
    uint32_t nshell;          /* numbered by their first facet */
    uint8_t *turned;          /* per facet: against the most of its patch;
                                 NULL when there is no clash */
} pp_topology;

static inline bool
pp_repeats_vertex(const uint32_t v[3])
{
    return v[0] == v[1] || v[1] == v[2] || v[2] == v[0];
}

pp_status pp_topology_build(const pp_mesh *m, pp_topology *topology,
                            pp_error *err) PP_MUST_USE;

void pp_topology_free(pp_topology *topology);

#endif
