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
#include <stdint.h>
#include <string.h>
#include <zlib.h>

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

/* The gzip form of data, without a name or a time. */
static pp_status
pack(const pp_bytes *data, pp_bytes *packed, pp_error *err)
{
    z_stream z = { 0 };
    unsigned char *to;
    uLong bound;
    int outcome;

    if (data->size > UINT32_MAX / 2)
        return pp_fail(err, PP_ELIMIT, "too large for one gzip member");
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return pp_fail_memory(err);
    bound = deflateBound(&z, (uLong)data->size);
    if (pp_bytes_extend(packed, bound, &to, err) != PP_OK) {
        deflateEnd(&z);
        return err->status;
    }
    z.next_in = data->data;
    z.avail_in = (uInt)data->size;
    z.next_out = to;
    z.avail_out = (uInt)bound;
    outcome = deflate(&z, Z_FINISH);
    packed->size = z.total_out;
    deflateEnd(&z);
    return outcome == Z_STREAM_END
               ? PP_OK
               : pp_fail(err, PP_EBUG, "zlib did not finish");
}

pp_status
pp_nifti_write(const char *path, const pp_grid *grid, pp_error *err)
{
    static const unsigned char no_extension[4] = { 0 };
    const size_t size = grid->dim[0] * grid->dim[1] * grid->dim[2] *
                        (size_t)nbyte[grid->type];
    nifti_1_header header;
    pp_bytes plain = { 0 }, packed = { 0 };
    const pp_bytes *whole = &plain;
    pp_status status;
    char extension[16];

    for (int c = 0; c < 3; c++)
        if (grid->dim[c] == 0 || grid->dim[c] > INT16_MAX)
            return pp_fail(err, PP_ELIMIT, "%zu voxels along one axis: "
                           "NIfTI-1 holds 1 to 32767", grid->dim[c]);
    put_header(&header, grid);
    status = pp_bytes_append(&plain, &header, sizeof header, err);
    if (status == PP_OK)
        status = pp_bytes_append(&plain, no_extension, 4, err);
    if (status == PP_OK)
        status = pp_bytes_append(&plain, grid->voxel, size, err);
    pp_file_extension(path, extension);
    if (status == PP_OK && strcmp(extension, "gz") == 0) {
        status = pack(&plain, &packed, err);
        whole = &packed;
    }
    if (status == PP_OK)
        status = pp_file_write(path, whole->data, whole->size, err);
    pp_bytes_free(&plain);
    pp_bytes_free(&packed);
    return status;
}
