/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * solid.h - what tests of grown and hollow solids ask of them
 */
#ifndef PP_TESTS_SHELL_SOLID_H
#define PP_TESTS_SHELL_SOLID_H

#include "test.h"

#include "check/check.h"
#include "shell/shell.h"

static inline void
must_be_clean(const pp_mesh *m)
{
    pp_report report;
    pp_error err = { 0 };

    ck_ok(pp_check(m, NULL, &report, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&report), 0);
    pp_report_free(&report);
}

static inline void
must_be_thick(const pp_mesh *m, double t)
{
    const pp_shell_options o = { .min_mm = t };
    pp_walls walls;
    pp_error err = { 0 };

    ck_ok(pp_walls_measure(m, &o, t, &walls, &err), err);
    ck_assert_uint_eq(walls.nthin, 0);
    pp_walls_free(&walls);
}

static inline double
ray_thickness(const pp_bvh *bvh, pp_vec3 p, pp_vec3 d)
{
    double s;

    ck_assert_uint_ne(pp_bvh_ray(bvh, p, d, 1e-6, 100, &s), PP_NONE);
    return s;
}

#endif
