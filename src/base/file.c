/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.c - whole reads and whole writes
 */
#include "base/file.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 20)

static pp_status
read_all(int fd, size_t expected, size_t limit, pp_bytes *bytes, pp_error *err)
{
    size_t room = expected > 0 ? expected + 1 : CHUNK;

    for (;;) {
        ssize_t n;

        if (pp_grow(&bytes->data, &bytes->capacity, bytes->size + room, 1,
                    err) != PP_OK)
            return err->status;
        n = read(fd, bytes->data + bytes->size,
                 bytes->capacity - bytes->size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return pp_fail_errno(err, "cannot read");
        if (n == 0)
            return PP_OK;
        bytes->size += (size_t)n;
        if (limit > 0 && bytes->size > limit)
            return pp_fail(err, PP_ELIMIT, "longer than %zu bytes", limit);
        room = bytes->size < bytes->capacity ? 1 : CHUNK;
    }
}

pp_status
pp_file_read_open(int fd, size_t limit, pp_bytes *bytes, pp_error *err)
{
    struct stat st;
    size_t hint = 0;

    bytes->size = 0;
    if (fstat(fd, &st) != 0)
        return pp_fail_errno(err, "cannot stat");
    if (S_ISDIR(st.st_mode))
        return pp_fail(err, PP_EIO, "is a directory");
    /* a hint only: the file may grow or shrink while it is read */
    if (S_ISREG(st.st_mode) && st.st_size > 0 &&
        (limit == 0 || (uintmax_t)st.st_size <= limit))
        hint = (size_t)st.st_size;
    return read_all(fd, hint, limit, bytes, err);
}

pp_status
pp_file_read_again(const char *path, size_t limit, pp_bytes *bytes,
                   pp_error *err)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    const int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    bytes->size = 0;
    if (fd < 0)
        return pp_fail_errno(err, "cannot open");
    if (pp_file_read_open(fd, limit, bytes, err) == PP_OK && bytes->size == 0)
        pp_fail(err, PP_EFORMAT, "is empty");
    if (!is_stdin)
        close(fd);
    return err->status;
}

pp_status
pp_file_read(const char *path, size_t limit, pp_bytes *bytes, pp_error *err)
{
    memset(bytes, 0, sizeof *bytes);
    if (pp_file_read_again(path, limit, bytes, err) != PP_OK)
        pp_bytes_free(bytes);
    return err->status;
}

static pp_status
write_all(int fd, const unsigned char *data, size_t size, pp_error *err)
{
    while (size > 0) {
        const ssize_t n = write(fd, data, size < 1 << 30 ? size : 1 << 30);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return pp_fail_errno(err, "cannot write");
        data += n;
        size -= (size_t)n;
    }
    return PP_OK;
}

/* Where bytes come from, piece by piece. */
typedef struct {
    pp_piece next;
    void *state;
} source;

static pp_status
write_pieces(int fd, const source *from, pp_error *err)
{
    const void *data;
    size_t size;

    while (from->next(from->state, &data, &size, err) == PP_OK && size > 0)
        if (write_all(fd, data, size, err) != PP_OK)
            break;
    return err->status;
}

static pp_status
write_in_place(const char *path, const source *from, pp_error *err)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return pp_fail_errno(err, "cannot open for writing");
    (void)!write_pieces(fd, from, err);
    if (close(fd) != 0 && err->status == PP_OK)
        pp_fail_errno(err, "cannot close");
    return err->status;
}

/* Temporary file beside the target, then rename over it. */
static pp_status
write_and_rename(const char *target, const struct stat *old,
                 const source *from, pp_error *err)
{
    const char *slash = strrchr(target, '/');
    const int ndir = slash != NULL ? (int)(slash - target) + 1 : 0;
    const size_t n = strlen(target) + 32;
    char *temporary = pp_alloc(n, 1);
    mode_t mode;
    int fd;

    if (temporary == NULL)
        return pp_fail_memory(err);
    snprintf(temporary, n, "%.*s.printprep-XXXXXX", ndir, target);
    fd = mkstemp(temporary);
    if (fd < 0) {
        pp_fail_errno(err, "cannot create a file beside it");
        pp_free(temporary);
        return err->status;
    }
    if (old != NULL) {
        mode = old->st_mode & 07777;
    } else {
        mode = umask(0);
        umask(mode);
        mode = 0666 & ~mode;
    }
    if (write_pieces(fd, from, err) == PP_OK && fchmod(fd, mode) != 0)
        pp_fail_errno(err, "cannot set the mode");
    if (close(fd) != 0 && err->status == PP_OK)
        pp_fail_errno(err, "cannot close");
    if (err->status == PP_OK && rename(temporary, target) != 0)
        pp_fail_errno(err, "cannot rename");
    if (err->status != PP_OK)
        unlink(temporary);
    pp_free(temporary);
    return err->status;
}

pp_status
pp_file_write_pieces(const char *path, pp_piece next, void *state,
                     pp_error *err)
{
    const source from = { next, state };
    struct stat st;
    char *target;

    if (strcmp(path, "-") == 0)
        return write_pieces(STDOUT_FILENO, &from, err);
    if (stat(path, &st) != 0)
        return write_and_rename(path, NULL, &from, err);
    if (S_ISDIR(st.st_mode))
        return pp_fail(err, PP_EIO, "is a directory");
    if (!S_ISREG(st.st_mode))
        return write_in_place(path, &from, err);
    if (access(path, W_OK) != 0)
        return pp_fail_errno(err, "cannot write");
    target = realpath(path, NULL);
    if (target == NULL)
        return pp_fail_errno(err, "cannot resolve");
    (void)!write_and_rename(target, &st, &from, err);
    free(target);
    return err->status;
}

typedef struct {
    const void *data;
    size_t size;
} whole;

static pp_status
whole_piece(void *state, const void **data, size_t *size, pp_error *err)
{
    whole *w = state;

    (void)err;
    *data = w->data;
    *size = w->size;
    w->size = 0;
    return PP_OK;
}

pp_status
pp_file_write(const char *path, const void *data, size_t size, pp_error *err)
{
    whole w = { data, size };

    return pp_file_write_pieces(path, whole_piece, &w, err);
}

bool
pp_file_is_regular(const char *path, uint64_t *size)
{
    struct stat st;

    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    *size = (uint64_t)st.st_size;
    return true;
}

bool
pp_file_is_directory(const char *path)
{
    struct stat st;

    return strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
           S_ISDIR(st.st_mode);
}
