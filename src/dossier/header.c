/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * header.c - what the case is: its hash, what was asked, its inputs; and what
 * all of it comes to
 */
#include "dossier/book.h"

#include <stdio.h>

#define KEY_SIZE 200
#define MOST_ROWS 200

/* Whatever stands at key: a text, a number as it is, or a truth value. */
static size_t
fact_any(book *b, const char *key)
{
    double value;

    if (pp_json_text(b->own.json, key) != NULL)
        return fact_text(b, CASE_PART, &b->own, key);
    if (pp_json_number(b->own.json, key, &value))
        return fact_number(b, CASE_PART, &b->own, key,
                           (shown_as){ SHOWN_EXACT, NULL, 1 });
    return fact_flag(b, CASE_PART, &b->own, key);
}

static void
start_table(table *t, const char *id, const char *title,
            const char *const *head, size_t ncolumn)
{
    t->id = id;
    t->title = title;
    t->head = head;
    t->ncolumn = ncolumn;
}

static void
tell_case(book *b)
{
    static const char *const head[] = { "about", "value" };
    table *t = &b->header;
    const size_t date = fact_text(b, CASE_PART, &b->own, "date");
    words *row;

    start_table(t, "case", "The case", head, 2);
    row_of(b, t, "case", fact_text(b, CASE_PART, &b->own, "case"));
    row = new_row(b, t);
    if (row == NULL)
        return;
    say(b, &row[0], "date");
    if (date == NO_FACT)
        say(b, &row[1], "none was given");
    else
        say_fact(b, &row[1], date);
    row_of(b, t, "made with printprep",
           fact_text(b, CASE_PART, &b->own, "version"));
    row_of(b, t, "status of the case",
           fact_number(b, CASE_PART, &b->own, "status", (shown_as){ 0 }));
    row_of(b, t, "complete", fact_flag(b, CASE_PART, &b->own, "complete"));
}

/* Only when case.json has it: then marked as what it is. */
static void
tell_identity(book *b)
{
    const char *key;

    for (size_t n = 0; n < MOST_ROWS; n++) {
        char path[KEY_SIZE];
        words *row;
        size_t f;

        key = pp_json_key_at(b->own.json, "identity", n);
        if (key == NULL)
            return;
        snprintf(path, sizeof path, "identity/%s", key);
        f = fact_any(b, path);
        row = f == NO_FACT ? NULL : new_row(b, &b->header);
        if (row == NULL)
            continue;
        b->has_identity = true;
        say(b, &row[0], "IDENTITY, from the DICOM header: ");
        say_name(b, &row[0], key);
        say_fact(b, &row[1], f);
    }
}

/* A setting is a value, or an object of a value and where it came from. */
static void
tell_settings(book *b)
{
    static const char *const head[] = { "setting", "value", "from" };
    table *t = &b->settings;
    const char *key;

    start_table(t, "settings", "What was asked", head, 3);
    for (size_t n = 0; n < MOST_ROWS; n++) {
        char path[KEY_SIZE], deeper[KEY_SIZE + 8];
        size_t f;
        words *row;

        key = pp_json_key_at(b->own.json, "settings", n);
        if (key == NULL)
            return;
        snprintf(path, sizeof path, "settings/%s", key);
        f = fact_any(b, path);
        if (f == NO_FACT) {
            snprintf(deeper, sizeof deeper, "%s/value", path);
            f = fact_any(b, deeper);
        }
        row = f == NO_FACT ? NULL : new_row(b, t);
        if (row == NULL)
            continue;
        say_name(b, &row[0], key);
        say_fact(b, &row[1], f);
        snprintf(deeper, sizeof deeper, "%s/from", path);
        f = fact_any(b, deeper);
        if (f == NO_FACT) {
            snprintf(deeper, sizeof deeper, "settings_from/%s", key);
            f = fact_any(b, deeper);
        }
        say_fact(b, &row[2], f);
    }
}

static void
tell_inputs(book *b)
{
    static const char *const head[] = { "input", "kind", "SHA-256" };
    static const char *const of[] = { "role", "kind", "file_sha256" };
    const size_t ninput = pp_json_length_at(b->own.json, "inputs");

    start_table(&b->inputs, "inputs", "Inputs", head, 3);
    for (size_t n = 0; n < ninput && n < MOST_ROWS; n++) {
        words *row = new_row(b, &b->inputs);

        for (size_t c = 0; c < 3 && row != NULL; c++) {
            char key[KEY_SIZE];

            snprintf(key, sizeof key, "inputs/%zu/%s", n, of[c]);
            say_fact(b, &row[c], fact_text(b, CASE_PART, &b->own, key));
        }
    }
}

/* What is left to look at makes the status at least 1. */
static void
conclude(book *b)
{
    const size_t reason = fact_text(b, CASE_PART, &b->own, "reason");

    for (size_t n = 0; n < b->npart; n++) {
        const case_part *p = &b->part[n];

        if (p->status > b->status)
            b->status = p->status;
        if (p->worst == MARK_FAIL && b->status == 0)
            b->status = 1;
    }
    if (!doc_flag(&b->own, "complete", true)) {
        words *w = new_warning(b, NULL);

        if (w != NULL)
            say(b, w, "The case is not finished: printprep run stopped before "
                "its end.");
        b->status = 2;
    }
    if (b->npart == 0) {
        words *w = new_warning(b, NULL);

        if (w != NULL)
            say(b, w, "The case has no parts: nothing was made.");
        if (w != NULL && reason != NO_FACT) {
            say(b, w, " ");
            say_fact(b, w, reason);
        }
        b->status = b->status > 1 ? b->status : 1;
    }
}

void
book_header(book *b)
{
    tell_case(b);
    tell_identity(b);
    tell_settings(b);
    tell_inputs(b);
    conclude(b);
}
