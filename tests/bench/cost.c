/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cost.c - what a command costs
 *
 *     cost [-1] COMMAND...
 *
 * Runs it three times (-1: once), without its output, and prints the least
 * user CPU and wall time in seconds, and the peak memory in MB.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 3

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double
seconds(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

int
main(int argc, char **argv)
{
    const int once = argc > 1 && strcmp(argv[1], "-1") == 0;
    double user = 1e9, wall = 1e9, before = 0;
    struct rusage use;
    int status = 0;

    argv += once;
    argc -= once;
    if (argc < 2)
        return 2;
    for (int run = 0; run < (once ? 1 : RUNS); run++) {
        const double start = now();
        const pid_t child = fork();

        if (child == 0) {
            const int null = open("/dev/null", O_RDWR);

            dup2(null, 1);
            dup2(null, 2);
            execvp(argv[1], argv + 1);
            _exit(127);
        }
        if (child < 0 || waitpid(child, &status, 0) != child)
            return 2;
        if (now() - start < wall)
            wall = now() - start;
        getrusage(RUSAGE_CHILDREN, &use);
        if (seconds(use.ru_utime) - before < user)
            user = seconds(use.ru_utime) - before;
        before = seconds(use.ru_utime);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
        fprintf(stderr, "cost: %s failed\n", argv[1]);
        return 2;
    }
    printf("%.2f %.2f %ld\n", user, wall, use.ru_maxrss / 1024);
    return 0;
}
