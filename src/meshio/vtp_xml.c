/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vtp_xml.c - as much XML as VTK writes
 */
#include "meshio/vtp.h"

#include <string.h>

/* More than any element of VTK's has. */
#define MOST_ATTRIBUTES 32

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '-' ||
           c == '.';
}

static const char *
skip_space(const char *p, const char *end)
{
    while (p < end && is_space(*p))
        p++;
    return p;
}

static const char *
skip_name(const char *p, const char *end)
{
    while (p < end && is_name(*p))
        p++;
    return p;
}

/* Behind the next `text`, or NULL. */
static const char *
behind(const char *p, const char *end, const char *text)
{
    const size_t n = strlen(text);

    for (; (size_t)(end - p) >= n; p++)
        if (memcmp(p, text, n) == 0)
            return p + n;
    return NULL;
}

/* One name="value" at *p; its parts, and *p behind it. */
static bool
take_attribute(const char **p, const char *end, const char *name[2],
               const char *value[2])
{
    char quote;

    name[0] = skip_space(*p, end);
    name[1] = skip_name(name[0], end);
    *p = skip_space(name[1], end);
    if (name[1] == name[0] || *p == end || **p != '=')
        return false;
    *p = skip_space(*p + 1, end);
    if (*p == end || (**p != '"' && **p != '\''))
        return false;
    quote = **p;
    value[0] = value[1] = *p + 1;
    while (value[1] < end && *value[1] != quote && *value[1] != '<')
        value[1]++;
    if (value[1] == end || *value[1] != quote)
        return false;
    *p = value[1] + 1;
    return true;
}

/* Goes over a tag's attributes to '>' or "/>"; false when there are wrong
 * ones. */
static bool
pass_attributes(pp_xml *x)
{
    const char *seen[MOST_ATTRIBUTES][2], *name[2], *value[2];
    size_t n = 0;

    for (;;) {
        x->p = skip_space(x->p, x->end);
        if (x->p == x->end)
            return false;
        if (*x->p == '>' || *x->p == '/')
            return true;
        if (n == MOST_ATTRIBUTES ||
            !take_attribute(&x->p, x->end, name, value))
            return false;
        for (size_t i = 0; i < n; i++)
            if (seen[i][1] - seen[i][0] == name[1] - name[0] &&
                memcmp(seen[i][0], name[0], (size_t)(name[1] - name[0])) == 0)
                return false;
        seen[n][0] = name[0];
        seen[n++][1] = name[1];
    }
}

static pp_status
broken(const pp_xml *x, pp_error *err)
{
    return pp_fail(err, PP_EFORMAT, "VTK: broken XML at byte %zu",
                   (size_t)(x->p - x->begin));
}

static pp_status
take_tag(pp_xml *x, pp_xml_tag *tag, pp_error *err)
{
    const char *name;
    size_t n;

    tag->closes = x->p < x->end && *x->p == '/';
    name = x->p += tag->closes;
    x->p = skip_name(x->p, x->end);
    n = (size_t)(x->p - name);
    if (n == 0)
        return broken(x, err);
    n = n < PP_XML_NAME - 1 ? n : PP_XML_NAME - 1;
    memcpy(tag->name, name, n);
    tag->name[n] = '\0';
    tag->attributes = x->p;
    if (!pass_attributes(x))
        return broken(x, err);
    tag->attributes_end = x->p;
    tag->empty = *x->p == '/';
    x->p += tag->empty;
    if (x->p == x->end || *x->p != '>' || (tag->empty && tag->closes))
        return broken(x, err);
    tag->text = ++x->p;
    return PP_OK;
}

pp_status
pp_xml_next(pp_xml *x, pp_xml_tag *tag, bool *found, pp_error *err)
{
    *found = false;
    while (x->p < x->end) {
        const char *open = memchr(x->p, '<', (size_t)(x->end - x->p));
        const char *next;

        if (open == NULL)
            return PP_OK;
        x->p = open + 1;
        if (x->p < x->end && *x->p == '?') {
            next = behind(x->p, x->end, "?>");
        } else if (x->end - x->p >= 3 && memcmp(x->p, "!--", 3) == 0) {
            next = behind(x->p + 3, x->end, "-->");
        } else if (x->p < x->end && *x->p == '!') {
            return pp_fail(err, PP_EUNSUPPORTED, "VTK: XML with declarations");
        } else {
            *found = true;
            return take_tag(x, tag, err);
        }
        if (next == NULL)
            return broken(x, err);
        x->p = next;
    }
    return PP_OK;
}

/* One character of a value, an entity too. */
static char
take_character(const char **p, const char *end)
{
    static const struct {
        const char *name;
        char is;
    } entity[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' },
                   { "&quot;", '"' }, { "&apos;", '\'' } };

    for (size_t i = 0; i < sizeof entity / sizeof *entity; i++) {
        const size_t n = strlen(entity[i].name);

        if ((size_t)(end - *p) >= n && memcmp(*p, entity[i].name, n) == 0) {
            *p += n;
            return entity[i].is;
        }
    }
    return *(*p)++;
}

bool
pp_xml_attribute(const pp_xml_tag *tag, const char *name, char *value,
                 size_t size)
{
    const char *p = tag->attributes, *is[2], *from[2];
    size_t n = 0;

    value[0] = '\0';
    while (take_attribute(&p, tag->attributes_end, is, from)) {
        if ((size_t)(is[1] - is[0]) != strlen(name) ||
            memcmp(is[0], name, strlen(name)) != 0)
            continue;
        while (from[0] < from[1] && n + 1 < size)
            value[n++] = take_character(&from[0], from[1]);
        value[n] = '\0';
        return true;
    }
    return false;
}
