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

bool
profile_is_file(const char *name)
{
    return strchr(name, '/') != NULL || strchr(name, '.') != NULL;
}

pp_status
profile_path(const char *name, char path[PROFILE_PATH], pp_error *err)
{
    const char *folder = getenv("PRINTPREP_PRINTERS");
    int n;

    if (folder == NULL)
        folder = PP_DATADIR "/printers";
    if (profile_is_file(name))
        n = snprintf(path, PROFILE_PATH, "%s", name);
    else
        n = snprintf(path, PROFILE_PATH, "%s/%s.printer", folder, name);
    if (n < 0 || (size_t)n >= PROFILE_PATH)
        return pp_fail(err, PP_ELIMIT, "printer: the name is too long");
    return PP_OK;
}

pp_status
profile_read(const char *name, pp_printer *printer, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_error cause = { 0 };
    char path[PROFILE_PATH];

    if (profile_path(name, path, err) != PP_OK)
        return err->status;
    if (pp_file_read(path, MOST_BYTES, &bytes, &cause) != PP_OK ||
        pp_printer_parse(bytes.data, bytes.size, printer, &cause) != PP_OK)
        (void)!pp_fail(err, cause.status, "printer '%s': %s", name,
                       cause.message);
    pp_bytes_free(&bytes);
    return err->status;
}
