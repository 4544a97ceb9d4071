/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.h - words, numbers and lines of a text file; only meshio/ includes this
 *
 * Bounded by an end pointer. Everything up to the blank, NUL included,
 * separates words; lines end with LF, CR or CR LF.
 */
#ifndef PP_MESHIO_SCAN_H
#define PP_MESHIO_SCAN_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *begin, *p, *end;
} pp_scan;

/** A text's start, behind a byte-order mark if there is one. */
pp_scan pp_scan_start(const void *data, size_t size);

static inline bool
pp_scan_is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/** Goes to the next word. False at the end. */
static inline bool
pp_scan_skip(pp_scan *s)
{
    while (s->p < s->end && pp_scan_is_blank(*s->p))
        s->p++;
    return s->p < s->end;
}

/** True when only blanks are left of this line. */
bool pp_scan_is_line_end(const pp_scan *s);

/** Takes the next word in lower case; "" at the end; cut when too long. */
void pp_scan_word(pp_scan *s, char *word, size_t size);

/** Takes the next word if it is this one (lower case), in any case. */
bool pp_scan_take(pp_scan *s, const char *word);

/** Takes the rest of the line; [*text, *text + *n) lies in the data. */
void pp_scan_line(pp_scan *s, const char **text, size_t *n);

/** Take a whole word that is a number. False: not one, or not finite. */
bool pp_scan_float(pp_scan *s, float *value);
bool pp_scan_double(pp_scan *s, double *value);
bool pp_scan_integer(pp_scan *s, int64_t *value);

/** The number of the line that the scan has come to, from 1. */
size_t pp_scan_line_number(const pp_scan *s);

#endif
