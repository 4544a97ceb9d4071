/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * source.h - the bytes of a file from front to back, unpacked through zlib
 *
 * For volumes: they go straight into their grid, so that no second copy of
 * the file is held. zlib's own licence.
 */
#ifndef PP_SHIM_SOURCE_H
#define PP_SHIM_SOURCE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct pp_source pp_source;

typedef enum {
    PP_SOURCE_PLAIN,
    PP_SOURCE_DEFLATED, /* gzip (all members) or zlib */
    PP_SOURCE_EITHER    /* gzip when the first two bytes say so */
} pp_source_packing;

/** Opens a regular file at an offset. PP_EIO for anything else. */
pp_status pp_source_open(const char *path, uint64_t offset,
                         pp_source_packing packing, pp_source **source,
                         pp_error *err) PP_MUST_USE;

void pp_source_close(pp_source *source);

/**
 * The next n bytes; *got is less than n only at the end. PP_EFORMAT when
 * deflated data is damaged or ends early.
 */
pp_status pp_source_read(pp_source *source, void *data, size_t n, size_t *got,
                         pp_error *err) PP_MUST_USE;

/** The next n bytes and not fewer (PP_EFORMAT). */
pp_status pp_source_exactly(pp_source *source, void *data, size_t n,
                            pp_error *err) PP_MUST_USE;

/** Passes over n bytes. */
pp_status pp_source_skip(pp_source *source, uint64_t n,
                         pp_error *err) PP_MUST_USE;

/**
 * No more bytes than this can still come: what the file holds, times 1032
 * when deflated (that format's limit). To hold counts of headers against.
 */
uint64_t pp_source_at_most(const pp_source *source);

#endif
