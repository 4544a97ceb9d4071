/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * html.h - the writers of the page; only dossier/html*.c includes this
 *
 * Text of others goes through html_text alone, which leaves nothing that is
 * markup, or that turns the direction of the words around it.
 */
#ifndef PP_DOSSIER_HTML_H
#define PP_DOSSIER_HTML_H

#include "dossier/book.h"

typedef struct {
    book *b;
    pp_bytes *out;
    pp_error *err; /* the first failure; all that follows is skipped */
} html;

/* Our own text: markup. */
void html_put(html *h, const char *markup);
/* The same with numbers or anchors of ours in it. */
void html_format(html *h, const char *format, ...) PP_PRINTF(2, 3);

/** Text of others, no longer than `most` bytes before it is escaped. */
void html_text(html *h, const char *text, size_t most);

/** Words with their facts. */
void html_words(html *h, const words *w);

/** A fact with its unit, or a dash for NO_FACT. */
void html_fact(html *h, size_t f);

/* ---- html_chart.c ---- */

/** What the rows of the budget changed, as bars. */
void html_budget_bars(html *h, const case_part *p);

/** Histograms of the walls and of the distances; nothing without them. */
void html_histograms(html *h, const case_part *p, size_t n);

/** The bar of colours of quantity q. */
void html_legend(html *h, const case_part *p, size_t q, const char *name);

/** "0 1 2 ..." as six hexadecimal digits each: the colours of a map. */
void html_colour_map(html *h, bool diverging);

/* ---- html_part.c ---- */

void html_table(html *h, size_t part, const table *t);
void html_part(html *h, size_t part);
const char *html_mark_sign(mark m);

/* ---- embedded by embed.sh: page.css and viewer.js ---- */

extern const unsigned char pp_page_css[], pp_viewer_js[];
extern const size_t pp_page_css_size, pp_viewer_js_size;

#endif
