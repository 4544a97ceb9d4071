/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * process.c - other programs: started in a known state, waited for, measured
 *
 * posix_spawn and wait4. The list of children is changed with our signals
 * blocked, so that the handler, which passes them on, always sees a whole one;
 * a child that was started while a signal arrived gets it too.
 */
#define _DEFAULT_SOURCE /* wait4, flock */
#include "base/process.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const int passed_on[] = { SIGINT, SIGTERM, SIGHUP };

#define NPASSED (sizeof passed_on / sizeof *passed_on)

static volatile pid_t child[PP_MOST_CHILDREN];
static volatile sig_atomic_t nchild, stopped;
static bool caught[NPASSED]; /* not ignored when we began */

static pp_status
fail_errno(pp_error *err, const char *what, int number)
{
    return pp_fail(err, PP_EIO, "%s: %s", what, strerror(number));
}

static void
pass_on(int signal)
{
    const int kept = errno;

    stopped = signal;
    for (int i = 0; i < nchild; i++)
        kill(child[i], signal);
    errno = kept;
}

static void
block(bool now)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < NPASSED; i++)
        sigaddset(&set, passed_on[i]);
    sigprocmask(now ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

pp_status
pp_process_prepare(pp_error *err)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
            return fail_errno(err, "cannot open /dev/null", errno);
    for (size_t i = 0; i < NPASSED; i++) {
        struct sigaction was, ours = { .sa_handler = pass_on };

        sigemptyset(&ours.sa_mask);
        for (size_t k = 0; k < NPASSED; k++)
            sigaddset(&ours.sa_mask, passed_on[k]);
        if (sigaction(passed_on[i], NULL, &was) != 0)
            return fail_errno(err, "cannot catch signals", errno);
        caught[i] = was.sa_handler != SIG_IGN;
        if (caught[i] && sigaction(passed_on[i], &ours, NULL) != 0)
            return fail_errno(err, "cannot catch signals", errno);
    }
    block(false);
    return PP_OK;
}

int
pp_process_stopped(void)
{
    return stopped;
}

void
pp_process_die(int signal)
{
    struct sigaction usual = { .sa_handler = SIG_DFL };

    sigemptyset(&usual.sa_mask);
    sigaction(signal, &usual, NULL);
    raise(signal);
}

static bool
close_in_children(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

pp_status
pp_process_pipe(int end[2], pp_error *err)
{
    if (pipe(end) != 0)
        return fail_errno(err, "cannot make a pipe", errno);
    if (!close_in_children(end[0]) || !close_in_children(end[1])) {
        close(end[0]);
        close(end[1]);
        return fail_errno(err, "cannot make a pipe", errno);
    }
    return PP_OK;
}

int
pp_process_scratch(void)
{
    FILE *f = tmpfile();
    const int fd = f != NULL ? dup(fileno(f)) : -1;

    if (f != NULL)
        fclose(f);
    if (fd >= 0 && !close_in_children(fd)) {
        close(fd);
        return -1;
    }
    return fd;
}

char *
pp_process_scratch_text(int fd, size_t limit)
{
    struct stat st;
    size_t size = 0, used = 0;
    char *text;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && st.st_size > 0)
        size = (size_t)st.st_size < limit ? (size_t)st.st_size : limit;
    text = pp_alloc(size + 1, 1);
    while (text != NULL && used < size) {
        const ssize_t n = pread(fd, text + used, size - used, (off_t)used);

        if (n <= 0)
            break;
        used += (size_t)n;
    }
    if (text != NULL)
        text[used] = '\0';
    close(fd);
    return text;
}

void
pp_process_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

int
pp_process_open_input(const char *path, pp_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        fail_errno(err, "cannot open", errno);
    return fd;
}

int
pp_process_open_output(const char *path, pp_error *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (fd < 0)
        fail_errno(err, "cannot create", errno);
    return fd;
}

static int
set_streams(posix_spawn_file_actions_t *actions, const int stream[3])
{
    int failed = 0;

    for (int to = 0; to < 3 && failed == 0; to++)
        failed = stream[to] >= 0
                     ? posix_spawn_file_actions_adddup2(actions, stream[to],
                                                        to)
                     : posix_spawn_file_actions_addopen(
                           actions, to, "/dev/null",
                           to == 0 ? O_RDONLY : O_WRONLY, 0);
    return failed;
}

static int
set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, usual;
    int failed;

    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    for (size_t i = 0; i < NPASSED; i++)
        if (caught[i])
            sigaddset(&usual, passed_on[i]);
    failed = posix_spawnattr_setsigmask(attributes, &none);
    if (failed == 0)
        failed = posix_spawnattr_setsigdefault(attributes, &usual);
    if (failed == 0)
        failed = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return failed;
}

pp_status
pp_process_start(const char *const *argv, const int stream[3], long *pid,
                 pp_error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t started = 0;
    int failed;

    *pid = 0;
    if (nchild >= PP_MOST_CHILDREN)
        return pp_fail(err, PP_ELIMIT, "too many programs at once");
    if ((failed = posix_spawn_file_actions_init(&actions)) != 0)
        return fail_errno(err, "cannot start a program", failed);
    if ((failed = posix_spawnattr_init(&attributes)) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return fail_errno(err, "cannot start a program", failed);
    }
    block(true);
    failed = set_streams(&actions, stream);
    if (failed == 0)
        failed = set_signals(&attributes);
    if (failed == 0)
        failed = posix_spawnp(&started, argv[0], &actions, &attributes,
                              (char *const *)argv, environ);
    if (failed == 0)
        child[nchild++] = started;
    block(false);
    if (failed == 0 && stopped != 0)
        kill(started, stopped);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return pp_fail(err, PP_EIO, "cannot start %s: %s", argv[0],
                       strerror(failed));
    *pid = started;
    return PP_OK;
}

static double
seconds(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

pp_status
pp_process_wait(pp_process_end *end, pp_error *err)
{
    struct rusage used;
    siginfo_t who = { 0 };
    int status = 0, failed;
    pid_t pid;

    memset(end, 0, sizeof *end);
    /* its number is not given to another until it is off our list */
    do
        failed = waitid(P_ALL, 0, &who, WEXITED | WNOWAIT);
    while (failed != 0 && errno == EINTR);
    if (failed != 0)
        return fail_errno(err, "cannot wait for a program", errno);
    block(true);
    do
        pid = wait4(who.si_pid, &status, 0, &used);
    while (pid < 0 && errno == EINTR);
    for (int i = 0; i < nchild; i++)
        if (child[i] == pid) {
            child[i] = child[nchild - 1];
            nchild--;
            break;
        }
    block(false);
    if (pid < 0)
        return pp_fail(err, PP_EIO, "cannot wait for a program");
    end->pid = pid;
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->status = WIFSIGNALED(status) ? 128 + end->signal
                                      : WEXITSTATUS(status);
    end->user_s = seconds(used.ru_utime);
    end->system_s = seconds(used.ru_stime);
    end->peak_bytes = (uint64_t)used.ru_maxrss * 1024; /* Linux: in KiB */
    return PP_OK;
}

double
pp_process_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool
pp_process_lock(const char *folder, bool wait, int *fd, pp_error *err)
{
    int got;

    /* no O_CLOEXEC: whoever works in the folder holds the lock */
    *fd = open(folder, O_RDONLY | O_DIRECTORY);
    if (*fd < 0) {
        fail_errno(err, "cannot open", errno);
        return false;
    }
    do
        got = flock(*fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
    while (got != 0 && errno == EINTR && stopped == 0);
    if (got == 0 || (errno != EWOULDBLOCK && errno != EINTR))
        return true; /* or a file system without locks */
    close(*fd);
    *fd = -1;
    return false;
}

uint64_t
pp_process_memory(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long size = sysconf(_SC_PAGESIZE);

    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}
