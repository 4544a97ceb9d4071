/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl_all_words.c - what was done to all labels, for people and programs
 */
#include "mask2stl_all.h"

#include <string.h>

static void
say_part(const m2s_part *p)
{
    const pp_label_size *s = &all.made.size[p->label];
    char text[200];

    if (p->nchanged > 0)
        cli_say("label %lu: %zu voxels differ from the mask: %zu added, %zu "
                "lost", (unsigned long)p->segment->number, p->nchanged,
                p->nadded, p->nchanged - p->nadded);
    if (!asked.no_verify && pp_report_ndefect(&p->report) > 0) {
        pp_report_summary(&p->report, text, sizeof text);
        cli_say("label %lu: the mesh is not clean: %s",
                (unsigned long)p->segment->number, text);
    }
    if (!cli.verbose)
        return;
    cli_say("label %lu: %zu facets of %zu, %.6g mm3 (mask: %.6g mm3), %.4g of "
            "%.4g mm2 shared", (unsigned long)p->segment->number, p->nfacet,
            s->smooth.nfacet, p->volume_mm3, s->mask_volume_mm3,
            s->made.shared_mm2, p->area_mm2);
    m2s_say_ledger(&p->ledger);
}

void
m2s_say_all(void)
{
    for (size_t n = 0; n < all.npart; n++)
        say_part(&all.part[n]);
    if (all.taken_back)
        cli_say("not decimated: the result did not stand the proof");
    if (asked.triangles > 0 && all.complex.mesh.ntri > asked.triangles)
        cli_say("%zu facets instead of %zu: fewer would break --max-error, a "
                "voxel or a line where walls meet", all.complex.mesh.ntri,
                asked.triangles);
}

static void
json_part(pp_json *j, const m2s_part *p)
{
    const pp_label_size *s = &all.made.size[p->label];

    pp_json_object(j, NULL);
    pp_json_count(j, "label", p->segment->number);
    if (p->segment->name != NULL)
        pp_json_string(j, "name", p->segment->name);
    pp_json_count(j, "voxels", p->nvoxel);
    pp_json_real(j, "mask_volume_mm3", s->mask_volume_mm3);
    m2s_json_ledger(j, &p->ledger);
    pp_json_real(j, "unsmoothed_volume_mm3", s->raw.volume_mm3);
    pp_json_real(j, "unsmoothed_area_mm2", s->raw.area_mm2);
    pp_json_real(j, "volume_before_mm3", s->smooth.volume_mm3);
    pp_json_real(j, "area_before_mm2", s->smooth.area_mm2);
    pp_json_count(j, "facets_before", s->smooth.nfacet);
    pp_json_count(j, "facets", p->nfacet);
    pp_json_count(j, "vertices", p->nvert);
    pp_json_real(j, "volume_mm3", p->volume_mm3);
    pp_json_real(j, "area_mm2", p->area_mm2);
    pp_json_real(j, "shared_area_mm2", s->made.shared_mm2);
    pp_json_object(j, "verified");
    pp_json_bool(j, "done", !asked.no_verify);
    if (!asked.no_verify) {
        pp_json_count(j, "voxels_changed", p->nchanged);
        pp_json_count(j, "voxels_added", p->nadded);
        pp_report_json(&p->report, j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

/* Which labels touch. */
static void
json_walls(pp_json *j)
{
    pp_json_array(j, "walls");
    for (size_t n = 0; n < all.complex.nsheet; n++) {
        const uint16_t *side = all.complex.sheet[n];

        if (side[1] == 0)
            continue;
        pp_json_object(j, NULL);
        pp_json_array(j, "labels");
        for (int k = 1; k >= 0; k--)
            pp_json_count(j, NULL, run.volume.segment[side[k] - 1].number);
        pp_json_end(j);
        pp_json_end(j);
    }
    pp_json_end(j);
}

pp_status
m2s_write_all_json(int status, pp_error *err)
{
    const pp_mask frame = { .dim = { 1, 1, 1 } };
    pp_mask place = frame;
    double mm[3];
    pp_json j = { 0 };

    memcpy(place.to_lps, all.map.to_lps, sizeof place.to_lps);
    pp_mask_spacing(&place, mm);
    cli_json_start(&j);
    pp_json_object(&j, "mask");
    m2s_json_input(&j, mm);
    pp_json_end(&j);
    pp_json_array(&j, "labels");
    for (size_t n = 0; n < all.npart; n++)
        json_part(&j, &all.part[n]);
    pp_json_end(&j);
    json_walls(&j);
    pp_json_object(&j, "mesh");
    pp_json_string(&j, "format", pp_format_find(run.format)->name);
    pp_json_count(&j, "facets", all.complex.mesh.ntri);
    pp_json_count(&j, "vertices", all.complex.mesh.nvert);
    pp_json_bool(&j, "decimated", run.how.decimate);
    pp_json_count(&j, "facets_before", all.made.nfacet);
    pp_json_real(&j, "max_error_mm", all.made.max_error_mm);
    m2s_json_reached(&j, &all.made.reached);
    pp_json_real(&j, "largest_move_mm", all.made.max_move_mm);
    pp_json_end(&j);
    return cli_json_write(&j, status, err);
}
