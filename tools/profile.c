/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile.c - finding a printer's profile
 */
#include "profile.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A profile is a dozen lines. */
#define MOST_BYTES 65536

pp_status
profile_read(const char *name, pp_printer *printer, pp_error *err)
{
    const char *folder = getenv("PRINTPREP_PRINTERS");
    pp_bytes bytes = { 0 };
    pp_error cause = { 0 };
    char path[4096];
    int n;

    if (folder == NULL)
        folder = PP_DATADIR "/printers";
    if (strchr(name, '/') != NULL || strchr(name, '.') != NULL)
        n = snprintf(path, sizeof path, "%s", name);
    else
        n = snprintf(path, sizeof path, "%s/%s.printer", folder, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return pp_fail(err, PP_ELIMIT, "printer: the name is too long");
    if (pp_file_read(path, MOST_BYTES, &bytes, &cause) != PP_OK ||
        pp_printer_parse(bytes.data, bytes.size, printer, &cause) != PP_OK)
        (void)!pp_fail(err, cause.status, "printer '%s': %s", name,
                       cause.message);
    pp_bytes_free(&bytes);
    return err->status;
}
