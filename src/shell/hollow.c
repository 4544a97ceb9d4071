/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hollow.c - solids with a wall of T around a cavity
 *
 * The cavity is all that lies deeper than T, its surface that of the sparse
 * distance field at T, made exact (offset.c) and kept away (keep.c): no wall is
 * thinner than that, wherever the cavity reaches. It lies in the solid without
 * touching it, so that the outside stays as it is, facet by facet, and the
 * result is clean without any union.
 */
#include "shell/drain.h"
#include "shell/grow.h"

#include "base/alloc.h"
#include "measure/measure.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* What the cavities may lack, of their volume: half of what is promised, for
 * keeping away from the outside takes some, too. */
#define ERROR_OF_VOLUME 5e-4

typedef struct {
    const pp_mesh *solid;
    const pp_hollow_options *o;
    pp_bvh *outer, *inner;
    pp_mesh inside; /* of all cavities, outward as solids */
    uint32_t *part; /* of its facets */
    pp_hollow_report *r;
} hollowing;

void
pp_hollow_report_free(pp_hollow_report *r)
{
    for (size_t n = 0; n < r->ndrain && r->plug != NULL; n++)
        pp_mesh_free(&r->plug[n]);
    pp_free(r->plug);
    pp_free(r->cavity);
    pp_free(r->drain);
    memset(r, 0, sizeof *r);
}

/* ---- cavities ---- */

/* Onto the offset, and nowhere nearer. */
static pp_status
make_exact(hollowing *w, pp_error *err)
{
    const double t = w->o->wall_mm, h = w->r->resolution_mm;
    pp_offset_wish wish = { .bvh = w->outer, .depth_mm = t + PP_KEEP_SURE_MM,
                            .reach_mm = h,
                            .round_float = w->o->round_float };

    if (pp_measure_volume(&w->inside, &wish.error_mm3, err) != PP_OK)
        return err->status;
    wish.error_mm3 *= ERROR_OF_VOLUME;
    if (pp_shell_fit_offset(&w->inside, &wish, &w->r->error_mm3, err) != PP_OK)
        return err->status;
    return pp_shell_keep_away(&w->inside,
                              &(pp_keep_away){ w->outer, t, 0, h, NULL,
                                              w->o->round_float }, err);
}

static pp_status
find_inside(hollowing *w, pp_error *err)
{
    const pp_hollow_options *o = w->o;
    const size_t limit = pp_shell_memory_limit(o->memory_limit);
    double h = o->resolution_mm > 0 ? o->resolution_mm : o->wall_mm / 4;

    for (;; h *= PP_SHELL_COARSER) {
        pp_bricks field = { 0 };
        pp_error why = { 0 };

        w->r->resolution_mm = h;
        if (pp_bricks_alloc(pp_mesh_box(w->solid), h, &field, &why) == PP_OK &&
            pp_swell_solid(&field, w->solid, w->outer, o->wall_mm, limit,
                           &why) == PP_OK)
            (void)!pp_bricks_surface(&field, PP_BRICKS_ALL, 0, &w->inside,
                                     &why);
        pp_bricks_free(&field);
        if (why.status == PP_OK)
            return make_exact(w, err);
        if (why.status == PP_EGEOM)
            return pp_fail(err, PP_EGEOM, "nothing lies deeper than %g mm",
                           o->wall_mm);
        if (why.status != PP_ELIMIT || h > o->wall_mm / 2) {
            *err = why;
            return err->status;
        }
    }
}

/* One closed piece of the cavities' surface. */
typedef struct {
    double volume_mm3; /* below zero: around solid that stands in a cavity */
    pp_vec3 lowest;
    pp_box box;
    uint32_t cavity; /* its number, or PP_NONE: left solid */
} piece;

static void
measure_pieces(const hollowing *w, piece *c, size_t n)
{
    const pp_mesh *m = &w->inside;
    const pp_vec3 up = w->o->up;

    for (size_t i = 0; i < n; i++) {
        c[i].box = pp_box_empty();
        c[i].lowest = pp_scale(up, DBL_MAX);
    }
    for (size_t t = 0; t < m->ntri; t++) {
        piece *of = &c[w->part[t]];
        const pp_vec3 p = m->vert[m->tri[t][0]], q = m->vert[m->tri[t][1]];
        const pp_vec3 r = m->vert[m->tri[t][2]], o = m->vert[0];
        const pp_vec3 corner[3] = { p, q, r };

        of->volume_mm3 += pp_dot(pp_sub(p, o), pp_cross(pp_sub(q, o),
                                                        pp_sub(r, o))) / 6;
        for (int k = 0; k < 3; k++) {
            pp_box_add(&of->box, corner[k]);
            if (pp_dot(corner[k], up) < pp_dot(of->lowest, up))
                of->lowest = corner[k];
        }
    }
}

static bool
lies_in(pp_box a, pp_box b)
{
    return a.low.x >= b.low.x && a.low.y >= b.low.y && a.low.z >= b.low.z &&
           a.high.x <= b.high.x && a.high.y <= b.high.y &&
           a.high.z <= b.high.z;
}

/* The least piece around one that stands in a cavity, or PP_NONE. */
static uint32_t
piece_around(const piece *c, uint32_t n, uint32_t of)
{
    uint32_t best = PP_NONE;

    for (uint32_t i = 0; i < n; i++)
        if (c[i].volume_mm3 > 0 && lies_in(c[of].box, c[i].box) &&
            (best == PP_NONE || c[i].volume_mm3 < c[best].volume_mm3))
            best = i;
    return best;
}

/* Numbers the cavities: pieces larger than a ball of T, and what is in them. */
static void
number_cavities(hollowing *w, piece *c, uint32_t n)
{
    const double t = w->o->wall_mm, least = M_PI / 6 * t * t * t;
    pp_hollow_report *r = w->r;

    for (uint32_t i = 0; i < n; i++) {
        c[i].cavity = PP_NONE;
        if (c[i].volume_mm3 >= least) {
            c[i].cavity = (uint32_t)r->ncavity;
            r->cavity[r->ncavity++] =
                (pp_cavity){ c[i].volume_mm3, c[i].lowest, false };
        }
        r->nfilled += c[i].volume_mm3 > 0 && c[i].volume_mm3 < least;
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t around =
            c[i].volume_mm3 < 0 ? piece_around(c, n, i) : PP_NONE;

        if (around == PP_NONE || c[around].cavity == PP_NONE)
            continue;
        c[i].cavity = c[around].cavity;
        r->cavity[c[i].cavity].volume_mm3 += c[i].volume_mm3;
    }
}

/* Finds the cavities; w->part becomes the cavity of each facet. */
static pp_status
list_cavities(hollowing *w, pp_error *err)
{
    uint8_t *keep = NULL;
    piece *c = NULL;
    pp_mesh kept = { 0 };
    size_t at = 0;
    uint32_t n;

    if (pp_mesh_parts(&w->inside, &w->part, &n, err) != PP_OK)
        return err->status;
    w->r->cavity = pp_alloc_zero(n, sizeof *w->r->cavity);
    c = pp_alloc_zero(n, sizeof *c);
    keep = pp_alloc(w->inside.ntri, 1);
    if (w->r->cavity == NULL || c == NULL || keep == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    measure_pieces(w, c, n);
    number_cavities(w, c, n);
    if (w->r->ncavity == 0) {
        pp_fail(err, PP_EGEOM, "no cavity would be larger than a ball of %g "
                "mm", w->o->wall_mm);
        goto done;
    }
    for (size_t f = 0; f < w->inside.ntri; f++)
        keep[f] = c[w->part[f]].cavity != PP_NONE;
    if (pp_mesh_select(&w->inside, keep, &kept, err) != PP_OK)
        goto done;
    for (size_t f = 0; f < w->inside.ntri; f++)
        if (keep[f])
            w->part[at++] = c[w->part[f]].cavity;
    pp_mesh_free(&w->inside);
    w->inside = kept;
done:
    pp_free(c);
    pp_free(keep);
    return err->status;
}

/* The solid, and its cavities' surfaces turned over. */
static pp_status
put_together(const hollowing *w, pp_mesh *out, pp_error *err)
{
    const size_t first = w->solid->ntri;

    if (pp_mesh_copy(w->solid, out, err) != PP_OK ||
        pp_mesh_append(out, &w->inside, err) != PP_OK)
        return err->status;
    for (size_t t = first; t < out->ntri; t++) {
        pp_facet_turn(out, t);
    }
    return PP_OK;
}

/* ---- drains ---- */

static pp_status
add_drain(hollowing *w, const pp_wall *wall, const pp_drain_cut *cut,
          uint32_t cavity, pp_mesh *out, pp_error *err)
{
    if (pp_drain_apply(wall, cut, out, err) != PP_OK)
        return err->status;
    w->r->drain[w->r->ndrain++] = *cut;
    w->r->cavity[cavity].drained = true;
    return PP_OK;
}

/* Drains with a place first; those without for what is still closed. */
static pp_status
cut_drains(hollowing *w, pp_mesh *out, pp_error *err)
{
    const pp_wall wall = { w->solid, &w->inside, w->outer, w->inner, w->part };
    const pp_hollow_options *o = w->o;
    pp_drain_cut cut;
    uint32_t cavity;

    w->r->drain = pp_alloc(o->ndrain * (1 + w->r->ncavity),
                           sizeof *w->r->drain);
    if (w->r->drain == NULL)
        return pp_fail_memory(err);
    for (size_t d = 0; d < o->ndrain; d++)
        if (o->drain[d].placed &&
            (pp_drain_near(&wall, &o->drain[d], &cut, &cavity, err) !=
                 PP_OK ||
             add_drain(w, &wall, &cut, cavity, out, err) != PP_OK))
            return err->status;
    for (size_t d = 0; d < o->ndrain; d++)
        for (uint32_t c = 0; c < w->r->ncavity && !o->drain[d].placed; c++)
            if (!w->r->cavity[c].drained &&
                (pp_drain_below(&wall, c, w->r->cavity[c].lowest, o->up,
                                o->drain[d].diameter_mm, &cut, err) !=
                     PP_OK ||
                 add_drain(w, &wall, &cut, c, out, err) != PP_OK))
                return err->status;
    return PP_OK;
}

static pp_status
make_plugs(const hollowing *w, pp_error *err)
{
    const pp_hollow_options *o = w->o;
    const double clearance =
        o->clearance_mm > 0 ? o->clearance_mm : PP_PLUG_CLEARANCE_MM;
    pp_hollow_report *r = w->r;

    r->plug = pp_alloc_zero(r->ndrain, sizeof *r->plug);
    if (r->plug == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < r->ndrain; n++) {
        pp_drain_cut *d = &r->drain[n];

        d->plug_mm = d->diameter_mm - 2 * clearance;
        if (pp_shell_plug(d, clearance, &r->plug[n], err) != PP_OK ||
            pp_measure_volume(&r->plug[n], &d->plug_volume_mm3, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

/* ---- the whole ---- */

static pp_status
finish(hollowing *w, pp_mesh *out, pp_error *err)
{
    pp_report report = { 0 };
    char text[200];
    bool clean;

    if (pp_shell_settle(out, w->o->round_float, &clean, err) != PP_OK ||
        pp_check(out, NULL, &report, err) != PP_OK)
        return err->status;
    w->r->volume_after_mm3 = report.volume_mm3;
    for (size_t n = 0; n < report.nshell; n++)
        w->r->ntrapped += report.shell[n].closed && report.shell[n].depth % 2;
    if (!clean) {
        pp_report_summary(&report, text, sizeof text);
        pp_fail(err, PP_EGEOM, "the result is not clean as it would be "
                "stored: %s", text);
    }
    pp_report_free(&report);
    return err->status;
}

pp_status
pp_shell_hollow(const pp_mesh *m, const pp_hollow_options *o, pp_mesh *out,
                pp_hollow_report *r, pp_error *err)
{
    hollowing w = { .solid = m, .o = o, .r = r };
    pp_report before = { 0 };

    memset(out, 0, sizeof *out);
    memset(r, 0, sizeof *r);
    if (!(o->wall_mm > 0))
        return pp_fail(err, PP_EGEOM, "no wall asked for");
    if (pp_shell_require_solid(m, &before, err) != PP_OK)
        goto done;
    r->volume_before_mm3 = before.volume_mm3;
    if (pp_bvh_build(m, &w.outer, err) != PP_OK ||
        find_inside(&w, err) != PP_OK || list_cavities(&w, err) != PP_OK ||
        put_together(&w, out, err) != PP_OK ||
        pp_bvh_build(&w.inside, &w.inner, err) != PP_OK ||
        (o->ndrain > 0 && cut_drains(&w, out, err) != PP_OK) ||
        (o->plugs && make_plugs(&w, err) != PP_OK))
        goto done;
    (void)!finish(&w, out, err);
done:
    pp_report_free(&before);
    pp_bvh_free(w.outer);
    pp_bvh_free(w.inner);
    pp_mesh_free(&w.inside);
    pp_free(w.part);
    if (err->status != PP_OK) {
        pp_mesh_free(out);
        pp_hollow_report_free(r);
    }
    return err->status;
}

static void
print_drain(const pp_drain_cut *d, FILE *out)
{
    fprintf(out, "  drain of %g mm from %.5g,%.5g,%.5g, %.4g mm long",
            d->diameter_mm, d->outer.x, d->outer.y, d->outer.z,
            pp_distance(d->outer, d->inner));
    if (d->plug_mm > 0)
        fprintf(out, ", its plug %g mm", d->plug_mm);
    fputc('\n', out);
}

void
pp_hollow_report_print(const pp_hollow_report *r, FILE *out)
{
    fprintf(out, "hollow: %.6g of %.6g mm3 left, %zu cavities, field of %.4g "
            "mm\n", r->volume_after_mm3, r->volume_before_mm3, r->ncavity,
            r->resolution_mm);
    for (size_t n = 0; n < r->ncavity; n++)
        fprintf(out, "  cavity of %.5g mm3, lowest at %.5g,%.5g,%.5g%s\n",
                r->cavity[n].volume_mm3, r->cavity[n].lowest.x,
                r->cavity[n].lowest.y, r->cavity[n].lowest.z,
                r->cavity[n].drained ? "" : ", not drained");
    for (size_t n = 0; n < r->ndrain; n++)
        print_drain(&r->drain[n], out);
    if (r->nfilled > 0)
        fprintf(out, "  %zu cavities smaller than a wall were left solid\n",
                r->nfilled);
    fprintf(out, "trapped volumes: %zu\n", r->ntrapped);
}

void
pp_hollow_report_json(const pp_hollow_report *r, pp_json *j)
{
    pp_json_real(j, "volume_before_mm3", r->volume_before_mm3);
    pp_json_real(j, "volume_after_mm3", r->volume_after_mm3);
    pp_json_real(j, "resolution_mm", r->resolution_mm);
    pp_json_real(j, "volume_error_mm3", r->error_mm3);
    pp_json_array(j, "cavities");
    for (size_t n = 0; n < r->ncavity; n++) {
        pp_json_object(j, NULL);
        pp_json_real(j, "volume_mm3", r->cavity[n].volume_mm3);
        pp_json_point(j, "lowest_mm", r->cavity[n].lowest);
        pp_json_bool(j, "drained", r->cavity[n].drained);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_array(j, "drains");
    for (size_t n = 0; n < r->ndrain; n++) {
        pp_json_object(j, NULL);
        pp_json_real(j, "diameter_mm", r->drain[n].diameter_mm);
        pp_json_point(j, "outer_mm", r->drain[n].outer);
        pp_json_point(j, "inner_mm", r->drain[n].inner);
        if (r->drain[n].plug_mm > 0) {
            pp_json_real(j, "plug_mm", r->drain[n].plug_mm);
            pp_json_real(j, "plug_volume_mm3", r->drain[n].plug_volume_mm3);
        }
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_count(j, "left_solid", r->nfilled);
    pp_json_count(j, "trapped_volumes", r->ntrapped);
}
