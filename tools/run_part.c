/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_part.c - one part of a case: its steps, pipe by pipe
 *
 * What comes out of a pipe is written under a name that ends with ".part", and
 * gets its own name when the whole pipe has ended: a mesh that is there is
 * whole. A step counts as done when its key and the hashes of its files are
 * those that case.json has.
 */
#include "run.h"

#include "base/alloc.h"
#include "base/file.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART ".part"
#define MOST_WORDS 65536
#define MOST_DOCUMENT ((size_t)64 << 20)

static void
remove_file(const run_state *run, const pp_case_part *p, const char *name,
            const char *appended)
{
    char *path = pp_part_path(&run->plan, p, name, appended);

    if (path != NULL)
        (void)remove(path);
    pp_free(path);
}

static void
remove_files_of(run_state *run, pp_case_part *p, const pp_case_step *s)
{
    pp_error ignored = { 0 };

    for (int i = 0; i < PP_STEP_FILES; i++)
        if (s->file[i][0] != '\0') {
            remove_file(run, p, s->file[i], "");
            (void)!pp_part_note(&run->plan, p, s->file[i], &ignored);
        }
    if (s->file[1][0] != '\0')
        remove_file(run, p, s->file[1], PART);
}

/* ---- what an earlier run did ---- */

static const pp_case_part *
earlier_part(const run_state *run, const pp_case_part *p)
{
    for (size_t i = 0; i < run->was.npart; i++)
        if (strcmp(run->was.part[i].folder, p->folder) == 0)
            return &run->was.part[i];
    return NULL;
}

static const pp_case_step *
earlier_step(const pp_case_part *was, const pp_case_step *s)
{
    for (size_t k = 0; k < was->nstep; k++)
        if (strcmp(was->step[k].file[0], s->file[0]) == 0)
            return &was->step[k];
    return NULL;
}

/* Are all files of the step what they were? They are then in p's list. */
static bool
files_hold(const run_state *run, pp_case_part *p, const pp_case_part *was,
           const pp_case_step *s, pp_error *err)
{
    for (int i = 0; i < PP_STEP_FILES; i++) {
        const pp_case_file *then, *now;

        if (s->file[i][0] == '\0')
            continue;
        if (pp_part_note(&run->plan, p, s->file[i], err) != PP_OK)
            return false;
        then = pp_part_file(was, s->file[i]);
        now = pp_part_file(p, s->file[i]);
        if (then == NULL || now == NULL ||
            strcmp(then->sha256, now->sha256) != 0)
            return false;
    }
    return true;
}

static pp_status
take_over(run_state *run, pp_case_part *p, const pp_case_part *was,
          pp_error *err)
{
    for (size_t k = 0; k < p->nstep && err->status == PP_OK; k++) {
        pp_case_step *s = &p->step[k];
        const pp_case_step *then = earlier_step(was, s);

        pp_step_find_key(&run->plan, p, k, s->key);
        if (then == NULL || then->status > 1 || s->key[0] == '\0' ||
            strcmp(then->key, s->key) != 0 ||
            !files_hold(run, p, was, s, err))
            continue;
        s->held = true;
        s->status = then->status;
        s->spent = then->spent;
        s->reason = then->reason != NULL ? pp_strdup(then->reason) : NULL;
        if (then->reason != NULL && s->reason == NULL)
            pp_fail_memory(err);
    }
    /* what came out of a pipe and was not kept is made again */
    for (size_t k = p->nstep; k-- > 1;)
        if (!p->step[k].held && p->step[k].piped &&
            p->step[k - 1].flow == PP_FLOW_NEXT)
            p->step[k - 1].held = false;
    return err->status;
}

static bool
is_planned(const pp_case_part *p, const char *name)
{
    for (size_t k = 0; k < p->nstep; k++)
        for (int i = 0; i < PP_STEP_FILES; i++)
            if (strcmp(p->step[k].file[i], name) == 0)
                return true;
    return false;
}

/* Files that an earlier plan made and this one does not: if they are as they
   were. */
static void
remove_unplanned(run_state *run, const pp_case_part *p,
                 const pp_case_part *was)
{
    for (size_t i = 0; i < was->nfile; i++) {
        char *path, hash[65];
        uint64_t size;
        pp_error ignored = { 0 };

        if (is_planned(p, was->file[i].name))
            continue;
        path = pp_part_path(&run->plan, p, was->file[i].name, "");
        if (path != NULL && pp_hash_file(path, hash, &size, &ignored) == PP_OK &&
            strcmp(hash, was->file[i].sha256) == 0)
            (void)remove(path);
        pp_free(path);
    }
}

pp_status
run_part_prepare(run_state *run, run_worker *w, pp_error *err)
{
    pp_case_part *p = w->part;
    const pp_case_part *was = earlier_part(run, p);
    char *folder = pp_part_path(&run->plan, p, "", "");

    if (folder == NULL)
        return pp_fail_memory(err);
    if (was != NULL && take_over(run, p, was, err) == PP_OK)
        remove_unplanned(run, p, was);
    if (err->status == PP_OK && pp_file_make_directory(folder, err) == PP_OK)
        for (size_t k = 0; k < p->nstep; k++)
            if (!p->step[k].held) {
                remove_files_of(run, p, &p->step[k]);
                p->step[k].status = -1;
                p->step[k].key[0] = '\0';
            }
    pp_free(folder);
    return err->status;
}

/* ---- a pipe ---- */

static int
open_first(run_state *run, const run_worker *w, pp_error *err)
{
    const pp_case_step *s = &w->part->step[w->first];
    char *path;
    int fd;

    if (!s->piped)
        return -1;
    path = pp_part_path(&run->plan, w->part, s[-1].file[1], "");
    fd = path != NULL ? pp_process_open_input(path, err) : -1;
    if (path == NULL)
        pp_fail_memory(err);
    pp_free(path);
    return fd;
}

/* Starts tee between a step and the next one (to: -1 for none). */
static pp_status
start_tee(run_state *run, run_worker *w, size_t k, int from, int to,
          pp_error *err)
{
    const pp_case_step *s = &w->part->step[w->first + k];
    char *path = pp_part_path(&run->plan, w->part, s->file[1], PART);
    const char *argv[] = { "tee", path, NULL };
    const int stream[3] = { from, to, -1 };

    if (path == NULL)
        return pp_fail_memory(err);
    (void)!pp_process_start(argv, stream, &w->program[k].tee, err);
    pp_free(path);
    return err->status;
}

/* Where a step's standard output goes; *next is what the next one reads. */
static pp_status
open_last(run_state *run, run_worker *w, size_t k, bool ends, int *out,
          int *next, pp_error *err)
{
    const pp_case_step *s = &w->part->step[w->first + k];
    int first[2] = { -1, -1 }, second[2] = { -1, -1 };

    *out = *next = -1;
    if (s->flow == PP_FLOW_FILE || (s->flow == PP_FLOW_KEPT && ends)) {
        char *path = pp_part_path(&run->plan, w->part, s->file[1], PART);

        if (path == NULL)
            return pp_fail_memory(err);
        *out = pp_process_open_output(path, err);
        pp_free(path);
        return err->status;
    }
    if (ends || s->flow == PP_FLOW_NOWHERE)
        return PP_OK;
    if (pp_process_pipe(first, err) != PP_OK)
        return err->status;
    *out = first[1];
    *next = first[0];
    if (s->flow != PP_FLOW_KEPT)
        return PP_OK;
    if (pp_process_pipe(second, err) == PP_OK)
        (void)!start_tee(run, w, k, first[0], second[1], err);
    pp_process_close(first[0]);
    pp_process_close(second[1]);
    *next = second[0];
    return err->status;
}

static pp_status
start_program(run_state *run, run_worker *w, size_t k, int in, int out,
              pp_error *err)
{
    const pp_case_step *s = &w->part->step[w->first + k];
    run_program *program = &w->program[k];
    char **argv;

    if (pp_step_argv(&run->plan, s, &argv, err) != PP_OK)
        return err->status;
    program->words = pp_process_scratch();
    const int stream[3] = { in, out, program->words };

    (void)!pp_process_start((const char *const *)argv, stream, &program->pid,
                            err);
    pp_argv_free(argv);
    return err->status;
}

/* The steps from first on that run as one pipe. */
static size_t
pipe_length(const pp_case_part *p, size_t first)
{
    size_t n = 1;

    while (first + n < p->nstep && p->step[first + n].piped &&
           !p->step[first + n].held && n < RUN_MOST_PIPE)
        n++;
    return n;
}

pp_status
run_part_start(run_state *run, run_worker *w, pp_error *err)
{
    pp_case_part *p = w->part;
    size_t first = w->first + w->n;
    int in;

    while (first < p->nstep && p->step[first].held)
        first++;
    w->first = first;
    w->n = 0;
    if (first == p->nstep) {
        w->done = true;
        p->status = 0;
        for (size_t k = 0; k < p->nstep; k++)
            if (p->step[k].status > p->status)
                p->status = p->step[k].status;
        return PP_OK;
    }
    w->n = pipe_length(p, first);
    memset(w->program, 0, sizeof w->program);
    for (size_t k = 0; k < w->n; k++)
        w->program[k].words = -1;
    w->started = pp_process_clock();
    in = open_first(run, w, err);
    for (size_t k = 0; k < w->n && err->status == PP_OK; k++) {
        int out, next;

        if (open_last(run, w, k, k + 1 == w->n, &out, &next, err) == PP_OK)
            (void)!start_program(run, w, k, in, out, err);
        pp_process_close(out);
        pp_process_close(in);
        in = next;
    }
    pp_process_close(in);
    return err->status;
}

bool
run_part_ended(run_worker *w, const pp_process_end *end, bool *whole)
{
    bool ours = false;

    *whole = true;
    for (size_t k = 0; k < w->n; k++) {
        run_program *program = &w->program[k];

        if (program->pid == end->pid) {
            program->pid = 0;
            program->end = *end;
            program->ended = pp_process_clock();
            ours = true;
        } else if (program->tee == end->pid) {
            program->tee = 0;
            program->tee_bad = end->status != 0;
            ours = true;
        }
        if (program->pid != 0 || program->tee != 0)
            *whole = false;
    }
    return ours;
}

/* ---- what a pipe made ---- */

static char *
reason_of(run_state *run, const pp_case_part *p, const pp_case_step *s,
          const char *words)
{
    char *path = pp_part_path(&run->plan, p, s->file[0], "");
    pp_bytes bytes = { 0 };
    pp_error ignored = { 0 };
    char *reason;

    if (path != NULL)
        (void)!pp_file_read(path, MOST_DOCUMENT, &bytes, &ignored);
    reason = pp_step_reason(&run->plan, s, words, bytes.data, bytes.size);
    pp_bytes_free(&bytes);
    pp_free(path);
    return reason;
}

static void
show_words(const pp_case_part *p, const char *words)
{
    while (cli.verbose && words != NULL && *words != '\0') {
        const size_t n = strcspn(words, "\n");

        cli_say("%s: %.*s", p->folder, n < 400 ? (int)n : 400, words);
        words += n + (words[n] != '\0');
    }
}

/* The mesh gets its name; files are hashed. False: something is missing. */
static bool
keep_files(run_state *run, pp_case_part *p, const pp_case_step *s,
           pp_error *err)
{
    bool all = true;

    if (s->flow == PP_FLOW_KEPT || s->flow == PP_FLOW_FILE) {
        char *from = pp_part_path(&run->plan, p, s->file[1], PART);
        char *to = pp_part_path(&run->plan, p, s->file[1], "");

        if (from == NULL || to == NULL)
            pp_fail_memory(err);
        else
            (void)rename(from, to);
        pp_free(from);
        pp_free(to);
    }
    for (int i = 0; i < PP_STEP_FILES && err->status == PP_OK; i++)
        if (s->file[i][0] != '\0' &&
            pp_part_note(&run->plan, p, s->file[i], err) == PP_OK &&
            pp_part_file(p, s->file[i]) == NULL)
            all = false;
    return all;
}

static void
note_spent(run_worker *w, size_t k)
{
    const run_program *program = &w->program[k];
    pp_spent *spent = &w->part->step[w->first + k].spent;
    double from = w->started;

    /* in a pipe, a tool works when the one before it has ended */
    if (k > 0 && w->program[k - 1].ended > from)
        from = w->program[k - 1].ended;
    *spent = (pp_spent){ true,
                         program->ended > from ? program->ended - from : 0,
                         program->end.user_s, program->end.system_s,
                         program->end.peak_bytes };
}

/* Sets the step's status and reason. */
static pp_status
judge(run_state *run, run_worker *w, size_t k, pp_error *err)
{
    pp_case_part *p = w->part;
    pp_case_step *s = &p->step[w->first + k];
    run_program *program = &w->program[k];
    char *words = pp_process_scratch_text(program->words, MOST_WORDS);

    program->words = -1;
    note_spent(w, k);
    show_words(p, words);
    s->status = program->end.status > 2 ? 2 : program->end.status;
    if (s->status < 2 && !keep_files(run, p, s, err) && err->status == PP_OK) {
        s->status = 2;
        s->reason = pp_strdup("did not write all of its files");
    }
    if (program->tee_bad && s->status < 2) {
        s->status = 2;
        s->reason = pp_strdup("its mesh cannot be written");
    }
    if (program->end.signal != 0 && s->reason == NULL) {
        char text[40];

        snprintf(text, sizeof text, "ended by signal %d",
                 program->end.signal);
        s->reason = pp_strdup(text);
    }
    pp_step_find_key(&run->plan, p, w->first + k, s->key);
    if (s->status > 0 && s->reason == NULL && err->status == PP_OK) {
        s->reason = reason_of(run, p, s, words);
        if (s->reason == NULL)
            pp_fail_memory(err);
    }
    pp_free(words);
    return err->status;
}

/* The step that broke the pipe: not one that only lost its reader. */
static size_t
broken_at(const run_worker *w)
{
    size_t found = w->n;

    for (size_t k = 0; k < w->n; k++) {
        const run_program *program = &w->program[k];

        if (program->end.status < 2 && !program->tee_bad)
            continue;
        found = k;
        if (program->end.status >= 2 && program->end.signal != SIGPIPE)
            break;
    }
    return found;
}

pp_status
run_part_settle(run_state *run, run_worker *w, pp_error *err)
{
    pp_case_part *p = w->part;
    const size_t broken = broken_at(w);
    bool failed = false;

    for (size_t k = 0; k < w->n && err->status == PP_OK; k++) {
        pp_case_step *s = &p->step[w->first + k];
        const bool lost = w->program[k].end.signal == SIGPIPE ||
                          (k < broken && w->program[k].tee_bad);

        if (k > broken || failed || (k < broken && lost)) {
            pp_free(pp_process_scratch_text(w->program[k].words, 0));
            remove_files_of(run, p, s);
            continue;
        }
        if (judge(run, w, k, err) == PP_OK && s->status >= 2) {
            failed = true;
            if (s->file[1][0] != '\0') {
                remove_file(run, p, s->file[1], PART);
                remove_file(run, p, s->file[1], "");
                (void)!pp_part_note(&run->plan, p, s->file[1], err);
            }
            (void)!pp_part_note(&run->plan, p, s->file[0], err);
        }
    }
    if (failed) {
        p->status = 2;
        w->done = true;
    }
    return err->status;
}

void
run_part_clear(run_state *run, run_worker *w)
{
    for (size_t k = 0; k < w->n; k++) {
        pp_process_close(w->program[k].words);
        w->program[k].words = -1;
        remove_files_of(run, w->part, &w->part->step[w->first + k]);
        w->part->step[w->first + k].status = -1;
    }
}
