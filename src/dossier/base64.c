/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base64.c - bytes as letters that need no escape in HTML (RFC 4648)
 */
#include "dossier/book.h"

pp_status
base64(const void *data, size_t size, pp_bytes *out, pp_error *err)
{
    static const char letter[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = data;
    unsigned char *to;

    if (pp_bytes_extend(out, (size + 2) / 3 * 4, &to, err) != PP_OK)
        return err->status;
    for (size_t n = 0; n < size; n += 3) {
        const size_t left = size - n;
        const uint32_t three = (uint32_t)p[n] << 16 |
                               (left > 1 ? (uint32_t)p[n + 1] << 8 : 0) |
                               (left > 2 ? p[n + 2] : 0);

        *to++ = (unsigned char)letter[three >> 18];
        *to++ = (unsigned char)letter[three >> 12 & 63];
        *to++ = left > 1 ? (unsigned char)letter[three >> 6 & 63] : '=';
        *to++ = left > 2 ? (unsigned char)letter[three & 63] : '=';
    }
    return PP_OK;
}
