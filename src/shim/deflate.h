/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deflate.h - raw DEFLATE pieces and CRC-32 through zlib (Zlib licence)
 */
#ifndef PP_SHIM_DEFLATE_H
#define PP_SHIM_DEFLATE_H

#include "base/bytes.h"

/**
 * Appends n bytes, deflated. Pieces that were made apart and then strung
 * together are one stream; the last one has to be made as the last.
 */
pp_status pp_deflate(const void *data, size_t n, int last, pp_bytes *out,
                     pp_error *err) PP_MUST_USE;

/* The wrapping of a whole stream. */
typedef enum {
    PP_PACK_ZLIB, /* RFC 1950 */
    PP_PACK_GZIP  /* RFC 1952, without name and date */
} pp_pack;

/** Appends n bytes as one deflated stream. */
pp_status pp_pack_stream(pp_pack pack, const void *data, size_t n,
                         pp_bytes *out, pp_error *err) PP_MUST_USE;

/**
 * Appends what a zlib stream of n bytes unpacks to, which must be `unpacked`
 * bytes and no other number: PP_EFORMAT. A number that no stream of n bytes
 * can reach is refused before memory is set aside for it.
 */
pp_status pp_unpack_zlib(const void *data, size_t n, size_t unpacked,
                         pp_bytes *out, pp_error *err) PP_MUST_USE;

/** CRC-32 of n bytes; and of two runs of bytes, the second n long. */
uint32_t pp_crc32(const void *data, size_t n);
uint32_t pp_crc32_join(uint32_t first, uint32_t second, size_t n);

#endif
