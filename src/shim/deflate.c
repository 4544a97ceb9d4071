/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deflate.c - raw DEFLATE pieces and CRC-32 through zlib
 *
 * A piece ends at a byte (an empty stored block, 4 bytes), as in pigz.
 */
#include "shim/deflate.h"

#include <limits.h>
#include <zlib.h>

/*
 * Measured on the XML of 3 million facets: level 4 takes 1.5 s and leaves 33
 * MB, zlib's own choice (6) 3.5 s and 30 MB, level 1 1.1 s and 43 MB.
 */
#define LEVEL 4

pp_status
pp_deflate(const void *data, size_t n, int last, pp_bytes *out, pp_error *err)
{
    z_stream z = { 0 };
    unsigned char *at = NULL;
    const size_t begin = out->size;
    int end;

    if (n > INT_MAX)
        return pp_fail(err, PP_EBUG, "a piece to deflate is too long");
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return pp_fail_memory(err);
    /* the bound is for one finished stream; the flush adds a few bytes */
    if (pp_bytes_extend(out, deflateBound(&z, (uLong)n) + 64, &at, err) !=
        PP_OK) {
        deflateEnd(&z);
        return err->status;
    }
    z.next_in = (z_const Bytef *)data;
    z.avail_in = (uInt)n;
    z.next_out = at;
    z.avail_out = (uInt)(out->size - begin);
    end = deflate(&z, last ? Z_FINISH : Z_SYNC_FLUSH);
    out->size = begin + z.total_out;
    if (end != (last ? Z_STREAM_END : Z_OK) || z.avail_in != 0) {
        out->size = begin;
        pp_fail(err, PP_EBUG, "zlib could not deflate");
    }
    deflateEnd(&z);
    return err->status;
}

/* zlib counts in unsigned int: long streams are fed in steps. */
#define FEED ((size_t)1 << 30)

pp_status
pp_pack_stream(pp_pack pack, const void *data, size_t n, pp_bytes *out,
               pp_error *err)
{
    z_stream z = { 0 };
    const size_t begin = out->size;
    const unsigned char *from = data;
    size_t room, taken = 0, made = 0;
    unsigned char *at = NULL;
    int end = Z_OK;

    if (deflateInit2(&z, LEVEL, Z_DEFLATED,
                     MAX_WBITS + (pack == PP_PACK_GZIP ? 16 : 0), 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return pp_fail_memory(err);
    room = deflateBound(&z, (uLong)n) + 64;
    if (pp_bytes_extend(out, room, &at, err) != PP_OK) {
        deflateEnd(&z);
        return err->status;
    }
    while (end == Z_OK) {
        const size_t step = n - taken < FEED ? n - taken : FEED;
        const size_t free = room - made < FEED ? room - made : FEED;

        z.next_in = (z_const Bytef *)(from + taken);
        z.avail_in = (uInt)step;
        z.next_out = at + made;
        z.avail_out = (uInt)free;
        end = deflate(&z, taken + step == n ? Z_FINISH : Z_NO_FLUSH);
        taken += step - z.avail_in;
        made += free - z.avail_out;
    }
    out->size = begin + made;
    deflateEnd(&z);
    if (end != Z_STREAM_END || taken != n) {
        out->size = begin;
        pp_fail(err, PP_EBUG, "zlib could not deflate");
    }
    return err->status;
}

pp_status
pp_unpack_zlib(const void *data, size_t n, size_t unpacked, pp_bytes *out,
               pp_error *err)
{
    const size_t begin = out->size;
    unsigned char *at = NULL;
    z_stream z = { 0 };
    int end;

    if (n > INT_MAX || unpacked > INT_MAX || unpacked / 1032 > n)
        return pp_fail(err, PP_EFORMAT, "a deflated block that cannot be");
    if (pp_bytes_extend(out, unpacked, &at, err) != PP_OK)
        return err->status;
    if (inflateInit(&z) != Z_OK) {
        out->size = begin;
        return pp_fail_memory(err);
    }
    z.next_in = (z_const Bytef *)data;
    z.avail_in = (uInt)n;
    z.next_out = at;
    z.avail_out = (uInt)unpacked;
    end = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    if (end != Z_STREAM_END || z.avail_in != 0 || z.avail_out != 0) {
        out->size = begin;
        return pp_fail(err, PP_EFORMAT, "a deflated block is damaged");
    }
    return PP_OK;
}

uint32_t
pp_crc32(const void *data, size_t n)
{
    return (uint32_t)crc32_z(0, data, n);
}

uint32_t
pp_crc32_join(uint32_t first, uint32_t second, size_t n)
{
    return (uint32_t)crc32_combine(first, second, (z_off_t)n);
}
