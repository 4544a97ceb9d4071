/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_volume.h - a volume reader on whatever bytes
 *
 * A target includes this once and names the bytes that make the input its own,
 * so that each reader is fuzzed for its time. Readers take paths: the bytes go
 * through a file in memory.
 */
#ifndef PP_TESTS_FUZZ_VOLUME_H
#define PP_TESTS_FUZZ_VOLUME_H

#include "voxel/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts unless what was read can be used. */
static void
check_volume(const pp_volume *v)
{
    for (size_t l = 0; l < v->nlayer; l++) {
        const pp_grid *g = &v->layer[l];
        const size_t n = g->dim[0] * g->dim[1] * g->dim[2];
        const pp_vec3 p = pp_grid_position(g, 0, 0, 0);

        /* the first and the last voxel are there, and have a place */
        if (!pp_finite(p) || !(pp_grid_voxel_volume(g) > 0) || n == 0)
            abort();
        if (g->voxel != NULL)
            (void)(pp_grid_value(g, 0) + pp_grid_value(g, n - 1));
    }
    for (size_t s = 0; s < v->nsegment; s++)
        if (v->segment[s].layer >= v->nlayer)
            abort();
}

/* What a target asks for beside this. */
static pp_read_options fuzz_options;

/* Reads the bytes as a file, with voxels and by header alone. */
static void
read_volume(const uint8_t *data, size_t size)
{
    static char path[64];
    FILE *file;

    if (path[0] == '\0')
        snprintf(path, sizeof path, "/dev/shm/printprep-fuzz-%ld",
                 (long)getpid());
    file = fopen(path, "wb");
    if (file == NULL)
        abort();
    fwrite(data, 1, size, file);
    fclose(file);
    for (int way = 0; way < 2; way++) {
        pp_read_options options = fuzz_options;
        pp_error err = { 0 };
        pp_volume v;

        options.headers_only = way == 1;
        options.channel = 1;
        options.resample = true;
        if (pp_volume_read(path, &options, &v, &err) == PP_OK) {
            check_volume(&v);
            if (way == 0)
                (void)!pp_volume_list_labels(&v, &err);
        } else if (v.layer != NULL || v.segment != NULL ||
                   err.message[0] == '\0') {
            abort();
        }
        pp_volume_free(&v);
    }
    unlink(path);
}

#endif
