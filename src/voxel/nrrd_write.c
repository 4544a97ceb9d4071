/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nrrd_write.c - a label map as a NRRD file, with names and colours
 *
 * The header (teem.sourceforge.net/nrrd/format.html) is text; the keys
 * Segment0_Name and the like are 3D Slicer's. Numbers have all their digits,
 * so that the matrix reads back as it was; voxels are packed with gzip.
 */
#include "voxel/write.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"
#include "shim/deflate.h"

#include <string.h>

static const char *const type_name[] = {
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "float", "double"
};

/* Lines of text as comments; a line's end cannot start anything else. */
static pp_status
put_comments(pp_bytes *out, const char *text, pp_error *err)
{
    while (*text != '\0') {
        const size_t n = strcspn(text, "\n");

        if (pp_bytes_printf(out, err, "# %.*s\n", (int)n, text) != PP_OK)
            return err->status;
        text += n + (text[n] == '\n');
    }
    return PP_OK;
}

static pp_status
put_vector(pp_bytes *out, const double to_lps[3][4], int axis, pp_error *err)
{
    char x[PP_NUMBER_SIZE], y[PP_NUMBER_SIZE], z[PP_NUMBER_SIZE];

    return pp_bytes_printf(out, err, " (%s,%s,%s)",
                           pp_text_from_double(to_lps[0][axis], x),
                           pp_text_from_double(to_lps[1][axis], y),
                           pp_text_from_double(to_lps[2][axis], z));
}

static pp_status
put_segment(pp_bytes *out, const pp_segment *s, size_t i, pp_error *err)
{
    const char *name = s->name != NULL ? s->name : "";
    char *clean = pp_text_clean(name, strlen(name), 1024);

    if (clean == NULL)
        return pp_fail_memory(err);
    if (pp_bytes_printf(out, err, "Segment%zu_ID:=Segment_%zu\n"
                        "Segment%zu_Name:=%s\nSegment%zu_LabelValue:=%lu\n"
                        "Segment%zu_Layer:=0\n", i, i + 1, i, clean, i,
                        (unsigned long)s->value, i) == PP_OK &&
        s->has_colour)
        (void)!pp_bytes_printf(out, err, "Segment%zu_Color:=%.6f %.6f %.6f\n",
                               i, s->rgb[0] / 255.0, s->rgb[1] / 255.0,
                               s->rgb[2] / 255.0);
    pp_free(clean);
    return err->status;
}

static pp_status
put_header(pp_bytes *out, const pp_grid *g, const pp_segment *segment,
           size_t nsegment, const char *text, pp_error *err)
{
    const uint16_t one = 1; /* its first byte tells this host's order */

    if (pp_bytes_printf(out, err, "NRRD0005\n") != PP_OK ||
        put_comments(out, text, err) != PP_OK ||
        pp_bytes_printf(out, err, "type: %s\ndimension: 3\n"
                        "space: left-posterior-superior\n"
                        "sizes: %zu %zu %zu\nspace directions:",
                        type_name[g->type], g->dim[0], g->dim[1],
                        g->dim[2]) != PP_OK)
        return err->status;
    for (int a = 0; a < 3; a++)
        if (put_vector(out, g->to_lps, a, err) != PP_OK)
            return err->status;
    if (pp_bytes_printf(out, err, "\nspace origin:") != PP_OK ||
        put_vector(out, g->to_lps, 3, err) != PP_OK ||
        pp_bytes_printf(out, err, "\nspace units: \"mm\" \"mm\" \"mm\"\n"
                        "kinds: domain domain domain\nendian: %s\n"
                        "encoding: gzip\n",
                        *(const unsigned char *)&one == 1 ? "little"
                                                          : "big") != PP_OK)
        return err->status;
    for (size_t i = 0; i < nsegment; i++)
        if (put_segment(out, &segment[i], i, err) != PP_OK)
            return err->status;
    return pp_bytes_append(out, "\n", 1, err);
}

pp_status
pp_nrrd_write(const char *path, const pp_grid *grid, const pp_segment *segment,
              size_t nsegment, const char *text, pp_error *err)
{
    const size_t n = grid->dim[0] * grid->dim[1] * grid->dim[2];
    pp_bytes bytes = { 0 };

    if (grid->type == PP_VOXEL_U8 || grid->type == PP_VOXEL_U16) {
        if (put_header(&bytes, grid, segment, nsegment,
                       text != NULL ? text : "", err) == PP_OK &&
            pp_pack_stream(PP_PACK_GZIP, grid->voxel,
                           n * pp_voxel_size(grid->type), &bytes, err) ==
                PP_OK)
            (void)!pp_file_write(path, bytes.data, bytes.size, err);
    } else {
        pp_fail(err, PP_EBUG, "a NRRD of labels that are no labels");
    }
    pp_bytes_free(&bytes);
    return err->status;
}
