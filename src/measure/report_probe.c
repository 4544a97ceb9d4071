/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_probe.c - angles, paths, fits and walls: rows of the table, and JSON
 */
#include "measure/report_parts.h"

static void
print_fit(const pp_probe *p, FILE *out)
{
    const pp_fit *f = &p->fit;

    if (!p->there)
        pp_report_row(out, "fit", "%s: no %s around this place (%zu vertices)",
                      p->name, pp_fit_name(p->shape), p->nvertex);
    else if (p->shape == PP_FIT_PLANE)
        pp_report_row(out, "fit",
                      "%s: plane, normal %.4f %.4f %.4f; rms %.4f, largest "
                      "%.4f mm of %zu vertices", p->name, f->axis.x,
                      f->axis.y, f->axis.z, f->rms_mm, f->max_mm, p->nvertex);
    else
        pp_report_row(out, "fit",
                      "%s: %s, diameter %.3f mm; rms %.4f, largest %.4f mm of "
                      "%zu vertices", p->name, pp_fit_name(p->shape),
                      2 * f->radius_mm, f->rms_mm, f->max_mm, p->nvertex);
}

static void
print_probe(const pp_probe *p, FILE *out)
{
    switch (p->kind) {
    case PP_PROBE_ANGLE:
        pp_report_row(out, "angle",
                      "%s: %.3f deg as given; %.3f deg between the nearest "
                      "points of the mesh (%.3f mm off at the most)", p->name,
                      p->given, p->value, p->off_mesh_mm);
        break;
    case PP_PROBE_PATH:
        if (p->there)
            pp_report_row(out, "path",
                          "%s: %.3f mm along the surface, %.3f mm straight "
                          "(%.3f mm off at the most)%s", p->name, p->value,
                          p->given, p->off_mesh_mm,
                          p->low < p->value * (1 - 1e-8)
                              ? "; a shorter one may exist"
                              : "");
        else
            pp_report_row(out, "path", "%s: none between two parts", p->name);
        break;
    case PP_PROBE_FIT:
        print_fit(p, out);
        break;
    case PP_PROBE_WALL:
        if (p->there)
            pp_report_row(out, "wall", "%s: %.3f mm (%.3f mm off)", p->name,
                          p->value, p->off_mesh_mm);
        else
            pp_report_row(out, "wall", "%s: none: nothing lies opposite",
                          p->name);
        break;
    }
}

void
pp_report_probes(const pp_probe *p, size_t n, FILE *out)
{
    for (size_t i = 0; i < n; i++)
        print_probe(&p[i], out);
}

/* ---- JSON ---- */

static void
fit_json(const pp_probe *p, pp_json *j)
{
    const pp_fit *f = &p->fit;

    pp_json_string(j, "shape", pp_fit_name(p->shape));
    pp_json_real(j, "reach_mm", p->reach_mm);
    pp_json_count(j, "vertices", p->nvertex);
    if (!p->there) {
        pp_json_null(j, "rms_mm");
        return;
    }
    pp_json_point(j, "centre_mm", f->centre);
    if (p->shape != PP_FIT_SPHERE)
        pp_json_point(j, "axis", f->axis);
    if (p->shape != PP_FIT_PLANE)
        pp_json_real(j, "diameter_mm", 2 * f->radius_mm);
    pp_json_real(j, "rms_mm", f->rms_mm);
    pp_json_real(j, "max_mm", f->max_mm);
}

static void
probe_json(const pp_probe *p, pp_json *j)
{
    const double value = p->there ? p->value : NAN; /* null */

    pp_json_object(j, NULL);
    pp_json_string(j, "name", p->name);
    pp_json_array(j, "points_mm");
    for (int i = 0; i < p->npoint; i++)
        pp_json_point(j, NULL, p->at[i]);
    pp_json_end(j);
    pp_json_array(j, "mesh_points_mm");
    for (int i = 0; i < p->npoint; i++)
        pp_json_point(j, NULL, p->on_mesh[i]);
    pp_json_end(j);
    pp_json_real(j, "off_mesh_mm", p->off_mesh_mm);
    switch (p->kind) {
    case PP_PROBE_ANGLE:
        pp_json_real(j, "given_deg", p->given);
        pp_json_real(j, "mesh_deg", value);
        break;
    case PP_PROBE_PATH:
        pp_json_real(j, "straight_mm", p->given);
        pp_json_real(j, "path_mm", value);
        pp_json_real(j, "path_low_mm", p->there ? p->low : NAN);
        break;
    case PP_PROBE_FIT:
        fit_json(p, j);
        break;
    case PP_PROBE_WALL:
        pp_json_real(j, "wall_mm", value);
        if (p->there)
            pp_json_point(j, "other_side_mm", p->other);
        break;
    }
    pp_json_end(j);
}

void
pp_report_probes_json(const pp_probe *p, size_t n, pp_json *j)
{
    static const char *const key[] = { "angles", "paths", "fits", "walls" };

    for (int kind = 0; kind < 4; kind++) {
        pp_json_array(j, key[kind]);
        for (size_t i = 0; i < n; i++)
            if ((int)p[i].kind == kind)
                probe_json(&p[i], j);
        pp_json_end(j);
    }
}
