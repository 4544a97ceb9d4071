/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshcheck.c - judges meshes as their files hold them
 */
#include "cli.h"

#include "config.h"

#include "check/check.h"

#include <stdio.h>

static bool pass, strict, skip_crossings;
static const char *require = "print";

static const cli_option options[] = {
    { 0, "require", "LIST", "what the mesh must be: print (the default), "
      "none, or names", CLI_TEXT, &require, NULL },
    { 0, "no-intersections", NULL, "topology and areas only, faster",
      CLI_FLAG, &skip_crossings, NULL },
    { 0, "pass", NULL, "pass the mesh through", CLI_FLAG, &pass, NULL },
    { 0, "strict", NULL, "with --pass: only when it is what it must be",
      CLI_FLAG, &strict, NULL },
    { 0 }
};

static bool
mesh_wanted(void)
{
    return pass;
}

static const cli_tool tool = {
    .name = "meshcheck",
    .summary = "Says what is wrong with a mesh, and where.",
    .operands = "[FILE...]",
    .max_operands = -1,
    .options = options,
    .writes_mesh = true,
    .mesh_wanted = mesh_wanted,
};

/* What is summed up over many files. */
static size_t nfile, nclean, nfailed;

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

/*
 * With --pass to another format: the mesh as it will stand in that file takes
 * the place of the one that was read.
 */
static pp_status
convert(pp_mesh *mesh, const pp_provenance *prov, pp_format from,
        pp_format to, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread;

    if (!pass || from == to)
        return PP_OK;
    if (cli_encode_mesh(mesh, prov, to, NULL, &bytes, &reread, err) != PP_OK)
        return err->status;
    pp_bytes_free(&bytes);
    pp_mesh_free(mesh);
    *mesh = reread;
    return PP_OK;
}

static pp_status
pass_on(const pp_mesh *mesh, pp_provenance *prov, pp_format format,
        const pp_report *report, int status, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread = { 0 };
    char changes[400];

    pp_report_summary(report, changes, sizeof changes);
    if (pp_provenance_add_step(prov, tool.name, PACKAGE_VERSION,
                               cli.options_text, changes, status, err) ==
            PP_OK &&
        cli_encode_mesh(mesh, prov, format, NULL, &bytes, &reread, err) ==
            PP_OK)
        (void)!cli_write(&bytes, format, err);
    pp_mesh_free(&reread);
    pp_bytes_free(&bytes);
    return err->status;
}

/* One screen for one file, one line for each of many. */
static void
tell(const pp_report *report, const char *path, bool upstream)
{
    FILE *words = pass ? stderr : stdout;
    char summary[400];

    if (cli.noperand > 1) {
        pp_report_summary(report, summary, sizeof summary);
        fprintf(words, "%s: %s%s\n", path, summary,
                upstream ? ", but an earlier tool left something" : "");
        return;
    }
    pp_report_print(report, words);
    if (upstream)
        fprintf(words, "%-21s an earlier tool left something to look at\n",
                "provenance");
}

/* One file; *status is its verdict. */
static pp_status
judge(const char *path, unsigned required, pp_json *j, int *status,
      pp_error *err)
{
    const pp_check_options check = { .skip_crossings = skip_crossings };
    pp_mesh mesh = { 0 };
    pp_provenance prov = { 0 };
    pp_report report = { 0 };
    pp_format from, to;
    unsigned failed;

    if (cli_read_mesh(path, &mesh, &prov, &from, err) != PP_OK)
        goto done;
    to = cli_output_format(from);
    if (convert(&mesh, &prov, from, to, err) != PP_OK)
        goto done;
    cli_progress("checking", 0);
    if (pp_check(&mesh, &check, &report, err) != PP_OK)
        goto done;
    failed = pp_requirements_failed(&report, required);
    *status = failed != 0 ? CLI_LOOK : CLI_GOOD;
    if (pp_provenance_status(&prov) > *status)
        *status = pp_provenance_status(&prov);
    if (!cli.json_to_stdout && !(pass && cli.quiet))
        tell(&report, path, failed == 0 && *status != CLI_GOOD);
    if (cli.noperand > 1)
        pp_json_string(j, "file", path);
    pp_report_json(&report, j);
    json_requirements(j, "required", required);
    json_requirements(j, "failed", failed);
    pp_json_integer(j, "upstream_status", pp_provenance_status(&prov));
    if (pass && !(strict && *status != CLI_GOOD))
        (void)!pass_on(&mesh, &prov, to, &report, *status, err);
done:
    pp_report_free(&report);
    pp_provenance_free(&prov);
    pp_mesh_free(&mesh);
    return err->status;
}

/* Many files: one that cannot be read does not keep the others from it. */
static int
judge_all(unsigned required, pp_json *j)
{
    int worst = CLI_GOOD;

    pp_json_array(j, "files");
    for (int i = 0; i < cli.noperand; i++) {
        pp_error err = { 0 };
        int status = CLI_TROUBLE;

        pp_json_object(j, NULL);
        if (judge(cli.operand[i], required, j, &status, &err) != PP_OK) {
            cli_trouble(cli.operand[i], &err);
            status = CLI_TROUBLE;
            pp_json_string(j, "file", cli.operand[i]);
            pp_json_string(j, "error", err.message);
        }
        pp_json_integer(j, "status", status);
        pp_json_end(j);
        nfile++;
        nclean += status == CLI_GOOD;
        nfailed += status == CLI_TROUBLE;
        worst = status > worst ? status : worst;
    }
    pp_json_end(j);
    if (!cli.json_to_stdout)
        printf("%zu files: %zu good, %zu to look at, %zu not read\n", nfile,
               nclean, nfile - nclean - nfailed, nfailed);
    return worst;
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
    if (pass && cli.noperand > 1)
        cli_misuse("one file at a time can be passed through");
    if (strict && !pass)
        cli_misuse("--strict goes with --pass");
    cli_json_start(&j);
    if (cli.noperand > 1)
        status = judge_all(required, &j);
    else if (judge(cli_input(0), required, &j, &status, &err) != PP_OK)
        status = CLI_TROUBLE;
    if (err.status == PP_OK)
        (void)!cli_json_write(&j, status, &err);
    pp_json_free(&j);
    return cli_finish(cli_input(0), &err, status);
}
