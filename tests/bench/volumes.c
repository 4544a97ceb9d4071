/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * volumes.c [SLICES] - what it costs to read a series, against its bytes
 *
 * A series of 512 x 512 int16 slices is written under $TMPDIR, read once to
 * warm the cache, then in turns: every file through `cat | wc -c` and its
 * pixels copied into new memory (the yardstick), the volume, the list of
 * series. The best of five counts. Bytes read come from the kernel's count.
 */
#include "base/alloc.h"
#include "base/bytes.h"
#include "base/file.h"
#include "shim/dicom.h"
#include "voxel/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SIDE 512
#define TURNS 5

static char folder[] = "/tmp/printprep-bench-XXXXXX";

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double
cpu_of(int who)
{
    struct rusage u;

    getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static double
cpu(void)
{
    return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
}

static double
bytes_read(void)
{
    FILE *f = fopen("/proc/self/io", "r");
    double n = 0;

    if (f != NULL) {
        if (fscanf(f, "rchar: %lf", &n) != 1)
            n = 0;
        fclose(f);
    }
    return n;
}

static void
die(const pp_error *err)
{
    fprintf(stderr, "volumes: %s\n", err->message);
    exit(2);
}

static void
write_series(size_t slices)
{
    const pp_dicom_write_options options = { "bench", "bench", 946684800,
                                             true };
    const size_t dim[3] = { SIDE, SIDE, slices };
    pp_error err = { 0 };
    pp_grid g;

    if (pp_grid_alloc(&g, dim, PP_VOXEL_I16, &err) != PP_OK)
        die(&err);
    for (size_t n = 0; n < SIDE * SIDE * slices; n++)
        ((int16_t *)g.voxel)[n] = (int16_t)(n * 2654435761u >> 20);
    for (int a = 0; a < 3; a++)
        g.to_lps[a][a] = 0.7;
    if (pp_dicom_write_ct(folder, &g, &options, &err) != PP_OK)
        die(&err);
    pp_grid_free(&g);
}

/* ---- what is measured ---- */

static char **path;
static size_t npath, nslice;

static void
read_plainly(void)
{
    static unsigned char piece[SIDE * SIDE * 2];
    char command[128];
    unsigned char *copy;

    snprintf(command, sizeof command, "cat %s/* | wc -c >/dev/null", folder);
    if (system(command) != 0)
        exit(2);
    copy = pp_alloc(nslice, sizeof piece);
    if (copy == NULL)
        exit(2);
    for (size_t k = 0; k < nslice; k++)
        memcpy(copy + k * sizeof piece, piece, sizeof piece);
    if (copy[npath] != 0) /* the copy is looked at: it is made */
        exit(2);
    pp_free(copy);
}

static void
read_volume(void)
{
    pp_error err = { 0 };
    pp_volume v;

    if (pp_volume_read(folder, NULL, &v, &err) != PP_OK ||
        v.layer->dim[2] != nslice)
        die(&err);
    pp_volume_free(&v);
}

static void
list_series(void)
{
    pp_error err = { 0 };
    pp_series_info *list;
    size_t n;

    if (pp_volume_list_series(folder, NULL, &list, &n, &err) != PP_OK)
        die(&err);
    pp_free(list);
}

static double
measure(const char *name, void (*run)(void), double yardstick)
{
    double best = 1e9, work = 1e9, bytes = 0;

    for (int turn = 0; turn < TURNS; turn++) {
        const double at = now(), used = cpu(), had = bytes_read();

        run();
        bytes = bytes_read() - had;
        work = cpu() - used < work ? cpu() - used : work;
        best = now() - at < best ? now() - at : best;
    }
    printf("  %-24s %7.3f %7.3f %8.1f", name, work, best, bytes / 1e6);
    if (yardstick > 0)
        printf("   %5.2f", best / yardstick);
    putchar('\n');
    fflush(stdout);
    return best;
}

int
main(int argc, char **argv)
{
    pp_error err = { 0 };
    double yardstick;

    nslice = argc > 1 ? strtoul(argv[1], NULL, 10) : 400;
    if (mkdtemp(folder) == NULL || nslice < 2)
        return 2;
    write_series(nslice);
    if (pp_file_list(folder, &path, &npath, &err) != PP_OK)
        die(&err);
    printf("%zu slices of %d x %d int16\n  %-24s %7s %7s %8s   %s\n", nslice,
           SIDE, SIDE, "", "cpu s", "wall s", "MB read", "share of the bytes");
    read_plainly();
    yardstick = measure("cat | wc -c, and a copy", read_plainly, 0);
    measure("the volume", read_volume, yardstick);
    measure("the list of series", list_series, yardstick);
    for (size_t f = 0; f < npath; f++)
        unlink(path[f]);
    rmdir(folder);
    pp_file_list_free(path, npath);
    return 0;
}
