/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decimate_guard.c - may this edge go?
 *
 * The cheapest questions first: valence and link (the surface stays a closed
 * manifold of the same genus), error, turned facets, slivers. Then the voxels:
 * along rays through the lattice the new fan must cross just those lattice
 * edges that the old one crossed, with the same signs. The crossings of each
 * are added up as hashes; equal sums mean that the winding number of every
 * voxel centre stays (wrong with chance 2^-64). Crossings must also lie within
 * the tolerance of where the original surface crossed that edge, and clear of
 * the voxel centres, so that rounding changes nothing.
 *
 * Crossings of facets are ruled out by a certificate: all new facets face the
 * same way along the axis, and so do all facets around the ring, and the ring
 * goes once around; then the fan and all that touches it are one height field.
 * What has no certificate is refused. Two sheets that share no vertex are kept
 * apart by the voxels between them.
 */
#include "surface/decimate.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define MAX_VALENCE 20
#define LEAST_COSINE 0.2    /* between a facet's old and new normal */
#define LEAST_QUALITY 0.1   /* 4 sqrt 3 area / sum of squared edges */
#define CLEARANCE 0.005     /* of a voxel, between facets and centres */
/*
 * The mean square distance to planes may reach this share of the tolerance,
 * squared: then few places exceed it at their worst (bound.c finds those).
 */
#define MEAN_SHARE 0.5
/*
 * Above this share of it the new facets are looked at, at points that must
 * stay below this share of the tolerance: cheaper than to find out at the end.
 */
#define LOOK_SHARE 0.5
#define SAFE_SHARE 0.9

/* The corners at the vertex of corner c; false for too many. */
static bool
collect_star(const pp_thinning *d, uint32_t vertex, uint32_t *star, int *n)
{
    const uint32_t start = d->corner[vertex];
    uint32_t c = start;

    *n = 0;
    do {
        if (*n == PP_MAX_STAR)
            return false;
        star[(*n)++] = c;
        c = pp_next_corner(d->o[pp_next_corner(c)]);
    } while (c != start);
    return true;
}

/* The facets around both ends; are they all the block's? */
static pp_collapse_answer
collect_stars(const pp_thinning *d, pp_collapse *c)
{
    const uint32_t size = c->end - c->first;

    if (!collect_star(d, c->keep, c->star[0], &c->nstar[0]) ||
        !collect_star(d, c->gone, c->star[1], &c->nstar[1]))
        return PP_COLLAPSE_NO;
    for (int end = 0; end < 2; end++)
        for (int n = 0; n < c->nstar[end]; n++)
            if (d->v[pp_next_corner(c->star[end][n])] - c->first >= size)
                return PP_COLLAPSE_ELSEWHERE;
    return PP_COLLAPSE_YES;
}

/* Valence and link: exactly two neighbours in common. */
static bool
link_holds(const pp_thinning *d, const pp_collapse *c)
{
    int common = 0;

    if (d->degree[d->v[c->corner[0]]] <= 3 ||
        d->degree[d->v[c->corner[1]]] <= 3 ||
        d->degree[c->keep] + d->degree[c->gone] - 4 > MAX_VALENCE)
        return false;
    for (int a = 0; a < c->nstar[0]; a++)
        for (int b = 0; b < c->nstar[1]; b++)
            common += d->v[pp_next_corner(c->star[0][a])] ==
                      d->v[pp_next_corner(c->star[1][b])];
    return common == 2;
}

static void
collect_fan(const pp_thinning *d, pp_collapse *c)
{
    c->nfan = 0;
    for (int end = 0; end < 2; end++)
        for (int n = 0; n < c->nstar[end]; n++) {
            const uint32_t at = c->star[end][n], t = at / 3;
            uint32_t *f = c->fan[c->nfan];

            if (t == c->corner[0] / 3 || t == c->corner[1] / 3)
                continue;
            f[0] = at;
            f[1] = d->v[pp_next_corner(at)];
            f[2] = d->v[pp_prev_corner(at)];
            c->nfan++;
        }
}

static inline pp_vec3
in_mm(const pp_thinning *d, const double *p)
{
    return pp_vec(p[0] * d->mm[0], p[1] * d->mm[1], p[2] * d->mm[2]);
}

/* The plane on which the new vertex must lie for the volume to stay. */
static void
volume_plane(const pp_thinning *d, const pp_collapse *c, double plane[4])
{
    memset(plane, 0, 4 * sizeof *plane);
    for (int end = 0; end < 2; end++)
        for (int n = 0; n < c->nstar[end]; n++) {
            const uint32_t at = c->star[end][n], t = at / 3;
            pp_vec3 p, normal;

            if (end == 1 &&
                (t == c->corner[0] / 3 || t == c->corner[1] / 3))
                continue; /* counted from the other end */
            p = in_mm(d, d->at[d->v[at]]);
            normal = pp_cross(
                pp_sub(in_mm(d, d->at[d->v[pp_next_corner(at)]]), p),
                pp_sub(in_mm(d, d->at[d->v[pp_prev_corner(at)]]), p));
            plane[0] += normal.x;
            plane[1] += normal.y;
            plane[2] += normal.z;
            plane[3] += pp_dot(normal, p);
        }
}

/* Facets neither turn nor become slivers. */
static bool
shapes_hold(const pp_thinning *d, const pp_collapse *c)
{
    const pp_vec3 p = in_mm(d, c->place);

    for (int n = 0; n < c->nfan; n++) {
        const uint32_t *f = c->fan[n];
        const pp_vec3 o = in_mm(d, d->at[d->v[f[0]]]);
        const pp_vec3 a = in_mm(d, d->at[f[1]]), b = in_mm(d, d->at[f[2]]);
        const pp_vec3 was = pp_cross(pp_sub(a, o), pp_sub(b, o));
        const pp_vec3 is = pp_cross(pp_sub(a, p), pp_sub(b, p));
        const double cosine = pp_dot(was, is), w2 = pp_dot(was, was);
        const double i2 = pp_dot(is, is), ab = pp_dot(pp_sub(a, b),
                                                      pp_sub(a, b));
        const double old = pp_dot(pp_sub(a, o), pp_sub(a, o)) +
                           pp_dot(pp_sub(b, o), pp_sub(b, o)) + ab;
        const double now = pp_dot(pp_sub(a, p), pp_sub(a, p)) +
                           pp_dot(pp_sub(b, p), pp_sub(b, p)) + ab;

        if (!(cosine > 0) ||
            cosine * cosine < LEAST_COSINE * LEAST_COSINE * w2 * i2)
            return false;
        /* quality^2 = 12 |n|^2 / (sum of squares)^2 */
        if (12 * i2 < LEAST_QUALITY * LEAST_QUALITY * now * now &&
            i2 * old * old < w2 * now * now)
            return false;
    }
    return true;
}

/* All new facets and all around face one way along some axis. */
static bool
is_height_field(const pp_thinning *d, pp_collapse *c)
{
    uint8_t bits = 63;
    double sum[3] = { 0 };
    int turns = 0;

    for (int n = 0; n < c->nfan && bits != 0; n++) {
        const double *a = d->at[c->fan[n][1]], *b = d->at[c->fan[n][2]];

        bits &= pp_normal_signs(c->place, a, b);
        bits &= d->signs[c->fan[n][1]];
        for (int k = 0; k < 3; k++) {
            const int u = (k + 1) % 3, w = (k + 2) % 3;

            sum[k] += fabs((a[u] - c->place[u]) * (b[w] - c->place[w]) -
                           (a[w] - c->place[w]) * (b[u] - c->place[u]));
        }
    }
    if (bits == 0)
        return false;
    c->axis = -1;
    for (int k = 0; k < 3; k++)
        if ((bits >> k | bits >> (k + 3)) & 1 &&
            /* cppcheck-suppress negativeIndex ; the other side of the || */
            (c->axis < 0 || sum[k] > sum[c->axis]))
            c->axis = k;
    c->sign = bits;
    for (int n = 0; n < c->nfan; n++) {
        const int u = (c->axis + 1) % 3;
        const bool a = d->at[c->fan[n][1]][u] < c->place[u];
        const bool b = d->at[c->fan[n][2]][u] < c->place[u];

        turns += a && !b;
    }
    return turns == 1;
}

/* ---- voxels ---- */

/* A facet's plane along an axis: x = base + slope . (y, z). */
typedef struct {
    const double *p[3];
    int a, b, c; /* the ray's axis, and the two others */
    double slope[2], low, high;
    double steep; /* |n_a| / |n|, in voxels */
    double flat;  /* the same in mm, times the spacing along a */
} ray_facet;

static void
set_facet(const pp_thinning *d, const double *p, const double *q,
          const double *r, int axis, ray_facet *f)
{
    double n[3], voxels = 0, mm = 0;

    assert(axis >= 0 && axis < 3);
    f->p[0] = p;
    f->p[1] = q;
    f->p[2] = r;
    f->a = axis;
    f->b = (axis + 1) % 3;
    f->c = (axis + 2) % 3;
    for (int k = 0; k < 3; k++) {
        const int u = (k + 1) % 3, w = (k + 2) % 3;

        n[k] = (q[u] - p[u]) * (r[w] - p[w]) - (q[w] - p[w]) * (r[u] - p[u]);
        voxels += n[k] * n[k];
        mm += n[k] / d->mm[k] * (n[k] / d->mm[k]);
    }
    f->slope[0] = n[axis] != 0 ? n[f->b] / n[axis] : 0;
    f->slope[1] = n[axis] != 0 ? n[f->c] / n[axis] : 0;
    f->low = fmin(p[axis], fmin(q[axis], r[axis]));
    f->high = fmax(p[axis], fmax(q[axis], r[axis]));
    f->steep = voxels > 0 ? fabs(n[axis]) / sqrt(voxels) : 0;
    f->flat = mm > 0 ? fabs(n[axis]) / sqrt(mm) : 0;
}

/* What the ray (j, k) meets: the index of the first voxel behind. */
static inline double
meet(const ray_facet *f, int j, int k)
{
    const double x = f->p[0][f->a] - (j - f->p[0][f->b]) * f->slope[0] -
                     (k - f->p[0][f->c]) * f->slope[1];

    return x < f->low ? f->low : x > f->high ? f->high : x;
}

/* Is this crossing near where the surface was on that lattice edge? */
static bool
crossing_holds(const pp_thinning *d, const ray_facet *f, int j, int k,
               double x)
{
    const double behind = ceil(x), part = behind - x;
    uint64_t key;
    size_t s;

    if ((part < 0.5 ? part : 1 - part) * f->steep < CLEARANCE)
        return false;
    if (behind < 1 || j < 0 || k < 0)
        return false;
    key = (uint64_t)f->a << 60 | (uint64_t)(behind - 1) << (20 * f->a) |
          (uint64_t)j << (20 * f->b) | (uint64_t)k << (20 * f->c);
    s = (size_t)pp_mix64(key) & d->edge_mask;
    while (d->edge_key[s] != key) {
        if (d->edge_key[s] == UINT64_MAX)
            return false; /* no change of sign there: the mask would differ */
        s = (s + 1) & d->edge_mask;
    }
    return fabs(x - (behind - 1) - (double)d->edge_t[s]) * f->flat <=
           d->tolerance_mm * pp_level_share[d->edge_level[s]];
}

/* Only clear of the voxel centres, along an axis that is not the ray's. */
static inline bool
is_clear(const ray_facet *f, double x)
{
    const double part = ceil(x) - x;

    return (part < 0.5 ? part : 1 - part) * f->steep >= CLEARANCE;
}

typedef enum { RAY_OLD, RAY_NEW, RAY_CLEAR } ray_kind;

/* Rows [first, end) and direction that facet f covers at ray row j. */
static bool
cut_row(const ray_facet *f, int j, int *first, int *end, bool *up)
{
    double z[2] = { 0, 0 };
    bool found = false;

    for (int e = 0; e < 3; e++) {
        const double *a = f->p[e], *b = f->p[(e + 1) % 3];
        const bool below = a[f->b] < j;

        if (below == (b[f->b] < j))
            continue;
        if (!below) { /* always from the lower to the upper end */
            const double *swap = a;

            a = b;
            b = swap;
        }
        z[below] = a[f->c] + (j - a[f->b]) * ((b[f->c] - a[f->c]) /
                                              (b[f->b] - a[f->b]));
        found = true;
    }
    *up = z[1] > z[0];
    *first = (int)ceil(*up ? z[0] : z[1]);
    *end = (int)ceil(*up ? z[1] : z[0]);
    return found;
}

/* Adds the hashes of the facet's crossings; false when one may not be. */
static bool
scan_facet(const pp_thinning *d, const ray_facet *f, ray_kind kind,
           uint64_t *sum)
{
    const double *const *p = f->p;
    const int j0 = (int)ceil(fmin(p[0][f->b], fmin(p[1][f->b], p[2][f->b])));
    const int j1 = (int)floor(fmax(p[0][f->b], fmax(p[1][f->b], p[2][f->b])));

    for (int j = j0; j <= j1; j++) {
        int first, end;
        bool up;

        if (!cut_row(f, j, &first, &end, &up))
            continue;
        for (int k = first; k < end; k++) {
            const double x = meet(f, j, k);
            uint64_t hash;

            if (kind == RAY_NEW && !crossing_holds(d, f, j, k, x))
                return false;
            if (kind == RAY_CLEAR && !is_clear(f, x))
                return false;
            hash = pp_mix64((uint64_t)(int64_t)ceil(x) |
                            (uint64_t)(uint32_t)j << 20 |
                            (uint64_t)(uint32_t)k << 40);
            *sum += up ? hash : -hash;
        }
    }
    return true;
}

static int
steepest_axis(const double *p, const double *q, const double *r)
{
    double best = -1;
    int axis = 0;

    for (int k = 0; k < 3; k++) {
        const int u = (k + 1) % 3, w = (k + 2) % 3;
        const double n = fabs((q[u] - p[u]) * (r[w] - p[w]) -
                              (q[w] - p[w]) * (r[u] - p[u]));

        if (n > best) {
            best = n;
            axis = k;
        }
    }
    return axis;
}

static bool
voxels_hold(const pp_thinning *d, const pp_collapse *c)
{
    uint64_t now = 0, before = 0, unused = 0;
    ray_facet f;

    for (int n = 0; n < c->nfan; n++) {
        const double *a = d->at[c->fan[n][1]], *b = d->at[c->fan[n][2]];
        const int own = steepest_axis(c->place, a, b);

        set_facet(d, c->place, a, b, c->axis, &f);
        if (!scan_facet(d, &f, RAY_NEW, &now))
            return false;
        if (own == c->axis)
            continue;
        set_facet(d, c->place, a, b, own, &f);
        if (!scan_facet(d, &f, RAY_CLEAR, &unused))
            return false;
    }
    for (int end = 0; end < 2; end++)
        for (int n = 0; n < c->nstar[end]; n++) {
            const uint32_t at = c->star[end][n], t = at / 3;

            if (end == 1 &&
                (t == c->corner[0] / 3 || t == c->corner[1] / 3))
                continue;
            set_facet(d, d->at[d->v[3 * t]], d->at[d->v[3 * t + 1]],
                      d->at[d->v[3 * t + 2]], c->axis, &f);
            (void)scan_facet(d, &f, RAY_OLD, &before);
        }
    return now == before;
}

static inline bool
stays_near(const pp_thinning *d, pp_vec3 p, double limit)
{
    /* voxel indices: not padded */
    p = pp_vec(p.x - d->mm[0], p.y - d->mm[1], p.z - d->mm[2]);
    return pp_locator_distance(d->before, p) <= limit;
}

/* Points of the new facets against the surface as it was. */
static bool
points_hold(const pp_thinning *d, const pp_collapse *c, double limit)
{
    const pp_vec3 p = in_mm(d, c->place);

    if (!stays_near(d, p, limit))
        return false;
    for (int n = 0; n < c->nfan; n++) {
        const pp_vec3 a = in_mm(d, d->at[c->fan[n][1]]);
        const pp_vec3 b = in_mm(d, d->at[c->fan[n][2]]);

        if (!stays_near(d, pp_scale(pp_add(p, a), 0.5), limit) ||
            !stays_near(d, pp_scale(pp_add(p, pp_add(a, b)), 1 / 3.0), limit))
            return false;
    }
    return true;
}

pp_collapse_answer
pp_collapse_allowed(const pp_thinning *d, pp_collapse *c)
{
    const int level = d->level[c->keep] > d->level[c->gone]
                          ? d->level[c->keep] : d->level[c->gone];
    const double limit = d->tolerance_mm * pp_level_share[level];
    const double mean = MEAN_SHARE * limit, look = LOOK_SHARE * mean;
    const pp_collapse_answer whose = collect_stars(d, c);
    double plane[4], error, weight;

    if (whose != PP_COLLAPSE_YES || level == PP_LEVELS - 1)
        return level == PP_LEVELS - 1 ? PP_COLLAPSE_NO : whose;
    if (!link_holds(d, c))
        return PP_COLLAPSE_NO;
    volume_plane(d, c, plane);
    error = pp_best_place(d, c->keep, c->gone, plane, c->place);
    weight = d->plane[c->keep].weight + d->plane[c->gone].weight;
    if (error > mean * mean * weight)
        return PP_COLLAPSE_NO;
    collect_fan(d, c);
    return shapes_hold(d, c) && is_height_field(d, c) && voxels_hold(d, c) &&
                   (error < look * look * weight ||
                    points_hold(d, c, SAFE_SHARE * limit))
               ? PP_COLLAPSE_YES : PP_COLLAPSE_NO;
}
