/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * book.c - facts, words and tables of a dossier
 *
 * The first failure (memory) is kept in the book and ends all that follows, so
 * that what tells a story need not ask after every word.
 */
#include "dossier/book.h"

#include "base/alloc.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>

const char *
mark_name(mark m)
{
    static const char *const name[] = { "fail", "indeterminate",
                                        "not checked", "pass" };

    return name[m];
}

static char *
copy_text(book *b, const char *text)
{
    char *copy = pp_strdup(text);

    if (copy == NULL && book_fine(b))
        pp_fail_memory(&b->failure);
    return copy;
}

/* ---- facts ---- */

static size_t
add_fact(book *b, const fact *f, const document *d, const char *key)
{
    fact *to;

    if (!book_fine(b) ||
        pp_grow(&b->fact, &b->fact_capacity, b->nfact + 1, sizeof *b->fact,
                &b->failure) != PP_OK)
        return NO_FACT;
    to = &b->fact[b->nfact];
    *to = *f;
    if (d != NULL) {
        to->document = copy_text(b, d->name);
        to->key = copy_text(b, key);
    }
    return b->nfact++;
}

size_t
fact_number(book *b, size_t part, const document *d, const char *key,
            shown_as as)
{
    fact f = { .part = part, .decimals = as.decimals, .unit = as.unit,
               .scale = as.scale != 0 ? as.scale : 1 };

    if (d == NULL || d->json == NULL ||
        !pp_json_number(d->json, key, &f.value) || !isfinite(f.value))
        return NO_FACT;
    return add_fact(b, &f, d, key);
}

size_t
fact_text(book *b, size_t part, const document *d, const char *key)
{
    fact f = { .part = part, .scale = 1 };
    const char *text;
    size_t n;

    if (d == NULL || d->json == NULL)
        return NO_FACT;
    text = pp_json_text(d->json, key);
    if (text == NULL || *text == '\0')
        return NO_FACT;
    f.text = copy_text(b, text);
    n = add_fact(b, &f, d, key);
    if (n == NO_FACT)
        pp_free(f.text);
    return n;
}

size_t
fact_flag(book *b, size_t part, const document *d, const char *key)
{
    fact f = { .part = part, .scale = 1 };
    bool value;

    if (d == NULL || d->json == NULL || !pp_json_flag(d->json, key, &value))
        return NO_FACT;
    f.flag = value ? 2 : 1;
    return add_fact(b, &f, d, key);
}

size_t
fact_made(book *b, size_t part, double value, shown_as as, const char *how)
{
    const fact f = { .part = part, .decimals = as.decimals, .unit = as.unit,
                     .scale = as.scale != 0 ? as.scale : 1, .value = value,
                     .how = how };

    return add_fact(b, &f, NULL, NULL);
}

const char *
fact_shown(const fact *f, char text[PP_SHOWN_SIZE])
{
    if (f->flag != 0)
        return f->flag == 2 ? "yes" : "no";
    return f->decimals == SHOWN_EXACT
               ? pp_text_from_double(f->value, text)
               : pp_text_shown(f->value * f->scale, f->decimals, text);
}

/* ---- words ---- */

static void
append(book *b, words *w, const char *text, size_t n)
{
    if (!book_fine(b))
        return;
    if (w->text.size > 0)
        w->text.size--; /* its NUL */
    if (pp_bytes_append(&w->text, text, n, &b->failure) == PP_OK)
        (void)!pp_bytes_append(&w->text, "", 1, &b->failure);
}

void
say(book *b, words *w, const char *text)
{
    append(b, w, text, strlen(text));
}

void
say_fact(book *b, words *w, size_t f)
{
    char mark_text[32];

    if (f == NO_FACT) {
        say(b, w, "\xe2\x80\x93");
        return;
    }
    snprintf(mark_text, sizeof mark_text, "%c%zu%c", FACT_OPEN, f,
             FACT_CLOSE);
    say(b, w, mark_text);
}

/* Longest name in bytes that is shown within a sentence. */
#define NAME_LIMIT 240

void
say_name(book *b, words *w, const char *text)
{
    char *clean = pp_text_escape(text, strlen(text), NAME_LIMIT);

    if (clean == NULL && book_fine(b))
        pp_fail_memory(&b->failure);
    if (clean != NULL)
        say(b, w, clean);
    pp_free(clean);
}

bool
words_are_empty(const words *w)
{
    return w->text.size <= 1;
}

/* ---- tables, warnings, checks ---- */

table *
new_table(book *b, case_part *p, const char *id, const char *title,
          const char *document_name, const char *const *head, size_t ncolumn)
{
    table *t;

    if (!book_fine(b) ||
        pp_grow(&p->table, &p->table_capacity, p->ntable + 1,
                sizeof *p->table, &b->failure) != PP_OK)
        return NULL;
    t = &p->table[p->ntable++];
    memset(t, 0, sizeof *t);
    t->id = id;
    t->title = title;
    t->head = head;
    t->ncolumn = ncolumn;
    if (document_name != NULL)
        t->document = copy_text(b, document_name);
    return t;
}

words *
new_row(book *b, table *t)
{
    words *row;

    if (t == NULL || !book_fine(b) ||
        pp_grow(&t->cell, &t->capacity, (t->nrow + 1) * t->ncolumn,
                sizeof *t->cell, &b->failure) != PP_OK)
        return NULL;
    row = t->cell + t->nrow++ * t->ncolumn;
    memset(row, 0, t->ncolumn * sizeof *row);
    return row;
}

void
row_of(book *b, table *t, const char *name, size_t f)
{
    words *row = f == NO_FACT ? NULL : new_row(b, t);

    if (row == NULL)
        return;
    say(b, &row[0], name);
    say_fact(b, &row[1], f);
}

words *
new_warning(book *b, case_part *p)
{
    words **list = p != NULL ? &p->warning : &b->warning;
    size_t *n = p != NULL ? &p->nwarning : &b->nwarning;
    size_t *capacity = p != NULL ? &p->warning_capacity
                                 : &b->warning_capacity;

    if (!book_fine(b) ||
        pp_grow(list, capacity, *n + 1, sizeof **list, &b->failure) != PP_OK)
        return NULL;
    memset(&(*list)[*n], 0, sizeof **list);
    return &(*list)[(*n)++];
}

check *
new_check(book *b, case_part *p, const char *id, const char *title)
{
    check *c;

    if (!book_fine(b) ||
        pp_grow(&p->check, &p->check_capacity, p->ncheck + 1,
                sizeof *p->check, &b->failure) != PP_OK)
        return NULL;
    c = &p->check[p->ncheck++];
    memset(c, 0, sizeof *c);
    c->id = id;
    c->title = title;
    c->m = MARK_UNSEEN;
    return c;
}

/* ---- documents ---- */

const document *
doc_named(const case_part *p, const char *name)
{
    for (size_t n = 0; name != NULL && n < p->ndoc; n++)
        if (strcmp(p->doc[n].name, name) == 0)
            return &p->doc[n];
    return NULL;
}

const document *
doc_of_tool(const case_part *p, const char *tool)
{
    for (size_t n = p->nstep; n-- > 0;)
        if (p->step[n].tool != NULL && strcmp(p->step[n].tool, tool) == 0) {
            const document *d = doc_named(p, p->step[n].document);

            if (d != NULL && d->json != NULL)
                return d;
        }
    return NULL;
}

const document *
doc_that_tells(const case_part *p, const char *tool, const char *key)
{
    for (size_t n = p->nstep; n-- > 0;) {
        const document *d = doc_named(p, p->step[n].document);

        if (d != NULL && d->json != NULL && p->step[n].tool != NULL &&
            strcmp(p->step[n].tool, tool) == 0 &&
            pp_json_length_at(d->json, key) > 0)
            return d;
    }
    return NULL;
}

const document *
doc_of_first(const case_part *p, const char *tool)
{
    for (size_t n = 0; n < p->nstep; n++)
        if (p->step[n].tool != NULL && strcmp(p->step[n].tool, tool) == 0)
            return doc_named(p, p->step[n].document);
    return NULL;
}

const document *
walls_of(const case_part *p)
{
    const document *d = doc_named(p, "thickness.json");

    return d != NULL && d->json != NULL &&
                   pp_json_length_at(d->json, "walls") > 0
               ? d
               : doc_of_tool(p, "meshshell");
}

const document *
forecast_of(const case_part *p, bool reduced)
{
    for (size_t n = p->ndoc; n-- > 0;) {
        const double scale = doc_number(&p->doc[n], "forecast/scale");

        if (isfinite(scale) && (scale < 1) == reduced)
            return &p->doc[n];
    }
    return NULL;
}

double
doc_number(const document *d, const char *key)
{
    double value;

    return d != NULL && d->json != NULL && pp_json_number(d->json, key, &value)
               ? value
               : (double)NAN;
}

bool
doc_flag(const document *d, const char *key, bool otherwise)
{
    bool value = otherwise;

    if (d != NULL && d->json != NULL)
        (void)pp_json_flag(d->json, key, &value);
    return value;
}

/* ---- the end of it ---- */

static void
free_table(table *t)
{
    for (size_t n = 0; n < t->nrow * t->ncolumn; n++)
        pp_bytes_free(&t->cell[n].text);
    pp_free(t->cell);
    pp_free(t->document);
    pp_bytes_free(&t->note.text);
}

static void
free_words(words *w, size_t n)
{
    for (size_t k = 0; k < n; k++)
        pp_bytes_free(&w[k].text);
    pp_free(w);
}

static void
free_steps(case_part *p)
{
    for (size_t n = 0; n < p->nstep; n++) {
        pp_free(p->step[n].tool);
        pp_free(p->step[n].document);
        pp_free(p->step[n].mesh);
        pp_free(p->step[n].command);
        pp_free(p->step[n].reason);
    }
    pp_free(p->step);
    for (size_t n = 0; n < p->nfile; n++)
        pp_free(p->file[n].name);
    pp_free(p->file);
    for (size_t n = 0; n < p->ndoc; n++) {
        pp_free(p->doc[n].name);
        pp_free(p->doc[n].trouble);
        pp_json_document_free(p->doc[n].json);
    }
    pp_free(p->doc);
}

static void
free_part(case_part *p)
{
    free_steps(p);
    for (size_t n = 0; n < p->ncheck; n++)
        pp_bytes_free(&p->check[n].said.text);
    pp_free(p->check);
    for (size_t n = 0; n < p->ntable; n++)
        free_table(&p->table[n]);
    pp_free(p->table);
    free_words(p->warning, p->nwarning);
    for (size_t n = 0; n < NPICTURE; n++)
        pp_bytes_free(&p->picture[n]);
    pp_bytes_free(&p->picture_note.text);
    pp_bytes_free(&p->view_note.text);
    pp_bytes_free(&p->view);
    pp_free(p->folder);
}

void
book_free(book *b)
{
    for (size_t n = 0; n < b->npart; n++)
        free_part(&b->part[n]);
    pp_free(b->part);
    for (size_t n = 0; n < b->nfact; n++) {
        pp_free(b->fact[n].document);
        pp_free(b->fact[n].key);
        pp_free(b->fact[n].text);
    }
    pp_free(b->fact);
    free_table(&b->header);
    free_table(&b->settings);
    free_table(&b->inputs);
    free_words(b->warning, b->nwarning);
    pp_json_document_free(b->own.json);
    pp_free(b->own.name);
    memset(b, 0, sizeof *b);
}
