/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshshell_work.c - from the mesh to the bytes that are written
 */
#include "meshshell.h"
#include "config.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* Beyond the larger of these, a wall is not looked for (it costs time, and
 * nothing is printed wrong for being thick). */
#define LIMIT_MM 10.0
#define LIMIT_TIMES_T 4.0

static double
limit_mm(void)
{
    return fmax(LIMIT_MM, LIMIT_TIMES_T * asked.how.min_mm);
}

/* Is it at the rim of a drain, which is an edge that was asked for? */
bool
mss_is_at_drain(const mss_run *r, pp_vec3 p)
{
    for (size_t n = 0; n < r->hollow.ndrain; n++) {
        const pp_drain_cut *d = &r->hollow.drain[n];
        const pp_vec3 way = pp_sub(d->inner, d->outer);
        const double s = pp_dot(pp_sub(p, d->outer), way) / pp_dot(way, way);
        const pp_vec3 at = pp_add(d->outer,
                                  pp_scale(way, fmin(fmax(s, 0), 1)));

        if (pp_distance(p, at) < d->diameter_mm / 2 + asked.hollow_mm)
            return true;
    }
    return false;
}

/* Thin places that count. */
size_t
mss_count_thin(const mss_run *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->walls.nthin; i++)
        n += !mss_is_at_drain(r, r->walls.thin[i].place);
    return n;
}

static cli_verdict
judge(const mss_run *r)
{
    const bool good = mss_count_thin(r) == 0 && !pp_shell_joined(&r->report) &&
                      pp_report_ndefect(&r->check) == 0 &&
                      (asked.ndrain == 0 || r->hollow.ntrapped == 0) &&
                      r->sheet.ncavity == 0;

    return cli_judge(good, &r->prov);
}

/* What the step did, for the provenance. */
static pp_status
add_step(mss_run *r, pp_error *err)
{
    char changes[256];

    if (asked.hollow_mm > 0)
        snprintf(changes, sizeof changes,
                 "hollow_mm=%.3f volume_mm3=%+.6g cavities=%zu drains=%zu "
                 "trapped=%zu least_wall_mm=%.3f", asked.hollow_mm,
                 r->hollow.volume_after_mm3 - r->hollow.volume_before_mm3,
                 r->hollow.ncavity, r->hollow.ndrain, r->hollow.ntrapped,
                 r->walls.summary.min_mm);
    else if (asked.sheet_mm > 0)
        snprintf(changes, sizeof changes,
                 "sheet_mm=%.3f area_mm2=%.6g volume_mm3=%.6g parts=%zu "
                 "least_wall_mm=%.3f", asked.sheet_mm, r->sheet.area_mm2,
                 r->sheet.volume_mm3, r->sheet.npart, r->walls.summary.min_mm);
    else
        snprintf(changes, sizeof changes,
             "min_wall_mm=%.3f->%.3f volume_mm3=%+.4g max_growth_mm=%.3f "
             "thin_places=%zu", r->report.before.summary.min_mm,
             r->walls.summary.min_mm,
             r->report.volume_after_mm3 - r->report.volume_before_mm3,
             r->report.max_growth_mm, r->walls.nthin);
    return pp_provenance_add_step(&r->prov, "meshshell", PACKAGE_VERSION,
                                  cli.options_text, changes,
                                  cli_status(r->verdict), err);
}

static pp_status
measure_stored(mss_run *r, pp_error *err)
{
    return r->report.before.summary.area_mm2 > 0
               ? pp_shell_walls_stored(&r->mesh, &r->stored, &asked.how,
                                       &r->report, &r->walls, err)
               : pp_walls_measure(&r->stored, &asked.how, asked.how.min_mm,
                                  &r->walls, err);
}

/* What the file will hold: the mesh and its plugs, which are objects where the
 * format has any; in *stored they are one. */
static pp_status
encode(const mss_run *r, pp_bytes *bytes, pp_mesh *stored, pp_error *err)
{
    const size_t nplug = r->hollow.plug != NULL ? r->hollow.ndrain : 0;
    pp_object *object = pp_alloc_zero(1 + nplug, sizeof *object);
    char (*name)[32] = pp_alloc(nplug, sizeof *name);
    const pp_model model = { object, 1 + nplug, r->prov };
    pp_model again = { 0 };

    if (object == NULL || name == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    object[0].mesh = r->mesh;
    object[0].name = r->prov.label_name;
    for (size_t n = 0; n < nplug; n++) {
        snprintf(name[n], sizeof *name, "plug %zu", n + 1);
        object[n + 1].mesh = r->hollow.plug[n];
        object[n + 1].name = name[n];
    }
    if (cli_encode_model(&model, r->format, NULL, bytes, &again, err) == PP_OK)
        (void)!pp_model_join(&again, stored, err);
done:
    pp_model_free(&again);
    pp_free(name);
    pp_free(object);
    return err->status;
}

/* Encodes, decodes and measures: once to know the verdict, once with it. */
static pp_status
encode_grown(mss_run *r, pp_error *err)
{
    pp_bytes first = { 0 };
    pp_mesh same = { 0 };

    if (encode(r, &first, &r->stored, err) != PP_OK ||
        pp_check(&r->stored, NULL, &r->check, err) != PP_OK ||
        measure_stored(r, err) != PP_OK)
        goto done;
    r->verdict = judge(r);
    if (add_step(r, err) == PP_OK)
        (void)!encode(r, &r->bytes, &same, err);
done:
    pp_bytes_free(&first);
    pp_mesh_free(&same);
    return err->status;
}

/* The map as a property of the vertices, blue where thick, red where thin. */
static pp_status
encode_measured(mss_run *r, pp_error *err)
{
    const double top = asked.how.min_mm > 0 ? 2 * asked.how.min_mm
                                       : 2 * r->walls.summary.median_mm;
    uint8_t(*rgb)[3] = pp_alloc(r->walls.nmap, sizeof *rgb);
    const pp_field field = { asked.how.gap
                                 ? asked.how.rays ? "gap_ray_mm" : "gap_mm"
                             : asked.how.rays ? "thickness_ray_mm"
                                         : "thickness_mm",
                             r->walls.map_mm,
                             (const uint8_t(*)[3])rgb };
    const pp_encode_options with = {
        .keep_comments = cli.keep_comments, .field = &field
    };
    pp_mesh same = { 0 };

    if (rgb == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < r->walls.nmap; v++) {
        const double share = fmin(r->walls.map_mm[v] / top, 1);

        rgb[v][0] = (uint8_t)(255 * (1 - share));
        rgb[v][1] = (uint8_t)(255 * (1 - fabs(2 * share - 1)));
        rgb[v][2] = (uint8_t)(255 * share);
    }
    if (pp_provenance_add_step(&r->prov, "meshshell", PACKAGE_VERSION,
                               cli.options_text, "changed=0",
                               cli_status(r->verdict), err) == PP_OK)
        (void)!cli_encode_mesh(&r->mesh, &r->prov, r->format, &with,
                               &r->bytes, &same, err);
    pp_free(rgb);
    pp_mesh_free(&same);
    return err->status;
}

static pp_status
grow(mss_run *r, pp_error *err)
{
    pp_mesh grown = { 0 };

    asked.how.round_float = pp_format_find(r->format)->float32;
    cli_progress("growing", 0.1);
    if (pp_shell_grow(&r->mesh, &asked.how, &grown, &r->report, err) != PP_OK)
        return err->status;
    pp_mesh_free(&r->mesh);
    r->mesh = grown;
    asked.how.offered = &r->report.sheet;
    cli_progress("measuring what is written", 0.8);
    return encode_grown(r, err);
}

static pp_status
make_hollow(mss_run *r, pp_error *err)
{
    const pp_hollow_options how = {
        .wall_mm = asked.hollow_mm, .resolution_mm = asked.how.resolution_mm,
        .up = asked.up,
        .round_float = pp_format_find(r->format)->float32, .drain = asked.drain,
        .ndrain = asked.ndrain, .plugs = asked.plugs,
        .clearance_mm = asked.clearance_mm
    };
    pp_mesh made = { 0 };

    cli_progress("making it hollow", 0.1);
    if (pp_shell_hollow(&r->mesh, &how, &made, &r->hollow, err) != PP_OK)
        return err->status;
    pp_mesh_free(&r->mesh);
    r->mesh = made;
    asked.how.min_mm = asked.hollow_mm;
    cli_progress("measuring what is written", 0.5);
    return encode_grown(r, err);
}

static pp_status
make_sheet(mss_run *r, pp_error *err)
{
    const pp_sheet_options how = {
        .thick_mm = asked.sheet_mm, .resolution_mm = asked.how.resolution_mm,
        .round_float = pp_format_find(r->format)->float32,
        .side = asked.side_name == NULL || strcmp(asked.side_name, "both") == 0
                    ? PP_SHEET_BOTH
                : strcmp(asked.side_name, "before") == 0 ? PP_SHEET_BEFORE
                                                   : PP_SHEET_BEHIND,
        .straight = asked.rim_name != NULL &&
                    strcmp(asked.rim_name, "straight") == 0
    };
    pp_mesh made = { 0 };

    cli_progress("making a solid", 0.1);
    if (pp_shell_sheet(&r->mesh, &how, &made, &r->sheet, err) != PP_OK)
        return err->status;
    pp_mesh_free(&r->mesh);
    r->mesh = made;
    asked.how.min_mm = asked.sheet_mm;
    asked.how.offered = &r->sheet.middle;
    cli_progress("measuring what is written", 0.5);
    return encode_grown(r, err);
}

static pp_status
measure(mss_run *r, pp_error *err)
{
    cli_progress("measuring", 0.1);
    /* only closed and clean meshes have a thickness */
    if (pp_shell_require_solid(&r->mesh, &r->check, err) != PP_OK ||
        pp_walls_measure(&r->mesh, &asked.how, limit_mm(), &r->walls, err) !=
            PP_OK)
        return err->status;
    r->verdict = judge(r);
    return asked.with_mesh ? encode_measured(r, err) : PP_OK;
}

pp_status
mss_work(mss_run *r, pp_error *err)
{
    return asked.hollow_mm > 0  ? make_hollow(r, err)
           : asked.sheet_mm > 0 ? make_sheet(r, err)
           : asked.measure_only ? measure(r, err)
                          : grow(r, err);
}
