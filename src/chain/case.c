/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * case.c - a case in memory, and as case.json and cost.json
 *
 * case.json holds what is the same for everybody who runs the case: no times,
 * no paths. What differs from run to run is in cost.json alone.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "config.h"
#include "shim/sha256.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

void
plan_part_free(pp_case_part *p)
{
    for (size_t k = 0; k < p->nstep; k++) {
        pp_case_step *s = &p->step[k];

        for (size_t i = 0; i < s->nargument; i++) {
            pp_free(s->argument[i].before);
            pp_free(s->argument[i].rest);
        }
        pp_free(s->argument);
        pp_free(s->command);
        pp_free(s->reason);
        memset(s, 0, sizeof *s);
    }
    p->nstep = 0;
}

void
pp_input_free(pp_input *in)
{
    pp_free(in->path);
    pp_free(in->kind);
    memset(in, 0, sizeof *in);
}

void
pp_case_free(pp_case *c)
{
    for (size_t i = 0; i < c->npart; i++) {
        pp_case_part *p = &c->part[i];

        plan_part_free(p);
        for (size_t k = 0; k < p->nfile; k++)
            pp_free(p->file[k].name);
        pp_free(p->file);
        pp_free(p->name);
    }
    pp_free(c->part);
    pp_settings_free(&c->settings);
    pp_input_free(&c->source);
    pp_input_free(&c->mask);
    pp_free(c->out);
    pp_free(c->date);
    pp_free(c->reason);
    for (int i = 0; i < PP_NIDENTITY; i++)
        pp_free(c->identity.value[i]);
    memset(c, 0, sizeof *c);
}

pp_status
pp_case_add(pp_case *c, int64_t label, const char *name, pp_case_part **part,
            pp_error *err)
{
    pp_case_part *p;

    *part = NULL;
    if (pp_grow(&c->part, &c->capacity, c->npart + 1, sizeof *c->part, err) !=
        PP_OK)
        return err->status;
    p = &c->part[c->npart];
    memset(p, 0, sizeof *p);
    p->label = label;
    p->status = -1;
    snprintf(p->folder, sizeof p->folder, "%lld", (long long)label);
    p->name = pp_strdup(name != NULL ? name : "");
    if (p->name == NULL)
        return pp_fail_memory(err);
    c->npart++;
    *part = p;
    return PP_OK;
}

/* ---- files ---- */

char *
pp_part_path(const pp_case *c, const pp_case_part *p, const char *name,
             const char *appended)
{
    const size_t n = strlen(c->out) + strlen(p->folder) + strlen(name) +
                     strlen(appended) + 3;
    char *path = pp_alloc(n, 1);

    if (path != NULL)
        snprintf(path, n, "%s/%s%s%s%s", c->out, p->folder,
                 *name != '\0' ? "/" : "", name, appended);
    return path;
}

const pp_case_file *
pp_part_file(const pp_case_part *p, const char *name)
{
    for (size_t i = 0; i < p->nfile; i++)
        if (strcmp(p->file[i].name, name) == 0)
            return &p->file[i];
    return NULL;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const pp_case_file *)a)->name,
                  ((const pp_case_file *)b)->name);
}

static void
forget(pp_case_part *p, const char *name)
{
    for (size_t i = 0; i < p->nfile; i++)
        if (strcmp(p->file[i].name, name) == 0) {
            pp_free(p->file[i].name);
            memmove(&p->file[i], &p->file[i + 1],
                    (p->nfile - i - 1) * sizeof *p->file);
            p->nfile--;
            return;
        }
}

pp_status
pp_part_note(const pp_case *c, pp_case_part *p, const char *name,
             pp_error *err)
{
    char *path = pp_part_path(c, p, name, "");
    pp_case_file f = { 0 };

    if (path == NULL)
        return pp_fail_memory(err);
    forget(p, name);
    if (!pp_file_is_regular(path, &f.size))
        goto done;
    if (pp_hash_file(path, f.sha256, &f.size, err) != PP_OK ||
        pp_grow(&p->file, &p->file_capacity, p->nfile + 1, sizeof *p->file,
                err) != PP_OK)
        goto done;
    f.name = pp_strdup(name);
    if (f.name == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    p->file[p->nfile++] = f;
    qsort(p->file, p->nfile, sizeof *p->file, by_name);
done:
    pp_free(path);
    return err->status;
}

/* ---- settings ---- */

const char *
pp_identity_key(int i)
{
    static const char *const key[PP_NIDENTITY] = {
        "patient_name", "patient_id",  "birth_date",
        "sex",          "study_date", "study_description",
    };

    return key[i];
}

/* A printer's file is told by its name without folders. */
static const char *
shown_value(const pp_settings *s, int i)
{
    const char *value = s->value[i];
    const char *slash = i == PP_SET_PRINTER && value != NULL
                            ? strrchr(value, '/')
                            : NULL;

    return slash != NULL ? slash + 1 : value;
}

/* One more line of what a case is told by; NULL: an empty one. */
static void
add_line(pp_sha256_sum *sum, const char *text)
{
    if (text != NULL)
        pp_sha256_add(sum, text, strlen(text));
    pp_sha256_add(sum, "\n", 1);
}

void
pp_case_identify(pp_case *c)
{
    const pp_settings *s = &c->settings;
    char hash[65];
    pp_sha256_sum sum;

    pp_sha256_start(&sum);
    add_line(&sum, c->source.sha256);
    add_line(&sum, c->mask.sha256);
    add_line(&sum, s->printer_sha256);
    for (int i = 0; i < PP_NSETTING; i++)
        add_line(&sum, shown_value(s, i));
    for (size_t i = 0; i < s->ncaliper; i++) {
        add_line(&sum, s->caliper[i].label);
        add_line(&sum, s->caliper[i].text);
        add_line(&sum, s->caliper[i].file.sha256);
    }
    pp_sha256_end(&sum, hash);
    memcpy(c->id, hash, 16);
    c->id[16] = '\0';
}

static void
settings_json(const pp_settings *s, pp_json *j)
{
    pp_json_object(j, "settings");
    for (int i = 0; i < PP_NSETTING; i++) {
        const pp_setting_row *row = &pp_setting_table[i];
        double value;

        if (s->value[i] == NULL)
            pp_json_null(j, row->key);
        else if (row->kind >= PP_SETTING_POSITIVE &&
                 pp_text_to_double(s->value[i], &value))
            pp_json_real(j, row->key, value);
        else
            pp_json_string(j, row->key, shown_value(s, i));
    }
    pp_json_end(j);
    pp_json_object(j, "settings_from");
    for (int i = 0; i < PP_NSETTING; i++)
        pp_json_string(j, pp_setting_table[i].key,
                       pp_setting_from_name(s->from[i]));
    pp_json_end(j);
    if (s->printer_sha256[0] != '\0')
        pp_json_string(j, "printer_sha256", s->printer_sha256);
}

/* ---- case.json ---- */

static void
input_json(const pp_input *in, const char *role, pp_json *j)
{
    if (in->sha256[0] == '\0')
        return;
    pp_json_object(j, NULL);
    pp_json_string(j, "role", role);
    pp_json_string(j, "file_sha256", in->sha256);
    pp_json_string(j, "kind", in->kind != NULL ? in->kind : "file");
    pp_json_end(j);
}

static void
calipers_json(const pp_settings *s, pp_json *j)
{
    pp_json_array(j, "calipers");
    for (size_t i = 0; i < s->ncaliper; i++) {
        const pp_given_caliper *c = &s->caliper[i];

        pp_json_object(j, NULL);
        if (c->label != NULL)
            pp_json_string(j, "label", c->label);
        else
            pp_json_null(j, "label");
        if (c->text != NULL)
            pp_json_string(j, "caliper", c->text);
        else
            pp_json_string(j, "file_sha256", c->file.sha256);
        pp_json_string(j, "from", pp_setting_from_name(s->calipers_from));
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
identity_json(const pp_identity *who, pp_json *j)
{
    if (!who->known) {
        pp_json_null(j, "identity");
        return;
    }
    pp_json_object(j, "identity");
    pp_json_string(j, "from", "DICOM header of the source");
    for (int i = 0; i < PP_NIDENTITY; i++)
        pp_json_string(j, pp_identity_key(i),
                       who->value[i] != NULL ? who->value[i] : "");
    pp_json_end(j);
}

static void
step_json(const pp_case_step *s, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_string(j, "tool", s->tool);
    pp_json_string(j, "document", s->file[0]);
    if (s->file[1][0] != '\0')
        pp_json_string(j, "mesh", s->file[1]);
    else
        pp_json_null(j, "mesh");
    pp_json_integer(j, "status", s->status);
    pp_json_string(j, "command", s->command != NULL ? s->command : "");
    if (s->reason != NULL)
        pp_json_string(j, "reason", s->reason);
    pp_json_string(j, "made_from", s->key);
    pp_json_end(j);
}

static void
part_json(const pp_case_part *p, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_string(j, "folder", p->folder);
    pp_json_integer(j, "label", p->label);
    pp_json_string(j, "name", p->name);
    pp_json_count(j, "voxels", (size_t)p->voxels);
    pp_json_real(j, "volume_mm3", p->volume_mm3);
    if (p->status < 0)
        pp_json_null(j, "status");
    else
        pp_json_integer(j, "status", p->status);
    pp_json_array(j, "steps");
    for (size_t k = 0; k < p->nstep; k++)
        if (p->step[k].status >= 0)
            step_json(&p->step[k], j);
    pp_json_end(j);
    pp_json_array(j, "files");
    for (size_t k = 0; k < p->nfile; k++) {
        pp_json_object(j, NULL);
        pp_json_string(j, "name", p->file[k].name);
        pp_json_string(j, "sha256", p->file[k].sha256);
        pp_json_count(j, "bytes", (size_t)p->file[k].size);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

void
pp_case_json(const pp_case *c, pp_json *j)
{
    pp_json_string(j, "case", c->id);
    pp_json_bool(j, "complete", c->complete);
    pp_json_array(j, "inputs");
    input_json(&c->source, "source", j);
    input_json(&c->mask, "mask", j);
    for (size_t i = 0; i < c->settings.ncaliper; i++)
        input_json(&c->settings.caliper[i].file, "calipers", j);
    pp_json_end(j);
    settings_json(&c->settings, j);
    calipers_json(&c->settings, j);
    if (c->date != NULL)
        pp_json_string(j, "date", c->date);
    else
        pp_json_null(j, "date");
    identity_json(&c->identity, j);
    if (c->reason != NULL)
        pp_json_string(j, "reason", c->reason);
    pp_json_array(j, "parts");
    for (size_t i = 0; i < c->npart; i++)
        part_json(&c->part[i], j);
    pp_json_end(j);
}

/* ---- cost.json ---- */

static void
step_cost_json(const pp_case_step *s, pp_json *j)
{
    char name[40];

    snprintf(name, sizeof name, "%.*s", (int)strcspn(s->file[0], "."),
             s->file[0]);
    pp_json_object(j, NULL);
    pp_json_string(j, "step", name);
    pp_json_string(j, "tool", s->tool);
    pp_json_bool(j, "held", s->held);
    pp_json_real(j, "wall_s", s->spent.wall_s);
    pp_json_real(j, "user_s", s->spent.user_s);
    pp_json_real(j, "system_s", s->spent.system_s);
    pp_json_count(j, "peak_bytes", (size_t)s->spent.peak_bytes);
    pp_json_end(j);
}

void
pp_case_cost_json(const pp_case *c, const pp_cost_total *t, pp_json *j)
{
    double user = 0, wall = 0;
    uint64_t peak = 0;

    pp_json_string(j, "case", c->id);
    pp_json_array(j, "parts");
    for (size_t i = 0; i < c->npart; i++) {
        const pp_case_part *p = &c->part[i];
        pp_spent sum = { 0 };

        pp_json_object(j, NULL);
        pp_json_string(j, "folder", p->folder);
        pp_json_array(j, "steps");
        for (size_t k = 0; k < p->nstep; k++) {
            const pp_spent *s = &p->step[k].spent;

            if (!s->known)
                continue;
            step_cost_json(&p->step[k], j);
            sum.wall_s += s->wall_s;
            sum.user_s += s->user_s + s->system_s;
            if (s->peak_bytes > sum.peak_bytes)
                sum.peak_bytes = s->peak_bytes;
        }
        pp_json_end(j);
        pp_json_real(j, "wall_s", sum.wall_s);
        pp_json_real(j, "cpu_s", sum.user_s);
        pp_json_count(j, "peak_bytes", (size_t)sum.peak_bytes);
        pp_json_count(j, "estimated_bytes", (size_t)p->estimated_bytes);
        pp_json_end(j);
        user += sum.user_s;
        wall += sum.wall_s;
        if (sum.peak_bytes > peak)
            peak = sum.peak_bytes;
    }
    pp_json_end(j);
    pp_json_object(j, "this_run");
    pp_json_real(j, "wall_s", t->wall_s);
    pp_json_count(j, "jobs", t->jobs);
    pp_json_count(j, "threads", t->threads);
    pp_json_count(j, "memory_limit_bytes", (size_t)t->memory_limit);
    pp_json_end(j);
    pp_json_real(j, "wall_s", wall);
    pp_json_real(j, "cpu_s", user);
    pp_json_count(j, "peak_bytes", (size_t)peak);
}
