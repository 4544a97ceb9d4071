/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_json.c - dossier.json: the page in numbers
 *
 * "facts" lists every number and every text that the page takes from a
 * document, with the document and the key; all else refers to it by index.
 */
#include "dossier/book.h"

#include "base/alloc.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

/* Words with the facts spelled out; appended to plain. */
static pp_status
spell(const book *b, const words *w, pp_bytes *plain, pp_error *err)
{
    const char *c = words_are_empty(w) ? "" : (const char *)w->text.data;
    char text[PP_SHOWN_SIZE];

    while (*c != '\0') {
        const size_t n = strcspn(c, "\x01");
        const fact *f;

        if (pp_bytes_append(plain, c, n, err) != PP_OK)
            return err->status;
        c += n;
        if (*c == '\0')
            break;
        f = &b->fact[strtoul(c + 1, NULL, 10)];
        c = strchr(c, FACT_CLOSE) + 1;
        if (pp_bytes_printf(plain, err, "%s%s%s",
                            f->text != NULL ? f->text : fact_shown(f, text),
                            f->unit != NULL ? " " : "",
                            f->unit != NULL ? f->unit : "") != PP_OK)
            return err->status;
    }
    return pp_bytes_append(plain, "", 1, err);
}

/* An object of the text and the facts in it. */
static void
put_words(const book *b, pp_json *j, const char *key, const words *w)
{
    const char *c = words_are_empty(w) ? "" : (const char *)w->text.data;
    pp_bytes plain = { 0 };

    pp_json_object(j, key);
    if (j->failure.status == PP_OK &&
        spell(b, w, &plain, &j->failure) == PP_OK)
        pp_json_string(j, "text", (const char *)plain.data);
    pp_bytes_free(&plain);
    pp_json_array(j, "facts");
    for (; (c = strchr(c, FACT_OPEN)) != NULL; c++)
        pp_json_count(j, NULL, strtoul(c + 1, NULL, 10));
    pp_json_end(j);
    pp_json_end(j);
}

static void
put_list(const book *b, pp_json *j, const char *key, const words *w, size_t n)
{
    pp_json_array(j, key);
    for (size_t k = 0; k < n; k++)
        put_words(b, j, NULL, &w[k]);
    pp_json_end(j);
}

static void
put_table(const book *b, pp_json *j, const char *key, const table *t)
{
    pp_json_object(j, key);
    pp_json_string(j, "id", t->id);
    pp_json_string(j, "title", t->title);
    pp_json_array(j, "columns");
    for (size_t c = 0; c < t->ncolumn; c++)
        pp_json_string(j, NULL, t->head[c]);
    pp_json_end(j);
    pp_json_array(j, "rows");
    for (size_t r = 0; r < t->nrow; r++)
        put_list(b, j, NULL, t->cell + r * t->ncolumn, t->ncolumn);
    pp_json_end(j);
    if (!words_are_empty(&t->note))
        put_words(b, j, "note", &t->note);
    pp_json_end(j);
}

static void
put_check(const book *b, pp_json *j, const check *c)
{
    pp_json_object(j, NULL);
    pp_json_string(j, "id", c->id);
    pp_json_string(j, "title", c->title);
    pp_json_string(j, "verdict", mark_name(c->m));
    put_words(b, j, "said", &c->said);
    if (c->anchor != NULL)
        pp_json_string(j, "evidence", c->anchor);
    pp_json_end(j);
}

static void
put_fact_index(pp_json *j, const char *key, size_t f)
{
    if (f == NO_FACT)
        pp_json_null(j, key);
    else
        pp_json_count(j, key, f);
}

static void
put_part(const book *b, pp_json *j, const case_part *p)
{
    pp_json_object(j, NULL);
    pp_json_string(j, "folder", p->folder);
    put_fact_index(j, "name", p->name);
    put_fact_index(j, "label", p->label);
    pp_json_integer(j, "status", p->status);
    pp_json_string(j, "verdict", mark_name(p->worst));
    put_list(b, j, "warnings", p->warning, p->nwarning);
    pp_json_array(j, "checklist");
    for (size_t n = 0; n < p->ncheck; n++)
        put_check(b, j, &p->check[n]);
    pp_json_end(j);
    pp_json_array(j, "tables");
    for (size_t n = 0; n < p->ntable; n++)
        put_table(b, j, NULL, &p->table[n]);
    pp_json_end(j);
    put_words(b, j, "pictures", &p->picture_note);
    put_words(b, j, "viewer", &p->view_note);
    pp_json_end(j);
}

static void
put_fact(const book *b, pp_json *j, const fact *f)
{
    char text[PP_SHOWN_SIZE];

    pp_json_object(j, NULL);
    if (f->part == CASE_PART)
        pp_json_null(j, "part");
    else
        pp_json_string(j, "part", b->part[f->part].folder);
    if (f->how != NULL) {
        pp_json_null(j, "document");
        pp_json_string(j, "how", f->how);
    } else {
        pp_json_string(j, "document", f->document);
        pp_json_string(j, "key", f->key);
    }
    if (f->text != NULL)
        pp_json_string(j, "value", f->text);
    else if (f->flag != 0)
        pp_json_bool(j, "value", f->flag == 2);
    else
        pp_json_real(j, "value", f->value);
    if (f->text == NULL)
        pp_json_string(j, "shown", fact_shown(f, text));
    if (f->scale != 1)
        pp_json_integer(j, "shown_times", f->scale);
    if (f->unit != NULL)
        pp_json_string(j, "unit", f->unit);
    pp_json_end(j);
}

pp_status
write_json(book *b, pp_bytes *out, pp_error *err)
{
    pp_json j = { 0 };

    pp_json_object(&j, NULL);
    pp_json_integer(&j, "printprep_json", 1);
    pp_json_string(&j, "tool", "printprep");
    pp_json_string(&j, "version", b->version);
    pp_json_string(&j, "command", "dossier");
    put_table(b, &j, "header", &b->header);
    put_table(b, &j, "settings", &b->settings);
    put_table(b, &j, "inputs", &b->inputs);
    put_list(b, &j, "warnings", b->warning, b->nwarning);
    pp_json_array(&j, "parts");
    for (size_t n = 0; n < b->npart; n++)
        put_part(b, &j, &b->part[n]);
    pp_json_end(&j);
    pp_json_array(&j, "facts");
    for (size_t n = 0; n < b->nfact; n++)
        put_fact(b, &j, &b->fact[n]);
    pp_json_end(&j);
    pp_json_integer(&j, "status", b->status);
    pp_json_end(&j);
    if (pp_json_finish(&j, err) == PP_OK) {
        *out = j.text;
        memset(&j.text, 0, sizeof j.text);
    }
    pp_json_free(&j);
    return err->status;
}
