/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_decode.c - the pixels of a stack into its grid
 *
 * Each file is read once more into memory, hashed and decoded from there, two
 * files at a time. The grid is the only thing that holds all pixels. Plain
 * 16-bit pixels, as most slices have, go from the file's bytes into the grid
 * without DCMTK.
 */
#include "voxel/dicom.h"

#include "base/alloc.h"
#include "base/file.h"
#include "shim/sha256.h"

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

/* The lowest value that the stored bits can hold. */
static int32_t
lowest_stored(const pp_dicom_header *h)
{
    return h->is_signed ? (int32_t)-((int64_t)1 << (h->bits_stored - 1)) : 0;
}

/*
 * What padding hides is no tissue: as low as the lowest real value. A slice
 * of padding alone gets the lowest value that its bits can hold.
 */
static void
replace_padding(int32_t *v, size_t n, const pp_dicom_header *h)
{
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
        least = lowest_stored(h);
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

/* ---- plain slices ---- */

/*
 * The pixels of a file that ends with them, one frame of 16 bits in this
 * host's order; NULL: DCMTK must look. A wrong guess would need another
 * element of exactly this tag and length at the file's end.
 */
static const unsigned char *
plain_pixels(const pp_bytes *b, const pp_dicom_header *h)
{
    static const unsigned char tag[4] = { 0xe0, 0x7f, 0x10, 0x00 };
    static const unsigned char wide[2][4] = { { 'O', 'W', 0, 0 },
                                              { 'O', 'B', 0, 0 } };
    const bool named = strcmp(h->transfer_syntax, "1.2.840.10008.1.2.1") == 0;
    const size_t head = named ? 12 : 8;
    const size_t n = 2 * (size_t)(h->rows * h->columns);
    const uint16_t one = 1;
    const unsigned char *p;

    if ((!named && strcmp(h->transfer_syntax, "1.2.840.10008.1.2") != 0) ||
        *(const unsigned char *)&one != 1 || h->nframe != 1 ||
        h->samples_per_pixel != 1 || h->bits_allocated != 16 ||
        h->bits_stored > 16 || h->high_bit != h->bits_stored - 1 ||
        b->size < n + head || n > UINT32_MAX)
        return NULL;
    p = b->data + b->size - n - head;
    if (memcmp(p, tag, 4) != 0 || pp_get_u32le(p + head - 4) != n ||
        (named && memcmp(p + 4, wide[0], 4) != 0 &&
         memcmp(p + 4, wide[1], 4) != 0))
        return NULL;
    return p + head;
}

/* Padding and bits beside the stored ones, as in the slow way. */
#define TIDY(type)                                                            \
    do {                                                                      \
        type *v = (type *)g->voxel + first;                                   \
        const int up = 16 - (int)h->bits_stored;                              \
        int32_t least = INT32_MAX;                                            \
        bool padded = false;                                                  \
                                                                              \
        for (size_t i = 0; up > 0 && i < n; i++)                              \
            v[i] = (type)((type)((unsigned)v[i] << up) >> up);                \
        for (size_t i = 0; h->has_padding && i < n; i++)                      \
            if (v[i] >= h->padding_low && v[i] <= h->padding_high)            \
                padded = true;                                                \
            else if (v[i] < least)                                            \
                least = v[i];                                                 \
        if (padded && least == INT32_MAX)                                     \
            least = lowest_stored(h);                                         \
        for (size_t i = 0; padded && i < n; i++)                              \
            if (v[i] >= h->padding_low && v[i] <= h->padding_high)            \
                v[i] = (type)least;                                           \
    } while (0)

/* False when the slice has to take the slow way. */
static bool
store_plain(const decoding *d, size_t k, const pp_bytes *bytes)
{
    const pp_dicom_header *h = &d->scan->file[d->slice[k].file].header;
    const size_t n = d->grid->dim[0] * d->grid->dim[1], first = k * n;
    pp_grid *g = d->grid;
    const unsigned char *pixels;

    if (d->physical ||
        g->type != (h->is_signed ? PP_VOXEL_I16 : PP_VOXEL_U16) ||
        (pixels = plain_pixels(bytes, h)) == NULL)
        return false;
    memcpy((uint16_t *)g->voxel + first, pixels, 2 * n);
    if (h->is_signed)
        TIDY(int16_t);
    else
        TIDY(uint16_t);
    return true;
}

/* ---- files ---- */

/* What a thread keeps from file to file. */
typedef struct {
    pp_bytes bytes;
    int32_t *value; /* of one slice */
} worker;

/* Room to read at a time: more than most slices. */
/* Opens the file of a slice; its bytes are in the worker unless it is large. */
static pp_status
open_file(const decoding *d, size_t k, worker *w, pp_dicom **dicom,
          pp_error *err)
{
    const pp_scan_file *f = &d->scan->file[d->slice[k].file];
    pp_dicom_header now;

    *dicom = NULL;
    if ((f->header.nframe == 1
             ? pp_dicom_open_bytes(w->bytes.data, w->bytes.size, dicom, &now,
                                   err)
             : pp_dicom_open(f->path, dicom, &now, err)) != PP_OK)
        return err->status;
    if (now.rows != f->header.rows || now.columns != f->header.columns ||
        now.nframe != f->header.nframe) {
        pp_dicom_close(*dicom);
        *dicom = NULL;
        return pp_fail(err, PP_EIO, "a file changed while it was read");
    }
    return PP_OK;
}

/* Reads and hashes: small files into the worker, in one go. */
static pp_status
hash_file(const decoding *d, size_t k, worker *w, char hash[65],
          pp_error *err)
{
    const pp_scan_file *f = &d->scan->file[d->slice[k].file];
    pp_sha256_sum sum;

    if (f->header.nframe == 1) {
        if (pp_file_read_again(f->path, 0, &w->bytes, err) == PP_OK)
            pp_sha256(w->bytes.data, w->bytes.size, hash);
        return err->status;
    }
    pp_sha256_start(&sum);
    if (pp_sha256_add_file(&sum, f->path, err) == PP_OK)
        pp_sha256_end(&sum, hash);
    return err->status;
}

/* Decodes the slices by_file[at ... end - 1], all of one file. */
static pp_status
decode_file(const decoding *d, size_t at, size_t end, worker *w,
            pp_error *err)
{
    const size_t n = d->grid->dim[0] * d->grid->dim[1];
    pp_dicom *dicom = NULL;

    if (hash_file(d, d->by_file[at], w, d->hash[at], err) != PP_OK)
        return err->status;
    if (end == at + 1 && store_plain(d, d->by_file[at], &w->bytes))
        return PP_OK;
    if (w->value == NULL &&
        (w->value = pp_alloc(n, sizeof *w->value)) == NULL)
        return pp_fail_memory(err);
    if (open_file(d, d->by_file[at], w, &dicom, err) == PP_OK)
        for (size_t i = at; i < end && err->status == PP_OK; i++)
            (void)!decode_slice(d, dicom, d->by_file[i], w->value, err);
    pp_dicom_close(dicom);
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

#pragma omp parallel num_threads(THREADS)
    {
        worker w = { 0 };

#pragma omp for schedule(dynamic)
        for (size_t at = 0; at < d->n; at++) {
            pp_error own = { 0 };

            if (at > 0 && d->slice[d->by_file[at]].file ==
                              d->slice[d->by_file[at - 1]].file)
                continue; /* not the first slice of its file */
            if (decode_file(d, at, end_of_file(d, at), &w, &own) != PP_OK) {
#pragma omp critical(pp_dicom_failure)
                if (at < first.at) {
                    first.at = at;
                    first.err = own;
                }
            }
        }
        pp_bytes_free(&w.bytes);
        pp_free(w.value);
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

pp_status
pp_stack_decode(const pp_scan *scan, pp_slice *slice, size_t n,
                const pp_read_options *options, pp_volume *volume,
                bool *physical, pp_error *err)
{
    decoding d = { .scan = scan, .slice = slice, .n = n,
                   .grid = volume->layer };

    if (check_sizes(&d, err) == PP_OK)
        (void)!decode(&d, options, volume, err);
    *physical = d.physical;
    return err->status;
}
