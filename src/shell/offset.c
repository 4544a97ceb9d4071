/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * offset.c - a sampled offset surface made exact
 *
 * What comes from a lattice cuts corners: its vertices lie off the offset by
 * the square of the spacing where that curves, its facets by more, and where
 * two sheets of the offset meet in a crease that is chopped off. So each
 * vertex goes along the gradient of the exact distance until that is right
 * (Newton's method; the gradient is the way from the nearest point), and edges
 * whose middle is off are split there. A new vertex goes where the offset's
 * planes near both ends of its edge meet, if that is on the offset (the
 * feature points of Kobbelt et al. 2001): what is split along a crease is
 * joined along it, too. A facet whose edges are good and whose middle is not
 * holds a corner, where three planes meet.
 */
#include "shell/grow.h"

#include "base/alloc.h"
#include "mesh/refine.h"

#include <math.h>
#include <string.h>

enum {
    MOST_ROUNDS = 8,
    MOST_STEPS = 12, /* of Newton's */
    MOST_NEARER = 5, /* pairs of planes, ever nearer to a crease */
    MOST_TIMES = 16  /* facets, of those that come */
};

/* A vertex is on the offset when off by less, of the depth. */
#define EXACT 1e-8

/* Planes are taken at this share of an edge from its ends, which may lie on a
 * crease themselves. */
#define FROM_END 0.1

/* The next pair of planes is taken so near to the crease that the last one
 * found, of the way from there to the edge's ends. */
#define NEAR_CREASE 0.25

/* The lattice fills a sharp crease deeper than what moves at once. */
#define FAR_CREASE 2

/* Edges shorter than this, of the reach, are not split: where no crease is
 * found, splits only make more edges that go over it. */
#define SHORTEST 0.2

/* Planes that meet at a smaller angle, by its sine, make no crease: what is
 * nearly flat is split at its middle, without slivers. */
#define LEAST_SINE 0.25

/* What is not split may hold so much of the error allowed. */
#define LEFT 0.5

/* Of the depth: what is off by less is neither split nor no feature. */
#define LEAST 1e-5

typedef struct {
    const pp_offset_wish *wish;
    pp_mesh *mesh;
    size_t most; /* facets */
    double least_mm;  /* a point is on the offset when off by less */
    double enough_mm; /* no edge that is off by less is split */
    pp_half_edge *half;
    size_t nhalf;
    double *off; /* of each corner: by how much the middle of the edge that it
                    faces lies too deep */
    uint32_t *middle; /* and the vertex that splits that; or PP_NONE */
} offsetting;

typedef struct {
    pp_vec3 normal; /* of unit length, away from the solid's surface */
    double at;
} plane;

static double
too_deep(const pp_offset_wish *o, pp_vec3 p)
{
    return pp_bvh_nearest(o->bvh, p, HUGE_VAL).distance - o->depth_mm;
}

/* Goes to the offset, but no farther than the wish allows. */
static bool
fit(const pp_offset_wish *o, pp_vec3 *p)
{
    pp_vec3 at = *p;

    for (int i = 0; i < MOST_STEPS; i++) {
        const pp_nearest n = pp_bvh_nearest(o->bvh, at, HUGE_VAL);
        const double missing = o->depth_mm - n.distance;

        if (!(n.distance > 0) || pp_distance(at, *p) > o->reach_mm)
            return false;
        if (fabs(missing) <= EXACT * o->depth_mm) {
            *p = at;
            return true;
        }
        at = pp_madd(at, missing / n.distance, pp_sub(at, n.point));
    }
    return false;
}

/* Of the offset, where it is nearest to p. */
static plane
plane_at(const pp_offset_wish *o, pp_vec3 p)
{
    const pp_vec3 from = pp_bvh_nearest(o->bvh, p, HUGE_VAL).point;
    const pp_vec3 n = pp_unit(pp_sub(p, from));

    return (plane){ n, pp_dot(n, from) + o->depth_mm };
}

static bool
is_feature(const offsetting *s, pp_vec3 p, pp_vec3 middle)
{
    return pp_distance(p, middle) <= s->wish->reach_mm &&
           fabs(too_deep(s->wish, p)) <= s->least_mm;
}

/* The point on two planes that is nearest to one between them. */
static bool
meet_two(const plane q[2], pp_vec3 *p)
{
    const double c = pp_dot(q[0].normal, q[1].normal), det = 1 - c * c;
    const double a = q[0].at - pp_dot(q[0].normal, *p);
    const double b = q[1].at - pp_dot(q[1].normal, *p);

    if (det < LEAST_SINE * LEAST_SINE)
        return false;
    *p = pp_madd(pp_madd(*p, (a - c * b) / det, q[0].normal), (b - c * a) / det,
                 q[1].normal);
    return true;
}

static bool
meet_three(const plane q[3], pp_vec3 *p)
{
    const pp_vec3 yz = pp_cross(q[1].normal, q[2].normal);
    const pp_vec3 zx = pp_cross(q[2].normal, q[0].normal);
    const pp_vec3 xy = pp_cross(q[0].normal, q[1].normal);
    const double det = pp_dot(q[0].normal, yz);

    if (fabs(det) < LEAST_SINE * LEAST_SINE)
        return false;
    *p = pp_scale(pp_madd(pp_madd(pp_scale(yz, q[0].at), q[1].at, zx),
                          q[2].at, xy), 1 / det);
    return true;
}

/* Where the edge from a to b goes over a crease, if it does. Where the two
 * sheets are curved, planes nearer and nearer to the crease find it. */
static bool
find_feature(const offsetting *s, pp_vec3 a, pp_vec3 b, pp_vec3 *p)
{
    const pp_vec3 along = pp_sub(b, a), middle = pp_madd(a, 0.5, along);
    plane q[2] = { plane_at(s->wish, pp_madd(a, FROM_END, along)),
                   plane_at(s->wish, pp_madd(b, -FROM_END, along)) };
    double far = NEAR_CREASE;
    pp_vec3 at = middle;

    for (int i = 0; i < MOST_NEARER; i++, far *= NEAR_CREASE) {
        if (!meet_two(q, &at) || pp_distance(at, middle) > FAR_CREASE * s->wish->reach_mm)
            return false;
        if (fabs(too_deep(s->wish, at)) <= s->least_mm) {
            *p = at;
            return true;
        }
        q[0] = plane_at(s->wish, pp_madd(at, far, pp_sub(a, at)));
        q[1] = plane_at(s->wish, pp_madd(at, far, pp_sub(b, at)));
    }
    return false;
}

static pp_vec3
middle_of(const pp_mesh *m, uint32_t a, uint32_t b)
{
    return pp_scale(pp_add(m->vert[a], m->vert[b]), 0.5);
}

static pp_vec3
middle_of_facet(const pp_mesh *m, size_t t)
{
    const uint32_t *v = m->tri[t];

    return pp_scale(pp_add(pp_add(m->vert[v[0]], m->vert[v[1]]),
                           m->vert[v[2]]), 1 / 3.0);
}

/* What moved goes back where it crosses something, as it will be stored. */
static pp_status
move_all(offsetting *s, pp_vec3 *to, pp_error *err)
{
    pp_mesh *m = s->mesh;
    pp_vec3 *was = m->vert;

    if (s->wish->round_float)
        pp_mesh_round_float(m);
    m->vert = to;
    if (s->wish->round_float)
        pp_mesh_round_float(m);
    (void)!pp_shell_take_back(m, was, err);
    pp_free(was);
    return err->status;
}

static pp_status
fit_vertices(offsetting *s, pp_error *err)
{
    pp_vec3 *to = pp_alloc(s->mesh->nvert, sizeof *to);

    if (to == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)s->mesh->nvert; v++) {
        to[v] = s->mesh->vert[v];
        (void)fit(s->wish, &to[v]);
    }
    return move_all(s, to, err);
}

/* ---- edges that are off ---- */

static bool
is_first(const offsetting *s, size_t i)
{
    return i == 0 || s->half[i].low != s->half[i - 1].low ||
           s->half[i].high != s->half[i - 1].high;
}

static pp_status
find_edges(offsetting *s, pp_error *err)
{
    const pp_mesh *m = s->mesh;

    pp_free(s->half);
    pp_free(s->off);
    pp_free(s->middle);
    s->half = NULL;
    s->middle = pp_alloc(m->ntri, 3 * sizeof *s->middle);
    s->off = pp_alloc(m->ntri, 3 * sizeof *s->off);
    if (s->off == NULL || s->middle == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_half_edges(m, &s->half, &s->nhalf, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)s->nhalf; i++) {
        const pp_half_edge *e = &s->half[i];

        if (is_first(s, (size_t)i))
            s->off[e->corner] =
                pp_distance(m->vert[e->low], m->vert[e->high]) <
                        SHORTEST * s->wish->reach_mm
                    ? 0
                    : too_deep(s->wish, middle_of(m, e->low, e->high));
    }
    for (size_t i = 0; i < s->nhalf; i++)
        if (!is_first(s, i))
            s->off[s->half[i].corner] = s->off[s->half[i - 1].corner];
    return PP_OK;
}

/* The volume between facets and offset that edges are to blame for that are
 * off by at most that much. */
static double
blame(const offsetting *s, double by_mm)
{
    double sum = 0;

    for (size_t t = 0; t < s->mesh->ntri; t++) {
        const double area = pp_norm(pp_facet_normal(s->mesh, t)) / 2;

        for (size_t c = 3 * t; c < 3 * t + 3; c++)
            if (fabs(s->off[c]) <= by_mm)
                sum += area / 3 * fabs(s->off[c]);
    }
    return sum;
}

static size_t
count_off(const offsetting *s, double by_mm)
{
    size_t n = 0;

    for (size_t i = 0; i < s->nhalf; i++)
        n += is_first(s, i) && fabs(s->off[s->half[i].corner]) > by_mm;
    return n;
}

/* Edges that are off by more are split: the worst ones, so that what the
 * others are to blame for is allowed. Infinite: none. */
static double
choose_worst(const offsetting *s)
{
    double by_mm = 0;

    if (blame(s, HUGE_VAL) <= s->wish->error_mm3)
        return HUGE_VAL;
    for (size_t c = 0; c < 3 * s->mesh->ntri; c++)
        by_mm = fmax(by_mm, fabs(s->off[c]));
    if (by_mm <= s->enough_mm)
        return HUGE_VAL;
    while (by_mm > s->enough_mm && blame(s, by_mm) > LEFT * s->wish->error_mm3)
        by_mm = fmax(by_mm / 2, s->enough_mm);
    /* an edge more is two facets more */
    while (s->mesh->ntri + 2 * count_off(s, by_mm) > s->most)
        by_mm *= 2;
    return by_mm;
}

static pp_vec3
find_cut(const offsetting *s, uint32_t low, uint32_t high)
{
    pp_vec3 p = middle_of(s->mesh, low, high);

    if (!find_feature(s, s->mesh->vert[low], s->mesh->vert[high], &p))
        (void)fit(s->wish, &p);
    return p;
}

/* Makes new vertices at the edges' middles, and says where they shall go. */
static pp_status
apply_cuts(offsetting *s, double by_mm, const pp_vec3 *list, pp_vec3 **to,
           pp_error *err)
{
    pp_mesh *m = s->mesh;
    const size_t n = count_off(s, by_mm);
    uint32_t now = PP_NONE;
    size_t room = m->nvert;

    *to = pp_alloc(m->nvert + n, sizeof **to);
    if (*to == NULL)
        return pp_fail_memory(err);
    if (pp_grow(&m->vert, &room, m->nvert + n, sizeof *m->vert, err) != PP_OK)
        return err->status;
    memcpy(*to, m->vert, m->nvert * sizeof **to);
    for (size_t i = 0; i < s->nhalf; i++) {
        const pp_half_edge *e = &s->half[i];

        if (is_first(s, i)) {
            now = PP_NONE;
            if (fabs(s->off[e->corner]) > by_mm) {
                now = (uint32_t)m->nvert++;
                m->vert[now] = middle_of(m, e->low, e->high);
                (*to)[now] = list[i];
            }
        }
        s->middle[e->corner] = now;
    }
    return PP_OK;
}

/* Splits what is off, and puts the new vertices where they should be. */
static pp_status
split(offsetting *s, double by_mm, pp_error *err)
{
    pp_vec3 *list = pp_alloc(s->nhalf, sizeof *list);
    pp_vec3 *to = NULL;

    if (list == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)s->nhalf; i++)
        if (is_first(s, (size_t)i) &&
            fabs(s->off[s->half[i].corner]) > by_mm)
            list[i] = find_cut(s, s->half[i].low, s->half[i].high);
    if (apply_cuts(s, by_mm, list, &to, err) == PP_OK &&
        pp_split_facets(s->mesh, s->middle, NULL, err) == PP_OK) {
        (void)!move_all(s, to, err);
        to = NULL;
    }
    pp_free(to);
    pp_free(list);
    return err->status;
}

/* ---- corners ---- */

/* Where facet t holds a corner of the offset: the point where the planes at
 * its edges' middles meet. */
static bool
find_corner(const offsetting *s, size_t t, pp_vec3 *p)
{
    const pp_mesh *m = s->mesh;
    const pp_vec3 middle = middle_of_facet(m, t);
    const uint32_t *v = m->tri[t];
    plane q[3];

    if (fabs(too_deep(s->wish, middle)) <= s->enough_mm)
        return false;
    for (int k = 0; k < 3; k++) {
        if (fabs(s->off[3 * t + (size_t)k]) > s->enough_mm)
            return false;
        q[k] = plane_at(s->wish,
                        middle_of(m, v[(k + 1) % 3], v[(k + 2) % 3]));
    }
    return meet_three(q, p) && is_feature(s, *p, middle);
}

/* Each facet that holds a corner becomes three. */
static pp_status
add_corners(offsetting *s, pp_error *err)
{
    pp_mesh *m = s->mesh;
    const size_t ntri = m->ntri, nvert = m->nvert;
    size_t vert_room = nvert, tri_room = ntri;
    pp_vec3 *corner = pp_alloc(ntri, sizeof *corner), *to = NULL;
    bool *has = pp_alloc(ntri, sizeof *has);
    size_t n = 0;

    if (corner == NULL || has == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    #pragma omp parallel for schedule(dynamic, 256) reduction(+ : n)
    for (ptrdiff_t t = 0; t < (ptrdiff_t)ntri; t++) {
        has[t] = find_corner(s, (size_t)t, &corner[t]);
        n += has[t];
    }
    to = pp_alloc(nvert + n, sizeof *to);
    if (to == NULL)
        pp_fail_memory(err);
    if (to == NULL ||
        pp_grow(&m->vert, &vert_room, nvert + n, sizeof *m->vert, err) !=
            PP_OK ||
        pp_grow(&m->tri, &tri_room, ntri + 2 * n, sizeof *m->tri, err) !=
            PP_OK)
        goto done;
    memcpy(to, m->vert, nvert * sizeof *to);
    for (size_t t = 0; t < ntri; t++) {
        const uint32_t a = m->tri[t][0], b = m->tri[t][1], c = m->tri[t][2];
        const uint32_t v = (uint32_t)m->nvert;
        const pp_tri more[2] = { { b, c, v }, { c, a, v } };

        if (!has[t])
            continue;
        to[v] = corner[t];
        m->vert[v] = middle_of_facet(m, t);
        m->tri[t][2] = v;
        memcpy(&m->tri[m->ntri], more, sizeof more);
        m->nvert++;
        m->ntri += 2;
    }
    (void)!move_all(s, to, err);
    to = NULL;
done:
    pp_free(corner);
    pp_free(has);
    pp_free(to);
    return err->status;
}

/* ---- the whole ---- */

/* By the facets' middles, where they are farthest off. */
static pp_status
measure_error(const offsetting *s, double *mm3, pp_error *err)
{
    const pp_mesh *m = s->mesh;
    double *part = pp_alloc(m->ntri, sizeof *part);

    if (part == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t t = 0; t < (ptrdiff_t)m->ntri; t++)
        part[t] = fabs(too_deep(s->wish, middle_of_facet(m, (size_t)t))) *
                  pp_norm(pp_facet_normal(m, (size_t)t)) / 2;
    *mm3 = 0;
    for (size_t t = 0; t < m->ntri; t++)
        *mm3 += part[t];
    pp_free(part);
    return PP_OK;
}

pp_status
pp_shell_fit_offset(pp_mesh *m, const pp_offset_wish *wish, double *error_mm3,
                    pp_error *err)
{
    offsetting s = { .wish = wish, .mesh = m,
                     .least_mm = LEAST * wish->depth_mm,
                     .enough_mm = fmax(LEAST * wish->depth_mm,
                                       wish->enough_mm),
                     .most = MOST_TIMES * m->ntri };

    if (fit_vertices(&s, err) != PP_OK)
        return err->status;
    if (find_edges(&s, err) != PP_OK)
        goto done;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        const double by_mm = choose_worst(&s);

        if (by_mm == HUGE_VAL)
            break;
        if (split(&s, by_mm, err) != PP_OK || find_edges(&s, err) != PP_OK)
            goto done;
    }
    if (add_corners(&s, err) == PP_OK)
        (void)!measure_error(&s, error_mm3, err);
done:
    pp_free(s.half);
    pp_free(s.off);
    pp_free(s.middle);
    return err->status;
}
