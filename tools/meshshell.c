/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshshell - walls of at least T, measured on the file that was written
 *
 * A filter: it writes the format that it read. It grows thin walls (--min),
 * makes a solid hollow (--hollow) or an open surface solid (--sheet); with
 * --measure it only tells how thick the walls are.
 */
#include "meshshell.h"

#include "base/alloc.h"
#include "base/text.h"
#include "profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A gap that stays open, of the wall wanted. */
#define GAP_OF_MIN (1 / 3.0)

mss_asked asked = { .up = { 0, 0, 1 }, .gap_mm = NAN };

static size_t drain_room;

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
        pp_grow(&asked.drain, &drain_room, asked.ndrain + 1,
                sizeof *asked.drain, &err) != PP_OK)
        return false;
    d.place = pp_vec(place[0], place[1], place[2]);
    asked.drain[asked.ndrain++] = d;
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
    asked.up = pp_unit(pp_vec(to[0], to[1], to[2]));
    return pp_norm(asked.up) > 0.5;
}

static const cli_option options[] = {
    { 0, "min", "MM", "grow walls thinner than MM to MM", CLI_POSITIVE,
      &asked.how.min_mm, NULL },
    { 0, "printer", "NAME|FILE", "the minimum wall of this printer's profile",
      CLI_PATH, &asked.printer_name, NULL },
    { 0, "grow", "WAY", "of a wall's two sides the outer one moves (out), the "
      "inner one (in), or both (default)", CLI_TEXT, &asked.way_name, NULL },
    { 0, "min-gap", "MM", "no gap that is as wide, and none between parts, is "
      "narrowed (default MIN/3, or the printer's)", CLI_REAL,
      &asked.gap_mm, NULL },
    { 0, "hollow", "MM", "take out what lies deeper than MM", CLI_POSITIVE,
      &asked.hollow_mm, NULL },
    { 0, "drain", "D[@X,Y,Z]", "with --hollow: a hole of D mm, near a place or "
      "at each cavity's lowest point", CLI_CALL, NULL, add_drain },
    { 0, "plugs", NULL, "with --drain: a plug for each, an object of its own",
      CLI_FLAG, &asked.plugs, NULL },
    { 0, "clearance", "MM", "between plug and drain, all around (default 0.15)",
      CLI_POSITIVE, &asked.clearance_mm, NULL },
    { 0, "up", "AXIS|X,Y,Z", "which way is up, for the lowest point (z)",
      CLI_CALL, NULL, set_up },
    { 0, "sheet", "MM", "make an open surface a solid of MM", CLI_POSITIVE,
      &asked.sheet_mm, NULL },
    { 0, "side", "WHERE", "of a sheet: both (default), before or behind its "
      "facets", CLI_TEXT, &asked.side_name, NULL },
    { 0, "rim", "SHAPE", "of a sheet: round (default) or straight", CLI_TEXT,
      &asked.rim_name, NULL },
    { 0, "measure", NULL, "measure only (against --min, when given)",
      CLI_FLAG, &asked.measure_only, NULL },
    { 0, "certify", NULL, "bounds of the least wall that are certain (slow)",
      CLI_FLAG, &asked.how.certify, NULL },
    { 0, "gap", NULL, "with --measure: not walls, but gaps between them",
      CLI_FLAG, &asked.how.gap, NULL },
    { 0, "method", "ball|ray", "with --measure: ray is the way straight across",
      CLI_TEXT, &asked.method_name, NULL },
    { 0, "edge-opening", "DEG",
      "convex edges that open less are edges, not walls (default 150)",
      CLI_POSITIVE, &asked.how.edge_opening_deg, NULL },
    { 0, "resolution", "MM", "sample distance of the field (default MIN/10)",
      CLI_POSITIVE, &asked.how.resolution_mm, NULL },
    { 0, "rebuild", NULL, "surface the whole solid anew, not only what grows",
      CLI_FLAG, &asked.how.rebuild, NULL },
    { 0, "picture", "FILE.png", "picture of the wall thickness", CLI_PATH,
      &asked.picture, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

/* Asked while -o is still as it was given. */
static bool
mesh_wanted(void)
{
    asked.with_mesh = !asked.measure_only || cli.output != NULL;
    return asked.with_mesh;
}

static const cli_tool tool = {
    "meshshell", "walls of at least a minimum, measured on the written file",
    "[FILE]", 0, 1, options, true, mesh_wanted,
};

/* One thing at a time, and options with what they belong to. */
static void
check_options(void)
{
    const int n = (asked.hollow_mm > 0) + (asked.sheet_mm > 0) +
                  asked.measure_only;

    if (n > 1)
        cli_misuse("--measure, --hollow and --sheet: one of them");
    if ((asked.hollow_mm > 0 || asked.sheet_mm > 0) &&
        (asked.how.min_mm > 0 || asked.printer_name != NULL ||
         asked.how.rebuild))
        cli_misuse("--hollow and --sheet go without --min, --printer and "
                   "--rebuild");
    if (n == 0 && !(asked.how.min_mm > 0) && asked.printer_name == NULL)
        cli_misuse("--min, --printer, --hollow, --sheet or --measure is "
                   "needed");
    if (asked.how.min_mm > 0 && asked.printer_name != NULL)
        cli_misuse("--min and --printer exclude each other");
    asked.how.rays = asked.method_name != NULL &&
                     strcmp(asked.method_name, "ray") == 0;
    if (asked.method_name != NULL && !asked.how.rays &&
        strcmp(asked.method_name, "ball") != 0)
        cli_misuse("--method is ball or ray");
    if ((asked.how.gap || asked.method_name != NULL) && !asked.measure_only)
        cli_misuse("--gap and --method go with --measure");
    if (asked.how.certify && (asked.how.gap || asked.how.rays))
        cli_misuse("--certify bounds walls by balls only");
    if (asked.ndrain > 0 && !(asked.hollow_mm > 0))
        cli_misuse("--drain goes with --hollow");
    if ((asked.plugs && asked.ndrain == 0) ||
        (asked.clearance_mm > 0 && !asked.plugs))
        cli_misuse("--plugs goes with --drain, --clearance with --plugs");
    if (asked.way_name != NULL && strcmp(asked.way_name, "out") != 0 &&
        strcmp(asked.way_name, "in") != 0 &&
        strcmp(asked.way_name, "both") != 0)
        cli_misuse("--grow is out, in or both");
    if (asked.gap_mm < 0)
        cli_misuse("--min-gap is not negative");
    if ((asked.way_name != NULL || !isnan(asked.gap_mm)) &&
        (asked.measure_only || asked.hollow_mm > 0 || asked.sheet_mm > 0))
        cli_misuse("--grow and --min-gap go with --min or --printer");
    if (asked.side_name != NULL && (!(asked.sheet_mm > 0) ||
                              (strcmp(asked.side_name, "both") != 0 &&
                               strcmp(asked.side_name, "before") != 0 &&
                               strcmp(asked.side_name, "behind") != 0)))
        cli_misuse("--side is both, before or behind, of a --sheet");
    if (asked.rim_name != NULL && (!(asked.sheet_mm > 0) ||
                             (strcmp(asked.rim_name, "round") != 0 &&
                              strcmp(asked.rim_name, "straight") != 0)))
        cli_misuse("--rim is round or straight, of a --sheet");
}

static pp_status
read_printer(pp_error *err)
{
    pp_printer p = { 0 };

    if (asked.printer_name != NULL &&
        profile_read(asked.printer_name, &p, err) == PP_OK)
        asked.how.min_mm = p.min_wall_mm;
    asked.how.min_gap_mm = !isnan(asked.gap_mm)         ? asked.gap_mm
                      : asked.printer_name != NULL ? p.min_gap_mm
                                             : GAP_OF_MIN * asked.how.min_mm;
    if (asked.way_name != NULL)
        asked.how.way = strcmp(asked.way_name, "out") == 0  ? PP_GROW_OUT
                   : strcmp(asked.way_name, "in") == 0 ? PP_GROW_IN
                                                 : PP_GROW_BOTH;
    return err->status;
}

int
main(int argc, char **argv)
{
    mss_run r = { 0 };
    pp_error err = { 0 };

    r.verdict.own = CLI_TROUBLE;
    cli_start(&tool, argc, argv);
    check_options();
    if (read_printer(&err) != PP_OK)
        return cli_finish(NULL, &err, CLI_TROUBLE);
    const char *path = cli_input(0);

    if (cli_read_mesh(path, &r.mesh, &r.prov, &r.format, &err) != PP_OK)
        goto done;
    r.format = cli_output_format(r.format);
    if (mss_work(&r, &err) != PP_OK)
        goto done;
    if (asked.picture != NULL && mss_write_picture(&r, &err) != PP_OK)
        goto done;
    if (mss_write_json(&r, &err) != PP_OK)
        goto done;
    if (asked.with_mesh && cli_write(&r.bytes, r.format, &err) != PP_OK)
        goto done;
    mss_warn_of_voxels(&r);
    mss_tell(&r);
done:
    pp_bytes_free(&r.bytes);
    pp_report_free(&r.check);
    pp_walls_free(&r.walls);
    pp_shell_report_free(&r.report);
    pp_hollow_report_free(&r.hollow);
    pp_sheet_report_free(&r.sheet);
    pp_free(asked.drain);
    pp_provenance_free(&r.prov);
    pp_mesh_free(&r.stored);
    pp_mesh_free(&r.mesh);
    return cli_finish(path, &err, cli_status(r.verdict));
}
