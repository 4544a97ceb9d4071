/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * html_page.c - the page: head, verdict and warnings first, then the parts
 *
 * The page loads nothing. A content security policy allows the one style sheet
 * and the one script by their hashes, and pictures within the page: should a
 * name ever get past html_text, it would still not run.
 */
#include "dossier/html.h"

#include "shim/base64.h"
#include "shim/sha256.h"

static void
put_hash(html *h, const unsigned char *data, size_t size)
{
    unsigned char digest[32];

    pp_sha256_bytes(data, size, digest);
    html_put(h, "'sha256-");
    if (h->err->status == PP_OK)
        (void)!pp_base64_append(h->out, digest, sizeof digest, h->err);
    html_put(h, "'");
}

static void
put_bytes(html *h, const unsigned char *data, size_t size)
{
    if (h->err->status == PP_OK)
        (void)!pp_bytes_append(h->out, data, size, h->err);
}

static void
put_head(html *h)
{
    html_put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
             "<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\""
             "default-src 'none'; img-src data:; style-src ");
    put_hash(h, pp_page_css, pp_page_css_size);
    html_put(h, "; script-src ");
    put_hash(h, pp_viewer_js, pp_viewer_js_size);
    html_put(h, "; base-uri 'none'; form-action 'none'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, "
             "initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n"
             "<meta name=\"referrer\" content=\"no-referrer\">\n"
             "<meta name=\"generator\" content=\"printprep ");
    html_text(h, h->b->version, 80);
    html_put(h, "\">\n<title>Print dossier, case ");
    html_text(h, pp_json_text(h->b->own.json, "case"), 80);
    html_put(h, "</title>\n<style>");
    put_bytes(h, pp_page_css, pp_page_css_size);
    html_put(h, "</style>\n</head>\n<body>\n");
}

/* ---- verdict ---- */

static mark
mark_of_status(int status)
{
    return status == 0 ? MARK_PASS : status == 1 ? MARK_UNSURE : MARK_FAIL;
}

static void
put_verdict(html *h)
{
    static const char *const words_of[] = {
        "No finding: a person may confirm it",
        "A person must look before anything is printed",
        "Could not be made printable: see the warnings"
    };
    static const char *const class_name[] = { "pass", "unsure", "fail" };
    const int status = h->b->status;

    html_format(h, "<p class=\"verdict-line %s\"><span class=\"sign\" "
                "aria-hidden=\"true\">%s</span>%s</p>\n", class_name[status],
                html_mark_sign(mark_of_status(status)), words_of[status]);
    if (h->b->has_identity)
        html_put(h, "<p class=\"identity\">This page names the patient: "
                 "handle it as a medical record.</p>\n");
}

static void
put_part_warnings(html *h, const case_part *p)
{
    html_format(h, "<li><a href=\"#p%zu\">", p->index + 1);
    if (p->label != NO_FACT) {
        html_put(h, "Label ");
        html_fact(h, p->label);
    } else {
        html_text(h, p->folder, 80);
    }
    html_put(h, "</a>");
    if (p->name != NO_FACT) {
        html_format(h, " <bdi data-fact=\"%zu\">", p->name);
        html_text(h, h->b->fact[p->name].text, 80);
        html_put(h, "</bdi>");
    }
    html_put(h, p->status == 2 ? ": <strong>could not be made printable"
                                 "</strong>" : "");
    html_put(h, "<ul>\n");
    for (size_t k = 0; k < p->nwarning; k++) {
        html_put(h, "<li>");
        html_words(h, &p->warning[k]);
        html_put(h, "</li>\n");
    }
    html_put(h, "</ul></li>\n");
}

/* How bad a part is: parts are warned of from the worst on. */
static int
rank_of(const case_part *p)
{
    return 10 * (2 - p->status) + (int)p->worst;
}

static void
put_warnings(html *h)
{
    const book *b = h->b;
    size_t n = b->nwarning;

    for (size_t k = 0; k < b->npart; k++)
        n += b->part[k].nwarning;
    html_put(h, "<section id=\"warnings\"><h2>Warnings</h2>\n");
    if (n == 0) {
        html_put(h, "<p>None.</p></section>\n");
        return;
    }
    html_put(h, "<ul class=\"warnings\">\n");
    for (size_t k = 0; k < b->nwarning; k++) {
        html_put(h, "<li>");
        html_words(h, &b->warning[k]);
        html_put(h, "</li>\n");
    }
    for (int rank = 0; rank < 30; rank++)
        for (size_t k = 0; k < b->npart; k++)
            if (rank_of(&b->part[k]) == rank && b->part[k].nwarning > 0)
                put_part_warnings(h, &b->part[k]);
    html_put(h, "</ul></section>\n");
}

/* ---- the parts at a glance ---- */

static void
put_overview_row(html *h, const case_part *p)
{
    static const char *const class_name[] = { "fail", "unsure", "unseen",
                                              "pass" };
    const document *walls = walls_of(p);
    const document *numbers = doc_of_tool(p, "meshmeasure");
    const size_t n = p->index;

    html_format(h, "<tr><th scope=\"row\"><a href=\"#p%zu\">", n + 1);
    if (p->label != NO_FACT)
        html_fact(h, p->label);
    else
        html_text(h, p->folder, 80);
    html_put(h, "</a></th><td>");
    if (p->name != NO_FACT) {
        html_format(h, "<bdi data-fact=\"%zu\">", p->name);
        html_text(h, h->b->fact[p->name].text, 80);
        html_put(h, "</bdi>");
    } else {
        html_put(h, "\xe2\x80\x93");
    }
    html_format(h, "</td><td class=\"verdict %s\"><span class=\"sign\" "
                "aria-hidden=\"true\">%s</span>%s</td><td>",
                class_name[p->worst], html_mark_sign(p->worst),
                p->status == 2 ? "could not be made" : mark_name(p->worst));
    html_fact(h, fact_number(h->b, n, numbers, "volume_mm3",
                             (shown_as){ 1, NULL, 1 }));
    html_put(h, "</td><td>");
    html_fact(h, fact_number(h->b, n, walls, "walls/min_mm",
                             (shown_as){ 3, NULL, 1 }));
    html_put(h, "</td><td>");
    html_fact(h, fact_number(h->b, n, numbers, "mask/mesh_to_mask/max_mm",
                             (shown_as){ 3, NULL, 1 }));
    html_put(h, "</td></tr>\n");
}

static void
put_overview(html *h)
{
    html_put(h, "<section class=\"table overview\" id=\"parts\">"
             "<h2 id=\"parts-title\">Parts</h2>\n<div class=\"scroll\" "
             "tabindex=\"0\" role=\"group\" aria-labelledby=\"parts-title\">"
             "<table><thead><tr><th scope=\"col\">label</th>"
             "<th scope=\"col\">name</th>"
             "<th scope=\"col\">worst of its checks</th>"
             "<th scope=\"col\">volume, mm\xc2\xb3</th>"
             "<th scope=\"col\">least wall, mm</th>"
             "<th scope=\"col\">farthest from the segmentation, mm</th>"
             "</tr></thead>\n<tbody>");
    for (size_t n = 0; n < h->b->npart; n++)
        put_overview_row(h, &h->b->part[n]);
    html_put(h, "</tbody></table></div></section>\n");
}

static void
put_foot(html *h)
{
    html_put(h, "<footer>\n<h2>How to read this page</h2>\n"
             "<ul><li><strong>pass</strong>: a document of the case says "
             "so.</li><li><strong>fail</strong>: a document says that it is "
             "not so, or a file is not what was recorded.</li>"
             "<li><strong>indeterminate</strong>: there are numbers, but "
             "nothing was given to hold them against, or the tool could not "
             "tell.</li><li><strong>not checked</strong>: no document speaks "
             "of it.</li></ul>\n<p>Points are in patient space (LPS). Each "
             "number names its document and key when pointed at; "
             "dossier.json lists them all, unrounded. Long texts end in "
             "\xe2\x80\xa6 here and are whole there. The page says what the "
             "tools measured on the files beside it; whether the model may "
             "be used is for a person to decide.</p>\n</footer>\n");
}

static void
put_script(html *h)
{
    html_put(h, "<script type=\"text/plain\" id=\"colours-thickness\">");
    html_colour_map(h, false);
    html_put(h, "</script>\n<script type=\"text/plain\" "
             "id=\"colours-deviation\">");
    html_colour_map(h, true);
    html_put(h, "</script>\n<script>");
    put_bytes(h, pp_viewer_js, pp_viewer_js_size);
    html_put(h, "</script>\n</body>\n</html>\n");
}

pp_status
write_html(book *b, pp_bytes *out, pp_error *err)
{
    html h = { b, out, err };

    put_head(&h);
    html_put(&h, "<header>\n<h1>Print dossier</h1>\n");
    put_verdict(&h);
    html_put(&h, "</header>\n<main>\n");
    put_warnings(&h);
    put_overview(&h);
    html_put(&h, "<div class=\"pair\">\n");
    html_table(&h, CASE_PART, &b->header);
    if (b->inputs.nrow > 0)
        html_table(&h, CASE_PART, &b->inputs);
    if (b->settings.nrow > 0)
        html_table(&h, CASE_PART, &b->settings);
    html_put(&h, "</div>\n");
    for (size_t n = 0; n < b->npart; n++)
        html_part(&h, n);
    html_put(&h, "</main>\n");
    put_foot(&h);
    put_script(&h);
    if (!book_fine(b))
        *err = b->failure;
    return err->status;
}
