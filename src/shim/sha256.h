/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sha256.h - SHA-256 (FIPS 180-4) through nettle (LGPL-3+ or GPL-2+)
 */
#ifndef PP_SHIM_SHA256_H
#define PP_SHIM_SHA256_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** 64 lower-case hexadecimal digits of the hash of size bytes, and a NUL. */
void pp_sha256(const void *data, size_t size, char hex[65]);

/** The hash itself. */
void pp_sha256_bytes(const void *data, size_t size, unsigned char digest[32]);

/* The same in pieces; the state is nettle's, and looked at by nobody else. */
typedef struct {
    uint64_t state[32];
} pp_sha256_sum;

void pp_sha256_start(pp_sha256_sum *sum);
/** A sum of NULL: nothing is done. */
void pp_sha256_add(pp_sha256_sum *sum, const void *data, size_t size);
void pp_sha256_end(pp_sha256_sum *sum, char hex[65]);

/** Adds all bytes of a file. PP_EIO when it cannot be read. */
pp_status pp_sha256_add_file(pp_sha256_sum *sum, const char *path,
                             pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
