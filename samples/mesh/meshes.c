/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshes.c - writes the mesh samples: meshes DIRECTORY
 */
#include "sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whole numbers, so that every format and every unit holds them exactly. */
const double cube_corner[8][3] = {
    { -20, 30, 100 }, { -10, 30, 100 }, { -20, 40, 100 }, { -10, 40, 100 },
    { -20, 30, 110 }, { -10, 30, 110 }, { -20, 40, 110 }, { -10, 40, 110 },
};

const int cube_quad[6][4] = {
    { 0, 2, 3, 1 }, { 4, 5, 7, 6 }, { 0, 1, 5, 4 },
    { 2, 6, 7, 3 }, { 0, 4, 6, 2 }, { 1, 3, 7, 5 },
};

unsigned char sample[SAMPLE_ROOM];
size_t nsample;

int
cube_facet_corner(int t, int k)
{
    return cube_quad[t / 2][k == 0 ? 0 : k + t % 2];
}

void
put_bytes(const void *data, size_t n)
{
    if (n > SAMPLE_ROOM - nsample)
        abort();
    memcpy(sample + nsample, data, n);
    nsample += n;
}

void
put_text(const char *format, ...)
{
    char text[1024];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        abort();
    put_bytes(text, (size_t)n);
}

void
put_u16(unsigned v)
{
    const unsigned char b[2] = { v & 255, v >> 8 & 255 };

    put_bytes(b, 2);
}

void
put_u32(uint32_t v)
{
    put_u16(v & 65535);
    put_u16(v >> 16);
}

void
put_u32_be(uint32_t v)
{
    const unsigned char b[4] = { v >> 24, v >> 16 & 255, v >> 8 & 255,
                                 v & 255 };

    put_bytes(b, 4);
}

static uint32_t
float_bits(float v)
{
    uint32_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

void
put_float(float v)
{
    put_u32(float_bits(v));
}

void
put_float_be(float v)
{
    put_u32_be(float_bits(v));
}

void
put_double(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    put_u32((uint32_t)bits);
    put_u32((uint32_t)(bits >> 32));
}

static int
write_samples(const char *directory, const sample_row *row)
{
    for (; row->name != NULL; row++) {
        char path[4096];
        FILE *f;

        nsample = 0;
        row->make();
        snprintf(path, sizeof path, "%s/%s", directory, row->name);
        f = fopen(path, "wb");
        if (f == NULL || fwrite(sample, 1, nsample, f) != nsample ||
            fclose(f) != 0) {
            perror(path);
            return 1;
        }
    }
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: meshes DIRECTORY\n", stderr);
        return 2;
    }
    return write_samples(argv[1], stl_samples) ||
           write_samples(argv[1], ply_samples) ||
           write_samples(argv[1], text_samples) ||
           write_samples(argv[1], threemf_samples) ||
           write_samples(argv[1], glb_samples) ||
           write_samples(argv[1], vtp_samples);
}
