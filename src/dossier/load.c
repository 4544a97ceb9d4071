/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * load.c - case.json and the documents that it names
 *
 * case.json is hostile input like any other: its names must be names of files
 * that lie in the case (base/inside.h). One that is not ends all; one that is
 * missing is told.
 */
#include "dossier/book.h"

#include "base/alloc.h"
#include "base/inside.h"
#include "shim/sha256.h"

#include <stdio.h>

#define DOCUMENT_LIMIT ((size_t)64 << 20) /* bytes of a JSON document */
#define PART_LIMIT 1000
#define KEY_SIZE 128

/* ---- values of case.json ---- */

/* Member of item k of a list of part n. */
static const char *
text_at(const book *b, size_t n, const char *list, size_t k,
        const char *member)
{
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "parts/%zu/%s/%zu/%s", n, list, k, member);
    return pp_json_text(b->own.json, key);
}

static size_t
length_at(const book *b, size_t n, const char *list)
{
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "parts/%zu/%s", n, list);
    return pp_json_length_at(b->own.json, key);
}

/* 0, 1 or 2; what says nothing is the worst. */
static int
status_at(const book *b, const char *key)
{
    const double status = doc_number(&b->own, key);

    return status == 0 ? 0 : status == 1 ? 1 : 2;
}

static pp_status
refuse(pp_error *err, size_t n, const char *what)
{
    return pp_fail(err, PP_EFORMAT, "case.json: part %zu of parts: %s", n + 1,
                   what);
}

/* A copy of the name at key when it may be one; NULL in *name for none. */
static pp_status
take_name(const book *b, const char *key, size_t n, char **name,
          pp_error *err)
{
    const char *text = pp_json_text(b->own.json, key);

    *name = NULL;
    if (text == NULL)
        return PP_OK;
    if (!pp_inside_is_name(text))
        return refuse(err, n, "names a file that does not lie in the case");
    *name = pp_strdup(text);
    return *name != NULL ? PP_OK : pp_fail_memory(err);
}

/* ---- files ---- */

static pp_status
refuse_link(pp_error *err, size_t n, const char *name)
{
    char what[2 * PP_INSIDE_NAME];

    snprintf(what, sizeof what, "'%s' or its folder is a symbolic link",
             name);
    err->status = PP_OK;
    return refuse(err, n, what);
}

/* Reads one of the case's files; *missing says why not when that is no end. */
static pp_status
read_file(const book *b, size_t n, const char *name, size_t limit,
          pp_bytes *bytes, pp_error *missing, pp_error *err)
{
    memset(missing, 0, sizeof *missing);
    if (pp_inside_read(b->folder, b->part[n].folder, name, limit, bytes,
                       missing) == PP_EUNSUPPORTED)
        return refuse_link(err, n, name);
    if (missing->status == PP_ENOMEM)
        return pp_fail_memory(err);
    return PP_OK;
}

/* A document that says which tool made it; the reason in trouble else. */
static void
parse(document *d, const pp_bytes *bytes, pp_error *why)
{
    double version;

    if (pp_json_parse(bytes->data, bytes->size, &d->json, why) != PP_OK)
        return;
    if (!pp_json_number(d->json, "printprep_json", &version) || version != 1)
        pp_fail(why, PP_EFORMAT, "no document of this family: printprep_json "
                "is not 1");
    if (why->status != PP_OK) {
        pp_json_document_free(d->json);
        d->json = NULL;
    }
}

/* optional: one that is not there is no trouble, and not kept. */
static pp_status
add_document(book *b, size_t n, const char *name, bool optional,
             pp_error *err)
{
    case_part *p = &b->part[n];
    pp_bytes bytes = { 0 };
    document *d;
    pp_error why;

    if (doc_named(p, name) != NULL)
        return PP_OK;
    if (read_file(b, n, name, DOCUMENT_LIMIT, &bytes, &why, err) != PP_OK ||
        (optional && why.status != PP_OK))
        return err->status;
    if (pp_grow(&p->doc, &p->doc_capacity, p->ndoc + 1, sizeof *p->doc,
                err) != PP_OK)
        goto done;
    d = &p->doc[p->ndoc++];
    memset(d, 0, sizeof *d);
    if (why.status == PP_OK)
        parse(d, &bytes, &why);
    p->there = p->there || d->json != NULL;
    d->name = pp_strdup(name);
    if (why.status != PP_OK)
        d->trouble = pp_strdup(why.message);
    if (d->name == NULL || (why.status != PP_OK && d->trouble == NULL))
        pp_fail_memory(err);
done:
    pp_bytes_free(&bytes);
    return err->status;
}

/* Is the file what case.json says it is? */
static pp_status
add_file(book *b, size_t n, size_t k, pp_error *err)
{
    const char *told = text_at(b, n, "files", k, "sha256");
    listed_file *f = &b->part[n].file[k];
    pp_bytes bytes = { 0 };
    char key[KEY_SIZE], sum[65];
    pp_error why;

    snprintf(key, sizeof key, "parts/%zu/files/%zu/name", n, k);
    if (take_name(b, key, n, &f->name, err) != PP_OK)
        return err->status;
    if (f->name == NULL)
        return refuse(err, n, "a file has no name");
    if (read_file(b, n, f->name, 0, &bytes, &why, err) != PP_OK)
        return err->status;
    f->state = FILE_MISSING;
    if (why.status == PP_OK) {
        pp_sha256(bytes.data, bytes.size, sum);
        f->state = told != NULL && strcmp(told, sum) == 0 ? FILE_SAME
                                                          : FILE_ALTERED;
    }
    pp_bytes_free(&bytes);
    return PP_OK;
}

/* ---- parts ---- */

static pp_status
copy_or_null(const char *text, char **copy, pp_error *err)
{
    *copy = NULL;
    if (text == NULL)
        return PP_OK;
    *copy = pp_strdup(text);
    return *copy != NULL ? PP_OK : pp_fail_memory(err);
}

static pp_status
load_step(book *b, size_t n, size_t k, pp_error *err)
{
    case_step *s = &b->part[n].step[k];
    char key[KEY_SIZE];

    s->index = k;
    snprintf(key, sizeof key, "parts/%zu/steps/%zu/status", n, k);
    s->status = status_at(b, key);
    snprintf(key, sizeof key, "parts/%zu/steps/%zu/document", n, k);
    if (take_name(b, key, n, &s->document, err) != PP_OK)
        return err->status;
    snprintf(key, sizeof key, "parts/%zu/steps/%zu/mesh", n, k);
    if (take_name(b, key, n, &s->mesh, err) != PP_OK ||
        copy_or_null(text_at(b, n, "steps", k, "tool"), &s->tool,
                     err) != PP_OK ||
        copy_or_null(text_at(b, n, "steps", k, "command"),
                     &s->command, err) != PP_OK ||
        copy_or_null(text_at(b, n, "steps", k, "reason"),
                     &s->reason, err) != PP_OK)
        return err->status;
    return s->document != NULL
               ? add_document(b, n, s->document, false, err)
               : PP_OK;
}

static pp_status
load_lists(book *b, size_t n, pp_error *err)
{
    case_part *p = &b->part[n];
    const size_t nstep = length_at(b, n, "steps");
    const size_t nfile = length_at(b, n, "files");

    p->step = pp_alloc_zero(nstep, sizeof *p->step);
    p->file = pp_alloc_zero(nfile, sizeof *p->file);
    if (p->step == NULL || p->file == NULL)
        return pp_fail_memory(err);
    p->nstep = nstep;
    p->nfile = nfile;
    for (size_t k = 0; k < nstep; k++)
        if (load_step(b, n, k, err) != PP_OK)
            return err->status;
    for (size_t k = 0; k < nfile; k++)
        if (add_file(b, n, k, err) != PP_OK)
            return err->status;
    return PP_OK;
}

static pp_status
load_part(book *b, size_t n, pp_error *err)
{
    case_part *p = &b->part[n];
    char key[KEY_SIZE];

    p->index = n;
    snprintf(key, sizeof key, "parts/%zu/folder", n);
    if (take_name(b, key, n, &p->folder, err) != PP_OK)
        return err->status;
    if (p->folder == NULL)
        return refuse(err, n, "has no folder");
    snprintf(key, sizeof key, "parts/%zu/status", n);
    p->status = status_at(b, key);
    snprintf(key, sizeof key, "parts/%zu/name", n);
    p->name = fact_text(b, n, &b->own, key);
    snprintf(key, sizeof key, "parts/%zu/label", n);
    p->label = fact_number(b, n, &b->own, key, (shown_as){ 0 });
    if (load_lists(b, n, err) != PP_OK ||
        add_document(b, n, "thickness.json", true, err) != PP_OK ||
        add_document(b, n, "deviation.json", true, err) != PP_OK)
        return err->status;
    return PP_OK;
}

static pp_status
load_case(book *b, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_error why = { 0 };

    b->own.name = pp_strdup("case.json");
    if (b->own.name == NULL)
        return pp_fail_memory(err);
    if (pp_inside_read(b->folder, NULL, "case.json", DOCUMENT_LIMIT, &bytes,
                       &why) == PP_OK)
        parse(&b->own, &bytes, &why);
    pp_bytes_free(&bytes);
    if (why.status != PP_OK)
        return pp_fail(err, why.status, "case.json: %s", why.message);
    if (pp_json_text(b->own.json, "case") == NULL)
        return pp_fail(err, PP_EFORMAT, "case.json: is not about a case");
    b->status = status_at(b, "status");
    return PP_OK;
}

pp_status
book_load(book *b)
{
    pp_error *err = &b->failure;
    size_t n;

    if (load_case(b, err) != PP_OK)
        return err->status;
    n = pp_json_length_at(b->own.json, "parts");
    if (n > PART_LIMIT)
        return pp_fail(err, PP_ELIMIT, "case.json: more than %d parts",
                       PART_LIMIT);
    b->part = pp_alloc_zero(n, sizeof *b->part);
    if (b->part == NULL)
        return pp_fail_memory(err);
    b->npart = n;
    for (n = 0; n < b->npart; n++)
        if (load_part(b, n, err) != PP_OK)
            return err->status;
    return PP_OK;
}
