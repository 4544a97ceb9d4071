/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep.c - the family's front door: what concerns a whole case
 *
 * A table of subcommands; each is a file of its own, printprep_NAME.c, with its
 * own options, and has a page of its own, printprep-NAME(1).
 */
#include "printprep.h"

#include <string.h>

static const cli_option options[] = {
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_command commands[] = {
    { "run", "a scan and its segmentation become models", printprep_run },
    { "doctor", "what is installed, and does it work?", printprep_doctor },
    { "sign", "a person confirms a case; later changes show", printprep_sign },
    { "dossier", "a finished case as one page, index.html", printprep_dossier },
    { "cost", "the time and the memory of a case, predicted", printprep_cost },
    { "summary", "the tools' JSON documents as one table", printprep_summary },
    { "table", "many cases, a line for each part", printprep_table },
    { NULL, NULL, NULL },
};

static const cli_tool front = {
    "printprep", "a whole case, by subcommands:", "COMMAND [ARGUMENT...]", 1,
    -1, options, false, NULL,
};

bool
printprep_has(const char *name)
{
    for (const cli_command *c = commands; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return true;
    return false;
}

int
main(int argc, char **argv)
{
    return cli_dispatch(&front, commands, argc, argv);
}
