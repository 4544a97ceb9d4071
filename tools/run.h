/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.h - what the files of `printprep run` share
 */
#ifndef PP_TOOLS_RUN_H
#define PP_TOOLS_RUN_H

#include "base/process.h"
#include "chain/chain.h"
#include "cli.h"

typedef struct {
    pp_case plan;
    pp_case was;      /* what an earlier run left; all-zero: nothing */
    pp_how how;
    size_t cores;
    double begun;
    int lock;
    const char *culprit; /* what an error is about, or NULL */
    bool no_labels;      /* the mask cannot be read, or holds none */
    char *folder_of_tools; /* our own, when it is not on PATH; or NULL */
} run_state;

/* ---- run_labels.c ---- */

/** Another --label: a number, a range, a name, or a list of these. */
bool run_add_label(const char *text);
bool run_has_labels(void);

/** Asks mask2stl for the labels of the mask and plans the parts asked for. */
pp_status run_choose_parts(run_state *run, bool all, pp_error *err) PP_MUST_USE;

/**
 * Asks printprep cost what memory the parts will want. What it does not know
 * stays unknown.
 */
pp_status run_foresee(run_state *run, pp_error *err) PP_MUST_USE;

/* ---- run_part.c: one part, pipe by pipe ---- */

#define RUN_MOST_PIPE 6

typedef struct {
    long pid;      /* 0: has ended */
    long tee;      /* beside it, or 0 */
    int words;     /* scratch file of its standard error, or -1 */
    bool tee_bad;
    double ended;
    pp_process_end end;
} run_program;

typedef struct {
    pp_case_part *part;
    bool active, done;
    size_t first, n; /* the steps of the pipe that is running */
    run_program program[RUN_MOST_PIPE];
    double started;
} run_worker;

/** Takes over what an earlier run did, and clears away what it left undone. */
pp_status run_part_prepare(run_state *run, run_worker *w,
                           pp_error *err) PP_MUST_USE;

/** Starts the next pipe; done is set when there is none. */
pp_status run_part_start(run_state *run, run_worker *w,
                         pp_error *err) PP_MUST_USE;

/** True when the child was this worker's. *whole: its pipe has ended. */
bool run_part_ended(run_worker *w, const pp_process_end *end, bool *whole);

/** Looks at what the pipe made. */
pp_status run_part_settle(run_state *run, run_worker *w,
                          pp_error *err) PP_MUST_USE;

/** Removes what is half made. */
void run_part_clear(run_state *run, run_worker *w);

/* ---- run_jobs.c: all parts ---- */

/** Writes case.json and cost.json, as far as the case has come. */
pp_status run_save(run_state *run, pp_error *err) PP_MUST_USE;

/** Runs the whole plan; case.json and cost.json follow every step. */
pp_status run_jobs(run_state *run, pp_error *err) PP_MUST_USE;

/** Starts argv and waits for it: its status, and its standard output when
    text is not NULL (the caller frees). */
pp_status run_and_wait(const char *const *argv, int *status, char **text,
                       char **words, pp_error *err) PP_MUST_USE;

/**
 * Tools are those beside this program when it was called by a path: its folder
 * goes to the front of PATH. *folder: NULL otherwise; the caller frees.
 */
pp_status run_find_tools(const char *program, char **folder,
                         pp_error *err) PP_MUST_USE;

#endif
