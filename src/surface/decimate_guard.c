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
/*
 * The steps that a vertex and those merged with it have taken, away from the
 * facets that were there, as the root of the sum of squares: beyond this share
 * of the tolerance the new facets are proved on the spot.
 */
#define RISK_SHARE 0.7
/* Of the tolerance: what the other way around, not proved there, may need. */
#define PROOF_SHARE 0.95
#define LEAST_COSINE 0.2    /* between a facet's old and new normal */
#define LEAST_QUALITY 0.1   /* 4 sqrt 3 area / sum of squared edges */
#define CLEARANCE 0.005     /* of a voxel, between facets and centres */

/*
 * The ring of the merged vertex, from the star of u and then that of w: each
 * without the two facets that die. Is all of it the block's?
 */
static pp_collapse_answer
walk_ring(const pp_thinning *d, pp_collapse *c)
{
    const uint32_t size = c->end - c->first;
    /* the corners at u and w in the facets that die first and last */
    uint32_t at = pp_next_corner(c->corner[0]);
    uint32_t last = pp_prev_corner(c->corner[1]);

    c->n = 0;
    for (int end = 0; end < 2; end++) {
        const int most = c->n + PP_MAX_STAR;

        for (;;) {
            uint32_t v;

            at = pp_next_corner(d->o[pp_next_corner(at)]);
            if (at == last)
                break;
            if (c->n == most)
                return PP_COLLAPSE_NO;
            v = d->v[pp_next_corner(at)];
            if (v - c->first >= size)
                return PP_COLLAPSE_ELSEWHERE;
            c->ring[c->n] = v;
            c->at[c->n++] = at;
        }
        if (end == 0)
            c->nkeep = c->n;
        at = pp_next_corner(c->corner[1]);
        last = pp_prev_corner(c->corner[0]);
    }
    return PP_COLLAPSE_YES;
}

/* Valence and link: no more than two neighbours in common. */
static bool
link_holds(const pp_thinning *d, const pp_collapse *c)
{
    if (d->degree[d->v[c->corner[0]]] <= 3 ||
        d->degree[d->v[c->corner[1]]] <= 3 || c->n > MAX_VALENCE)
        return false;
    /* the ring's vertices 0 and nkeep face the edge */
    for (int a = 1; a < c->nkeep; a++)
        for (int b = c->nkeep + 1; b < c->n; b++)
            if (c->ring[a] == c->ring[b])
                return false;
    return true;
}

static inline void
add_to(double sum[3], const double a[3])
{
    for (int k = 0; k < 3; k++)
        sum[k] += a[k];
}

/*
 * Positions and normals as they are, and the plane on which the new vertex
 * must lie for the volume to stay, in mm.
 */
static void
look_around(const pp_thinning *d, pp_collapse *c, double plane[4])
{
    const double *u = d->at[c->keep], *w = d->at[c->gone];
    double sum[3] = { 0 }, off = 0, dying[2][3];

    for (int n = 0; n < c->n; n++)
        memcpy(c->p[n], d->at[c->ring[n]], sizeof c->p[n]);
    memcpy(c->p[c->n], c->p[0], sizeof c->p[0]);
    for (int n = 0; n < c->n; n++) {
        const double *apex = n < c->nkeep ? u : w, *m = c->was[n];

        pp_normal_of(apex, c->p[n], c->p[n + 1], c->was[n]);
        add_to(sum, m);
        off += m[0] * apex[0] + m[1] * apex[1] + m[2] * apex[2];
    }
    pp_normal_of(u, w, c->p[0], dying[0]);
    pp_normal_of(w, u, c->p[c->nkeep], dying[1]);
    for (int n = 0; n < 2; n++) {
        add_to(sum, dying[n]);
        off += dying[n][0] * u[0] + dying[n][1] * u[1] + dying[n][2] * u[2];
    }
    for (int k = 0; k < 3; k++)
        plane[k] = sum[k] / d->mm[k];
    plane[3] = off;
}

static inline double
square(const double mm2[3], const double *a, const double *b)
{
    const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];

    return mm2[0] * x * x + mm2[1] * y * y + mm2[2] * z * z;
}

static inline double
dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Facets neither turn nor become slivers. */
static bool
shapes_hold(const pp_thinning *d, pp_collapse *c)
{
    const double *mm = d->mm, *p = c->place;
    const double mm2[3] = { mm[0] * mm[0], mm[1] * mm[1], mm[2] * mm[2] };
    /* from normals in indices to those in mm */
    const double s[3] = { mm[1] * mm[2], mm[2] * mm[0], mm[0] * mm[1] };
    double before = square(mm2, c->p[0], p); /* to the ring */

    for (int n = 0; n < c->n; n++) {
        const double *o = d->at[n < c->nkeep ? c->keep : c->gone];
        const double *a = c->p[n], *b = c->p[n + 1];
        const double after = square(mm2, b, p), ab = square(mm2, a, b);
        const double now = before + after + ab;
        double was[3], is[3], cosine, i2, w2;

        pp_normal_of(p, a, b, c->is[n]);
        for (int k = 0; k < 3; k++) {
            was[k] = c->was[n][k] * s[k];
            is[k] = c->is[n][k] * s[k];
        }
        cosine = dot(was, is);
        i2 = dot(is, is);
        w2 = dot(was, was);
        before = after;
        if (!(cosine > 0) ||
            cosine * cosine < LEAST_COSINE * LEAST_COSINE * w2 * i2)
            return false;
        /* quality^2 = 12 |n|^2 / (sum of squares)^2 */
        if (12 * i2 < LEAST_QUALITY * LEAST_QUALITY * now * now) {
            const double old = square(mm2, a, o) + square(mm2, b, o) + ab;

            if (i2 * old * old < w2 * now * now)
                return false;
        }
    }
    return true;
}

/* The way of the merged vertex from the facets that were there; is it far? */
static bool
is_risky(const pp_thinning *d, pp_collapse *c)
{
    const double *mm = d->mm, *p = c->place;
    const double before = (double)(d->moved2[c->keep] > d->moved2[c->gone]
                                       ? d->moved2[c->keep]
                                       : d->moved2[c->gone]);
    const double risk = RISK_SHARE * pp_tolerance(d, c->keep, c->gone);
    double far2 = 0;

    for (int n = 0; n < c->n; n++) {
        const double *w = c->was[n], *q = c->p[n];
        const double h = w[0] * (p[0] - q[0]) + w[1] * (p[1] - q[1]) +
                         w[2] * (p[2] - q[2]);
        const double x = w[0] / mm[0], y = w[1] / mm[1], z = w[2] / mm[2];
        const double l2 = x * x + y * y + z * z;

        if (h * h > far2 * l2)
            far2 = h * h / l2;
    }
    c->moved2 = (float)(far2 + before);
    return far2 + before > risk * risk;
}

/* All new facets and all around face one way along some axis. */
static bool
is_height_field(const pp_thinning *d, pp_collapse *c)
{
    uint8_t bits = 63;
    double sum[3] = { 0 };
    int turns = 0, u;

    for (int n = 0; n < c->n; n++) {
        c->bits[n] = pp_normal_signs(c->is[n]);
        bits &= c->bits[n] & d->signs[c->ring[n]];
        if (bits == 0)
            return false;
        for (int k = 0; k < 3; k++)
            sum[k] += fabs(c->is[n][k]);
    }
    c->axis = -1;
    for (int k = 0; k < 3; k++)
        if ((bits >> k | bits >> (k + 3)) & 1 &&
            /* cppcheck-suppress negativeIndex ; the other side of the || */
            (c->axis < 0 || sum[k] > sum[c->axis]))
            c->axis = k;
    assert(c->axis >= 0);
    u = (c->axis + 1) % 3;
    for (int n = 0; n < c->n; n++)
        turns += c->p[n][u] < c->place[u] && !(c->p[n + 1][u] < c->place[u]);
    return turns == 1;
}

/* ---- voxels ---- */

/* A facet before rays along axis a; b and c are the two others. */
typedef struct {
    const double *p[3], *normal;
    int a, b, c;
    double slope[2], low, high; /* x = p + slope . (y, z), within these */
    double voxels2, mm2, a2;    /* |n|^2 in indices, in mm; n_a^2 */
    bool ready;                 /* these numbers are there */
} ray_facet;

static inline void
set_facet(const double *p, const double *q, const double *r,
          const double *normal, int axis, ray_facet *f)
{
    f->p[0] = p;
    f->p[1] = q;
    f->p[2] = r;
    f->normal = normal;
    f->a = axis;
    f->b = axis == 2 ? 0 : axis + 1;
    f->c = axis == 0 ? 2 : axis - 1;
    f->ready = false;
}

/* fmin is a call */
static inline double
least(double a, double b, double c)
{
    a = a < b ? a : b;
    return a < c ? a : c;
}

/* Most facets meet no ray, and need none of this. */
static void
make_ready(const pp_thinning *d, ray_facet *f)
{
    const double *n = f->normal, *const *p = f->p;
    const int a = f->a;

    f->slope[0] = n[a] != 0 ? n[f->b] / n[a] : 0;
    f->slope[1] = n[a] != 0 ? n[f->c] / n[a] : 0;
    f->low = least(p[0][a], p[1][a], p[2][a]);
    f->high = -least(-p[0][a], -p[1][a], -p[2][a]);
    f->voxels2 = dot(n, n);
    f->mm2 = 0;
    for (int k = 0; k < 3; k++)
        f->mm2 += n[k] / d->mm[k] * (n[k] / d->mm[k]);
    f->a2 = n[a] * n[a];
    f->ready = true;
}

/* Where the ray (j, k) meets it. */
static inline double
meet(const ray_facet *f, int j, int k)
{
    const double x = f->p[0][f->a] - (j - f->p[0][f->b]) * f->slope[0] -
                     (k - f->p[0][f->c]) * f->slope[1];

    return x < f->low ? f->low : x > f->high ? f->high : x;
}

/* Is the facet clear of the voxel centres there? */
static inline bool
is_clear(const ray_facet *f, double x)
{
    double part = ceil(x) - x;

    part = part < 0.5 ? part : 1 - part;
    return part * part * f->a2 >= CLEARANCE * CLEARANCE * f->voxels2;
}

/* Is this crossing near where the surface was on that lattice edge? */
static bool
crossing_holds(const pp_thinning *d, const ray_facet *f, int j, int k,
               double x)
{
    const double behind = ceil(x);
    double most = d->tolerance_mm, away;
    uint32_t v;

    if (!is_clear(f, x) || behind < 1 || j < 0 || k < 0)
        return false;
    v = pp_edge_rows_find(&d->rows,
                          (uint64_t)f->a << 60 |
                              (uint64_t)(behind - 1) << (20 * f->a) |
                              (uint64_t)j << (20 * f->b) |
                              (uint64_t)k << (20 * f->c));
    if (v == PP_NONE)
        return false; /* no change of sign there: the mask would differ */
    if (d->edge_level != NULL)
        most *= pp_level_share[d->edge_level[v]];
    away = x - (behind - 1) - (double)d->rows.l->t[v];
    return away * away * f->a2 <= most * most * f->mm2;
}

typedef enum { RAY_OLD, RAY_NEW, RAY_CLEAR } ray_kind;

/* Rows [first, end) and direction that facet f covers at ray row j. */
static bool
cut_row(const ray_facet *f, int j, int *first, int *end, bool *up)
{
    double z[2] = { 0, 0 };
    bool found = false;

    for (int e = 0; e < 3; e++) {
        const double *a = f->p[e], *b = f->p[e == 2 ? 0 : e + 1];
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

/* The whole numbers from the least to the most of three. */
static inline void
whole_between(double a, double b, double c, int *first, int *last)
{
    *first = (int)ceil(least(a, b, c));
    *last = (int)-ceil(least(-a, -b, -c));
}

/* Adds the hashes of the facet's crossings; false when one may not be. */
static bool
scan_facet(const pp_thinning *d, ray_facet *f, ray_kind kind, uint64_t *sum)
{
    const double *const *p = f->p;
    int j0, j1, k0, k1;

    whole_between(p[0][f->b], p[1][f->b], p[2][f->b], &j0, &j1);
    if (j0 > j1)
        return true;
    whole_between(p[0][f->c], p[1][f->c], p[2][f->c], &k0, &k1);
    for (int j = j0; j <= j1 && k0 <= k1; j++) {
        int first, end;
        bool up;

        if (!cut_row(f, j, &first, &end, &up))
            continue;
        for (int k = first; k < end; k++) {
            uint64_t hash;
            double x;

            if (!f->ready)
                make_ready(d, f);
            x = meet(f, j, k);
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

static inline int
steepest_axis(const double n[3])
{
    const double x = fabs(n[0]), y = fabs(n[1]), z = fabs(n[2]);

    if (x >= y)
        return x >= z ? 0 : 2;
    return y >= z ? 1 : 2;
}

/* The hash of the rays that facet t meets as it is. */
static uint64_t
old_rays(pp_thinning *d, uint32_t t, int axis)
{
    if (d->along[t] != axis) {
        const double *p[3];
        double normal[3];
        ray_facet f;

        for (uint32_t k = 0; k < 3; k++)
            p[k] = d->at[d->v[3 * t + k]];
        pp_normal_of(p[0], p[1], p[2], normal);
        set_facet(p[0], p[1], p[2], normal, axis, &f);
        d->crossed[t] = 0;
        (void)scan_facet(d, &f, RAY_OLD, &d->crossed[t]);
        d->along[t] = (uint8_t)axis;
    }
    return d->crossed[t];
}

static bool
voxels_hold(pp_thinning *d, pp_collapse *c)
{
    uint64_t now = 0, before = 0, unused = 0;
    ray_facet f;

    for (int n = 0; n < c->n; n++) {
        const int own = steepest_axis(c->is[n]);

        set_facet(c->place, c->p[n], c->p[n + 1], c->is[n], c->axis, &f);
        c->crossed[n] = 0;
        if (!scan_facet(d, &f, RAY_NEW, &c->crossed[n]))
            return false;
        now += c->crossed[n];
        if (own == c->axis)
            continue;
        set_facet(c->place, c->p[n], c->p[n + 1], c->is[n], own, &f);
        if (!scan_facet(d, &f, RAY_CLEAR, &unused))
            return false;
    }
    for (int n = 0; n < c->n; n++)
        before += old_rays(d, c->at[n] / 3, c->axis);
    before += old_rays(d, c->corner[0] / 3, c->axis);
    before += old_rays(d, c->corner[1] / 3, c->axis);
    return now == before;
}

/* Are the new facets within the tolerance of the surface as it was? */
static bool
facets_stay_near(const pp_thinning *d, const pp_collapse *c)
{
    const double limit = PROOF_SHARE * pp_tolerance(d, c->keep, c->gone);
    const double *mm = d->mm;
    pp_vec3 at[3];

    at[0] = pp_vec((c->place[0] - 1) * mm[0], (c->place[1] - 1) * mm[1],
                   (c->place[2] - 1) * mm[2]);
    at[2] = pp_vec((c->p[0][0] - 1) * mm[0], (c->p[0][1] - 1) * mm[1],
                   (c->p[0][2] - 1) * mm[2]);
    for (int n = 0; n < c->n; n++) {
        const double *q = c->p[n + 1];

        at[1] = at[2];
        at[2] = pp_vec((q[0] - 1) * mm[0], (q[1] - 1) * mm[1],
                       (q[2] - 1) * mm[2]);
        if (!pp_cover_triangle(c->cover, d->full, limit, at,
                               d->full->corner[c->keep] / 3))
            return false;
    }
    return true;
}

pp_collapse_answer
pp_collapse_allowed(pp_thinning *d, pp_collapse *c)
{
    const double most = pp_most_error(d, c->keep, c->gone);
    const pp_collapse_answer whose =
        most > 0 ? walk_ring(d, c) : PP_COLLAPSE_NO;
    double plane[4];

    if (whose != PP_COLLAPSE_YES)
        return whose;
    if (!link_holds(d, c))
        return PP_COLLAPSE_NO;
    look_around(d, c, plane);
    if (pp_best_place(d, c->keep, c->gone, plane, c->place) > most)
        return PP_COLLAPSE_NO;
    return shapes_hold(d, c) && is_height_field(d, c) && voxels_hold(d, c) &&
                   (!is_risky(d, c) || facets_stay_near(d, c))
               ? PP_COLLAPSE_YES : PP_COLLAPSE_NO;
}
