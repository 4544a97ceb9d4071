/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * solid_angle.h - how much of the view from a point a triangle fills
 *
 * Van Oosterom and Strackee, The solid angle of a plane triangle, 1983.
 */
#ifndef PP_MESH_SOLID_ANGLE_H
#define PP_MESH_SOLID_ANGLE_H

#include "base/vec.h"

/** Positive where the triangle's back is seen: from inside a solid. */
static inline double
pp_solid_angle(pp_vec3 p, const pp_vec3 v[3])
{
    const pp_vec3 a = pp_sub(v[0], p), b = pp_sub(v[1], p), c = pp_sub(v[2], p);
    const double la = pp_norm(a), lb = pp_norm(b), lc = pp_norm(c);
    const double sine = pp_dot(a, pp_cross(b, c));
    const double cosine = la * lb * lc + pp_dot(a, b) * lc +
                          pp_dot(b, c) * la + pp_dot(c, a) * lb;

    return 2 * atan2(sine, cosine);
}

#endif
