/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshshell - walls of at least T, measured on the file that was written
 *
 * A filter: it writes the format that it read. It grows thin walls (--min),
 * makes a solid hollow (--hollow) or an open surface solid (--sheet); with
 * --measure it only tells how thick the walls are.
 */
#include "cli.h"
#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "profile.h"
#include "render/render.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond the larger of these, a wall is not looked for (it costs time, and
 * nothing is printed wrong for being thick). */
#define LIMIT_MM 10.0
#define LIMIT_TIMES_T 4.0

/* A gap that stays open, of the wall wanted. */
#define GAP_OF_MIN (1 / 3.0)

/* Fewer voxels across than this are no wall that a scan could show. */
#define VOXELS_ACROSS 2.0

static pp_shell_options wish;
static bool measure_only;
static const char *picture_path, *side_name, *printer_name, *method_name;
static const char *way_name;
static double hollow_mm, sheet_mm;
static double gap_mm = NAN; /* not given */
static pp_vec3 up = { 0, 0, 1 };
static pp_drain *drain;
static size_t ndrain, drain_room;
static bool with_mesh; /* this run writes one */

/* "3" or "3@10,-20,5" */
static bool
add_drain(const char *text)
{
    const char *at = strchr(text, '@');
    pp_drain d = { .placed = at != NULL };
    char diameter[64];
    double place[3] = { 0 };
    pp_error err = { 0 };
    const size_t n = at != NULL ? (size_t)(at - text) : strlen(text);

    if (n >= sizeof diameter)
        return false;
    memcpy(diameter, text, n);
    diameter[n] = '\0';
    if (!pp_text_to_double(diameter, &d.diameter_mm) || !(d.diameter_mm > 0) ||
        (at != NULL && !pp_text_to_triple(at + 1, place)) ||
        pp_grow(&drain, &drain_room, ndrain + 1, sizeof *drain, &err) != PP_OK)
        return false;
    d.place = pp_vec(place[0], place[1], place[2]);
    drain[ndrain++] = d;
    return true;
}

/* "z", "-y" or "x,y,z" */
static bool
set_up(const char *text)
{
    static const char *const name[6] = { "x", "y", "z", "-x", "-y", "-z" };
    double to[3] = { 0 };

    for (int a = 0; a < 6; a++)
        if (strcmp(text, name[a]) == 0)
            to[a % 3] = a < 3 ? 1 : -1;
    if (to[0] == 0 && to[1] == 0 && to[2] == 0 && !pp_text_to_triple(text, to))
        return false;
    up = pp_unit(pp_vec(to[0], to[1], to[2]));
    return pp_norm(up) > 0.5;
}

static const cli_option options[] = {
    { 0, "min", "MM", "grow walls thinner than MM to MM", CLI_POSITIVE,
      &wish.min_mm, NULL },
    { 0, "printer", "NAME|FILE", "the minimum wall of this printer's profile",
      CLI_PATH, &printer_name, NULL },
    { 0, "grow", "WAY", "of a wall's two sides the outer one moves (out), the "
      "inner one (in), or both (default)", CLI_TEXT, &way_name, NULL },
    { 0, "min-gap", "MM", "no gap that is as wide, and none between parts, is "
      "narrowed (default MIN/3, or the printer's)", CLI_REAL,
      &gap_mm, NULL },
    { 0, "hollow", "MM", "take out what lies deeper than MM", CLI_POSITIVE,
      &hollow_mm, NULL },
    { 0, "drain", "D[@X,Y,Z]", "with --hollow: a hole of D mm, near a place or "
      "at each cavity's lowest point", CLI_CALL, NULL, add_drain },
    { 0, "up", "AXIS|X,Y,Z", "which way is up, for the lowest point (z)",
      CLI_CALL, NULL, set_up },
    { 0, "sheet", "MM", "make an open surface a solid of MM", CLI_POSITIVE,
      &sheet_mm, NULL },
    { 0, "side", "WHERE", "of a sheet: both (default), before or behind its "
      "facets", CLI_TEXT, &side_name, NULL },
    { 0, "measure", NULL, "measure only (against --min, when given)",
      CLI_FLAG, &measure_only, NULL },
    { 0, "certify", NULL, "bounds of the least wall that are certain (slow)",
      CLI_FLAG, &wish.certify, NULL },
    { 0, "gap", NULL, "with --measure: not the walls, but the gaps between them",
      CLI_FLAG, &wish.gap, NULL },
    { 0, "method", "ball|ray", "with --measure: ray is the way straight across",
      CLI_TEXT, &method_name, NULL },
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
    pp_shell_report report; /* of growing; else empty */
    pp_hollow_report hollow; /* likewise */
    pp_sheet_report sheet;
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

/* Is it at the rim of a drain, which is an edge that was asked for? */
static bool
is_at_drain(const run *r, pp_vec3 p)
{
    for (size_t n = 0; n < r->hollow.ndrain; n++) {
        const pp_drain_cut *d = &r->hollow.drain[n];
        const pp_vec3 way = pp_sub(d->inner, d->outer);
        const double s = pp_dot(pp_sub(p, d->outer), way) / pp_dot(way, way);
        const pp_vec3 at = pp_add(d->outer,
                                  pp_scale(way, fmin(fmax(s, 0), 1)));

        if (pp_distance(p, at) < d->diameter_mm / 2 + hollow_mm)
            return true;
    }
    return false;
}

/* Thin places that count. */
static size_t
count_thin(const run *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->walls.nthin; i++)
        n += !is_at_drain(r, r->walls.thin[i].place);
    return n;
}

static int
judge(const run *r)
{
    const bool good = count_thin(r) == 0 && !pp_shell_joined(&r->report) &&
                      pp_report_ndefect(&r->check) == 0 &&
                      (ndrain == 0 || r->hollow.ntrapped == 0) &&
                      r->sheet.ncavity == 0;
    const int before = pp_provenance_status(&r->prov);

    return good && before == CLI_GOOD ? CLI_GOOD : CLI_LOOK;
}

/* What the step did, for the provenance. */
static pp_status
add_step(run *r, pp_error *err)
{
    char changes[256];

    if (hollow_mm > 0)
        snprintf(changes, sizeof changes,
                 "hollow_mm=%.3f volume_mm3=%+.6g cavities=%zu drains=%zu "
                 "trapped=%zu least_wall_mm=%.3f", hollow_mm,
                 r->hollow.volume_after_mm3 - r->hollow.volume_before_mm3,
                 r->hollow.ncavity, r->hollow.ndrain, r->hollow.ntrapped,
                 r->walls.summary.min_mm);
    else if (sheet_mm > 0)
        snprintf(changes, sizeof changes,
                 "sheet_mm=%.3f area_mm2=%.6g volume_mm3=%.6g parts=%zu "
                 "least_wall_mm=%.3f", sheet_mm, r->sheet.area_mm2,
                 r->sheet.volume_mm3, r->sheet.npart, r->walls.summary.min_mm);
    else
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
    const pp_field field = { wish.gap ? wish.rays ? "gap_ray_mm" : "gap_mm"
                             : wish.rays ? "thickness_ray_mm"
                                         : "thickness_mm",
                             r->walls.map_mm,
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
make_hollow(run *r, pp_error *err)
{
    const pp_hollow_options how = {
        .wall_mm = hollow_mm, .resolution_mm = wish.resolution_mm, .up = up,
        .round_float = pp_format_find(r->format)->float32, .drain = drain,
        .ndrain = ndrain
    };
    pp_mesh made = { 0 };

    cli_progress("making it hollow", 0.1);
    if (pp_shell_hollow(&r->mesh, &how, &made, &r->hollow, err) != PP_OK)
        return err->status;
    pp_mesh_free(&r->mesh);
    r->mesh = made;
    wish.min_mm = hollow_mm;
    cli_progress("measuring what is written", 0.5);
    return encode_grown(r, err);
}

static pp_status
make_sheet(run *r, pp_error *err)
{
    const pp_sheet_options how = {
        .thick_mm = sheet_mm, .resolution_mm = wish.resolution_mm,
        .round_float = pp_format_find(r->format)->float32,
        .side = side_name == NULL || strcmp(side_name, "both") == 0
                    ? PP_SHEET_BOTH
                : strcmp(side_name, "before") == 0 ? PP_SHEET_BEFORE
                                                   : PP_SHEET_BEHIND
    };
    pp_mesh made = { 0 };

    cli_progress("making a solid", 0.1);
    if (pp_shell_sheet(&r->mesh, &how, &made, &r->sheet, err) != PP_OK)
        return err->status;
    pp_mesh_free(&r->mesh);
    r->mesh = made;
    wish.min_mm = sheet_mm;
    cli_progress("measuring what is written", 0.5);
    return encode_grown(r, err);
}

static pp_status
measure(run *r, pp_error *err)
{
    cli_progress("measuring", 0.1);
    /* only closed and clean meshes have a thickness */
    if (pp_shell_require_solid(&r->mesh, &r->check, err) != PP_OK ||
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
    pp_picture_options how = { .title = wish.gap ? "Gaps" : "Wall thickness",
                               .caption = caption,
                               .value = r->walls.map_mm,
                               .quantity = pp_walls_quantity(&r->walls),
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
        if (hollow_mm > 0)
            pp_hollow_report_print(&r->hollow, out);
        else if (sheet_mm > 0)
            pp_sheet_report_print(&r->sheet, out);
        else if (!measure_only)
            pp_shell_report_print(&r->report, out);
        pp_walls_print(&r->walls, wish.min_mm, out);
    } else {
        for (size_t i = 0, n = 0; i < r->walls.nthin && n < 5; i++) {
            if (is_at_drain(r, r->walls.thin[i].place))
                continue;
            n++;
            cli_say("thin: %.3f mm at %.5g,%.5g,%.5g (%.3g mm2)",
                    r->walls.thin[i].min_mm, r->walls.thin[i].place.x,
                    r->walls.thin[i].place.y, r->walls.thin[i].place.z,
                    r->walls.thin[i].area_mm2);
        }
    }
    if (count_thin(r) < r->walls.nthin)
        cli_say("%zu thin places at the rims of drains, which count as edges",
                r->walls.nthin - count_thin(r));
    if (r->report.reason[0] != '\0')
        cli_say("the whole surface was sampled again: %s", r->report.reason);
    for (size_t i = 0; i < r->report.nrefused && i < 5; i++)
        cli_say("not grown, to keep a gap open: at %.5g,%.5g,%.5g",
                r->report.refused[i].place.x, r->report.refused[i].place.y,
                r->report.refused[i].place.z);
    if (wish.way != PP_GROW_BOTH && r->report.npass > 0 &&
        !r->report.one_way)
        cli_say("no thin wall has an inner side: grown on both");
    if (pp_shell_joined(&r->report))
        cli_say("growing closed a gap, a hole or a cavity");
    if (r->hollow.ntrapped > 0)
        cli_say("%zu cavities are closed%s", r->hollow.ntrapped,
                ndrain == 0 ? ": --drain opens them" : "");
    if (r->sheet.ncavity > 0)
        cli_say("the solid closed around %zu cavities", r->sheet.ncavity);
    if (pp_report_ndefect(&r->check) > 0) {
        pp_report_summary(&r->check, text, sizeof text);
        cli_say("left: %s", text);
    }
    if (r->verdict != CLI_GOOD && pp_provenance_status(&r->prov) != 0 &&
        count_thin(r) == 0 && !pp_shell_joined(&r->report))
        cli_say("an earlier tool asks for a look at this mesh");
}

static pp_status
write_json(const run *r, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    if (hollow_mm > 0) {
        pp_json_object(&j, "hollow");
        pp_hollow_report_json(&r->hollow, &j);
        pp_json_count(&j, "thin_at_drains", r->walls.nthin - count_thin(r));
        pp_json_end(&j);
    } else if (sheet_mm > 0) {
        pp_json_object(&j, "sheet");
        pp_sheet_report_json(&r->sheet, &j);
        pp_json_end(&j);
    } else if (!measure_only) {
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

/* One thing at a time, and options with what they belong to. */
static void
check_options(void)
{
    const int n = (hollow_mm > 0) + (sheet_mm > 0) + measure_only;

    if (n > 1)
        cli_misuse("--measure, --hollow and --sheet: one of them");
    if ((hollow_mm > 0 || sheet_mm > 0) &&
        (wish.min_mm > 0 || printer_name != NULL || wish.rebuild))
        cli_misuse("--hollow and --sheet go without --min, --printer and "
                   "--rebuild");
    if (n == 0 && !(wish.min_mm > 0) && printer_name == NULL)
        cli_misuse("--min, --printer, --hollow, --sheet or --measure is "
                   "needed");
    if (wish.min_mm > 0 && printer_name != NULL)
        cli_misuse("--min and --printer exclude each other");
    wish.rays = method_name != NULL && strcmp(method_name, "ray") == 0;
    if (method_name != NULL && !wish.rays && strcmp(method_name, "ball") != 0)
        cli_misuse("--method is ball or ray");
    if ((wish.gap || method_name != NULL) && !measure_only)
        cli_misuse("--gap and --method go with --measure");
    if (wish.certify && (wish.gap || wish.rays))
        cli_misuse("--certify bounds walls by balls only");
    if (ndrain > 0 && !(hollow_mm > 0))
        cli_misuse("--drain goes with --hollow");
    if (way_name != NULL && strcmp(way_name, "out") != 0 &&
        strcmp(way_name, "in") != 0 && strcmp(way_name, "both") != 0)
        cli_misuse("--grow is out, in or both");
    if (gap_mm < 0)
        cli_misuse("--min-gap is not negative");
    if ((way_name != NULL || !isnan(gap_mm)) &&
        (measure_only || hollow_mm > 0 || sheet_mm > 0))
        cli_misuse("--grow and --min-gap go with --min or --printer");
    if (side_name != NULL && (!(sheet_mm > 0) ||
                              (strcmp(side_name, "both") != 0 &&
                               strcmp(side_name, "before") != 0 &&
                               strcmp(side_name, "behind") != 0)))
        cli_misuse("--side is both, before or behind, of a --sheet");
}

static pp_status
read_printer(pp_error *err)
{
    pp_printer p = { 0 };

    if (printer_name != NULL && profile_read(printer_name, &p, err) == PP_OK)
        wish.min_mm = p.min_wall_mm;
    wish.min_gap_mm = !isnan(gap_mm)         ? gap_mm
                      : printer_name != NULL ? p.min_gap_mm
                                             : GAP_OF_MIN * wish.min_mm;
    if (way_name != NULL)
        wish.way = strcmp(way_name, "out") == 0  ? PP_GROW_OUT
                   : strcmp(way_name, "in") == 0 ? PP_GROW_IN
                                                 : PP_GROW_BOTH;
    return err->status;
}

static pp_status
work(run *r, pp_error *err)
{
    return hollow_mm > 0  ? make_hollow(r, err)
           : sheet_mm > 0 ? make_sheet(r, err)
           : measure_only ? measure(r, err)
                          : grow(r, err);
}

int
main(int argc, char **argv)
{
    run r = { 0 };
    pp_error err = { 0 };

    r.verdict = CLI_TROUBLE;
    cli_start(&tool, argc, argv);
    check_options();
    if (read_printer(&err) != PP_OK)
        return cli_finish(NULL, &err, CLI_TROUBLE);
    const char *path = cli_input(0);

    if (cli_read_mesh(path, &r.mesh, &r.prov, &r.format, &err) != PP_OK)
        goto done;
    r.format = cli_output_format(r.format);
    warn_of_voxels(&r.prov);
    if (work(&r, &err) != PP_OK)
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
    pp_hollow_report_free(&r.hollow);
    pp_free(drain);
    pp_provenance_free(&r.prov);
    pp_mesh_free(&r.stored);
    pp_mesh_free(&r.mesh);
    return cli_finish(path, &err, r.verdict);
}
