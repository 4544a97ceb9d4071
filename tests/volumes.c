/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * volumes.c - small volumes with known truth, and the bytes of their files
 */
#include "volumes.h"

#include "base/alloc.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
test_ramp(pp_grid *g, bool oblique)
{
    /* unit axes of a frame turned about all three, and spacings 0.7 1.1 2.5 */
    const double a = oblique ? 0.3 : 0, b = oblique ? -0.2 : 0,
                 c = oblique ? 0.15 : 0;
    const double turn[3][3] = {
        { cos(b) * cos(c), -cos(b) * sin(c), sin(b) },
        { cos(a) * sin(c) + sin(a) * sin(b) * cos(c),
          cos(a) * cos(c) - sin(a) * sin(b) * sin(c), -sin(a) * cos(b) },
        { sin(a) * sin(c) - cos(a) * sin(b) * cos(c),
          sin(a) * cos(c) + cos(a) * sin(b) * sin(c), cos(a) * cos(b) }
    };
    const double spacing[3] = { 0.7, 1.1, 2.5 };
    const double origin[3] = { -123.25, 211.5, -1033.75 };
    const size_t dim[3] = { 7, 6, 5 };
    pp_error err = { 0 };

    ck_ok(pp_grid_alloc(g, dim, PP_VOXEL_U8, &err), err);
    for (int r = 0; r < 3; r++) {
        for (int k = 0; k < 3; k++)
            g->to_lps[r][k] = turn[r][k] * spacing[k];
        g->to_lps[r][3] = origin[r];
    }
    for (size_t n = 0; n < 210; n++)
        ((uint8_t *)g->voxel)[n] = (uint8_t)n;
}

void
test_restore(const pp_grid *g, int order, int flip, pp_grid *out)
{
    static const int from[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                    { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    const int *f = from[order];
    const size_t dim[3] = { g->dim[f[0]], g->dim[f[1]], g->dim[f[2]] };
    const size_t size = pp_voxel_size(g->type);
    pp_error err = { 0 };
    size_t n[3];

    ck_ok(pp_grid_alloc(out, dim, g->type, &err), err);
    out->slope = g->slope;
    out->intercept = g->intercept;
    for (n[2] = 0; n[2] < dim[2]; n[2]++)
        for (n[1] = 0; n[1] < dim[1]; n[1]++)
            for (n[0] = 0; n[0] < dim[0]; n[0]++) {
                size_t o[3];

                for (int a = 0; a < 3; a++)
                    o[f[a]] = flip >> a & 1 ? dim[a] - 1 - n[a] : n[a];
                memcpy((char *)out->voxel +
                           size * ((n[2] * dim[1] + n[1]) * dim[0] + n[0]),
                       (const char *)g->voxel +
                           size * ((o[2] * g->dim[1] + o[1]) * g->dim[0] +
                                   o[0]),
                       size);
            }
    for (int r = 0; r < 3; r++) {
        out->to_lps[r][3] = g->to_lps[r][3];
        for (int a = 0; a < 3; a++) {
            const double step = g->to_lps[r][f[a]];

            out->to_lps[r][a] = flip >> a & 1 ? -step : step;
            if (flip >> a & 1)
                out->to_lps[r][3] += step * (double)(dim[a] - 1);
        }
    }
}

bool
test_same_place(const pp_grid *a, const pp_grid *b, double tolerance_mm)
{
    size_t n = 0;

    for (int c = 0; c < 3; c++)
        if (a->dim[c] != b->dim[c])
            return false;
    for (size_t k = 0; k < a->dim[2]; k++)
        for (size_t j = 0; j < a->dim[1]; j++)
            for (size_t i = 0; i < a->dim[0]; i++, n++) {
                const pp_vec3 p = pp_grid_position(a, (double)i, (double)j,
                                                   (double)k);
                const pp_vec3 q = pp_grid_position(b, (double)i, (double)j,
                                                   (double)k);

                if (!(pp_distance(p, q) <= tolerance_mm) ||
                    pp_grid_value(a, n) != pp_grid_value(b, n))
                    return false;
            }
    return true;
}

/* ---- NIfTI ---- */

typedef struct {
    unsigned char *at;
    bool big;
} field;

static void
put(field f, size_t offset, const void *value, size_t size)
{
    const uint16_t one = 1;
    const bool host_big = *(const unsigned char *)&one == 0;

    for (size_t n = 0; n < size; n++)
        f.at[offset + n] =
            ((const unsigned char *)value)[f.big != host_big ? size - 1 - n
                                                             : n];
}

static void
put_int(field f, size_t offset, int64_t v, size_t size)
{
    const int16_t two = (int16_t)v;
    const int32_t four = (int32_t)v;

    put(f, offset, size == 2 ? (const void *)&two
                   : size == 4 ? (const void *)&four : (const void *)&v, size);
}

static void
put_real(field f, size_t offset, double v, size_t size)
{
    const float narrow = (float)v;

    put(f, offset, size == 4 ? (const void *)&narrow : (const void *)&v, size);
}

/* Quaternion of the rotation whose columns are u[][0..2] (det +1). */
static void
quaternion(double u[3][3], double q[3])
{
    double best[4] = { 1, 0, 0, 0 }, norm = 0;

    /* the largest of the four ways to start keeps the precision */
    for (int s = 0; s < 4; s++) {
        double t[4];

        if (s == 0) {
            t[0] = 1 + u[0][0] + u[1][1] + u[2][2];
            t[1] = u[2][1] - u[1][2];
            t[2] = u[0][2] - u[2][0];
            t[3] = u[1][0] - u[0][1];
        } else {
            const int i = s - 1, j = s % 3, k = (s + 1) % 3;

            t[0] = u[k][j] - u[j][k];
            t[i + 1] = 1 + u[i][i] - u[j][j] - u[k][k];
            t[j + 1] = u[i][j] + u[j][i];
            t[k + 1] = u[i][k] + u[k][i];
        }
        const double n = t[0] * t[0] + t[1] * t[1] + t[2] * t[2] + t[3] * t[3];

        if (n > norm) {
            norm = n;
            memcpy(best, t, sizeof t);
        }
    }
    for (int a = 0; a < 3; a++)
        q[a] = (best[0] < 0 ? -1 : 1) * best[a + 1] / sqrt(norm);
}

void
test_nifti_bytes(const pp_grid *g, const test_nifti *spec, pp_bytes *out)
{
    const bool two = spec->version == 2;
    const size_t header = two ? 540 : 348, room = header + 4;
    const size_t dim = two ? 16 : 40, pixdim = two ? 104 : 76;
    const size_t ds = two ? 8 : 2, rs = two ? 8 : 4;
    const size_t size = pp_voxel_size(g->type);
    const size_t n = g->dim[0] * g->dim[1] * g->dim[2];
    const double mm[] = { 1, 1000, 1, 0.001 };
    pp_error err = { 0 };
    unsigned char *at;
    double u[3][3], q[3], edge[3], ras[3][4];

    ck_ok(pp_bytes_extend(out, room + n * size, &at, &err), err);
    memset(at, 0, room);
    const field f = { at, spec->swapped };

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            ras[r][c] = g->to_lps[r][c] * (r < 2 ? -1 : 1) / mm[spec->units];
    for (int c = 0; c < 3; c++) {
        edge[c] = sqrt(ras[0][c] * ras[0][c] + ras[1][c] * ras[1][c] +
                       ras[2][c] * ras[2][c]);
        for (int r = 0; r < 3; r++)
            u[r][c] = ras[r][c] / edge[c];
    }
    const double det =
        u[0][0] * (u[1][1] * u[2][2] - u[1][2] * u[2][1]) -
        u[0][1] * (u[1][0] * u[2][2] - u[1][2] * u[2][0]) +
        u[0][2] * (u[1][0] * u[2][1] - u[1][1] * u[2][0]);

    for (int r = 0; r < 3 && det < 0; r++)
        u[r][2] = -u[r][2];
    quaternion(u, q);
    put_int(f, 0, (int64_t)header, 4);
    memcpy(at + (two ? 4 : 344), two ? "n+2\0\r\n\032\n" : "n+1", two ? 8 : 4);
    put_int(f, dim, 3, ds);
    for (size_t a = 1; a < 8; a++)
        put_int(f, dim + a * ds, a <= 3 ? (int64_t)g->dim[a - 1] : 1, ds);
    put_real(f, pixdim, det < 0 ? -1 : 1, rs);
    for (size_t a = 0; a < 3; a++)
        put_real(f, pixdim + (a + 1) * rs, edge[a], rs);
    put_int(f, two ? 12 : 70, size == 1 ? 2 : 4, 2);
    put_int(f, two ? 14 : 72, (int64_t)size * 8, 2);
    if (two)
        put_int(f, 168, (int64_t)room, 8);
    else
        put_real(f, 108, (double)room, 4);
    put_real(f, two ? 176 : 112, spec->slope, rs);
    put_real(f, two ? 184 : 116, spec->intercept, rs);
    if (two)
        put_int(f, 500, spec->units, 4);
    else
        at[123] = (unsigned char)spec->units;
    put_int(f, two ? 344 : 252, spec->qform, two ? 4 : 2);
    put_int(f, two ? 348 : 254, spec->sform, two ? 4 : 2);
    for (size_t a = 0; a < 3; a++) {
        put_real(f, (two ? 352 : 256) + a * rs, q[a], rs);
        put_real(f, (two ? 376 : 268) + a * rs, ras[a][3] + spec->q_shift,
                 rs);
        for (size_t c = 0; c < 4; c++)
            put_real(f, (two ? 400 : 280) + (a * 4 + c) * rs, ras[a][c], rs);
    }
    for (size_t v = 0; v < n; v++)
        put((field){ at + room, spec->swapped }, v * size,
            (const char *)g->voxel + v * size, size);
}

const char *
test_file(const char *name, const void *data, size_t size)
{
    static char path[256], folder[64];
    FILE *file;

    if (folder[0] == '\0') {
        strcpy(folder, "/tmp/printprep-test-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(folder));
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}
