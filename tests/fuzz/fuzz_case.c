/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case.json of any bytes, as it is read to resume a case, to sign it, to
 * list it in a table and to make its page: no name leads out of its folder,
 * what is written again reads as the same, and the page is whole. The first
 * byte chooses; cost.json is the same text.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "chain/chain.h"
#include "chain/table.h"
#include "dossier/dossier.h"
#include "fuzz.h"
#include "shim/json.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
must(bool good)
{
    if (!good)
        abort();
}

static bool
is_inside(const char *name)
{
    return *name != '\0' && strchr(name, '/') == NULL &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static void
check_names(const pp_case *c)
{
    for (size_t i = 0; i < c->npart; i++) {
        const pp_case_part *p = &c->part[i];

        must(is_inside(p->folder) && p->status >= -1 && p->status <= 2);
        for (size_t k = 0; k < p->nfile; k++)
            must(is_inside(p->file[k].name) &&
                 strlen(p->file[k].sha256) == 64);
        for (size_t k = 0; k < p->nstep; k++)
            for (int f = 0; f < PP_STEP_FILES; f++)
                must(p->step[k].file[f][0] == '\0' ||
                     is_inside(p->step[k].file[f]));
    }
}

/* What was read, written and read again. */
static void
check_again(const pp_case *c)
{
    pp_case again;
    pp_json j = { 0 };
    pp_error err = { 0 };

    pp_json_object(&j, NULL);
    pp_json_integer(&j, "printprep_json", 1);
    pp_json_string(&j, "command", "run");
    pp_case_json(c, &j);
    pp_json_end(&j);
    must(pp_json_finish(&j, &err) == PP_OK);
    must(pp_case_parse(j.text.data, j.text.size, &again, &err) == PP_OK);
    must(again.npart == c->npart && strcmp(again.id, c->id) == 0);
    for (size_t i = 0; i < c->npart; i++)
        must(again.part[i].nfile == c->part[i].nfile &&
             again.part[i].label == c->part[i].label &&
             strcmp(again.part[i].folder, c->part[i].folder) == 0);
    pp_json_free(&j);
    pp_case_free(&again);
}

static void
check_parse(const uint8_t *data, size_t size)
{
    pp_case c;
    pp_error err = { 0 };

    if (pp_case_parse(data, size, &c, &err) != PP_OK) {
        must(c.npart == 0 && err.message[0] != '\0');
        return;
    }
    check_names(&c);
    pp_case_parse_cost(data, size, &c);
    check_again(&c);
    pp_case_free(&c);
}

/* A folder of its own, with nothing in it but this text. */
static void
check_folder(const uint8_t *data, size_t size, bool page)
{
    static char folder[] = "/tmp/fuzz-case-XXXXXX", path[64];
    const char *const names[] = { "case.json", "cost.json", "dossier.json",
                                  "index.html" };
    pp_error err = { 0 };

    if (path[0] == '\0')
        must(mkdtemp(folder) != NULL);
    for (int n = 0; n < 2; n++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[n]);
        must(pp_file_write(path, data, size, &err) == PP_OK);
    }
    if (page) {
        pp_json_document *d;
        pp_dossier r;

        if (pp_dossier_make(folder, "0", &r, &err) == PP_OK) {
            must(r.status >= 0 && r.status <= 2 && r.html.size > 0);
            must(pp_json_parse(r.json.data, r.json.size, &d, &err) == PP_OK);
            pp_json_document_free(d);
        }
        pp_dossier_free(&r);
    } else {
        pp_table t = { 0 };

        must(pp_table_start(&t, &err) == PP_OK);
        must(pp_table_add(&t, folder, &err) == PP_OK && t.ncase == 1);
        pp_table_free(&t);
    }
    for (int n = 0; n < 4; n++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[n]);
        (void)remove(path);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 't' || data[0] == 'p')
        check_folder(data + 1, size - 1, data[0] == 'p');
    else
        check_parse(data, size);
    return 0;
}
