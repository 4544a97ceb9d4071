/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_out.c - what was measured, to files
 */
#include "meshmeasure.h"
#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "render/deviation.h"

static pp_status
write_csv(pp_error *err)
{
    pp_bytes text = { 0 };

    run.culprit = asked.csv;
    if (pp_measures_csv(&run.result, &text, err) == PP_OK)
        (void)!pp_file_write(asked.csv, text.data, text.size, err);
    pp_bytes_free(&text);
    return err->status;
}

/* What the pictures show: the mask, else the other mesh, else the image. */
static const pp_deviation *
compared(void)
{
    return asked.mask != NULL    ? &run.result.mask.to
           : asked.other != NULL ? &run.result.other.to
                                 : &run.result.grey.half;
}

static const char *
title(void)
{
    return asked.mask != NULL    ? "Distance to the segmentation"
           : asked.other != NULL ? "Distance to the other mesh"
                                 : "Distance to the edges of the image";
}

static double
range(void)
{
    return asked.tolerance_mm > 0 ? asked.tolerance_mm : compared()->p99_mm;
}

static pp_status
write_picture(pp_error *err)
{
    pp_bytes png = { 0 };

    run.culprit = asked.picture;
    if (pp_render_deviation(&run.mesh, compared(), run.deviation, range(),
                            title(), &png, err) == PP_OK)
        (void)!pp_file_write(asked.picture, png.data, png.size, err);
    pp_bytes_free(&png);
    return err->status;
}

static pp_status
write_map(pp_error *err)
{
    uint8_t(*rgb)[3] = pp_alloc(run.mesh.nvert, sizeof *rgb);
    pp_object object = { .mesh = run.mesh }; /* borrowed: only read */
    const pp_model model = { &object, 1, run.prov };
    const pp_field field = { "distance_mm", run.deviation,
                             (const uint8_t(*)[3])rgb };
    const pp_encode_options encode = {
        .keep_comments = cli.keep_comments, .field = &field
    };
    pp_bytes bytes = { 0 };

    run.culprit = asked.map;
    if (rgb == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_colour_deviation(run.deviation, run.mesh.nvert, range(), rgb);
    if (pp_model_encode(&model, pp_format_for_values(asked.map), &encode,
                        &bytes, err) == PP_OK)
        (void)!pp_file_write(asked.map, bytes.data, bytes.size, err);
done:
    pp_bytes_free(&bytes);
    pp_free(rgb);
    return err->status;
}

static pp_status
write_histogram(pp_error *err)
{
    pp_bytes png = { 0 };

    run.culprit = asked.histogram;
    if (pp_render_deviation_histogram(compared(), title(), &png, err) ==
        PP_OK)
        (void)!pp_file_write(asked.histogram, png.data, png.size, err);
    pp_bytes_free(&png);
    return err->status;
}

pp_status
msr_write_files(pp_error *err)
{
    if ((asked.csv != NULL && write_csv(err) != PP_OK) ||
        (asked.picture != NULL && write_picture(err) != PP_OK) ||
        (asked.map != NULL && write_map(err) != PP_OK) ||
        (asked.histogram != NULL && write_histogram(err) != PP_OK))
        return err->status;
    return PP_OK;
}

pp_status
msr_write_json(cli_verdict verdict, pp_error *err)
{
    pp_json j = { 0 };

    run.culprit = cli.json;
    cli_json_start(&j);
    pp_measures_json(&run.result, &j);
    if (run.grey_problem.status != PP_OK)
        pp_json_string(&j, "grey_problem", run.grey_problem.message);
    pp_json_bool(&j, "placed", pp_provenance_is_placed(&run.prov));
    pp_json_bool(&j, "laid_back", run.laid_back);
    cli_verdict_json(verdict, &j);
    return cli_json_write(&j, cli_status(verdict), err);
}

pp_status
msr_write_mesh(cli_verdict verdict, pp_error *err)
{
    const pp_format format = cli_output_format(run.format);
    pp_provenance *prov = run.laid_back ? &run.came_prov : &run.prov;
    pp_bytes bytes = { 0 };
    pp_mesh reread = { 0 };

    run.culprit = cli.output;
    if (!asked.pass)
        return PP_OK;
    if (pp_provenance_add_step(prov, "meshmeasure", PACKAGE_VERSION,
                               cli.options_text, "changed=0",
                               cli_status(verdict), err) == PP_OK &&
        cli_encode_mesh(run.laid_back ? &run.came : &run.mesh, prov, format,
                        NULL, &bytes, &reread, err) == PP_OK)
        (void)!cli_write(&bytes, format, err);
    pp_bytes_free(&bytes);
    pp_mesh_free(&reread);
    return err->status;
}
