/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * folds.c - small folds re-triangulated by CGAL
 *
 * For what solid.c could not resolve. CGAL's call was seen to report success
 * after it had eaten half of a model; ladder.c holds the result against the
 * volume, the parts and the distances of before.
 */
#include "repair/rung.h"

#include "shim/igl.h"

#include <stdio.h>

pp_status
pp_cure_folds(pp_mesh *m, pp_cure *c, pp_error *err)
{
    pp_mesh out;
    const size_t before = m->ntri;

    if (pp_igl_remove_self_intersections(m, &out, err) != PP_OK)
        return err->status;
    pp_mesh_free(m);
    *m = out;
    c->count = 1;
    snprintf(c->detail, sizeof c->detail,
             "folds re-triangulated, facets %zu before, %zu after", before,
             m->ntri);
    return PP_OK;
}
