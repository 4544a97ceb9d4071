/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * process.h - other programs: started in a known state, waited for, measured
 *
 * One thread of one program starts and waits. A child has its own standard
 * streams and no other descriptor of ours but those that were opened to be
 * inherited; its signals are as in a fresh shell.
 */
#ifndef PP_BASE_PROCESS_H
#define PP_BASE_PROCESS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No more children at once than this. */
#define PP_MOST_CHILDREN 1024

/* How a child ended, and what it took. */
typedef struct {
    long pid;
    int status; /* its exit status; 128 + n when signal n ended it */
    int signal; /* 0: it ended by itself */
    double user_s, system_s;
    uint64_t peak_bytes; /* of memory in use */
} pp_process_end;

/**
 * Opens what is closed of the three standard streams (on /dev/null), so that
 * no pipe becomes one of them; from now on SIGINT, SIGTERM and SIGHUP, where
 * they were not ignored, are passed on to all children and remembered.
 */
pp_status pp_process_prepare(pp_error *err) PP_MUST_USE;

/** The signal that asked this program to stop, or 0. */
int pp_process_stopped(void);

/** Ends this program as that signal does by default. */
void pp_process_die(int signal);

/** A pipe, closed in children: end[0] is read, end[1] written. */
pp_status pp_process_pipe(int end[2], pp_error *err) PP_MUST_USE;

/** A file that has no name, to be written and read again; or -1. */
int pp_process_scratch(void);

/** Everything in such a file, from its start; closes it. The caller frees. */
char *pp_process_scratch_text(int fd, size_t limit);

void pp_process_close(int fd);

/** Opens for a child's stream; -1 and err when it cannot be. */
int pp_process_open_input(const char *path, pp_error *err);
int pp_process_open_output(const char *path, pp_error *err);

/**
 * Starts argv[0], looked up on PATH. stream: descriptors of its standard
 * input, output and error, still open here afterwards; -1: /dev/null. PP_EIO
 * when it cannot be started, PP_ELIMIT for too many children.
 */
pp_status pp_process_start(const char *const *argv, const int stream[3],
                           long *pid, pp_error *err) PP_MUST_USE;

/** Waits for the next child that ends. PP_EIO when there is none. */
pp_status pp_process_wait(pp_process_end *end, pp_error *err) PP_MUST_USE;

/** Seconds of a clock that only runs forward. */
double pp_process_clock(void);

/**
 * Takes the lock of a folder, and waits for it when wait is true. Children
 * inherit it: it is held until the last of them has ended. False when another
 * holds it, a signal ended the waiting, or there is no such folder (err).
 * Where the file system knows no locks, it is had.
 */
bool pp_process_lock(const char *folder, bool wait, int *fd, pp_error *err);

/** Bytes of memory that this machine has; 0: not known. */
uint64_t pp_process_memory(void);

#ifdef __cplusplus
}
#endif
#endif
