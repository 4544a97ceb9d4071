/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status.c - the error record
 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

pp_status
pp_fail(pp_error *err, pp_status status, const char *format, ...)
{
    va_list args;

    err->status = status;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    /* names out of files must not steer a terminal */
    for (char *c = err->message; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return status;
}

pp_status
pp_fail_memory(pp_error *err)
{
    return pp_fail(err, PP_ENOMEM, "out of memory");
}

const char *
pp_status_name(pp_status status)
{
    static const char *const name[] = {
        "ok",    "no-memory", "io",          "format",
        "limit", "geometry",  "unsupported", "bug",
    };

    return (unsigned)status < sizeof name / sizeof *name ? name[status]
                                                         : "unknown";
}
