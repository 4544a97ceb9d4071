/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fields.c - one call of src/mask/ on a raw volume, for fields.py
 *
 *   fields WHAT NX NY NZ MM MM MM IN OUT [SIGMA SIGMA SIGMA]
 *
 * distance, label: bytes in, 0 or 1; gaussian, laplacian, wide: floats in;
 * march: bytes in, 0 obstacle, 1 open, from 2 on seeds. Floats or 32-bit
 * labels out ("-": none). Prints the seconds of the call.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "mask/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    size_t dim[3], n;
    double mm[3], sigma[3];
    pp_bytes in;
    void *out;
} job;

static void
die(const char *message)
{
    fprintf(stderr, "fields: %s\n", message);
    exit(2);
}

static void
check(const pp_error *err)
{
    if (err->status != PP_OK)
        die(err->message);
}

static double
seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
march(const job *j, pp_error *err)
{
    uint32_t *label = pp_alloc_zero(j->n, sizeof *label);
    uint8_t *open = pp_alloc(j->n, 1);

    if (label == NULL || open == NULL)
        die("out of memory");
    for (size_t v = 0; v < j->n; v++) {
        const uint8_t c = j->in.data[v];

        open[v] = c == 1;
        label[v] = c >= 2 ? c - 1U : 0;
    }
    if (pp_field_march(open, j->dim, j->mm, label, j->out, err) != PP_OK)
        check(err);
    pp_free(label);
    pp_free(open);
}

static void
islands(job *j, pp_error *err)
{
    pp_mask m = { .in = j->in.data };
    pp_island *island;
    uint32_t *label;
    size_t n;

    memcpy(m.dim, j->dim, sizeof m.dim);
    for (int a = 0; a < 3; a++)
        m.to_lps[a][a] = j->mm[a];
    if (pp_mask_islands(&m, PP_CONNECT_CORNER, &label, &island, &n, err) !=
        PP_OK)
        check(err);
    pp_free(island);
    j->out = label;
}

static void
work(const char *what, job *j, pp_error *err)
{
    const double w[3] = { 1 / (j->mm[0] * j->mm[0]),
                          1 / (j->mm[1] * j->mm[1]),
                          1 / (j->mm[2] * j->mm[2]) };
    float *f = (float *)j->in.data;

    if (strcmp(what, "label") == 0) {
        islands(j, err);
        return;
    }
    j->out = pp_alloc(j->n, 4);
    if (j->out == NULL)
        die("out of memory");
    if (strcmp(what, "distance") == 0) {
        pp_field_classes c = { .byte = j->in.data };

        memcpy(c.dim, j->dim, sizeof c.dim);
        memcpy(c.mm, j->mm, sizeof c.mm);
        (void)!pp_field_distance(&c, j->out, err);
    } else if (strcmp(what, "gaussian") == 0) {
        (void)!pp_field_gaussian(f, j->dim, j->sigma, err);
        memcpy(j->out, f, 4 * j->n);
    } else if (strcmp(what, "laplacian") == 0) {
        pp_field_laplacian(f, j->dim, w, j->out);
    } else if (strcmp(what, "wide") == 0) {
        pp_field_wide_laplacian(f, j->dim, w, j->out);
    } else if (strcmp(what, "march") == 0) {
        march(j, err);
    } else {
        die("unknown work");
    }
}

int
main(int argc, char **argv)
{
    job j = { .n = 1 };
    pp_error err = { 0 };
    double start;

    if (argc != 10 && argc != 13)
        die("wants 9 or 12 arguments");
    for (int a = 0; a < 3; a++) {
        j.dim[a] = strtoul(argv[2 + a], NULL, 10);
        j.n *= j.dim[a];
        if (!pp_text_to_double(argv[5 + a], &j.mm[a]) ||
            (argc == 13 && !pp_text_to_double(argv[10 + a], &j.sigma[a])))
            die("wants numbers");
    }
    if (pp_file_read(argv[8], 0, &j.in, &err) != PP_OK)
        check(&err);
    if (j.in.size != j.n && j.in.size != 4 * j.n)
        die("the file has another size");
    start = seconds();
    work(argv[1], &j, &err);
    check(&err);
    printf("%.3f\n", seconds() - start);
    if (strcmp(argv[9], "-") != 0 &&
        pp_file_write(argv[9], j.out, 4 * j.n, &err) != PP_OK)
        check(&err);
    pp_free(j.out);
    pp_bytes_free(&j.in);
    return 0;
}
