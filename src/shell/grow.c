/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grow.c - walls grown to a minimum
 *
 * A solid is the union of the balls about its medial axis. Where those are
 * smaller than T, balls of diameter T about the same centres are united with
 * it: every point of the result lies in a ball of diameter T that lies inside
 * it, and nothing farther than T/2 from the thin part of the axis changes.
 * That is the idea; what stands in the file is measured again, and what is
 * still thin gives more centres.
 */
#include "shell/grow.h"

#include "base/alloc.h"
#include "measure/measure.h"
#include "shim/igl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_PASSES = 8,
    GAP_PASSES = 2, /* more help nothing that only a gap keeps thin */
    MOST_TRIES = 3 /* unions, each with slightly larger balls */
};

/* The field's samples, and what dropping facets may move, of T. */
#define SAMPLE 0.1
#define DROP 0.01

/* The balls are larger by a quarter of what counts as touching on either side,
 * so that few samples come out on the wrong side of T. */
#define LARGER_MM (PP_TOUCH_MM / 4)

/* A place that only vertices saw has no area, and wants to grow as well. */
#define POINT_MM2 1e-4

/* A pass that leaves more than this share of the thin area was the last. */
#define NO_PROGRESS 0.9

typedef struct {
    const pp_mesh *old;
    const pp_shell_options *o;
    pp_mesh sheet;   /* centres of the balls added, all passes together */
    pp_mesh fresh;   /* those of the last measurement */
    pp_ball_wish balls;
    pp_grow_bounds bounds;
    double thin_mm2; /* in the last measurement, ... */
    bool hopeless;   /* ...all of it beside gaps that stay open */
    pp_thickness found; /* in it, what an undone pass made included */
    pp_mesh result;
    pp_shell_report *report;
    struct {
        pp_mesh result; /* empty in the first one */
        pp_walls after;
        size_t nvert, ntri; /* of the sheet */
        pp_shell_how how;
        pp_pockets pockets;
    } before; /* the last pass */
} growing;

/* ---- what is thin ---- */

/* A gap that stays open is as near as growing would reach. */
static bool
is_refused(const growing *g, const pp_thin_region *thin)
{
    return g->bounds.gap != NULL &&
           !pp_bvh_ball_is_empty(g->bounds.gap, thin->place,
                                 g->bounds.gap_radius + g->o->min_mm);
}

/* Measures m, with what is known of what it was before it grew, if anything;
 * thin centres are fresh. */
static pp_status
measure(growing *g, const pp_mesh *m, const pp_mesh *was, pp_walls *w,
        pp_error *err)
{
    pp_mesh changed = { 0 };
    pp_bvh *tree = NULL;
    pp_thickness found = { 0 };

    pp_mesh_free(&g->fresh);
    if (was != NULL && (pp_grow_changed(was, m, &changed, err) != PP_OK ||
                        pp_bvh_build(&changed, &tree, err) != PP_OK))
        goto done;
    const pp_thickness_known known = { &g->found, tree };
    const pp_walls_wish wish = { .limit_mm = g->o->min_mm,
                                 .offered = &g->sheet, .sheet = &g->fresh,
                                 .known = was != NULL ? &known : NULL,
                                 .balls = &found,
                                 .bounds = &g->bounds,
                                 .find_bounds = m == g->old };

    if (pp_walls_measure_part(m, g->o, &wish, w, err) != PP_OK)
        goto done;
    pp_thickness_free(&g->found);
    g->found = found;
    memset(&found, 0, sizeof found);
    g->thin_mm2 = 0;
    g->hopeless = true;
    for (size_t i = 0; i < w->nthin; i++) {
        g->thin_mm2 += fmax(w->thin[i].area_mm2, POINT_MM2);
        g->hopeless &= is_refused(g, &w->thin[i]);
    }
done:
    pp_thickness_free(&found);
    pp_bvh_free(tree);
    pp_mesh_free(&changed);
    return err->status;
}

static pp_status
keep_refused(growing *g, const pp_walls *w, pp_error *err)
{
    pp_shell_report *r = g->report;

    pp_free(r->refused);
    r->nrefused = 0;
    r->refused = pp_alloc(w->nthin, sizeof *r->refused);
    if (r->refused == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < w->nthin; i++)
        if (is_refused(g, &w->thin[i]))
            r->refused[r->nrefused++] = w->thin[i];
    return PP_OK;
}

/* ---- one union ---- */

/* None that is as wide as a gap that stays. */
static pp_status
fill_pockets(growing *g, pp_mesh *m, pp_error *err)
{
    return pp_shell_fill_pockets(m, g->old,
                                 g->o->min_gap_mm > 0 ? g->o->min_gap_mm
                                                      : g->o->min_mm,
                                 &g->report->pockets, err);
}

typedef pp_status union_of(const pp_mesh *a, const pp_mesh *b, pp_mesh *out,
                           pp_error *err);

/* A failed union is no failure of ours: the reason is kept, out stays empty. */
static pp_status
unite_by(growing *g, union_of *way, const pp_mesh *base, const pp_mesh *balls,
         pp_mesh *out, pp_error *err)
{
    pp_error why = { 0 };
    bool clean = false;

    if (way(base, balls, out, &why) != PP_OK) {
        if (why.status == PP_ENOMEM)
            return pp_fail_memory(err);
        snprintf(g->report->reason, sizeof g->report->reason, "union: %.100s",
                 why.message);
        return PP_OK;
    }
    if (fill_pockets(g, out, err) == PP_OK &&
        pp_shell_settle(out, g->o->round_float, &clean, err) == PP_OK &&
        !clean)
        snprintf(g->report->reason, sizeof g->report->reason,
                 "the union was not clean as it would be stored");
    if (!clean)
        pp_mesh_free(out);
    return err->status;
}

/* Where both meet; if that is not clean, all of it. */
static pp_status
unite(growing *g, const pp_mesh *base, const pp_mesh *balls, pp_mesh *out,
      pp_error *err)
{
    const pp_pockets before = g->report->pockets;

    if (unite_by(g, pp_shell_unite, base, balls, out, err) != PP_OK ||
        out->ntri > 0)
        return err->status;
    g->report->pockets = before;
    g->report->nwhole++;
    if (unite_by(g, pp_igl_mesh_union, base, balls, out, err) == PP_OK &&
        out->ntri == 0)
        g->report->pockets = before;
    return err->status;
}

/* The whole solid and all balls from one field. */
static pp_status
rebuild(growing *g, pp_mesh *out, pp_error *err)
{
    pp_bvh *bvh = NULL;
    bool clean;

    if (pp_bvh_build(g->old, &bvh, err) != PP_OK)
        return err->status;
    const pp_solid solid = { g->old, bvh };

    g->report->pockets = (pp_pockets){ 0, 0 };
    if (pp_balls_surface(&g->sheet, &solid, &g->balls, out, err) == PP_OK &&
        fill_pockets(g, out, err) == PP_OK &&
        pp_shell_settle(out, g->o->round_float, &clean, err) == PP_OK)
        g->report->how = PP_SHELL_REBUILT;
    pp_bvh_free(bvh);
    return err->status;
}

/* The union with the fresh balls, each time slightly larger ones. */
static pp_status
grow_locally(growing *g, const pp_mesh *base, const pp_mesh *centres,
             pp_mesh *out, pp_error *err)
{
    const double radius = g->balls.radius;
    pp_mesh balls = { 0 };

    for (int i = 0; i < MOST_TRIES && out->ntri == 0; i++) {
        g->balls.radius = radius * (1 + 0.002 * i);
        if (pp_balls_surface(centres, NULL, &g->balls, &balls, err) != PP_OK ||
            unite(g, base, &balls, out, err) != PP_OK)
            break;
        pp_mesh_free(&balls);
    }
    g->balls.radius = radius;
    pp_mesh_free(&balls);
    if (out->ntri > 0)
        g->report->reason[0] = '\0';
    return err->status;
}

/* The result with the balls about fresh centres. */
static pp_status
grow_once(growing *g, const pp_mesh *centres, pp_mesh *out, pp_error *err)
{
    pp_shell_report *r = g->report;
    const pp_mesh *base = r->npass > 0 ? &g->result : g->old;

    memset(out, 0, sizeof *out);
    if (pp_mesh_append(&g->sheet, centres, err) != PP_OK)
        return err->status;
    if (!g->o->rebuild && grow_locally(g, base, centres, out, err) == PP_OK &&
        out->ntri > 0 && r->npass == 0)
        r->how = PP_SHELL_LOCAL;
    if (out->ntri == 0 && err->status == PP_OK)
        (void)!rebuild(g, out, err);
    r->resolution_mm = g->balls.h;
    return err->status;
}

static int64_t
sum_of_genus(const pp_report *r)
{
    int64_t sum = 0;

    for (size_t i = 0; i < r->nshell; i++)
        sum += r->shell[i].genus;
    return sum;
}

static pp_status
count_joints(growing *g, const pp_report *before, pp_error *err)
{
    pp_shell_report *r = g->report;
    pp_report after = { 0 };

    if (pp_check(&g->result, NULL, &after, err) != PP_OK)
        return err->status;
    r->volume_after_mm3 = after.volume_mm3;
    r->nshell[0] = before->nshell;
    r->nshell[1] = after.nshell;
    r->genus[0] = sum_of_genus(before);
    r->genus[1] = sum_of_genus(&after);
    pp_report_free(&after);
    return PP_OK;
}

/* One pass: grows about the fresh centres and measures what that changed. */
static pp_status
pass(growing *g, pp_error *err)
{
    pp_shell_report *r = g->report;
    pp_mesh centres = g->fresh, next = { 0 };
    const pp_mesh *was;

    memset(&g->fresh, 0, sizeof g->fresh);
    pp_mesh_free(&g->before.result);
    g->before.nvert = g->sheet.nvert;
    g->before.ntri = g->sheet.ntri;
    g->before.how = r->how;
    g->before.pockets = r->pockets;
    if (grow_once(g, &centres, &next, err) != PP_OK)
        goto done;
    was = r->npass > 0 ? &g->before.result : g->old;
    g->before.result = g->result;
    g->result = next;
    r->npass++;
    pp_walls_free(&g->before.after);
    g->before.after = r->after;
    memset(&r->after, 0, sizeof r->after);
    if (measure(g, &g->result, r->how == PP_SHELL_LOCAL ? was : NULL,
                &r->after, err) == PP_OK)
        (void)!keep_refused(g, &r->after, err);
done:
    pp_mesh_free(&centres);
    return err->status;
}

/* A pass that left more thin than it found, as about a feather, is undone. */
static pp_status
undo_pass(growing *g, pp_error *err)
{
    pp_shell_report *r = g->report;

    pp_mesh_free(&g->result);
    g->result = g->before.result;
    memset(&g->before.result, 0, sizeof g->before.result);
    pp_walls_free(&r->after);
    r->after = g->before.after;
    memset(&g->before.after, 0, sizeof g->before.after);
    g->sheet.nvert = g->before.nvert;
    g->sheet.ntri = g->before.ntri;
    r->how = g->before.how;
    r->pockets = g->before.pockets;
    r->npass--;
    r->nundone++;
    return keep_refused(g, &r->after, err);
}

/* Passes until nothing is thin, or no pass helps. */
static pp_status
play_passes(growing *g, pp_error *err)
{
    const pp_shell_report *r = g->report;
    bool stuck = false;

    while (g->thin_mm2 > 0 && r->npass < MOST_PASSES && g->fresh.ntri > 0 &&
           !stuck && !(r->npass >= GAP_PASSES && g->hopeless)) {
        const double before = g->thin_mm2;

        if (pass(g, err) != PP_OK)
            return err->status;
        stuck = g->thin_mm2 > NO_PROGRESS * before;
        if (g->thin_mm2 > before && r->npass > 1)
            return undo_pass(g, err);
    }
    return PP_OK;
}

static pp_status
grow_thin(growing *g, const pp_report *before, pp_error *err)
{
    pp_shell_report *r = g->report;
    const double t = g->o->min_mm;

    g->balls = (pp_ball_wish){
        .radius = t / 2 + LARGER_MM,
        .h = g->o->resolution_mm > 0 ? g->o->resolution_mm : SAMPLE * t,
        .max_error_mm = DROP * t,
        .memory_limit = g->o->memory_limit
    };
    if (measure(g, g->old, NULL, &r->before, err) != PP_OK)
        return err->status;
    if (r->before.nthin == 0) {
        r->how = PP_SHELL_UNCHANGED;
        if (pp_mesh_copy(g->old, &g->result, err) != PP_OK)
            return err->status;
    } else {
        r->one_way = g->bounds.fixed != NULL;
        if (g->bounds.gap != NULL || g->bounds.fixed != NULL)
            g->balls.bounds = &g->bounds;
        if (play_passes(g, err) != PP_OK)
            return err->status;
        if (r->npass == 0) {
            r->how = PP_SHELL_UNCHANGED;
            snprintf(r->reason, sizeof r->reason,
                     "no ball lies inside the thin places");
            return pp_mesh_copy(g->old, &g->result, err) == PP_OK
                       ? count_joints(g, before, err) : err->status;
        }
        if (pp_grow_compare(g->old, &g->result, &g->sheet, g->balls.radius,
                            r, err) != PP_OK ||
            pp_grow_fixed_moved(&g->bounds, &g->result, r->resolution_mm,
                                &r->fixed_moved_mm, err) != PP_OK)
            return err->status;
    }
    return count_joints(g, before, err);
}

pp_status
pp_shell_grow(const pp_mesh *m, const pp_shell_options *options, pp_mesh *out,
              pp_shell_report *report, pp_error *err)
{
    growing g = { .old = m, .o = options, .report = report };
    pp_report before = { 0 };

    memset(out, 0, sizeof *out);
    memset(report, 0, sizeof *report);
    if (!(options->min_mm > 0))
        return pp_fail(err, PP_EGEOM, "no minimum wall asked for");
    if (pp_shell_require_solid(m, &before, err) != PP_OK)
        goto done;
    report->volume_before_mm3 = before.volume_mm3;
    if (grow_thin(&g, &before, err) == PP_OK) {
        *out = g.result;
        report->sheet = g.sheet;
        memset(&g.result, 0, sizeof g.result);
        memset(&g.sheet, 0, sizeof g.sheet);
    }
done:
    pp_report_free(&before);
    pp_grow_bounds_free(&g.bounds);
    pp_mesh_free(&g.fresh);
    pp_mesh_free(&g.sheet);
    pp_mesh_free(&g.result);
    pp_mesh_free(&g.before.result);
    pp_thickness_free(&g.found);
    pp_walls_free(&g.before.after);
    if (err->status != PP_OK)
        pp_shell_report_free(report);
    return err->status;
}

bool
pp_shell_joined(const pp_shell_report *r)
{
    return r->nshell[0] != r->nshell[1] || r->genus[0] != r->genus[1];
}

void
pp_shell_report_free(pp_shell_report *r)
{
    pp_walls_free(&r->before);
    pp_walls_free(&r->after);
    pp_mesh_free(&r->sheet);
    pp_free(r->refused);
    memset(r, 0, sizeof *r);
}
