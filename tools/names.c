/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * names.c - a file name for each label or part, by a pattern
 *
 * A label's name comes from a file that somebody sent: in a name of ours it
 * must not leave the directory, hide a file, steer a terminal or be no text.
 */
#include "names.h"

#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_NAME 100 /* bytes of a label's name */

bool
names_is_pattern(const char *pattern)
{
    for (const char *p = strchr(pattern, '%'); p != NULL;
         p = strchr(p + 2, '%')) {
        if (p[1] == 'n' || p[1] == 'l')
            return true;
        if (p[1] != '%')
            cli_misuse("-o: %%n is a number, %%l a name and %%%% a '%%'; there "
                       "is no '%%%.1s'", p + 1);
    }
    return false;
}

/* Bytes of the UTF-8 character at s that may stand in a file's name, or 0. */
static size_t
plain_character(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
               : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
               : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;

    if (n == 1 && (s[0] <= ' ' || s[0] == 0x7f || s[0] == '/' ||
                   s[0] == '\\' || s[0] == ':'))
        return 0;
    if (n == 2 && s[0] == 0xc2 && s[1] < 0xa0)
        return 0; /* control characters too */
    for (size_t k = 1; k < n; k++)
        if ((s[k] & 0xc0) != 0x80)
            return 0;
    return n;
}

static pp_status
add_name(const char *name, const char *otherwise, pp_bytes *out,
         pp_error *err)
{
    const unsigned char *s = (const unsigned char *)(name != NULL ? name : "");
    size_t used = 0;

    if (*s == '\0')
        return pp_bytes_append(out, otherwise, strlen(otherwise), err);
    while (*s != '\0') {
        const size_t n = plain_character(s), step = n > 0 ? n : 1;
        const bool plain = n > 0 && !(used == 0 && *s == '.');

        if (used + step > LONGEST_NAME)
            break;
        if (pp_bytes_append(out, plain ? (const void *)s : "_",
                            plain ? n : 1, err) != PP_OK)
            return err->status;
        used += plain ? n : 1;
        s += step;
    }
    return PP_OK;
}

pp_status
names_make(const char *pattern, unsigned long number, const char *name,
           const char *otherwise, char **path, pp_error *err)
{
    pp_bytes out = { 0 };

    *path = NULL;
    for (const char *p = pattern; *p != '\0' && err->status == PP_OK; p++) {
        if (*p != '%')
            (void)!pp_bytes_append(&out, p, 1, err);
        else if (*++p == 'n')
            (void)!pp_bytes_printf(&out, err, "%lu", number);
        else if (*p == 'l')
            (void)!add_name(name, otherwise, &out, err);
        else
            (void)!pp_bytes_append(&out, "%", 1, err);
    }
    if (err->status == PP_OK && pp_bytes_append(&out, "", 1, err) == PP_OK) {
        *path = (char *)out.data;
        return PP_OK;
    }
    pp_bytes_free(&out);
    return err->status;
}
