/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test.c - the runner of a test file, random numbers, shared data
 */
#include "test.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
pp_test_run(const char *name, const TTest *const *tests, size_t ntest)
{
    Suite *suite = suite_create(name);
    SRunner *runner;

    for (size_t i = 0; i < ntest; i++) {
        TCase *tcase = tcase_create(tests[i]->name);

        tcase_set_timeout(tcase, 600);
        tcase_add_test(tcase, tests[i]);
        suite_add_tcase(suite, tcase);
    }
    runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
    return 0; /* TAP tells what failed */
}

static uint64_t
next_random(pp_random *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15U);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

double
pp_random_unit(pp_random *r)
{
    return (double)(next_random(r) >> 11) * 0x1p-53;
}

unsigned
pp_random_below(pp_random *r, unsigned n)
{
    return (unsigned)(pp_random_unit(r) * n);
}

int
pp_test_rounds(int n)
{
    const char *quick = getenv("QUICK");

    return quick != NULL && strcmp(quick, "1") == 0 ? (n + 4) / 5 : n;
}

bool
pp_test_shared(const char *relative, char *path, size_t size)
{
    const char *top = getenv("top_srcdir");

    snprintf(path, size, "%s/../shared/data/%s", top != NULL ? top : ".",
             relative);
    return access(path, R_OK) == 0;
}

void
pp_test_skip(const char *reason)
{
    printf("1..0 # SKIP %s\n", reason);
    exit(0);
}
