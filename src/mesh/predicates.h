/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * predicates.h - on which side? Exactly, for all finite doubles
 *
 * Included by mesh/ and by the rooms to its right. A floating-point filter
 * here decides nearly all cases (Shewchuk, 1997); the rest goes to integers
 * in predicates.c. The results are signs: -1, 0 or 1.
 */
#ifndef PP_MESH_PREDICATES_H
#define PP_MESH_PREDICATES_H

#include "base/vec.h"

/*
 * Relative errors of the two determinants below, computed in double from
 * rounded differences: (7 + 56 u) u and (3 + 16 u) u with u = 2^-53
 * (Shewchuk 1997, figures 15 and 21 with their constants), rounded up.
 */
#define PP_ORIENT3D_ERROR 8e-16
#define PP_ORIENT2D_ERROR 4e-16

/*
 * The filters hold while nothing underflows: a lost product is below 2^-1074,
 * times a factor below 2^400, and thus far below the error allowed for a
 * permanent of at least 2^-500.
 */
#define PP_FILTER_LARGEST 0x1p400
#define PP_FILTER_SMALLEST 0x1p-500

int pp_orient3d_exact(pp_vec3 a, pp_vec3 b, pp_vec3 c, pp_vec3 d);
int pp_orient2d_exact(double ax, double ay, double bx, double by, double cx,
                      double cy);

/**
 * The sign of the volume of the tetrahedron a b c d: 1 when d lies on the
 * side to which the normal of a, b, c points (counter-clockwise from there).
 */
static inline int
pp_orient3d(pp_vec3 a, pp_vec3 b, pp_vec3 c, pp_vec3 d)
{
    const pp_vec3 p = pp_sub(b, a), q = pp_sub(c, a), r = pp_sub(d, a);
    const double yz = p.y * q.z, zy = p.z * q.y;
    const double zx = p.z * q.x, xz = p.x * q.z;
    const double xy = p.x * q.y, yx = p.y * q.x;
    const double size = fabs(r.x) + fabs(r.y) + fabs(r.z);
    const double det = r.x * (yz - zy) + r.y * (zx - xz) + r.z * (xy - yx);
    const double permanent = fabs(r.x) * (fabs(yz) + fabs(zy)) +
                             fabs(r.y) * (fabs(zx) + fabs(xz)) +
                             fabs(r.z) * (fabs(xy) + fabs(yx));
    const double error = PP_ORIENT3D_ERROR * permanent;

    if (size < PP_FILTER_LARGEST && permanent > PP_FILTER_SMALLEST) {
        if (det > error)
            return 1;
        if (det < -error)
            return -1;
    }
    return pp_orient3d_exact(a, b, c, d);
}

/** The sign of the area of a, b, c: 1 when counter-clockwise. */
static inline int
pp_orient2d(double ax, double ay, double bx, double by, double cx, double cy)
{
    const double p = (bx - ax) * (cy - ay), q = (by - ay) * (cx - ax);
    const double det = p - q, permanent = fabs(p) + fabs(q);
    const double error = PP_ORIENT2D_ERROR * permanent;

    if (permanent > PP_FILTER_SMALLEST && permanent < PP_FILTER_LARGEST) {
        if (det > error)
            return 1;
        if (det < -error)
            return -1;
    }
    return pp_orient2d_exact(ax, ay, bx, by, cx, cy);
}

/** pp_orient2d of the points seen along an axis (0, 1, 2), from its tip. */
static inline int
pp_orient_axis(pp_vec3 a, pp_vec3 b, pp_vec3 c, int axis)
{
    switch (axis) {
    case 0:
        return pp_orient2d(a.y, a.z, b.y, b.z, c.y, c.z);
    case 1:
        return pp_orient2d(a.z, a.x, b.z, b.x, c.z, c.x);
    default:
        return pp_orient2d(a.x, a.y, b.x, b.y, c.x, c.y);
    }
}

/**
 * The first axis along which the triangle is seen with an area, or -1 when it
 * has none: its points are on a line.
 */
static inline int
pp_view_axis(pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    for (int axis = 0; axis < 3; axis++)
        if (pp_orient_axis(a, b, c, axis) != 0)
            return axis;
    return -1;
}

#endif
