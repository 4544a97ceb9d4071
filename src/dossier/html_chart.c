/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * html_chart.c - bars, histograms and legends as inline SVG
 *
 * The drawings hold no words: these stand beside them as HTML, so that they
 * keep their size on a phone and on paper, and every number is a fact.
 */
#include "dossier/html.h"

#include <math.h>
#include <stdio.h>

#define KEY_SIZE 160
#define COLOURS 32
#define MOST_BINS 200

static const shown_as mm = { 3, "mm", 1 };

/* ---- the budget ---- */

static void
put_bar(html *h, const char *kind, double share)
{
    html_format(h, "<svg class=\"bar %s\" viewBox=\"0 0 1000 10\" "
                "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                "<rect class=\"rail\" width=\"1000\" height=\"10\"/>"
                "<rect class=\"fill\" width=\"%.0f\" height=\"10\"/></svg>",
                kind, 1000 * fmin(fmax(share, 0), 1));
}

/* One step: two bars, one below the other. */
static void
put_step(html *h, const case_part *p, const document *d, const char *at,
         double most)
{
    static const struct {
        const char *key, *kind, *name;
    } bar[] = { { "p95_mm", "usual", "95 % below " },
                { "hausdorff_mm", "worst", "largest " } };
    const size_t n = p->index;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "%s/step", at);
    html_put(h, "<li><span class=\"step\">");
    html_fact(h, fact_text(h->b, n, d, key));
    html_put(h, "</span>");
    for (size_t k = 0; k < 2; k++) {
        snprintf(key, sizeof key, "%s/%s", at, bar[k].key);
        put_bar(h, bar[k].kind, doc_number(d, key) / most);
        html_put(h, "<span class=\"value\">");
        html_put(h, bar[k].name);
        html_fact(h, fact_number(h->b, n, d, key, mm));
        html_put(h, "</span>");
    }
    html_put(h, "</li>\n");
}

void
html_budget_bars(html *h, const case_part *p)
{
    const document *d = doc_of_tool(p, "meshmeasure");
    const size_t n = d != NULL ? pp_json_length_at(d->json, "budget") : 0;
    double most = doc_number(d, "budget_total/0/hausdorff_mm");
    char at[KEY_SIZE];

    most = isfinite(most) ? most : 0;
    for (size_t k = 0; k < n; k++) {
        snprintf(at, sizeof at, "budget/%zu/hausdorff_mm", k);
        most = fmax(most, doc_number(d, at));
    }
    if (!(most > 0))
        return;
    html_put(h, "<figure class=\"chart\"><figcaption>How far each step moved "
             "the surface: 95 % of it less than the upper, striped bar, all "
             "of it no more than the lower, plain one.</figcaption>"
             "<ul class=\"bars\">\n");
    for (size_t k = 0; k < n && k < 40; k++) {
        snprintf(at, sizeof at, "budget/%zu", k);
        put_step(h, p, d, at, most);
    }
    if (isfinite(doc_number(d, "budget_total/0/hausdorff_mm")))
        put_step(h, p, d, "budget_total/0", most);
    html_put(h, "</ul></figure>\n");
}

/* ---- histograms ---- */

typedef struct {
    const char *id, *title, *list; /* the bins */
    const char *low;  /* key of where the first begins; NULL: 0 */
    const char *bin;  /* key of a bin's width */
    const char *column;
    shown_as as;
    size_t quantity;  /* whose colours it has */
} histogram;

static void
put_bins(html *h, const case_part *p, const histogram *g, const document *d,
         const double edge[2], size_t nbin, double most)
{
    const colours *c = &p->colour[g->quantity];

    html_format(h, "<svg class=\"histogram\" viewBox=\"0 0 %zu 100\" "
                "preserveAspectRatio=\"none\" aria-hidden=\"true\">", nbin);
    for (size_t k = 0; k < nbin; k++) {
        char key[KEY_SIZE];
        double high;
        uint8_t rgb[3] = { 90, 110, 140 };
        const double at = edge[0] + ((double)k + 0.5) * edge[1];

        snprintf(key, sizeof key, "%s/%zu", g->list, k);
        high = 98 * doc_number(d, key) / most;
        if (c->there)
            pp_colour_value(g->quantity == 1,
                            (at - c->low) / (c->high - c->low), rgb);
        if (high > 0)
            html_format(h, "<rect x=\"%.2f\" y=\"%.2f\" width=\"0.9\" "
                        "height=\"%.2f\" fill=\"#%02x%02x%02x\"/>",
                        (double)k + 0.05, 100 - fmax(high, 0.6),
                        fmax(high, 0.6), rgb[0], rgb[1], rgb[2]);
    }
    html_put(h, "</svg>");
}

static void
put_bin_table(html *h, const case_part *p, const histogram *g,
              const document *d, const double edge[2], size_t nbin)
{
    html_format(h, "<details><summary>The numbers of this histogram"
                "</summary><div class=\"scroll\" tabindex=\"0\" "
                "role=\"group\" aria-label=\"Numbers: %s\"><table><thead>"
                "<tr><th scope=\"col\">from, mm</th><th scope=\"col\">%s</th>"
                "</tr></thead><tbody>\n", g->title, g->column);
    for (size_t k = 0; k < nbin; k++) {
        char key[KEY_SIZE];

        snprintf(key, sizeof key, "%s/%zu", g->list, k);
        html_put(h, "<tr><td>");
        html_fact(h, fact_made(h->b, p->index,
                               edge[0] + (double)k * edge[1],
                               (shown_as){ 3, NULL, 1 },
                               "where a bin begins: its number times the "
                               "bins' width, from the lowest on"));
        html_put(h, "</td><td>");
        html_fact(h, fact_number(h->b, p->index, d, key, g->as));
        html_put(h, "</td></tr>\n");
    }
    html_put(h, "</tbody></table></div></details>");
}

static void
put_histogram(html *h, const case_part *p, const histogram *g,
              const document *d)
{
    const double edge[2] = { g->low != NULL ? doc_number(d, g->low) : 0,
                             doc_number(d, g->bin) };
    const size_t all = d != NULL ? pp_json_length_at(d->json, g->list) : 0;
    size_t nbin = 0;
    double most = 0;

    for (size_t k = 0; k < all && k < MOST_BINS; k++) {
        char key[KEY_SIZE];

        snprintf(key, sizeof key, "%s/%zu", g->list, k);
        if (doc_number(d, key) > 0) {
            nbin = k + 1;
            most = fmax(most, doc_number(d, key));
        }
    }
    if (nbin == 0 || !(edge[1] > 0) || !isfinite(edge[0]))
        return;
    html_format(h, "<figure class=\"chart\" id=\"p%zu-%s\"><figcaption>%s "
                "<span class=\"from\">from ", p->index + 1, g->id, g->title);
    html_text(h, d->name, 300);
    html_put(h, "</span></figcaption>");
    put_bins(h, p, g, d, edge, nbin, most);
    html_put(h, "<div class=\"axis\"><span>");
    html_fact(h, fact_made(h->b, p->index, edge[0], mm,
                           "where the histogram begins"));
    html_put(h, "</span><span>");
    html_fact(h, fact_made(h->b, p->index,
                           edge[0] + (double)nbin * edge[1], mm,
                           "where the last bin that is drawn ends"));
    html_put(h, "</span></div>");
    put_bin_table(h, p, g, d, edge, nbin);
    html_put(h, "</figure>\n");
}

void
html_histograms(html *h, const case_part *p, size_t n)
{
    static const histogram walls = {
        "wall-histogram", "Surface by wall thickness", "walls/bin_mm2", NULL,
        "walls/bin_mm", "surface, mm\xc2\xb2", { 2, NULL, 1 }, 0
    };
    static const histogram distances = {
        "distance-histogram", "Surface by distance to the segmentation",
        "mask/mesh_to_mask/histogram/share",
        "mask/mesh_to_mask/histogram/low_mm",
        "mask/mesh_to_mask/histogram/bin_mm", "share of the surface, %",
        { 2, NULL, 100 }, 1
    };

    if (n == 0)
        put_histogram(h, p, &walls, walls_of(p));
    else
        put_histogram(h, p, &distances, doc_of_tool(p, "meshmeasure"));
}

/* ---- legends ---- */

void
html_legend(html *h, const case_part *p, size_t q, const char *name)
{
    const colours *c = &p->colour[q];

    html_format(h, "<div class=\"legend\"><span class=\"name\">%s</span>"
                "<svg viewBox=\"0 0 %d 1\" preserveAspectRatio=\"none\" "
                "aria-hidden=\"true\">", name, COLOURS);
    for (int k = 0; k < COLOURS; k++) {
        uint8_t rgb[3];

        pp_colour_value(q == 1, (k + 0.5) / COLOURS, rgb);
        html_format(h, "<rect x=\"%d\" width=\"1.05\" height=\"1\" "
                    "fill=\"#%02x%02x%02x\"/>", k, rgb[0], rgb[1], rgb[2]);
    }
    html_put(h, "</svg><div class=\"axis\"><span>");
    html_fact(h, c->fact_low);
    html_put(h, q == 1 ? "<br>within</span><span>"
                       : "<br>thin</span><span>");
    if (q == 1) {
        html_put(h, "on the segmentation");
    } else if (c->fact_mark != NO_FACT) {
        html_put(h, "black line: asked, ");
        html_fact(h, c->fact_mark);
    }
    html_put(h, "</span><span>");
    html_fact(h, c->fact_high);
    html_put(h, q == 1 ? "<br>outside</span></div></div>\n"
                       : "<br>and thicker</span></div></div>\n");
}

void
html_colour_map(html *h, bool diverging)
{
    for (int k = 0; k < COLOURS; k++) {
        uint8_t rgb[3];

        pp_colour_value(diverging, (double)k / (COLOURS - 1), rgb);
        html_format(h, "%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
    }
}
