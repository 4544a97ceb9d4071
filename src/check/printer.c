/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printer.c - reading a printer's profile
 */
#include "check/printer.h"

#include "base/text.h"

#include <stddef.h>
#include <string.h>

/* Longer lines are refused. */
#define LINE 512

static const struct {
    const char *key;
    size_t at;
} figure[PP_NFIGURE] = {
    { "build_mm", offsetof(pp_printer, build_mm) }, /* three of them */
    { "layer_mm", offsetof(pp_printer, layer_mm) },
    { "min_wall_mm", offsetof(pp_printer, min_wall_mm) },
    { "min_gap_mm", offsetof(pp_printer, min_gap_mm) },
    { "min_hole_mm", offsetof(pp_printer, min_hole_mm) },
    { "min_feature_mm", offsetof(pp_printer, min_feature_mm) },
    { "overhang_deg", offsetof(pp_printer, overhang_deg) },
};

#define NAME PP_NFIGURE
#define NKEY (PP_NFIGURE + 1)

const char *
pp_printer_figure(int i)
{
    return figure[i].key;
}

static char *
trim(char *s)
{
    size_t n;

    s += strspn(s, " \t");
    n = strlen(s);
    while (n > 0 && strchr(" \t\r", s[n - 1]) != NULL)
        s[--n] = '\0';
    return s;
}

/* "250 210 210" */
static bool
take_build(char *value, double build_mm[3])
{
    char *rest = value;

    for (int k = 0; k < 3; k++) {
        char *word;

        rest += strspn(rest, " \t");
        word = rest;
        rest += strcspn(rest, " \t");
        if (*rest != '\0')
            *rest++ = '\0';
        if (!pp_text_to_double(word, &build_mm[k]) || !(build_mm[k] > 0))
            return false;
    }
    return rest[strspn(rest, " \t")] == '\0';
}

static bool
take_text(const char *value, char *to, size_t size)
{
    const size_t n = strlen(value);

    if (n == 0 || n >= size)
        return false;
    memcpy(to, value, n + 1);
    return true;
}

/* "0.8 ; where it is from" */
static bool
take_figure(int i, char *value, pp_printer *p)
{
    char *source = strchr(value, ';');
    double *x = (double *)(void *)((char *)p + figure[i].at);

    if (source != NULL) {
        *source++ = '\0';
        source = trim(source);
        value = trim(value);
    }
    p->estimate[i] = source == NULL || strcmp(source, "estimate") == 0;
    if (!p->estimate[i] &&
        !take_text(source, p->source[i], sizeof p->source[i]))
        return false;
    if (i == 0)
        return take_build(value, x);
    return pp_text_to_double(value, x) && *x > 0;
}

/* The number of the key that was taken, or NKEY when something is wrong. */
static int
take_pair(const char *key, char *value, pp_printer *p)
{
    if (strcmp(key, "name") == 0)
        return take_text(value, p->name, sizeof p->name) ? NAME : NKEY;
    for (int i = 0; i < PP_NFIGURE; i++)
        if (strcmp(key, figure[i].key) == 0)
            return take_figure(i, value, p) ? i : NKEY;
    return NKEY;
}

static pp_status
take_line(char *line, size_t number_of_line, pp_printer *p, unsigned *seen,
          pp_error *err)
{
    char *equals = strchr(line, '=');
    int key;

    line = trim(line);
    if (*line == '\0' || *line == '#')
        return PP_OK;
    if (equals == NULL)
        return pp_fail(err, PP_EFORMAT, "line %zu: no '='", number_of_line);
    *equals = '\0';
    line = trim(line);
    key = take_pair(line, trim(equals + 1), p);
    if (key == NKEY)
        return pp_fail(err, PP_EFORMAT, "line %zu: '%s' is no key of a "
                       "printer, or has no such value", number_of_line, line);
    if (*seen >> key & 1)
        return pp_fail(err, PP_EFORMAT, "line %zu: '%s' for the second time",
                       number_of_line, line);
    *seen |= 1U << key;
    return PP_OK;
}

pp_status
pp_printer_parse(const void *text, size_t size, pp_printer *p, pp_error *err)
{
    const char *at = text, *end = at + size;
    unsigned seen = 0;

    memset(p, 0, sizeof *p);
    for (size_t n = 1; at < end; n++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        char line[LINE];
        size_t length;

        if (stop == NULL)
            stop = end;
        length = (size_t)(stop - at);
        if (length >= LINE || memchr(at, '\0', length) != NULL)
            return pp_fail(err, PP_EFORMAT, "line %zu: no text of a printer's "
                           "profile", n);
        memcpy(line, at, length);
        line[length] = '\0';
        if (take_line(line, n, p, &seen, err) != PP_OK)
            return err->status;
        at = stop < end ? stop + 1 : end;
    }
    if (seen != (1U << NKEY) - 1)
        return pp_fail(err, PP_EFORMAT, "a printer's profile has %d keys; "
                       "some are missing", NKEY);
    return PP_OK;
}
