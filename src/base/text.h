/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.h - strict numbers in, short exact numbers out
 *
 * No program of this family calls setlocale, so the C library's numbers are
 * those of the C locale everywhere.
 */
#ifndef PP_BASE_TEXT_H
#define PP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The whole of text is one finite decimal number. False for junk before or
 * after it, for NaN, infinity, hexadecimal and the empty string.
 */
bool pp_text_to_double(const char *text, double *value);

/** The whole of text is one decimal integer in [low, high]. */
bool pp_text_to_integer(const char *text, int64_t low, int64_t high,
                        int64_t *value);

/** Text "x,y,z" to three finite numbers. */
bool pp_text_to_triple(const char *text, double value[3]);

#define PP_NUMBER_SIZE 32

/**
 * The shortest of %.15g, %.16g and %.17g that reads back as the same double;
 * "nan", "inf" and "-inf" as the C library says them. Returns text.
 */
char *pp_text_from_double(double value, char text[PP_NUMBER_SIZE]);

/** The same for a float: %.6g to %.9g. */
char *pp_text_from_float(float value, char text[PP_NUMBER_SIZE]);

/**
 * For people: so many decimals (0 to 9), and thin spaces (U+202F) between
 * thousands from five digits on; no zero has a sign. "-" for what is not
 * finite. Returns text.
 */
#define PP_SHOWN_SIZE 700 /* 309 digits, their spaces, decimals */
char *pp_text_shown(double value, int decimals, char text[PP_SHOWN_SIZE]);

/**
 * A copy of text that came from outside: valid UTF-8 without control
 * characters ('?' stands for what was none), no blanks at its ends and no runs
 * of them; a character that would not fit into limit bytes ends it. NULL when
 * memory runs out; the caller frees with pp_free.
 */
char *pp_text_clean(const char *text, size_t n, size_t limit);

/**
 * The same for names that a person must be able to tell apart: control
 * characters appear as "\x1b", '?' stands for what is no UTF-8, and blanks
 * within stay as they are.
 */
char *pp_text_escape(const char *text, size_t n, size_t limit);

#ifdef __cplusplus
}
#endif
#endif
