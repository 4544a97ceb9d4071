/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parse.c - case.json read again, to resume a case or to hold it against its
 * files
 *
 * The file may come from anywhere: names must stay within the part's folder,
 * hashes must be hashes, and everything that is counted is bounded.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "shim/json.h"

#include <string.h>

#define MOST_PARTS 65536
#define MOST_FILES 1024

bool
plan_is_name(const char *name)
{
    return name != NULL && *name != '\0' && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0 && strchr(name, '/') == NULL;
}

bool
plan_is_hash(const char *text)
{
    return text != NULL && strlen(text) == 64 &&
           strspn(text, "0123456789abcdef") == 64;
}

static bool
read_number(const pp_json_document *d, const char *path, const char *key,
            double *value)
{
    char at[160];

    snprintf(at, sizeof at, "%s/%s", path, key);
    return pp_json_number(d, at, value);
}

static const char *
read_text(const pp_json_document *d, const char *path, const char *key)
{
    char at[160];

    snprintf(at, sizeof at, "%s/%s", path, key);
    return pp_json_text(d, at);
}

/* 0, 1, 2, or -1 when it is null or absent. */
static bool
read_status(const pp_json_document *d, const char *path, int *status)
{
    double value;

    *status = -1;
    if (!read_number(d, path, "status", &value))
        return true;
    *status = (int)value;
    return value == 0 || value == 1 || value == 2;
}

/* The family's programs: a step's tool is static text. */
static const char *
known_tool(const char *name)
{
    static const char *const tool[] = { "mask2stl",    "meshfix",
                                        "meshshell",   "meshcheck",
                                        "meshmeasure", "meshconv",
                                        "meshmask" };

    for (size_t i = 0; name != NULL && i < sizeof tool / sizeof *tool; i++)
        if (strcmp(name, tool[i]) == 0)
            return tool[i];
    return NULL;
}

static pp_status
parse_step(const pp_json_document *d, const char *at, pp_case_step *s,
           pp_error *err)
{
    const char *document = read_text(d, at, "document");
    const char *mesh = read_text(d, at, "mesh");
    const char *key = read_text(d, at, "made_from");
    const char *reason = read_text(d, at, "reason");

    memset(s, 0, sizeof *s);
    s->tool = known_tool(read_text(d, at, "tool"));
    if (s->tool == NULL || !plan_is_name(document) ||
        strlen(document) >= sizeof s->file[0] ||
        (mesh != NULL && (!plan_is_name(mesh) ||
                          strlen(mesh) >= sizeof s->file[1])) ||
        !read_status(d, at, &s->status) || s->status < 0)
        return pp_fail(err, PP_EFORMAT, "%s: is no step of a case", at);
    snprintf(s->file[0], sizeof s->file[0], "%s", document);
    if (mesh != NULL)
        snprintf(s->file[1], sizeof s->file[1], "%s", mesh);
    if (plan_is_hash(key))
        memcpy(s->key, key, 65);
    s->reason = reason != NULL ? pp_strdup(reason) : NULL;
    if (reason != NULL && s->reason == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

static pp_status
parse_file(const pp_json_document *d, const char *at, pp_case_part *p,
           pp_error *err)
{
    const char *name = read_text(d, at, "name");
    const char *hash = read_text(d, at, "sha256");
    pp_case_file *f;
    double bytes;

    if (!plan_is_name(name) || !plan_is_hash(hash) ||
        !read_number(d, at, "bytes", &bytes) || !(bytes >= 0 && bytes < 1e15))
        return pp_fail(err, PP_EFORMAT, "%s: is no file of a case", at);
    if (pp_grow(&p->file, &p->file_capacity, p->nfile + 1, sizeof *p->file,
                err) != PP_OK)
        return err->status;
    f = &p->file[p->nfile];
    f->name = pp_strdup(name);
    if (f->name == NULL)
        return pp_fail_memory(err);
    memcpy(f->sha256, hash, 65);
    f->size = (uint64_t)bytes;
    p->nfile++;
    return PP_OK;
}

static pp_status
parse_part(const pp_json_document *d, const char *at, const char *folder,
           pp_case *c, pp_error *err)
{
    pp_case_part *p;
    char below[120];
    double label;

    if (!plan_is_name(folder) || folder[0] == '.' ||
        strlen(folder) >= sizeof p->folder ||
        !read_number(d, at, "label", &label) ||
        !(label >= 0 && label < 1e15))
        return pp_fail(err, PP_EFORMAT, "%s: is no part of a case", at);
    if (pp_case_add(c, (int64_t)label, read_text(d, at, "name"), &p, err) !=
        PP_OK)
        return err->status;
    snprintf(p->folder, sizeof p->folder, "%s", folder);
    if (!read_status(d, at, &p->status))
        return pp_fail(err, PP_EFORMAT, "%s: status is not 0, 1 or 2", at);
    for (size_t k = 0; err->status == PP_OK; k++) {
        snprintf(below, sizeof below, "%s/steps/%zu", at, k);
        if (read_text(d, below, "tool") == NULL)
            break;
        if (k == PP_MOST_STEPS)
            return pp_fail(err, PP_ELIMIT, "%s: too many steps", at);
        if (parse_step(d, below, &p->step[k], err) == PP_OK)
            p->nstep = k + 1;
    }
    for (size_t k = 0; err->status == PP_OK; k++) {
        snprintf(below, sizeof below, "%s/files/%zu", at, k);
        if (read_text(d, below, "name") == NULL)
            break;
        if (k == MOST_FILES)
            return pp_fail(err, PP_ELIMIT, "%s: too many files", at);
        (void)!parse_file(d, below, p, err);
    }
    return err->status;
}

static pp_status
parse_case(const pp_json_document *d, pp_case *c, pp_error *err)
{
    const char *id = pp_json_text(d, "case");
    const char *command = pp_json_text(d, "command");
    double version;

    if (!pp_json_number(d, "printprep_json", &version) || version != 1 ||
        command == NULL || strcmp(command, "run") != 0 || id == NULL ||
        strlen(id) != 16 || strspn(id, "0123456789abcdef") != 16)
        return pp_fail(err, PP_EFORMAT, "is no case of printprep run");
    memcpy(c->id, id, 17);
    for (size_t i = 0; i < MOST_PARTS && err->status == PP_OK; i++) {
        char at[64];
        const char *folder;

        snprintf(at, sizeof at, "parts/%zu", i);
        folder = read_text(d, at, "folder");
        if (folder == NULL)
            break;
        (void)!parse_part(d, at, folder, c, err);
    }
    c->complete = c->npart > 0;
    for (size_t i = 0; i < c->npart; i++) {
        if (c->part[i].status < 0)
            c->complete = false;
        if (c->part[i].status > c->status)
            c->status = c->part[i].status;
    }
    return err->status;
}

pp_status
pp_case_parse(const void *data, size_t size, pp_case *c, pp_error *err)
{
    pp_json_document *d;

    memset(c, 0, sizeof *c);
    if (pp_json_parse(data, size, &d, err) != PP_OK)
        return err->status;
    if (parse_case(d, c, err) != PP_OK)
        pp_case_free(c);
    pp_json_document_free(d);
    return err->status;
}

static void
parse_spent(const pp_json_document *d, const char *at, pp_case_part *p)
{
    const char *name = read_text(d, at, "step");
    pp_spent spent = { .known = true };
    double peak;

    if (name == NULL || !read_number(d, at, "wall_s", &spent.wall_s) ||
        !read_number(d, at, "user_s", &spent.user_s) ||
        !read_number(d, at, "system_s", &spent.system_s) ||
        !read_number(d, at, "peak_bytes", &peak) ||
        !(peak >= 0 && peak < 1e18))
        return;
    spent.peak_bytes = (uint64_t)peak;
    for (size_t k = 0; k < p->nstep; k++) {
        const size_t n = strcspn(p->step[k].file[0], ".");

        if (strlen(name) == n && memcmp(name, p->step[k].file[0], n) == 0)
            p->step[k].spent = spent;
    }
}

void
pp_case_parse_cost(const void *data, size_t size, pp_case *c)
{
    pp_json_document *d;
    pp_error ignored = { 0 };

    if (pp_json_parse(data, size, &d, &ignored) != PP_OK)
        return;
    for (size_t i = 0; i < MOST_PARTS; i++) {
        char at[64], below[120];
        const char *folder;

        snprintf(at, sizeof at, "parts/%zu", i);
        folder = read_text(d, at, "folder");
        if (folder == NULL)
            break;
        for (size_t q = 0; q < c->npart; q++)
            for (size_t k = 0; strcmp(c->part[q].folder, folder) == 0 &&
                               k < PP_MOST_STEPS; k++) {
                snprintf(below, sizeof below, "%s/steps/%zu", at, k);
                parse_spent(d, below, &c->part[q]);
            }
    }
    pp_json_document_free(d);
}
