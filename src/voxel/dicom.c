/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom.c - CT, MR and PET slices to one grid
 *
 * Headers first (scan, series, stack), pixels last: each file is read once
 * more into memory, hashed and decoded from there, two files at a time. The
 * grid is the only thing that holds all pixels.
 */
#include "voxel/dicom.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/file.h"
#include "shim/sha256.h"

#include <stdlib.h>

/* Decoding threads: the codecs are bound by memory soon after. */
#define THREADS 2

/* The job of decoding one stack. */
typedef struct {
    const pp_scan *scan;
    pp_slice *slice;     /* in stack order */
    size_t n;
    pp_grid *grid;
    bool physical;       /* scales differ: the grid holds physical floats */
    size_t *by_file;     /* stack places, those of a file together */
    char (*hash)[65];    /* of each file, at its first slice's turn */
} decoding;

typedef struct {
    size_t at;           /* first slice that failed, in by_file order */
    pp_error err;
} failure;

/* ---- one frame into its slice of the grid ---- */

/*
 * What padding hides is no tissue: as low as the lowest real value. A slice
 * of padding alone gets the lowest value that its bits can hold.
 */
static void
replace_padding(int32_t *v, size_t n, const pp_dicom_header *h)
{
    const int32_t lowest =
        h->is_signed ? (int32_t)-((int64_t)1 << (h->bits_stored - 1)) : 0;
    int32_t least = INT32_MAX;
    bool padded = false;

    for (size_t i = 0; i < n; i++)
        if (v[i] >= h->padding_low && v[i] <= h->padding_high)
            padded = true;
        else if (v[i] < least)
            least = v[i];
    if (!padded)
        return;
    if (least == INT32_MAX)
        least = lowest;
    for (size_t i = 0; i < n; i++)
        if (v[i] >= h->padding_low && v[i] <= h->padding_high)
            v[i] = least;
}

#define STORE(type, low, high)                                                \
    do {                                                                      \
        type *to = (type *)g->voxel + first;                                  \
                                                                              \
        for (size_t i = 0; i < n; i++) {                                      \
            if (v[i] < (low) || v[i] > (high))                                \
                return pp_fail(err, PP_EFORMAT,                               \
                               "the pixel value %ld does not fit its header", \
                               (long)v[i]);                                   \
            to[i] = (type)v[i];                                               \
        }                                                                     \
        return PP_OK;                                                         \
    } while (0)

static pp_status
store(pp_grid *g, size_t first, size_t n, const int32_t *v, pp_error *err)
{
    switch (g->type) {
    case PP_VOXEL_U8:
        STORE(uint8_t, 0, UINT8_MAX);
    case PP_VOXEL_I8:
        STORE(int8_t, INT8_MIN, INT8_MAX);
    case PP_VOXEL_U16:
        STORE(uint16_t, 0, UINT16_MAX);
    case PP_VOXEL_I16:
        STORE(int16_t, INT16_MIN, INT16_MAX);
    default: /* both 32-bit kinds keep the bits */
        memcpy((int32_t *)g->voxel + first, v, n * sizeof *v);
        return PP_OK;
    }
}

static void
store_physical(pp_grid *g, size_t first, size_t n, const int32_t *v,
               const pp_dicom_header *h, const pp_dicom_plane *p)
{
    float *to = (float *)g->voxel + first;
    const bool wide = h->bits_stored == 32 && !h->is_signed;

    for (size_t i = 0; i < n; i++) {
        const double stored = wide ? (double)(uint32_t)v[i] : (double)v[i];

        to[i] = (float)(stored * p->slope + p->intercept);
    }
}

static pp_status
decode_slice(const decoding *d, pp_dicom *dicom, size_t k, int32_t *v,
             pp_error *err)
{
    const pp_slice *s = &d->slice[k];
    const pp_dicom_header *h = &d->scan->file[s->file].header;
    const size_t n = d->grid->dim[0] * d->grid->dim[1];

    if (pp_dicom_frame(dicom, s->frame, v, err) != PP_OK) {
        const pp_error cause = *err;

        return pp_fail(err, cause.status, "slice at %.2f mm: %s", s->along,
                       cause.message);
    }
    if (h->has_padding)
        replace_padding(v, n, h);
    if (d->physical) {
        store_physical(d->grid, k * n, n, v, h, &s->plane);
        return PP_OK;
    }
    return store(d->grid, k * n, n, v, err);
}

/* ---- files ---- */

/* Opens the file of a slice and hashes it, in one read when it is small. */
static pp_status
open_file(const decoding *d, size_t k, pp_dicom **dicom, char hash[65],
          pp_error *err)
{
    const pp_scan_file *f = &d->scan->file[d->slice[k].file];
    const bool whole = f->header.nframe == 1;
    pp_bytes bytes = { 0 };
    pp_sha256_sum sum;
    pp_dicom_header now;

    *dicom = NULL;
    if (whole) {
        if (pp_file_read(f->path, 0, &bytes, err) == PP_OK) {
            pp_sha256(bytes.data, bytes.size, hash);
            (void)!pp_dicom_open_bytes(bytes.data, bytes.size, dicom, &now,
                                       err);
        }
        pp_bytes_free(&bytes);
    } else {
        pp_sha256_start(&sum);
        if (pp_dicom_open(f->path, dicom, &now, err) == PP_OK &&
            pp_sha256_add_file(&sum, f->path, err) == PP_OK)
            pp_sha256_end(&sum, hash);
    }
    if (err->status == PP_OK &&
        (now.rows != f->header.rows || now.columns != f->header.columns ||
         now.nframe != f->header.nframe))
        pp_fail(err, PP_EIO, "a file changed while it was read");
    if (err->status != PP_OK) {
        pp_dicom_close(*dicom);
        *dicom = NULL;
    }
    return err->status;
}

/* Decodes the slices by_file[at ... end - 1], all of one file. */
static pp_status
decode_file(const decoding *d, size_t at, size_t end, pp_error *err)
{
    int32_t *v = pp_alloc(d->grid->dim[0] * d->grid->dim[1], sizeof *v);
    pp_dicom *dicom = NULL;

    if (v == NULL)
        return pp_fail_memory(err);
    if (open_file(d, d->by_file[at], &dicom, d->hash[at], err) == PP_OK)
        for (size_t i = at; i < end && err->status == PP_OK; i++)
            (void)!decode_slice(d, dicom, d->by_file[i], v, err);
    pp_dicom_close(dicom);
    pp_free(v);
    return err->status;
}

static size_t
end_of_file(const decoding *d, size_t at)
{
    size_t end = at + 1;

    while (end < d->n && d->slice[d->by_file[end]].file ==
                             d->slice[d->by_file[at]].file)
        end++;
    return end;
}

/* The failure of the first slice wins, whichever thread met it first. */
static pp_status
decode_all(const decoding *d, pp_error *err)
{
    failure first = { SIZE_MAX, { 0 } };

#pragma omp parallel for schedule(dynamic) num_threads(THREADS)
    for (size_t at = 0; at < d->n; at++) {
        pp_error own = { 0 };

        if (at > 0 && d->slice[d->by_file[at]].file ==
                          d->slice[d->by_file[at - 1]].file)
            continue; /* not the first slice of its file */
        if (decode_file(d, at, end_of_file(d, at), &own) != PP_OK) {
#pragma omp critical(pp_dicom_failure)
            if (at < first.at) {
                first.at = at;
                first.err = own;
            }
        }
    }
    if (first.at != SIZE_MAX)
        *err = first.err;
    return err->status;
}

/* ---- the stack as a whole ---- */

static pp_voxel_type
voxel_type(const decoding *d)
{
    int64_t bits = 1;
    bool any_signed = false, any_unsigned = false;

    for (size_t i = 0; i < d->n; i++) {
        const pp_dicom_header *h = &d->scan->file[d->slice[i].file].header;

        bits = h->bits_stored > bits ? h->bits_stored : bits;
        any_signed |= h->is_signed;
        any_unsigned |= !h->is_signed;
    }
    if (any_signed && any_unsigned)
        bits++; /* room for both */
    if (bits <= 8)
        return any_signed ? PP_VOXEL_I8 : PP_VOXEL_U8;
    if (bits <= 16)
        return any_signed ? PP_VOXEL_I16 : PP_VOXEL_U16;
    return any_signed ? PP_VOXEL_I32 : PP_VOXEL_U32;
}

static bool
one_scale(const decoding *d)
{
    const pp_dicom_plane *p = &d->slice[0].plane;

    for (size_t i = 1; i < d->n; i++)
        if (d->slice[i].plane.slope != p->slope ||
            d->slice[i].plane.intercept != p->intercept)
            return false;
    return true;
}

static void
order_by_file(decoding *d)
{
    /* places within a file stay in stack order: a counting sort by file */
    size_t at = 0;

    for (size_t f = 0; f < d->scan->nfile; f++)
        for (size_t k = 0; d->scan->nfile > 1 && k < d->n; k++)
            if (d->slice[k].file == f)
                d->by_file[at++] = k;
    for (size_t k = 0; d->scan->nfile == 1 && k < d->n; k++)
        d->by_file[at++] = k;
}

/*
 * A series: SHA-256 over the hexadecimal sums of its files, in the order of
 * their first slices. One file: its own sum.
 */
static void
sum_hashes(const decoding *d, char hex[65])
{
    pp_sha256_sum sum;
    size_t nfile = 0, last = 0;

    pp_sha256_start(&sum);
    for (size_t at = 0; at < d->n; at = end_of_file(d, at)) {
        pp_sha256_add(&sum, d->hash[at], 64);
        last = at;
        nfile++;
    }
    if (nfile == 1)
        memcpy(hex, d->hash[last], 65);
    else
        pp_sha256_end(&sum, hex);
}

static pp_status
note_oddities(const decoding *d, pp_volume *volume, pp_error *err)
{
    const pp_dicom_header *h = &d->scan->file[d->slice[0].file].header;

    if (d->physical &&
        pp_volume_note(volume, err, "rescale values differ between slices: "
                                    "turned into physical values") != PP_OK)
        return err->status;
    if (strncmp(h->photometric, "MONOCHROME1", 11) == 0 &&
        pp_volume_note(volume, err, "MONOCHROME1: values kept as they are, "
                                    "high ones are dark") != PP_OK)
        return err->status;
    if (h->has_padding &&
        pp_volume_note(volume, err, "padding pixels set to the lowest value "
                                    "of their slice") != PP_OK)
        return err->status;
    if (d->scan->nseries > 1)
        return pp_volume_note(volume, err, "%zu other series not read",
                              d->scan->nseries - 1);
    return PP_OK;
}

static pp_status
decode(decoding *d, const pp_read_options *options, pp_volume *volume,
       pp_error *err)
{
    const pp_dicom_header *h = &d->scan->file[d->slice[0].file].header;
    const size_t dim[3] = { (size_t)h->columns, (size_t)h->rows, d->n };
    const pp_dicom_plane *p = &d->slice[0].plane;
    double to_lps[3][4];

    memcpy(to_lps, d->grid->to_lps, sizeof to_lps);
    d->physical = !one_scale(d);
    if (options->headers_only) {
        memcpy(d->grid->dim, dim, sizeof dim);
        d->grid->type = d->physical ? PP_VOXEL_F32 : voxel_type(d);
        d->grid->slope = d->physical ? 1 : p->slope;
        d->grid->intercept = d->physical ? 0 : p->intercept;
        return PP_OK;
    }
    if (pp_grid_alloc(d->grid, dim, d->physical ? PP_VOXEL_F32
                                                : voxel_type(d), err) != PP_OK)
        return err->status;
    memcpy(d->grid->to_lps, to_lps, sizeof to_lps);
    if (!d->physical) {
        d->grid->slope = p->slope;
        d->grid->intercept = p->intercept;
    }
    d->by_file = pp_alloc(d->n, sizeof *d->by_file);
    d->hash = pp_alloc_zero(d->n, sizeof *d->hash);
    if (d->by_file == NULL || d->hash == NULL) {
        pp_fail_memory(err);
    } else {
        order_by_file(d);
        if (decode_all(d, err) == PP_OK)
            sum_hashes(d, volume->sha256);
    }
    pp_free(d->by_file);
    pp_free(d->hash);
    return err->status;
}

static pp_status
set_uid(const char uid[65], const pp_read_options *options, pp_volume *volume,
        pp_error *err)
{
    char text[65];

    if (uid[0] == '\0')
        return PP_OK;
    memcpy(volume->frame, uid, sizeof volume->frame);
    pp_uid_text(uid, options->plain_uids, text);
    volume->uid_hash = pp_strdup(text);
    return volume->uid_hash != NULL ? PP_OK : pp_fail_memory(err);
}

/* The pixels that the header promises can be there at all. */
static pp_status
check_sizes(const decoding *d, pp_error *err)
{
    for (size_t i = 0; i < d->n; i++) {
        const pp_scan_file *f = &d->scan->file[d->slice[i].file];

        if (f->header.bits_allocated < 1 || f->header.bits_allocated > 32)
            return pp_fail(err, PP_EUNSUPPORTED, "pixels of %lld bits",
                           (long long)f->header.bits_allocated);
    }
    return PP_OK;
}

/* A DICOMDIR's slices of this series that are not there. */
static pp_status
check_absent(const pp_scan *scan, const decoding *d, pp_error *err)
{
    const char *uid = scan->file[d->slice[0].file].header.series;
    size_t n = 0;

    for (size_t e = 0; e < scan->nabsent; e++)
        n += strcmp(scan->absent[e].series, uid) == 0;
    if (n > 0)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "%zu files of the series that the DICOMDIR names are "
                       "not there", n);
    return PP_OK;
}

static pp_status
read_series(pp_scan *scan, const pp_read_options *options, pp_volume *volume,
            pp_error *err)
{
    decoding d = { .scan = scan };
    bool bent = false;
    size_t chosen;

    if (pp_scan_group(scan, err) != PP_OK ||
        pp_scan_choose(scan, options, &chosen, err) != PP_OK ||
        pp_volume_add_layers(volume, 1, err) != PP_OK)
        return err->status;
    d.slice = scan->slice + scan->series[chosen].first;
    d.n = scan->series[chosen].n;
    d.grid = volume->layer;
    if (check_absent(scan, &d, err) != PP_OK ||
        pp_stack_place(d.slice, &d.n, scan, volume, d.grid->to_lps,
                       options->resample ? &bent : NULL, err) != PP_OK ||
        pp_grid_check_matrix(d.grid, err) != PP_OK ||
        check_sizes(&d, err) != PP_OK ||
        decode(&d, options, volume, err) != PP_OK ||
        (bent && pp_stack_straighten(d.slice, d.n, d.grid, volume, err) !=
                     PP_OK) ||
        note_oddities(&d, volume, err) != PP_OK)
        return err->status;
    volume->resampled = bent;
    return set_uid(scan->file[d.slice[0].file].header.frame, options, volume,
                   err);
}

/* ---- the list of series ---- */

static void
describe_series(pp_scan *scan, const pp_series *series,
                const pp_read_options *options, pp_series_info *info)
{
    const pp_slice *first = &scan->slice[series->first];
    const pp_dicom_header *h = &scan->file[first->file].header;
    pp_volume scratch = { 0 };
    pp_error err = { 0 };
    pp_grid g = { 0 };
    bool bent = false;
    size_t n = series->n;

    memset(info, 0, sizeof *info);
    pp_uid_text(h->series, options->plain_uids, info->uid);
    memcpy(info->modality, h->modality, sizeof info->modality);
    info->dim[0] = (size_t)h->columns;
    info->dim[1] = (size_t)h->rows;
    info->localizer = series->localizer;
    pp_series_what(scan, series, info->what, sizeof info->what);
    if (pp_stack_place(scan->slice + series->first, &n, scan, &scratch,
                       g.to_lps, options->resample ? &bent : NULL, &err) ==
            PP_OK &&
        pp_grid_check_matrix(&g, &err) == PP_OK)
        pp_grid_spacing(&g, info->spacing);
    else
        memcpy(info->problem, err.message, sizeof info->problem - 1);
    info->dim[2] = n;
    pp_volume_free(&scratch);
}

pp_status
pp_volume_list_series(const char *path, const pp_read_options *options,
                      pp_series_info **list, size_t *n, pp_error *err)
{
    static const pp_read_options defaults;
    pp_scan scan;

    *list = NULL;
    *n = 0;
    if (options == NULL)
        options = &defaults;
    if (pp_scan_read(path, options, &scan, err) != PP_OK)
        return err->status;
    if (pp_scan_group(&scan, err) == PP_OK) {
        *list = pp_alloc_zero(scan.nseries, sizeof **list);
        if (*list == NULL)
            pp_fail_memory(err);
        else
            for (; *n < scan.nseries; (*n)++)
                describe_series(&scan, &scan.series[*n], options,
                                &(*list)[*n]);
    }
    pp_scan_free(&scan);
    return err->status;
}

bool
pp_volume_has_series(const char *path)
{
    pp_dicom_header header = { 0 };
    pp_error err = { 0 };
    pp_dicom *dicom;

    if (pp_file_is_directory(path))
        return true;
    if (!pp_scan_is_dicom(path) ||
        pp_dicom_open(path, &dicom, &header, &err) != PP_OK)
        return false;
    pp_dicom_close(dicom);
    return header.kind == PP_DICOM_IMAGE || header.kind == PP_DICOM_DIRECTORY;
}

/* What the first file is decides between an image and a segmentation. */
static pp_status
read_other(const char *path, const pp_read_options *options,
           pp_volume *volume, bool *done, pp_error *err)
{
    pp_dicom *dicom;
    pp_dicom_header header;

    *done = true;
    if (pp_dicom_open(path, &dicom, &header, err) != PP_OK)
        return err->status;
    switch (header.kind) {
    case PP_DICOM_IMAGE:
    case PP_DICOM_DIRECTORY:
        *done = false;
        break;
    case PP_DICOM_SEG:
        (void)!pp_dicom_seg_volume(dicom, &header, options, volume, err);
        if (err->status == PP_OK)
            (void)!set_uid(header.frame, options, volume, err);
        break;
    case PP_DICOM_CONTOURS:
        (void)!pp_rtstruct_volume(dicom, path, &header, options, volume, err);
        break;
    case PP_DICOM_OTHER:
    default:
        pp_fail(err, PP_EUNSUPPORTED,
                "is a DICOM file without an image (modality %s)",
                header.modality[0] != '\0' ? header.modality : "unknown");
    }
    pp_dicom_close(dicom);
    return err->status;
}

pp_status
pp_dicom_volume(const char *path, const pp_read_options *options,
                pp_volume *volume, pp_error *err)
{
    pp_scan scan = { 0 };
    bool done = false;

    volume->kind = "dicom";
    if (options->nmore == 0 && !pp_file_is_directory(path) &&
        (read_other(path, options, volume, &done, err) != PP_OK || done))
        return err->status;
    if (pp_scan_read(path, options, &scan, err) == PP_OK)
        (void)!read_series(&scan, options, volume, err);
    pp_scan_free(&scan);
    return err->status;
}
