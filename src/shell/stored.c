/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stored.c - the walls of the file are those of the mesh that was measured
 *
 * Growing ends with a measurement of all of its result, rounded as the file
 * will round it. Where the file gives back the same facets, corner by corner
 * and bit by bit, it is the same solid, and to measure it twice would tell
 * nothing new; only its vertices may have other numbers.
 */
#include "shell/shell.h"

#include "base/alloc.h"
#include "mesh/near.h"

#include <string.h>

static bool
has_same_facets(const pp_mesh *a, const pp_mesh *b)
{
    if (a->ntri != b->ntri || a->nvert != b->nvert)
        return false;
    for (size_t c = 0; c < 3 * a->ntri; c++)
        if (!pp_same_point(a->vert[a->tri[c / 3][c % 3]],
                           b->vert[b->tri[c / 3][c % 3]]))
            return false;
    return true;
}

/* The map with the vertices of `to`; both meshes have the same facets. */
static pp_status
carry(const pp_walls *w, const pp_mesh *from, const pp_mesh *to, pp_walls *out,
      pp_error *err)
{
    *out = *w;
    out->thin = pp_alloc(w->nthin, sizeof *out->thin);
    out->map_mm = pp_alloc(to->nvert, sizeof *out->map_mm);
    if (out->thin == NULL || out->map_mm == NULL) {
        pp_walls_free(out);
        return pp_fail_memory(err);
    }
    if (w->nthin > 0)
        memcpy(out->thin, w->thin, w->nthin * sizeof *w->thin);
    for (size_t v = 0; v < to->nvert; v++)
        out->map_mm[v] = (float)w->limit_mm;
    for (size_t c = 0; c < 3 * to->ntri; c++)
        out->map_mm[to->tri[c / 3][c % 3]] =
            w->map_mm[from->tri[c / 3][c % 3]];
    return PP_OK;
}

pp_status
pp_shell_walls_stored(const pp_mesh *grown, const pp_mesh *stored,
                      const pp_shell_options *options,
                      const pp_shell_report *report, pp_walls *walls,
                      pp_error *err)
{
    const pp_walls *w = report->how == PP_SHELL_UNCHANGED ? &report->before
                                                          : &report->after;

    memset(walls, 0, sizeof *walls);
    if (w->nmap == grown->nvert && w->limit_mm == options->min_mm &&
        !options->certify && has_same_facets(grown, stored))
        return carry(w, grown, stored, walls, err);
    return pp_walls_measure(stored, options, options->min_mm, walls, err);
}
