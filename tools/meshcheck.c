/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshcheck.c - judges meshes as their files hold them
 */
#include "cli.h"

#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "check/shape.h"
#include "mesh/near.h"
#include "profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a slicer that joins vertices within a micrometre must not change. */
#define DEFAULT_WELD_MAX_MM 0.001

static bool pass, strict, skip_crossings;
static const char *require = "print", *before_path, *mark_path, *printer_name;
static double weld_mm, weld_max_mm = DEFAULT_WELD_MAX_MM, scale = 1;
static pp_printer printer;

static const cli_option options[] = {
    { 0, "require", "LIST", "what the mesh must be: print (the default), "
      "none, or names", CLI_TEXT, &require, NULL },
    { 0, "no-intersections", NULL, "topology and areas only, faster",
      CLI_FLAG, &skip_crossings, NULL },
    { 0, "weld", "MM", "join vertices this near before looking",
      CLI_POSITIVE, &weld_mm, NULL },
    { 0, "weld-max", "MM", "look this far for vertices whose joining would "
      "change the verdict", CLI_POSITIVE, &weld_max_mm, NULL },
    { 0, "before", "MESH", "compare volume and area with this mesh", CLI_PATH,
      &before_path, NULL },
    { 0, "printer", "NAME|FILE", "forecast what this printer makes of it",
      CLI_PATH, &printer_name, NULL },
    { 0, "scale", "FACTOR", "with --printer: printed in this size",
      CLI_POSITIVE, &scale, NULL },
    { 0, "mark", "FILE.ply", "write the mesh with its findings in colour",
      CLI_PATH, &mark_path, NULL },
    { 0, "pass", NULL, "pass the mesh through", CLI_FLAG, &pass, NULL },
    { 0, "strict", NULL, "with --pass: only when it is what it must be",
      CLI_FLAG, &strict, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static bool
mesh_wanted(void)
{
    return pass;
}

static const cli_tool tool = {
    .name = "meshcheck",
    .summary = "Says what is wrong with a mesh, and where.",
    .operands = "[FILE|DIRECTORY...]",
    .max_operands = -1,
    .options = options,
    .writes_mesh = true,
    .mesh_wanted = mesh_wanted,
};

/* Everything about one file. */
typedef struct {
    const char *path;
    pp_mesh mesh;
    pp_provenance prov;
    pp_format from, to;
    pp_report report;
    bool has_welded; /* by indices and by coordinates they differ */
    size_t nwelded;
    pp_report welded;
    bool has_before;
    pp_report before;
    pp_shape shape;
    pp_forecast forecast;
    const char *suspected_unit;
    unsigned required, failed;
    cli_verdict verdict;
} job;

static bool many; /* files: one line each */

static void
free_job(job *w)
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
convert(job *w, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread;

    w->to = cli_output_format(w->from);
    if (!pass || w->from == w->to)
        return PP_OK;
    if (cli_encode_mesh(&w->mesh, &w->prov, w->to, NULL, &bytes, &reread,
                        err) != PP_OK)
        return err->status;
    pp_bytes_free(&bytes);
    pp_mesh_free(&w->mesh);
    w->mesh = reread;
    return PP_OK;
}

static pp_status
read_job(job *w, pp_error *err)
{
    size_t njoined;

    if (cli_read_mesh(w->path, &w->mesh, &w->prov, &w->from, err) != PP_OK ||
        convert(w, err) != PP_OK)
        return err->status;
    if (weld_mm > 0)
        return pp_mesh_weld_near(&w->mesh, weld_mm, &njoined, err);
    return PP_OK;
}

/* ---- work ---- */

/* What a reader that joins equal coordinates sees, where that is different. */
static pp_status
check_welded(job *w, const pp_check_options *check, pp_error *err)
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
read_before(job *w, pp_error *err)
{
    const pp_check_options topology = { .skip_crossings = true };
    pp_mesh mesh = { 0 };
    pp_provenance prov = { 0 };
    pp_format format;

    if (cli_read_mesh(before_path, &mesh, &prov, &format, err) == PP_OK &&
        pp_check(&mesh, &topology, &w->before, err) == PP_OK)
        w->has_before = true;
    pp_mesh_free(&mesh);
    pp_provenance_free(&prov);
    return err->status;
}

static pp_status
check_job(job *w, pp_error *err)
{
    const pp_check_options check = {
        .skip_crossings = skip_crossings,
        .max_witness = mark_path != NULL || cli.json != NULL ? SIZE_MAX : 0
    };
    const bool indexed =
        w->from != PP_FORMAT_STL && w->from != PP_FORMAT_STL_ASCII;

    cli_progress("checking", 0);
    if (pp_check(&w->mesh, &check, &w->report, err) != PP_OK ||
        (indexed && check_welded(w, &check, err) != PP_OK) ||
        (before_path != NULL && read_before(w, err) != PP_OK))
        return err->status;
    if (printer_name != NULL) {
        cli_progress("forecasting", 0.4);
        if (pp_forecast_print(&w->mesh, &w->report, &printer, scale,
                              &w->forecast, err) != PP_OK)
            return err->status;
        w->report.printable = w->forecast.printable;
    }
    if (!skip_crossings &&
        pp_measure_shape(&w->mesh, &w->report, w->required, weld_max_mm,
                         &w->shape, err) != PP_OK)
        return err->status;
    w->suspected_unit = pp_suspect_unit(w->report.box, w->prov.unit);
    w->failed = pp_requirements_failed(&w->report, w->required);
    w->verdict = cli_judge(w->failed == 0, &w->prov);
    return PP_OK;
}

/* ---- write ---- */

/* Colours for a person at a terminal who has not said no (no-color.org). */
static bool
in_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return (no == NULL || *no == '\0') && isatty(fileno(out)) &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

static void
tell_line(const job *w, FILE *out)
{
    char summary[400];

    pp_report_summary(&w->report, summary, sizeof summary);
    cli_print_text(out, w->path);
    fputs(": ", out);
    pp_tone_print(cli_status(w->verdict) == CLI_GOOD ? PP_ROW_VERDICT_GOOD
                                                     : PP_ROW_VERDICT_BAD,
                  in_colour(out), summary, out);
    fprintf(out, "%s\n", cli_is_upstream(w->verdict)
                             ? ", but an earlier tool left something" : "");
}

/* The other things that a person may want to look at. */
static void
tell_more(const job *w, pp_table *t)
{
    char summary[400];

    if (w->has_before)
        pp_table_row(t, PP_ROW_PLAIN, "since before",
                     "volume %+.3f mm3, area %+.3f mm2",
                     w->report.volume_mm3 - w->before.volume_mm3,
                     w->report.area_mm2 - w->before.area_mm2);
    if (w->has_welded) {
        pp_report_summary(&w->welded, summary, sizeof summary);
        pp_table_row(t, PP_ROW_LOOK, "coincident", "%zu vertices lie on "
                     "others; joined: %s", w->nwelded, summary);
    }
    if (w->suspected_unit != NULL)
        pp_table_row(t, PP_ROW_LOOK, "unit", "these may not be millimetres "
                     "but %s", w->suspected_unit);
    if (cli_is_upstream(w->verdict))
        pp_table_row(t, PP_ROW_BAD, "provenance",
                     "an earlier tool left something to look at");
}

static void
tell(const job *w)
{
    FILE *out = pass ? stderr : stdout;
    pp_table table = { 0 };

    if (many) {
        tell_line(w, out);
        return;
    }
    pp_report_tell(&w->report, w->required, &table);
    if (printer_name != NULL)
        pp_forecast_tell(&printer, &w->forecast, &table);
    if (!skip_crossings)
        pp_shape_tell(&w->shape, &table);
    tell_more(w, &table);
    pp_table_print(&table, in_colour(out), out);
}

static void
json_requirements(pp_json *j, const char *key, unsigned set)
{
    const pp_requirement *table = pp_requirement_table();

    pp_json_array(j, key);
    for (int i = 0; table[i].name != NULL; i++)
        if (set >> i & 1)
            pp_json_string(j, NULL, table[i].name);
    pp_json_end(j);
}

static void
json_job(const job *w, pp_json *j)
{
    char summary[400];

    if (many && w->prov.ninput > 0) /* the last one is this file */
        pp_json_string(j, "sha256",
                       w->prov.input[w->prov.ninput - 1].sha256);
    pp_report_json(&w->report, j);
    if (!skip_crossings)
        pp_shape_json(&w->shape, weld_max_mm, j);
    if (printer_name != NULL)
        pp_forecast_json(&printer, &w->forecast, j);
    if (w->has_welded) {
        pp_report_summary(&w->welded, summary, sizeof summary);
        pp_json_object(j, "joined_by_coordinates");
        pp_json_count(j, "vertices", w->nwelded);
        pp_json_string(j, "summary", summary);
        pp_json_bool(j, "clean", pp_report_ndefect(&w->welded) == 0);
        pp_json_end(j);
    }
    if (w->has_before) {
        pp_json_object(j, "since_before");
        pp_json_real(j, "volume_mm3",
                     w->report.volume_mm3 - w->before.volume_mm3);
        pp_json_real(j, "area_mm2", w->report.area_mm2 - w->before.area_mm2);
        pp_json_end(j);
    }
    if (w->suspected_unit != NULL)
        pp_json_string(j, "suspected_unit", w->suspected_unit);
    else
        pp_json_null(j, "suspected_unit");
    json_requirements(j, "required", w->required);
    json_requirements(j, "failed", w->failed);
    cli_verdict_json(w->verdict, j);
}

static pp_status
pass_on(job *w, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread = { 0 };
    char changes[400];

    if (!pass || (strict && cli_status(w->verdict) != CLI_GOOD))
        return PP_OK;
    pp_report_summary(&w->report, changes, sizeof changes);
    if (pp_provenance_add_step(&w->prov, tool.name, PACKAGE_VERSION,
                               cli.options_text, changes,
                               cli_status(w->verdict), err) == PP_OK &&
        cli_encode_mesh(&w->mesh, &w->prov, w->to, NULL, &bytes, &reread,
                        err) == PP_OK)
        (void)!cli_write(&bytes, w->to, err);
    pp_mesh_free(&reread);
    pp_bytes_free(&bytes);
    return err->status;
}

static pp_status
write_mark(const job *w, pp_error *err)
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
    if (pp_model_encode(&model, pp_format_for_values(mark_path), &encode,
                        &bytes, err) == PP_OK)
        (void)!pp_file_write(mark_path, bytes.data, bytes.size, err);
done:
    pp_bytes_free(&bytes);
    pp_free(value);
    pp_free(rgb);
    return err->status;
}

/* One file; *status is its verdict. */
static pp_status
judge(const char *path, unsigned required, pp_json *j, int *status,
      pp_error *err)
{
    job w = { .path = path, .required = required };

    if (read_job(&w, err) != PP_OK || check_job(&w, err) != PP_OK)
        goto done;
    if (!cli.json_to_stdout && !(pass && cli.quiet))
        tell(&w);
    json_job(&w, j);
    if (mark_path != NULL && write_mark(&w, err) != PP_OK)
        goto done;
    if (pass_on(&w, err) == PP_OK)
        *status = cli_status(w.verdict);
done:
    free_job(&w);
    return err->status;
}

/* ---- many files: one that cannot be read does not hide the others ---- */

typedef struct {
    size_t nfile, nclean, nfailed;
    size_t nrefused; /* directories */
    int worst;
} tally;

static void
judge_one_of_many(const char *path, unsigned required, pp_json *j, tally *sum)
{
    pp_error err = { 0 };
    int status = CLI_TROUBLE;

    pp_json_object(j, NULL);
    pp_json_count(j, "index", sum->nfile);
    if (judge(path, required, j, &status, &err) != PP_OK) {
        cli_trouble(path, &err);
        status = CLI_TROUBLE;
        pp_json_string(j, "error", err.message);
    }
    pp_json_integer(j, "status", status);
    pp_json_end(j);
    sum->nfile++;
    sum->nclean += status == CLI_GOOD;
    sum->nfailed += status == CLI_TROUBLE;
    sum->worst = status > sum->worst ? status : sum->worst;
}

/* The files below a directory whose names are those of mesh files. */
static pp_status
judge_directory(const char *path, unsigned required, pp_json *j, tally *sum,
                pp_error *err)
{
    char **paths, **refused;
    size_t npath, nrefused, nmesh = 0;

    if (pp_file_tree_readable(path, &paths, &npath, &refused, &nrefused,
                              err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < nrefused; i++) {
        const pp_error out = { PP_EIO, "its files are left out" };

        cli_trouble(refused[i], &out);
        sum->worst = CLI_TROUBLE;
        sum->nrefused++;
    }
    pp_file_list_free(refused, nrefused);
    for (size_t i = 0; i < npath; i++)
        if (pp_format_by_extension(paths[i]) != PP_FORMAT_NONE) {
            judge_one_of_many(paths[i], required, j, sum);
            nmesh++;
        }
    pp_file_list_free(paths, npath);
    if (nmesh == 0)
        return pp_fail(err, PP_EFORMAT, "no mesh files in this directory");
    return PP_OK;
}

static int
judge_all(unsigned required, pp_json *j)
{
    tally sum = { 0 };

    pp_json_array(j, "files");
    for (int i = 0; i < cli.noperand; i++) {
        pp_error err = { 0 };

        if (!pp_file_is_directory(cli.operand[i])) {
            judge_one_of_many(cli.operand[i], required, j, &sum);
        } else if (judge_directory(cli.operand[i], required, j, &sum, &err) !=
                   PP_OK) {
            cli_trouble(cli.operand[i], &err);
            sum.worst = CLI_TROUBLE;
        }
    }
    pp_json_end(j);
    pp_json_count(j, "directories_not_read", sum.nrefused);
    if (!cli.json_to_stdout && sum.nfile > 0) {
        printf("%zu files: %zu good, %zu to look at, %zu not read",
               sum.nfile, sum.nclean, sum.nfile - sum.nclean - sum.nfailed,
               sum.nfailed);
        if (sum.nrefused > 0)
            printf("; %zu director%s not read", sum.nrefused,
                   sum.nrefused == 1 ? "y" : "ies");
        putchar('\n');
    }
    return sum.worst;
}

int
main(int argc, char **argv)
{
    pp_error err = { 0 };
    pp_json j = { 0 };
    int status = CLI_TROUBLE;
    unsigned required;

    cli_start(&tool, argc, argv);
    if (!pp_requirements_parse(require, &required))
        cli_misuse("'%s' is no value for --require", require);
    many = cli.noperand > 1 || (cli.noperand == 1 && !pass &&
                                pp_file_is_directory(cli.operand[0]));
    if (many && (pass || mark_path != NULL))
        cli_misuse("--pass and --mark take one file at a time");
    if (strict && !pass)
        cli_misuse("--strict goes with --pass");
    if ((required & pp_requirement_printable()) && printer_name == NULL)
        cli_misuse("printable is said by --printer");
    if (scale != 1 && printer_name == NULL)
        cli_misuse("--scale goes with --printer");
    if (printer_name != NULL && profile_read(printer_name, &printer, &err) !=
                                    PP_OK)
        return cli_finish(NULL, &err, CLI_TROUBLE);
    cli.no_hash = !pass && mark_path == NULL &&
                  !(many && cli.json != NULL);
    cli_json_start(&j);
    if (many)
        status = judge_all(required, &j);
    else if (judge(cli_input(0), required, &j, &status, &err) != PP_OK)
        status = CLI_TROUBLE;
    if (err.status == PP_OK)
        (void)!cli_json_write(&j, status, &err);
    pp_json_free(&j);
    return cli_finish(cli_input(0), &err, status);
}
