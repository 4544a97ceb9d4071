/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.c - writing JSON (RFC 8259), one value after the other
 */
#include "base/json.h"

#include "base/file.h"
#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

static void
put(pp_json *j, const char *text, size_t n)
{
    if (j->failure.status == PP_OK)
        (void)!pp_bytes_append(&j->text, text, n, &j->failure);
}

static void
puts_json(pp_json *j, const char *text)
{
    put(j, text, strlen(text));
}

/* Length of the valid UTF-8 sequence at s (RFC 3629), or 0. */
static size_t
utf8_length(const unsigned char *s)
{
    const unsigned char c = s[0];
    const size_t n = c < 0x80                ? 1
                     : c >= 0xc2 && c < 0xe0 ? 2
                     : c >= 0xe0 && c < 0xf0 ? 3
                     : c >= 0xf0 && c < 0xf5 ? 4
                                             : 0;

    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) ||
        (c == 0xf0 && s[1] < 0x90) || (c == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

static void
put_string(pp_json *j, const char *value)
{
    const unsigned char *s = (const unsigned char *)value;

    puts_json(j, "\"");
    while (*s != '\0') {
        const size_t n = utf8_length(s);
        char escape[8];

        if (n == 0) {
            puts_json(j, "\\ufffd");
        } else if (*s == '"' || *s == '\\') {
            snprintf(escape, sizeof escape, "\\%c", *s);
            puts_json(j, escape);
        } else if (*s < 0x20 || *s == 0x7f) {
            snprintf(escape, sizeof escape, "\\u%04x", *s);
            puts_json(j, escape);
        } else {
            put(j, (const char *)s, n);
        }
        s += n > 0 ? n : 1;
    }
    puts_json(j, "\"");
}

static void
new_line(pp_json *j)
{
    puts_json(j, "\n");
    for (int d = 0; d < j->depth; d++)
        puts_json(j, "  ");
}

/* Everything that comes before a value: comma, line, key. */
static void
start_value(pp_json *j, const char *key)
{
    if (j->depth > 0) {
        assert((key != NULL) == (j->close[j->depth] == '}'));
        if (j->filled[j->depth])
            puts_json(j, ",");
        new_line(j);
    }
    j->filled[j->depth] = true;
    if (key != NULL) {
        put_string(j, key);
        puts_json(j, ": ");
    }
}

static void
open_nest(pp_json *j, const char *key, char open, char close)
{
    assert(j->depth < PP_JSON_DEPTH);
    start_value(j, key);
    put(j, &open, 1);
    j->depth++;
    j->close[j->depth] = close;
    j->filled[j->depth] = false;
}

void
pp_json_object(pp_json *j, const char *key)
{
    open_nest(j, key, '{', '}');
}

void
pp_json_array(pp_json *j, const char *key)
{
    open_nest(j, key, '[', ']');
}

void
pp_json_end(pp_json *j)
{
    const char close = j->close[j->depth];
    const bool filled = j->filled[j->depth];

    assert(j->depth > 0);
    j->depth--;
    if (filled)
        new_line(j);
    put(j, &close, 1);
}

void
pp_json_string(pp_json *j, const char *key, const char *value)
{
    start_value(j, key);
    put_string(j, value);
}

void
pp_json_bool(pp_json *j, const char *key, bool value)
{
    start_value(j, key);
    puts_json(j, value ? "true" : "false");
}

void
pp_json_integer(pp_json *j, const char *key, int64_t value)
{
    char text[PP_NUMBER_SIZE];

    start_value(j, key);
    snprintf(text, sizeof text, "%lld", (long long)value);
    puts_json(j, text);
}

void
pp_json_count(pp_json *j, const char *key, size_t value)
{
    char text[PP_NUMBER_SIZE];

    start_value(j, key);
    snprintf(text, sizeof text, "%zu", value);
    puts_json(j, text);
}

void
pp_json_null(pp_json *j, const char *key)
{
    start_value(j, key);
    puts_json(j, "null");
}

void
pp_json_real(pp_json *j, const char *key, double value)
{
    char text[PP_NUMBER_SIZE];

    start_value(j, key);
    puts_json(j, isfinite(value) ? pp_text_from_double(value, text) : "null");
}

void
pp_json_point(pp_json *j, const char *key, pp_vec3 p)
{
    char text[3 * PP_NUMBER_SIZE + 8];
    char x[PP_NUMBER_SIZE], y[PP_NUMBER_SIZE], z[PP_NUMBER_SIZE];

    if (!pp_finite(p)) {
        pp_json_null(j, key);
        return;
    }
    start_value(j, key);
    snprintf(text, sizeof text, "[%s, %s, %s]", pp_text_from_double(p.x, x),
             pp_text_from_double(p.y, y), pp_text_from_double(p.z, z));
    puts_json(j, text);
}

pp_status
pp_json_finish(pp_json *j, pp_error *err)
{
    assert(j->depth == 0);
    puts_json(j, "\n");
    if (j->failure.status != PP_OK)
        *err = j->failure;
    return j->failure.status;
}

pp_status
pp_json_save(pp_json *j, const char *path, pp_error *err)
{
    if (pp_json_finish(j, err) == PP_OK && path != NULL)
        (void)!pp_file_write(path, j->text.data, j->text.size, err);
    pp_json_free(j);
    return err->status;
}

void
pp_json_free(pp_json *j)
{
    pp_bytes_free(&j->text);
    memset(j, 0, sizeof *j);
}
