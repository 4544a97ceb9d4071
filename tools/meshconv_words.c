/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshconv_words.c - what meshconv says
 */
#include "meshconv.h"

#include <stdio.h>
#include <string.h>

/* Places that are named one by one. */
#define MOST_LINES 5

size_t
mcv_count_pegless(void)
{
    size_t n = 0;

    for (size_t i = 0; i < run.tiling.ncut; i++)
        n += run.tiling.cut[i].npegless;
    return n;
}

static void
tell_cuts(void)
{
    size_t nline = 0;

    for (size_t i = 0; i < run.tiling.ncut; i++) {
        const pp_cut *s = &run.tiling.cut[i];

        if (fabs(s->moved_mm) > PP_PLANE_STEP_MM / 2) /* not rounded only */
            cli_say("the cut at %.6g mm moved by %.3f mm: pieces would have "
                    "touched themselves", s->plane.at - s->moved_mm,
                    s->moved_mm);
        for (size_t k = 0; k < s->npegless && nline < MOST_LINES; k++, nline++)
            cli_say("no room for a peg of %g mm and a wall of %g mm in the "
                    "section of %.4g mm2 at %.5g,%.5g,%.5g: at most %.3f mm",
                    asked.peg.diameter_mm, asked.peg.wall_mm,
                    s->pegless[k].area_mm2, s->pegless[k].place.x,
                    s->pegless[k].place.y, s->pegless[k].place.z,
                    s->pegless[k].room_mm);
    }
    if (mcv_count_pegless() > nline)
        cli_say("... and %zu more sections without a peg",
                mcv_count_pegless() - nline);
}

static void
tell_forecast(const mcv_file *f)
{
    const pp_forecast *o = &f->forecast;

    if (asked.printer_name != NULL)
        cli_say("%s%s%s: %s (%.1f x %.1f x %.1f mm; %zu thin walls, %zu narrow "
                "gaps, %zu narrow holes, %zu small parts, %zu trapped "
                "volumes)", run.nfile > 1 ? f->path : "",
                run.nfile > 1 ? ": " : "", run.printer.name,
                o->printable ? "printable" : "not printable as it is",
                o->size_mm.x, o->size_mm.y, o->size_mm.z, o->wall.nplace,
                o->gap.nplace, o->hole.nplace, o->nsmall, o->ntrapped);
    else if (f->least_wall_mm > 0)
        cli_say("at scale %g the least wall is %.3f mm, at %.5g,%.5g,%.5g",
                asked.scale, f->least_wall_mm, f->least_place.x,
                f->least_place.y, f->least_place.z);
}

void
mcv_tell(void)
{
    char text[256];

    if (asked.mirrored)
        cli_say("mirrored: this is the other side of the body now%s%s",
                run.model.provenance.side != NULL ? ", side " : "",
                run.model.provenance.side != NULL ? run.model.provenance.side
                                                  : "");
    if (asked.mark.text != NULL && cli.verbose)
        cli_say("text of %.1f x %.1f mm at %.5g,%.5g,%.5g, the surface even to "
                "%.3f mm there", run.mark.width_mm, run.mark.height_mm,
                run.mark.middle.x, run.mark.middle.y, run.mark.middle.z,
                run.mark.bulge_mm);
    tell_cuts();
    if (run.laid && cli.verbose)
        cli_say("lies on %.4g mm2, %.3f mm from falling over, the best of "
                "%zu sides", run.lay.area_mm2, run.lay.rim_mm, run.lay.nside);
    for (size_t i = 0; i < run.nfile; i++) {
        const mcv_file *f = &run.file[i];

        if (cli.verbose)
            cli_say("%s: %zu objects, %zu facets, %.6g mm3", f->path,
                    f->sums.nobject, f->sums.nfacet, f->sums.volume_mm3);
        tell_forecast(f);
        if (f->ndirty == 0)
            continue;
        pp_report_summary(&f->report, text, sizeof text);
        cli_say("%s%sleft: %s", run.nfile > 1 ? f->path : "",
                run.nfile > 1 ? ": " : "", text);
    }
    cli_say_upstream(run.verdict);
}

/* ---- JSON ---- */

static void
json_sums(const mcv_sums *s, const char *key, pp_json *j)
{
    pp_json_object(j, key);
    pp_json_count(j, "objects", s->nobject);
    pp_json_count(j, "facets", s->nfacet);
    pp_json_count(j, "vertices", s->nvert);
    pp_json_real(j, "volume_mm3", s->volume_mm3);
    pp_json_real(j, "area_mm2", s->area_mm2);
    pp_json_point(j, "low_mm", s->box.low);
    pp_json_point(j, "high_mm", s->box.high);
    pp_json_end(j);
}

/* Where things lie now. */
static void
json_place(pp_json *j)
{
    const pp_provenance *p = &run.model.provenance;

    pp_json_real(j, "scale", asked.scale);
    pp_json_bool(j, "mirrored", asked.mirrored);
    if (p->side != NULL)
        pp_json_string(j, "side", p->side);
    else
        pp_json_null(j, "side");
    pp_move_json(&run.moved, "moved", j);
    if (p->has_placement) {
        pp_move whole;

        memcpy(whole.m, p->placement, sizeof whole.m);
        pp_move_json(&whole, "placement", j);
    } else {
        pp_json_null(j, "placement");
    }
    if (!run.laid)
        return;
    pp_json_object(j, "lay");
    pp_json_point(j, "down", run.lay.down);
    pp_json_real(j, "area_mm2", run.lay.area_mm2);
    pp_json_real(j, "to_rim_mm", run.lay.rim_mm);
    pp_json_count(j, "stable_sides", run.lay.nside);
    pp_json_end(j);
}

static void
json_file(const mcv_file *f, size_t n, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_count(j, "number", n);
    pp_json_string(j, "format", pp_format_find(run.format)->name);
    pp_json_count(j, "bytes", f->bytes.size);
    json_sums(&f->sums, "sums", j);
    pp_json_array(j, "names");
    for (size_t i = 0; i < f->n; i++) {
        const char *name = run.model.object[f->first + i].name;

        pp_json_string(j, NULL, name != NULL ? name : "");
    }
    pp_json_end(j);
    pp_json_count(j, "objects_with_defects", f->ndirty);
    pp_json_object(j, "check");
    pp_report_json(&f->report, j);
    pp_json_end(j);
    if (asked.printer_name != NULL)
        pp_forecast_json(&run.printer, &f->forecast, j);
    if (f->least_wall_mm > 0) {
        pp_json_real(j, "least_wall_mm", f->least_wall_mm);
        pp_json_point(j, "least_wall_place_mm", f->least_place);
    }
    pp_json_end(j);
}

pp_status
mcv_write_json(pp_error *err)
{
    mcv_sums after = { .box = pp_box_empty() };
    pp_json j = { 0 };

    if (cli.json == NULL)
        return PP_OK;
    for (size_t i = 0; i < run.nfile; i++) {
        const mcv_sums *s = &run.file[i].sums;

        after.nobject += s->nobject;
        after.nfacet += s->nfacet;
        after.nvert += s->nvert;
        after.volume_mm3 += s->volume_mm3;
        after.area_mm2 += s->area_mm2;
        pp_box_add(&after.box, s->box.low);
        pp_box_add(&after.box, s->box.high);
    }
    cli_json_start(&j);
    json_sums(&run.before, "before", &j);
    json_sums(&after, "after", &j);
    json_place(&j);
    if (asked.mark.text != NULL) {
        pp_json_object(&j, "mark");
        pp_json_string(&j, "kind", asked.mark.raised ? "raised" : "engraved");
        pp_json_real(&j, "depth_mm", asked.mark.depth_mm);
        pp_mark_json(&run.mark, &j);
        pp_json_end(&j);
    }
    pp_json_array(&j, "cuts");
    for (size_t i = 0; i < run.tiling.ncut; i++) {
        pp_json_object(&j, NULL);
        pp_cut_json(&run.tiling.cut[i], &j);
        pp_json_end(&j);
    }
    pp_json_end(&j);
    pp_json_array(&j, "files");
    for (size_t i = 0; i < run.nfile; i++)
        json_file(&run.file[i], i + 1, &j);
    pp_json_end(&j);
    cli_verdict_json(run.verdict, &j);
    return cli_json_write(&j, cli_status(run.verdict), err);
}
