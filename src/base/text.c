/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.c - strict numbers in, short exact numbers out
 */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* strtod also takes blanks, "nan", "infinity" and hexadecimal: none here. */
static bool
starts_decimal(const char *text)
{
    if (*text == '+' || *text == '-')
        text++;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return false;
    return isdigit((unsigned char)text[0]) ||
           (text[0] == '.' && isdigit((unsigned char)text[1]));
}

bool
pp_text_to_double(const char *text, double *value)
{
    char *end;
    double v;

    if (!starts_decimal(text))
        return false;
    v = strtod(text, &end);
    if (*end != '\0' || !isfinite(v))
        return false;
    *value = v;
    return true;
}

bool
pp_text_to_integer(const char *text, int64_t low, int64_t high, int64_t *value)
{
    char *end;
    long long v;

    if (!starts_decimal(text) || *text == '.')
        return false;
    errno = 0;
    v = strtoll(text, &end, 10);
    if (*end != '\0' || errno != 0 || v < low || v > high)
        return false;
    *value = v;
    return true;
}

bool
pp_text_to_triple(const char *text, double value[3])
{
    char part[64];

    for (int a = 0; a < 3; a++) {
        const size_t n = strcspn(text, ",");

        if (n >= sizeof part || (text[n] == ',') != (a < 2))
            return false;
        memcpy(part, text, n);
        part[n] = '\0';
        if (!pp_text_to_double(part, &value[a]))
            return false;
        text += n + (a < 2);
    }
    return true;
}

char *
pp_text_from_double(double value, char text[PP_NUMBER_SIZE])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, PP_NUMBER_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

char *
pp_text_from_float(float value, char text[PP_NUMBER_SIZE])
{
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, PP_NUMBER_SIZE, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            break;
    }
    return text;
}
