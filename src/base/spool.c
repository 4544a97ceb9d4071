/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spool.c - standard input as a file that can be opened twice
 */
#include "base/file.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 20)

static pp_status
copy_stdin(int fd, pp_error *err)
{
    unsigned char *piece = pp_alloc(PIECE, 1);
    size_t total = 0;

    if (piece == NULL)
        return pp_fail_memory(err);
    while (err->status == PP_OK) {
        const ssize_t n = read(STDIN_FILENO, piece, PIECE);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            pp_fail_errno(err, "cannot read");
        if (n <= 0)
            break;
        for (ssize_t done = 0; done < n;) {
            const ssize_t w = write(fd, piece + done, (size_t)(n - done));

            if (w < 0 && errno == EINTR)
                continue;
            if (w < 0) {
                pp_fail_errno(err, "cannot keep standard input");
                break;
            }
            done += w;
        }
        total += (size_t)n;
    }
    pp_free(piece);
    if (err->status == PP_OK && total == 0)
        pp_fail(err, PP_EFORMAT, "is empty");
    return err->status;
}

pp_status
pp_file_spool(char **path, pp_error *err)
{
    const char *folder = getenv("TMPDIR");
    int fd;

    if (folder == NULL || *folder == '\0')
        folder = "/tmp";
    const size_t n = strlen(folder) + 32;

    *path = pp_alloc(n, 1);
    if (*path == NULL)
        return pp_fail_memory(err);
    snprintf(*path, n, "%s/printprep-XXXXXX", folder);
    fd = mkstemp(*path);
    if (fd < 0) {
        pp_fail_errno(err, "cannot create a temporary file");
        pp_free(*path);
        *path = NULL;
        return err->status;
    }
    (void)!copy_stdin(fd, err);
    if (close(fd) != 0 && err->status == PP_OK)
        pp_fail_errno(err, "cannot keep standard input");
    if (err->status != PP_OK) {
        pp_file_unspool(*path);
        *path = NULL;
    }
    return err->status;
}

void
pp_file_unspool(char *path)
{
    if (path != NULL)
        unlink(path);
    pp_free(path);
}
