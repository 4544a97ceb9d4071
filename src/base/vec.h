/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vec.h - points and vectors of three doubles, by value
 *
 * Units are the caller's; in this project millimetres in patient space (LPS).
 */
#ifndef PP_BASE_VEC_H
#define PP_BASE_VEC_H

#include <math.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    double x, y, z;
} pp_vec3;

static inline pp_vec3
pp_vec(double x, double y, double z)
{
    pp_vec3 v;

    v.x = x;
    v.y = y;
    v.z = z;
    return v;
}

static inline pp_vec3
pp_add(pp_vec3 a, pp_vec3 b)
{
    return pp_vec(a.x + b.x, a.y + b.y, a.z + b.z);
}

static inline pp_vec3
pp_sub(pp_vec3 a, pp_vec3 b)
{
    return pp_vec(a.x - b.x, a.y - b.y, a.z - b.z);
}

static inline pp_vec3
pp_scale(pp_vec3 a, double s)
{
    return pp_vec(a.x * s, a.y * s, a.z * s);
}

/* a + s b */
static inline pp_vec3
pp_madd(pp_vec3 a, double s, pp_vec3 b)
{
    return pp_vec(a.x + s * b.x, a.y + s * b.y, a.z + s * b.z);
}

static inline double
pp_dot(pp_vec3 a, pp_vec3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline pp_vec3
pp_cross(pp_vec3 a, pp_vec3 b)
{
    return pp_vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z,
                  a.x * b.y - a.y * b.x);
}

static inline double
pp_norm(pp_vec3 a)
{
    return sqrt(pp_dot(a, a));
}

static inline double
pp_distance(pp_vec3 a, pp_vec3 b)
{
    return pp_norm(pp_sub(a, b));
}

/* The zero vector stays zero. */
static inline pp_vec3
pp_unit(pp_vec3 a)
{
    const double n = pp_norm(a);

    return n > 0 ? pp_scale(a, 1 / n) : a;
}

static inline double
pp_axis(pp_vec3 a, int axis)
{
    return axis == 0 ? a.x : axis == 1 ? a.y : a.z;
}

static inline int
pp_finite(pp_vec3 a)
{
    return isfinite(a.x) && isfinite(a.y) && isfinite(a.z);
}

#ifdef __cplusplus
}
#endif
#endif
