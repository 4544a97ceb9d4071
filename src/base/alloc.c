/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alloc.c - the only caller of malloc
 */
#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int
overflows(size_t n, size_t size)
{
    return size != 0 && n > PTRDIFF_MAX / size;
}

void *
pp_alloc(size_t n, size_t size)
{
    if (overflows(n, size))
        return NULL;
    return malloc(n * size > 0 ? n * size : 1);
}

void *
pp_alloc_zero(size_t n, size_t size)
{
    if (overflows(n, size))
        return NULL;
    return calloc(n > 0 ? n : 1, size > 0 ? size : 1);
}

void *
pp_realloc(void *p, size_t n, size_t size)
{
    if (overflows(n, size))
        return NULL;
    return realloc(p, n * size > 0 ? n * size : 1);
}

pp_status
pp_grow(void *items, size_t *capacity, size_t need, size_t size, pp_error *err)
{
    void *old;
    void *grown;
    size_t target = *capacity;

    if (need <= *capacity)
        return PP_OK;
    if (target < 16)
        target = 16;
    while (target < need)
        target += target / 2;
    memcpy(&old, items, sizeof old);
    grown = pp_realloc(old, target, size);
    if (grown == NULL)
        return pp_fail_memory(err);
    memcpy(items, &grown, sizeof grown);
    *capacity = target;
    return PP_OK;
}

char *
pp_strdup(const char *s)
{
    const size_t n = strlen(s) + 1;
    char *copy = pp_alloc(n, 1);

    if (copy != NULL)
        memcpy(copy, s, n);
    return copy;
}

void
pp_free(void *p)
{
    free(p);
}
