/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * raw.c - the numbers that follow a header of text lines
 *
 * NRRD and MetaImage differ in their words and agree in the rest: a text
 * header, then numbers in the same file or in others, packed or not, in
 * either byte order. Numbers go straight into their grid.
 */
#include "voxel/raw.h"

#include "base/alloc.h"
#include "base/cause.h"
#include "base/text.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers at a time when volumes are interleaved or written as text. */
#define PIECE ((size_t)1 << 16)

/* 2^53: where a double stops telling neighbouring integers apart. */
#define EXACT_LIMIT 9007199254740992.0

/* ---- numbers ---- */

static bool
host_is_big(void)
{
    const uint16_t one = 1;

    return *(const unsigned char *)&one == 0;
}

typedef struct {
    const pp_raw_files *files;
    const pp_raw_layout *layout;
    size_t next;       /* file to open */
    uint64_t per_file; /* bytes of numbers in each */
    uint64_t left;     /* of the open one */
    pp_source *source;
} reader;

static pp_status
skip_lines(pp_source *source, size_t n, pp_error *err)
{
    unsigned char c;

    while (n > 0) {
        if (pp_source_exactly(source, &c, 1, err) != PP_OK)
            return err->status;
        n -= c == '\n';
    }
    return PP_OK;
}

static pp_status
open_next(reader *r, pp_error *err)
{
    const pp_raw_layout *l = r->layout;
    uint64_t skip = l->skip, most;

    pp_source_close(r->source);
    r->source = NULL;
    if (r->next == r->files->n)
        return pp_fail(err, PP_EFORMAT, "names too few data files");
    if (pp_source_open(r->files->path[r->next++], l->offset, l->packing,
                       &r->source, err) != PP_OK)
        return err->status;
    most = pp_source_at_most(r->source);
    r->left = r->per_file;
    if (!l->ascii && most < r->per_file)
        return pp_fail(err, PP_EFORMAT,
                       "is truncated: the header says %llu bytes of voxels, "
                       "at most %llu can be there",
                       (unsigned long long)r->per_file,
                       (unsigned long long)most);
    if (l->from_end)
        skip = most - r->per_file;
    if (skip_lines(r->source, l->line_skip, err) != PP_OK)
        return err->status;
    return pp_source_skip(r->source, skip, err);
}

static bool
is_blank(unsigned char c)
{
    return isspace(c) || c == ',';
}

/* One number written as text. */
static pp_status
read_word(pp_source *source, double *value, pp_error *err)
{
    char word[64];
    unsigned char c;
    size_t n = 0, got;

    do
        if (pp_source_exactly(source, &c, 1, err) != PP_OK)
            return pp_cause(err);
    while (is_blank(c));
    do {
        if (n + 1 < sizeof word)
            word[n++] = (char)c;
        if (pp_source_read(source, &c, 1, &got, err) != PP_OK)
            return pp_cause(err);
    } while (got == 1 && !is_blank(c));
    word[n] = '\0';
    if (!pp_text_to_double(word, value))
        return pp_fail(err, PP_EFORMAT, "\"%s\" is no number", word);
    return PP_OK;
}

#define PUT(ctype, low, high)                                                 \
    do {                                                                      \
        if (!(value >= (low) && value <= (high)) || floor(value) != value)    \
            return false;                                                     \
                                                                              \
        const ctype v = (ctype)value;                                         \
                                                                              \
        memcpy(to, &v, sizeof v);                                             \
        return true;                                                          \
    } while (0)

static bool
put_number(const pp_raw_type *type, double value, unsigned char *to)
{
    float narrow;

    if (type->wide) {
        if (!(fabs(value) <= EXACT_LIMIT))
            return false;
        const int64_t whole = (int64_t)value;

        memcpy(to, &whole, sizeof whole);
        return (double)whole == value;
    }
    switch (type->type) {
    case PP_VOXEL_U8:
        PUT(uint8_t, 0, UINT8_MAX);
    case PP_VOXEL_I8:
        PUT(int8_t, INT8_MIN, INT8_MAX);
    case PP_VOXEL_U16:
        PUT(uint16_t, 0, UINT16_MAX);
    case PP_VOXEL_I16:
        PUT(int16_t, INT16_MIN, INT16_MAX);
    case PP_VOXEL_U32:
        PUT(uint32_t, 0, UINT32_MAX);
    case PP_VOXEL_I32:
        PUT(int32_t, INT32_MIN, INT32_MAX);
    case PP_VOXEL_F32:
        if (!(fabs(value) <= FLT_MAX))
            return false;
        narrow = (float)value;
        memcpy(to, &narrow, sizeof narrow);
        return true;
    default:
        memcpy(to, &value, sizeof value);
        return true;
    }
}

static pp_status
read_text(reader *r, unsigned char *to, size_t n, pp_error *err)
{
    for (size_t v = 0; v < n; v++) {
        double value = 0;

        if (read_word(r->source, &value, err) != PP_OK)
            return err->status;
        if (!put_number(&r->layout->type, value,
                        to + v * r->layout->type.size))
            return pp_fail(err, PP_EFORMAT,
                           "the number %g does not fit its type", value);
    }
    return PP_OK;
}

/* The next n numbers, over the borders of files. */
static pp_status
read_numbers(reader *r, void *to, size_t n, pp_error *err)
{
    const size_t size = r->layout->type.size;
    unsigned char *at = to;

    while (n > 0) {
        size_t some;

        if (r->left == 0 && open_next(r, err) != PP_OK)
            return err->status;
        some = r->left / size < n ? (size_t)(r->left / size) : n;
        if (r->layout->ascii) {
            if (read_text(r, at, some, err) != PP_OK)
                return err->status;
        } else {
            if (pp_source_exactly(r->source, at, some * size, err) != PP_OK)
                return err->status;
            if (size > 1 && r->layout->big_endian != host_is_big())
                pp_bytes_turn(at, some, size);
        }
        at += some * size;
        n -= some;
        r->left -= some * size;
    }
    return PP_OK;
}

static pp_status
read_interleaved(reader *r, size_t nvoxel, size_t nvolume, size_t wanted,
                 pp_volume *volume, pp_error *err)
{
    const size_t size = r->layout->type.size;
    const size_t some = PIECE / nvolume > 0 ? PIECE / nvolume : 1;
    unsigned char *piece = pp_alloc(some * nvolume, size);

    if (piece == NULL)
        return pp_fail_memory(err);
    for (size_t first = 0; first < nvoxel && err->status == PP_OK;
         first += some) {
        const size_t n = nvoxel - first < some ? nvoxel - first : some;

        if (read_numbers(r, piece, n * nvolume, err) != PP_OK)
            break;
        for (size_t l = 0; l < volume->nlayer; l++) {
            const size_t from = wanted != SIZE_MAX ? wanted : l;
            unsigned char *to =
                (unsigned char *)volume->layer[l].voxel + first * size;

            for (size_t v = 0; v < n; v++)
                memcpy(to + v * size, piece + (v * nvolume + from) * size,
                       size);
        }
    }
    pp_free(piece);
    return err->status;
}

/* Volumes before the wanted one are read over it. */
static pp_status
read_in_turn(reader *r, size_t nvoxel, size_t nvolume, size_t wanted,
             pp_volume *volume, pp_error *err)
{
    for (size_t v = 0; v < nvolume; v++) {
        pp_grid *g = &volume->layer[wanted != SIZE_MAX ? 0 : v];

        if (read_numbers(r, g->voxel, nvoxel, err) != PP_OK)
            return err->status;
        if (v == wanted)
            break;
    }
    return PP_OK;
}

/* The header's counts against the bytes that can be there. */
static pp_status
check_counts(reader *r, const size_t dim[3], size_t nvolume, pp_error *err)
{
    uint64_t total = r->layout->type.size;
    const size_t factor[4] = { dim[0], dim[1], dim[2], nvolume };

    for (int a = 0; a < 4; a++) {
        if (factor[a] == 0)
            return pp_fail(err, PP_EFORMAT, "a dimension is zero");
        if (factor[a] > PTRDIFF_MAX / total)
            return pp_fail(err, PP_ELIMIT,
                           "%zu x %zu x %zu voxels exceed the address space",
                           dim[0], dim[1], dim[2]);
        total *= factor[a];
    }
    if (r->files->n == 0 || total / r->layout->type.size % r->files->n != 0)
        return pp_fail(err, PP_EFORMAT,
                       "%zu data files cannot hold the voxels in equal parts",
                       r->files->n);
    r->per_file = total / r->files->n;
    if (open_next(r, err) != PP_OK)
        return err->status;
    /* text: a digit and a blank for each number */
    if (r->layout->ascii &&
        pp_source_at_most(r->source) + 1 <
            2 * (r->per_file / r->layout->type.size))
        return pp_fail(err, PP_EFORMAT, "is truncated: too few numbers");
    return PP_OK;
}

pp_status
pp_raw_describe(const pp_raw_layout *layout, const size_t dim[3],
                pp_volume *volume, pp_error *err)
{
    if (pp_volume_add_layers(volume, 1, err) != PP_OK)
        return err->status;
    memcpy(volume->layer->dim, dim, sizeof volume->layer->dim);
    volume->layer->type = layout->type.type;
    volume->layer->slope = 1;
    return PP_OK;
}

pp_status
pp_raw_read(const pp_raw_files *files, const pp_raw_layout *layout,
            const size_t dim[3], size_t nvolume, bool interleaved,
            size_t wanted, pp_volume *volume, pp_error *err)
{
    const size_t nlayer = wanted != SIZE_MAX ? 1 : nvolume;
    reader r = { .files = files, .layout = layout };
    size_t nvoxel;

    if (check_counts(&r, dim, nvolume, err) != PP_OK ||
        pp_volume_add_layers(volume, nlayer, err) != PP_OK)
        goto done;
    nvoxel = dim[0] * dim[1] * dim[2];
    for (size_t l = 0; l < nlayer; l++)
        if (pp_grid_alloc(&volume->layer[l], dim, layout->type.type, err) !=
            PP_OK)
            goto done;
    if (interleaved && nvolume > 1)
        (void)!read_interleaved(&r, nvoxel, nvolume, wanted, volume, err);
    else
        (void)!read_in_turn(&r, nvoxel, nvolume, wanted, volume, err);
    for (size_t l = 0; err->status == PP_OK && layout->type.wide && l < nlayer;
         l++)
        (void)!pp_voxel_wide_to_real(volume->layer[l].voxel, nvoxel,
                                     layout->type.is_signed, err);
done:
    pp_source_close(r.source);
    return err->status;
}
