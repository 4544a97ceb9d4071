/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zip.c - a ZIP file of a few deflated parts
 *
 * PKWARE's APPNOTE 6.3: a header and the bytes for each part, then a directory
 * that repeats the headers, then its end record. Sizes are filled in when a
 * part is complete, so that no reader has to look for them behind the bytes.
 */
#include "meshio/zip.h"

#include "shim/deflate.h"

#include <assert.h>

#define LOCAL 30     /* bytes of a part's header, without its name */
#define DIRECTORY 46 /* and of its entry in the directory */
#define END 22

#define DEFLATED 8
#define FIRST_DAY 0x21 /* 1 January 1980, where the format's time begins */

void
pp_zip_start(pp_zip *zip, pp_bytes *out)
{
    memset(zip, 0, sizeof *zip);
    zip->out = out;
    zip->begin = out->size;
}

/* The 26 bytes that header and directory have in common. */
static void
put_common(unsigned char *p, const pp_zip_part *part)
{
    memset(p, 0, 26);
    pp_put_u16le(p, 20); /* version 2.0 can unpack it */
    pp_put_u16le(p + 4, DEFLATED);
    pp_put_u16le(p + 8, FIRST_DAY);
    pp_put_u32le(p + 10, part->crc);
    pp_put_u32le(p + 14, (uint32_t)part->packed);
    pp_put_u32le(p + 18, (uint32_t)part->unpacked);
    pp_put_u16le(p + 22, (uint16_t)strlen(part->name));
}

pp_status
pp_zip_part_start(pp_zip *zip, const char *name, pp_error *err)
{
    pp_zip_part *part = &zip->part[zip->npart];
    unsigned char *p = NULL;

    assert(zip->npart < PP_ZIP_PARTS);
    memset(part, 0, sizeof *part);
    part->name = name;
    part->at = zip->out->size - zip->begin;
    zip->npart++;
    if (pp_bytes_extend(zip->out, LOCAL, &p, err) != PP_OK)
        return err->status;
    memset(p, 0, LOCAL);
    return pp_bytes_append(zip->out, name, strlen(name), err);
}

pp_status
pp_zip_part_add(pp_zip *zip, const pp_bytes *packed, uint32_t crc, size_t n,
                pp_error *err)
{
    pp_zip_part *part = &zip->part[zip->npart - 1];

    part->crc = pp_crc32_join(part->crc, crc, n);
    part->unpacked += n;
    part->packed += packed->size;
    if (part->unpacked > UINT32_MAX ||
        zip->out->size - zip->begin + packed->size > UINT32_MAX)
        return pp_fail(err, PP_ELIMIT, "a package of 4 GiB or more");
    return pp_bytes_append(zip->out, packed->data, packed->size, err);
}

pp_status
pp_zip_part_end(pp_zip *zip, const void *data, size_t n, pp_error *err)
{
    const pp_zip_part *part = &zip->part[zip->npart - 1];
    pp_bytes packed = { 0 };
    unsigned char *p;

    if (pp_deflate(data, n, 1, &packed, err) == PP_OK &&
        pp_zip_part_add(zip, &packed, pp_crc32(data, n), n, err) == PP_OK) {
        p = zip->out->data + zip->begin + part->at;
        pp_put_u32le(p, 0x04034b50);
        put_common(p + 4, part);
    }
    pp_bytes_free(&packed);
    return err->status;
}

pp_status
pp_zip_end(pp_zip *zip, pp_error *err)
{
    const size_t start = zip->out->size - zip->begin;
    unsigned char *p = NULL;

    for (int i = 0; i < zip->npart; i++) {
        const pp_zip_part *part = &zip->part[i];

        if (pp_bytes_extend(zip->out, DIRECTORY, &p, err) != PP_OK)
            return err->status;
        memset(p, 0, DIRECTORY);
        pp_put_u32le(p, 0x02014b50);
        pp_put_u16le(p + 4, 20);
        put_common(p + 6, part);
        pp_put_u32le(p + 42, (uint32_t)part->at);
        if (pp_bytes_append(zip->out, part->name, strlen(part->name), err) !=
            PP_OK)
            return err->status;
    }
    const size_t end = zip->out->size - zip->begin;

    if (end > UINT32_MAX)
        return pp_fail(err, PP_ELIMIT, "a package of 4 GiB or more");
    if (pp_bytes_extend(zip->out, END, &p, err) != PP_OK)
        return err->status;
    memset(p, 0, END);
    pp_put_u32le(p, 0x06054b50);
    pp_put_u16le(p + 8, (uint16_t)zip->npart);
    pp_put_u16le(p + 10, (uint16_t)zip->npart);
    pp_put_u32le(p + 12, (uint32_t)(end - start));
    pp_put_u32le(p + 16, (uint32_t)start);
    return PP_OK;
}
