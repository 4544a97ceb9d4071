/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alloc.h - the only caller of malloc
 *
 * Counts and sizes are multiplied here with an overflow check, so that no
 * caller does. Whatever is allocated here is released with pp_free.
 */
#ifndef PP_BASE_ALLOC_H
#define PP_BASE_ALLOC_H

#include "base/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Room for n items of size bytes, uninitialised. Returns NULL when memory runs
 * out or n * size overflows; never NULL for n = 0.
 */
void *pp_alloc(size_t n, size_t size) PP_MUST_USE;

/** As pp_alloc, zeroed. */
void *pp_alloc_zero(size_t n, size_t size) PP_MUST_USE;

/** Resizes *p (which may be NULL). On failure *p stays as it was. */
void *pp_realloc(void *p, size_t n, size_t size) PP_MUST_USE;

/**
 * Makes *items (capacity *capacity items of size bytes) hold at least need
 * items, growing geometrically. PP_ENOMEM leaves everything as it was.
 * `items` is the address of the pointer: pp_grow(&list, &cap, n + 1, ...).
 */
pp_status pp_grow(void *items, size_t *capacity, size_t need, size_t size,
                  pp_error *err) PP_MUST_USE;

/** A copy of a string; NULL when memory runs out. */
char *pp_strdup(const char *s) PP_MUST_USE;

void pp_free(void *p);

#ifdef __cplusplus
}
#endif
#endif
