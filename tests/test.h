/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test.h - what every unit test includes
 *
 * A test file ends with
 *
 *     PP_TESTS("mesh/edges", every_edge_of_a_cube_has_two_facets, ...)
 *
 * and its output is TAP. A test's name is a sentence that must hold.
 */
#ifndef PP_TESTS_TEST_H
#define PP_TESTS_TEST_H

#include "base/status.h"

#include <check.h>
#include <stdbool.h>

/*
 * check writes a message to a file for each assertion that holds, so as to say
 * near which one a program crashed: two thirds of the time of tests with
 * millions of them. Sanitizers and debuggers say it better.
 */
#undef _mark_point
#define _mark_point(file, line) ((void)0)

/** Runs the tests of one file; the exit status of its program. */
int pp_test_run(const char *suite, const TTest *const *tests, size_t ntest);

#define PP_TESTS(suite, ...)                                                  \
    int main(void)                                                            \
    {                                                                         \
        const TTest *const tests[] = { __VA_ARGS__ };                         \
        return pp_test_run(suite, tests, sizeof tests / sizeof *tests);       \
    }

/** Fails with the message of err unless status is PP_OK. */
#define ck_ok(call, err)                                                      \
    do {                                                                      \
        if ((call) != PP_OK)                                                  \
            ck_abort_msg("%s: %s", pp_status_name((err).status),              \
                         (err).message);                                      \
    } while (0)

/** |a - b| <= tolerance, with all three printed on failure. */
#define ck_near(a, b, tolerance)                                              \
    do {                                                                      \
        const double ck_a = (a), ck_b = (b), ck_t = (tolerance);              \
        ck_assert_msg(ck_a - ck_b <= ck_t && ck_b - ck_a <= ck_t,             \
                      "%s = %.17g, %s = %.17g, apart by more than %g", #a,    \
                      ck_a, #b, ck_b, ck_t);                                  \
    } while (0)

/** Deterministic random numbers (splitmix64, Vigna 2015). */
typedef struct {
    unsigned long long state;
} pp_random;

double pp_random_unit(pp_random *r); /* [0, 1) */
unsigned pp_random_below(pp_random *r, unsigned n);

/** Rounds of a random test: n, or a fifth of it with QUICK=1 (sanitizers). */
int pp_test_rounds(int n);

/**
 * Path of a file of the shared data beside the checkout in path (size bytes),
 * or false when it is not there: the test then calls pp_test_skip.
 */
bool pp_test_shared(const char *relative, char *path, size_t size);

/** Ends a whole test program as skipped, with the reason. */
_Noreturn void pp_test_skip(const char *reason);

#endif
