/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_table.c - measures on one screen, for people
 */
#include "measure/report.h"
#include "measure/report_parts.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void
pp_report_row(FILE *out, const char *name, const char *format, ...)
{
    va_list args;

    fprintf(out, "%-22s", name);
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    fputc('\n', out);
}

static void
print_body(const pp_body *b, FILE *out)
{
    const pp_vec3 size = pp_box_size(b->box);

    pp_report_row(out, "facets, vertices", "%zu, %zu", b->nfacet, b->nvert);
    pp_report_row(out, "parts", "%zu", b->npart);
    if (b->closed)
        pp_report_row(out, "volume", "%.3f mm3", b->volume_mm3);
    else
        pp_report_row(out, "volume",
                      "none: %zu edges are open or run the wrong way",
                      b->nunbalanced);
    pp_report_row(out, "area", "%.3f mm2", b->area_mm2);
    if (b->has_centroid)
        pp_report_row(out, "centroid", "%.3f %.3f %.3f mm", b->centroid.x,
                      b->centroid.y, b->centroid.z);
    pp_report_row(out, "extents", "%.3f %.3f %.3f mm", size.x, size.y, size.z);
    pp_report_row(out, "box", "%.3f %.3f %.3f to %.3f %.3f %.3f mm",
                  b->box.low.x, b->box.low.y, b->box.low.z, b->box.high.x,
                  b->box.high.y, b->box.high.z);
    pp_report_row(out, "longest diameter",
                  "%.3f mm, %.3f %.3f %.3f to %.3f %.3f %.3f", b->diameter_mm,
                  b->diameter_end[0].x, b->diameter_end[0].y,
                  b->diameter_end[0].z, b->diameter_end[1].x,
                  b->diameter_end[1].y, b->diameter_end[1].z);
}

static void
print_components(const pp_measures *r, FILE *out)
{
    const size_t shown = r->ncomponent < 3 ? r->ncomponent : 3;

    for (size_t i = 0; i < shown && r->ncomponent > 1; i++) {
        const pp_component *c = &r->component[i];
        const pp_vec3 size = pp_box_size(c->box);
        char volume[48] = "open";

        if (c->closed)
            snprintf(volume, sizeof volume, "%.3f mm3", c->volume_mm3);
        pp_report_row(out, i == 0 ? "largest parts" : "",
                      "%s, %.3f mm2, %.3f x %.3f x %.3f mm", volume,
                      c->area_mm2, size.x, size.y, size.z);
    }
}

static void
print_axes(const pp_measures *r, FILE *out)
{
    const pp_oriented_box *b = &r->oriented;
    const pp_vec3 *a = r->inertia.axis;

    pp_report_row(out, "oriented box", "%.3f x %.3f x %.3f mm", b->side_mm[0],
                  b->side_mm[1], b->side_mm[2]);
    if (r->has_axes)
        pp_report_row(out, "long axis", "%.4f %.4f %.4f", a[0].x, a[0].y,
                      a[0].z);
}

static void
print_sections(const pp_measures *r, FILE *out)
{
    for (size_t i = 0; i < r->nsection; i++) {
        const pp_section *s = &r->section[i];

        pp_report_row(out, "section",
                      "%s: %zu contours, %.3f mm2, %.3f mm around%s", s->name,
                      s->ncontour, s->area_mm2, s->perimeter_mm,
                      s->nopen > 0 ? "; open runs left out" : "");
        if (s->ncontour > 0)
            pp_report_row(out, "  nearest contour",
                          "%.3f mm2%s; Feret %.3f to %.3f; circle within "
                          "%.3f, around %.3f mm",
                          fabs(s->contour->area_mm2),
                          s->contour->area_mm2 < 0 ? " (a hole)" : "",
                          s->contour->feret_min_mm, s->contour->feret_max_mm,
                          s->contour->within_mm, s->contour->around_mm);
    }
}

static void
print_calipers(const pp_measures *r, FILE *out)
{
    for (size_t i = 0; i < r->ncaliper; i++) {
        const pp_caliper *c = &r->caliper[i];
        const double off = fmax(c->off_mesh_mm[0], c->off_mesh_mm[1]);

        pp_report_row(out, "caliper",
                      "%s: %.3f mm as given; %.3f mm between the nearest "
                      "points of the mesh (%.3f mm off at the most)",
                      c->name, c->given_mm, c->mesh_mm, off);
        if (r->has_grey)
            pp_report_grey_caliper(&r->grey_caliper[i], out);
    }
}

void
pp_report_deviation(const char *name, const pp_deviation *d, FILE *out)
{
    pp_report_row(out, name,
                  "mean %+.4f, |mean| %.4f, rms %.4f, p95 %.4f, p99 %.4f, "
                  "max %.4f mm",
                  d->mean_mm, d->abs_mean_mm, d->rms_mm, d->p95_mm, d->p99_mm,
                  d->max_mm);
    pp_report_row(out, "  worst", "at %.3f %.3f %.3f", d->worst.x, d->worst.y,
                  d->worst.z);
}

static void
print_both_ways(const pp_comparison *c, FILE *out)
{
    pp_report_row(out, "both ways", "HD95 %.4f, mean (ASSD) %.4f mm",
                  c->hd95_mm, c->assd_mm);
}

/* Voxels that changed side, and the worst places. */
static void
print_places(const pp_overlap *o, FILE *out)
{
    if (o->nplace == 0)
        return;
    pp_report_row(out, "voxels changed",
                  "%zu added, %zu lost, in %zu places", o->nmesh - o->nboth,
                  o->nmask - o->nboth, o->nplace);
    for (size_t i = 0; i < o->nplace && i < 3; i++) {
        const pp_changed_place *p = &o->place[i];

        pp_report_row(out, i == 0 ? "  largest" : "",
                      "%zu %s at %.3f %.3f %.3f", p->nvoxel,
                      p->added ? "added" : "lost", p->centre.x, p->centre.y,
                      p->centre.z);
    }
}

static void
print_mask(const pp_measures *r, FILE *out)
{
    const pp_overlap *o = &r->overlap;

    pp_report_deviation("mesh to mask", &r->mask.to, out);
    pp_report_deviation("mask to mesh", &r->mask.from, out);
    print_both_ways(&r->mask, out);
    if (!r->body.closed) {
        pp_report_row(out, "overlap", "none: the mesh encloses no volume");
        return;
    }
    pp_report_row(out, "Dice",
                  "%.6f (%zu voxels in the mask, %zu in the mesh, %zu in "
                  "both)",
                  o->dice, o->nmask, o->nmesh, o->nboth);
    print_places(o, out);
    pp_report_row(out, "volume difference", "%+.3f mm3 (%+.3f %%)",
                  o->volume_difference_mm3,
                  100 * o->volume_difference_mm3 / r->mask_volume_mm3);
}

static void
print_registration(const pp_registration *r, FILE *out)
{
    pp_report_row(out, "laid onto this mesh",
                  "the other turned by %.4f deg, moved by %.4f mm%s; rms "
                  "%.4f before, %.4f mm after (%.4f of the nearest %g %%)",
                  r->angle_deg, r->shift_mm,
                  r->settled ? "" : " (did not come to rest)",
                  r->rms_before_mm, r->rms_after_mm, r->rms_kept_mm,
                  100 * r->kept);
}

/* Whoever says it, in brackets: nobody measured it here. */
static void
print_told(const pp_told_step *s, FILE *out)
{
    char cell[2][32] = { "-", "-" };

    if (!isnan(s->max_mm))
        snprintf(cell[0], sizeof cell[0], "%.4f", s->max_mm);
    if (!isnan(s->volume_mm3))
        snprintf(cell[1], sizeof cell[1], "%+.3f", s->volume_mm3);
    fprintf(out, "(%s says)%*s %10s %10s %10s %12s\n", s->name,
            (int)(strlen(s->name) < 15 ? 15 - strlen(s->name) : 0), "", "-",
            "-", cell[0], cell[1]);
}

/* The digital editing error: each step, all together, and what it is held
 * against. */
static void
print_budget(const pp_measures *r, FILE *out)
{
    const pp_budget_step *all = &r->total;

    pp_budget_print_head(out);
    pp_budget_print(r->step, r->nstep, out);
    for (size_t i = 0; i < r->ntold; i++)
        print_told(&r->told[i], out);
    if (r->rounding_mm > 0)
        fprintf(out, "%-22s %10s %10s %10.4f %12s\n", "rounding, at most",
                "-", "-", r->rounding_mm, "-");
    pp_budget_print_line(all->name, &all->moved, all->hausdorff_mm,
                         all->has_volume ? all->volume_change_mm3 : NAN, out);
    if (r->mask.there)
        pp_budget_print_line(
            "against the mask", &r->mask.to,
            fmax(r->mask.to.max_mm, r->mask.from.max_mm),
            r->body.closed ? r->overlap.volume_difference_mm3 : NAN, out);
    if (r->has_grey)
        pp_budget_print_line("against grey edges", &r->grey.half,
                             r->grey.half.max_mm, NAN, out);
}

static void
print_verdict(const pp_measures *r, FILE *out)
{
    const char *name = pp_verdict_name(pp_measures_verdict(r));
    char reason[PP_CALIPER_NAME + 32];

    pp_measures_reason(r, reason, sizeof reason);
    pp_report_row(out, "verdict", "%s: tolerance %g mm%s%s", name,
                  r->tolerance_mm, reason[0] != '\0' ? ", " : "", reason);
}

void
pp_measures_print(const pp_measures *r, FILE *out)
{
    print_body(&r->body, out);
    print_components(r, out);
    print_axes(r, out);
    print_calipers(r, out);
    print_sections(r, out);
    pp_report_probes(r->probe, r->nprobe, out);
    if (r->mask.there)
        print_mask(r, out);
    if (r->has_registration)
        print_registration(&r->registration, out);
    if (r->other.there) {
        pp_report_deviation("mesh to other", &r->other.to, out);
        pp_report_deviation("other to mesh", &r->other.from, out);
        print_both_ways(&r->other, out);
        pp_report_row(out, "Hausdorff distance",
                      "%.4f mm (there %.4f, back %.4f; to %g mm)",
                      fmax(r->to_other.mm, r->from_other.mm), r->to_other.mm,
                      r->from_other.mm, r->hausdorff_bound_mm);
        if (r->body.closed && isfinite(r->other_volume_mm3))
            pp_report_row(out, "volume difference", "%+.3f mm3",
                          r->body.volume_mm3 - r->other_volume_mm3);
    }
    if (r->has_grey)
        pp_report_grey(&r->grey, out);
    if (r->nstep > 0)
        print_budget(r, out);
    if (r->tolerance_mm > 0)
        print_verdict(r, out);
}
