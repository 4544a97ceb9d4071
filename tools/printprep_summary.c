/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep_summary.c - the JSON documents of a chain of tools as one table
 *
 * sh sees the status of a pipe's last tool only; this one repeats the worst of
 * all.
 */
#include "printprep.h"

#include "base/file.h"
#include "measure/summary.h"

static const cli_option options[] = {
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "printprep summary", "prints the JSON documents of a chain of tools as one "
    "table", "FILE.json...", 1, -1, options, false, NULL,
};

static pp_status
add_file(pp_summary *s, const char *path, pp_error *err)
{
    pp_bytes bytes = { 0 };

    if (pp_file_read(path, 0, &bytes, err) == PP_OK)
        (void)!pp_summary_add(s, bytes.data, bytes.size, err);
    pp_bytes_free(&bytes);
    return err->status;
}

int
printprep_summary(int argc, char **argv)
{
    const char *path = NULL;
    pp_summary summary = { 0 };
    pp_json j = { 0 };
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    for (int n = 0; n < cli.noperand; n++) {
        path = cli_input(n);
        if (add_file(&summary, path, &err) != PP_OK)
            goto done;
    }
    path = cli.json;
    verdict = pp_summary_status(&summary);
    cli_json_start(&j);
    pp_json_count(&j, "documents", summary.ndocument);
    if (cli_json_write(&j, verdict, &err) != PP_OK)
        goto done;
    if (!cli.json_to_stdout)
        pp_summary_print(&summary, stdout);
done:
    pp_summary_free(&summary);
    return cli_finish(path, &err, verdict);
}
