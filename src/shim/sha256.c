/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sha256.c - SHA-256 through nettle
 */
#include "shim/sha256.h"

#include "base/alloc.h"
#include "base/file.h"

#include <assert.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#define PIECE ((size_t)1 << 18)

static_assert(sizeof(struct sha256_ctx) <= sizeof(pp_sha256_sum),
              "nettle's state has grown");

void
pp_sha256_start(pp_sha256_sum *sum)
{
    sha256_init((struct sha256_ctx *)sum);
}

void
pp_sha256_add(pp_sha256_sum *sum, const void *data, size_t size)
{
    if (sum == NULL)
        return;
    sha256_update((struct sha256_ctx *)sum, size, data);
}

void
pp_sha256_end(pp_sha256_sum *sum, char hex[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest((struct sha256_ctx *)sum, sizeof digest, digest);
    base16_encode_update(hex, sizeof digest, digest);
    hex[64] = '\0';
}

void
pp_sha256(const void *data, size_t size, char hex[65])
{
    pp_sha256_sum sum;

    pp_sha256_start(&sum);
    pp_sha256_add(&sum, data, size);
    pp_sha256_end(&sum, hex);
}

void
pp_sha256_bytes(const void *data, size_t size, unsigned char digest[32])
{
    struct sha256_ctx sum;

    sha256_init(&sum);
    sha256_update(&sum, size, data);
    sha256_digest(&sum, SHA256_DIGEST_SIZE, digest);
}

pp_status
pp_sha256_add_file(pp_sha256_sum *sum, const char *path, pp_error *err)
{
    FILE *file = fopen(path, "rb");
    unsigned char *piece = pp_alloc(PIECE, 1);
    size_t n;

    if (file == NULL)
        pp_fail_errno(err, "cannot open");
    else if (piece == NULL)
        pp_fail_memory(err);
    else {
        setvbuf(file, NULL, _IONBF, 0);
        while ((n = fread(piece, 1, PIECE, file)) > 0)
            pp_sha256_add(sum, piece, n);
        if (ferror(file))
            pp_fail_errno(err, "cannot read");
    }
    pp_free(piece);
    if (file != NULL)
        fclose(file);
    return err->status;
}
