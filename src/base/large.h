/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * large.h - a word to the system about large arrays
 */
#ifndef PP_BASE_LARGE_H
#define PP_BASE_LARGE_H

#include <stddef.h>

/**
 * A hint that n items of size bytes from p on will soon be written, most of
 * them: large arrays then come in large pages, where the system has them. May
 * be called with any address and does not change what is there.
 */
void pp_large_hint(void *p, size_t n, size_t size);

#endif
