/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * budget.c - the error of digital editing, step by step
 *
 * Between the segmentation and the print lie smoothing, repair, shelling,
 * decimation and the rounding to a file. Reviews of printed anatomy know
 * numbers for the segmentation and for the print, and none for what lies
 * between (Schulze 2024). Each step is the later mesh against the earlier.
 */
#include "measure/budget.h"

#include <math.h>
#include <string.h>

pp_status
pp_measure_step(const pp_mesh *before, const pp_mesh *after, double spacing_mm,
                double bound_mm, pp_budget_step *step, pp_error *err)
{
    pp_body a, b;
    pp_hausdorff there, back;

    if (pp_measure_body(before, &a, err) != PP_OK ||
        pp_measure_body(after, &b, err) != PP_OK ||
        pp_measure_mesh_to_mesh(after, before, spacing_mm, &step->moved, err) !=
            PP_OK ||
        pp_measure_hausdorff(after, before, bound_mm, &there, err) != PP_OK ||
        pp_measure_hausdorff(before, after, bound_mm, &back, err) != PP_OK)
        return err->status;
    step->hausdorff_mm = fmax(there.mm, back.mm);
    step->hausdorff_bound_mm = bound_mm;
    step->has_volume = a.closed && b.closed;
    step->volume_change_mm3 =
        step->has_volume ? b.volume_mm3 - a.volume_mm3 : 0;
    step->area_change_mm2 = b.area_mm2 - a.area_mm2;
    return PP_OK;
}

/* Half of what lies between the float nearest to x and the next larger one. */
static double
half_ulp(double x)
{
    const float f = fabsf((float)x);

    return ((double)nextafterf(f, HUGE_VALF) - (double)f) / 2;
}

double
pp_measure_rounding(const pp_mesh *m)
{
    double largest = 0;

    for (size_t v = 0; v < m->nvert; v++) {
        const pp_vec3 p = m->vert[v];

        if ((double)(float)p.x != p.x || (double)(float)p.y != p.y ||
            (double)(float)p.z != p.z)
            return 0;
        largest =
            fmax(largest,
                 pp_norm(pp_vec(half_ulp(p.x), half_ulp(p.y), half_ulp(p.z))));
    }
    return largest;
}

void
pp_budget_print_head(FILE *out)
{
    fprintf(out, "\n%-22s %10s %10s %10s %12s\n", "step", "mean, mm", "p95, mm",
            "max, mm", "volume, mm3");
}

void
pp_budget_print_line(const char *name, const pp_deviation *d, double max_mm,
                     double volume_mm3, FILE *out)
{
    fprintf(out, "%-22s %+10.4f %10.4f %10.4f ", name, d->mean_mm, d->p95_mm,
            max_mm);
    if (isfinite(volume_mm3))
        fprintf(out, "%+12.3f\n", volume_mm3);
    else
        fprintf(out, "%12s\n", "-");
}

void
pp_budget_print(const pp_budget_step *step, size_t n, FILE *out)
{
    for (size_t i = 0; i < n; i++)
        pp_budget_print_line(
            step[i].name, &step[i].moved, step[i].hausdorff_mm,
            step[i].has_volume ? step[i].volume_change_mm3 : NAN, out);
}

void
pp_budget_json(const pp_budget_step *step, size_t n, pp_json *j)
{
    for (size_t i = 0; i < n; i++) {
        const pp_budget_step *s = &step[i];

        pp_json_object(j, NULL);
        pp_json_string(j, "step", s->name);
        pp_json_real(j, "mean_mm", s->moved.mean_mm);
        pp_json_real(j, "abs_mean_mm", s->moved.abs_mean_mm);
        pp_json_real(j, "rms_mm", s->moved.rms_mm);
        pp_json_real(j, "p95_mm", s->moved.p95_mm);
        pp_json_real(j, "hausdorff_mm", s->hausdorff_mm);
        pp_json_real(j, "hausdorff_bound_mm", s->hausdorff_bound_mm);
        pp_json_point(j, "worst_mm", s->moved.worst);
        pp_json_real(j, "volume_change_mm3",
                     s->has_volume ? s->volume_change_mm3 : NAN);
        pp_json_real(j, "area_change_mm2", s->area_change_mm2);
        pp_json_end(j);
    }
}
