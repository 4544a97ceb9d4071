/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/process.h"

#include "base/alloc.h"
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Runs a line of the shell; its standard output. */
static pp_process_end
run_line(const char *line, char out[256])
{
    const char *argv[] = { "sh", "-c", line, NULL };
    const int fd = pp_process_scratch();
    const int stream[3] = { -1, fd, -1 };
    pp_process_end end;
    pp_error err = { 0 };
    long pid;
    char *text;

    ck_ok(pp_process_start(argv, stream, &pid, &err), err);
    ck_ok(pp_process_wait(&end, &err), err);
    ck_assert_int_eq(end.pid, pid);
    text = pp_process_scratch_text(fd, 255);
    snprintf(out, 256, "%s", text);
    pp_free(text);
    return end;
}

START_TEST(a_child_tells_its_status_and_its_words)
{
    char out[256];
    pp_process_end end = run_line("printf 'said'; exit 7", out);

    ck_assert_int_eq(end.status, 7);
    ck_assert_int_eq(end.signal, 0);
    ck_assert_str_eq(out, "said");
    ck_assert_uint_gt(end.peak_bytes, 100000);
    end = run_line("kill -KILL $$", out);
    ck_assert_int_eq(end.signal, SIGKILL);
    ck_assert_int_eq(end.status, 128 + SIGKILL);
}
END_TEST

START_TEST(a_child_has_no_descriptors_but_its_streams)
{
    static const char open_ones[] =
        "for n in 3 4 5 6 7 8 9; do "
        "(true <&$n) 2>/dev/null && printf \"$n \"; done";
    char out[256], before[256];
    int end[2];
    pp_error err = { 0 };

    (void)run_line(open_ones, before); /* of whoever runs the tests */
    ck_ok(pp_process_pipe(end, &err), err);
    ck_assert_int_lt(end[0], 9);
    (void)run_line(open_ones, out);
    ck_assert_str_eq(out, before);
    (void)run_line("read x; echo \"got:$x\"", out); /* input is empty */
    ck_assert_str_eq(out, "got:\n");
    pp_process_close(end[0]);
    pp_process_close(end[1]);
}
END_TEST

START_TEST(a_child_starts_with_usual_signals)
{
    char out[256];
    pp_error err = { 0 };
    sigset_t set;
    pp_process_end end;

    ck_ok(pp_process_prepare(&err), err);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    end = run_line("kill -PIPE $$; echo alive", out);
    ck_assert_int_eq(end.signal, SIGPIPE);
    end = run_line("kill -TERM $$; echo alive", out);
    ck_assert_int_eq(end.signal, SIGTERM);
    ck_assert_int_eq(pp_process_stopped(), 0);
}
END_TEST

START_TEST(a_signal_to_us_ends_our_children)
{
    const char *argv[] = { "sleep", "30", NULL };
    const int stream[3] = { -1, -1, -1 };
    pp_process_end end;
    pp_error err = { 0 };
    long pid[2];

    ck_ok(pp_process_prepare(&err), err);
    ck_ok(pp_process_start(argv, stream, &pid[0], &err), err);
    raise(SIGTERM);
    ck_assert_int_eq(pp_process_stopped(), SIGTERM);
    ck_ok(pp_process_wait(&end, &err), err);
    ck_assert_int_eq(end.pid, pid[0]);
    ck_assert_int_eq(end.signal, SIGTERM);
    /* one that starts later is told too */
    ck_ok(pp_process_start(argv, stream, &pid[1], &err), err);
    ck_ok(pp_process_wait(&end, &err), err);
    ck_assert_int_eq(end.signal, SIGTERM);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_a_failure)
{
    const char *argv[] = { "printprep-no-such-program", NULL };
    const int stream[3] = { -1, -1, -1 };
    pp_process_end end;
    pp_error err = { 0 }, none = { 0 };
    long pid;

    ck_assert_int_eq(pp_process_start(argv, stream, &pid, &err), PP_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "printprep-no-such-program"));
    ck_assert_int_eq(pp_process_wait(&end, &none), PP_EIO);
}
END_TEST

START_TEST(a_lock_is_held_by_children_too)
{
    const char *argv[] = { "sleep", "0.3", NULL };
    const int stream[3] = { -1, -1, -1 };
    pp_process_end end;
    pp_error err = { 0 };
    long pid;
    int fd, other;

    ck_assert(pp_process_lock("/tmp", false, &fd, &err) || fd < 0);
    if (fd < 0)
        return; /* somebody else holds /tmp */
    ck_ok(pp_process_start(argv, stream, &pid, &err), err);
    pp_process_close(fd);
    ck_assert(!pp_process_lock("/tmp", false, &other, &err));
    ck_ok(pp_process_wait(&end, &err), err);
    ck_assert(pp_process_lock("/tmp", false, &other, &err));
    pp_process_close(other);
    ck_assert(!pp_process_lock("/no/such/folder", false, &other, &err));
    ck_assert_int_eq(err.status, PP_EIO);
}
END_TEST

PP_TESTS("base/process", a_child_tells_its_status_and_its_words,
         a_child_has_no_descriptors_but_its_streams,
         a_child_starts_with_usual_signals, a_signal_to_us_ends_our_children,
         a_program_that_is_not_there_is_a_failure,
         a_lock_is_held_by_children_too)
