/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sha256.c - SHA-256 through nettle
 */
#include "shim/sha256.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>

void
pp_sha256(const void *data, size_t size, char hex[65])
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, sizeof digest, digest);
    base16_encode_update(hex, sizeof digest, digest);
    hex[64] = '\0';
}
