/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sha256.h - SHA-256 (FIPS 180-4) through nettle (LGPL-3+ or GPL-2+)
 */
#ifndef PP_SHIM_SHA256_H
#define PP_SHIM_SHA256_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** 64 lower-case hexadecimal digits of the hash of size bytes, and a NUL. */
void pp_sha256(const void *data, size_t size, char hex[65]);

#ifdef __cplusplus
}
#endif
#endif
