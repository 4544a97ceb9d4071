/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshcheck_work.c - one file: read, checked, written again
 */
#include "meshcheck.h"

#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "mesh/near.h"

void
mck_free(mck_job *w)
{
    pp_mesh_free(&w->mesh);
    pp_provenance_free(&w->prov);
    pp_report_free(&w->report);
    pp_report_free(&w->welded);
    pp_report_free(&w->before);
}

/* ---- read ---- */

/*
 * With --pass to another format: the mesh as it will stand in that file takes
 * the place of the one that was read.
 */
static pp_status
convert(mck_job *w, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread;

    w->to = cli_output_format(w->from);
    if (!asked.pass || w->from == w->to)
        return PP_OK;
    if (cli_encode_mesh(&w->mesh, &w->prov, w->to, NULL, &bytes, &reread,
                        err) != PP_OK)
        return err->status;
    pp_bytes_free(&bytes);
    pp_mesh_free(&w->mesh);
    w->mesh = reread;
    return PP_OK;
}

pp_status
mck_read(mck_job *w, pp_error *err)
{
    size_t njoined;

    if (cli_read_mesh(w->path, &w->mesh, &w->prov, &w->from, err) != PP_OK ||
        convert(w, err) != PP_OK)
        return err->status;
    if (asked.weld_mm > 0)
        return pp_mesh_weld_near(&w->mesh, asked.weld_mm, &njoined, err);
    return PP_OK;
}

/* ---- work ---- */

/* What a reader that joins equal coordinates sees, where that is different. */
static pp_status
check_welded(mck_job *w, const pp_check_options *check, pp_error *err)
{
    pp_mesh copy;

    if (pp_mesh_copy(&w->mesh, &copy, err) != PP_OK)
        return err->status;
    if (pp_mesh_weld_exact(&copy, &w->nwelded, err) == PP_OK &&
        w->nwelded > 0 && pp_check(&copy, check, &w->welded, err) == PP_OK)
        w->has_welded = true;
    pp_mesh_free(&copy);
    return err->status;
}

static pp_status
read_before(mck_job *w, pp_error *err)
{
    const pp_check_options topology = { .skip_crossings = true };
    pp_mesh mesh = { 0 };
    pp_provenance prov = { 0 };
    pp_format format;

    if (cli_read_mesh(asked.before_path, &mesh, &prov, &format, err) == PP_OK &&
        pp_check(&mesh, &topology, &w->before, err) == PP_OK)
        w->has_before = true;
    pp_mesh_free(&mesh);
    pp_provenance_free(&prov);
    return err->status;
}

pp_status
mck_check(mck_job *w, pp_error *err)
{
    const pp_check_options check = {
        .skip_crossings = asked.skip_crossings,
        .max_witness =
            asked.mark_path != NULL || cli.json != NULL ? SIZE_MAX : 0
    };
    const bool indexed =
        w->from != PP_FORMAT_STL && w->from != PP_FORMAT_STL_ASCII;

    cli_progress("checking", 0);
    if (pp_check(&w->mesh, &check, &w->report, err) != PP_OK ||
        (indexed && check_welded(w, &check, err) != PP_OK) ||
        (asked.before_path != NULL && read_before(w, err) != PP_OK))
        return err->status;
    if (asked.printer_name != NULL) {
        cli_progress("forecasting", 0.4);
        if (pp_forecast_print(&w->mesh, &w->report, &asked.printer, asked.scale,
                              &w->forecast, err) != PP_OK)
            return err->status;
        w->report.printable = w->forecast.printable;
    }
    if (!asked.skip_crossings &&
        pp_measure_shape(&w->mesh, &w->report, w->required, asked.weld_max_mm,
                         &w->shape, err) != PP_OK)
        return err->status;
    w->suspected_unit = pp_suspect_unit(w->report.box, w->prov.unit);
    w->failed = pp_requirements_failed(&w->report, w->required);
    w->verdict = cli_judge(w->failed == 0, &w->prov);
    return PP_OK;
}

/* ---- write ---- */

pp_status
mck_pass_on(mck_job *w, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread = { 0 };
    char changes[400];

    if (!asked.pass || (asked.strict && cli_status(w->verdict) != CLI_GOOD))
        return PP_OK;
    pp_report_summary(&w->report, changes, sizeof changes);
    if (pp_provenance_add_step(&w->prov, "meshcheck", PACKAGE_VERSION,
                               cli.options_text, changes,
                               cli_status(w->verdict), err) == PP_OK &&
        cli_encode_mesh(&w->mesh, &w->prov, w->to, NULL, &bytes, &reread,
                        err) == PP_OK)
        (void)!cli_write(&bytes, w->to, err);
    pp_mesh_free(&reread);
    pp_bytes_free(&bytes);
    return err->status;
}

pp_status
mck_write_mark(const mck_job *w, pp_error *err)
{
    float *value = pp_alloc(w->mesh.nvert, sizeof *value);
    uint8_t(*rgb)[3] = pp_alloc(w->mesh.nvert, sizeof *rgb);
    pp_object object = { .mesh = w->mesh }; /* borrowed: encoding reads only */
    const pp_model model = { &object, 1, w->prov };
    const pp_field field = { "defect", value, (const uint8_t(*)[3])rgb };
    const pp_encode_options encode = {
        .keep_comments = cli.keep_comments, .field = &field
    };
    pp_bytes bytes = { 0 };

    if (value == NULL || rgb == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_mark_findings(&w->mesh, &w->report, value, rgb);
    if (pp_model_encode(&model, pp_format_for_values(asked.mark_path), &encode,
                        &bytes, err) == PP_OK)
        (void)!pp_file_write(asked.mark_path, bytes.data, bytes.size, err);
done:
    pp_bytes_free(&bytes);
    pp_free(value);
    pp_free(rgb);
    return err->status;
}
