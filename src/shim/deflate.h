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

/** CRC-32 of n bytes; and of two runs of bytes, the second n long. */
uint32_t pp_crc32(const void *data, size_t n);
uint32_t pp_crc32_join(uint32_t first, uint32_t second, size_t n);

#endif
