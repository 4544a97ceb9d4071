/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshconv.c - meshes from format to format, and to where they are printed
 */
#include "meshconv.h"

#include "base/alloc.h"
#include "base/text.h"
#include "names.h"
#include "profile.h"

#include <math.h>
#include <string.h>

/* Between pegs and holes: radius, for parts that are to be glued. */
#define CLEARANCE_MM 0.15
#define MIN_WALL_MM 1.5
/* Letters: read at arm's length, with a pen of half a millimetre. */
#define CAPITAL_MM 4.0
#define DEPTH_MM 0.5

mcv_asked asked = { .scale = 1, .clearance_mm = NAN, .min_wall_mm = NAN };
mcv_run run;

static size_t step_room;

static bool
add_step(mcv_kind kind, pp_move move, const char *matrix)
{
    pp_error err = { 0 };

    if (pp_grow(&asked.step, &step_room, asked.nstep + 1, sizeof *asked.step,
                &err) != PP_OK)
        return false;
    asked.step[asked.nstep++] = (mcv_step){ kind, move, matrix };
    return true;
}

static bool
add_shift(const char *text)
{
    double by[3];

    return pp_text_to_triple(text, by) &&
           add_step(MCV_MOVE, pp_move_by(pp_vec(by[0], by[1], by[2])), NULL);
}

/* "x", "y", "z" as 0, 1, 2; -1 for what is none */
static int
axis_of(const char *text)
{
    return strlen(text) == 1 && *text >= 'x' && *text <= 'z' ? *text - 'x'
                                                             : -1;
}

/* "z,90" or "1,1,0,30" */
static bool
add_turn(const char *text)
{
    const char *comma = strrchr(text, ',');
    const size_t n = comma != NULL ? (size_t)(comma - text) : 0;
    char axis[128];
    double to[3] = { 0 }, degrees;

    if (n == 0 || n >= sizeof axis || !pp_text_to_double(comma + 1, &degrees))
        return false;
    memcpy(axis, text, n);
    axis[n] = '\0';
    if (axis_of(axis) >= 0)
        to[axis_of(axis)] = 1;
    else if (!pp_text_to_triple(axis, to))
        return false;

    const pp_vec3 about = pp_vec(to[0], to[1], to[2]);
    const double length = pp_norm(about);

    return length > 0 && isfinite(length) &&
           add_step(MCV_MOVE, pp_move_turn(about, degrees), NULL);
}

static bool
add_matrix(const char *path)
{
    return *path != '\0' && add_step(MCV_MOVE, pp_move_none(), path);
}

static bool
add_mirror(const char *text)
{
    const int axis = axis_of(text);

    asked.mirrored = !asked.mirrored;
    return axis >= 0 && add_step(MCV_MOVE, pp_move_mirror(axis), NULL);
}

static bool
add_scale(const char *text)
{
    double factor;

    if (!pp_text_to_double(text, &factor) || !(factor > 0))
        return false;
    asked.scale *= factor;
    return asked.scale > 0 && isfinite(asked.scale) &&
           add_step(MCV_MOVE, pp_move_scale(factor), NULL);
}

static bool
add_center(const char *text)
{
    (void)text;
    return add_step(MCV_CENTER, pp_move_none(), NULL);
}

static bool
add_lay(const char *text)
{
    (void)text;
    return add_step(MCV_LAY, pp_move_none(), NULL);
}

static bool
add_unplace(const char *text)
{
    (void)text;
    return add_step(MCV_UNPLACE, pp_move_none(), NULL);
}

/* "nx,ny,nz,d": all p with n . p = d; n of any length */
static bool
set_cut(const char *text)
{
    const char *comma = strrchr(text, ',');
    const size_t n = comma != NULL ? (size_t)(comma - text) : 0;
    char normal[128];
    double to[3], at, length;

    if (asked.cut || n == 0 || n >= sizeof normal ||
        !pp_text_to_double(comma + 1, &at))
        return false;
    memcpy(normal, text, n);
    normal[n] = '\0';
    if (!pp_text_to_triple(normal, to))
        return false;
    length = pp_norm(pp_vec(to[0], to[1], to[2]));
    if (!(length > 0) || !isfinite(length) || !isfinite(at / length))
        return false;
    asked.plane.normal = pp_vec(to[0] / length, to[1] / length,
                                to[2] / length);
    asked.plane.at = at / length;
    asked.cut = true;
    return true;
}

static bool
set_tiles(const char *text)
{
    asked.tile = true;
    if (strcmp(text, "printer") == 0)
        return true;
    return pp_text_to_triple(text, asked.tile_mm) && asked.tile_mm[0] > 0 &&
           asked.tile_mm[1] > 0 && asked.tile_mm[2] > 0;
}

static bool
set_mark(const char *text, bool raised)
{
    if (asked.mark.text != NULL || *text == '\0')
        return false;
    asked.mark.text = text;
    asked.mark.raised = raised;
    return true;
}

static bool
set_engrave(const char *text)
{
    return set_mark(text, false);
}

static bool
set_emboss(const char *text)
{
    return set_mark(text, true);
}

static bool
set_at(const char *text)
{
    double at[3];

    if (!pp_text_to_triple(text, at))
        return false;
    asked.mark.place = pp_vec(at[0], at[1], at[2]);
    asked.mark.placed = true;
    return true;
}

static const cli_option options[] = {
    { 0, "unit", "UNIT", "of the input's coordinates: mm, cm, m or inch",
      CLI_TEXT, &asked.unit, NULL },
    { 0, "scale", "FACTOR", "about the origin", CLI_CALL, NULL, add_scale },
    { 0, "mirror", "AXIS", "x, y or z becomes negative: another side of the "
      "body", CLI_CALL, NULL, add_mirror },
    { 0, "translate", "X,Y,Z", "by so many mm", CLI_CALL, NULL, add_shift },
    { 0, "rotate", "AXIS,DEG", "about x, y, z or a direction X,Y,Z through the "
      "origin", CLI_CALL, NULL, add_turn },
    { 0, "matrix", "FILE", "by a rigid 4 x 4 matrix, LPS", CLI_CALL_PATH, NULL,
      add_matrix },
    { 0, "center", NULL, "the middle of the box to the origin", CLI_CALL, NULL,
      add_center },
    { 0, "lay", NULL, "on its largest stable side, on the plate z = 0",
      CLI_CALL, NULL, add_lay },
    { 0, "unplace", NULL, "back to where the scan has it", CLI_CALL, NULL,
      add_unplace },
    { 0, "side", "L|R", "the side of the body that the input is of", CLI_TEXT,
      &asked.side, NULL },
    { 0, "union", NULL, "all objects as one solid", CLI_FLAG, &asked.join,
      NULL },
    { 0, "engrave", "TEXT", "into the surface; %h is the first input's hash, "
      "%s its side", CLI_CALL_PATH, NULL, set_engrave },
    { 0, "emboss", "TEXT", "the same, raised", CLI_CALL_PATH, NULL,
      set_emboss },
    { 0, "height", "MM", "of the text's capitals (default 4)", CLI_POSITIVE,
      &asked.mark.capital_mm, NULL },
    { 0, "depth", "MM", "of the text (default 0.5)", CLI_POSITIVE,
      &asked.mark.depth_mm, NULL },
    { 0, "at", "X,Y,Z", "near this place, not on the flattest one", CLI_CALL,
      NULL, set_at },
    { 0, "cut", "NX,NY,NZ,D", "by the plane of a normal at D mm along it",
      CLI_CALL, NULL, set_cut },
    { 0, "keep", "SIDE", "of a cut: both (default), above or below the plane",
      CLI_TEXT, &asked.keep, NULL },
    { 0, "tiles", "X,Y,Z|printer", "cut into tiles that fit this box",
      CLI_CALL, NULL, set_tiles },
    { 0, "pegs", "D", "with a cut: pegs of D mm, and holes for them",
      CLI_POSITIVE, &asked.peg.diameter_mm, NULL },
    { 0, "clearance", "MM", "between peg and hole all around (default 0.15)",
      CLI_REAL, &asked.clearance_mm, NULL },
    { 0, "min-wall", "MM", "left around holes and under text (default 1.5, or "
      "the printer's)",
      CLI_REAL, &asked.min_wall_mm, NULL },
    { 0, "printer", "NAME|FILE", "forecast for this printer's profile",
      CLI_PATH, &asked.printer_name, NULL },
    { 0, "split", NULL, "each connected part is an object", CLI_FLAG,
      &asked.split, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "meshconv", "meshes to other formats and places, cut and marked for print",
    "[FILE...]", 0, -1, options, true, NULL,
};

static bool
is_one_of(const char *text, const char *const *word)
{
    for (; *word != NULL; word++)
        if (strcmp(text, *word) == 0)
            return true;
    return false;
}

static void
check_options(void)
{
    static const char *const unit[] = { "mm", "cm", "m", "inch", NULL };
    static const char *const side[] = { "L", "R", NULL };
    static const char *const keep[] = { "both", "above", "below", NULL };

    if (asked.unit != NULL && !is_one_of(asked.unit, unit))
        cli_misuse("--unit is mm, cm, m or inch");
    if (asked.side != NULL && !is_one_of(asked.side, side))
        cli_misuse("--side is L or R");
    if (asked.keep != NULL && (!asked.cut || !is_one_of(asked.keep, keep)))
        cli_misuse("--keep is both, above or below, of a --cut");
    if (asked.cut && asked.tile)
        cli_misuse("--cut and --tiles exclude each other");
    if (asked.tile && asked.tile_mm[0] == 0 && asked.printer_name == NULL)
        cli_misuse("--tiles=printer needs --printer");
    if (asked.peg.diameter_mm > 0 && !asked.cut && !asked.tile)
        cli_misuse("--pegs goes with --cut or --tiles");
    if (asked.peg.diameter_mm > 0 && asked.keep != NULL &&
        strcmp(asked.keep, "both") != 0)
        cli_misuse("--pegs wants both sides of a cut");
    if (!isnan(asked.clearance_mm) && !(asked.peg.diameter_mm > 0))
        cli_misuse("--clearance goes with --pegs");
    if (asked.mark.text == NULL &&
        (asked.mark.placed || asked.mark.capital_mm > 0 ||
         asked.mark.depth_mm > 0))
        cli_misuse("--height, --depth and --at go with --engrave or --emboss");
    if (asked.clearance_mm < 0 || asked.min_wall_mm < 0)
        cli_misuse("--clearance and --min-wall are not negative");
}

/* What the printer's profile says, where the command line does not. */
static pp_status
settle(pp_error *err)
{
    asked.peg.wall_mm = MIN_WALL_MM;
    if (asked.printer_name != NULL) {
        if (profile_read(asked.printer_name, &run.printer, err) != PP_OK)
            return err->status;
        asked.peg.wall_mm = run.printer.min_wall_mm;
        if (asked.tile && asked.tile_mm[0] == 0)
            memcpy(asked.tile_mm, run.printer.build_mm, sizeof asked.tile_mm);
    }
    if (!isnan(asked.min_wall_mm))
        asked.peg.wall_mm = asked.min_wall_mm;
    asked.mark.wall_mm = asked.peg.wall_mm;
    if (!(asked.mark.capital_mm > 0))
        asked.mark.capital_mm = CAPITAL_MM;
    if (!(asked.mark.depth_mm > 0))
        asked.mark.depth_mm = DEPTH_MM;
    asked.peg.clearance_mm =
        isnan(asked.clearance_mm) ? CLEARANCE_MM : asked.clearance_mm;
    return PP_OK;
}

int
main(int argc, char **argv)
{
    pp_error err = { 0 };

    run.verdict.own = CLI_TROUBLE;
    cli_start(&tool, argc, argv);
    check_options();
    names_is_pattern(cli.output); /* what is none is misuse: before reading */
    if (settle(&err) != PP_OK || mcv_read(&err) != PP_OK ||
        mcv_work(&err) != PP_OK || mcv_make_files(&err) != PP_OK ||
        mcv_write_json(&err) != PP_OK || mcv_write_files(&err) != PP_OK)
        goto done;
    mcv_tell();
done:
    mcv_free_files();
    pp_tiling_free(&run.tiling);
    pp_model_free(&run.model);
    pp_free(asked.step);
    return cli_finish(run.culprit, &err, cli_status(run.verdict));
}
