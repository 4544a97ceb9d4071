/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * udf2stl - a surface from a field of distances that have no sign
 *
 * An open surface at the valley of the field, or, with --thick, the solid of
 * all points near it. The field is checked first; what is written is decoded
 * again and checked.
 */
#include "cli.h"
#include "config.h"

#include "base/alloc.h"
#include "base/text.h"
#include "check/check.h"
#include "shell/shell.h"
#include "surface/valley.h"

#include <string.h>

static double thick_mm;
static const char *unit_name, *form_name;
static pp_valley_options wish;
static pp_thick_options solid = { .margin_mm = -1 };
static size_t channel;
static bool check_only;

static bool
set_margin(const char *text)
{
    return pp_text_to_double(text, &solid.margin_mm) && solid.margin_mm >= 0;
}

static const cli_option options[] = {
    { 0, "thick", "MM", "the solid of all points within MM/2", CLI_POSITIVE,
      &thick_mm, NULL },
    { 0, "margin", "MM", "with --thick: more on either side (default: what "
      "the noise asks for)", CLI_CALL, NULL, set_margin },
    { 0, "resolution", "MM", "with --thick: sample distance (default 0.7 "
      "voxel, less for thin walls)", CLI_POSITIVE, &solid.resolution_mm,
      NULL },
    { 0, "unit", "UNIT", "of the values: voxel or mm (default: by their "
      "gradient)", CLI_TEXT, &unit_name, NULL },
    { 0, "scale", "X", "multiply the values by X first", CLI_POSITIVE,
      &wish.scale, NULL },
    { 0, "pinhole", "VOXELS", "close openings of a smaller diameter (default "
      "3, at most 3.2)", CLI_POSITIVE, &wish.pinhole, NULL },
    { 0, "check", NULL, "check the field only, write no mesh", CLI_FLAG,
      &check_only, NULL },
    { 0, "channel", "N", "the image to take from a 4-D file, from 1",
      CLI_COUNT, &channel, NULL },
    { 0, "form", "FORM", "the NIfTI placement to use: sform or qform",
      CLI_TEXT, &form_name, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static bool
mesh_wanted(void)
{
    return !check_only;
}

static const cli_tool tool = {
    "udf2stl", "a surface from a field of distances without a sign", "FIELD",
    0, 1, options, true, mesh_wanted,
};

/* All that a run knows. */
typedef struct {
    pp_volume volume;
    pp_valley_field field;
    pp_valley_report report; /* of an open surface; else empty */
    pp_thick_report made;    /* of a solid */
    pp_mesh mesh, stored;
    pp_report check;         /* of the stored mesh */
    pp_provenance prov;
    pp_bytes bytes;
    pp_format format;
    bool cut;                /* a signed field's surface, at the border */
    int verdict;
} run;

static bool
is_open(const run *r)
{
    return thick_mm <= 0 && !r->field.check.is_signed;
}

static pp_status
read_field(run *r, pp_error *err)
{
    const pp_read_options how = {
        .channel = channel,
        .form = form_name == NULL                 ? PP_FORM_BEST
                : strcmp(form_name, "sform") == 0 ? PP_FORM_SFORM
                                                  : PP_FORM_QFORM
    };
    const pp_volume *v = &r->volume;

    cli_progress("reading", 0);
    if (pp_volume_read(cli_input(0), &how, &r->volume, err) != PP_OK)
        return err->status;
    if (v->has_segments || v->nlayer != 1)
        return pp_fail(err, PP_EGEOM, "holds a segmentation, no field of "
                       "distances: mask2stl makes surfaces of those");
    cli_progress("checking the field", 0.2);
    return pp_valley_load(&v->layer[0], &wish, &r->field, err);
}

static pp_status
make_surface(run *r, pp_error *err)
{
    solid.thick_mm = thick_mm;
    solid.round_float = pp_format_find(r->format)->float32;
    cli_progress("making the surface", 0.3);
    if (thick_mm > 0)
        return pp_shell_thick(&r->field, &solid, &r->mesh, &r->made, err);
    if (r->field.check.is_signed)
        return pp_valley_closed(&r->field, &r->mesh, &r->cut, err);
    return pp_valley_mesh(&r->field, &wish, &r->mesh, &r->report, err);
}

/* Defects that are none here: an open surface has open edges, and all its
 * pieces face away from their middles, those within others too. */
static size_t
ndefect(const run *r)
{
    size_t n = 0;

    for (int d = 0; d < PP_NDEFECT; d++)
        n += r->check.defect[d].count > 0 &&
             !(is_open(r) && (d == PP_DEFECT_OPEN_EDGE ||
                              d == PP_DEFECT_INVERTED_SHELL));
    return n;
}

static int
judge(const run *r)
{
    if (ndefect(r) > 0 || r->cut || r->made.cut)
        return CLI_LOOK;
    if (is_open(r) && pp_valley_doubtful(&r->field, &r->report))
        return CLI_LOOK;
    return CLI_GOOD;
}

static pp_status
make_provenance(run *r, pp_error *err)
{
    pp_provenance *p = &r->prov;
    const pp_grid *g = &r->volume.layer[0];
    char changes[256];

    p->unit = pp_strdup("mm");
    p->frame = pp_strdup("LPS");
    if (p->unit == NULL || p->frame == NULL)
        return pp_fail_memory(err);
    p->has_grid = true;
    memcpy(p->dim, g->dim, sizeof p->dim);
    memcpy(p->to_lps, g->to_lps, sizeof p->to_lps);
    pp_grid_spacing(g, p->voxel_mm);
    if (is_open(r))
        snprintf(changes, sizeof changes, "facets=%zu pieces=%zu openings=%zu "
                 "pinholes=%zu unit=%s", r->mesh.ntri, r->report.npiece,
                 r->report.nopening, r->report.nof[PP_PLACE_PINHOLE],
                 r->field.check.unit == PP_LENGTH_MM ? "mm" : "voxel");
    else
        snprintf(changes, sizeof changes, "facets=%zu volume_mm3=%.6g "
                 "thick_mm=%.3f margin_mm=%.3f unit=%s", r->mesh.ntri,
                 r->check.volume_mm3, thick_mm, r->made.margin_mm,
                 r->field.check.unit == PP_LENGTH_MM ? "mm" : "voxel");
    if (pp_provenance_add_input(p, "source", r->volume.sha256, r->volume.kind,
                                err) != PP_OK)
        return err->status;
    return pp_provenance_add_step(p, tool.name, PACKAGE_VERSION,
                                  cli.options_text, changes, r->verdict, err);
}

/* Encodes, decodes and checks; then once more, with the verdict. */
static pp_status
encode(run *r, pp_error *err)
{
    pp_bytes first = { 0 };
    pp_mesh same = { 0 };

    cli_progress("checking what is written", 0.8);
    if (cli_encode_mesh(&r->mesh, &r->prov, r->format, NULL, &first,
                        &r->stored, err) != PP_OK ||
        pp_check(&r->stored, NULL, &r->check, err) != PP_OK)
        goto done;
    r->verdict = judge(r);
    if (make_provenance(r, err) == PP_OK)
        (void)!cli_encode_mesh(&r->mesh, &r->prov, r->format, NULL, &r->bytes,
                               &same, err);
done:
    pp_bytes_free(&first);
    pp_mesh_free(&same);
    return err->status;
}

/* What a person must know is said without -v too. */
static void
tell(const run *r)
{
    static const char *const why[PP_NPLACE] = {
        NULL, "places where sheets meet and were split",
        "places that lie on a surface and have no facet", NULL
    };
    FILE *out = check_only && !cli.json_to_stdout ? stdout : stderr;
    size_t ntorn = 0;
    char text[256];

    if (check_only || (cli.verbose && !cli.quiet)) {
        pp_field_check_print(&r->field.check, out);
        if (thick_mm > 0 && !check_only)
            pp_thick_report_print(&r->made, out);
        else if (is_open(r) && !check_only)
            pp_valley_report_print(&r->report, out);
    }
    if (check_only)
        return;
    if (r->field.check.is_signed && thick_mm <= 0)
        cli_say("the field has a sign: its surface is closed");
    if (r->cut || r->made.cut)
        cli_say("the surface leaves the volume, and was closed at its border");
    for (int k = 0; k < PP_NPLACE; k++)
        if (why[k] != NULL && r->report.nof[k] > 0)
            cli_say("%zu %s (-v tells them)", r->report.nof[k], why[k]);
    for (size_t n = 0; n < r->report.nopening; n++)
        ntorn += r->report.opening[n].kind == PP_RIM_TORN;
    if (ntorn > 0)
        cli_say("%zu runs of open edges where the field shows no end: torn "
                "(-v tells them)", ntorn);
    if (ndefect(r) > 0) {
        pp_report_summary(&r->check, text, sizeof text);
        cli_say("left: %s", text);
    }
}

static pp_status
write_json(const run *r, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    pp_json_object(&j, "field");
    pp_field_check_json(&r->field.check, &j);
    pp_json_end(&j);
    if (!check_only && is_open(r)) {
        pp_json_object(&j, "surface");
        pp_valley_report_json(&r->report, &j);
        pp_json_end(&j);
    } else if (!check_only && thick_mm > 0) {
        pp_json_object(&j, "solid");
        pp_thick_report_json(&r->made, &j);
        pp_json_end(&j);
    }
    if (!check_only) {
        pp_json_object(&j, "check");
        pp_report_json(&r->check, &j);
        pp_json_end(&j);
    }
    return cli_json_write(&j, r->verdict, err);
}

static void
check_options(void)
{
    if (form_name != NULL && strcmp(form_name, "sform") != 0 &&
        strcmp(form_name, "qform") != 0)
        cli_misuse("--form is sform or qform, not '%s'", form_name);
    if (unit_name != NULL && strcmp(unit_name, "mm") == 0)
        wish.unit = PP_LENGTH_MM;
    else if (unit_name != NULL && strcmp(unit_name, "voxel") == 0)
        wish.unit = PP_LENGTH_VOXEL;
    else if (unit_name != NULL)
        cli_misuse("--unit is voxel or mm, not '%s'", unit_name);
    if (wish.pinhole > PP_VALLEY_MOST_PINHOLE)
        cli_misuse("--pinhole is at most %g voxels", PP_VALLEY_MOST_PINHOLE);
    if (thick_mm <= 0 && (solid.margin_mm >= 0 || solid.resolution_mm > 0))
        cli_misuse("--margin and --resolution go with --thick");
    if (thick_mm > 0 && wish.pinhole > 0)
        cli_misuse("--pinhole is for open surfaces: not with --thick");
}

static void
free_run(run *r)
{
    pp_volume_free(&r->volume);
    pp_valley_free(&r->field);
    pp_valley_report_free(&r->report);
    pp_mesh_free(&r->mesh);
    pp_mesh_free(&r->stored);
    pp_report_free(&r->check);
    pp_provenance_free(&r->prov);
    pp_bytes_free(&r->bytes);
}

int
main(int argc, char **argv)
{
    run r = { .verdict = CLI_TROUBLE };
    pp_error err = { 0 };

    cli_start(&tool, argc, argv);
    check_options();
    r.format = check_only ? PP_FORMAT_NONE : cli_output_format(PP_FORMAT_STL);
    if (read_field(&r, &err) != PP_OK)
        goto done;
    if (check_only)
        r.verdict = r.field.check.nbelow > 0 && !r.field.check.is_signed
                        ? CLI_LOOK : CLI_GOOD;
    else if (make_surface(&r, &err) != PP_OK || encode(&r, &err) != PP_OK)
        goto done;
    if (write_json(&r, &err) != PP_OK ||
        (!check_only && cli_write(&r.bytes, r.format, &err) != PP_OK))
        goto done;
    tell(&r);
done:
    r.verdict = cli_finish(cli_input(0), &err, r.verdict);
    free_run(&r);
    return r.verdict;
}
