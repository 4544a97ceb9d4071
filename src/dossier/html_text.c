/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * html_text.c - text and facts as HTML
 */
#include "dossier/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Longest text of a document on the page, in bytes; the whole is in
   dossier.json. */
#define TEXT_LIMIT 1200

void
html_put(html *h, const char *markup)
{
    if (h->err->status == PP_OK)
        (void)!pp_bytes_append(h->out, markup, strlen(markup), h->err);
}

void
html_format(html *h, const char *format, ...)
{
    char text[600];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    html_put(h, text);
}

/* Bytes of the UTF-8 character at s, whose bytes are valid; else 1. */
static size_t
length_of(const unsigned char *s)
{
    const size_t n = s[0] < 0xc2 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    for (size_t k = 1; k < n; k++)
        if ((s[k] & 0xc0) != 0x80)
            return 1;
    return n;
}

static uint32_t
code_of(const unsigned char *s, size_t n)
{
    uint32_t c = n == 1 ? s[0] : s[0] & (0x7fu >> n);

    for (size_t k = 1; k < n; k++)
        c = c << 6 | (s[k] & 0x3f);
    return c;
}

/* Turns the direction of text, hides, or breaks lines (Unicode 15). */
static bool
is_trick(uint32_t c)
{
    return c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || c >= 0xe0000;
}

static void
put_character(html *h, const unsigned char *s, size_t n)
{
    const uint32_t c = code_of(s, n);
    char text[8] = "";

    if (c == '&')
        html_put(h, "&amp;");
    else if (c == '<')
        html_put(h, "&lt;");
    else if (c == '>')
        html_put(h, "&gt;");
    else if (c == '"')
        html_put(h, "&quot;");
    else if (c == '\'')
        html_put(h, "&#39;");
    else if (c == '\t' || c == '\n' || c == '\r')
        html_put(h, " ");
    else if (c < 0x20) /* a picture of the control character */
        html_format(h, "\xe2\x90%c", (char)(0x80 + c));
    else if ((c >= 0x7f && c < 0xa0) || (n == 1 && s[0] >= 0x80) ||
             (c >= 0xd800 && c < 0xe000))
        html_put(h, "\xef\xbf\xbd");
    else if (is_trick(c))
        html_format(h, "[U+%04X]", (unsigned)c);
    else {
        memcpy(text, s, n);
        html_put(h, text);
    }
}

void
html_text(html *h, const char *text, size_t most)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t done = 0;

    while (*s != '\0') {
        const size_t n = length_of(s);

        if (done + n > most) {
            html_put(h, "\xe2\x80\xa6");
            return;
        }
        put_character(h, s, n);
        done += n;
        s += n;
    }
}

/* Minus signs as typographers set them. */
static void
put_number(html *h, const char *text)
{
    if (*text == '-' && text[1] != '\0') {
        html_put(h, "\xe2\x88\x92");
        text++;
    }
    html_put(h, text);
}

/* Where a fact came from, for those who point at it. */
static void
put_source(html *h, const fact *f)
{
    html_put(h, " title=\"");
    if (f->how != NULL) {
        html_put(h, f->how);
    } else {
        html_text(h, f->document, TEXT_LIMIT);
        html_put(h, ": ");
        html_text(h, f->key, TEXT_LIMIT);
    }
    html_put(h, "\"");
}

void
html_fact(html *h, size_t n)
{
    char shown[PP_SHOWN_SIZE], exact[PP_NUMBER_SIZE];
    const fact *f;

    if (n == NO_FACT) {
        html_put(h, "\xe2\x80\x93");
        return;
    }
    f = &h->b->fact[n];
    if (f->text != NULL || f->flag != 0) {
        html_format(h, "<bdi data-fact=\"%zu\">", n);
        html_text(h, f->text != NULL ? f->text : fact_shown(f, shown),
                  TEXT_LIMIT);
        html_put(h, "</bdi>");
        return;
    }
    html_format(h, "<data data-fact=\"%zu\" value=\"%s\"", n,
                pp_text_from_double(f->value, exact));
    put_source(h, f);
    html_put(h, ">");
    put_number(h, fact_shown(f, shown));
    html_put(h, "</data>");
    if (f->unit != NULL) {
        html_put(h, "\xc2\xa0");
        html_put(h, f->unit);
    }
}

void
html_words(html *h, const words *w)
{
    const char *c = words_are_empty(w) ? "" : (const char *)w->text.data;

    while (*c != '\0') {
        char piece[256];
        size_t n = strcspn(c, "\x01");

        if (n == 0) {
            html_fact(h, strtoul(c + 1, NULL, 10));
            c = strchr(c, FACT_CLOSE) + 1;
            continue;
        }
        n = n < sizeof piece ? n : sizeof piece - 1;
        while (n > 1 && ((unsigned char)c[n] & 0xc0) == 0x80)
            n--; /* no character is cut */
        memcpy(piece, c, n);
        piece[n] = '\0';
        html_text(h, piece, sizeof piece);
        c += n;
    }
}
