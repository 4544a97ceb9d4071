/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep.h - the subcommands of printprep, one file each
 */
#ifndef PP_TOOLS_PRINTPREP_H
#define PP_TOOLS_PRINTPREP_H

#include "cli.h"

/** Is there a subcommand of this name? */
bool printprep_has(const char *name);

int printprep_doctor(int argc, char **argv);
int printprep_run(int argc, char **argv);
int printprep_sign(int argc, char **argv);
int printprep_dossier(int argc, char **argv);
int printprep_cost(int argc, char **argv);
int printprep_summary(int argc, char **argv);
int printprep_table(int argc, char **argv);

#endif
