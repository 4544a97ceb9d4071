/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shape.c - principal axes and an oriented box
 *
 * Second moments are sums over the tetrahedra between each facet and one
 * vertex (Blow and Binstock, How to find the inertia tensor, 2004), the axes
 * their eigenvectors. The box starts from them and from
 * the axes of space; then, about one axis after the other, the rectangle of
 * least area around the projection is taken (Toussaint's calipers, 1983) until
 * the volume falls no more.
 */
#include "measure/shape.h"

#include "base/alloc.h"
#include "measure/eigen.h"
#include "measure/polygon.h"

#include <math.h>
#include <string.h>

static void
swap_axes(pp_vec3 *a, double *x, pp_vec3 *b, double *y)
{
    const pp_vec3 t = *a;
    const double u = *x;

    *a = *b;
    *b = t;
    *x = *y;
    *y = u;
}

/* Largest value first; the first two axes point to +, the third follows. */
static void
arrange(pp_vec3 axis[3], double value[3])
{
    if (value[1] > value[0])
        swap_axes(&axis[0], &value[0], &axis[1], &value[1]);
    if (value[2] > value[0])
        swap_axes(&axis[0], &value[0], &axis[2], &value[2]);
    if (value[2] > value[1])
        swap_axes(&axis[1], &value[1], &axis[2], &value[2]);
    for (int k = 0; k < 2; k++) {
        const pp_vec3 a = axis[k];
        const double main = fabs(a.x) >= fabs(a.y) && fabs(a.x) >= fabs(a.z)
                                ? a.x
                            : fabs(a.y) >= fabs(a.z) ? a.y
                                                     : a.z;

        if (main < 0)
            axis[k] = pp_scale(a, -1);
    }
    axis[2] = pp_cross(axis[0], axis[1]);
}

/* ---- inertia ---- */

static void
add_product(double m[3][3], double w, pp_vec3 p)
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            m[i][j] += w * pp_axis(p, i) * pp_axis(p, j);
}

pp_status
pp_measure_inertia(const pp_mesh *m, pp_inertia *inertia, pp_error *err)
{
    double second[3][3] = { { 0 } }, axes[3][3], volume = 0;
    pp_vec3 first = { 0, 0, 0 };

    memset(inertia, 0, sizeof *inertia);
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    const pp_vec3 apex = m->vert[m->tri[0][0]];

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = pp_sub(m->vert[m->tri[t][0]], apex);
        const pp_vec3 b = pp_sub(m->vert[m->tri[t][1]], apex);
        const pp_vec3 c = pp_sub(m->vert[m->tri[t][2]], apex);
        const pp_vec3 sum = pp_add(a, pp_add(b, c));
        const double six = pp_dot(a, pp_cross(b, c));

        volume += six / 6;
        first = pp_madd(first, six / 24, sum);
        add_product(second, six / 120, a);
        add_product(second, six / 120, b);
        add_product(second, six / 120, c);
        add_product(second, six / 120, sum);
    }
    if (volume == 0)
        return pp_fail(err, PP_EGEOM, "the mesh encloses no volume");
    add_product(second, -1 / volume, first); /* about the centroid */
    pp_eigen3(second, axes);
    for (int k = 0; k < 3; k++) {
        inertia->axis[k] = pp_vec(axes[0][k], axes[1][k], axes[2][k]);
        inertia->spread_mm[k] = sqrt(fmax(second[k][k] / volume, 0));
    }
    arrange(inertia->axis, inertia->spread_mm);
    for (int k = 0; k < 3; k++) {
        const double u = inertia->spread_mm[(k + 1) % 3];
        const double v = inertia->spread_mm[(k + 2) % 3];

        inertia->inertia_mm5[k] = volume * (u * u + v * v);
    }
    return PP_OK;
}

/* ---- the oriented box ---- */

/* Points to hold: those that facets use. */
typedef struct {
    pp_vec3 *p;
    size_t n;
    pp_vec2 *flat, *hull;
} cloud;

static void
extent(const cloud *c, pp_vec3 axis, double *low, double *high)
{
    *low = HUGE_VAL;
    *high = -HUGE_VAL;
    for (size_t i = 0; i < c->n; i++) {
        const double d = pp_dot(c->p[i], axis);

        *low = fmin(*low, d);
        *high = fmax(*high, d);
    }
}

static double
box_volume(const cloud *c, const pp_vec3 axis[3])
{
    double volume = 1;

    for (int k = 0; k < 3; k++) {
        double low, high;

        extent(c, axis[k], &low, &high);
        volume *= high - low;
    }
    return volume;
}

/* Turns the two other axes about axis k to the least rectangle. */
static void
turn_about(cloud *c, pp_vec3 axis[3], int k)
{
    const pp_vec3 u = axis[(k + 1) % 3], v = axis[(k + 2) % 3];
    double best = HUGE_VAL, angle_x = 1, angle_y = 0;
    size_t h;

    for (size_t i = 0; i < c->n; i++)
        c->flat[i] = (pp_vec2){ pp_dot(c->p[i], u), pp_dot(c->p[i], v) };
    h = pp_convex_hull(c->flat, c->n, c->hull);
    for (size_t i = 0; i < h; i++) {
        const pp_vec2 a = c->hull[i], b = c->hull[(i + 1) % h];
        const double length = hypot(b.x - a.x, b.y - a.y);
        const double x = (b.x - a.x) / length, y = (b.y - a.y) / length;
        double low = 0, high = 0, width = 0;

        if (!(length > 0))
            continue;
        for (size_t j = 0; j < h; j++) {
            const double dx = c->hull[j].x - a.x, dy = c->hull[j].y - a.y;

            low = fmin(low, dx * x + dy * y);
            high = fmax(high, dx * x + dy * y);
            width = fmax(width, dy * x - dx * y);
        }
        if ((high - low) * width < best) {
            best = (high - low) * width;
            angle_x = x;
            angle_y = y;
        }
    }
    axis[(k + 1) % 3] = pp_add(pp_scale(u, angle_x), pp_scale(v, angle_y));
    axis[(k + 2) % 3] = pp_cross(axis[k], axis[(k + 1) % 3]);
}

static double
shrink(cloud *c, pp_vec3 axis[3])
{
    double volume = box_volume(c, axis), before;

    do {
        before = volume;
        for (int k = 0; k < 3; k++) {
            pp_vec3 turned[3];
            double now;

            memcpy(turned, axis, sizeof turned);
            turn_about(c, turned, k);
            now = box_volume(c, turned);
            if (now < volume) {
                volume = now;
                memcpy(axis, turned, sizeof turned);
            }
        }
    } while (volume < before * (1 - 1e-9));
    return volume;
}

static void
cloud_axes(const cloud *c, pp_vec3 axis[3])
{
    double second[3][3] = { { 0 } }, v[3][3];
    pp_vec3 mean = { 0, 0, 0 };

    for (size_t i = 0; i < c->n; i++)
        mean = pp_madd(mean, 1 / (double)c->n, c->p[i]);
    for (size_t i = 0; i < c->n; i++)
        add_product(second, 1, pp_sub(c->p[i], mean));
    pp_eigen3(second, v);
    for (int k = 0; k < 2; k++)
        axis[k] = pp_vec(v[0][k], v[1][k], v[2][k]);
    axis[2] = pp_cross(axis[0], axis[1]);
}

static pp_status
gather(const pp_mesh *m, cloud *c, pp_error *err)
{
    uint8_t *used = pp_alloc_zero(m->nvert, 1);

    c->p = pp_alloc(m->nvert, sizeof *c->p);
    c->flat = pp_alloc(m->nvert, sizeof *c->flat);
    c->hull = pp_alloc(m->nvert, 2 * sizeof *c->hull);
    if (used == NULL || c->p == NULL || c->flat == NULL || c->hull == NULL) {
        pp_free(used);
        return pp_fail_memory(err);
    }
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            used[m->tri[t][k]] = 1;
    for (size_t v = 0; v < m->nvert; v++)
        if (used[v])
            c->p[c->n++] = pp_sub(m->vert[v], m->vert[m->tri[0][0]]);
    pp_free(used);
    return PP_OK;
}

pp_status
pp_measure_oriented_box(const pp_mesh *m, pp_oriented_box *box, pp_error *err)
{
    pp_vec3 space[3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
    cloud c = { 0 };

    memset(box, 0, sizeof *box);
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (gather(m, &c, err) != PP_OK)
        goto done;
    cloud_axes(&c, box->axis);
    if (shrink(&c, space) < shrink(&c, box->axis))
        memcpy(box->axis, space, sizeof space);
    for (int k = 0; k < 3; k++) {
        double low, high;

        extent(&c, box->axis[k], &low, &high);
        box->side_mm[k] = high - low;
    }
    arrange(box->axis, box->side_mm);
    box->centre = m->vert[m->tri[0][0]];
    for (int k = 0; k < 3; k++) {
        double low, high;

        extent(&c, box->axis[k], &low, &high);
        box->centre = pp_madd(box->centre, (low + high) / 2, box->axis[k]);
    }
done:
    pp_free(c.p);
    pp_free(c.flat);
    pp_free(c.hull);
    return err->status;
}
