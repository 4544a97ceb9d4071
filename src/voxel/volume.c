/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * volume.c - any input that holds voxels, told by its content
 *
 * The formats are rows of a table: a name, "is this yours?" on the first
 * bytes, and a reader. What all of them share (standard input, hashing,
 * nearest LPS order) is done here once.
 */
#include "voxel/format.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"
#include "shim/dicom.h"
#include "shim/nifti.h"
#include "shim/sha256.h"
#include "shim/source.h"

#include <stdarg.h>
#include <stdio.h>

static bool
is_nifti(const pp_peek *peek)
{
    const size_t n = strlen(peek->path);

    /* the voxels of a pair have no mark of their own */
    return pp_nifti_recognise(peek->data, peek->size) ||
           (n > 4 && strcmp(peek->path + n - 4, ".img") == 0) ||
           (n > 7 && strcmp(peek->path + n - 7, ".img.gz") == 0);
}

static bool
is_dicom(const pp_peek *peek)
{
    return pp_dicom_recognise(peek->data, peek->size);
}

static bool
is_nrrd(const pp_peek *peek)
{
    return peek->size > 8 && memcmp(peek->data, "NRRD000", 7) == 0;
}

/* No magic: the first line is a known key, "=" and a value. */
static bool
is_metaimage(const pp_peek *peek)
{
    static const char *const key[] = { "ObjectType", "NDims", "Comment",
                                       "ObjectSubType", "DimSize" };
    size_t at = 0;

    while (at < peek->size && (peek->data[at] == ' ' || peek->data[at] == '\t'))
        at++;
    for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
        const size_t n = strlen(key[k]);
        size_t after = at + n;

        if (after >= peek->size || memcmp(peek->data + at, key[k], n) != 0)
            continue;
        while (after < peek->size && peek->data[after] == ' ')
            after++;
        if (after < peek->size && peek->data[after] == '=')
            return true;
    }
    return false;
}

static const pp_volume_format format_table[] = {
    { "nifti", is_nifti, pp_nifti_volume },
    { "nrrd", is_nrrd, pp_nrrd_volume },
    { "metaimage", is_metaimage, pp_metaimage_volume },
    { "dicom", is_dicom, pp_dicom_volume },
};

/* Appends a sentence to *list; parted by "; ". */
static pp_status
append(char **list, const char *text, pp_error *err)
{
    const size_t old = *list != NULL ? strlen(*list) : 0;
    const size_t size = old + strlen(text) + 3;
    char *longer = pp_realloc(*list, size, 1);

    if (longer == NULL)
        return pp_fail_memory(err);
    snprintf(longer + old, size - old, "%s%s", old > 0 ? "; " : "", text);
    *list = longer;
    return PP_OK;
}

pp_status
pp_volume_note(pp_volume *volume, pp_error *err, const char *format, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return append(&volume->notes, text, err);
}

/* A warning is a note too, so that the notes are complete. */
pp_status
pp_volume_warn(pp_volume *volume, pp_error *err, const char *format, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (append(&volume->notes, text, err) != PP_OK)
        return err->status;
    return append(&volume->warnings, text, err);
}

pp_status
pp_volume_add_layers(pp_volume *volume, size_t n, pp_error *err)
{
    volume->layer = pp_alloc_zero(n, sizeof *volume->layer);
    if (volume->layer == NULL)
        return pp_fail_memory(err);
    volume->nlayer = n;
    return PP_OK;
}

static void
free_concept(pp_concept *c)
{
    pp_free(c->value);
    pp_free(c->scheme);
    pp_free(c->meaning);
}

void
pp_segment_free(pp_segment *s)
{
    pp_free(s->name);
    pp_free(s->algorithm);
    pp_free(s->problem);
    free_concept(&s->category);
    free_concept(&s->type);
    memset(s, 0, sizeof *s);
}

bool
pp_segment_is_named(const pp_segment *s, const char *text)
{
    int64_t number;

    return (pp_text_to_integer(text, 0, UINT32_MAX, &number) &&
            s->number == (uint32_t)number) ||
           (s->name != NULL && strcmp(s->name, text) == 0);
}

void
pp_volume_free(pp_volume *volume)
{
    for (size_t l = 0; l < volume->nlayer; l++)
        pp_grid_free(&volume->layer[l]);
    for (size_t s = 0; s < volume->nsegment; s++)
        pp_segment_free(&volume->segment[s]);
    pp_free(volume->layer);
    pp_free(volume->segment);
    pp_free(volume->uid_hash);
    pp_free(volume->notes);
    pp_free(volume->warnings);
    memset(volume, 0, sizeof *volume);
}

static pp_status
peek_at(const char *path, pp_peek *peek, pp_error *err)
{
    pp_source *source;

    memset(peek, 0, sizeof *peek);
    peek->path = path;
    if (pp_source_open(path, 0, PP_SOURCE_EITHER, &source, err) != PP_OK)
        return err->status;
    (void)!pp_source_read(source, peek->data, sizeof peek->data, &peek->size,
                          err);
    pp_source_close(source);
    if (err->status == PP_EFORMAT && peek->size > 0)
        *err = (pp_error){ 0 }; /* the reader will say where it is damaged */
    if (err->status == PP_OK && peek->size == 0)
        pp_fail(err, PP_EFORMAT, "is empty");
    return err->status;
}

static pp_status
hash_file(const char *path, char hex[65], pp_error *err)
{
    pp_sha256_sum sum;

    pp_sha256_start(&sum);
    if (pp_sha256_add_file(&sum, path, err) != PP_OK)
        return err->status;
    pp_sha256_end(&sum, hex);
    return PP_OK;
}

static pp_status
read_file(const char *path, const pp_read_options *options, pp_volume *volume,
          pp_error *err)
{
    pp_peek peek;

    if (peek_at(path, &peek, err) != PP_OK)
        return err->status;
    for (size_t f = 0; f < sizeof format_table / sizeof *format_table; f++) {
        if (!format_table[f].recognise(&peek))
            continue;
        if (format_table[f].read(path, options, volume, err) != PP_OK)
            return err->status;
        if (volume->sha256[0] == '\0' && !options->headers_only)
            return hash_file(path, volume->sha256, err);
        return PP_OK;
    }
    return pp_fail(err, PP_EFORMAT, "is in no volume format that is known");
}

/* Sizes that a header alone names have met no allocation that would refuse. */
static pp_status
check_size(const pp_grid *g, pp_error *err)
{
    size_t most = PTRDIFF_MAX / sizeof(double);

    for (int a = 0; a < 3; a++) {
        if (g->dim[a] == 0)
            return pp_fail(err, PP_EFORMAT, "axis %d has no voxels", a);
        if (g->dim[a] > most)
            return pp_fail(err, PP_ELIMIT,
                           "%zu x %zu x %zu voxels exceed the address space",
                           g->dim[0], g->dim[1], g->dim[2]);
        most /= g->dim[a];
    }
    return PP_OK;
}

pp_status
pp_volume_read(const char *path, const pp_read_options *options,
               pp_volume *volume, pp_error *err)
{
    static const pp_read_options defaults;
    char *spool = NULL;

    memset(volume, 0, sizeof *volume);
    if (options == NULL)
        options = &defaults;
    if (strcmp(path, "-") == 0) {
        if (pp_file_spool(&spool, err) != PP_OK)
            return err->status;
        path = spool;
    }
    if (pp_file_is_directory(path) || options->nmore > 0)
        (void)!pp_dicom_volume(path, options, volume, err);
    else
        (void)!read_file(path, options, volume, err);
    if (err->status == PP_OK && volume->nlayer > 0) {
        memcpy(volume->stored_dim, volume->layer[0].dim,
               sizeof volume->stored_dim);
        memcpy(volume->stored_to_lps, volume->layer[0].to_lps,
               sizeof volume->stored_to_lps);
    }
    for (size_t l = 0; err->status == PP_OK && l < volume->nlayer; l++)
        if (check_size(&volume->layer[l], err) == PP_OK)
            (void)!pp_grid_to_nearest_lps(&volume->layer[l], err);
    /* contours have been drawn on it already */
    if (err->status == PP_OK && options->source != NULL &&
        strcmp(volume->kind, "rtstruct") != 0)
        (void)!pp_volume_check_source(volume, options, err);
    pp_file_unspool(spool);
    if (err->status != PP_OK)
        pp_volume_free(volume);
    return err->status;
}
