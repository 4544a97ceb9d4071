/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_write.c - a grid as a NIfTI-1 file
 *
 * The header is the library's struct; its bytes are written here, since the
 * library's own writer reports no failure. Only the sform is set: the
 * quaternion form has too few digits for an oblique frame.
 */
#include "shim/nifti.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/file.h"

#include <nifti/nifti1.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/* Plain text, in the format's list of extensions. */
#define COMMENT 6

static const short datatype[] = {
    NIFTI_TYPE_UINT8,  NIFTI_TYPE_INT8,  NIFTI_TYPE_UINT16,
    NIFTI_TYPE_INT16,  NIFTI_TYPE_UINT32, NIFTI_TYPE_INT32,
    NIFTI_TYPE_FLOAT32, NIFTI_TYPE_FLOAT64,
};

static const short nbyte[] = { 1, 1, 2, 2, 4, 4, 4, 8 };

/* LPS to RAS: the first two rows change sign. */
static void
put_matrix(nifti_1_header *h, const double to_lps[3][4])
{
    float *const row[3] = { h->srow_x, h->srow_y, h->srow_z };

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            row[r][c] = (float)(r < 2 ? -to_lps[r][c] : to_lps[r][c]);
    h->sform_code = NIFTI_XFORM_SCANNER_ANAT;
    h->qform_code = NIFTI_XFORM_UNKNOWN;
    for (int c = 0; c < 3; c++)
        h->pixdim[c + 1] = (float)pp_norm(pp_vec(to_lps[0][c], to_lps[1][c],
                                                 to_lps[2][c]));
}

static void
put_header(nifti_1_header *h, const pp_grid *grid)
{
    memset(h, 0, sizeof *h);
    h->sizeof_hdr = sizeof *h;
    h->dim[0] = 3;
    for (int c = 1; c < 8; c++)
        h->dim[c] = c <= 3 ? (short)grid->dim[c - 1] : 1;
    for (int c = 0; c < 8; c++)
        h->pixdim[c] = 1;
    h->datatype = datatype[grid->type];
    h->bitpix = (short)(8 * nbyte[grid->type]);
    h->vox_offset = sizeof *h + 4;
    h->scl_slope = (float)grid->slope;
    h->scl_inter = (float)grid->intercept;
    h->xyzt_units = NIFTI_UNITS_MM;
    put_matrix(h, grid->to_lps);
    memcpy(h->magic, "n+1", 4);
}

/*
 * What comes before the voxels: the header, four bytes that say whether there
 * are extensions, and one of them, whose size is a multiple of 16.
 */
static pp_status
put_front(const pp_grid *grid, const char *about, const char *text,
          pp_bytes *front, pp_error *err)
{
    const size_t length = text != NULL ? strlen(text) : 0;
    const size_t size = length > 0 ? (length + 8 + 15) / 16 * 16 : 0;
    const unsigned char extended[4] = { size > 0, 0, 0, 0 };
    nifti_1_header header;
    unsigned char *to;

    /* a float holds the offset: exact below 2^24 */
    if (length > 1000000)
        return pp_fail(err, PP_ELIMIT, "a comment of %zu bytes", length);
    put_header(&header, grid);
    header.vox_offset = (float)(sizeof header + 4 + size);
    if (about != NULL)
        strncpy(header.descrip, about, sizeof header.descrip - 1);
    if (pp_bytes_append(front, &header, sizeof header, err) != PP_OK ||
        pp_bytes_append(front, extended, 4, err) != PP_OK ||
        pp_bytes_extend(front, size, &to, err) != PP_OK)
        return err->status;
    if (size > 0) {
        const int32_t field[2] = { (int32_t)size, COMMENT };

        memset(to, 0, size);
        memcpy(to, field, sizeof field);
        memcpy(to + 8, text, length);
    }
    return PP_OK;
}

/* More than one call of deflate can take. */
#define PIECE ((size_t)1 << 30)

static pp_status
deflate_all(z_stream *z, const void *data, size_t size, bool last,
            pp_bytes *packed, pp_error *err)
{
    const unsigned char *from = data;

    do {
        const size_t n = size < PIECE ? size : PIECE;
        const bool end = last && n == size;
        int outcome;

        memcpy(&z->next_in, &from, sizeof from);
        z->avail_in = (uInt)n;
        do {
            unsigned char *to;
            const size_t room = 1 << 20;

            if (pp_bytes_extend(packed, room, &to, err) != PP_OK)
                return err->status;
            z->next_out = to;
            z->avail_out = (uInt)room;
            outcome = deflate(z, end ? Z_FINISH : Z_NO_FLUSH);
            packed->size -= z->avail_out;
            if (outcome == Z_STREAM_ERROR)
                return pp_fail(err, PP_EBUG, "zlib did not go on");
        } while (z->avail_out == 0);
        from += n;
        size -= n;
    } while (size > 0);
    return PP_OK;
}

/* The gzip form, without a name or a time. Voxels of a mask come in runs,
   which the fastest level finds as well as the slow ones. */
static pp_status
pack(const pp_bytes *front, const void *voxel, size_t size, pp_bytes *packed,
     pp_error *err)
{
    z_stream z = { 0 };

    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return pp_fail_memory(err);
    if (deflate_all(&z, front->data, front->size, false, packed, err) == PP_OK)
        (void)!deflate_all(&z, voxel, size, true, packed, err);
    deflateEnd(&z);
    return err->status;
}

/* The front, and then the voxels. */
typedef struct {
    const void *data[2];
    size_t size[2];
    int at;
} pieces;

static pp_status
next_piece(void *state, const void **data, size_t *size, pp_error *err)
{
    pieces *p = state;

    (void)err;
    *size = p->at < 2 ? p->size[p->at] : 0;
    *data = p->at < 2 ? p->data[p->at] : NULL;
    p->at++;
    return PP_OK;
}

pp_status
pp_nifti_write_text(const char *path, const pp_grid *grid, const char *about,
                    const char *text, pp_error *err)
{
    const size_t size = grid->dim[0] * grid->dim[1] * grid->dim[2] *
                        (size_t)nbyte[grid->type];
    pp_bytes front = { 0 }, packed = { 0 };
    char extension[16];

    for (int c = 0; c < 3; c++)
        if (grid->dim[c] == 0 || grid->dim[c] > INT16_MAX)
            return pp_fail(err, PP_ELIMIT, "%zu voxels along one axis: "
                           "NIfTI-1 holds 1 to 32767", grid->dim[c]);
    pp_file_extension(path, extension);
    if (put_front(grid, about, text, &front, err) != PP_OK)
        goto done;
    if (strcmp(extension, "gz") == 0) {
        if (pack(&front, grid->voxel, size, &packed, err) == PP_OK)
            (void)!pp_file_write(path, packed.data, packed.size, err);
    } else {
        pieces p = { { front.data, grid->voxel }, { front.size, size }, 0 };

        (void)!pp_file_write_pieces(path, next_piece, &p, err);
    }
done:
    pp_bytes_free(&front);
    pp_bytes_free(&packed);
    return err->status;
}

pp_status
pp_nifti_write(const char *path, const pp_grid *grid, pp_error *err)
{
    return pp_nifti_write_text(path, grid, NULL, NULL, err);
}
