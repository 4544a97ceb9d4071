/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_out.c - what was measured, to files
 */
#include "meshmeasure.h"
#include "config.h"

#include "base/file.h"
#include "render/deviation.h"

static pp_status
write_csv(pp_error *err)
{
    pp_bytes text = {0};

    run.culprit = asked.csv;
    if (pp_measures_csv(&run.result, &text, err) == PP_OK)
        (void)!pp_file_write(asked.csv, text.data, text.size, err);
    pp_bytes_free(&text);
    return err->status;
}

static pp_status
write_picture(pp_error *err)
{
    const bool masked = asked.mask != NULL;
    const pp_deviation *d = masked ? &run.result.mask.to : &run.result.other.to;
    pp_bytes png = {0};

    run.culprit = asked.picture;
    if (pp_render_deviation(&run.mesh, d, run.deviation,
                            asked.tolerance_mm > 0 ? asked.tolerance_mm
                                                   : d->p99_mm,
                            masked ? "Distance to the segmentation"
                                   : "Distance to the other mesh",
                            &png, err) == PP_OK)
        (void)!pp_file_write(asked.picture, png.data, png.size, err);
    pp_bytes_free(&png);
    return err->status;
}

pp_status
msr_write_files(pp_error *err)
{
    if (asked.csv != NULL && write_csv(err) != PP_OK)
        return err->status;
    return asked.picture != NULL ? write_picture(err) : PP_OK;
}

pp_status
msr_write_json(int verdict, pp_error *err)
{
    pp_json j = {0};

    run.culprit = cli.json;
    cli_json_start(&j);
    pp_measures_json(&run.result, &j);
    pp_json_integer(&j, "upstream_status", pp_provenance_status(&run.prov));
    return cli_json_write(&j, verdict, err);
}

pp_status
msr_write_mesh(int verdict, pp_error *err)
{
    const pp_format format = cli_output_format(run.format);
    pp_bytes bytes = {0};
    pp_mesh reread = {0};

    run.culprit = cli.output;
    if (!asked.pass)
        return PP_OK;
    if (pp_provenance_add_step(&run.prov, "meshmeasure", PACKAGE_VERSION,
                               cli.options_text, "changed=0", verdict,
                               err) == PP_OK &&
        cli_encode_mesh(&run.mesh, &run.prov, format, NULL, &bytes, &reread,
                        err) == PP_OK)
        (void)!cli_write(&bytes, format, err);
    pp_bytes_free(&bytes);
    pp_mesh_free(&reread);
    return err->status;
}
