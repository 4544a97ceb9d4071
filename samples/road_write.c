/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * road_write.c - NIfTI, NRRD and MetaImage files by own code
 *
 * Written from the formats' descriptions, byte by byte, and sharing nothing
 * with the readers that they will test.
 */
#include "road.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t
nvoxel(const pp_grid *g)
{
    return g->dim[0] * g->dim[1] * g->dim[2];
}

static double
spacing(const pp_grid *g, int axis)
{
    return pp_norm(pp_vec(g->to_lps[0][axis], g->to_lps[1][axis],
                          g->to_lps[2][axis]));
}

/* ---- NIfTI ---- */

static void
put_float(unsigned char *p, double v)
{
    pp_put_u32le(p, pp_float_to_bits((float)v));
}

static void
put_double(unsigned char *p, double v)
{
    pp_put_u64le(p, pp_double_to_bits(v));
}

/* The matrix in RAS: rows 0 and 1 change their sign. */
static void
to_ras(const pp_grid *g, double m[3][4])
{
    for (int row = 0; row < 3; row++)
        for (int column = 0; column < 4; column++)
            m[row][column] = row < 2 ? -g->to_lps[row][column]
                                     : g->to_lps[row][column];
}

/*
 * Quaternion of the rotation (nifti1.h, method 2): the third axis is turned
 * over when the matrix is left-handed, and qfac says so.
 */
static double
quaternion(const double m[3][4], double q[3])
{
    double r[3][3], w, det;

    for (int c = 0; c < 3; c++) {
        const double n = pp_norm(pp_vec(m[0][c], m[1][c], m[2][c]));

        for (int row = 0; row < 3; row++)
            r[row][c] = m[row][c] / n;
    }
    det = pp_dot(pp_vec(r[0][0], r[1][0], r[2][0]),
                 pp_cross(pp_vec(r[0][1], r[1][1], r[2][1]),
                          pp_vec(r[0][2], r[1][2], r[2][2])));
    for (int row = 0; row < 3 && det < 0; row++)
        r[row][2] = -r[row][2];
    w = 1 + r[0][0] + r[1][1] + r[2][2];
    if (w > 0.5) {
        w = sqrt(w) / 2;
        q[0] = (r[2][1] - r[1][2]) / (4 * w);
        q[1] = (r[0][2] - r[2][0]) / (4 * w);
        q[2] = (r[1][0] - r[0][1]) / (4 * w);
    } else {
        /* near half a turn: from the largest of the other three */
        const double d[3] = { r[0][0], r[1][1], r[2][2] };
        const int a = d[0] >= d[1] && d[0] >= d[2] ? 0 : d[1] >= d[2] ? 1 : 2;
        const int b = (a + 1) % 3, c = (a + 2) % 3;
        double sign;

        q[a] = sqrt(1 + d[a] - d[b] - d[c]) / 2;
        q[b] = (r[b][a] + r[a][b]) / (4 * q[a]);
        q[c] = (r[c][a] + r[a][c]) / (4 * q[a]);
        sign = r[c][b] - r[b][c] < 0 ? -1 : 1; /* the real part is positive */
        for (int n = 0; n < 3; n++)
            q[n] *= sign;
    }
    return det < 0 ? -1 : 1;
}

static void
put_nifti1(unsigned char *h, const pp_grid *g, unsigned forms)
{
    double m[3][4], q[3];
    const double qfac = (to_ras(g, m), quaternion((const double (*)[4])m, q));

    pp_put_u32le(h, 348);
    pp_put_u16le(h + 40, 3);
    for (int n = 0; n < 7; n++)
        pp_put_u16le(h + 42 + 2 * n, (uint16_t)(n < 3 ? g->dim[n] : 1));
    pp_put_u16le(h + 70, g->type == PP_VOXEL_U8 ? 2 : 4);
    pp_put_u16le(h + 72, g->type == PP_VOXEL_U8 ? 8 : 16);
    put_float(h + 76, qfac);
    for (int n = 0; n < 3; n++)
        put_float(h + 80 + 4 * n, spacing(g, n));
    put_float(h + 108, 352);
    h[123] = 2; /* mm */
    pp_put_u16le(h + 252, forms & PP_ROAD_QFORM ? 1 : 0);
    pp_put_u16le(h + 254, forms & PP_ROAD_SFORM ? 1 : 0);
    for (int n = 0; n < 3 && forms & PP_ROAD_QFORM; n++) {
        put_float(h + 256 + 4 * n, q[n]);
        put_float(h + 268 + 4 * n, m[n][3]);
    }
    for (int n = 0; n < 12 && forms & PP_ROAD_SFORM; n++)
        put_float(h + 280 + 4 * n, m[n / 4][n % 4]);
    memcpy(h + 344, "n+1", 4);
}

static void
put_nifti2(unsigned char *h, const pp_grid *g, unsigned forms)
{
    double m[3][4], q[3];
    const double qfac = (to_ras(g, m), quaternion((const double (*)[4])m, q));

    pp_put_u32le(h, 540);
    memcpy(h + 4, "n+2\0\r\n\032\n", 8);
    pp_put_u16le(h + 12, g->type == PP_VOXEL_U8 ? 2 : 4);
    pp_put_u16le(h + 14, g->type == PP_VOXEL_U8 ? 8 : 16);
    pp_put_u64le(h + 16, 3);
    for (int n = 0; n < 7; n++)
        pp_put_u64le(h + 24 + 8 * n, n < 3 ? g->dim[n] : 1);
    put_double(h + 104, qfac);
    for (int n = 0; n < 3; n++)
        put_double(h + 112 + 8 * n, spacing(g, n));
    pp_put_u64le(h + 168, 544);
    pp_put_u32le(h + 344, forms & PP_ROAD_QFORM ? 1 : 0);
    pp_put_u32le(h + 348, forms & PP_ROAD_SFORM ? 1 : 0);
    for (int n = 0; n < 3 && forms & PP_ROAD_QFORM; n++) {
        put_double(h + 352 + 8 * n, q[n]);
        put_double(h + 376 + 8 * n, m[n][3]);
    }
    for (int n = 0; n < 12 && forms & PP_ROAD_SFORM; n++)
        put_double(h + 400 + 8 * n, m[n / 4][n % 4]);
    pp_put_u32le(h + 500, 2); /* mm */
}

pp_status
pp_road_write_nifti(const char *path, const pp_grid *grid, int version,
                    unsigned forms, pp_error *err)
{
    const size_t header = version == 2 ? 544 : 352;
    const size_t voxel = grid->type == PP_VOXEL_U8 ? 1 : 2;
    pp_bytes bytes = { 0 };
    unsigned char *at;
    pp_status status = pp_bytes_extend(&bytes, header, &at, err);

    if (status == PP_OK) {
        memset(at, 0, header);
        if (version == 2)
            put_nifti2(at, grid, forms);
        else
            put_nifti1(at, grid, forms);
        status = pp_bytes_append(&bytes, grid->voxel, voxel * nvoxel(grid),
                                 err);
    }
    if (status == PP_OK)
        status = pp_file_write(path, bytes.data, bytes.size, err);
    pp_bytes_free(&bytes);
    return status;
}

/* ---- text headers ---- */

/* Appends "(a,b,c)" or "a b c". */
static pp_status
put_triple(pp_bytes *b, const double v[3], bool brackets, pp_error *err)
{
    char text[3][PP_NUMBER_SIZE];

    for (int n = 0; n < 3; n++)
        pp_text_from_double(v[n], text[n]);
    return pp_bytes_printf(b, err, brackets ? "(%s,%s,%s)" : "%s %s %s",
                           text[0], text[1], text[2]);
}

/* The bytes of the voxels: into the buffer, or into a file beside path. */
static pp_status
put_voxels(pp_bytes *b, const char *path, const pp_grid *g, bool detached,
           bool ascii, pp_error *err)
{
    const uint8_t *voxel = g->voxel;
    pp_status status = PP_OK;

    if (detached) {
        char raw[4096];

        snprintf(raw, sizeof raw, "%.*s.raw",
                 (int)(strrchr(path, '.') - path), path);
        return pp_file_write(raw, voxel, nvoxel(g), err);
    }
    if (!ascii)
        return pp_bytes_append(b, voxel, nvoxel(g), err);
    for (size_t n = 0; n < nvoxel(g) && status == PP_OK; n++)
        status = pp_bytes_printf(b, err, "%d%c", voxel[n],
                                 n % g->dim[0] + 1 == g->dim[0] ? '\n' : ' ');
    return status;
}

/* The name of the detached file, without its folder. */
static const char *
raw_name(const char *path, char name[256])
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;

    snprintf(name, 256, "%.*s.raw", (int)(strrchr(base, '.') - base), base);
    return name;
}

pp_status
pp_road_write_nrrd(const char *path, const pp_grid *grid, const char *space,
                   bool detached, bool ascii, pp_error *err)
{
    /* L or l first: x grows to the left; P or p second; and so on */
    const char *second = strchr(space, '-');
    const double sign[3] = {
        *space == 'L' || *space == 'l' ? 1 : -1,
        (second != NULL ? second[1] == 'p' : space[1] == 'P') ? 1 : -1, 1
    };
    pp_bytes b = { 0 };
    char name[256];
    pp_status status =
        pp_bytes_printf(&b, err, "NRRD0004\n# made by formula\ntype: uchar\n"
                        "dimension: 3\nspace: %s\nsizes: %zu %zu %zu\n"
                        "space directions:", space, grid->dim[0],
                        grid->dim[1], grid->dim[2]);

    for (int column = 0; column < 4 && status == PP_OK; column++) {
        const double v[3] = { sign[0] * grid->to_lps[0][column],
                              sign[1] * grid->to_lps[1][column],
                              sign[2] * grid->to_lps[2][column] };

        status = pp_bytes_printf(&b, err, "%s",
                                 column < 3 ? " " : "\nspace origin: ");
        if (status == PP_OK)
            status = put_triple(&b, v, true, err);
    }
    if (status == PP_OK)
        status = pp_bytes_printf(&b, err, "\nkinds: domain domain domain\n"
                                 "endian: little\nencoding: %s\n",
                                 ascii ? "ascii" : "raw");
    if (status == PP_OK)
        status = detached ? pp_bytes_printf(&b, err, "data file: %s\n",
                                            raw_name(path, name))
                          : pp_bytes_printf(&b, err, "\n");
    if (status == PP_OK)
        status = put_voxels(&b, path, grid, detached, ascii, err);
    if (status == PP_OK)
        status = pp_file_write(path, b.data, b.size, err);
    pp_bytes_free(&b);
    return status;
}

pp_status
pp_road_write_meta(const char *path, const pp_grid *grid, bool detached,
                   pp_error *err)
{
    static const char *const key[5] = { "TransformMatrix = ", " ", " ",
                                        "\nOffset = ", "\nElementSpacing = " };
    char name[256];
    pp_bytes b = { 0 };
    pp_status status =
        pp_bytes_printf(&b, err, "ObjectType = Image\nNDims = 3\n"
                        "BinaryData = True\n"
                        "BinaryDataByteOrderMSB = False\n"
                        "CompressedData = False\n");

    /* a row of TransformMatrix is the direction of an axis */
    for (int n = 0; n < 5 && status == PP_OK; n++) {
        double v[3];

        for (int row = 0; row < 3; row++)
            v[row] = n == 4 ? spacing(grid, row)
                            : grid->to_lps[row][n] /
                                  (n < 3 ? spacing(grid, n) : 1);
        status = pp_bytes_printf(&b, err, "%s", key[n]);
        if (status == PP_OK)
            status = put_triple(&b, v, false, err);
    }
    if (status == PP_OK)
        status = pp_bytes_printf(&b, err, "\nCenterOfRotation = 0 0 0\n"
                                 "AnatomicalOrientation = RAI\n"
                                 "DimSize = %zu %zu %zu\n"
                                 "ElementType = MET_UCHAR\n"
                                 "ElementDataFile = %s\n", grid->dim[0],
                                 grid->dim[1], grid->dim[2],
                                 detached ? raw_name(path, name) : "LOCAL");
    if (status == PP_OK)
        status = put_voxels(&b, path, grid, detached, false, err);
    if (status == PP_OK)
        status = pp_file_write(path, b.data, b.size, err);
    pp_bytes_free(&b);
    return status;
}
