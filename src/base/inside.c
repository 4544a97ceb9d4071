/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside.c - files that a document names, and that must lie beside it
 *
 * Each step is opened relative to the one before without following links, so
 * that there is no time between a look and the opening.
 */
#include "base/inside.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool
pp_inside_is_name(const char *name)
{
    const size_t n = strlen(name);

    if (n == 0 || n > PP_INSIDE_NAME || name[0] == '.')
        return false;
    for (size_t i = 0; i < n; i++)
        if (name[i] == '/' || name[i] == '\\' ||
            (unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return false;
    return true;
}

/* openat that tells links from the rest. */
static int
open_at(int at, const char *name, int way, pp_error *err)
{
    const int fd = openat(at, name, way | O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const int why = errno;
    struct stat st;

    if (fd >= 0)
        return fd;
    if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(st.st_mode)) {
        pp_fail(err, PP_EUNSUPPORTED, "is a symbolic link");
    } else {
        errno = why;
        pp_fail_errno(err, "cannot open");
    }
    return -1;
}

/* The open file, or -1 with the reason. */
static int
open_inside(const char *directory, const char *folder, const char *name,
            pp_error *err)
{
    int at = open(directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY), fd;

    if (at < 0)
        pp_fail_errno(err, "cannot open the directory");
    if (at >= 0 && folder != NULL) {
        const int outer = at;

        at = open_at(outer, folder, O_DIRECTORY, err);
        close(outer);
    }
    if (at < 0)
        return -1;
    fd = open_at(at, name, O_NONBLOCK, err);
    close(at);
    return fd;
}

pp_status
pp_inside_read(const char *directory, const char *folder, const char *name,
               size_t limit, pp_bytes *bytes, pp_error *err)
{
    struct stat st;
    int fd;

    memset(bytes, 0, sizeof *bytes);
    if (!pp_inside_is_name(name) ||
        (folder != NULL && !pp_inside_is_name(folder)))
        return pp_fail(err, PP_EFORMAT, "is no name of a file in this "
                       "folder");
    fd = open_inside(directory, folder, name, err);
    if (fd < 0)
        return err->status;
    if (fstat(fd, &st) != 0)
        pp_fail_errno(err, "cannot stat");
    else if (!S_ISREG(st.st_mode))
        pp_fail(err, PP_EIO, "is no regular file");
    else
        (void)!pp_file_read_open(fd, limit, bytes, err);
    close(fd);
    if (err->status != PP_OK)
        pp_bytes_free(bytes);
    return err->status;
}
