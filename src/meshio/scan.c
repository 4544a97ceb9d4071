/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.c - words, numbers and lines of a text file
 */
#include "meshio/scan.h"

#include "shim/number.h"

#include <string.h>

pp_scan
pp_scan_start(const void *data, size_t size)
{
    pp_scan s;

    s.begin = s.p = data;
    s.end = s.p + size;
    if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
        s.p += 3;
    return s;
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void
pp_scan_word(pp_scan *s, char *word, size_t size)
{
    size_t n = 0;

    pp_scan_skip(s);
    for (; s->p < s->end && !pp_scan_is_blank(*s->p); s->p++)
        if (n + 1 < size)
            word[n++] = lower(*s->p);
    word[n] = '\0';
}

static bool
at_word_end(const char *p, const char *end)
{
    return p == end || pp_scan_is_blank(*p);
}

bool
pp_scan_take(pp_scan *s, const char *word)
{
    const char *p;

    pp_scan_skip(s);
    for (p = s->p; *word != '\0'; p++, word++)
        if (p == s->end || lower(*p) != *word)
            return false;
    if (!at_word_end(p, s->end))
        return false;
    s->p = p;
    return true;
}

void
pp_scan_line(pp_scan *s, const char **text, size_t *n)
{
    *text = s->p;
    while (s->p < s->end && *s->p != '\n' && *s->p != '\r')
        s->p++;
    *n = (size_t)(s->p - *text);
    if (s->end - s->p >= 2 && s->p[0] == '\r' && s->p[1] == '\n')
        s->p += 2;
    else if (s->p < s->end)
        s->p++;
}

bool
pp_scan_is_line_end(const pp_scan *s)
{
    const char *p = s->p;

    while (p < s->end && pp_scan_is_blank(*p) && *p != '\n' && *p != '\r')
        p++;
    return p == s->end || *p == '\n' || *p == '\r';
}

bool
pp_scan_float(pp_scan *s, float *value)
{
    const char *next;

    pp_scan_skip(s);
    next = pp_number_read_float(s->p, s->end, value);
    if (next == NULL || !at_word_end(next, s->end))
        return false;
    s->p = next;
    return true;
}

bool
pp_scan_double(pp_scan *s, double *value)
{
    const char *next;

    pp_scan_skip(s);
    next = pp_number_read_double(s->p, s->end, value);
    if (next == NULL || !at_word_end(next, s->end))
        return false;
    s->p = next;
    return true;
}

bool
pp_scan_integer(pp_scan *s, int64_t *value)
{
    const char *p;
    bool negative = false;
    int64_t v = 0;

    pp_scan_skip(s);
    p = s->p;
    if (p < s->end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    if (at_word_end(p, s->end))
        return false;
    for (; !at_word_end(p, s->end); p++) {
        if (*p < '0' || *p > '9' || v > (INT64_MAX - 9) / 10)
            return false;
        v = 10 * v + (*p - '0');
    }
    s->p = p;
    *value = negative ? -v : v;
    return true;
}

size_t
pp_scan_line_number(const pp_scan *s)
{
    size_t line = 1;

    for (const char *p = s->begin; p < s->p; p++)
        line += *p == '\n' || (*p == '\r' && p + 1 < s->end && p[1] != '\n');
    return line;
}
