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
    MOST_TRIES = 3 /* unions, each with slightly larger balls */
};

/* Room around the first balls for those of later passes, in T. */
#define MARGIN 2.0

typedef struct {
    const pp_mesh *old;
    const pp_shell_options *o;
    pp_mesh sheet;   /* centres of the balls to add, all passes together */
    pp_mesh fresh;   /* those of the last measurement */
    pp_bricks field; /* of the balls about sheet */
    double radius, h;
    pp_mesh result;
    pp_shell_report *report;
} growing;

/* Measures m, or what of it lies near something; thin centres are fresh. */
static pp_status
measure(growing *g, const pp_mesh *m, const pp_bvh *near, pp_walls *w,
        pp_error *err)
{
    const pp_walls_wish wish = { .limit_mm = g->o->min_mm, .near = near,
                                 .near_mm = g->radius + g->o->min_mm / 2,
                                 .sheet = &g->fresh };

    pp_mesh_free(&g->fresh);
    return pp_walls_measure_part(m, g->o, &wish, w, err);
}

/* ---- the field ---- */

static pp_box
widened(pp_box box, double by)
{
    const pp_vec3 d = pp_vec(by, by, by);

    return (pp_box){ pp_sub(box.low, d), pp_add(box.high, d) };
}

/* All balls, and the solid where it is given, in a new field; coarser when
 * memory asks for it. */
static pp_status
new_field(growing *g, const pp_bvh *sheet, const pp_bvh *solid,
          pp_bricks *field, pp_error *err)
{
    const size_t limit = pp_shell_memory_limit(g->o->memory_limit);
    pp_box box = widened(pp_mesh_box(&g->sheet),
                         g->radius + MARGIN * g->o->min_mm);

    if (solid != NULL) {
        const pp_box whole = pp_mesh_box(g->old);

        pp_box_add(&box, whole.low);
        pp_box_add(&box, whole.high);
    }
    for (;; g->h *= PP_SHELL_COARSER) {
        pp_error why = { 0 };

        if (pp_bricks_alloc(box, g->h, field, &why) == PP_OK &&
            (solid == NULL ||
             pp_swell_solid(field, g->old, solid, 0, limit, &why) ==
                 PP_OK) &&
            pp_swell_sheet(field, sheet, g->radius, limit, &why) ==
                PP_OK)
            return PP_OK;
        pp_bricks_free(field);
        /* no coarser than half a wall: nothing would be left of it */
        if (why.status != PP_ELIMIT || g->h > g->o->min_mm / 2) {
            *err = why;
            return err->status;
        }
    }
}

static bool
field_holds(const growing *g, pp_box box)
{
    const pp_bricks *f = &g->field;
    bool holds = f->at != NULL;

    for (int a = 0; a < 3 && holds; a++)
        holds = pp_axis(box.low, a) > pp_axis(f->low, a) + 2 * f->h &&
                pp_axis(box.high, a) <
                    pp_axis(f->low, a) + ((double)f->dim[a] - 3) * f->h;
    return holds;
}

/* The fresh balls join the field, which is made anew where they leave it. */
static pp_status
add_fresh(growing *g, const pp_bvh *fresh, const pp_bvh *sheet, pp_error *err)
{
    const pp_box box = widened(pp_mesh_box(&g->fresh), g->radius);

    if (field_holds(g, box))
        return pp_swell_sheet(&g->field, fresh, g->radius,
                              pp_shell_memory_limit(g->o->memory_limit),
                              err);
    pp_bricks_free(&g->field);
    return new_field(g, sheet, NULL, &g->field, err);
}

/* ---- one union ---- */

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
    if (pp_shell_settle(out, g->o->round_float, &clean, err) == PP_OK &&
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
    pp_bricks field = { 0 };
    pp_bvh *solid = NULL;
    bool clean;

    if (pp_bvh_build(g->old, &solid, err) != PP_OK)
        return err->status;
    if (new_field(g, sheet, solid, &field, err) == PP_OK &&
        pp_bricks_surface(&field, out, err) == PP_OK &&
        pp_shell_settle(out, g->o->round_float, &clean, err) == PP_OK)
        g->report->how = PP_SHELL_REBUILT;
    pp_bricks_free(&field);
    pp_bvh_free(solid);
    return err->status;
}

/* The union with the balls, each time slightly larger ones. */
static pp_status
grow_locally(growing *g, const pp_bvh *sheet, pp_mesh *out, pp_error *err)
{
    pp_mesh balls = { 0 };

    for (int i = 0; i < MOST_TRIES && out->ntri == 0; i++) {
        if (i > 0) {
            g->radius *= 1.002;
            pp_bricks_free(&g->field);
            if (new_field(g, sheet, NULL, &g->field, err) != PP_OK)
                break;
        }
        if (pp_bricks_surface(&g->field, &balls, err) != PP_OK ||
            unite(g, &balls, out, err) != PP_OK)
            break;
        pp_mesh_free(&balls);
        if (out->ntri > 0) {
            g->report->how = PP_SHELL_LOCAL;
            g->report->reason[0] = '\0';
        }
    }
    pp_mesh_free(&balls);
    return err->status;
}

static pp_status
grow_once(growing *g, const pp_bvh *fresh, pp_mesh *out, pp_error *err)
{
    pp_bvh *sheet = NULL;

    memset(out, 0, sizeof *out);
    if (pp_mesh_append(&g->sheet, &g->fresh, err) != PP_OK ||
        pp_bvh_build(&g->sheet, &sheet, err) != PP_OK)
        return err->status;
    if (!g->o->rebuild && add_fresh(g, fresh, sheet, err) == PP_OK)
        (void)!grow_locally(g, sheet, out, err);
    if (out->ntri == 0 && err->status == PP_OK)
        (void)!rebuild(g, sheet, out, err);
    g->report->resolution_mm = g->h;
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
pass(growing *g, size_t *nthin, pp_error *err)
{
    pp_mesh centres = g->fresh, next = { 0 };
    pp_walls walls = { 0 };
    pp_bvh *fresh = NULL;
    const double radius = g->radius;

    if (pp_bvh_build(&centres, &fresh, err) != PP_OK ||
        grow_once(g, fresh, &next, err) != PP_OK)
        goto done;
    pp_mesh_free(&g->result);
    g->result = next;
    g->report->npass++;
    /* the first time all is looked at: the seams are everywhere */
    memset(&g->fresh, 0, sizeof g->fresh);
    if (measure(g, &g->result,
                g->report->npass > 1 && g->radius == radius &&
                        g->report->how == PP_SHELL_LOCAL
                    ? fresh : NULL, &walls, err) == PP_OK)
        *nthin = walls.nthin;
done:
    if (g->fresh.vert == centres.vert)
        memset(&g->fresh, 0, sizeof g->fresh);
    pp_bvh_free(fresh);
    pp_mesh_free(&centres);
    pp_walls_free(&walls);
    return err->status;
}

/*
 * Passes until nothing is thin. After the first one only what changed is
 * measured, and so all is once more at the end, which may ask for another.
 */
static pp_status
play_passes(growing *g, size_t nthin, pp_error *err)
{
    pp_shell_report *r = g->report;

    while (nthin > 0 && r->npass < MOST_PASSES && g->fresh.ntri > 0) {
        pp_walls walls = { 0 };

        if (pass(g, &nthin, err) != PP_OK)
            return err->status;
        if (nthin > 0 || r->npass == 1)
            continue;
        if (measure(g, &g->result, NULL, &walls, err) != PP_OK)
            return err->status;
        nthin = walls.nthin;
        pp_walls_free(&walls);
    }
    return PP_OK;
}

static pp_status
grow_thin(growing *g, const pp_report *before, pp_error *err)
{
    pp_shell_report *r = g->report;
    const double t = g->o->min_mm;
    size_t nthin;

    g->h = g->o->resolution_mm > 0 ? g->o->resolution_mm : t / 10;
    /* chords of the sampled balls run inside them by up to 3 h^2 / (8 r) */
    g->radius = t / 2 + 0.75 * g->h * g->h / t;
    if (measure(g, g->old, NULL, &r->before, err) != PP_OK)
        return err->status;
    nthin = r->before.nthin;
    if (nthin == 0) {
        r->how = PP_SHELL_UNCHANGED;
        if (pp_mesh_copy(g->old, &g->result, err) != PP_OK)
            return err->status;
    } else {
        if (play_passes(g, nthin, err) != PP_OK)
            return err->status;
        if (r->npass == 0)
            return pp_fail(err, PP_EGEOM, "no ball lies inside the thin "
                           "places");
        if (compare(g, err) != PP_OK)
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
        memset(&g.result, 0, sizeof g.result);
    }
done:
    pp_report_free(&before);
    pp_bricks_free(&g.field);
    pp_mesh_free(&g.fresh);
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
    memset(r, 0, sizeof *r);
}
