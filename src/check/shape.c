/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shape.c - fragility, quality and stability at once
 *
 * None needs another's result, and each is one sweep by one thread.
 */
#include "check/shape.h"

#include <string.h>

pp_status
pp_measure_shape(const pp_mesh *m, const pp_report *r, unsigned required,
                 double limit_mm, pp_shape *shape, pp_error *err)
{
    pp_error each[3] = { { 0 } };

    memset(shape, 0, sizeof *shape);
#pragma omp parallel sections
    {
#pragma omp section
        (void)!pp_find_fragility(m, r, required, limit_mm, &shape->fragility,
                                 &each[0]);
#pragma omp section
        (void)!pp_measure_quality(m, &shape->quality, &each[1]);
#pragma omp section
        if (r->area_mm2 > 0)
            (void)!pp_measure_stability(m, &shape->stability, &each[2]);
    }
    for (int i = 0; i < 3; i++)
        if (err->status == PP_OK && each[i].status != PP_OK)
            *err = each[i];
    return err->status;
}
