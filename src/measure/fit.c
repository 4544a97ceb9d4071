/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit.c - planes, spheres and cylinders through points
 *
 * A plane is the middle and the smallest axis of the points. A cylinder starts
 * with the direction that is most across all normals, a sphere with where the
 * normals come together; then Gauss and Newton's method on the distances
 * themselves (Eberly, Least squares fitting of data, 2000; Lukacs, Martin and
 * Marshall, Faithful least-squares fitting, 1998).
 */
#include "measure/fit.h"

#include "measure/eigen.h"

#include <stdbool.h>
#include <string.h>

enum { ROUNDS = 100 };

/* A step of less than this part of the points' spread ends the search. */
#define STANDSTILL 1e-13

/* Normals within the root of this, in radians, are all the same. */
#define PARALLEL 1e-7

/* A radius of so many times the points' spread is that of a plane. */
#define FLAT 1e4

static double
total_weight(const pp_fit_point *p, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += p[i].weight;
    return sum;
}

/* The middle, and the rms distance from it. */
static double
spread(const pp_fit_point *p, size_t n, pp_vec3 *middle)
{
    const double total = total_weight(p, n);
    double sum = 0;

    *middle = pp_vec(0, 0, 0);
    for (size_t i = 0; i < n; i++) /* about the first: few digits are lost */
        *middle = pp_madd(*middle, p[i].weight / total,
                          pp_sub(p[i].at, p[0].at));
    *middle = pp_add(*middle, p[0].at);
    for (size_t i = 0; i < n; i++) {
        const double d = pp_distance(p[i].at, *middle);

        sum += p[i].weight * d * d;
    }
    return sqrt(sum / total);
}

/* The axis along which vectors are least, by weight. */
static pp_vec3
least_axis(const pp_fit_point *p, size_t n, bool normals, pp_vec3 middle)
{
    double a[3][3] = { { 0 } }, v[3][3];
    int least = 0;

    for (size_t i = 0; i < n; i++) {
        const pp_vec3 d = normals ? pp_unit(p[i].normal)
                                  : pp_sub(p[i].at, middle);

        for (int k = 0; k < 3; k++)
            for (int l = 0; l < 3; l++)
                a[k][l] += p[i].weight * pp_axis(d, k) * pp_axis(d, l);
    }
    pp_eigen3(a, v);
    for (int k = 1; k < 3; k++)
        if (a[k][k] < a[least][least])
            least = k;
    return pp_unit(pp_vec(v[0][least], v[1][least], v[2][least]));
}

/* Two directions across an axis. */
static void
across(pp_vec3 axis, pp_vec3 *u, pp_vec3 *v)
{
    const pp_vec3 other = fabs(axis.x) < 0.6 ? pp_vec(1, 0, 0)
                                             : pp_vec(0, 1, 0);

    *u = pp_unit(pp_cross(axis, other));
    *v = pp_cross(axis, *u);
}

/* From the centre (or the axis) to a point; *along it. */
static pp_vec3
away(pp_fit_kind kind, const pp_fit *fit, pp_vec3 p, double *along)
{
    const pp_vec3 d = pp_sub(p, fit->centre);

    *along = kind == PP_FIT_SPHERE ? 0 : pp_dot(d, fit->axis);
    return pp_madd(d, -*along, fit->axis);
}

static double
distance_from(pp_fit_kind kind, const pp_fit *fit, pp_vec3 p)
{
    double along;
    const pp_vec3 d = away(kind, fit, p, &along);

    return kind == PP_FIT_PLANE ? along : pp_norm(d) - fit->radius_mm;
}

static void
judge(pp_fit_kind kind, const pp_fit_point *p, size_t n, pp_fit *fit)
{
    double sum = 0;

    fit->max_mm = 0;
    for (size_t i = 0; i < n; i++) {
        const double d = distance_from(kind, fit, p[i].at);

        sum += p[i].weight * d * d;
        fit->max_mm = fmax(fit->max_mm, fabs(d));
    }
    fit->rms_mm = sqrt(sum / total_weight(p, n));
}

/*
 * Where lines along the normals come nearest to each other, seen across the
 * axis (of a cylinder): the start for centre and radius. False when all go
 * the same way.
 */
static bool
meet_normals(pp_fit_kind kind, const pp_fit_point *p, size_t n,
             pp_vec3 middle, double size, pp_fit *fit)
{
    double a[6][6] = { { 0 } }, b[6] = { 0 }, x[6], sum = 0;
    double square[3][3], v[3][3];

    for (size_t i = 0; i < n; i++) {
        pp_vec3 m = p[i].normal, d = pp_scale(pp_sub(p[i].at, middle),
                                              1 / size);
        double mm[3], dd[3];

        if (kind == PP_FIT_CYLINDER) {
            m = pp_madd(m, -pp_dot(m, fit->axis), fit->axis);
            d = pp_madd(d, -pp_dot(d, fit->axis), fit->axis);
        }
        m = pp_unit(m);
        for (int k = 0; k < 3; k++) {
            mm[k] = pp_axis(m, k);
            dd[k] = pp_axis(d, k);
        }
        for (int k = 0; k < 3; k++)
            for (int l = 0; l < 3; l++) {
                const double off = (k == l) - mm[k] * mm[l];

                a[k][l] += p[i].weight * off;
                b[k] += p[i].weight * off * dd[l];
            }
    }
    for (int k = 0; k < 3; k++)
        memcpy(square[k], a[k], sizeof square[k]);
    pp_eigen3(square, v);
    if (!(fmin(square[0][0], fmin(square[1][1], square[2][2])) >
          PARALLEL * (square[0][0] + square[1][1] + square[2][2])))
        return false;
    pp_solve_damped(3, a, b, 1e-12, x);
    fit->centre = pp_madd(middle, size, pp_vec(x[0], x[1], x[2]));
    for (size_t i = 0; i < n; i++) {
        double along;

        sum += p[i].weight * pp_norm(away(kind, fit, p[i].at, &along));
    }
    fit->radius_mm = sum / total_weight(p, n);
    return true;
}

/* One step of Gauss and Newton; how far it goes, in mm. */
static double
improve(pp_fit_kind kind, const pp_fit_point *p, size_t n, double size,
        pp_fit *fit)
{
    const bool round = kind == PP_FIT_SPHERE;
    const int unknowns = round ? 4 : 5;
    double a[6][6] = { { 0 } }, b[6] = { 0 }, x[6];
    pp_vec3 u = { 1, 0, 0 }, v = { 0, 1, 0 };

    if (!round)
        across(fit->axis, &u, &v);
    for (size_t i = 0; i < n; i++) {
        double along;
        const pp_vec3 d = away(kind, fit, p[i].at, &along);
        const double rho = pp_norm(d);
        const pp_vec3 out = pp_unit(d);
        const double lever = -along / size;
        const double row[6] = { -pp_dot(out, u), -pp_dot(out, v), -1,
                                round ? -out.z : lever * pp_dot(out, u),
                                round ? 0 : lever * pp_dot(out, v), 0 };

        for (int k = 0; k < unknowns; k++) {
            b[k] -= p[i].weight * row[k] * (rho - fit->radius_mm);
            for (int l = 0; l <= k; l++)
                a[k][l] += p[i].weight * row[k] * row[l];
        }
    }
    pp_solve_damped(unknowns, a, b, 1e-14, x);
    fit->centre = pp_madd(pp_madd(fit->centre, x[0], u), x[1], v);
    fit->radius_mm += x[2];
    if (round)
        fit->centre.z += x[3];
    else
        fit->axis = pp_unit(pp_madd(pp_madd(fit->axis, x[3] / size, u),
                                    x[4] / size, v));
    return fmax(fmax(fabs(x[0]), fabs(x[1])),
                fmax(fabs(x[2]), fmax(fabs(x[3]), fabs(x[4] * !round))));
}

/* The larger of x, y, z is positive, so that an axis has one name. */
static pp_vec3
one_way(pp_vec3 a)
{
    const double x = fabs(a.x), y = fabs(a.y), z = fabs(a.z);
    const double main = x >= y && x >= z ? a.x : y >= z ? a.y : a.z;

    return main < 0 ? pp_scale(a, -1) : a;
}

pp_status
pp_fit_points(pp_fit_kind kind, const pp_fit_point *p, size_t n, pp_fit *fit,
              pp_error *err)
{
    static const size_t least[] = { 3, 4, 5 };
    pp_vec3 middle;
    double size;

    memset(fit, 0, sizeof *fit);
    if (n < least[kind] || !(total_weight(p, n) > 0))
        return pp_fail(err, PP_EGEOM, "%zu points are too few for the fit", n);
    size = spread(p, n, &middle);
    fit->centre = middle;
    if (kind != PP_FIT_SPHERE)
        fit->axis = least_axis(p, n, kind == PP_FIT_CYLINDER, middle);
    if (kind != PP_FIT_PLANE) {
        double step = HUGE_VAL;
        const bool start = meet_normals(kind, p, n, middle, size, fit);

        for (int i = 0; start && i < ROUNDS && step > STANDSTILL * size; i++)
            step = improve(kind, p, n, size, fit);
        if (!start || !isfinite(fit->radius_mm) || !pp_finite(fit->centre) ||
            !(fit->radius_mm > 0) || fit->radius_mm > FLAT * size) {
            memset(fit, 0, sizeof *fit);
            return pp_fail(err, PP_EGEOM,
                           "the region does not hold the shape");
        }
    }
    if (kind == PP_FIT_CYLINDER) {
        fit->axis = one_way(fit->axis);
        fit->centre = pp_madd(fit->centre,
                              pp_dot(pp_sub(middle, fit->centre), fit->axis),
                              fit->axis);
    }
    judge(kind, p, n, fit);
    return PP_OK;
}
