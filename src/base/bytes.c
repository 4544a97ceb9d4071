/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bytes.c - a growing byte buffer
 */
#include "base/bytes.h"

#include "base/alloc.h"
#include "base/cause.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

pp_status
pp_bytes_extend(pp_bytes *b, size_t n, unsigned char **at, pp_error *err)
{
    if (n > PTRDIFF_MAX - b->size)
        return pp_fail_memory(err);
    if (pp_grow(&b->data, &b->capacity, b->size + n, 1, err) != PP_OK)
        return pp_cause(err);
    *at = b->data != NULL ? b->data + b->size : NULL;
    b->size += n;
    return PP_OK;
}

pp_status
pp_bytes_append(pp_bytes *b, const void *data, size_t n, pp_error *err)
{
    unsigned char *at = NULL;

    if (pp_bytes_extend(b, n, &at, err) != PP_OK)
        return err->status;
    if (n > 0) {
        assert(at != NULL);
        memcpy(at, data, n);
    }
    return PP_OK;
}

pp_status
pp_bytes_printf(pp_bytes *b, pp_error *err, const char *format, ...)
{
    unsigned char *at = NULL;
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        return pp_fail(err, PP_EBUG, "text could not be formatted");
    /* one byte more for the NUL that vsnprintf insists on */
    if (pp_bytes_extend(b, (size_t)n + 1, &at, err) != PP_OK)
        return err->status;
    va_start(args, format);
    vsnprintf((char *)at, (size_t)n + 1, format, args);
    va_end(args);
    b->size--;
    return PP_OK;
}

void
pp_bytes_free(pp_bytes *b)
{
    pp_free(b->data);
    memset(b, 0, sizeof *b);
}

void
pp_bytes_turn(unsigned char *p, size_t n, size_t size)
{
    for (size_t i = 0; i < n; i++, p += size)
        for (size_t k = 0; k < size / 2; k++) {
            const unsigned char low = p[k];

            p[k] = p[size - 1 - k];
            p[size - 1 - k] = low;
        }
}
