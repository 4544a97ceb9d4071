/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile.h - --printer NAME|FILE, the same in every tool that has it
 */
#ifndef PP_TOOLS_PROFILE_H
#define PP_TOOLS_PROFILE_H

#include "check/printer.h"

#define PROFILE_PATH 4096

/** A file rather than the name of a profile: it has a slash or a dot. */
bool profile_is_file(const char *name);

/** Where the profile lies. */
pp_status profile_path(const char *name, char path[PROFILE_PATH],
                       pp_error *err) PP_MUST_USE;

/**
 * A name without a slash is looked up as NAME.printer in the folder of the
 * profiles (PRINTPREP_PRINTERS, or where they were installed); anything else
 * is a file.
 */
pp_status profile_read(const char *name, pp_printer *printer,
                       pp_error *err) PP_MUST_USE;

#endif
