/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sign.c - the hashes of all files of a case, under a person's name
 *
 * No cryptographic signature: it shows that files are those that somebody
 * looked at, not who it was. Names of files are paths below the case's folder.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "base/file.h"
#include "shim/json.h"
#include "shim/sha256.h"

#include <stdlib.h>
#include <string.h>

#define MOST_SIGNED 1000000

void
pp_signature_free(pp_signature *s)
{
    for (size_t i = 0; i < s->nfile; i++)
        pp_free(s->file[i].name);
    pp_free(s->file);
    pp_free(s->by);
    pp_free(s->date);
    pp_free(s->note);
    memset(s, 0, sizeof *s);
}

static pp_status
add_file(pp_signature *s, const char *name, const char *sha256, uint64_t size,
         pp_error *err)
{
    pp_signed_file *f;

    if (pp_grow(&s->file, &s->capacity, s->nfile + 1, sizeof *s->file, err) !=
        PP_OK)
        return err->status;
    f = &s->file[s->nfile];
    f->name = pp_strdup(name);
    if (f->name == NULL)
        return pp_fail_memory(err);
    memcpy(f->sha256, sha256, 65);
    f->size = size;
    s->nfile++;
    return PP_OK;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const pp_signed_file *)a)->name,
                  ((const pp_signed_file *)b)->name);
}

pp_status
pp_signature_collect(const char *folder, pp_signature *s, pp_error *err)
{
    const size_t skip = strlen(folder) + 1;
    char **path = NULL;
    size_t n = 0;

    if (pp_file_tree_hidden(folder, &path, &n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n && err->status == PP_OK; i++) {
        const char *name = path[i] + skip;
        pp_error why = { 0 };
        char hash[65];
        uint64_t size;

        if (strcmp(name, PP_SIGNATURE_NAME) == 0)
            continue;
        if (pp_hash_file(path[i], hash, &size, &why) != PP_OK)
            pp_fail(err, why.status, "%s: %s", name, why.message);
        else
            (void)!add_file(s, name, hash, size, err);
    }
    pp_file_list_free(path, n);
    if (s->nfile > 0)
        qsort(s->file, s->nfile, sizeof *s->file, by_name);
    if (err->status != PP_OK)
        pp_signature_free(s);
    return err->status;
}

/* A hash over all that the signature says: slips of an editor show. */
static void
seal(const pp_signature *s, char hex[65])
{
    const char *const text[] = { s->id, s->by, s->date, s->note };
    pp_sha256_sum sum;

    pp_sha256_start(&sum);
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        if (text[i] != NULL)
            pp_sha256_add(&sum, text[i], strlen(text[i]));
        pp_sha256_add(&sum, text[i] != NULL ? "" : "\n", 1);
    }
    for (size_t i = 0; i < s->nfile; i++) {
        pp_sha256_add(&sum, s->file[i].name, strlen(s->file[i].name) + 1);
        pp_sha256_add(&sum, s->file[i].sha256, 64);
    }
    pp_sha256_end(&sum, hex);
}

static void
text_or_null(pp_json *j, const char *key, const char *text)
{
    if (text != NULL)
        pp_json_string(j, key, text);
    else
        pp_json_null(j, key);
}

void
pp_signature_json(const pp_signature *s, pp_json *j)
{
    char hex[65];

    pp_json_string(j, "case", s->id);
    pp_json_string(j, "by", s->by);
    text_or_null(j, "date", s->date);
    text_or_null(j, "note", s->note);
    pp_json_array(j, "files");
    for (size_t i = 0; i < s->nfile; i++) {
        pp_json_object(j, NULL);
        pp_json_string(j, "name", s->file[i].name);
        pp_json_string(j, "sha256", s->file[i].sha256);
        pp_json_count(j, "bytes", (size_t)s->file[i].size);
        pp_json_end(j);
    }
    pp_json_end(j);
    seal(s, hex);
    pp_json_string(j, "seal", hex);
}

static char *
copy_of(const pp_json_document *d, const char *key, pp_error *err)
{
    const char *text = pp_json_text(d, key);
    char *copy = text != NULL ? pp_strdup(text) : NULL;

    if (text != NULL && copy == NULL)
        pp_fail_memory(err);
    return copy;
}

static pp_status
parse(const pp_json_document *d, pp_signature *s, pp_error *err)
{
    const char *command = pp_json_text(d, "command");
    const char *id = pp_json_text(d, "case"), *sealed;
    char hex[65];

    s->by = copy_of(d, "by", err);
    s->date = copy_of(d, "date", err);
    s->note = copy_of(d, "note", err);
    if (err->status != PP_OK)
        return err->status;
    if (command == NULL || strcmp(command, "sign") != 0 || s->by == NULL ||
        id == NULL || strlen(id) != 16)
        return pp_fail(err, PP_EFORMAT, "is no signature of printprep sign");
    memcpy(s->id, id, 17);
    for (size_t i = 0; i < MOST_SIGNED && err->status == PP_OK; i++) {
        const char *name, *hash;
        char at[64];
        double bytes;

        snprintf(at, sizeof at, "files/%zu/name", i);
        name = pp_json_text(d, at);
        if (name == NULL)
            break;
        snprintf(at, sizeof at, "files/%zu/sha256", i);
        hash = pp_json_text(d, at);
        snprintf(at, sizeof at, "files/%zu/bytes", i);
        if (*name == '\0' || !plan_is_hash(hash) ||
            !pp_json_number(d, at, &bytes) || !(bytes >= 0 && bytes < 1e15))
            return pp_fail(err, PP_EFORMAT, "files/%zu: is no signed file", i);
        (void)!add_file(s, name, hash, (uint64_t)bytes, err);
    }
    if (s->nfile > 0)
        qsort(s->file, s->nfile, sizeof *s->file, by_name);
    seal(s, hex);
    sealed = pp_json_text(d, "seal");
    s->seal_holds = sealed != NULL && strcmp(sealed, hex) == 0;
    return err->status;
}

pp_status
pp_signature_parse(const void *data, size_t size, pp_signature *s,
                   pp_error *err)
{
    pp_json_document *d;

    memset(s, 0, sizeof *s);
    if (pp_json_parse(data, size, &d, err) != PP_OK)
        return err->status;
    if (parse(d, s, err) != PP_OK)
        pp_signature_free(s);
    pp_json_document_free(d);
    return err->status;
}

size_t
pp_signature_compare(const pp_signature *was, const pp_signature *now,
                     pp_signature_tell tell, void *state)
{
    size_t i = 0, k = 0, n = 0;

    while (i < was->nfile || k < now->nfile) {
        const int order =
            i == was->nfile   ? 1
            : k == now->nfile ? -1
                              : strcmp(was->file[i].name, now->file[k].name);

        if (order < 0) {
            tell("removed", was->file[i++].name, state);
            n++;
        } else if (order > 0) {
            tell("added", now->file[k++].name, state);
            n++;
        } else {
            if (strcmp(was->file[i].sha256, now->file[k].sha256) != 0) {
                tell("changed", was->file[i].name, state);
                n++;
            }
            i++;
            k++;
        }
    }
    return n;
}

size_t
pp_signature_against_case(const pp_case *c, const pp_signature *now,
                          pp_signature_tell tell, void *state)
{
    size_t n = 0;

    for (size_t i = 0; i < c->npart; i++)
        for (size_t k = 0; k < c->part[i].nfile; k++) {
            const pp_case_file *f = &c->part[i].file[k];
            char name[512];
            pp_signed_file wanted = { .name = name };
            const pp_signed_file *found;

            snprintf(name, sizeof name, "%s/%s", c->part[i].folder, f->name);
            found = now->nfile > 0
                        ? bsearch(&wanted, now->file, now->nfile,
                                  sizeof *now->file, by_name)
                        : NULL;
            if (found == NULL || strcmp(found->sha256, f->sha256) != 0) {
                tell(found == NULL ? "missing" : "changed", name, state);
                n++;
            }
        }
    return n;
}
