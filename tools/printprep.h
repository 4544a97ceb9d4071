/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep.h - the subcommands of printprep, one file each
 */
#ifndef PP_TOOLS_PRINTPREP_H
#define PP_TOOLS_PRINTPREP_H

#include "cli.h"

int printprep_summary(int argc, char **argv);

#endif
