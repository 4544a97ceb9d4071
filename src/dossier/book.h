/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * book.h - what a dossier says, before it is HTML or JSON; only dossier/
 * includes this
 *
 * A book holds facts (a number or a text, the document and the key that it
 * came from), and words, tables and charts that refer to them. Both writers
 * walk the same book, so that the page cannot say what dossier.json does not.
 */
#ifndef PP_DOSSIER_BOOK_H
#define PP_DOSSIER_BOOK_H

#include "base/bytes.h"
#include "base/text.h"
#include "mesh/mesh.h"
#include "render/render.h"
#include "shim/json.h"

#include <stdbool.h>

#define NO_FACT ((size_t)-1)
#define CASE_PART ((size_t)-1) /* a fact of the whole case */

/* What a check came to, worst first. */
typedef enum { MARK_FAIL, MARK_UNSURE, MARK_UNSEEN, MARK_PASS } mark;

const char *mark_name(mark m); /* "fail", "indeterminate", ... */

typedef struct {
    size_t part;    /* or CASE_PART */
    char *document; /* a file's name; NULL: made here, see how */
    char *key;      /* path in it */
    const char *how; /* static; NULL: as it stands in the document */
    char *text;     /* a text; NULL: a number or a truth value */
    int flag;       /* 1 and 2: a truth value, false and true */
    double value;
    int scale;      /* shown times this: 100 for percent */
    int decimals;   /* or SHOWN_EXACT */
    const char *unit; /* static, or NULL */
} fact;

#define SHOWN_EXACT (-1) /* the shortest text that reads back */

/*
 * Words: UTF-8 in which FACT_OPEN, decimal digits and FACT_CLOSE stand for a
 * fact. Text of others never holds these bytes.
 */
#define FACT_OPEN '\x01'
#define FACT_CLOSE '\x02'

typedef struct {
    pp_bytes text; /* ends with NUL when not empty */
} words;

/* One column may hold bars: facts drawn as lengths. */
typedef struct {
    const char *id;    /* static: anchor within the part */
    const char *title; /* static */
    char *document;    /* caption: where the numbers are from; or NULL */
    const char *const *head;
    size_t ncolumn;
    words *cell;       /* nrow x ncolumn */
    size_t nrow, capacity;
    words note;
} table;

typedef struct {
    const char *id, *title;
    mark m;
    words said;
    const char *anchor; /* the table that shows it, or NULL */
    bool aside; /* of another print: no part of the verdict on this one */
} check;

typedef struct {
    char *name;   /* of the file */
    pp_json_document *json; /* NULL: cannot be read */
    char *trouble;
} document;

typedef struct {
    char *tool, *document, *mesh, *command, *reason;
    int status;
    size_t index; /* in case.json */
} case_step;

typedef enum { FILE_SAME, FILE_ALTERED, FILE_MISSING } file_state;

typedef struct {
    char *name;
    file_state state;
} listed_file;

#define NQUANTITY 2 /* thickness, deviation */

typedef struct {
    bool there;
    double low, high, mark; /* of the colours; mark NAN: none */
    size_t fact_low, fact_high, fact_mark;
} colours;

#define NPICTURE ((1 + NQUANTITY) * PP_NVIEW)

typedef struct {
    char *folder;
    size_t name, label; /* facts */
    size_t index;       /* in case.json */
    int status;         /* as case.json says */
    bool there;
    document *doc;
    size_t ndoc, doc_capacity;
    case_step *step;
    size_t nstep;
    listed_file *file;
    size_t nfile;
    check *check;
    size_t ncheck, check_capacity;
    table *table;
    size_t ntable, table_capacity;
    words *warning;     /* worst first */
    size_t nwarning, warning_capacity;
    mark worst;
    colours colour[NQUANTITY];
    pp_bytes picture[NPICTURE]; /* PNG; row by row: shape, thickness, ... */
    size_t bar;         /* fact: length of the scale bar */
    words picture_note, view_note;
    pp_bytes view;      /* the copy for the viewer; see view.c */
} case_part;

typedef struct {
    const char *folder; /* of the case */
    const char *version;
    document own;        /* case.json */
    fact *fact;
    size_t nfact, fact_capacity;
    bool has_identity;
    table header, settings, inputs;
    words *warning; /* of the case as a whole */
    size_t nwarning, warning_capacity;
    case_part *part;
    size_t npart;
    int status; /* as case.json says; book_header makes it what was found */
    pp_error failure; /* the first; all that follows is skipped */
} book;

/** False once something failed. */
static inline bool
book_fine(const book *b)
{
    return b->failure.status == PP_OK;
}

void book_free(book *b);

/* ---- facts (book.c); NO_FACT when the document has none such ---- */

/* How a number is shown. */
typedef struct {
    int decimals;
    const char *unit;
    int scale; /* 0: 1 */
} shown_as;

/** The number at key of a part's document. */
size_t fact_number(book *b, size_t part, const document *d, const char *key,
                   shown_as as);
/** The text at key; empty ones are none. */
size_t fact_text(book *b, size_t part, const document *d, const char *key);
/** The truth value at key. */
size_t fact_flag(book *b, size_t part, const document *d, const char *key);
/** What is no number of a document, and how it was come by. */
size_t fact_made(book *b, size_t part, double value, shown_as as,
                 const char *how);

/** The text of a fact's number as it is shown, without its unit. */
const char *fact_shown(const fact *f, char text[PP_SHOWN_SIZE]);

/* ---- words (book.c) ---- */

/** Appends static text, %s for nothing else; facts with their units. */
void say(book *b, words *w, const char *text);
void say_fact(book *b, words *w, size_t f);
/** Text of others: cleaned. */
void say_name(book *b, words *w, const char *text);
bool words_are_empty(const words *w);

/* ---- tables ---- */

/** A new table of a part; NULL when memory ran out. */
table *new_table(book *b, case_part *p, const char *id, const char *title,
                 const char *document_name, const char *const *head,
                 size_t ncolumn);
/** The cells of a new row, ncolumn of them, or NULL. */
words *new_row(book *b, table *t);
/** A row of a name and one fact; nothing for NO_FACT. */
void row_of(book *b, table *t, const char *name, size_t f);

words *new_warning(book *b, case_part *p); /* p NULL: of the case; or NULL */
check *new_check(book *b, case_part *p, const char *id, const char *title);

/* ---- documents ---- */

/** The document of the last step of a tool, or NULL. */
const document *doc_of_tool(const case_part *p, const char *tool);
/** The document of the last step of a tool that has something at key. */
const document *doc_that_tells(const case_part *p, const char *tool,
                               const char *key);
/** The document of the first step of a tool, or NULL. */
const document *doc_of_first(const case_part *p, const char *tool);
const document *doc_named(const case_part *p, const char *name);
/** Where the walls of what is printed were measured, or NULL. */
const document *walls_of(const case_part *p);
/** The check with a printer's forecast: at full or at reduced scale. */
const document *forecast_of(const case_part *p, bool reduced);
double doc_number(const document *d, const char *key); /* NAN: none */
bool doc_flag(const document *d, const char *key, bool otherwise);

/* ---- the stages, in order ---- */

pp_status book_load(book *b);           /* load.c */
void book_tell(book *b, size_t part);   /* tell.c: tables */
void book_judge(book *b, size_t part);  /* judge.c: checks, warnings */
void book_draw(book *b, size_t part);   /* draw.c: pictures, view.c */
void book_header(book *b);              /* header.c */

/** The copy of a mesh for the viewer, and its values. */
typedef struct {
    const pp_mesh *mesh;
    const float *value[NQUANTITY]; /* per vertex, or NULL */
    size_t most_facets;
} view_source;

typedef struct {
    size_t facets, vertices;
    double apart_mm; /* no vertex of the copy is farther from the mesh */
} view_told;

pp_status view_make(const view_source *from, const colours colour[NQUANTITY],
                    pp_bytes *out, view_told *told, pp_error *err) PP_MUST_USE;

pp_status write_html(book *b, pp_bytes *out, pp_error *err) PP_MUST_USE;
pp_status write_json(book *b, pp_bytes *out, pp_error *err) PP_MUST_USE;

#endif
