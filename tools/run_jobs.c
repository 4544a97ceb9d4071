/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_jobs.c - all parts of a case, side by side within a limit of memory
 *
 * The largest part that still fits is started first. One that fits into no
 * limit runs alone, and this is said: nothing waits for what cannot come.
 */
#include "run.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TEXT ((size_t)64 << 20)

static pp_status
write_document(const run_state *run, const char *name, pp_json *j, int status,
               pp_error *err)
{
    char *path = pp_file_join(run->plan.out, name);

    if (status >= 0)
        pp_json_integer(j, "status", status);
    else
        pp_json_null(j, "status");
    pp_json_end(j);
    if (path == NULL)
        pp_fail_memory(err);
    else
        (void)!pp_json_save(j, path, err);
    pp_json_free(j);
    pp_free(path);
    return err->status;
}

pp_status
run_save(run_state *run, pp_error *err)
{
    pp_json j = { 0 }, cost = { 0 };
    const pp_cost_total total = { pp_process_clock() - run->begun,
                                  run->how.jobs, run->cores,
                                  run->how.memory };
    pp_case *c = &run->plan;

    c->complete = true;
    c->status = c->reason != NULL ? 2 : 0;
    for (size_t i = 0; i < c->npart; i++) {
        if (c->part[i].status < 0)
            c->complete = false;
        if (c->part[i].status > c->status)
            c->status = c->part[i].status;
    }
    cli_json_start(&j);
    pp_case_json(c, &j);
    if (write_document(run, "case.json", &j, c->complete ? c->status : -1,
                       err) != PP_OK)
        return err->status;
    cli_json_start(&cost);
    pp_case_cost_json(c, &total, &cost);
    return write_document(run, "cost.json", &cost,
                          c->complete ? c->status : -1, err);
}

/* ---- which part next ---- */

typedef struct {
    run_state *run;
    run_worker *worker;
    size_t n, nactive, ndone;
    uint64_t used; /* estimates of those at work */
} pool;

/* What nothing is known of takes all that there is: it runs alone. */
static uint64_t
need_of(const pool *q, const run_worker *w)
{
    return w->part->estimated_bytes > 0 ? w->part->estimated_bytes
                                        : q->run->how.memory;
}

static run_worker *
choose(const pool *q)
{
    run_worker *best = NULL;

    for (size_t i = 0; i < q->n; i++) {
        run_worker *w = &q->worker[i];
        const uint64_t need = need_of(q, w);

        if (w->active || w->done ||
            (q->nactive > 0 && (need > q->run->how.memory ||
                                q->used > q->run->how.memory - need)))
            continue;
        if (best == NULL || need > need_of(q, best))
            best = w;
    }
    return best;
}

/* Threads of one program: the cores, shared by those that will be at work. */
static void
share_cores(const pool *q)
{
    const size_t left = q->n - q->ndone;
    const size_t together = left < q->run->how.jobs ? left : q->run->how.jobs;
    size_t n = together > 0 ? q->run->cores / together : 1;
    char text[24];

    snprintf(text, sizeof text, "%zu", n > 0 ? n : 1);
    setenv("OMP_NUM_THREADS", text, 1);
    setenv("OMP_WAIT_POLICY", "passive", 0);
}

static void
show(const pool *q)
{
    char stage[200];
    size_t steps = 0, done = 0;
    int used = snprintf(stage, sizeof stage, "%zu of %zu parts", q->ndone,
                        q->n);

    for (size_t i = 0; i < q->n; i++) {
        const run_worker *w = &q->worker[i];

        steps += w->part->nstep;
        for (size_t k = 0; k < w->part->nstep; k++)
            done += w->part->step[k].status >= 0;
        for (size_t k = 0; w->active && k < w->n; k++)
            if (w->program[k].pid != 0) {
                if (used > 0 && (size_t)used + 60 < sizeof stage)
                    used += snprintf(stage + used, sizeof stage -
                                     (size_t)used, ", %s: %s", w->part->folder,
                                     w->part->step[w->first + k].tool);
                break;
            }
    }
    cli_progress(stage, steps > 0 ? (double)done / (double)steps : 1);
}

/* Starts the next pipe of a worker, or takes it off. */
static pp_status
advance(pool *q, run_worker *w, pp_error *err)
{
    if (!w->done && pp_process_stopped() == 0) {
        share_cores(q);
        if (run_part_start(q->run, w, err) != PP_OK)
            return err->status;
    }
    if (w->done) {
        w->active = false;
        q->nactive--;
        q->ndone++;
        q->used -= need_of(q, w);
    }
    return PP_OK;
}

static pp_status
fill(pool *q, pp_error *err)
{
    run_worker *w;

    while (pp_process_stopped() == 0 && q->nactive < q->run->how.jobs &&
           (w = choose(q)) != NULL) {
        if (need_of(q, w) > q->run->how.memory)
            cli_say("%s: may need more than the memory limit; runs alone",
                    w->part->folder);
        w->active = true;
        q->nactive++;
        q->used += need_of(q, w);
        if (advance(q, w, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static bool
pipe_runs(const run_worker *w)
{
    for (size_t k = 0; k < w->n; k++)
        if (w->program[k].pid != 0 || w->program[k].tee != 0)
            return true;
    return false;
}

/* Waits for one child, and goes on with the part whose pipe it ended. */
static pp_status
wait_for_one(pool *q, pp_error *err)
{
    pp_process_end end;

    if (pp_process_wait(&end, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < q->n; i++) {
        run_worker *w = &q->worker[i];
        bool whole;

        if (!w->active || !run_part_ended(w, &end, &whole) || !whole ||
            pp_process_stopped() != 0)
            continue;
        if (run_part_settle(q->run, w, err) != PP_OK ||
            run_save(q->run, err) != PP_OK)
            return err->status;
        return advance(q, w, err);
    }
    return PP_OK;
}

/* Waits for all children that are left and clears away what they made. */
static void
wind_up(pool *q)
{
    pp_process_end end;
    pp_error ignored = { 0 };
    bool whole, left;

    do {
        left = false;
        for (size_t i = 0; i < q->n; i++)
            left |= q->worker[i].active && pipe_runs(&q->worker[i]);
        if (left && pp_process_wait(&end, &ignored) != PP_OK)
            break;
        for (size_t i = 0; left && i < q->n; i++)
            if (q->worker[i].active)
                (void)run_part_ended(&q->worker[i], &end, &whole);
    } while (left);
    for (size_t i = 0; i < q->n; i++)
        if (q->worker[i].active)
            run_part_clear(q->run, &q->worker[i]);
}

pp_status
run_jobs(run_state *run, pp_error *err)
{
    pool q = { .run = run, .n = run->plan.npart };
    pp_error ignored = { 0 };

    q.worker = pp_alloc_zero(q.n, sizeof *q.worker);
    if (q.worker == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < q.n && err->status == PP_OK; i++) {
        q.worker[i].part = &run->plan.part[i];
        (void)!run_part_prepare(run, &q.worker[i], err);
    }
    if (err->status == PP_OK)
        (void)!run_save(run, err);
    while (err->status == PP_OK && pp_process_stopped() == 0) {
        if (fill(&q, err) != PP_OK || q.ndone == q.n)
            break;
        show(&q);
        if (q.nactive > 0)
            (void)!wait_for_one(&q, err);
    }
    wind_up(&q);
    if (err->status == PP_OK)
        (void)!run_save(run, err);
    else
        (void)!run_save(run, &ignored);
    pp_free(q.worker);
    return err->status;
}

pp_status
run_and_wait(const char *const *argv, int *status, char **text, char **words,
             pp_error *err)
{
    const int out = text != NULL ? pp_process_scratch() : 1;
    const int told = words != NULL ? pp_process_scratch() : 2;
    const int stream[3] = { -1, out, told };
    pp_process_end end = { 0 };
    long pid;

    *status = 2;
    if (pp_process_start(argv, stream, &pid, err) == PP_OK)
        do
            (void)!pp_process_wait(&end, err);
        while (err->status == PP_OK && end.pid != pid);
    if (err->status == PP_OK)
        *status = end.status > 2 ? 2 : end.status;
    if (text != NULL)
        *text = pp_process_scratch_text(out, MOST_TEXT);
    if (words != NULL)
        *words = pp_process_scratch_text(told, MOST_TEXT);
    return err->status;
}

pp_status
run_find_tools(const char *program, char **folder, pp_error *err)
{
    const char *path = getenv("PATH");
    size_t n;
    char *longer;

    *folder = NULL;
    if (strchr(program, '/') == NULL)
        return PP_OK;
    *folder = pp_file_folder(program);
    if (*folder == NULL)
        return pp_fail_memory(err);
    n = strlen(*folder) + (path != NULL ? strlen(path) : 0) + 2;
    longer = pp_alloc(n, 1);
    if (longer == NULL)
        return pp_fail_memory(err);
    snprintf(longer, n, "%s%s%s", *folder, path != NULL ? ":" : "",
             path != NULL ? path : "");
    setenv("PATH", longer, 1);
    pp_free(longer);
    return PP_OK;
}
