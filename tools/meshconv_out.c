/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshconv_out.c - files: made, read back, judged, written
 */
#include "meshconv.h"

#include "config.h"

#include "base/alloc.h"
#include "names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Walls beyond this are not looked for in a reduced print. */
#define WALL_LIMIT_MM 10.0

void
mcv_free_files(void)
{
    for (size_t i = 0; i < run.nfile; i++) {
        pp_free(run.file[i].path);
        pp_bytes_free(&run.file[i].bytes);
        pp_report_free(&run.file[i].report);
    }
    pp_free(run.file);
    run.file = NULL;
    run.nfile = 0;
}

static pp_status
refuse_same(size_t n, pp_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(run.file[i].path, run.file[n].path) == 0)
            return pp_fail(err, PP_EGEOM, "objects %zu and %zu would both be "
                           "written to one file; %%n numbers them", i + 1,
                           n + 1);
    return PP_OK;
}

static pp_status
name_files(pp_error *err)
{
    const bool many = names_is_pattern(cli.output);
    const size_t n = many ? run.model.nobject : 1;

    run.file = pp_alloc_zero(n, sizeof *run.file);
    if (run.file == NULL)
        return pp_fail_memory(err);
    run.nfile = n;
    for (size_t i = 0; i < n; i++) {
        mcv_file *f = &run.file[i];

        f->first = many ? i : 0;
        f->n = many ? 1 : run.model.nobject;
        if (!many)
            f->path = pp_strdup(cli.output);
        else if (names_make(cli.output, (unsigned long)i + 1,
                            run.model.object[i].name, "object", &f->path,
                            err) != PP_OK)
            return err->status;
        if (f->path == NULL)
            return pp_fail_memory(err);
        if (refuse_same(i, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

/* ---- judged ---- */

/* The report of the worst object stays. */
static pp_status
check_objects(mcv_file *f, const pp_model *stored, pp_error *err)
{
    for (size_t i = 0; i < stored->nobject; i++) {
        pp_report r = { 0 };

        if (stored->object[i].mesh.ntri == 0)
            continue;
        if (pp_check(&stored->object[i].mesh, NULL, &r, err) != PP_OK)
            return err->status;
        f->ndirty += pp_report_ndefect(&r) > 0;
        if (i == 0 || pp_report_ndefect(&r) > pp_report_ndefect(&f->report)) {
            const pp_report old = f->report;

            f->report = r;
            r = old;
        }
        pp_report_free(&r);
    }
    return PP_OK;
}

/* All of a file together: that is what the printer gets. */
static pp_status
forecast(mcv_file *f, const pp_model *stored, pp_error *err)
{
    pp_report report = { 0 };
    pp_mesh all = { 0 };

    if (asked.printer_name == NULL && (asked.scale >= 1 || f->ndirty > 0))
        return PP_OK;
    cli_progress("forecast", 0.8);
    if (pp_model_join(stored, &all, err) == PP_OK &&
        pp_check(&all, NULL, &report, err) == PP_OK) {
        if (asked.printer_name != NULL) {
            (void)!pp_forecast_print(&all, &report, &run.printer, 1,
                                     &f->forecast, err);
        } else if (pp_report_ndefect(&report) == 0) {
            const pp_shell_options how = { .min_mm = 0 };
            pp_walls walls = { 0 };

            if (pp_walls_measure(&all, &how, WALL_LIMIT_MM, &walls, err) ==
                PP_OK) {
                const pp_vec3 size = pp_box_size(pp_mesh_box(&all));

                /* no wall is wider than its body */
                f->least_wall_mm = fmin(walls.summary.min_mm,
                                        fmin(size.x, fmin(size.y, size.z)));
                f->least_place = walls.summary.min_place;
            }
            pp_walls_free(&walls);
        }
    }
    pp_report_free(&report);
    pp_mesh_free(&all);
    return err->status;
}

/* ---- encoded ---- */

static void
list_changes(char *text, size_t size, const mcv_file *f)
{
    int n = snprintf(text, size, "objects=%zu volume_mm3=%.6g->%.6g", f->n,
                     run.before.volume_mm3,
                     mcv_add_up(run.model.object + f->first, f->n).volume_mm3);

    if (asked.mirrored && n > 0 && (size_t)n < size)
        n += snprintf(text + n, size - (size_t)n, " mirrored=1");
    if (asked.scale != 1 && n > 0 && (size_t)n < size)
        n += snprintf(text + n, size - (size_t)n, " scale=%g", asked.scale);
    if (run.tiling.ncut > 0 && n > 0 && (size_t)n < size) {
        size_t npeg = 0;

        for (size_t i = 0; i < run.tiling.ncut; i++)
            npeg += run.tiling.cut[i].npeg;
        snprintf(text + n, size - (size_t)n, " cuts=%zu pegs=%zu",
                 run.tiling.ncut, npeg);
    }
}

static pp_status
encode(mcv_file *f, int status, pp_model *stored, pp_error *err)
{
    const pp_encode_options options = { .keep_comments = cli.keep_comments };
    pp_provenance prov = { 0 };
    pp_model part = { run.model.object + f->first, f->n, prov };
    char changes[256];

    list_changes(changes, sizeof changes, f);
    if (pp_provenance_copy(&run.model.provenance, &prov, err) == PP_OK &&
        pp_provenance_add_step(&prov, "meshconv", PACKAGE_VERSION,
                               cli.options_text, changes, status, err) ==
            PP_OK) {
        part.provenance = prov; /* encoding reads only */
        pp_bytes_free(&f->bytes);
        (void)!cli_encode_model(&part, run.format, &options, &f->bytes,
                                stored, err);
    }
    pp_provenance_free(&prov);
    return err->status;
}

static cli_verdict
judge(const mcv_file *f)
{
    return cli_judge(f->ndirty == 0 && mcv_count_pegless() == 0,
                     &run.model.provenance);
}

/* Pieces that touch are no clean mesh together. */
static pp_status
refuse_joined(const mcv_file *f, const pp_model *stored, pp_error *err)
{
    if (f->n > 1 && stored->nobject == 1 &&
        (run.tiling.ncut > 0 || asked.split))
        return pp_fail(err, PP_EUNSUPPORTED, "%zu pieces, and format %s holds "
                       "one mesh: -o needs %%n (number) or %%l (name), or "
                       "-f 3mf", f->n, pp_format_find(run.format)->name);
    return PP_OK;
}

static pp_status
make_file(mcv_file *f, pp_error *err)
{
    pp_model stored = { 0 };
    cli_verdict verdict;

    if (encode(f, CLI_GOOD, &stored, err) != PP_OK ||
        refuse_joined(f, &stored, err) != PP_OK)
        goto done;
    cli_progress("checking what is written", 0.5);
    f->sums = mcv_add_up(stored.object, stored.nobject);
    if (check_objects(f, &stored, err) != PP_OK ||
        forecast(f, &stored, err) != PP_OK)
        goto done;
    verdict = judge(f);
    if (verdict.own > run.verdict.own)
        run.verdict.own = verdict.own;
    run.verdict.upstream = verdict.upstream; /* of all files the same */
    if (cli_status(verdict) != CLI_GOOD) { /* the file says so, too */
        pp_model_free(&stored);
        (void)!encode(f, cli_status(verdict), &stored, err);
    }
done:
    pp_model_free(&stored);
    return err->status;
}

pp_status
mcv_make_files(pp_error *err)
{
    if (name_files(err) != PP_OK)
        return err->status;
    run.verdict.own = CLI_GOOD;
    for (size_t i = 0; i < run.nfile; i++)
        if (make_file(&run.file[i], err) != PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
mcv_write_files(pp_error *err)
{
    for (size_t i = 0; i < run.nfile; i++) {
        run.culprit = run.nfile > 1 ? run.file[i].path : run.culprit;
        if (cli_write_to(run.file[i].path, &run.file[i].bytes, run.format,
                         err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}
