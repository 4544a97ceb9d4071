/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * names.h - -o PATTERN, the same in every tool that writes several files
 */
#ifndef PP_TOOLS_NAMES_H
#define PP_TOOLS_NAMES_H

#include "base/status.h"

#include <stdbool.h>

/** True when the name has %n or %l in it; another % is misuse. */
bool names_is_pattern(const char *pattern);

/**
 * The pattern with %n as the number and %l as the name, or as `otherwise`
 * where there is none. What must not stand in a file's name is '_'. The caller
 * frees *path.
 */
pp_status names_make(const char *pattern, unsigned long number,
                     const char *name, const char *otherwise, char **path,
                     pp_error *err) PP_MUST_USE;

#endif
