/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * walls.c - the thickness of a mesh as a whole
 */
#include "shell/grow.h"

#include "base/alloc.h"

#include <string.h>

static pp_status
keep_map(const pp_thickness *t, size_t nvert, pp_walls *w, pp_error *err)
{
    w->map_mm = pp_alloc(nvert, sizeof *w->map_mm);
    if (w->map_mm == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < nvert; v++)
        w->map_mm[v] = (float)fmin(t->ball[v].diameter_mm, t->limit_mm);
    w->nmap = nvert;
    return PP_OK;
}

/* What growing may not touch: sides that stay, gaps beside what is thin. */
static pp_status
find_bounds(const pp_mesh *m, const pp_survey *s,
            const pp_shell_options *o, pp_grow_bounds *bounds, pp_error *err)
{
    const pp_medial_wish thin = { .t_mm = o->min_mm };
    pp_mesh sheet = { 0 };

    if (o->way != PP_GROW_BOTH &&
        pp_sides_find(s, o->min_mm, o->way, bounds, err) != PP_OK)
        return err->status;
    if (o->min_gap_mm > 0 &&
        pp_medial_add(s, &thin, &sheet, err) == PP_OK && sheet.ntri > 0)
        (void)!pp_gaps_find(m, o, &sheet, bounds, err);
    pp_mesh_free(&sheet);
    return err->status;
}

pp_status
pp_walls_measure_part(const pp_mesh *m, const pp_shell_options *o,
                      const pp_walls_wish *wish, pp_walls *w, pp_error *err)
{
    const pp_survey_options how = {
        .how = { .edge_opening_deg = o->edge_opening_deg,
                 .limit_mm = wish->limit_mm,
                 .t_mm = wish->gaps ? 0 : o->min_mm,
                 .turned_over = wish->gaps || o->gap,
                 .rays = o->rays,
                 .known = wish->known },
        .spacing_mm = PP_SURVEY_SPACING * o->min_mm,
        .near = wish->near, .near_mm = wish->near_mm,
        .offered = wish->offered
    };
    const pp_medial_wish medial = {
        .t_mm = wish->gaps ? wish->limit_mm : o->min_mm,
        .turned_over = wish->gaps, .between_walls = wish->gaps,
        .bounds = wish->bounds
    };
    pp_survey s = { 0 };
    const pp_thickness *t = &s.balls;

    memset(w, 0, sizeof *w);
    if (pp_survey_take(m, &how, &s, err) != PP_OK ||
        pp_thickness_summarise(t, o->min_mm, &w->summary, err) != PP_OK ||
        pp_thickness_regions(&s.mesh, t, o->min_mm, &w->thin, &w->nthin,
                             err) != PP_OK ||
        keep_map(t, m->nvert, w, err) != PP_OK)
        goto done;
    w->has_bounds = wish->certify;
    if (wish->certify &&
        pp_thickness_bound(m, &how.how, t, &w->bounds, err) != PP_OK)
        goto done;
    w->gap = o->gap;
    w->rays = o->rays;
    w->nknife = t->nknife;
    w->knife_length_mm = t->knife_length_mm;
    w->sharpest_deg = t->sharpest_deg;
    w->limit_mm = wish->limit_mm;
    if (wish->find_bounds && w->nthin > 0 &&
        find_bounds(m, &s, o, wish->bounds, err) != PP_OK)
        goto done;
    if (wish->sheet != NULL && (w->nthin > 0 || wish->gaps))
        (void)!pp_medial_add(&s, &medial, wish->sheet, err);
    if (wish->balls != NULL) {
        *wish->balls = s.balls;
        memset(&s.balls, 0, sizeof s.balls);
    }
done:
    pp_survey_free(&s);
    if (err->status != PP_OK)
        pp_walls_free(w);
    return err->status;
}

pp_status
pp_walls_measure(const pp_mesh *m, const pp_shell_options *options,
                 double limit_mm, pp_walls *walls, pp_error *err)
{
    const pp_walls_wish all = { .limit_mm = limit_mm,
                                .offered = options->offered,
                                .certify = options->certify };

    return pp_walls_measure_part(m, options, &all, walls, err);
}

void
pp_walls_free(pp_walls *w)
{
    pp_free(w->thin);
    pp_free(w->map_mm);
    memset(w, 0, sizeof *w);
}
