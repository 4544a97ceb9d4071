/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.c - strict numbers in, short exact numbers out
 */
#include "base/text.h"

#include "base/alloc.h"

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

#define THIN_SPACE "\xe2\x80\xaf"

char *
pp_text_shown(double value, int decimals, char text[PP_SHOWN_SIZE])
{
    char plain[PP_SHOWN_SIZE];
    const char *digit = plain;
    size_t n, m = 0;

    if (!isfinite(value))
        return memcpy(text, "-", 2);
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    if (plain[0] == '-' && strspn(plain + 1, "0.") == strlen(plain + 1))
        digit++;
    if (*digit == '-')
        text[m++] = *digit++;
    n = strspn(digit, "0123456789");
    for (size_t left = n; left > 0; left--) {
        if (n > 4 && left < n && left % 3 == 0) {
            memcpy(text + m, THIN_SPACE, 3);
            m += 3;
        }
        text[m++] = *digit++;
    }
    memcpy(text + m, digit, strlen(digit) + 1);
    return text;
}

/* ---- text of others ---- */

/* Bytes of the UTF-8 character at s (n > 0 bytes), 0 for what is none. */
static size_t
utf8_length(const unsigned char *s, size_t n)
{
    const size_t length = s[0] < 0x80              ? 1
                          : s[0] < 0xc2            ? 0
                          : s[0] < 0xe0            ? 2
                          : s[0] < 0xf0            ? 3
                          : s[0] < 0xf5            ? 4
                                                   : 0;

    if (length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0; /* overlong, surrogates, beyond U+10FFFF */
    return length;
}

/* C1 controls move terminals as C0 ones do. */
static bool
is_control(const unsigned char *s)
{
    return s[0] < ' ' || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);
}

char *
pp_text_clean(const char *text, size_t n, size_t limit)
{
    const unsigned char *s = (const unsigned char *)text;
    char *copy = pp_alloc((n < limit ? n : limit) + 1, 1);
    size_t m = 0;

    if (copy == NULL)
        return NULL;
    for (size_t i = 0, length; i < n && m < limit; i += length) {
        length = utf8_length(s + i, n - i);
        if (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
            if (m > 0 && copy[m - 1] != ' ')
                copy[m++] = ' ';
        } else if (length == 0 || is_control(s + i)) {
            copy[m++] = '?';
        } else if (m + length <= limit) {
            memcpy(copy + m, s + i, length);
            m += length;
        } else {
            break;
        }
        length = length > 0 ? length : 1;
    }
    while (m > 0 && copy[m - 1] == ' ')
        m--;
    copy[m] = '\0';
    return copy;
}

/* Room for "\\x1b" and more. */
#define ESCAPED 4

char *
pp_text_escape(const char *text, size_t n, size_t limit)
{
    const unsigned char *s = (const unsigned char *)text;
    char *copy = pp_alloc((n < limit / ESCAPED ? n * ESCAPED : limit) + 1, 1);
    size_t m = 0;

    if (copy == NULL)
        return NULL;
    for (size_t i = 0, length; i < n && m < limit; i += length) {
        char one[ESCAPED + 1] = "?";

        length = utf8_length(s + i, n - i);
        if (length > 0 && is_control(s + i))
            snprintf(one, sizeof one, "\\x%02x", s[i + length - 1]);
        else if (length > 0)
            memcpy(one, s + i, length);
        if (m == 0 && one[0] == ' ')
            strcpy(one, "");
        if (m + strlen(one) > limit)
            break;
        memcpy(copy + m, one, strlen(one));
        m += strlen(one);
        length = length > 0 ? length : 1;
    }
    while (m > 0 && copy[m - 1] == ' ')
        m--;
    copy[m] = '\0';
    return copy;
}
