/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zip.c - parts deflated by us, put into a package by libzip
 *
 * libzip deflates on one thread. It copies what it takes out of another
 * package without unpacking, though, and a source of our own can look like
 * that: it hands over deflated bytes and says what they unpack to.
 */
#include "shim/zip.h"

#include "shim/deflate.h"

#include <assert.h>
#include <zip.h>

#define FIRST_DAY 0x21 /* 1 January 1980, in DOS's form */

void
pp_zip_free(pp_zip *zip)
{
    for (int i = 0; i < zip->npart; i++)
        pp_bytes_free(&zip->part[i].packed);
    memset(zip, 0, sizeof *zip);
}

void
pp_zip_part_start(pp_zip *zip, const char *name)
{
    assert(zip->npart < PP_ZIP_PARTS);
    zip->part[zip->npart++].name = name;
}

pp_status
pp_zip_part_add(pp_zip *zip, const pp_bytes *packed, uint32_t crc, size_t n,
                pp_error *err)
{
    pp_zip_part *part = &zip->part[zip->npart - 1];

    part->crc = pp_crc32_join(part->crc, crc, n);
    part->unpacked += n;
    if (part->unpacked > UINT32_MAX ||
        part->packed.size + packed->size > UINT32_MAX)
        return pp_fail(err, PP_ELIMIT, "a package of 4 GiB or more");
    return pp_bytes_append(&part->packed, packed->data, packed->size, err);
}

pp_status
pp_zip_part_end(pp_zip *zip, const void *data, size_t n, pp_error *err)
{
    pp_bytes packed = { 0 };

    if (pp_deflate(data, n, 1, &packed, err) == PP_OK)
        (void)!pp_zip_part_add(zip, &packed, pp_crc32(data, n), n, err);
    pp_bytes_free(&packed);
    return err->status;
}

/* A part being read by libzip; it frees none of it. */
typedef struct {
    const pp_zip_part *part;
    size_t at;
    zip_error_t error;
} reader;

static void
tell(const pp_zip_part *part, zip_stat_t *s)
{
    zip_stat_init(s);
    s->valid = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD |
               ZIP_STAT_CRC;
    s->size = part->unpacked;
    s->comp_size = part->packed.size;
    s->comp_method = ZIP_CM_DEFLATE;
    s->crc = part->crc;
}

/* libzip's way to ask a source (zip_source_function(3)). */
static zip_int64_t
serve(void *state, void *data, zip_uint64_t n, zip_source_cmd_t command)
{
    reader *r = state;
    const pp_bytes *packed = &r->part->packed;

    switch ((int)command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(
            ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
            ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    case ZIP_SOURCE_OPEN:
        r->at = 0;
        return 0;
    case ZIP_SOURCE_READ:
        if (n > packed->size - r->at)
            n = packed->size - r->at;
        memcpy(data, packed->data + r->at, n);
        r->at += n;
        return (zip_int64_t)n;
    case ZIP_SOURCE_STAT:
        tell(r->part, data);
        return sizeof(zip_stat_t);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&r->error, data, n);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    default:
        zip_error_set(&r->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

static pp_status
fail(const char *what, pp_error *err)
{
    return pp_fail(err, PP_EBUG, "libzip: %s", what);
}

static pp_status
add_part(zip_t *z, reader *r, pp_error *err)
{
    zip_source_t *source = zip_source_function(z, serve, r);
    zip_int64_t i;

    if (source == NULL)
        return pp_fail_memory(err);
    i = zip_file_add(z, r->part->name, source, ZIP_FL_ENC_UTF_8);
    if (i < 0) {
        zip_source_free(source);
        return fail(zip_strerror(z), err);
    }
    if (zip_set_file_compression(z, (zip_uint64_t)i, ZIP_CM_DEFLATE, 0) != 0 ||
        zip_file_set_dostime(z, (zip_uint64_t)i, 0, FIRST_DAY, 0) != 0)
        return fail(zip_strerror(z), err);
    return PP_OK;
}

/* What libzip wrote into the buffer behind source. */
static pp_status
take(zip_source_t *source, pp_bytes *out, pp_error *err)
{
    unsigned char *at = NULL;
    zip_stat_t s;

    if (zip_source_open(source) != 0)
        return fail("the package cannot be read back", err);
    if (zip_source_stat(source, &s) != 0 || !(s.valid & ZIP_STAT_SIZE))
        fail("the package has no size", err);
    else if (s.size > UINT32_MAX)
        pp_fail(err, PP_ELIMIT, "a package of 4 GiB or more");
    else if (pp_bytes_extend(out, s.size, &at, err) == PP_OK &&
             zip_source_read(source, at, s.size) != (zip_int64_t)s.size)
        fail("the package cannot be read back", err);
    zip_source_close(source);
    return err->status;
}

pp_status
pp_zip_write(const pp_zip *zip, pp_bytes *out, pp_error *err)
{
    reader r[PP_ZIP_PARTS] = { { 0 } };
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *z = NULL;

    if (source == NULL)
        return pp_fail_memory(err);
    zip_source_keep(source); /* z takes one, the other is ours */
    z = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    if (z == NULL) {
        zip_source_free(source);
        fail("no package", err);
        goto done;
    }
    for (int i = 0; i < zip->npart; i++) {
        r[i].part = &zip->part[i];
        zip_error_init(&r[i].error);
        if (add_part(z, &r[i], err) != PP_OK)
            goto done;
    }
    if (zip_close(z) != 0) {
        fail(zip_strerror(z), err);
        goto done;
    }
    z = NULL;
    (void)!take(source, out, err);
done:
    if (z != NULL)
        zip_discard(z);
    zip_source_free(source);
    return err->status;
}
