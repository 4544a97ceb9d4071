/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * html_part.c - one part on the page
 */
#include "dossier/html.h"

#include "shim/base64.h"

#include <stdio.h>

const char *
html_mark_sign(mark m)
{
    static const char *const sign[] = { "\xe2\x9c\x95", "?", "\xe2\x80\x93",
                                        "\xe2\x9c\x93" };

    return sign[m];
}

static const char *
class_of(mark m)
{
    static const char *const name[] = { "fail", "unsure", "unseen", "pass" };

    return name[m];
}

/* ---- tables ---- */

void
html_table(html *h, size_t n, const table *t)
{
    char id[80];

    if (n == CASE_PART)
        snprintf(id, sizeof id, "%s", t->id);
    else
        snprintf(id, sizeof id, "p%zu-%s", n + 1, t->id);
    html_format(h, "<section class=\"table %s\" id=\"%s\">"
                "<h3 id=\"%s-title\">%s</h3>\n<div class=\"scroll\" "
                "tabindex=\"0\" role=\"group\" "
                "aria-labelledby=\"%s-title\"><table>", t->id, id, id,
                t->title, id);
    if (t->document != NULL) {
        html_put(h, "<caption>from ");
        html_text(h, t->document, 300);
        html_put(h, "</caption>");
    }
    html_put(h, "<thead><tr>");
    for (size_t c = 0; c < t->ncolumn; c++)
        html_format(h, "<th scope=\"col\">%s</th>", t->head[c]);
    html_put(h, "</tr></thead>\n<tbody>");
    for (size_t r = 0; r < t->nrow; r++) {
        html_put(h, "<tr><th scope=\"row\">");
        html_words(h, &t->cell[r * t->ncolumn]);
        html_put(h, "</th>");
        for (size_t c = 1; c < t->ncolumn; c++) {
            html_put(h, "<td>");
            html_words(h, &t->cell[r * t->ncolumn + c]);
            html_put(h, "</td>");
        }
        html_put(h, "</tr>\n");
    }
    html_put(h, "</tbody></table></div>");
    if (!words_are_empty(&t->note)) {
        html_put(h, "<p class=\"note\">");
        html_words(h, &t->note);
        html_put(h, "</p>");
    }
    html_put(h, "</section>\n");
}

static const table *
table_of(const case_part *p, const char *id)
{
    for (size_t n = 0; n < p->ntable; n++)
        if (strcmp(p->table[n].id, id) == 0)
            return &p->table[n];
    return NULL;
}

static void
put_table(html *h, const case_part *p, const char *id)
{
    const table *t = table_of(p, id);

    if (t != NULL)
        html_table(h, p->index, t);
}

/* ---- head, warnings, checklist ---- */

static void
put_name(html *h, const case_part *p)
{
    const book *b = h->b;

    if (p->label != NO_FACT) {
        html_put(h, "Label ");
        html_fact(h, p->label);
    } else {
        html_put(h, "Part ");
        html_text(h, p->folder, 80);
    }
    if (p->name != NO_FACT) {
        html_format(h, " <bdi class=\"name\" data-fact=\"%zu\">", p->name);
        html_text(h, b->fact[p->name].text, 120);
        html_put(h, "</bdi>");
    }
}

static void
put_badge(html *h, const case_part *p, const check *c)
{
    const size_t n = p->index + 1;

    html_format(h, "<li><a class=\"badge %s\" href=\"#p%zu-%s%s\">"
                "<span class=\"sign\" aria-hidden=\"true\">%s</span>%s: "
                "<strong>%s</strong></a></li>\n", class_of(c->m), n,
                c->anchor != NULL ? "" : "check-",
                c->anchor != NULL ? c->anchor : c->id, html_mark_sign(c->m),
                c->title, mark_name(c->m));
}

static void
put_check(html *h, const case_part *p, const check *c)
{
    const size_t n = p->index + 1;

    html_format(h, "<tr id=\"p%zu-check-%s\"><th scope=\"row\">%s</th>"
                "<td class=\"verdict %s\"><span class=\"sign\" "
                "aria-hidden=\"true\">%s</span>%s</td><td>", n, c->id,
                c->title, class_of(c->m), html_mark_sign(c->m),
                mark_name(c->m));
    html_words(h, &c->said);
    html_put(h, "</td><td>");
    if (c->anchor != NULL)
        html_format(h, "<a href=\"#p%zu-%s\">evidence<span class=\"hidden\">"
                    " for %s</span></a>", n, c->anchor, c->title);
    else
        html_put(h, "\xe2\x80\x93");
    html_put(h, "</td></tr>\n");
}

static void
put_checklist(html *h, const case_part *p)
{
    const size_t n = p->index + 1;

    html_put(h, "<ul class=\"badges\">\n");
    for (size_t k = 0; k < p->ncheck; k++)
        put_badge(h, p, &p->check[k]);
    html_format(h, "</ul>\n<section class=\"table checklist\" "
                "id=\"p%zu-checklist\"><h3 id=\"p%zu-checklist-title\">"
                "Print-ready checklist</h3><div class=\"scroll\" "
                "tabindex=\"0\" role=\"group\" "
                "aria-labelledby=\"p%zu-checklist-title\"><table><thead><tr>"
                "<th scope=\"col\">step</th><th scope=\"col\">verdict</th>"
                "<th scope=\"col\">what was found</th>"
                "<th scope=\"col\">where</th></tr></thead>\n<tbody>", n, n,
                n);
    for (size_t k = 0; k < p->ncheck; k++)
        put_check(h, p, &p->check[k]);
    html_put(h, "</tbody></table></div></section>\n");
}

static void
put_warnings(html *h, const case_part *p)
{
    if (p->nwarning == 0)
        return;
    html_put(h, "<ul class=\"warnings\">\n");
    for (size_t k = 0; k < p->nwarning; k++) {
        html_put(h, "<li>");
        html_words(h, &p->warning[k]);
        html_put(h, "</li>\n");
    }
    html_put(h, "</ul>\n");
}

/* ---- pictures and the viewer ---- */

static void
put_picture(html *h, const case_part *p, size_t row, size_t view)
{
    static const char *const what[] = {
        "The model",
        "Wall thickness in colour",
        "Distance to the segmentation in colour"
    };
    const pp_bytes *png = &p->picture[row * PP_NVIEW + view];

    if (png->size < 24)
        return;
    html_format(h, "<figure><img alt=\"%s, seen %s\" width=\"%u\" "
                "height=\"%u\" src=\"data:image/png;base64,", what[row],
                pp_view_name(view), (unsigned)pp_get_u32be(png->data + 16),
                (unsigned)pp_get_u32be(png->data + 20));
    if (h->err->status == PP_OK)
        (void)!pp_base64_append(h->out, png->data, png->size, h->err);
    html_format(h, "\"><figcaption>%s</figcaption></figure>\n",
                pp_view_name(view));
}

static void
put_pictures(html *h, const case_part *p)
{
    static const char *const title[] = {
        "The model from four sides", "Wall thickness",
        "Distance to the segmentation"
    };
    static const char *const id[] = { "views", "thickness", "deviation" };

    for (size_t row = 0; row <= NQUANTITY; row++) {
        const bool there = p->picture[row * PP_NVIEW].size > 0;

        html_format(h, "<section class=\"pictures\" id=\"p%zu-%s\"><h3>%s"
                    "</h3>\n", p->index + 1, id[row], title[row]);
        if (there) {
            html_put(h, "<div class=\"row\">\n");
            for (size_t v = 0; v < PP_NVIEW; v++)
                put_picture(h, p, row, v);
            html_put(h, "</div>\n");
        } else {
            html_put(h, "<p class=\"note\">No picture: the case has no mesh "
                     "with these numbers.</p>\n");
        }
        if (there && row > 0)
            html_legend(h, p, row - 1, title[row]);
        if (there && row == 0) {
            html_put(h, "<p class=\"note\">");
            html_words(h, &p->picture_note);
            html_put(h, "</p>\n");
        }
        html_put(h, "</section>\n");
    }
}

static void
put_viewer(html *h, const case_part *p)
{
    const size_t n = p->index + 1;

    if (p->view.size == 0)
        return;
    html_format(h, "<section class=\"viewer\" id=\"p%zu-viewer\" "
                "data-mesh=\"p%zu-mesh\" data-thickness=\"%d\" "
                "data-deviation=\"%d\"><h3 id=\"p%zu-viewer-title\">In three "
                "dimensions</h3>\n<p class=\"note fallback\">The view that "
                "can be turned needs JavaScript and WebGL; the pictures above "
                "show the same.</p>\n<div class=\"stage\" hidden></div>\n"
                "<p class=\"note\">", n, n, p->colour[0].there,
                p->colour[1].there, n);
    html_words(h, &p->view_note);
    html_format(h, "</p>\n<script type=\"text/plain\" id=\"p%zu-mesh\">", n);
    if (h->err->status == PP_OK)
        (void)!pp_base64_append(h->out, p->view.data, p->view.size,
                                h->err);
    html_put(h, "</script></section>\n");
}

void
html_part(html *h, size_t n)
{
    const case_part *p = &h->b->part[n];

    html_format(h, "<article class=\"part\" id=\"p%zu\" "
                "aria-labelledby=\"p%zu-title\">\n<h2 id=\"p%zu-title\">",
                n + 1, n + 1, n + 1);
    put_name(h, p);
    html_put(h, "</h2>\n");
    put_warnings(h, p);
    put_checklist(h, p);
    put_pictures(h, p);
    put_viewer(h, p);
    html_put(h, "<div class=\"pair\">\n");
    put_table(h, p, "model");
    put_table(h, p, "walls");
    put_table(h, p, "growth");
    html_histograms(h, p, 0);
    put_table(h, p, "thin");
    html_put(h, "</div>\n");
    put_table(h, p, "defects");
    put_table(h, p, "budget");
    html_budget_bars(h, p);
    html_put(h, "<div class=\"pair\">\n");
    put_table(h, p, "mask");
    put_table(h, p, "voxels");
    put_table(h, p, "scan");
    html_histograms(h, p, 1);
    html_put(h, "</div>\n");
    put_table(h, p, "calipers");
    html_put(h, "<div class=\"pair\">\n");
    put_table(h, p, "forecast");
    put_table(h, p, "test-print");
    html_put(h, "</div>\n");
    put_table(h, p, "files");
    put_table(h, p, "steps");
    html_put(h, "</article>\n");
}
