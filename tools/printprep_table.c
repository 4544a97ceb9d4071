/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep_table.c - many finished cases, one line per part
 *
 * The work is chain/table.c's.
 */
#include "printprep.h"

#include "base/alloc.h"
#include "base/file.h"
#include "chain/table.h"

#include <string.h>

static struct {
    const char *output, *times;
} opt = { .output = "-" };

static const cli_option options[] = {
    { 'o', "output", "FILE", "the table here instead of standard output",
      CLI_PATH, &opt.output, NULL },
    { 0, "times", "FILE", "what the parts cost, which no two runs share",
      CLI_PATH, &opt.times, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "printprep table", "prints many cases as one table, a line for each part",
    "FOLDER...", 1, -1, options, false, NULL,
};

static bool
is_case(const char *folder)
{
    char *found = pp_file_find(folder, "case.json");
    const bool is = found != NULL;

    pp_free(found);
    return is;
}

/* A case's folder, or a folder of such. */
static pp_status
add_folder(pp_table *t, const char *folder, pp_error *err)
{
    char **path = NULL;
    size_t n = 0;

    if (is_case(folder))
        return pp_table_add(t, folder, err);
    if (pp_file_folders(folder, &path, &n, err) != PP_OK)
        return err->status;
    if (n == 0)
        (void)!pp_fail(err, PP_EFORMAT, "neither a case nor a folder of "
                       "cases: it has no case.json and no folders");
    for (size_t i = 0; i < n && err->status == PP_OK; i++) {
        cli_progress("reading", (double)i / (double)n);
        (void)!pp_table_add(t, path[i], err);
    }
    pp_file_list_free(path, n);
    return err->status;
}

int
printprep_table(int argc, char **argv)
{
    const char *path = NULL;
    pp_table table = { 0 };
    pp_json j = { 0 };
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    if (pp_table_start(&table, &err) != PP_OK)
        goto done;
    for (int n = 0; n < cli.noperand; n++) {
        path = cli_input(n);
        if (add_folder(&table, path, &err) != PP_OK)
            goto done;
    }
    path = cli.json;
    verdict = table.nlook + table.nfailed > 0 ? CLI_LOOK : CLI_GOOD;
    cli_json_start(&j);
    pp_json_count(&j, "cases", table.ncase);
    pp_json_count(&j, "parts", table.npart);
    pp_json_count(&j, "look", table.nlook);
    pp_json_count(&j, "failed", table.nfailed);
    if (cli_json_write(&j, verdict, &err) != PP_OK)
        goto done;
    path = opt.times;
    if (opt.times != NULL &&
        pp_file_write(opt.times, table.times.data, table.times.size, &err) !=
            PP_OK)
        goto done;
    path = opt.output;
    if (strcmp(opt.output, "-") != 0 || !cli.json_to_stdout)
        (void)!pp_file_write(opt.output, table.parts.data, table.parts.size,
                             &err);
    if (cli.verbose)
        cli_say("%zu cases, %zu parts: %zu good, %zu to look at, %zu failed",
                table.ncase, table.npart,
                table.ncase - table.nlook - table.nfailed, table.nlook,
                table.nfailed);
done:
    pp_json_free(&j);
    pp_table_free(&table);
    return cli_finish(path, &err, verdict);
}
