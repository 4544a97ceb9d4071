/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.c - an open surface becomes a solid
 *
 * The union of all balls of diameter T about the surface, from a sparse
 * distance field: closed and manifold by construction, as thick as T
 * everywhere, since it holds such balls, with rims as round as they. That it
 * holds them whole, between the samples too, is keep.c's. With straight rims,
 * the facets themselves are copied to either side (extrude.c); where these
 * cross, the field is asked after all, without what lies beyond the surface's
 * end (end.c).
 */
#include "shell/grow.h"
#include "shell/end.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- sides ---- */

typedef struct {
    uint32_t facet, neighbour;
    bool agree; /* they run against each other along their edge */
} joint;

static int
by_facet(const void *a, const void *b)
{
    const joint *p = a, *q = b;

    return p->facet < q->facet ? -1 : p->facet > q->facet;
}

/* Who borders on whom over an edge that two facets share, both ways. */
static pp_status
find_joints(const pp_mesh *m, joint **list, size_t *n, pp_error *err)
{
    pp_half_edge *e = NULL;
    size_t nedge, end;

    *list = NULL;
    *n = 0;
    if (pp_mesh_half_edges(m, &e, &nedge, err) != PP_OK)
        return err->status;
    *list = pp_alloc(nedge + 1, sizeof **list);
    if (*list == NULL) {
        pp_free(e);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < nedge; i = end) {
        end = pp_half_edges_end(e, nedge, i);
        if (end - i != 2)
            continue;
        for (int k = 0; k < 2; k++)
            (*list)[(*n)++] = (joint){ e[i + (size_t)k].corner / 3,
                                       e[i + 1 - (size_t)k].corner / 3,
                                       e[i].forward != e[i + 1].forward };
    }
    qsort(*list, *n, sizeof **list, by_facet);
    pp_free(e);
    return PP_OK;
}

/*
 * Walks over the facets; *agree: they all run alike; *one_sided: there is a
 * way around after which they do not, whatever is turned over.
 */
static pp_status
look_at_sides(const pp_mesh *m, bool *agree, bool *one_sided, pp_error *err)
{
    uint8_t *seen = pp_alloc_zero(m->ntri, 1); /* 1: as it is, 2: turned */
    uint32_t *stack = pp_alloc(m->ntri + 1, sizeof *stack);
    size_t *first = pp_alloc_zero(m->ntri + 2, sizeof *first), n, top;
    joint *list = NULL;

    *agree = true;
    *one_sided = false;
    if (seen == NULL || stack == NULL || first == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (find_joints(m, &list, &n, err) != PP_OK || n == 0)
        goto done;
    assert(list != NULL);
    for (size_t i = 0; i < n; i++) {
        first[list[i].facet + 1]++;
        *agree &= list[i].agree;
    }
    for (size_t t = 0; t < m->ntri; t++)
        first[t + 1] += first[t];
    for (uint32_t t = 0; t < m->ntri; t++) {
        if (seen[t])
            continue;
        seen[t] = 1;
        stack[0] = t;
        for (top = 1; top > 0;) {
            const uint32_t f = stack[--top];

            for (size_t i = first[f]; i < first[f + 1]; i++) {
                const uint32_t g = list[i].neighbour;
                const uint8_t turn = list[i].agree ? seen[f]
                                                   : (uint8_t)(3 - seen[f]);

                if (!seen[g]) {
                    seen[g] = turn;
                    stack[top++] = g;
                }
                *one_sided |= seen[g] != turn;
            }
        }
    }
done:
    pp_free(seen);
    pp_free(stack);
    pp_free(first);
    pp_free(list);
    return err->status;
}

/* Moves the vertices along their normals, weighted by their facets' areas. */
static pp_status
move(pp_mesh *m, double by_mm, pp_error *err)
{
    pp_vec3 *normal = pp_alloc(m->nvert, sizeof *normal);

    if (normal == NULL)
        return pp_fail_memory(err);
    pp_mesh_vertex_normals(m, normal);
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] = pp_add(m->vert[v], pp_scale(normal[v], by_mm));
    pp_free(normal);
    return PP_OK;
}

/* ---- the solid ---- */

typedef struct {
    const pp_bvh *bvh;
    pp_sheet_end rim;
    double radius, h;
} sheet;

/* Beyond the rim by less than this, planes of the rim say how far; farther
 * off, the distance to balls is less, and enough. */
#define RIM_SHARE 0.5
#define RIM_SAMPLES 2

static double
to_sheet(const void *data, pp_vec3 p, double reach)
{
    const sheet *s = data;
    const double near = fmax(RIM_SHARE * s->radius, RIM_SAMPLES * s->h);
    const pp_nearest n = pp_bvh_nearest(s->bvh, p, s->radius + reach);
    const double d = n.distance - s->radius;

    return d >= near || n.facet == PP_NONE
               ? d
               : fmax(d, pp_sheet_end_beyond(&s->rim, p, &n,
                                             2 * s->radius + near));
}

static pp_status
sample(const pp_mesh *m, const sheet *s, size_t limit, pp_mesh *out,
       pp_error *err)
{
    pp_box box = pp_mesh_box(m);
    pp_bricks field = { 0 };

    box.low = pp_sub(box.low, pp_vec(s->radius, s->radius, s->radius));
    box.high = pp_add(box.high, pp_vec(s->radius, s->radius, s->radius));
    if (pp_bricks_alloc(box, s->h, &field, err) == PP_OK &&
        (s->rim.bvh == NULL
             ? pp_swell_sheet(&field, s->bvh, s->radius, NULL, limit, err)
             : pp_bricks_unite(&field, to_sheet, s, limit, err)) == PP_OK)
        (void)!pp_bricks_surface(&field, PP_BRICKS_ALL, 0, out, err);
    pp_bricks_free(&field);
    return err->status;
}

/* What edges of the solid may be off, of the thickness: a fifth of what the
 * bluntest edge would be allowed. */
#define OFF_SHARE 0.004

/* With round rims all of the solid's surface is an offset: onto that, for
 * where the sheet bends its creases would be filled, and balls do not reach
 * into what fills them. */
static pp_status
fit(pp_mesh *m, const sheet *s, bool round_float, pp_error *err)
{
    const pp_offset_wish wish = { .bvh = s->bvh,
                                  .depth_mm = s->radius + PP_KEEP_SURE_MM,
                                  .reach_mm = s->h,
                                  .enough_mm = OFF_SHARE * s->radius * 2,
                                  .round_float = round_float };
    double left;

    return pp_shell_fit_offset(m, &wish, &left, err);
}

/* At straight rims, facets that lie nearer by more than this are the rim's. */
#define KEEP_SAMPLES 0.5

static pp_status
swell(const pp_mesh *m, const pp_sheet_options *o, pp_mesh *out,
      pp_sheet_report *r, pp_error *err)
{
    const size_t limit = pp_shell_memory_limit(o->memory_limit);
    const double t = o->thick_mm;
    sheet s = { .radius = t / 2 };
    pp_bvh *bvh = NULL;

    if (pp_bvh_build(m, &bvh, err) != PP_OK ||
        (o->straight && pp_sheet_end_find(m, &s.rim, err) != PP_OK))
        goto done;
    s.bvh = bvh;
    s.h = o->resolution_mm > 0 ? o->resolution_mm : t / 10;
    for (;; s.h *= PP_SHELL_COARSER) {
        pp_error why = { 0 };

        r->resolution_mm = s.h;
        if (sample(m, &s, limit, out, &why) == PP_OK) {
            const pp_keep_away keep = {
                bvh, s.radius, s.rim.bvh != NULL ? KEEP_SAMPLES * s.h : 0,
                s.h, NULL, o->round_float
            };

            if (s.rim.bvh != NULL || fit(out, &s, o->round_float, err) == PP_OK)
                (void)!pp_shell_keep_away(out, &keep, err);
            break;
        }
        if (why.status != PP_ELIMIT || s.h > t / 2) {
            *err = why;
            break;
        }
    }
done:
    pp_sheet_end_free(&s.rim);
    pp_bvh_free(bvh);
    return err->status;
}

/* The facets themselves to either side, if what comes of it is clean and
 * stands upright. */
static pp_status
extrude(const pp_mesh *m, const pp_sheet_options *o, pp_mesh *out, bool *good,
        pp_error *err)
{
    /* files hold floats: a little more stays enough */
    const double t = o->thick_mm * (1 + 1e-6);
    const double before = o->side == PP_SHEET_BOTH     ? t / 2
                          : o->side == PP_SHEET_BEFORE ? t : 0;
    pp_report report = { 0 };

    *good = false;
    if (pp_sheet_extrude(m, before, t - before, out, err) != PP_OK ||
        out->ntri == 0)
        return err->status;
    if (o->round_float)
        pp_mesh_round_float(out);
    if (pp_check(out, NULL, &report, err) == PP_OK)
        *good = pp_report_ndefect(&report) == 0 && report.volume_mm3 > 0;
    pp_report_free(&report);
    if (!*good)
        pp_mesh_free(out);
    return err->status;
}

static pp_status
count_parts(const pp_mesh *m, size_t *n, pp_error *err)
{
    uint32_t *part, count;

    if (pp_mesh_parts(m, &part, &count, err) != PP_OK)
        return err->status;
    pp_free(part);
    *n = count;
    return PP_OK;
}

static pp_status
describe(const pp_mesh *m, const pp_mesh *out, pp_sheet_report *r,
         pp_error *err)
{
    pp_report report = { 0 };

    for (size_t t = 0; t < m->ntri; t++)
        r->area_mm2 += pp_norm(pp_cross(
                           pp_sub(m->vert[m->tri[t][1]], m->vert[m->tri[t][0]]),
                           pp_sub(m->vert[m->tri[t][2]],
                                  m->vert[m->tri[t][0]]))) / 2;
    if (count_parts(m, &r->nsheet, err) != PP_OK ||
        pp_check(out, NULL, &report, err) != PP_OK)
        return err->status;
    r->volume_mm3 = report.volume_mm3;
    r->npart = pp_report_nsolid(&report);
    r->ncavity = report.nshell - r->npart;
    if (pp_report_ndefect(&report) > 0) {
        char text[200];

        pp_report_summary(&report, text, sizeof text);
        pp_fail(err, PP_EGEOM, "the solid is not clean as it would be stored: "
                "%s", text);
    }
    pp_report_free(&report);
    return err->status;
}

pp_status
pp_shell_sheet(const pp_mesh *m, const pp_sheet_options *o, pp_mesh *out,
               pp_sheet_report *r, pp_error *err)
{
    bool agree, one_sided, clean;

    memset(out, 0, sizeof *out);
    memset(r, 0, sizeof *r);
    if (m->ntri == 0 || !(o->thick_mm > 0))
        return pp_fail(err, PP_EGEOM, "no surface, or no thickness");
    if (look_at_sides(m, &agree, &one_sided, err) != PP_OK)
        return err->status;
    if (one_sided)
        return pp_fail(err, PP_EGEOM, "a surface with one side only, as a "
                       "Moebius strip: it cannot be told where its solid "
                       "would be before it and where behind");
    if (o->side != PP_SHEET_BOTH && !agree)
        return pp_fail(err, PP_EGEOM, "facets disagree about the side; "
                       "meshfix first");
    if (o->straight && agree &&
        extrude(m, o, out, &r->own_facets, err) != PP_OK)
        return err->status;
    if (pp_mesh_copy(m, &r->middle, err) != PP_OK ||
        (o->side != PP_SHEET_BOTH &&
         move(&r->middle, o->side == PP_SHEET_BEFORE ? o->thick_mm / 2
                                                     : -o->thick_mm / 2,
              err) != PP_OK) ||
        (!r->own_facets &&
         (swell(&r->middle, o, out, r, err) != PP_OK ||
          pp_shell_settle(out, o->round_float, &clean, err) != PP_OK)))
        goto done;
    (void)!describe(m, out, r, err);
done:
    if (err->status != PP_OK) {
        pp_mesh_free(out);
        pp_sheet_report_free(r);
    }
    return err->status;
}

void
pp_sheet_report_free(pp_sheet_report *r)
{
    pp_mesh_free(&r->middle);
    memset(r, 0, sizeof *r);
}

void
pp_sheet_report_print(const pp_sheet_report *r, FILE *out)
{
    fprintf(out, "sheet: %.6g mm2 in %zu pieces became %.6g mm3 in %zu, ",
            r->area_mm2, r->nsheet, r->volume_mm3, r->npart);
    if (r->own_facets)
        fputs("its facets on either side\n", out);
    else
        fprintf(out, "field of %.4g mm\n", r->resolution_mm);
    if (r->ncavity > 0)
        fprintf(out, "it closed around %zu cavities\n", r->ncavity);
}

void
pp_sheet_report_json(const pp_sheet_report *r, pp_json *j)
{
    pp_json_real(j, "area_mm2", r->area_mm2);
    pp_json_real(j, "volume_mm3", r->volume_mm3);
    if (!r->own_facets)
        pp_json_real(j, "resolution_mm", r->resolution_mm);
    pp_json_count(j, "pieces_before", r->nsheet);
    pp_json_count(j, "parts", r->npart);
    pp_json_count(j, "cavities", r->ncavity);
}
