/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * source.c - the bytes of a file from front to back, unpacked through zlib
 */
#include "shim/source.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define PIECE ((size_t)1 << 16)
/* zlib's documentation: no stream shrinks below 1 : 1032 */
#define MOST_DEFLATED 1032

struct pp_source {
    FILE *file;
    uint64_t left; /* bytes of the file not yet read */
    bool deflated;
    bool between; /* at a border between members */
    z_stream z;
    unsigned char piece[PIECE];
};

static pp_status
start(pp_source *s, const char *path, uint64_t offset,
      pp_source_packing packing, pp_error *err)
{
    struct stat st;
    unsigned char magic[2];

    s->file = fopen(path, "rb");
    if (s->file == NULL)
        return pp_fail_errno(err, "cannot open");
    if (fstat(fileno(s->file), &st) != 0 || !S_ISREG(st.st_mode))
        return pp_fail(err, PP_EIO, "is not a regular file");
    if (offset > (uint64_t)st.st_size)
        return pp_fail(err, PP_EFORMAT, "data begins behind the file's end");
    s->left = (uint64_t)st.st_size - offset;
    if (fseeko(s->file, (off_t)offset, SEEK_SET) != 0)
        return pp_fail_errno(err, "cannot seek");
    s->deflated = packing == PP_SOURCE_DEFLATED;
    if (packing == PP_SOURCE_EITHER && s->left >= 2 &&
        fread(magic, 1, 2, s->file) == 2) {
        s->deflated = magic[0] == 0x1f && magic[1] == 0x8b;
        if (fseeko(s->file, (off_t)offset, SEEK_SET) != 0)
            return pp_fail_errno(err, "cannot seek");
    }
    /* 15: the largest window; 32: gzip or zlib, as its header says */
    if (s->deflated && inflateInit2(&s->z, 15 + 32) != Z_OK) {
        s->deflated = false;
        return pp_fail_memory(err);
    }
    s->between = true;
    return PP_OK;
}

pp_status
pp_source_open(const char *path, uint64_t offset, pp_source_packing packing,
               pp_source **source, pp_error *err)
{
    pp_source *s = pp_alloc(1, sizeof *s);

    *source = NULL;
    if (s == NULL)
        return pp_fail_memory(err);
    memset(s, 0, sizeof *s);
    if (start(s, path, offset, packing, err) != PP_OK) {
        pp_source_close(s);
        return err->status;
    }
    *source = s;
    return PP_OK;
}

void
pp_source_close(pp_source *s)
{
    if (s == NULL)
        return;
    if (s->deflated)
        inflateEnd(&s->z);
    if (s->file != NULL)
        fclose(s->file);
    pp_free(s);
}

static pp_status
read_file(pp_source *s, void *data, size_t n, size_t *got, pp_error *err)
{
    if (n > s->left)
        n = (size_t)s->left;
    *got = fread(data, 1, n, s->file);
    if (*got < n && ferror(s->file))
        return pp_fail_errno(err, "cannot read");
    /* a file cut while it is read ends here */
    s->left = *got < n ? 0 : s->left - n;
    return PP_OK;
}

/* Feeds zlib; *more false at the end of the file. */
static pp_status
refill(pp_source *s, bool *more, pp_error *err)
{
    size_t got = 0;

    *more = true;
    if (s->z.avail_in > 0)
        return PP_OK;
    if (read_file(s, s->piece, PIECE, &got, err) != PP_OK)
        return err->status;
    s->z.next_in = s->piece;
    s->z.avail_in = (uInt)got;
    *more = got > 0;
    return PP_OK;
}

static pp_status
read_deflated(pp_source *s, unsigned char *data, size_t n, size_t *got,
              pp_error *err)
{
    while (*got < n) {
        const size_t want = n - *got < 1U << 30 ? n - *got : 1U << 30;
        bool more;
        int rc;

        if (refill(s, &more, err) != PP_OK)
            return err->status;
        if (!more && s->between)
            return PP_OK;
        if (!more)
            return pp_fail(err, PP_EFORMAT, "compressed data ends early");
        s->z.next_out = data + *got;
        s->z.avail_out = (uInt)want;
        rc = inflate(&s->z, Z_NO_FLUSH);
        *got += want - s->z.avail_out;
        s->between = rc == Z_STREAM_END;
        if (rc == Z_STREAM_END) {
            /* what follows is another gzip member, or padding: the end */
            if (refill(s, &more, err) != PP_OK)
                return err->status;
            if (!more || s->z.next_in[0] != 0x1f) {
                s->left = 0;
                s->z.avail_in = 0;
                return PP_OK;
            }
            rc = inflateReset(&s->z);
        }
        if (rc == Z_MEM_ERROR)
            return pp_fail_memory(err);
        if (rc != Z_OK && rc != Z_BUF_ERROR)
            return pp_fail(err, PP_EFORMAT, "compressed data is damaged");
    }
    return PP_OK;
}

pp_status
pp_source_read(pp_source *s, void *data, size_t n, size_t *got, pp_error *err)
{
    *got = 0;
    if (s->deflated)
        return read_deflated(s, data, n, got, err);
    return read_file(s, data, n, got, err);
}

pp_status
pp_source_exactly(pp_source *s, void *data, size_t n, pp_error *err)
{
    size_t got;

    if (pp_source_read(s, data, n, &got, err) != PP_OK)
        return err->status;
    if (got < n)
        return pp_fail(err, PP_EFORMAT,
                       "is truncated: %zu bytes are missing", n - got);
    return PP_OK;
}

pp_status
pp_source_skip(pp_source *s, uint64_t n, pp_error *err)
{
    unsigned char rest[4096];

    while (n > 0) {
        const size_t some = n < sizeof rest ? (size_t)n : sizeof rest;

        if (pp_source_exactly(s, rest, some, err) != PP_OK)
            return err->status;
        n -= some;
    }
    return PP_OK;
}

uint64_t
pp_source_at_most(const pp_source *s)
{
    const uint64_t held = s->left + s->z.avail_in;

    if (!s->deflated)
        return s->left;
    return held < UINT64_MAX / MOST_DEFLATED - PIECE
               ? (held + PIECE) * MOST_DEFLATED
               : UINT64_MAX;
}
