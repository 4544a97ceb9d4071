/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mesh.h - indexed triangle meshes
 *
 * Millimetres in patient space (LPS), right-handed; facets run
 * counter-clockwise seen from outside. Types and prototypes only: shims
 * include this from C++.
 */
#ifndef PP_MESH_MESH_H
#define PP_MESH_MESH_H

#include "base/box.h"
#include "base/status.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "None" for vertex, facet and part numbers. */
#define PP_NONE UINT32_MAX

/* Vertex and facet numbers are uint32_t: neither count reaches PP_NONE. */
#define PP_MESH_LIMIT ((size_t)UINT32_MAX - 1)

typedef uint32_t pp_tri[3];

/* All-zero is the empty mesh. */
typedef struct {
    pp_vec3 *vert;
    size_t nvert;
    pp_tri *tri;
    size_t ntri;
    uint16_t *attribute; /* STL's attribute bytes per facet, or NULL */
} pp_mesh;

void pp_mesh_free(pp_mesh *m);

/** A mesh with room for so many; contents undefined, attribute NULL. */
pp_status pp_mesh_alloc(pp_mesh *m, size_t nvert, size_t ntri,
                        pp_error *err) PP_MUST_USE;

pp_status pp_mesh_copy(const pp_mesh *m, pp_mesh *copy,
                       pp_error *err) PP_MUST_USE;

/** Appends the facets and vertices of b to a. */
pp_status pp_mesh_append(pp_mesh *a, const pp_mesh *b,
                         pp_error *err) PP_MUST_USE;

/**
 * Joins vertices whose coordinates are equal bit for bit (-0 equals +0), the
 * way readers of STL do; the first of each group stays, order is kept. Facets
 * stay, degenerate ones too. Works in place; *njoined counts vertices lost.
 */
pp_status pp_mesh_weld_exact(pp_mesh *m, size_t *njoined,
                             pp_error *err) PP_MUST_USE;

/** Drops vertices that no facet uses; order is kept. */
pp_status pp_mesh_drop_unused(pp_mesh *m, size_t *ndropped,
                              pp_error *err) PP_MUST_USE;

/** Rounds every coordinate to the nearest float, in place. */
void pp_mesh_round_float(pp_mesh *m);

pp_box pp_mesh_box(const pp_mesh *m);

/** Twice the area vector of a facet: its normal, not of unit length. */
static inline pp_vec3
pp_facet_normal(const pp_mesh *m, size_t t)
{
    const pp_vec3 a = m->vert[m->tri[t][0]];

    return pp_cross(pp_sub(m->vert[m->tri[t][1]], a),
                    pp_sub(m->vert[m->tri[t][2]], a));
}

/** Turns a facet over. */
static inline void
pp_facet_turn(pp_mesh *m, size_t t)
{
    const uint32_t second = m->tri[t][1];

    m->tri[t][1] = m->tri[t][2];
    m->tri[t][2] = second;
}

/** Of each vertex the unit normal, its facets' weighted by their areas; zero
 * where they cancel. */
void pp_mesh_vertex_normals(const pp_mesh *m, pp_vec3 *normal);

/**
 * Parts: facets connected over shared vertices (not only edges).
 * part[t] in [0, *npart), numbered by first facet. The caller frees *part.
 */
pp_status pp_mesh_parts(const pp_mesh *m, uint32_t **part, uint32_t *npart,
                        pp_error *err) PP_MUST_USE;

/** Copies the facets with keep[t] != 0, and their vertices, in order. */
pp_status pp_mesh_select(const pp_mesh *m, const uint8_t *keep, pp_mesh *out,
                         pp_error *err) PP_MUST_USE;

/* ---- half-edge pairing (edges.c) ---- */

/*
 * Corner c = 3t+k faces the edge from tri[t][k+1] to tri[t][k+2].
 */
typedef struct {
    uint32_t low, high; /* vertex numbers, low < high */
    uint32_t corner;    /* the corner that faces this edge */
    uint32_t forward;   /* 1: the facet runs low -> high */
} pp_half_edge;

/**
 * All 3*ntri half-edges sorted by (low, high, corner): equal edges lie side by
 * side. Facets with a repeated vertex contribute their edges with low < high
 * only, so *count may be below 3*ntri. The caller frees.
 */
pp_status pp_mesh_half_edges(const pp_mesh *m, pp_half_edge **edges,
                             size_t *count, pp_error *err) PP_MUST_USE;

/** Where the half-edges that are equal to edge[i] end. */
static inline size_t
pp_half_edges_end(const pp_half_edge *edge, size_t count, size_t i)
{
    size_t end = i + 1;

    while (end < count && edge[end].low == edge[i].low &&
           edge[end].high == edge[i].high)
        end++;
    return end;
}

/* ---- bounding-volume tree (bvh.c) ---- */

typedef struct pp_bvh pp_bvh;

/** A tree over the facets of m, which must outlive it. */
pp_status pp_bvh_build(const pp_mesh *m, pp_bvh **bvh,
                       pp_error *err) PP_MUST_USE;
void pp_bvh_free(pp_bvh *bvh);

typedef struct {
    double distance;
    pp_vec3 point;  /* on the mesh */
    uint32_t facet; /* PP_NONE when nothing lies within the limit */
} pp_nearest;

/** The mesh point closest to p, among those nearer than limit. */
pp_nearest pp_bvh_nearest(const pp_bvh *bvh, pp_vec3 p, double limit);

/** The point of a triangle that is closest to p; degenerate ones too. */
pp_vec3 pp_nearest_on_triangle(pp_vec3 p, const pp_vec3 corner[3]);

/* The largest ball that touches p from the side of d; see below. */
typedef struct {
    double radius;
    pp_vec3 touch;  /* what stopped it */
    uint32_t facet; /* of touch; PP_NONE when it grew to the limit */
} pp_tangent_ball;

/**
 * Among the balls of radius s <= limit about p + s d (d of length one), which
 * all touch p and grow into each other, the largest that no facet enters by
 * more than 2e-4 of its radius: one walk through the tree, in place of a
 * search by nearest points. p on a facet
 * counts as touching only when d is that facet's normal.
 */
pp_tangent_ball pp_bvh_tangent_ball(const pp_bvh *bvh, pp_vec3 p, pp_vec3 d,
                                    double limit);

/** No facet comes nearer to centre than radius; leaves at the first. */
bool pp_bvh_ball_is_empty(const pp_bvh *bvh, pp_vec3 centre, double radius);

/**
 * The first facet hit by the ray p + s d, s in (low, high); s in *s, facet as
 * result or PP_NONE. Hits on an edge may be counted for either facet.
 */
uint32_t pp_bvh_ray(const pp_bvh *bvh, pp_vec3 p, pp_vec3 d, double low,
                    double high, double *s);

/**
 * Winding number of the mesh about p (Jacobson 2013; tree code of Barill
 * 2018), for inside tests that survive holes and overlaps: about 1 inside, 0
 * outside. Error below 0.01 away from the surface.
 */
double pp_bvh_winding(const pp_bvh *bvh, pp_vec3 p);

/**
 * Calls visit for every facet whose box meets box; visit returns 0 to go on.
 */
void pp_bvh_overlap(const pp_bvh *bvh, pp_box box,
                    int (*visit)(uint32_t facet, void *data), void *data);

#ifdef __cplusplus
}
#endif
#endif
