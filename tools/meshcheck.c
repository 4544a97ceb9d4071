/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshcheck.c - judges meshes as their files hold them
 */
#include "meshcheck.h"

#include "base/file.h"
#include "profile.h"

#include <stdio.h>

/* What a slicer that joins vertices within a micrometre must not change. */
#define DEFAULT_WELD_MAX_MM 0.001

mck_asked asked = { .weld_max_mm = DEFAULT_WELD_MAX_MM, .scale = 1 };
static const char *require = "print";

static const cli_option options[] = {
    { 0, "require", "LIST", "what the mesh must be: print (the default), "
      "none, or names", CLI_TEXT, &require, NULL },
    { 0, "no-intersections", NULL, "topology and areas only, faster",
      CLI_FLAG, &asked.skip_crossings, NULL },
    { 0, "weld", "MM", "join vertices this near before looking",
      CLI_POSITIVE, &asked.weld_mm, NULL },
    { 0, "weld-max", "MM", "look this far for vertices whose joining would "
      "change the verdict", CLI_POSITIVE, &asked.weld_max_mm, NULL },
    { 0, "before", "MESH", "compare volume and area with this mesh", CLI_PATH,
      &asked.before_path, NULL },
    { 0, "printer", "NAME|FILE", "forecast what this printer makes of it",
      CLI_PATH, &asked.printer_name, NULL },
    { 0, "scale", "FACTOR", "with --printer: printed in this size",
      CLI_POSITIVE, &asked.scale, NULL },
    { 0, "mark", "FILE.ply", "write the mesh with its findings in colour",
      CLI_PATH, &asked.mark_path, NULL },
    { 0, "pass", NULL, "pass the mesh through", CLI_FLAG, &asked.pass, NULL },
    { 0, "strict", NULL, "with --pass: only when it is what it must be",
      CLI_FLAG, &asked.strict, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static bool
mesh_wanted(void)
{
    return asked.pass;
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

/* One file; *status is its verdict. */
static pp_status
judge(const char *path, unsigned required, pp_json *j, int *status,
      pp_error *err)
{
    mck_job w = { .path = path, .required = required };

    if (mck_read(&w, err) != PP_OK || mck_check(&w, err) != PP_OK)
        goto done;
    if (!cli.json_to_stdout && !(asked.pass && cli.quiet))
        mck_tell(&w);
    mck_json(&w, j);
    if (asked.mark_path != NULL && mck_write_mark(&w, err) != PP_OK)
        goto done;
    if (mck_pass_on(&w, err) == PP_OK)
        *status = cli_status(w.verdict);
done:
    mck_free(&w);
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
    asked.many = cli.noperand > 1 || (cli.noperand == 1 && !asked.pass &&
                                pp_file_is_directory(cli.operand[0]));
    if (asked.many && (asked.pass || asked.mark_path != NULL))
        cli_misuse("--pass and --mark take one file at a time");
    if (asked.strict && !asked.pass)
        cli_misuse("--strict goes with --pass");
    if ((required & pp_requirement_printable()) && asked.printer_name == NULL)
        cli_misuse("printable is said by --printer");
    if (asked.scale != 1 && asked.printer_name == NULL)
        cli_misuse("--scale goes with --printer");
    if (asked.printer_name != NULL &&
        profile_read(asked.printer_name, &asked.printer, &err) != PP_OK)
        return cli_finish(NULL, &err, CLI_TROUBLE);
    cli.no_hash = !asked.pass && asked.mark_path == NULL &&
                  !(asked.many && cli.json != NULL);
    cli_json_start(&j);
    if (asked.many)
        status = judge_all(required, &j);
    else if (judge(cli_input(0), required, &j, &status, &err) != PP_OK)
        status = CLI_TROUBLE;
    if (err.status == PP_OK)
        (void)!cli_json_write(&j, status, &err);
    pp_json_free(&j);
    return cli_finish(cli_input(0), &err, status);
}
