/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metaimage.c - MetaImage (.mha, .mhd)
 *
 * Source: the MetaIO documentation, and ITK's reader where that is silent:
 * positions are LPS, TransformMatrix lists the directions of the axes one
 * after the other, Offset is the place of voxel (0, 0, 0), and
 * CenterOfRotation moves nothing.
 */
#include "voxel/raw.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct {
    uint64_t naxis, channels;
    uint64_t dim[4];
    double spacing[4], size[4], matrix[16], offset[4], centre[4];
    bool has_spacing, has_size, has_matrix, has_offset, has_centre, has_type;
    bool from_end;
    pp_raw_layout layout;
    pp_raw_files files;
    uint64_t header_size;
    bool local;
} header;

static bool
is_true(const char *text)
{
    return strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;
}

static bool
set_type(header *h, const char *text)
{
    static const struct {
        const char *name;
        pp_raw_type type;
    } row[] = {
        { "MET_CHAR", { PP_VOXEL_I8, 1, false, true } },
        { "MET_UCHAR", { PP_VOXEL_U8, 1, false, false } },
        { "MET_SHORT", { PP_VOXEL_I16, 2, false, true } },
        { "MET_USHORT", { PP_VOXEL_U16, 2, false, false } },
        { "MET_INT", { PP_VOXEL_I32, 4, false, true } },
        { "MET_UINT", { PP_VOXEL_U32, 4, false, false } },
        { "MET_LONG", { PP_VOXEL_I32, 4, false, true } },
        { "MET_ULONG", { PP_VOXEL_U32, 4, false, false } },
        { "MET_LONG_LONG", { PP_VOXEL_F64, 8, true, true } },
        { "MET_ULONG_LONG", { PP_VOXEL_F64, 8, true, false } },
        { "MET_FLOAT", { PP_VOXEL_F32, 4, false, true } },
        { "MET_DOUBLE", { PP_VOXEL_F64, 8, false, true } },
    };

    for (size_t r = 0; r < sizeof row / sizeof *row; r++)
        if (strcmp(text, row[r].name) == 0) {
            h->layout.type = row[r].type;
            h->has_type = true;
        }
    return h->has_type;
}

/* "-1": the data ends with the file. */
static bool
set_header_size(header *h, const char *text)
{
    uint64_t n;

    if (strcmp(text, "-1") == 0) {
        h->layout.from_end = true;
        return true;
    }
    if (!pp_raw_counts(text, 1, &n))
        return false;
    h->layout.skip = n;
    return true;
}

static bool
is_one_of(const char *key, const char *names)
{
    const size_t n = strlen(key);

    if (n == 0)
        return false;
    for (const char *p = names; (p = strstr(p, key)) != NULL; p += n)
        if ((p == names || p[-1] == '|') && (p[n] == '|' || p[n] == '\0'))
            return true;
    return false;
}

/* False when the value is odd. Unknown keys are passed over. */
static bool
set_value(header *h, const char *key, const char *text)
{
    const size_t n = (size_t)h->naxis;

    if (strcmp(key, "ObjectType") == 0)
        return strcasecmp(text, "Image") == 0;
    if (strcmp(key, "NDims") == 0)
        return pp_raw_counts(text, 1, &h->naxis) && h->naxis >= 2 &&
               h->naxis <= 4;
    if (strcmp(key, "ElementType") == 0)
        return set_type(h, text);
    if (strcmp(key, "ElementNumberOfChannels") == 0)
        return pp_raw_counts(text, 1, &h->channels);
    if (is_one_of(key, "BinaryDataByteOrderMSB|ElementByteOrderMSB")) {
        h->layout.big_endian = is_true(text);
        return true;
    }
    if (strcmp(key, "BinaryData") == 0) {
        h->layout.ascii = !is_true(text);
        return true;
    }
    if (strcmp(key, "CompressedData") == 0) {
        h->layout.packing = is_true(text) ? PP_SOURCE_DEFLATED
                                          : PP_SOURCE_PLAIN;
        return true;
    }
    if (strcmp(key, "HeaderSize") == 0)
        return set_header_size(h, text);
    if (strcmp(key, "DimSize") == 0)
        return n > 0 && pp_raw_counts(text, n, h->dim);
    if (strcmp(key, "ElementSpacing") == 0)
        return h->has_spacing = n > 0 && pp_raw_reals(text, n, h->spacing);
    if (strcmp(key, "ElementSize") == 0)
        return h->has_size = n > 0 && pp_raw_reals(text, n, h->size);
    if (is_one_of(key, "TransformMatrix|Rotation|Orientation"))
        return h->has_matrix =
                   n > 0 && pp_raw_reals(text, n * n, h->matrix);
    if (is_one_of(key, "Offset|Position|Origin"))
        return h->has_offset = n > 0 && pp_raw_reals(text, n, h->offset);
    if (strcmp(key, "CenterOfRotation") == 0)
        return h->has_centre = n > 0 && pp_raw_reals(text, n, h->centre);
    return true;
}

/* ElementDataFile ends the header; LIST is followed by names. */
static pp_status
set_data_file(header *h, const char *path, pp_bytes *text, size_t *at,
              char *value, pp_error *err)
{
    char *line;

    if (strcasecmp(value, "LOCAL") == 0) {
        h->local = true;
        h->header_size = *at;
        return pp_raw_files_add(&h->files, "", path, err);
    }
    if (strncmp(value, "LIST", 4) == 0) {
        while ((line = pp_raw_line(text, at)) != NULL &&
               *(line = pp_raw_trim(line)) != '\0')
            if (pp_raw_files_add(&h->files, path, line, err) != PP_OK)
                return err->status;
        return PP_OK;
    }
    if (strchr(value, '%') != NULL)
        return pp_raw_files_pattern(&h->files, path, value, err);
    return pp_raw_files_add(&h->files, path, value, err);
}

static pp_status
read_lines(const char *path, pp_bytes *text, header *h, pp_error *err)
{
    size_t at = 0;
    char *line;

    while ((line = pp_raw_line(text, &at)) != NULL) {
        char *equals = strchr(line, '='), *key, *value;

        if (equals == NULL) {
            if (*pp_raw_trim(line) == '\0')
                continue;
            return pp_fail(err, PP_EFORMAT,
                           "the header line \"%.40s\" is odd", line);
        }
        *equals = '\0';
        key = pp_raw_trim(line);
        value = pp_raw_trim(equals + 1);
        if (strcmp(key, "ElementDataFile") == 0)
            return set_data_file(h, path, text, &at, value, err);
        if (!set_value(h, key, value))
            return pp_fail(err, PP_EFORMAT, "%.40s = %.40s is odd", key,
                           value);
    }
    return pp_fail(err, PP_EFORMAT, "the header names no data (it lacks "
                                    "ElementDataFile)");
}

static pp_status
check_header(const header *h, pp_error *err)
{
    if (h->naxis < 3)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "has %d axes; a volume has three", (int)h->naxis);
    if (!h->has_type)
        return pp_fail(err, PP_EFORMAT, "the header lacks ElementType");
    for (size_t a = 0; a < h->naxis; a++)
        if (h->dim[a] == 0)
            return pp_fail(err, PP_EFORMAT, "axis %zu has no voxels", a);
    return PP_OK;
}

static pp_status
place(const header *h, pp_volume *volume, double m[3][4], pp_error *err)
{
    const double *edge = h->has_spacing ? h->spacing : h->size;
    const bool measured = h->has_spacing || h->has_size;
    bool turned = false;

    for (int r = 0; r < 3; r++) {
        m[r][3] = h->has_offset ? h->offset[r] : 0;
        for (int c = 0; c < 3; c++) {
            const double unit = h->has_matrix
                                    ? h->matrix[c * (int)h->naxis + r]
                                    : (double)(r == c);

            turned |= unit != (r == c);
            m[r][c] = unit * (measured ? edge[c] : 1);
        }
    }
    if (!measured)
        return pp_fail(err, PP_EGEOM,
                       "neither ElementSpacing nor ElementSize: the size of a "
                       "voxel is not known");
    if (!h->has_offset &&
        pp_volume_warn(volume, err, "no Offset: the position is unknown") !=
            PP_OK)
        return err->status;
    if (turned && h->has_centre &&
        (h->centre[0] != 0 || h->centre[1] != 0 || h->centre[2] != 0))
        return pp_volume_note(volume, err,
                              "CenterOfRotation not used, as in ITK");
    return PP_OK;
}

static pp_status
read_voxels(header *h, const pp_read_options *options, double to_lps[3][4],
            pp_volume *volume, pp_error *err)
{
    const uint64_t fourth = h->naxis == 4 ? h->dim[3] : 1;
    const bool interleaved = h->channels > 1;
    const uint64_t n = interleaved ? h->channels : fourth;
    const size_t dim[3] = { (size_t)h->dim[0], (size_t)h->dim[1],
                            (size_t)h->dim[2] };

    if (interleaved && fourth > 1)
        return pp_fail(err, PP_EUNSUPPORTED, "has channels and a fourth axis");
    if (n > 1 && options->channel == 0)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "holds %llu volumes (4-D); one must be chosen with "
                       "--channel", (unsigned long long)n);
    if (options->channel > n)
        return pp_fail(err, PP_EUNSUPPORTED, "has %llu channels, not %zu",
                       (unsigned long long)n, options->channel);
    if (h->local)
        h->layout.offset = h->header_size;
    if (options->headers_only) {
        if (pp_raw_describe(&h->layout, dim, volume, err) != PP_OK)
            return err->status;
    } else if (pp_raw_read(&h->files, &h->layout, dim, (size_t)n, interleaved,
                           options->channel > 0 ? options->channel - 1 : 0,
                           volume, err) != PP_OK) {
        return err->status;
    }
    memcpy(volume->layer->to_lps, to_lps, sizeof volume->layer->to_lps);
    return pp_grid_check_matrix(volume->layer, err);
}

pp_status
pp_metaimage_volume(const char *path, const pp_read_options *options,
                    pp_volume *volume, pp_error *err)
{
    header h = { .channels = 1 };
    double to_lps[3][4];
    pp_bytes text;

    volume->kind = "metaimage";
    if (pp_raw_header(path, &text, err) != PP_OK)
        return err->status;
    if (read_lines(path, &text, &h, err) == PP_OK &&
        check_header(&h, err) == PP_OK &&
        place(&h, volume, to_lps, err) == PP_OK)
        (void)!read_voxels(&h, options, to_lps, volume, err);
    pp_raw_files_free(&h.files);
    pp_bytes_free(&text);
    return err->status;
}
