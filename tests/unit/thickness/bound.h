/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound.h - the interval that holds a body's thinnest place
 */
#ifndef PP_TESTS_BOUND_H
#define PP_TESTS_BOUND_H

#include "test.h"
#include "thickness/thickness.h"

static inline pp_thickness_interval
bound(const pp_mesh *m, double limit_mm)
{
    const pp_thickness_options o = { .limit_mm = limit_mm, .t_mm = limit_mm,
                                     .spacing_mm = limit_mm / 2 };
    pp_thickness t;
    pp_thickness_interval i;
    pp_error err = { 0 };

    ck_ok(pp_thickness_measure(m, &o, &t, &err), err);
    ck_ok(pp_thickness_bound(m, &o, &t, &i, &err), err);
    pp_thickness_free(&t);
    return i;
}

#endif
