/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table.c - rows for people, the worst first
 */
#include "check/table.h"

#include <stdarg.h>
#include <string.h>

#define NAME_WIDTH 21
#define WIDTH 80

static void append(pp_row *row, const char *format, va_list args)
    PP_PRINTF(2, 0);

static void
append(pp_row *row, const char *format, va_list args)
{
    const size_t used = strlen(row->text);

    vsnprintf(row->text + used, sizeof row->text - used, format, args);
}

pp_row *
pp_table_row(pp_table *t, pp_tone tone, const char *name, const char *format,
             ...)
{
    pp_row *row = &t->row[t->n < PP_MOST_ROWS ? t->n++ : PP_MOST_ROWS - 1];
    va_list args;

    row->tone = tone;
    row->name = name;
    row->text[0] = '\0';
    va_start(args, format);
    append(row, format, args);
    va_end(args);
    return row;
}

void
pp_row_more(pp_row *row, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    append(row, format, args);
    va_end(args);
}

void
pp_tone_print(pp_tone tone, bool colour, const char *name, FILE *out)
{
    static const char *const code[] = {
        [PP_ROW_VERDICT_BAD] = "1;31", [PP_ROW_VERDICT_GOOD] = "1;32",
        [PP_ROW_BAD] = "31",           [PP_ROW_LOOK] = "33",
        [PP_ROW_PLAIN] = NULL,
    };

    if (colour && code[tone] != NULL)
        fprintf(out, "\033[%sm%s\033[0m", code[tone], name);
    else
        fputs(name, out);
}

/* Words go to the next line where they would pass the last column. */
static void
print_row(const pp_row *row, bool colour, FILE *out)
{
    const char *at = row->text;
    size_t column = NAME_WIDTH;

    pp_tone_print(row->tone, colour, row->name, out);
    fprintf(out, "%*s", NAME_WIDTH - (int)strlen(row->name), "");
    while (*at != '\0') {
        const size_t n = strcspn(at, " ");

        if (column + 1 + n > WIDTH && column > NAME_WIDTH) {
            fprintf(out, "\n%*s", NAME_WIDTH, "");
            column = NAME_WIDTH;
        }
        fprintf(out, " %.*s", (int)n, at);
        column += 1 + n;
        at += n;
        at += strspn(at, " ");
    }
    fputc('\n', out);
}

void
pp_table_print(const pp_table *t, bool colour, FILE *out)
{
    for (int tone = 0; tone <= PP_ROW_PLAIN; tone++)
        for (int i = 0; i < t->n; i++)
            if ((int)t->row[i].tone == tone)
                print_row(&t->row[i], colour, out);
}
