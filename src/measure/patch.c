/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * patch.c - a piece of a surface seen from a triangle
 *
 * Where a surface is a graph over a triangle along some direction, the
 * distance along that direction bounds the distance to the surface. The
 * difference of the two is linear between the edges of the surface and those
 * of the triangle, so it is largest at a corner of the triangle, or at an end
 * of what the triangle cuts out of an edge.
 *
 * A set of facets covers the triangle when all face the same way along the
 * direction and no edge that crosses the triangle lacks its other facet: the
 * cover has no rim within the triangle then. So the set is grown over just
 * those edges.
 */
#include "measure/patch.h"

#include "base/alloc.h"

#include <string.h>

enum {
    MOST_FACETS = 96,
    NSLOT = 256 /* of the set; a power of two, well above the facets */
};

/*
 * Edges this close to the triangle, as a part of its size, count as crossing
 * it: more than what rounding takes.
 */
#define BRIM 1e-9

/* The projection must keep this part of the triangle's area. */
#define LEAST_SHARE 1e-3

pp_status
pp_patch_join(const pp_mesh *m, uint32_t **across, pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t n, end;

    *across = pp_alloc(m->ntri, 3 * sizeof **across);
    if (*across == NULL)
        return pp_fail_memory(err);
    for (size_t c = 0; c < 3 * m->ntri; c++)
        (*across)[c] = PP_NONE;
    if (pp_mesh_half_edges(m, &edge, &n, err) != PP_OK) {
        pp_free(*across);
        *across = NULL;
        return err->status;
    }
    for (size_t e = 0; e < n; e = end) {
        end = pp_half_edges_end(edge, n, e);
        if (end == e + 2 && edge[e].forward != edge[e + 1].forward) {
            (*across)[edge[e].corner] = edge[e + 1].corner / 3;
            (*across)[edge[e + 1].corner] = edge[e].corner / 3;
        }
    }
    pp_free(edge);
    return PP_OK;
}

/* A point in the frame of the triangle: corner 0 + a e1 + b e2 + h along. */
typedef struct {
    double a, b, h;
} place;

typedef struct {
    const pp_mesh *m;
    const uint32_t *across;
    pp_vec3 origin, to_a, to_b, to_h; /* into the frame */
    double bound, enough;
    double facing;    /* sign of the facets' turn in the frame */
    unsigned corners; /* of the triangle, a bit each: found in a facet */
    uint32_t facet[MOST_FACETS];
    int n;
    uint32_t slot[NSLOT]; /* the facets as a set; PP_NONE: free */
} patch;

static bool
set_frame(patch *p, const pp_vec3 corner[3], pp_vec3 along)
{
    const pp_vec3 e1 = pp_sub(corner[1], corner[0]);
    const pp_vec3 e2 = pp_sub(corner[2], corner[0]);
    const pp_vec3 normal = pp_cross(e1, e2);
    const double det = pp_dot(along, normal);

    if (!(fabs(det) > LEAST_SHARE * pp_norm(normal)))
        return false;
    p->origin = corner[0];
    p->to_a = pp_scale(pp_cross(e2, along), 1 / det);
    p->to_b = pp_scale(pp_cross(along, e1), 1 / det);
    p->to_h = pp_scale(normal, 1 / det);
    return true;
}

static place
place_of(const patch *p, pp_vec3 at)
{
    const pp_vec3 d = pp_sub(at, p->origin);

    return (place){pp_dot(p->to_a, d), pp_dot(p->to_b, d), pp_dot(p->to_h, d)};
}

/* False when the facet is new and there is no room. */
static bool
add_facet(patch *p, uint32_t facet)
{
    uint32_t s = facet * 2654435769U >> 24;

    for (; p->slot[s] != PP_NONE; s = (s + 1) % NSLOT)
        if (p->slot[s] == facet)
            return true;
    if (p->n == MOST_FACETS)
        return false;
    p->slot[s] = facet;
    p->facet[p->n++] = facet;
    return true;
}

/* Cuts [*s, *t] to where u + s (v - u) >= -BRIM. */
static void
cut(double u, double v, double *s, double *t)
{
    u += BRIM;
    v += BRIM;
    if (u < 0 && v < 0)
        *t = -1;
    else if (u < 0)
        *s = fmax(*s, u / (u - v));
    else if (v < 0)
        *t = fmin(*t, u / (u - v));
}

/* Does the edge cross the triangle? Its distances there go into the bound. */
static bool
cross_edge(patch *p, const place *u, const place *v)
{
    double s = 0, t = 1, slope = v->h - u->h;

    cut(u->a, v->a, &s, &t);
    cut(u->b, v->b, &s, &t);
    cut(1 - u->a - u->b, 1 - v->a - v->b, &s, &t);
    if (s > t)
        return false;
    p->bound =
        fmax(p->bound, fmax(fabs(u->h + s * slope), fabs(u->h + t * slope)));
    return true;
}

static double
turn(const place *u, const place *v, double a, double b)
{
    return (v->a - u->a) * (b - u->b) - (v->b - u->b) * (a - u->a);
}

/* Corners of the triangle that lie in the facet, and how far from it. */
static void
find_corners(patch *p, const place v[3], double whole)
{
    static const double a[3] = {0, 1, 0}, b[3] = {0, 0, 1};

    for (unsigned c = 0; c < 3; c++) {
        double weight[3], h = 0;
        bool within = !(p->corners >> c & 1);

        for (int k = 0; k < 3 && within; k++) {
            weight[k] =
                turn(&v[(k + 1) % 3], &v[(k + 2) % 3], a[c], b[c]) / whole;
            within = weight[k] >= -BRIM;
        }
        if (!within)
            continue;
        for (int k = 0; k < 3; k++)
            h += weight[k] * v[k].h;
        p->bound = fmax(p->bound, fabs(h));
        p->corners |= 1U << c;
    }
}

/* Takes facet t into account; false when there is no graph over the triangle
 * or the bound is too large. */
static bool
visit(patch *p, uint32_t t)
{
    place v[3];
    double whole;

    for (int k = 0; k < 3; k++)
        v[k] = place_of(p, p->m->vert[p->m->tri[t][k]]);
    whole = turn(&v[0], &v[1], v[2].a, v[2].b);
    if (p->facing == 0)
        p->facing = whole;
    if (!(whole * p->facing > 0))
        return false;
    if (p->corners != 7)
        find_corners(p, v, whole);
    for (int k = 0; k < 3; k++) {
        uint32_t other;

        if (!cross_edge(p, &v[(k + 1) % 3], &v[(k + 2) % 3]))
            continue;
        other = p->across[3 * (size_t)t + (size_t)k];
        if (other == PP_NONE || !add_facet(p, other))
            return false;
    }
    return p->bound <= p->enough;
}

double
pp_patch_bound(const pp_mesh *m, const uint32_t *across,
               const pp_vec3 corner[3], pp_vec3 along, uint32_t seed,
               double enough)
{
    patch p;

    p.m = m;
    p.across = across;
    p.bound = 0;
    p.enough = enough;
    p.facing = 0;
    p.corners = 0;
    p.n = 0;
    if (!set_frame(&p, corner, along))
        return HUGE_VAL;
    memset(p.slot, 0xff, sizeof p.slot);
    if (!add_facet(&p, seed))
        return HUGE_VAL;
    for (int i = 0; i < p.n; i++)
        if (!visit(&p, p.facet[i]))
            return HUGE_VAL;
    return p.corners == 7 ? p.bound : HUGE_VAL;
}
