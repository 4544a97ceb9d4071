/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshshell_words.c - what meshshell says and draws
 */
#include "meshshell.h"

#include "base/file.h"
#include "render/render.h"

#include <math.h>
#include <string.h>

/* Fewer voxels across than this are no wall that a scan could show. */
#define VOXELS_ACROSS 2.0

void
mss_warn_of_voxels(const mss_run *r)
{
    const pp_provenance *prov = &r->prov;
    double coarsest = 0;

    for (int k = 0; prov->has_grid && k < 3; k++)
        coarsest = fmax(coarsest, prov->voxel_mm[k]);
    const double least = VOXELS_ACROSS * coarsest;

    if (asked.how.min_mm > 0 && asked.how.min_mm < least)
        cli_say("%g mm is less than %g voxels of this scan (%g mm): walls "
                "that thin are not certain in the source", asked.how.min_mm,
                VOXELS_ACROSS, coarsest);
    else if (!asked.how.gap && r->walls.summary.min_mm < least)
        cli_say("the least is %.3f mm, less than %g voxels of this scan (%g "
                "mm): walls that thin are not certain in the source",
                r->walls.summary.min_mm, VOXELS_ACROSS, coarsest);
}

pp_status
mss_write_picture(const mss_run *r, pp_error *err)
{
    const pp_mesh *m = asked.measure_only ? &r->mesh : &r->stored;
    char caption[160];
    pp_picture_options how = { .title = asked.how.gap ? "Gaps"
                                                      : "Wall thickness",
                               .caption = caption,
                               .value = r->walls.map_mm,
                               .quantity = pp_walls_quantity(&r->walls),
                               .unit = "mm",
                               .has_mark = asked.how.min_mm > 0,
                               .mark = asked.how.min_mm };
    pp_bytes png = { 0 };

    snprintf(caption, sizeof caption, "least %.3f mm, half below %.3f mm",
             r->walls.summary.min_mm, r->walls.summary.median_mm);
    how.high = asked.how.min_mm > 0 ? 2 * asked.how.min_mm : 0;
    if (pp_render_picture(m, &how, &png, err) == PP_OK)
        (void)!pp_file_write(asked.picture, png.data, png.size, err);
    pp_bytes_free(&png);
    return err->status;
}

void
mss_tell(const mss_run *r)
{
    char text[256];
    FILE *out = cli.json_to_stdout || asked.with_mesh ? stderr : stdout;

    if (asked.measure_only ? !cli.quiet || out == stdout : cli.verbose) {
        if (asked.hollow_mm > 0)
            pp_hollow_report_print(&r->hollow, out);
        else if (asked.sheet_mm > 0)
            pp_sheet_report_print(&r->sheet, out);
        else if (!asked.measure_only)
            pp_shell_report_print(&r->report, out);
        pp_walls_print(&r->walls, asked.how.min_mm, out);
    } else {
        for (size_t i = 0, n = 0; i < r->walls.nthin && n < 5; i++) {
            if (mss_is_at_drain(r, r->walls.thin[i].place))
                continue;
            n++;
            cli_say("thin: %.3f mm at %.5g,%.5g,%.5g (%.3g mm2)",
                    r->walls.thin[i].min_mm, r->walls.thin[i].place.x,
                    r->walls.thin[i].place.y, r->walls.thin[i].place.z,
                    r->walls.thin[i].area_mm2);
        }
    }
    if (mss_count_thin(r) < r->walls.nthin)
        cli_say("%zu thin places at the rims of drains, which count as edges",
                r->walls.nthin - mss_count_thin(r));
    if (r->report.reason[0] != '\0')
        cli_say("the whole surface was sampled again: %s", r->report.reason);
    for (size_t i = 0; i < r->report.nrefused && i < 5; i++)
        cli_say("not grown, to keep a gap open: at %.5g,%.5g,%.5g",
                r->report.refused[i].place.x, r->report.refused[i].place.y,
                r->report.refused[i].place.z);
    if (asked.how.way != PP_GROW_BOTH && r->report.npass > 0 &&
        !r->report.one_way)
        cli_say("no thin wall has an inner side: grown on both");
    if (pp_shell_joined(&r->report))
        cli_say("growing closed a gap, a hole or a cavity");
    if (r->hollow.ntrapped > 0)
        cli_say("%zu cavities are closed%s", r->hollow.ntrapped,
                asked.ndrain == 0 ? ": --drain opens them" : "");
    if (r->sheet.ncavity > 0)
        cli_say("the solid closed around %zu cavities", r->sheet.ncavity);
    if (pp_report_ndefect(&r->check) > 0) {
        pp_report_summary(&r->check, text, sizeof text);
        cli_say("left: %s", text);
    }
    cli_say_upstream(r->verdict);
}

pp_status
mss_write_json(const mss_run *r, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    if (asked.hollow_mm > 0) {
        pp_json_object(&j, "hollow");
        pp_hollow_report_json(&r->hollow, &j);
        pp_json_count(&j, "thin_at_drains", r->walls.nthin - mss_count_thin(r));
        pp_json_end(&j);
    } else if (asked.sheet_mm > 0) {
        pp_json_object(&j, "sheet");
        pp_sheet_report_json(&r->sheet, &j);
        pp_json_end(&j);
    } else if (!asked.measure_only) {
        pp_json_object(&j, "growth");
        pp_shell_report_json(&r->report, &j);
        pp_json_end(&j);
        pp_json_object(&j, "before");
        pp_walls_json(&r->report.before, asked.how.min_mm, &j);
        pp_json_end(&j);
    }
    pp_json_object(&j, "walls");
    pp_walls_json(&r->walls, asked.how.min_mm, &j);
    pp_json_end(&j);
    pp_json_object(&j, "check");
    pp_report_json(&r->check, &j);
    pp_json_end(&j);
    cli_verdict_json(r->verdict, &j);
    return cli_json_write(&j, cli_status(r->verdict), err);
}
