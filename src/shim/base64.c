/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base64.c - bytes as letters (RFC 4648) through nettle
 */
#include "shim/base64.h"

#include <nettle/base64.h>

pp_status
pp_base64_append(pp_bytes *out, const void *data, size_t size, pp_error *err)
{
    unsigned char *to;

    if (pp_bytes_extend(out, pp_base64_length(size), &to, err) == PP_OK &&
        size > 0)
        base64_encode_raw((char *)to, size, data);
    return err->status;
}

/* nettle passes over blanks and takes '=' for an end: bytes are missing then.
 * Of the last four letters only those are read that hold a byte. */
bool
pp_base64_decode(const void *letters, size_t n, unsigned char *to)
{
    const size_t nletter = n / 3 * 4 + (n % 3 > 0 ? n % 3 + 1 : 0);
    struct base64_decode_ctx ctx;
    size_t got = n;

    base64_decode_init(&ctx);
    return base64_decode_update(&ctx, &got, to, nletter, letters) == 1 &&
           got == n;
}
