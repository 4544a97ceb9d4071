/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bytes.h - a growing byte buffer, and fixed-endian fields in it
 *
 * The host's byte order and alignment never matter: fields are put together
 * byte by byte, which compilers turn into one load or store.
 */
#ifndef PP_BASE_BYTES_H
#define PP_BASE_BYTES_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All-zero is the empty buffer. */
typedef struct {
    unsigned char *data;
    size_t size;
    size_t capacity;
} pp_bytes;

/** Appends n bytes. PP_ENOMEM leaves the buffer as it was. */
pp_status pp_bytes_append(pp_bytes *b, const void *data, size_t n,
                          pp_error *err) PP_MUST_USE;

/** Appends formatted text (C locale numbers), without the final NUL. */
pp_status pp_bytes_printf(pp_bytes *b, pp_error *err, const char *format, ...)
    PP_MUST_USE PP_PRINTF(3, 4);

/**
 * Makes room for n more bytes and returns their address in *at; size grows by
 * n and the caller fills them in. For writers of fixed-size records.
 */
pp_status pp_bytes_extend(pp_bytes *b, size_t n, unsigned char **at,
                          pp_error *err) PP_MUST_USE;

void pp_bytes_free(pp_bytes *b);

/** Turns n fields of size bytes each: the other byte order. */
void pp_bytes_turn(unsigned char *p, size_t n, size_t size);

static inline uint16_t
pp_get_u16le(const unsigned char *p)
{
    return (uint16_t)(p[0] | (unsigned)p[1] << 8);
}

static inline uint32_t
pp_get_u32le(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static inline uint64_t
pp_get_u64le(const unsigned char *p)
{
    return pp_get_u32le(p) | (uint64_t)pp_get_u32le(p + 4) << 32;
}

static inline uint16_t
pp_get_u16be(const unsigned char *p)
{
    return (uint16_t)(p[1] | (unsigned)p[0] << 8);
}

static inline uint32_t
pp_get_u32be(const unsigned char *p)
{
    return p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 |
           (uint32_t)p[0] << 24;
}

static inline uint64_t
pp_get_u64be(const unsigned char *p)
{
    return pp_get_u32be(p + 4) | (uint64_t)pp_get_u32be(p) << 32;
}

static inline float
pp_float_from_bits(uint32_t bits)
{
    float f;

    memcpy(&f, &bits, sizeof f);
    return f;
}

static inline double
pp_double_from_bits(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

static inline uint32_t
pp_float_to_bits(float f)
{
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static inline uint64_t
pp_double_to_bits(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static inline void
pp_put_u16le(unsigned char *p, uint16_t v)
{
    p[0] = (unsigned char)v;
    p[1] = (unsigned char)(v >> 8);
}

static inline void
pp_put_u32le(unsigned char *p, uint32_t v)
{
    pp_put_u16le(p, (uint16_t)v);
    pp_put_u16le(p + 2, (uint16_t)(v >> 16));
}

static inline void
pp_put_u64le(unsigned char *p, uint64_t v)
{
    pp_put_u32le(p, (uint32_t)v);
    pp_put_u32le(p + 4, (uint32_t)(v >> 32));
}

#ifdef __cplusplus
}
#endif
#endif
