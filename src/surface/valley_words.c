/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_words.c - a field and what came out of it, for people and as JSON
 */
#include "surface/valley.h"

#include <stdio.h>

static const char *const kind_name[] = { "rim", "border", "torn" };
static const char *const place_name[PP_NPLACE] = { "pinholes", "junctions",
                                                   "left_out", "dropped" };
static const char *const place_text[PP_NPLACE][2] = {
    { "pinhole closed", "mm wide" },
    { "sheets meet and were split", "mm long" },
    { "left out", "voxels that lie on a surface" },
    { "small piece dropped", "mm2" },
};

void
pp_field_check_print(const pp_field_check *c, FILE *out)
{
    fprintf(out, "field: %s distances in %s%s, %.6g to %.6g; voxel %.4g mm\n",
            c->is_signed ? "signed" : "unsigned",
            c->unit == PP_LENGTH_MM ? "mm" : "voxels",
            c->guessed ? " (by their gradient)" : "", c->low, c->high,
            c->voxel_mm);
    fprintf(out, "field: gradient %.3f (median; 70 in 100 are below %.3f), "
            "noise %.3f voxel, cut at %.4g voxels\n", c->gradient, c->steepest,
            c->noise, c->reach);
    if (c->floor > 0)
        fprintf(out, "field: all of it is too large by %.3f voxel, which was "
                "taken off\n", c->floor);
    if (!c->is_signed && (c->nnegative > 0 || c->nbelow > 0))
        fprintf(out, "field: %zu voxels are below zero, %zu of them by a voxel "
                "or more\n", c->nnegative, c->nbelow);
}

void
pp_field_check_json(const pp_field_check *c, pp_json *j)
{
    pp_json_string(j, "unit", c->unit == PP_LENGTH_MM ? "mm" : "voxel");
    pp_json_bool(j, "unit_guessed", c->guessed);
    pp_json_bool(j, "signed", c->is_signed);
    pp_json_real(j, "voxel_mm", c->voxel_mm);
    pp_json_real(j, "low", c->low);
    pp_json_real(j, "high", c->high);
    pp_json_real(j, "gradient", c->gradient);
    pp_json_real(j, "gradient_70", c->steepest);
    pp_json_real(j, "noise_voxels", c->noise);
    pp_json_real(j, "floor_voxels", c->floor);
    pp_json_real(j, "reach_voxels", c->reach);
    pp_json_count(j, "near", c->nnear);
    pp_json_count(j, "negative", c->nnegative);
    pp_json_count(j, "below_one_voxel", c->nbelow);
}

void
pp_valley_report_print(const pp_valley_report *r, FILE *out)
{
    fprintf(out, "surface: %.6g mm2 in %zu pieces, on %zu fits; the field "
            "there is %.3f voxel (median), %.3f (99 in 100)\n", r->area_mm2,
            r->npiece, r->nsurfel, r->floor, r->floor_p99);
    for (size_t n = 0; n < r->nopening; n++) {
        const pp_opening *o = &r->opening[n];

        fprintf(out, "opening: %s, %.4g mm long, about %.5g,%.5g,%.5g",
                kind_name[o->kind], o->length_mm, o->place.x, o->place.y,
                o->place.z);
        if (o->torn_mm > 0)
            fprintf(out, ", %.3g mm torn", o->torn_mm);
        fprintf(out, "\n");
    }
    for (size_t n = 0; n < r->nplace; n++) {
        const pp_valley_place *p = &r->place[n];

        fprintf(out, "%s: %.4g %s, at %.5g,%.5g,%.5g\n",
                place_text[p->kind][0], p->size, place_text[p->kind][1],
                p->place.x, p->place.y, p->place.z);
    }
}

void
pp_valley_report_json(const pp_valley_report *r, pp_json *j)
{
    pp_json_real(j, "area_mm2", r->area_mm2);
    pp_json_count(j, "pieces", r->npiece);
    pp_json_count(j, "fits", r->nsurfel);
    pp_json_real(j, "floor_voxels", r->floor);
    pp_json_real(j, "floor_p99_voxels", r->floor_p99);
    pp_json_array(j, "openings");
    for (size_t n = 0; n < r->nopening; n++) {
        const pp_opening *o = &r->opening[n];

        pp_json_object(j, NULL);
        pp_json_string(j, "kind", kind_name[o->kind]);
        pp_json_real(j, "length_mm", o->length_mm);
        pp_json_real(j, "border_mm", o->border_mm);
        pp_json_real(j, "junction_mm", o->junction_mm);
        pp_json_real(j, "torn_mm", o->torn_mm);
        pp_json_count(j, "edges", o->nedge);
        pp_json_point(j, "place", o->place);
        pp_json_end(j);
    }
    pp_json_end(j);
    for (int k = 0; k < PP_NPLACE; k++) {
        pp_json_array(j, place_name[k]);
        for (size_t n = 0; n < r->nplace; n++)
            if (r->place[n].kind == (pp_place_kind)k) {
                pp_json_object(j, NULL);
                pp_json_real(j, "size", r->place[n].size);
                pp_json_point(j, "place", r->place[n].place);
                pp_json_end(j);
            }
        pp_json_end(j);
    }
}
