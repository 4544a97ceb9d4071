/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash.c - what a file or a directory of files is, whatever it is called
 *
 * A directory's hash is that of the sorted hashes of its files, hidden ones
 * left out: names and order are of no account, since those of DICOM series
 * change with every export, and tell of patients.
 */
#include "chain/chain.h"

#include "base/alloc.h"
#include "base/file.h"
#include "shim/sha256.h"

#include <stdlib.h>
#include <string.h>

pp_status
pp_hash_file(const char *path, char sha256[65], uint64_t *size, pp_error *err)
{
    pp_sha256_sum sum;

    sha256[0] = '\0';
    if (!pp_file_is_regular(path, size))
        return pp_fail(err, PP_EIO, "is no regular file, or not there");
    pp_sha256_start(&sum);
    if (pp_sha256_add_file(&sum, path, err) == PP_OK)
        pp_sha256_end(&sum, sha256);
    return err->status;
}

static int
by_text(const void *a, const void *b)
{
    return memcmp(a, b, 65);
}

static pp_status
hash_directory(const char *path, char sha256[65], pp_error *err)
{
    char **file = NULL;
    char(*hash)[65] = NULL;
    size_t n = 0;
    uint64_t size;
    pp_sha256_sum sum;

    if (pp_file_tree(path, &file, &n, err) != PP_OK)
        return err->status;
    hash = pp_alloc(n, sizeof *hash);
    if (hash == NULL)
        pp_fail_memory(err);
    for (size_t i = 0; i < n && err->status == PP_OK; i++)
        (void)!pp_hash_file(file[i], hash[i], &size, err);
    if (err->status == PP_OK && n == 0)
        pp_fail(err, PP_EFORMAT, "holds no files");
    if (err->status == PP_OK) {
        qsort(hash, n, sizeof *hash, by_text);
        pp_sha256_start(&sum);
        for (size_t i = 0; i < n; i++)
            pp_sha256_add(&sum, hash[i], 64);
        pp_sha256_end(&sum, sha256);
    }
    pp_free(hash);
    pp_file_list_free(file, n);
    return err->status;
}

pp_status
pp_hash_input(const char *path, char sha256[65], bool *directory,
              pp_error *err)
{
    uint64_t size;

    sha256[0] = '\0';
    *directory = pp_file_is_directory(path);
    return *directory ? hash_directory(path, sha256, err)
                      : pp_hash_file(path, sha256, &size, err);
}
