/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * affine.h - matrices of three rows that take voxel indices to space
 */
#ifndef PP_BASE_AFFINE_H
#define PP_BASE_AFFINE_H

#include "base/vec.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline pp_vec3
pp_affine_point(const double m[3][4], double i, double j, double k)
{
    return pp_vec(m[0][0] * i + m[0][1] * j + m[0][2] * k + m[0][3],
                  m[1][0] * i + m[1][1] * j + m[1][2] * k + m[1][3],
                  m[2][0] * i + m[2][1] * j + m[2][2] * k + m[2][3]);
}

/* How long a step along each index is. */
static inline void
pp_affine_spacing(const double m[3][4], double length[3])
{
    for (int a = 0; a < 3; a++)
        length[a] = pp_norm(pp_vec(m[0][a], m[1][a], m[2][a]));
}

/* Volume of a cell of steps; negative where they are left-handed. */
static inline double
pp_affine_determinant(const double m[3][4])
{
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

#ifdef __cplusplus
}
#endif
#endif
