/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * large.c - fewer and larger pages
 *
 * The system gives memory page by page, when a page is first written. Of an
 * array of half a gigabyte that takes longer than many a pass over it.
 */
#define _DEFAULT_SOURCE /* madvise */
#include "base/large.h"

#include <stdint.h>
#include <sys/mman.h>

/* Of the processors whose large pages are known. */
#define LARGE_PAGE ((size_t)1 << 21)

void
pp_large_hint(void *p, size_t n, size_t size)
{
#ifdef MADV_HUGEPAGE
    const size_t before = (LARGE_PAGE - (uintptr_t)p % LARGE_PAGE) % LARGE_PAGE;

    if (p == NULL || size == 0 || n > SIZE_MAX / size ||
        n * size < 8 * LARGE_PAGE)
        return;
    /* where it is refused, nothing changes */
    (void)!madvise((char *)p + before,
                   (n * size - before) / LARGE_PAGE * LARGE_PAGE,
                   MADV_HUGEPAGE);
#else
    (void)p;
    (void)n;
    (void)size;
#endif
}
