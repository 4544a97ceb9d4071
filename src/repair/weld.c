/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * weld.c - equal points become one vertex, as every reader of STL has it
 */
#include "repair/rung.h"

#include <stdio.h>

pp_status
pp_cure_weld(pp_mesh *m, pp_cure *c, pp_error *err)
{
    size_t ndropped;

    if (pp_mesh_weld_exact(m, &c->count, err) != PP_OK ||
        pp_mesh_drop_unused(m, &ndropped, err) != PP_OK)
        return err->status;
    snprintf(c->detail, sizeof c->detail, "%zu equal vertices joined",
             c->count);
    return PP_OK;
}
