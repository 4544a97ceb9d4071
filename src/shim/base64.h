/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base64.h - bytes as letters (RFC 4648) through nettle (LGPL-3+ or GPL-2+)
 */
#ifndef PP_SHIM_BASE64_H
#define PP_SHIM_BASE64_H

#include "base/bytes.h"

#include <stdbool.h>

/** The letters of size bytes, with '=' at the end, appended. */
pp_status pp_base64_append(pp_bytes *out, const void *data, size_t size,
                           pp_error *err) PP_MUST_USE;

/** How many letters n bytes take, '=' among them. */
static inline size_t
pp_base64_length(size_t n)
{
    return n / 3 * 4 + (n % 3 > 0 ? 4 : 0);
}

/**
 * The first n bytes of a run of letters, pp_base64_length(n) of which must be
 * there; the run may go on behind them. False when one that is needed is no
 * letter of base64: blanks and '=' are none.
 */
bool pp_base64_decode(const void *letters, size_t n, unsigned char *to)
    PP_MUST_USE;

#endif
