/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * register.c - one mesh laid onto another
 *
 * Iterated closest points (Besl and McKay 1992) with distances to the planes
 * of the nearest facets (Chen and Medioni 1992) and a share of the farthest
 * pairs left out (trimmed, Chetverikov 2002). Each round solves for a small
 * rotation and shift with Levenberg's damping and is taken only when the
 * trimmed mean square falls, so the search cannot swing or run away. Samples
 * are spread by area and sums run in their order: the same bytes always.
 */
#include "measure/register.h"

#include "base/alloc.h"
#include "base/order.h"
#include "measure/eigen.h"
#include "measure/samples.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 250, MANY = 10000, TRY_ROUNDS = 8, ROUNDS = 200 };

#define USUAL_SHARE 0.9

/* A start from axes has to end this much closer to win. */
#define BETTER 0.9

/* A step that moves no sample farther is none, as a part of the body's size:
 * a thousandth of a micrometre on ten centimetres. */
#define STANDSTILL 1e-11

typedef struct {
    double m[3][4];
} pose;

typedef struct {
    const pp_mesh *fixed;
    const pp_bvh *bvh;
    const pp_vec3 *sample; /* of the moving mesh */
    size_t n, nkept;
    pp_vec3 middle;        /* of the fixed mesh: rotations are about it */
    double size;
    pp_vec3 *at;           /* samples as they lie now */
    pp_nearest *near;
    double *d2, *sorted;
} task;

static pp_vec3
move_point(const pose *t, pp_vec3 p)
{
    return pp_vec(
        t->m[0][0] * p.x + t->m[0][1] * p.y + t->m[0][2] * p.z + t->m[0][3],
        t->m[1][0] * p.x + t->m[1][1] * p.y + t->m[1][2] * p.z + t->m[1][3],
        t->m[2][0] * p.x + t->m[2][1] * p.y + t->m[2][2] * p.z + t->m[2][3]);
}

/* First b, then a. */
static pose
chain(const pose *a, const pose *b)
{
    pose c;

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++) {
            c.m[i][j] = j == 3 ? a->m[i][3] : 0;
            for (int k = 0; k < 3; k++)
                c.m[i][j] += a->m[i][k] * b->m[k][j];
        }
    return c;
}

/* The rotation by the vector w (Rodrigues) about a point, then a shift. */
static pose
turn_about(pp_vec3 w, pp_vec3 about, pp_vec3 shift)
{
    const double angle = pp_norm(w), c = cos(angle), s = sin(angle);
    const pp_vec3 u = pp_unit(w);
    const double n[3] = { u.x, u.y, u.z };
    pose t;
    pp_vec3 moved;

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            const int k = 3 - i - j; /* the third axis, for i != j */
            const double cross =
                i == j ? 0 : (j == (i + 1) % 3 ? -n[k] : n[k]);

            t.m[i][j] = (i == j ? c : 0) + (1 - c) * n[i] * n[j] + s * cross;
        }
    for (int i = 0; i < 3; i++)
        t.m[i][3] = 0;
    moved = move_point(&t, about);
    t.m[0][3] = about.x - moved.x + shift.x;
    t.m[1][3] = about.y - moved.y + shift.y;
    t.m[2][3] = about.z - moved.z + shift.z;
    return t;
}

/* The nearest point; the facet that was nearest before is a good guess. */
static pp_nearest
find_pair(const task *t, pp_vec3 p, uint32_t guess)
{
    pp_nearest near = { HUGE_VAL, p, PP_NONE }, found;

    if (guess != PP_NONE) {
        const uint32_t *v = t->fixed->tri[guess];
        const pp_vec3 at[3] = { t->fixed->vert[v[0]], t->fixed->vert[v[1]],
                                t->fixed->vert[v[2]] };

        near.point = pp_nearest_on_triangle(p, at);
        near.distance = pp_distance(p, near.point);
        near.facet = guess;
    }
    found = pp_bvh_nearest(t->bvh, p, near.distance);
    return found.facet != PP_NONE ? found : near;
}

/* Looks up the pairs at a pose; the mean square of the kept ones, and the
 * largest of these in *most. */
static double
find_pairs(task *t, const pose *p, double *most)
{
    double sum = 0;

#pragma omp parallel for schedule(dynamic, 256)
    for (size_t i = 0; i < t->n; i++) {
        t->at[i] = move_point(p, t->sample[i]);
        t->near[i] = find_pair(t, t->at[i], t->near[i].facet);
        t->d2[i] = t->near[i].distance * t->near[i].distance;
    }
    memcpy(t->sorted, t->d2, t->n * sizeof *t->d2);
    qsort(t->sorted, t->n, sizeof *t->sorted, pp_order_double);
    for (size_t i = 0; i < t->nkept; i++)
        sum += t->sorted[i];
    *most = t->sorted[t->nkept - 1];
    return sum / (double)t->nkept;
}

/* The direction in which a pair's distance counts: towards the foot, or where
 * they coincide, along the facet's normal. */
static pp_vec3
pair_normal(const task *t, size_t i)
{
    const pp_vec3 normal =
        pp_unit(pp_facet_normal(t->fixed, t->near[i].facet));
    const pp_vec3 way = pp_sub(t->at[i], t->near[i].point);
    const double along = pp_dot(way, normal);

    /* at edges and corners of the fixed mesh the foot stays where it is */
    return fabs(along) < 0.99 * t->near[i].distance ? pp_unit(way) : normal;
}

/* Sums of the least squares problem in (rotation * size, shift). */
static void
sum_up(const task *t, double most, double a[6][6], double b[6])
{
    memset(a, 0, 36 * sizeof a[0][0]);
    memset(b, 0, 6 * sizeof b[0]);
    for (size_t i = 0; i < t->n; i++) {
        pp_vec3 n, c;

        if (t->d2[i] > most)
            continue;
        n = pair_normal(t, i);
        c = pp_cross(pp_scale(pp_sub(t->at[i], t->middle), 1 / t->size), n);
        const double row[6] = { c.x, c.y, c.z, n.x, n.y, n.z };
        const double off = pp_dot(pp_sub(t->near[i].point, t->at[i]), n);

        for (int k = 0; k < 6; k++) {
            b[k] += row[k] * off;
            for (int l = 0; l <= k; l++)
                a[k][l] += row[k] * row[l];
        }
    }
}

/* Improves a pose; its trimmed mean square. *settled: it came to rest. */
static double
settle(task *t, pose *p, int rounds, size_t *nround, bool *settled)
{
    double most, damping = 1e-9, now = find_pairs(t, p, &most);
    double a[6][6], b[6];
    bool fresh = true;

    *settled = false;
    for (*nround = 0; *nround < (size_t)rounds && !*settled; ++*nround) {
        double x[6], step, next;
        pose turn, better;

        if (fresh)
            sum_up(t, most, a, b);
        pp_solve_damped(6, a, b, damping, x);
        step = fmax(pp_norm(pp_vec(x[0], x[1], x[2])),
                    pp_norm(pp_vec(x[3], x[4], x[5])));
        *settled = !(step > STANDSTILL * t->size);
        turn = turn_about(pp_scale(pp_vec(x[0], x[1], x[2]), 1 / t->size),
                          t->middle, pp_vec(x[3], x[4], x[5]));
        better = chain(&turn, p);
        next = find_pairs(t, &better, &most);
        fresh = next < now;
        if (fresh) {
            *p = better;
            now = next;
            damping = fmax(damping / 10, 1e-12);
        } else if (damping > 1e3) {
            *settled = true; /* nowhere is it better */
        } else {
            damping = fmax(damping * 30, 1e-6);
        }
    }
    return now;
}

/* ---- where to start ---- */

/* Middle and axes of samples. */
static void
cloud_axes(const pp_vec3 *p, size_t n, pp_vec3 *middle, pp_vec3 axis[3],
           double *size)
{
    double second[3][3] = { { 0 } }, v[3][3], value[3];
    int order[3] = { 0, 1, 2 };

    *middle = pp_vec(0, 0, 0);
    for (size_t i = 0; i < n; i++)
        *middle = pp_madd(*middle, 1 / (double)n, p[i]);
    for (size_t i = 0; i < n; i++) {
        const pp_vec3 d = pp_sub(p[i], *middle);

        for (int k = 0; k < 3; k++)
            for (int l = 0; l < 3; l++)
                second[k][l] += pp_axis(d, k) * pp_axis(d, l) / (double)n;
    }
    pp_eigen3(second, v);
    for (int k = 0; k < 3; k++)
        value[k] = second[k][k];
    for (int a = 0; a < 3; a++)
        for (int b = a + 1; b < 3; b++)
            if (value[order[b]] > value[order[a]]) {
                const int swap = order[a];

                order[a] = order[b];
                order[b] = swap;
            }
    for (int k = 0; k < 2; k++)
        axis[k] = pp_vec(v[0][order[k]], v[1][order[k]], v[2][order[k]]);
    axis[2] = pp_cross(axis[0], axis[1]);
    *size = sqrt(value[0] + value[1] + value[2]);
}

/* Way `which` of 24 to lay axes onto axes: 3! orders and signs, no mirror. */
static pose
lay_axes(const pp_vec3 from[3], pp_vec3 middle, const pp_vec3 to[3],
         pp_vec3 target, int which)
{
    static const int order[6][3] = { { 0, 1, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
                                     { 0, 2, 1 }, { 2, 1, 0 }, { 1, 0, 2 } };
    const int *o = order[which / 4];
    const double s0 = which & 1 ? -1 : 1, s1 = which & 2 ? -1 : 1;
    const double sign[3] = { s0, s1, s0 * s1 * (which / 4 < 3 ? 1 : -1) };
    pose t = { { { 0 } } };
    pp_vec3 moved;

    for (int k = 0; k < 3; k++)
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                t.m[i][j] += sign[k] * pp_axis(to[o[k]], i) *
                             pp_axis(from[k], j);
    moved = move_point(&t, middle);
    t.m[0][3] = target.x - moved.x;
    t.m[1][3] = target.y - moved.y;
    t.m[2][3] = target.z - moved.z;
    return t;
}

/* ---- samples ---- */

static void
take_sample(size_t sample, pp_vec3 p, double weight, void *data)
{
    pp_vec3 *list = data;

    (void)weight;
    list[sample] = p;
}

/* Some `wanted` samples spread over the area, in order. */
static pp_status
spread(const pp_mesh *m, size_t wanted, pp_vec3 **list, size_t *n,
       pp_error *err)
{
    const double area = pp_measure_area(m);
    pp_samples s = { 0 };
    size_t nall, every;

    *list = NULL;
    *n = 0;
    if (!(area > 0))
        return pp_fail(err, PP_EGEOM, "a mesh without area");
    if (pp_samples_plan(m, sqrt(area / (double)wanted), &s, err) != PP_OK)
        return err->status;
    *list = pp_alloc(s.nfacet_sample, sizeof **list);
    if (*list == NULL) {
        pp_samples_free(&s);
        return pp_fail_memory(err);
    }
    for (size_t t = 0; t < m->ntri; t++)
        pp_samples_facet(&s, t, take_sample, *list);
    nall = s.nfacet_sample;
    /* facets finer than the samples have one each: far more than wanted */
    every = nall / wanted + 1;
    for (size_t i = 0; i < nall; i += every)
        (*list)[(*n)++] = (*list)[i];
    pp_samples_free(&s);
    return PP_OK;
}

/* ---- all of it ---- */

static pp_status
open_task(task *t, const pp_vec3 *sample, size_t n, double kept,
          pp_error *err)
{
    t->sample = sample;
    t->n = n;
    t->nkept = (size_t)fmax(1, ceil(kept * (double)n));
    t->at = pp_alloc(n, sizeof *t->at);
    t->near = pp_alloc(n, sizeof *t->near);
    t->d2 = pp_alloc(n, sizeof *t->d2);
    t->sorted = pp_alloc(n, sizeof *t->sorted);
    for (size_t i = 0; t->near != NULL && i < n; i++)
        t->near[i].facet = PP_NONE;
    return t->at != NULL && t->near != NULL && t->d2 != NULL &&
                   t->sorted != NULL
               ? PP_OK
               : pp_fail_memory(err);
}

static void
close_task(task *t)
{
    pp_free(t->at);
    pp_free(t->near);
    pp_free(t->d2);
    pp_free(t->sorted);
    t->at = NULL;
    t->near = NULL;
    t->d2 = t->sorted = NULL;
}

static const pose as_it_lies = {
    { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } }
};

/* The best of 25 starts, by few samples. */
static pp_status
find_start(const task *common, const pp_vec3 *moving, size_t nmoving,
           const pp_vec3 *fixed, size_t nfixed, double kept, pose *best,
           bool *from_axes, pp_error *err)
{
    const size_t every = nmoving / FEW + 1;
    pp_vec3 *few = pp_alloc(nmoving / every + 1, sizeof *few);
    pp_vec3 axis[2][3], middle[2];
    task t = *common;
    double size, least;
    size_t n = 0, rounds;
    bool settled;

    if (few == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < nmoving; i += every)
        few[n++] = moving[i];
    if (open_task(&t, few, n, kept, err) != PP_OK)
        goto done;
    cloud_axes(moving, nmoving, &middle[0], axis[0], &size);
    cloud_axes(fixed, nfixed, &middle[1], axis[1], &size);
    *best = as_it_lies;
    *from_axes = false;
    least = settle(&t, best, TRY_ROUNDS, &rounds, &settled) * BETTER * BETTER;
    for (int which = 0; which < 24; which++) {
        pose p = lay_axes(axis[0], middle[0], axis[1], middle[1], which);
        const double now = settle(&t, &p, TRY_ROUNDS, &rounds, &settled);

        if (now < least) {
            least = now;
            *best = p;
            *from_axes = true;
        }
    }
done:
    close_task(&t);
    pp_free(few);
    return err->status;
}

static double
rms_of(const task *t)
{
    double sum = 0;

    for (size_t i = 0; i < t->n; i++)
        sum += t->d2[i];
    return sqrt(sum / (double)t->n);
}

static void
describe(task *t, const pose *p, const pp_vec3 middle, pp_registration *r)
{
    const double trace = p->m[0][0] + p->m[1][1] + p->m[2][2];
    const pp_vec3 axis = pp_vec(p->m[2][1] - p->m[1][2],
                                p->m[0][2] - p->m[2][0],
                                p->m[1][0] - p->m[0][1]);
    double most;

    memcpy(r->matrix, p->m, sizeof r->matrix);
    r->rms_kept_mm = sqrt(find_pairs(t, p, &most));
    r->rms_after_mm = rms_of(t);
    r->nsample = t->n;
    /* both sides of the arc keep their digits */
    r->angle_deg = atan2(pp_norm(axis), trace - 1) * 57.29577951308232;
    r->shift_mm = pp_distance(move_point(p, middle), middle);
}

pp_status
pp_measure_register(const pp_mesh *moving, const pp_mesh *fixed, double kept,
                    pp_registration *r, pp_error *err)
{
    pp_vec3 *from = NULL, *onto = NULL, middle, axis[3];
    size_t nfrom, nonto;
    pp_bvh *bvh = NULL;
    task t = { 0 };
    double most, size;
    pose p;

    memset(r, 0, sizeof *r);
    r->kept = kept > 0 ? fmin(kept, 1) : USUAL_SHARE;
    if (spread(moving, MANY, &from, &nfrom, err) != PP_OK ||
        spread(fixed, MANY, &onto, &nonto, err) != PP_OK ||
        pp_bvh_build(fixed, &bvh, err) != PP_OK)
        goto done;
    t.fixed = fixed;
    t.bvh = bvh;
    cloud_axes(onto, nonto, &t.middle, axis, &t.size);
    if (find_start(&t, from, nfrom, onto, nonto, r->kept, &p, &r->from_axes,
                   err) != PP_OK ||
        open_task(&t, from, nfrom, r->kept, err) != PP_OK)
        goto done;
    (void)find_pairs(&t, &as_it_lies, &most);
    r->rms_before_mm = rms_of(&t);
    (void)settle(&t, &p, ROUNDS, &r->nround, &r->settled);
    cloud_axes(from, nfrom, &middle, axis, &size);
    describe(&t, &p, middle, r);
done:
    close_task(&t);
    if (bvh != NULL)
        pp_bvh_free(bvh);
    pp_free(from);
    pp_free(onto);
    return err->status;
}

void
pp_registration_apply(const pp_registration *r, pp_mesh *m)
{
    pose p;

    memcpy(p.m, r->matrix, sizeof p.m);
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] = move_point(&p, m->vert[v]);
}
