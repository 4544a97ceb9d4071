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
#include "repair/repair.h"
#include "shim/igl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_PASSES = 4,
    MOST_TRIES = 3 /* unions, each with slightly larger balls */
};

/* A repair after rounding to floats may move nothing farther. */
#define ROUNDING_CURE_MM 0.02

typedef struct {
    const pp_mesh *old;
    const pp_shell_options *o;
    pp_mesh sheet;   /* centres of the balls to add, all passes together */
    pp_mesh result;
    double radius;
    pp_shell_report *report;
} growing;

/* Measures m; thin centres go to the sheet. */
static pp_status
measure(growing *g, const pp_mesh *m, pp_walls *w, pp_error *err)
{
    pp_walls_free(w);
    return pp_walls_and_sheet(m, g->o, g->o->min_mm, w, &g->sheet, err);
}

/* ---- one union ---- */

static pp_status
swell(const growing *g, const pp_bvh *sheet, const pp_bvh *solid,
      pp_mesh *out, pp_error *err)
{
    const pp_vec3 r = pp_vec(g->radius, g->radius, g->radius);
    pp_swell s = {
        .sheet = sheet, .radius = g->radius, .solid = solid, .mesh = g->old,
        .box = pp_mesh_box(&g->sheet), .memory_limit = g->o->memory_limit,
        .resolution_mm = g->o->resolution_mm,
    };

    s.box.low = pp_sub(s.box.low, r);
    s.box.high = pp_add(s.box.high, r);
    if (solid != NULL) {
        const pp_box box = pp_mesh_box(g->old);

        pp_box_add(&s.box, box.low);
        pp_box_add(&s.box, box.high);
    }
    return pp_swell_surface(&s, out, &g->report->resolution_mm, err);
}

/* Is the mesh clean as it will be stored? A repair that moves next to nothing
 * may help. */
static pp_status
settle_as_stored(pp_mesh *m, bool round_float, bool *clean, pp_error *err)
{
    const pp_repair_options cure = { .max_deviation_mm = ROUNDING_CURE_MM,
                                     .round_float = round_float };
    pp_repair_ledger ledger = { 0 };
    pp_report report = { 0 };

    if (round_float)
        pp_mesh_round_float(m);
    if (pp_check(m, NULL, &report, err) != PP_OK)
        return err->status;
    *clean = pp_report_ndefect(&report) == 0;
    pp_report_free(&report);
    if (*clean)
        return PP_OK;
    if (pp_repair(m, &cure, &ledger, err) == PP_OK)
        *clean = pp_report_ndefect(&ledger.after) == 0;
    pp_repair_ledger_free(&ledger);
    return err->status;
}

/* A failed union is no failure of ours: the reason is kept, out stays empty. */
static pp_status
unite(growing *g, const pp_mesh *balls, pp_mesh *out, pp_error *err)
{
    pp_error why = { 0 };
    bool clean = false;

    if (pp_igl_mesh_union(g->old, balls, out, &why) != PP_OK) {
        if (why.status == PP_ENOMEM)
            return pp_fail_memory(err);
        snprintf(g->report->reason, sizeof g->report->reason, "union: %.100s",
                 why.message);
        return PP_OK;
    }
    if (settle_as_stored(out, g->o->round_float, &clean, err) == PP_OK &&
        !clean)
        snprintf(g->report->reason, sizeof g->report->reason,
                 "the union was not clean as it would be stored");
    if (!clean)
        pp_mesh_free(out);
    return err->status;
}

static pp_status
rebuild(growing *g, const pp_bvh *sheet, pp_mesh *out, pp_error *err)
{
    pp_bvh *solid = NULL;
    bool clean;

    if (pp_bvh_build(g->old, &solid, err) != PP_OK)
        return err->status;
    if (swell(g, sheet, solid, out, err) == PP_OK &&
        settle_as_stored(out, g->o->round_float, &clean, err) == PP_OK)
        g->report->how = PP_SHELL_REBUILT;
    pp_bvh_free(solid);
    return err->status;
}

static pp_status
grow_once(growing *g, pp_mesh *out, pp_error *err)
{
    pp_bvh *sheet = NULL;
    pp_mesh balls = { 0 };

    memset(out, 0, sizeof *out);
    if (pp_bvh_build(&g->sheet, &sheet, err) != PP_OK)
        return err->status;
    for (int i = 0; i < MOST_TRIES && out->ntri == 0 && !g->o->rebuild; i++) {
        if (i > 0)
            g->radius *= 1.002;
        if (swell(g, sheet, NULL, &balls, err) != PP_OK ||
            unite(g, &balls, out, err) != PP_OK)
            break;
        pp_mesh_free(&balls);
        if (out->ntri > 0) {
            g->report->how = PP_SHELL_LOCAL;
            g->report->reason[0] = '\0';
        }
    }
    if (out->ntri == 0 && err->status == PP_OK)
        (void)!rebuild(g, sheet, out, err);
    pp_mesh_free(&balls);
    pp_bvh_free(sheet);
    return err->status;
}

/* ---- what became of it ---- */

static int
by_numbers(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(pp_tri));
}

/* The facets as sorted triples, each beginning with its lowest vertex. */
static void
sort_facets(pp_tri *tri, size_t n)
{
    for (size_t t = 0; t < n; t++)
        while (tri[t][0] > tri[t][1] || tri[t][0] > tri[t][2]) {
            const uint32_t first = tri[t][0];

            tri[t][0] = tri[t][1];
            tri[t][1] = tri[t][2];
            tri[t][2] = first;
        }
    qsort(tri, n, sizeof *tri, by_numbers);
}

/* How many facets of a are facets of b, bit by bit. */
static pp_status
count_kept(const pp_mesh *a, const pp_mesh *b, size_t *n, pp_error *err)
{
    pp_mesh both = { 0 };
    size_t njoined, i = 0, j = a->ntri;

    *n = 0;
    if (pp_mesh_copy(a, &both, err) != PP_OK ||
        pp_mesh_append(&both, b, err) != PP_OK ||
        pp_mesh_weld_exact(&both, &njoined, err) != PP_OK)
        goto done;
    sort_facets(both.tri, a->ntri);
    sort_facets(both.tri + a->ntri, b->ntri);
    while (i < a->ntri && j < both.ntri) {
        const int order = by_numbers(both.tri[i], both.tri[j]);

        *n += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
done:
    pp_mesh_free(&both);
    return err->status;
}

/* The farthest vertex of `from` from the surface of `to`, among those farther
 * from the sheet than beyond. */
static double
farthest(const pp_mesh *from, const pp_bvh *to, const pp_bvh *sheet,
         double beyond)
{
    const ptrdiff_t n = (ptrdiff_t)from->nvert;
    double most = 0;

#pragma omp parallel for schedule(dynamic, 1024) reduction(max : most)
    for (ptrdiff_t v = 0; v < n; v++) {
        const pp_vec3 p = from->vert[v];

        if (beyond > 0 && !pp_bvh_ball_is_empty(sheet, p, beyond))
            continue;
        most = fmax(most, pp_bvh_nearest(to, p, HUGE_VAL).distance);
    }
    return most;
}

static pp_status
compare(growing *g, pp_error *err)
{
    pp_shell_report *r = g->report;
    pp_bvh *old = NULL, *new = NULL, *sheet = NULL;

    if (pp_bvh_build(g->old, &old, err) != PP_OK ||
        pp_bvh_build(&g->result, &new, err) != PP_OK ||
        pp_bvh_build(&g->sheet, &sheet, err) != PP_OK)
        goto done;
    r->max_growth_mm = farthest(&g->result, old, sheet, 0);
    r->max_change_elsewhere_mm =
        fmax(farthest(g->old, new, sheet, g->radius + r->resolution_mm),
             farthest(&g->result, old, sheet, g->radius + r->resolution_mm));
    (void)!count_kept(g->old, &g->result, &r->nkept, err);
done:
    pp_bvh_free(old);
    pp_bvh_free(new);
    pp_bvh_free(sheet);
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
check_old(const pp_mesh *m, pp_report *report, pp_error *err)
{
    char text[256];

    if (pp_check(m, NULL, report, err) != PP_OK)
        return err->status;
    if (pp_report_ndefect(report) == 0)
        return PP_OK;
    pp_report_summary(report, text, sizeof text);
    return pp_fail(err, PP_EGEOM, "not a closed, clean solid: %s; meshfix "
                   "first", text);
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

/* Grows until nothing is thin, or no pass helps. */
static pp_status
grow_in_passes(growing *g, pp_error *err)
{
    pp_shell_report *r = g->report;

    for (int pass = 0; pass < MOST_PASSES; pass++) {
        pp_mesh next;

        if (grow_once(g, &next, err) != PP_OK)
            return err->status;
        pp_mesh_free(&g->result);
        g->result = next;
        r->npass++;
        if (measure(g, &g->result, &r->after, err) != PP_OK ||
            r->after.nthin == 0)
            break;
        g->radius *= 1.01;
    }
    return err->status;
}

static pp_status
grow_thin(growing *g, const pp_report *before, pp_error *err)
{
    pp_shell_report *r = g->report;
    const double t = g->o->min_mm, h = g->o->resolution_mm;

    /* chords of the sampled balls run inside them by up to 3 h^2 / (8 r) */
    g->radius = t / 2 + 0.75 * h * h / t;
    if (measure(g, g->old, &r->before, err) != PP_OK)
        return err->status;
    if (r->before.nthin == 0) {
        r->how = PP_SHELL_UNCHANGED;
        r->nkept = g->old->ntri;
        if (pp_mesh_copy(g->old, &g->result, err) != PP_OK ||
            measure(g, g->old, &r->after, err) != PP_OK)
            return err->status;
    } else if (grow_in_passes(g, err) != PP_OK || compare(g, err) != PP_OK) {
        return err->status;
    }
    return count_joints(g, before, err);
}

pp_status
pp_shell_grow(const pp_mesh *m, const pp_shell_options *options, pp_mesh *out,
              pp_shell_report *report, pp_error *err)
{
    pp_shell_options o = *options;
    growing g = { .old = m, .o = &o, .report = report };
    pp_report before = { 0 };

    memset(out, 0, sizeof *out);
    memset(report, 0, sizeof *report);
    if (!(o.min_mm > 0))
        return pp_fail(err, PP_EGEOM, "no minimum wall asked for");
    if (!(o.resolution_mm > 0))
        o.resolution_mm = o.min_mm / 10;
    report->resolution_mm = o.resolution_mm;
    if (check_old(m, &before, err) != PP_OK)
        goto done;
    report->volume_before_mm3 = before.volume_mm3;
    if (grow_thin(&g, &before, err) == PP_OK) {
        *out = g.result;
        memset(&g.result, 0, sizeof g.result);
    }
done:
    pp_report_free(&before);
    pp_mesh_free(&g.sheet);
    pp_mesh_free(&g.result);
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
    memset(r, 0, sizeof *r);
}
