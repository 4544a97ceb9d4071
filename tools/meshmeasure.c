/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure.c - numbers about a mesh, alone and against what it stands for
 */
#include "cli.h"
#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "measure/report.h"
#include "render/deviation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *mask_path, *label, *other_path, *source_path;
static const char *picture_path, *csv_path;
static double tolerance_mm, spacing_mm;
static bool pass;
static pp_measures result;
static size_t caliper_capacity, section_capacity, stage_capacity;

/* Meshes before this one, in order: names and files. */
typedef struct {
    const char *name, *path;
    size_t length; /* of the name */
} stage;

static stage *stages;
static size_t nstage;

static float *deviation; /* of each vertex, for the picture */

static bool
add_caliper(const char *text)
{
    pp_error err = { 0 };
    pp_caliper c;

    if (!pp_caliper_parse(text, &c) ||
        pp_grow(&result.caliper, &caliper_capacity, result.ncaliper + 1,
                sizeof c, &err) != PP_OK)
        return false;
    result.caliper[result.ncaliper++] = c;
    return true;
}

static bool
add_caliper_file(const char *path)
{
    pp_bytes bytes = { 0 };
    pp_caliper *list = NULL;
    size_t n = 0;
    pp_error err = { 0 };

    if (pp_file_read(path, 0, &bytes, &err) == PP_OK &&
        pp_calipers_decode(bytes.data, bytes.size, &list, &n, &err) ==
            PP_OK &&
        pp_grow(&result.caliper, &caliper_capacity, result.ncaliper + n,
                sizeof *list, &err) == PP_OK) {
        memcpy(result.caliper + result.ncaliper, list, n * sizeof *list);
        result.ncaliper += n;
    }
    pp_bytes_free(&bytes);
    pp_free(list);
    if (err.status != PP_OK)
        exit(cli_finish(path, &err, CLI_TROUBLE));
    return true;
}

static bool
add_section(const char *text)
{
    pp_error err = { 0 };
    pp_section s;

    if (!pp_section_parse(text, &s) ||
        pp_grow(&result.section, &section_capacity, result.nsection + 1,
                sizeof s, &err) != PP_OK)
        return false;
    result.section[result.nsection++] = s;
    return true;
}

static bool
add_stage(const char *text)
{
    const char *equals = strchr(text, '=');
    pp_error err = { 0 };
    stage s;

    if (equals == NULL || equals == text || equals[1] == '\0' ||
        equals - text >= PP_STEP_NAME ||
        pp_grow(&stages, &stage_capacity, nstage + 1, sizeof s, &err) !=
            PP_OK)
        return false;
    s = (stage){ text, equals + 1, (size_t)(equals - text) };
    stages[nstage++] = s;
    return true;
}

static const cli_option options[] = {
    { 0, "caliper", "NAME=x,y,z:x,y,z",
      "distance between two points (LPS, mm); repeatable", CLI_CALL, NULL,
      add_caliper },
    { 0, "calipers", "FILE", "calipers of a CSV, .mrk.json or .fcsv file",
      CLI_CALL_PATH, NULL, add_caliper_file },
    { 0, "section", "NAME=x,y,z:nx,ny,nz",
      "cut by the plane through a point with a normal; repeatable", CLI_CALL,
      NULL, add_section },
    { 0, "mask", "FILE", "compare with this segmentation", CLI_PATH,
      &mask_path, NULL },
    { 0, "label", "N|NAME", "which segment of the mask", CLI_TEXT, &label,
      NULL },
    { 0, "against", "MESH", "compare with this mesh", CLI_PATH, &other_path,
      NULL },
    { 0, "source", "IMAGE", "compare with the edges of this grey image",
      CLI_PATH, &source_path, NULL },
    { 0, "stage", "NAME=MESH", "a mesh before this one, for the budget of "
      "the editing; repeatable, first to last", CLI_CALL_PATH, NULL,
      add_stage },
    { 0, "csv", "FILE", "write the numbers as comma separated values",
      CLI_PATH, &csv_path, NULL },
    { 0, "spacing", "MM", "largest distance between samples", CLI_POSITIVE,
      &spacing_mm, NULL },
    { 0, "tolerance", "MM", "status 1 unless the mesh is this true",
      CLI_POSITIVE, &tolerance_mm, NULL },
    { 0, "picture", "FILE.png",
      "picture of the distances to the mask (or other mesh)", CLI_PATH,
      &picture_path, NULL },
    { 0, "pass", NULL, "write the mesh to the output as it came", CLI_FLAG,
      &pass, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static bool
mesh_wanted(void)
{
    return pass;
}

static const cli_tool tool = {
    "meshmeasure", "numbers about a mesh, and against its segmentation",
    "[MESH]", 0, 1, options, true, mesh_wanted,
};

static pp_status
compare_mask(const pp_mesh *mesh, pp_provenance *prov, pp_error *err)
{
    pp_mask mask = { 0 };

    if (cli_read_mask(mask_path, label, prov, &mask, err) == PP_OK) {
        cli_progress("mesh and mask", 0.2);
        (void)!pp_measures_mask(&result, mesh, &mask, spacing_mm, deviation,
                                err);
    }
    pp_mask_free(&mask);
    return err->status;
}

static pp_status
compare_mesh(const pp_mesh *mesh, pp_error *err)
{
    pp_mesh other = { 0 };
    pp_provenance prov = { 0 };
    pp_format format;

    if (cli_read_mesh(other_path, &other, &prov, &format, err) == PP_OK) {
        cli_progress("mesh and other", 0.3);
        (void)!pp_measures_mesh(&result, mesh, &other, spacing_mm,
                                mask_path == NULL ? deviation : NULL, err);
    }
    pp_provenance_free(&prov);
    pp_mesh_free(&other);
    return err->status;
}

static pp_status
compare_grey(const pp_mesh *mesh, pp_provenance *prov, pp_error *err)
{
    pp_volume v = { 0 };

    cli_progress("reading the image", 0);
    if (pp_volume_read(source_path, NULL, &v, err) != PP_OK)
        goto done;
    if (v.has_segments || v.nlayer != 1) {
        pp_fail(err, PP_EGEOM, "a segmentation is no grey image");
        goto done;
    }
    cli_progress("edges of the image", 0.5);
    if (pp_measures_grey(&result, mesh, &v.layer[0], spacing_mm, err) == PP_OK)
        (void)!pp_provenance_add_input(prov, "source", v.sha256, v.kind, err);
done:
    pp_volume_free(&v);
    return err->status;
}

/* Step n leads to mesh `after` from stage n. */
static pp_status
measure_step(size_t n, const pp_mesh *before, const pp_mesh *after,
             pp_error *err)
{
    pp_step *step = &result.step[n];
    const stage *to = n + 1 < nstage ? &stages[n + 1] : NULL;

    snprintf(step->name, sizeof step->name, "%.*s",
             to != NULL ? (int)to->length : 9,
             to != NULL ? to->name : "this mesh");
    return pp_measures_step(&result, before, after, spacing_mm, step, err);
}

/* The budget; *path is the stage that a failure is about. */
static pp_status
compare_stages(const pp_mesh *mesh, const char **path, pp_error *err)
{
    pp_mesh before = { 0 };
    pp_provenance prov = { 0 };
    pp_format format;

    result.step = pp_alloc_zero(nstage, sizeof *result.step);
    if (result.step == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < nstage; n++) {
        pp_mesh now = { 0 };

        *path = stages[n].path;
        if (cli_read_mesh(*path, &now, &prov, &format, err) != PP_OK)
            goto done;
        pp_provenance_free(&prov);
        if (n > 0 && measure_step(n - 1, &before, &now, err) != PP_OK) {
            pp_mesh_free(&now);
            goto done;
        }
        pp_mesh_free(&before);
        before = now;
    }
    if (measure_step(nstage - 1, &before, mesh, err) == PP_OK)
        result.nstep = nstage;
done:
    pp_mesh_free(&before);
    return err->status;
}

static pp_status
write_csv(pp_error *err)
{
    pp_bytes text = { 0 };

    if (csv_path != NULL && pp_measures_csv(&result, &text, err) == PP_OK)
        (void)!pp_file_write(csv_path, text.data, text.size, err);
    pp_bytes_free(&text);
    return err->status;
}

static pp_status
write_mesh(const pp_mesh *mesh, pp_provenance *prov, pp_format format,
           int verdict, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread = { 0 };

    if (pp_provenance_add_step(prov, tool.name, PACKAGE_VERSION,
                               cli.options_text, "changed=0", verdict, err) ==
            PP_OK &&
        cli_encode_mesh(mesh, prov, format, NULL, &bytes, &reread, err) ==
            PP_OK)
        (void)!cli_write(&bytes, format, err);
    pp_bytes_free(&bytes);
    pp_mesh_free(&reread);
    return err->status;
}

static pp_status
write_picture(const pp_mesh *mesh, pp_error *err)
{
    const bool masked = mask_path != NULL;
    const pp_deviation *d = masked ? &result.mask.to : &result.other.to;
    pp_bytes png = { 0 };

    if (pp_render_deviation(mesh, d, deviation,
                            tolerance_mm > 0 ? tolerance_mm : d->p99_mm,
                            masked ? "Distance to the segmentation"
                                   : "Distance to the other mesh",
                            &png, err) == PP_OK)
        (void)!pp_file_write(picture_path, png.data, png.size, err);
    pp_bytes_free(&png);
    return err->status;
}

static pp_status
make_deviation(const pp_mesh *mesh, pp_error *err)
{
    if (picture_path == NULL)
        return PP_OK;
    deviation = pp_alloc(mesh->nvert, sizeof *deviation);
    return deviation != NULL ? PP_OK : pp_fail_memory(err);
}

static int
judge(const pp_provenance *prov)
{
    const bool good = result.body.closed && result.body.volume_mm3 > 0 &&
                      pp_measures_verdict(&result) == PP_VERDICT_PASS;
    const int before = pp_provenance_status(prov);

    return good && before == CLI_GOOD ? CLI_GOOD : CLI_LOOK;
}

static pp_status
write_json(const pp_provenance *prov, int verdict, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    pp_measures_json(&result, &j);
    pp_json_integer(&j, "upstream_status", pp_provenance_status(prov));
    return cli_json_write(&j, verdict, err);
}

static void
check_options(void)
{
    const bool compared = mask_path != NULL || other_path != NULL;

    if (tolerance_mm > 0 && !compared && source_path == NULL)
        cli_misuse("--tolerance needs --mask, --against or --source");
    if (picture_path != NULL && !compared)
        cli_misuse("--picture needs --mask or --against");
    if (label != NULL && mask_path == NULL)
        cli_misuse("--label needs --mask");
}

/* Reads and measures; *path is the file that a failure is about. */
static pp_status
measure(const char **path, pp_mesh *mesh, pp_provenance *prov,
        pp_format *format, pp_error *err)
{
    result.tolerance_mm = tolerance_mm;
    if (cli_read_mesh(*path, mesh, prov, format, err) != PP_OK ||
        pp_measures_alone(&result, mesh, err) != PP_OK ||
        make_deviation(mesh, err) != PP_OK)
        return err->status;
    if (mask_path != NULL) {
        *path = mask_path;
        if (compare_mask(mesh, prov, err) != PP_OK)
            return err->status;
    }
    if (other_path != NULL) {
        *path = other_path;
        if (compare_mesh(mesh, err) != PP_OK)
            return err->status;
    }
    if (source_path != NULL) {
        *path = source_path;
        if (compare_grey(mesh, prov, err) != PP_OK)
            return err->status;
    }
    if (nstage > 0 && compare_stages(mesh, path, err) != PP_OK)
        return err->status;
    *path = csv_path;
    if (write_csv(err) != PP_OK)
        return err->status;
    *path = picture_path;
    return picture_path != NULL ? write_picture(mesh, err) : PP_OK;
}

int
main(int argc, char **argv)
{
    const char *path;
    FILE *table = stdout;
    pp_mesh mesh = { 0 };
    pp_provenance prov = { 0 };
    pp_format format = PP_FORMAT_NONE;
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    check_options();
    path = cli_input(0);
    if (measure(&path, &mesh, &prov, &format, &err) != PP_OK)
        goto done;
    verdict = judge(&prov);
    path = cli.json;
    if (write_json(&prov, verdict, &err) != PP_OK)
        goto done;
    path = cli.output;
    if (pass && write_mesh(&mesh, &prov, cli_output_format(format), verdict,
                           &err) != PP_OK)
        goto done;
    /* where data has the stream, the table is words */
    if (cli.json_to_stdout || (pass && strcmp(cli.output, "-") == 0))
        table = cli.quiet ? NULL : stderr;
    if (table != NULL)
        pp_measures_print(&result, table);
done:
    pp_measures_free(&result);
    pp_free(stages);
    pp_free(deviation);
    pp_provenance_free(&prov);
    pp_mesh_free(&mesh);
    return cli_finish(path, &err, verdict);
}
