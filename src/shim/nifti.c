/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti.c - reading NIfTI through libniftiio
 *
 * The library's own reader prints, trusts counts and mends bad numbers in
 * silence. So only what does none of this is used: its header structures, its
 * byte swapping and its quaternions. Bytes come through shim/source.h.
 */
#include "shim/nifti.h"

#include "base/alloc.h"
#include "shim/source.h"

#include <math.h>
#include <nifti2_io.h>
#include <stdio.h>
#include <string.h>

#define SIZE_1 348
#define SIZE_2 540

static const struct type_row {
    int code;
    pp_voxel_type type;
    bool wide; /* 64-bit integers, turned into doubles */
} type_table[] = {
    { NIFTI_TYPE_UINT8, PP_VOXEL_U8, false },
    { NIFTI_TYPE_INT8, PP_VOXEL_I8, false },
    { NIFTI_TYPE_UINT16, PP_VOXEL_U16, false },
    { NIFTI_TYPE_INT16, PP_VOXEL_I16, false },
    { NIFTI_TYPE_UINT32, PP_VOXEL_U32, false },
    { NIFTI_TYPE_INT32, PP_VOXEL_I32, false },
    { NIFTI_TYPE_FLOAT32, PP_VOXEL_F32, false },
    { NIFTI_TYPE_FLOAT64, PP_VOXEL_F64, false },
    { NIFTI_TYPE_UINT64, PP_VOXEL_F64, true },
    { NIFTI_TYPE_INT64, PP_VOXEL_F64, true },
};

static const struct type_row *
find_type(int code)
{
    for (size_t r = 0; r < sizeof type_table / sizeof *type_table; r++)
        if (type_table[r].code == code)
            return &type_table[r];
    return NULL;
}

pp_status
pp_nifti_type(const pp_nifti *nifti, pp_voxel_type *type, pp_error *err)
{
    const struct type_row *row = find_type(nifti->datatype);

    if (row == NULL)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "voxels of type %d (colour, complex, bits or extended "
                       "precision) are not read", nifti->datatype);
    *type = row->type;
    return PP_OK;
}

/* 1, 2 or 0: no NIfTI. *swapped: in the other byte order. */
static int
version_of(const unsigned char *data, size_t size, bool *swapped)
{
    int32_t length;

    if (size < SIZE_1)
        return 0;
    memcpy(&length, data, 4);
    *swapped = length != SIZE_1 && length != SIZE_2;
    if (*swapped)
        nifti_swap_4bytes(1, &length);
    if (length == SIZE_1 && (memcmp(data + 344, "n+1", 4) == 0 ||
                             memcmp(data + 344, "ni1", 4) == 0))
        return 1;
    if (length == SIZE_2 && (memcmp(data + 4, "n+2", 4) == 0 ||
                             memcmp(data + 4, "ni2", 4) == 0))
        return 2;
    return 0;
}

bool
pp_nifti_recognise(const void *data, size_t size)
{
    bool swapped;

    return version_of(data, size, &swapped) != 0;
}

/* The fields that we use, widened: the two versions meet here. */
static void
widen(const nifti_1_header *h, nifti_2_header *wide)
{
    memset(wide, 0, sizeof *wide);
    for (int a = 0; a < 8; a++) {
        wide->dim[a] = h->dim[a];
        wide->pixdim[a] = h->pixdim[a];
    }
    for (int a = 0; a < 4; a++) {
        wide->srow_x[a] = h->srow_x[a];
        wide->srow_y[a] = h->srow_y[a];
        wide->srow_z[a] = h->srow_z[a];
    }
    wide->datatype = h->datatype;
    wide->bitpix = h->bitpix;
    /* a cast of NaN or of something huge is undefined: -1 is refused later */
    wide->vox_offset = h->vox_offset >= 0 && h->vox_offset < 0x1p31F
                           ? (int64_t)h->vox_offset
                           : -1;
    wide->scl_slope = h->scl_slope;
    wide->scl_inter = h->scl_inter;
    wide->qform_code = h->qform_code;
    wide->sform_code = h->sform_code;
    wide->quatern_b = h->quatern_b;
    wide->quatern_c = h->quatern_c;
    wide->quatern_d = h->quatern_d;
    wide->qoffset_x = h->qoffset_x;
    wide->qoffset_y = h->qoffset_y;
    wide->qoffset_z = h->qoffset_z;
    wide->xyzt_units = (unsigned char)h->xyzt_units;
}

static void
set_sform(const nifti_2_header *h, pp_nifti *out)
{
    for (int c = 0; c < 4; c++) {
        out->sto_ras[0][c] = h->srow_x[c];
        out->sto_ras[1][c] = h->srow_y[c];
        out->sto_ras[2][c] = h->srow_z[c];
        for (int r = 0; r < 3; r++)
            if (!isfinite(out->sto_ras[r][c]))
                snprintf(out->sform_problem, sizeof out->sform_problem,
                         "the sform holds a number that is not finite");
    }
}

static void
set_qform(const nifti_2_header *h, pp_nifti *out)
{
    const double number[] = { h->quatern_b, h->quatern_c, h->quatern_d,
                              h->qoffset_x, h->qoffset_y, h->qoffset_z,
                              h->pixdim[0] };
    char *problem = out->qform_problem;
    nifti_dmat44 m;

    for (size_t n = 0; n < sizeof number / sizeof *number; n++)
        if (!isfinite(number[n]))
            snprintf(problem, sizeof out->qform_problem,
                     "the qform holds a number that is not finite");
    for (int a = 1; a <= 3; a++)
        if (!(h->pixdim[a] > 0))
            snprintf(problem, sizeof out->qform_problem,
                     "the qform needs voxel sizes above zero, pixdim[%d] is "
                     "%g", a, h->pixdim[a]);
    if (problem[0] != '\0')
        return;
    m = nifti_quatern_to_dmat44(h->quatern_b, h->quatern_c, h->quatern_d,
                                h->qoffset_x, h->qoffset_y, h->qoffset_z,
                                h->pixdim[1], h->pixdim[2], h->pixdim[3],
                                h->pixdim[0] < 0 ? -1 : 1);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            out->qto_ras[r][c] = m.m[r][c];
}

static pp_status
set_fields(const nifti_2_header *h, pp_nifti *out, pp_error *err)
{
    const int64_t first = out->version == 1 ? SIZE_1 : SIZE_2;

    out->dim[0] = h->dim[0];
    if (h->dim[0] < 1 || h->dim[0] > 7)
        return pp_fail(err, PP_EFORMAT, "the header has %lld dimensions",
                       (long long)h->dim[0]);
    for (int a = 1; a < 8; a++) {
        out->dim[a] = a <= h->dim[0] ? h->dim[a] : 1;
        if (out->dim[a] < 1)
            return pp_fail(err, PP_EFORMAT, "dimension %d is %lld", a,
                           (long long)out->dim[a]);
    }
    for (int a = 0; a < 8; a++)
        out->pixdim[a] = h->pixdim[a];
    if (h->vox_offset < (out->pair ? 0 : first))
        return pp_fail(err, PP_EFORMAT, "the offset of the voxels is absurd");
    out->data_offset = (uint64_t)h->vox_offset;
    out->datatype = h->datatype;
    out->slope = h->scl_slope;
    out->intercept = h->scl_inter;
    out->xyz_units = h->xyzt_units & 7;
    out->qform_code = h->qform_code > 0 ? h->qform_code : 0;
    out->sform_code = h->sform_code > 0 ? h->sform_code : 0;
    if (out->sform_code > 0)
        set_sform(h, out);
    if (out->qform_code > 0)
        set_qform(h, out);
    return PP_OK;
}

static pp_status
parse(const unsigned char *data, size_t size, pp_nifti *out, pp_error *err)
{
    nifti_2_header wide;
    nifti_1_header narrow;

    out->version = version_of(data, size, &out->swapped);
    if (out->version == 0)
        return pp_fail(err, PP_EFORMAT, "is no NIfTI header");
    if (out->version == 1) {
        out->pair = data[345] == 'i';
        memcpy(&narrow, data, sizeof narrow);
        if (out->swapped)
            nifti_swap_as_nifti1(&narrow);
        widen(&narrow, &wide);
    } else {
        if (size < SIZE_2)
            return pp_fail(err, PP_EFORMAT, "the header is truncated");
        out->pair = data[5] == 'i';
        memcpy(&wide, data, sizeof wide);
        if (out->swapped)
            nifti_swap_as_nifti2(&wide);
    }
    return set_fields(&wide, out, err);
}

/*
 * A new string: path with the ending `from` (or from + ".gz") turned into
 * `to`. NULL when it has another ending.
 */
static char *
with_ending(const char *path, const char *from, const char *to)
{
    const size_t n = strlen(path);
    char *other;

    for (int packed = 0; packed < 2; packed++) {
        const size_t tail = packed ? 7 : 4;

        if (n <= tail || strncmp(path + n - tail, from, 4) != 0 ||
            (packed && strcmp(path + n - 3, ".gz") != 0))
            continue;
        other = pp_strdup(path);
        if (other != NULL)
            memcpy(other + n - tail, to, 4);
        return other;
    }
    return NULL;
}

pp_status
pp_nifti_read_header(const char *path, pp_nifti *nifti, pp_error *err)
{
    char *header = with_ending(path, ".img", ".hdr");
    pp_source *source = NULL;
    unsigned char data[SIZE_2];
    size_t got;

    memset(nifti, 0, sizeof *nifti);
    if (pp_source_open(header != NULL ? header : path, 0, PP_SOURCE_EITHER,
                       &source, err) == PP_OK &&
        pp_source_read(source, data, sizeof data, &got, err) == PP_OK)
        (void)!parse(data, got, nifti, err);
    pp_source_close(source);
    pp_free(header);
    return err->status;
}

static pp_status
read_voxels(pp_source *source, const pp_nifti *nifti, size_t channel,
            pp_grid *grid, pp_error *err)
{
    const struct type_row *row = find_type(nifti->datatype);
    const size_t dim[3] = { (size_t)nifti->dim[1], (size_t)nifti->dim[2],
                            (size_t)nifti->dim[3] };
    const size_t size = pp_voxel_size(row->type);
    const uint64_t most = pp_source_at_most(source);
    uint64_t total = size;

    for (int a = 0; a < 3; a++) {
        if (dim[a] > most / total)
            return pp_fail(err, PP_EFORMAT,
                           "the header says %zu x %zu x %zu voxels, more than "
                           "the file can hold", dim[0], dim[1], dim[2]);
        total *= dim[a];
    }
    if (channel > 0 && total > most / channel)
        return pp_fail(err, PP_EFORMAT, "is too short for channel %zu",
                       channel);
    if (pp_grid_alloc(grid, dim, row->type, err) != PP_OK ||
        pp_source_skip(source, nifti->data_offset + channel * total, err) !=
            PP_OK ||
        pp_source_exactly(source, grid->voxel, (size_t)total, err) != PP_OK)
        return err->status;
    if (nifti->swapped && size > 1)
        nifti_swap_Nbytes((int64_t)(total / size), (int)size, grid->voxel);
    if (row->wide)
        return pp_voxel_wide_to_real(grid->voxel, (size_t)(total / size),
                                     row->code == NIFTI_TYPE_INT64, err);
    return PP_OK;
}

pp_status
pp_nifti_read_voxels(const char *path, const pp_nifti *nifti, size_t channel,
                     pp_grid *grid, pp_error *err)
{
    char *image =
        nifti->pair ? with_ending(path, ".hdr", ".img") : NULL;
    pp_source *source = NULL;
    pp_voxel_type type;

    memset(grid, 0, sizeof *grid);
    if (pp_nifti_type(nifti, &type, err) == PP_OK &&
        pp_source_open(image != NULL ? image : path, 0, PP_SOURCE_EITHER,
                       &source, err) == PP_OK)
        (void)!read_voxels(source, nifti, channel, grid, err);
    pp_source_close(source);
    pp_free(image);
    if (err->status != PP_OK)
        pp_grid_free(grid);
    return err->status;
}
