/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edge_model.c - a curved surface as a blurred image shows it
 *
 * The surface is q(x) = n.(x - p) + (x - p)'K(x - p)/2 = 0; its distance is
 * 2 q / (1 + |grad q|), exact for planes, and for balls and cylinders when K
 * has their curvature along the normal, too. A Gaussian of variance v shows a
 * ball of radius R at r as P(-d/s) - (v/r)/s p(d/s), P and p the normal
 * distribution and its density: to first order any surface, with the sum of
 * the curvatures of the level set through x in the place of 2/r. That shift of
 * the edge towards the centre of curvature is what makes half-maximum read a
 * ball too small. The box of a slice is integrated in closed form along
 * pieces over which the surface is nearly flat.
 */
#include "measure/edge.h"

#include <string.h>

#define SQRT2 1.4142135623730951
#define SQRT_2PI 2.5066282746310002

static double
below(double z) /* the normal distribution */
{
    return 0.5 * erfc(-z / SQRT2);
}

static double
density(double z)
{
    return exp(-z * z / 2) / SQRT_2PI;
}

/* The integral of the normal distribution. */
static double
ramp(double z)
{
    return z * below(z) + density(z);
}

void
pp_quadric_set(pp_quadric *q, pp_vec3 at, pp_vec3 normal, pp_vec3 t1,
               pp_vec3 t2, double k11, double k12, double k22)
{
    const double sum = k11 + k22, det = k11 * k22 - k12 * k12;
    const double squares = sum * sum - 2 * det;
    /* k of a ball (k, k), of a cylinder (k, 0), 0 of an even saddle */
    const double along =
        squares > 0 ? sum * (sum * sum - 3 * det) / squares : 0;

    q->at = at;
    q->normal = normal;
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            q->bend[a][b] =
                k11 * pp_axis(t1, a) * pp_axis(t1, b) +
                k12 * (pp_axis(t1, a) * pp_axis(t2, b) +
                       pp_axis(t2, a) * pp_axis(t1, b)) +
                k22 * pp_axis(t2, a) * pp_axis(t2, b) +
                along * pp_axis(normal, a) * pp_axis(normal, b);
}

static inline pp_vec3
apply(const double m[3][3], pp_vec3 v)
{
    return pp_vec(m[0][0] * v.x + m[0][1] * v.y + m[0][2] * v.z,
                  m[1][0] * v.x + m[1][1] * v.y + m[1][2] * v.z,
                  m[2][0] * v.x + m[2][1] * v.y + m[2][2] * v.z);
}

/* A box of length_mm along the slice direction around p. */
static double
one_piece(const pp_quadric *q, const pp_blur *blur, double length_mm,
          pp_vec3 p)
{
    const double s = blur->sigma_mm;
    const pp_vec3 y = pp_sub(p, q->at);
    const pp_vec3 ky = apply(q->bend, y), kz = apply(q->bend, blur->slice);
    const pp_vec3 g = pp_add(q->normal, ky);
    const double value = pp_dot(q->normal, y) + pp_dot(y, ky) / 2;
    /* at the centre of curvature the level sets shrink to a point: a blur wide
     * enough to reach it rounds that off */
    const double steep = fmax(pp_norm(g), 0.25);
    const pp_vec3 unit = pp_unit(g);
    const double d = 2 * value / (1 + steep);
    const double lean = pp_dot(unit, blur->slice);
    const double trace = q->bend[0][0] + q->bend[1][1] + q->bend[2][2];
    const double bent = (trace - pp_dot(unit, apply(q->bend, unit))) / steep;
    const pp_vec3 flat = pp_madd(blur->slice, -lean, unit);
    const double bent_slice =
        (pp_dot(flat, kz) - lean * pp_dot(flat, apply(q->bend, unit))) /
        steep;
    const double shift =
        (s * s * bent + length_mm * length_mm / 12 * bent_slice) / 2;
    const double w = fabs(lean) * length_mm / 2;

    if (w < 0.1 * s) {
        const double wide = sqrt(s * s + w * w / 3);

        return below(-d / wide) - shift / wide * density(d / wide);
    }
    return (s / 2 * (ramp((w - d) / s) - ramp((-w - d) / s)) -
            shift / 2 * (below((w - d) / s) - below((-w - d) / s))) / w;
}

double
pp_quadric_blurred(const pp_quadric *q, const pp_blur *blur, pp_vec3 p)
{
    const double along = pp_dot(blur->slice, apply(q->bend, blur->slice));
    /* within a piece the surface bends away by a twentieth of the blur */
    const double flat = sqrt(0.4 * blur->sigma_mm / (fabs(along) + 1e-9));
    const int n = (int)fmin(ceil(blur->slice_mm / flat), 24);
    double sum = 0;

    if (n <= 1)
        return one_piece(q, blur, blur->slice_mm, p);
    for (int i = 0; i < n; i++)
        sum += one_piece(q, blur, blur->slice_mm / n,
                         pp_madd(p, blur->slice_mm * ((i + 0.5) / n - 0.5),
                                 blur->slice));
    return sum / n;
}

double
pp_blur_along(const pp_blur *blur, pp_vec3 direction)
{
    const double along = pp_dot(direction, blur->slice) * blur->slice_mm;

    return sqrt(blur->sigma_mm * blur->sigma_mm + along * along / 12);
}
