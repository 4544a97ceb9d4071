/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table.h - rows for people, the worst first
 *
 * Included by check/ and by the tools.
 */
#ifndef PP_CHECK_TABLE_H
#define PP_CHECK_TABLE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdio.h>

/* How bad a row is: the order in which rows are printed. */
typedef enum {
    PP_ROW_VERDICT_BAD, /* the first row, whichever */
    PP_ROW_VERDICT_GOOD,
    PP_ROW_BAD,         /* what must not be */
    PP_ROW_LOOK,        /* a person may want to look */
    PP_ROW_PLAIN        /* a number */
} pp_tone;

#define PP_MOST_ROWS 48

typedef struct {
    pp_tone tone;
    const char *name; /* stays the caller's */
    char text[480];
} pp_row;

/* All-zero is empty. Rows beyond the last are lost: there are fewer. */
typedef struct {
    pp_row row[PP_MOST_ROWS];
    int n;
} pp_table;

/** A new row; text as by printf. */
pp_row *pp_table_row(pp_table *t, pp_tone tone, const char *name,
                     const char *format, ...) PP_PRINTF(4, 5);

/** More text in the same row. */
void pp_row_more(pp_row *row, const char *format, ...) PP_PRINTF(2, 3);

/** By tone, then as they came; 80 columns, names in colour when asked for. */
void pp_table_print(const pp_table *t, bool colour, FILE *out);

/** A name in the colour of its tone, without a line end. */
void pp_tone_print(pp_tone tone, bool colour, const char *name, FILE *out);

#endif
