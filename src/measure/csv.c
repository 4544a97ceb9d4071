/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * csv.c - measures as comma separated values (RFC 4180)
 *
 * A line a number: what, of which, value, unit, and the uncertainty (k = 2)
 * where there is one. Lines end with CR LF, as the standard says.
 */
#include "measure/report.h"

#include "base/text.h"

/* The writer keeps the first failure. */
typedef struct {
    pp_bytes *out;
    pp_error *err;
} csv;

/* Quoted; a quote is doubled. What a spreadsheet would take for a formula
 * gets an apostrophe in front. */
static void
put_name(csv *c, const char *name)
{
    char text[2 * PP_CALIPER_NAME + 8];
    size_t n = 0;

    text[n++] = '"';
    if (*name == '=' || *name == '+' || *name == '-' || *name == '@')
        text[n++] = '\'';
    for (; *name != '\0' && n + 3 < sizeof text; name++) {
        if (*name == '"')
            text[n++] = '"';
        text[n++] = (unsigned char)*name < 0x20 ? ' ' : *name;
    }
    text[n++] = '"';
    if (c->err->status == PP_OK)
        (void)!pp_bytes_append(c->out, text, n, c->err);
}

static void
put(csv *c, const char *quantity, const char *of, double value,
    const char *unit, double uncertainty)
{
    char number[PP_NUMBER_SIZE], more[PP_NUMBER_SIZE] = "";

    if (!isfinite(value) || c->err->status != PP_OK)
        return;
    if (isfinite(uncertainty))
        pp_text_from_double(uncertainty, more);
    if (pp_bytes_printf(c->out, c->err, "%s,", quantity) != PP_OK)
        return;
    put_name(c, of);
    if (c->err->status == PP_OK)
        (void)!pp_bytes_printf(c->out, c->err, ",%s,%s,%s\r\n",
                               pp_text_from_double(value, number), unit,
                               more);
}

static void
put_deviation(csv *c, const char *of, const pp_deviation *d)
{
    put(c, "mean deviation", of, d->mean_mm, "mm", NAN);
    put(c, "rms deviation", of, d->rms_mm, "mm", NAN);
    put(c, "p95 deviation", of, d->p95_mm, "mm", NAN);
    put(c, "p99 deviation", of, d->p99_mm, "mm", NAN);
    put(c, "largest deviation", of, d->max_mm, "mm", NAN);
}

static void
put_body(csv *c, const pp_measures *r)
{
    static const char *const side[] = { "long", "middle", "short" };
    const pp_body *b = &r->body;

    put(c, "facets", "mesh", (double)b->nfacet, "1", NAN);
    put(c, "parts", "mesh", (double)b->npart, "1", NAN);
    if (b->closed)
        put(c, "volume", "mesh", b->volume_mm3, "mm3", NAN);
    put(c, "area", "mesh", b->area_mm2, "mm2", NAN);
    put(c, "longest diameter", "mesh", b->diameter_mm, "mm", NAN);
    for (int k = 0; k < 3; k++)
        put(c, "oriented box side", side[k], r->oriented.side_mm[k], "mm",
            NAN);
}

static void
put_calipers(csv *c, const pp_measures *r)
{
    for (size_t i = 0; i < r->ncaliper; i++) {
        const pp_caliper *k = &r->caliper[i];

        put(c, "caliper as given", k->name, k->given_mm, "mm", NAN);
        put(c, "caliper on mesh", k->name, k->mesh_mm, "mm", NAN);
        if (r->has_grey && r->grey_caliper[i].how != PP_GREY_NONE)
            put(c, "caliper in image", k->name, r->grey_caliper[i].mm, "mm",
                r->grey_caliper[i].uncertainty_mm);
    }
}

static void
put_sections(csv *c, const pp_measures *r)
{
    for (size_t i = 0; i < r->nsection; i++) {
        const pp_section *s = &r->section[i];
        const pp_contour *k = s->contour;

        put(c, "section area", s->name, s->area_mm2, "mm2", NAN);
        put(c, "section perimeter", s->name, s->perimeter_mm, "mm", NAN);
        if (s->ncontour == 0)
            continue;
        put(c, "contour area", s->name, fabs(k->area_mm2), "mm2", NAN);
        put(c, "contour Feret min", s->name, k->feret_min_mm, "mm", NAN);
        put(c, "contour Feret max", s->name, k->feret_max_mm, "mm", NAN);
        put(c, "contour circle within", s->name, k->within_mm, "mm", NAN);
        put(c, "contour circle around", s->name, k->around_mm, "mm", NAN);
    }
}

static void
put_probe(csv *c, const pp_probe *p)
{
    const bool flat = p->kind == PP_PROBE_FIT && p->shape == PP_FIT_PLANE;

    if (!p->there)
        return;
    if (p->kind == PP_PROBE_ANGLE)
        put(c, "angle on mesh", p->name, p->value, "deg", NAN);
    else if (p->kind == PP_PROBE_PATH)
        put(c, "path along surface", p->name, p->value, "mm", NAN);
    else if (p->kind == PP_PROBE_WALL)
        put(c, "wall", p->name, p->value, "mm", NAN);
    else if (!flat)
        put(c, p->shape == PP_FIT_SPHERE ? "sphere diameter"
                                         : "cylinder diameter",
            p->name, 2 * p->fit.radius_mm, "mm", NAN);
    if (p->kind == PP_PROBE_FIT)
        put(c, "rms of fit", p->name, p->fit.rms_mm, "mm", NAN);
}

static void
put_step(csv *c, const pp_budget_step *s)
{
    put_deviation(c, s->name, &s->moved);
    put(c, "Hausdorff distance", s->name, s->hausdorff_mm, "mm", NAN);
    if (s->has_volume)
        put(c, "volume change", s->name, s->volume_change_mm3, "mm3", NAN);
}

pp_status
pp_measures_csv(const pp_measures *r, pp_bytes *out, pp_error *err)
{
    csv c = { out, err };

    if (pp_bytes_printf(out, err, "quantity,of,value,unit,"
                        "uncertainty_k2\r\n") != PP_OK)
        return err->status;
    put_body(&c, r);
    put_calipers(&c, r);
    put_sections(&c, r);
    for (size_t i = 0; i < r->nprobe; i++)
        put_probe(&c, &r->probe[i]);
    if (r->mask.there) {
        put_deviation(&c, "mesh to mask", &r->mask.to);
        put_deviation(&c, "mask to mesh", &r->mask.from);
        put(&c, "HD95", "mask", r->mask.hd95_mm, "mm", NAN);
        put(&c, "ASSD", "mask", r->mask.assd_mm, "mm", NAN);
        if (r->body.closed)
            put(&c, "Dice", "mask", r->overlap.dice, "1", NAN);
    }
    if (r->other.there) {
        put_deviation(&c, "mesh to other", &r->other.to);
        put_deviation(&c, "other to mesh", &r->other.from);
        put(&c, "HD95", "other", r->other.hd95_mm, "mm", NAN);
        put(&c, "ASSD", "other", r->other.assd_mm, "mm", NAN);
        put(&c, "Hausdorff distance", "other",
            fmax(r->to_other.mm, r->from_other.mm), "mm", NAN);
    }
    if (r->has_grey) {
        put(&c, "bias", "mesh to grey edge", r->grey.half.mean_mm, "mm",
            r->grey.uncertainty_mm);
        put_deviation(&c, "mesh to grey edge", &r->grey.half);
        put(&c, "supported area", "mesh to grey edge", r->grey.supported,
            "1", NAN);
    }
    for (size_t i = 0; i < r->nstep; i++)
        put_step(&c, &r->step[i]);
    if (r->nstep > 0)
        put_step(&c, &r->total);
    return err->status;
}
