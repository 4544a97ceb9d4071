/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshshell - walls of at least T, measured on the file that was written
 *
 * A filter: it writes the format that it read. With --measure it grows
 * nothing and tells how thick the walls are.
 */
#include "cli.h"
#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "profile.h"
#include "render/render.h"
#include "shell/shell.h"

#include <string.h>

/* Beyond the larger of these, a wall is not looked for (it costs time, and
 * nothing is printed wrong for being thick). */
#define LIMIT_MM 10.0
#define LIMIT_TIMES_T 4.0

/* Fewer voxels across than this are no wall that a scan could show. */
#define VOXELS_ACROSS 2.0

static pp_shell_options wish;
static bool measure_only;
static const char *picture_path, *printer_name;
static bool with_mesh; /* this run writes one */

static const cli_option options[] = {
    { 0, "min", "MM", "grow walls thinner than MM to MM", CLI_POSITIVE,
      &wish.min_mm, NULL },
    { 0, "printer", "NAME|FILE", "the minimum wall of this printer's profile",
      CLI_PATH, &printer_name, NULL },
    { 0, "measure", NULL, "measure only (against --min, when given)",
      CLI_FLAG, &measure_only, NULL },
    { 0, "certify", NULL, "bounds of the least wall that are certain (slow)",
      CLI_FLAG, &wish.certify, NULL },
    { 0, "edge-opening", "DEG",
      "convex edges that open less are edges, not walls (default 150)",
      CLI_POSITIVE, &wish.edge_opening_deg, NULL },
    { 0, "resolution", "MM", "sample distance of the field (default MIN/10)",
      CLI_POSITIVE, &wish.resolution_mm, NULL },
    { 0, "rebuild", NULL, "surface the whole solid anew, not only what grows",
      CLI_FLAG, &wish.rebuild, NULL },
    { 0, "picture", "FILE.png", "picture of the wall thickness", CLI_PATH,
      &picture_path, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

/* Asked while -o is still as it was given. */
static bool
mesh_wanted(void)
{
    with_mesh = !measure_only || cli.output != NULL;
    return with_mesh;
}

static const cli_tool tool = {
    "meshshell", "walls of at least a minimum, measured on the written file",
    "[FILE]", 0, 1, options, true, mesh_wanted,
};

/* All that a run knows. */
typedef struct {
    pp_mesh mesh, stored; /* stored: what the file holds */
    pp_provenance prov;
    pp_format format;
    pp_shell_report report; /* empty with --measure */
    pp_walls walls;         /* of the stored mesh */
    pp_report check;        /* of the stored mesh */
    pp_bytes bytes;
    int verdict;
} run;

static double
limit_mm(void)
{
    return fmax(LIMIT_MM, LIMIT_TIMES_T * wish.min_mm);
}

/* What the scan cannot show, no wall thickness can tell. */
static void
warn_of_voxels(const pp_provenance *prov)
{
    double coarsest = 0;

    for (int k = 0; prov->has_grid && k < 3; k++)
        coarsest = fmax(coarsest, prov->voxel_mm[k]);
    if (wish.min_mm > 0 && wish.min_mm < VOXELS_ACROSS * coarsest)
        cli_say("%g mm is less than %g voxels of this scan (%g mm): walls "
                "that thin are not certain in the source", wish.min_mm,
                VOXELS_ACROSS, coarsest);
}

/* Only closed and clean meshes have a thickness. */
static pp_status
require_solid(const pp_mesh *m, pp_report *report, pp_error *err)
{
    char text[256];

    if (pp_check(m, NULL, report, err) != PP_OK ||
        pp_report_ndefect(report) == 0)
        return err->status;
    pp_report_summary(report, text, sizeof text);
    return pp_fail(err, PP_EGEOM, "not a closed, clean solid: %s; meshfix "
                   "first", text);
}

static int
judge(const run *r)
{
    const bool good = r->walls.nthin == 0 && !pp_shell_joined(&r->report) &&
                      pp_report_ndefect(&r->check) == 0;
    const int before = pp_provenance_status(&r->prov);

    return good && before == CLI_GOOD ? CLI_GOOD : CLI_LOOK;
}

static pp_status
add_step(run *r, pp_error *err)
{
    char changes[256];

    snprintf(changes, sizeof changes,
             "min_wall_mm=%.3f->%.3f volume_mm3=%+.4g max_growth_mm=%.3f "
             "thin_places=%zu", r->report.before.summary.min_mm,
             r->walls.summary.min_mm,
             r->report.volume_after_mm3 - r->report.volume_before_mm3,
             r->report.max_growth_mm, r->walls.nthin);
    return pp_provenance_add_step(&r->prov, tool.name, PACKAGE_VERSION,
                                  cli.options_text, changes, r->verdict, err);
}

/* Encodes, decodes and measures: once to know the verdict, once with it. */
static pp_status
encode_grown(run *r, pp_error *err)
{
    pp_bytes first = { 0 };
    pp_mesh same = { 0 };

    if (cli_encode_mesh(&r->mesh, &r->prov, r->format, NULL, &first,
                        &r->stored, err) != PP_OK ||
        pp_check(&r->stored, NULL, &r->check, err) != PP_OK ||
        pp_walls_measure(&r->stored, &wish, wish.min_mm, &r->walls, err) !=
            PP_OK)
        goto done;
    r->verdict = judge(r);
    if (add_step(r, err) == PP_OK)
        (void)!cli_encode_mesh(&r->mesh, &r->prov, r->format, NULL, &r->bytes,
                               &same, err);
done:
    pp_bytes_free(&first);
    pp_mesh_free(&same);
    return err->status;
}

/* The map as a property of the vertices, blue where thick, red where thin. */
static pp_status
encode_measured(run *r, pp_error *err)
{
    const double top = wish.min_mm > 0 ? 2 * wish.min_mm
                                       : 2 * r->walls.summary.median_mm;
    uint8_t(*rgb)[3] = pp_alloc(r->walls.nmap, sizeof *rgb);
    const pp_field field = { "thickness_mm", r->walls.map_mm,
                             (const uint8_t(*)[3])rgb };
    const pp_encode_options with = { cli.keep_comments, &field };
    pp_mesh same = { 0 };

    if (rgb == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < r->walls.nmap; v++) {
        const double share = fmin(r->walls.map_mm[v] / top, 1);

        rgb[v][0] = (uint8_t)(255 * (1 - share));
        rgb[v][1] = (uint8_t)(255 * (1 - fabs(2 * share - 1)));
        rgb[v][2] = (uint8_t)(255 * share);
    }
    if (pp_provenance_add_step(&r->prov, tool.name, PACKAGE_VERSION,
                               cli.options_text, "changed=0", r->verdict,
                               err) == PP_OK)
        (void)!cli_encode_mesh(&r->mesh, &r->prov, r->format, &with,
                               &r->bytes, &same, err);
    pp_free(rgb);
    pp_mesh_free(&same);
    return err->status;
}

static pp_status
grow(run *r, pp_error *err)
{
    pp_mesh grown = { 0 };

    wish.round_float = pp_format_find(r->format)->float32;
    cli_progress("growing", 0.1);
    if (pp_shell_grow(&r->mesh, &wish, &grown, &r->report, err) != PP_OK)
        return err->status;
    pp_mesh_free(&r->mesh);
    r->mesh = grown;
    cli_progress("measuring what is written", 0.8);
    return encode_grown(r, err);
}

static pp_status
measure(run *r, pp_error *err)
{
    cli_progress("measuring", 0.1);
    if (require_solid(&r->mesh, &r->check, err) != PP_OK ||
        pp_walls_measure(&r->mesh, &wish, limit_mm(), &r->walls, err) != PP_OK)
        return err->status;
    r->verdict = judge(r);
    return with_mesh ? encode_measured(r, err) : PP_OK;
}

static pp_status
write_picture(const run *r, pp_error *err)
{
    const pp_mesh *m = measure_only ? &r->mesh : &r->stored;
    char caption[160];
    pp_picture_options how = { .title = "Wall thickness",
                               .caption = caption,
                               .value = r->walls.map_mm,
                               .quantity = "wall thickness",
                               .unit = "mm",
                               .has_mark = wish.min_mm > 0,
                               .mark = wish.min_mm };
    pp_bytes png = { 0 };

    snprintf(caption, sizeof caption, "least %.3f mm, half below %.3f mm",
             r->walls.summary.min_mm, r->walls.summary.median_mm);
    how.high = wish.min_mm > 0 ? 2 * wish.min_mm : 0;
    if (pp_render_picture(m, &how, &png, err) == PP_OK)
        (void)!pp_file_write(picture_path, png.data, png.size, err);
    pp_bytes_free(&png);
    return err->status;
}

static void
tell(const run *r)
{
    char text[256];
    FILE *out = cli.json_to_stdout || with_mesh ? stderr : stdout;

    if (measure_only ? !cli.quiet || out == stdout : cli.verbose) {
        if (!measure_only)
            pp_shell_report_print(&r->report, out);
        pp_walls_print(&r->walls, wish.min_mm, out);
    } else if (r->walls.nthin > 0) {
        for (size_t i = 0; i < r->walls.nthin && i < 5; i++)
            cli_say("thin: %.3f mm at %.5g,%.5g,%.5g (%.3g mm2)",
                    r->walls.thin[i].min_mm, r->walls.thin[i].place.x,
                    r->walls.thin[i].place.y, r->walls.thin[i].place.z,
                    r->walls.thin[i].area_mm2);
    }
    if (r->report.reason[0] != '\0')
        cli_say("the whole surface was sampled again: %s", r->report.reason);
    if (pp_shell_joined(&r->report))
        cli_say("growing closed a gap, a hole or a cavity");
    if (pp_report_ndefect(&r->check) > 0) {
        pp_report_summary(&r->check, text, sizeof text);
        cli_say("left: %s", text);
    }
    if (r->verdict != CLI_GOOD && pp_provenance_status(&r->prov) != 0 &&
        r->walls.nthin == 0 && !pp_shell_joined(&r->report))
        cli_say("an earlier tool asks for a look at this mesh");
}

static pp_status
write_json(const run *r, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    if (!measure_only) {
        pp_json_object(&j, "growth");
        pp_shell_report_json(&r->report, &j);
        pp_json_end(&j);
        pp_json_object(&j, "before");
        pp_walls_json(&r->report.before, wish.min_mm, &j);
        pp_json_end(&j);
    }
    pp_json_object(&j, "walls");
    pp_walls_json(&r->walls, wish.min_mm, &j);
    pp_json_end(&j);
    pp_json_object(&j, "check");
    pp_report_json(&r->check, &j);
    pp_json_end(&j);
    return cli_json_write(&j, r->verdict, err);
}

static pp_status
take_printer(pp_error *err)
{
    pp_printer printer;

    if (profile_read(printer_name, &printer, err) == PP_OK)
        wish.min_mm = printer.min_wall_mm;
    return err->status;
}

int
main(int argc, char **argv)
{
    run r = { 0 };
    pp_error err = { 0 };

    r.verdict = CLI_TROUBLE;
    cli_start(&tool, argc, argv);
    if (wish.min_mm > 0 && printer_name != NULL)
        cli_misuse("--min and --printer exclude each other");
    if (!measure_only && !(wish.min_mm > 0) && printer_name == NULL)
        cli_misuse("--min, --printer or --measure is needed");
    if (printer_name != NULL && take_printer(&err) != PP_OK)
        return cli_finish(NULL, &err, CLI_TROUBLE);
    const char *path = cli_input(0);

    if (cli_read_mesh(path, &r.mesh, &r.prov, &r.format, &err) != PP_OK)
        goto done;
    r.format = cli_output_format(r.format);
    warn_of_voxels(&r.prov);
    if ((measure_only ? measure(&r, &err) : grow(&r, &err)) != PP_OK)
        goto done;
    if (picture_path != NULL && write_picture(&r, &err) != PP_OK)
        goto done;
    if (write_json(&r, &err) != PP_OK)
        goto done;
    if (with_mesh && cli_write(&r.bytes, r.format, &err) != PP_OK)
        goto done;
    tell(&r);
done:
    pp_bytes_free(&r.bytes);
    pp_report_free(&r.check);
    pp_walls_free(&r.walls);
    pp_shell_report_free(&r.report);
    pp_provenance_free(&r.prov);
    pp_mesh_free(&r.stored);
    pp_mesh_free(&r.mesh);
    return cli_finish(path, &err, r.verdict);
}
