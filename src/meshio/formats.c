/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * formats.c - the table of mesh formats; which one a file is, and may hold
 *
 * Content decides: a package starts with a ZIP record, glTF and PLY with their
 * names, VTK's files with an XML element of theirs, STL
 * text with "solid", and binary STL is what its count and its size agree on,
 * whatever its header says. OFF has a first word; OBJ has none, and is known by
 * its lines. What is left may be a binary STL that was cut or has a tail.
 */
#include "meshio/formats.h"
#include "meshio/glb.h"
#include "meshio/scan.h"

#include "base/alloc.h"
#include "base/file.h"

#include <float.h>
#include <string.h>

static const pp_format_row table[] = {
    { PP_FORMAT_STL, "stl", "stl", "binary STL: float32, no shared vertices",
      true, true, false },
    { PP_FORMAT_STL_ASCII, "stl-ascii", "stl", "STL as text", false, true,
      false },
    { PP_FORMAT_PLY, "ply", "ply",
      "binary PLY: shared vertices, doubles, provenance", true, false, false },
    { PP_FORMAT_PLY_ASCII, "ply-ascii", "ply", "PLY as text", false, false,
      false },
    { PP_FORMAT_3MF, "3mf", "3mf",
      "3MF package: objects, colours, provenance", true, true, true },
    { PP_FORMAT_OBJ, "obj", "obj", "Wavefront OBJ: objects, colours, text",
      false, false, true },
    { PP_FORMAT_OFF, "off", "off", "OFF: shared vertices, text", false,
      false, false },
    { PP_FORMAT_GLB, "glb", "glb",
      "glTF 2.0: objects, colours, provenance; metres, Y up", true, true,
      true },
    { PP_FORMAT_VTP, "vtp", "vtp",
      "VTK PolyData: objects, doubles, values, provenance", true, false,
      true },
    { PP_FORMAT_NONE, NULL, NULL, NULL, false, false, false },
};

const pp_format_row *
pp_format_table(void)
{
    return table;
}

const pp_format_row *
pp_format_find(pp_format format)
{
    for (const pp_format_row *row = table; row->name != NULL; row++)
        if (row->format == format)
            return row;
    return NULL;
}

pp_format
pp_format_by_name(const char *name)
{
    for (const pp_format_row *row = table; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row->format;
    return PP_FORMAT_NONE;
}

pp_format
pp_format_by_extension(const char *path)
{
    char extension[16];

    pp_file_extension(path, extension);
    for (const pp_format_row *row = table; row->name != NULL; row++)
        if (strcmp(row->extension, extension) == 0)
            return row->format;
    return PP_FORMAT_NONE;
}

pp_format
pp_format_for_values(const char *path)
{
    const pp_format format = pp_format_by_extension(path);

    return format == PP_FORMAT_GLB || format == PP_FORMAT_VTP ? format
                                                              : PP_FORMAT_PLY;
}

/* ---- reading ---- */

/* The first line of the file is this word alone. */
static bool
first_line_is(const unsigned char *data, size_t size, const char *word)
{
    pp_scan s = pp_scan_start(data, size);
    const char *text;
    size_t n;

    pp_scan_line(&s, &text, &n);
    while (n > 0 && pp_scan_is_blank(text[n - 1]))
        n--;
    return n == strlen(word) && memcmp(text, word, n) == 0;
}

/* "solid", and what follows its line is STL's grammar (or the file's end). */
static bool
looks_stl_ascii(const unsigned char *data, size_t size)
{
    pp_scan s = pp_scan_start(data, size);
    const char *text;
    size_t n;

    if (!pp_scan_take(&s, "solid"))
        return false;
    pp_scan_line(&s, &text, &n);
    return !pp_scan_skip(&s) || pp_scan_take(&s, "facet") ||
           pp_scan_take(&s, "endsolid");
}

static pp_format
detect(const unsigned char *data, size_t size)
{
    if (size > 84 && (uint64_t)pp_get_u32le(data + 80) * 50 == size - 84)
        return PP_FORMAT_STL;
    if (size >= 4 && memcmp(data, "PK\3\4", 4) == 0)
        return PP_FORMAT_3MF;
    if (size >= 4 && pp_get_u32le(data) == PP_GLB_MAGIC)
        return PP_FORMAT_GLB;
    if (pp_vtp_looks(data, size))
        return PP_FORMAT_VTP;
    if (first_line_is(data, size, "ply"))
        return PP_FORMAT_PLY;
    if (size >= 84 && pp_get_u32le(data + 80) == (size - 84) / 50 &&
        pp_stl_looks_binary(data, size))
        return PP_FORMAT_STL;
    if (looks_stl_ascii(data, size))
        return PP_FORMAT_STL_ASCII;
    if (pp_off_looks(data, size))
        return PP_FORMAT_OFF;
    if (pp_obj_looks(data, size))
        return PP_FORMAT_OBJ;
    return pp_stl_looks_binary(data, size) ? PP_FORMAT_STL : PP_FORMAT_NONE;
}

/* 3D Slicer can write right-anterior-superior, and says so. */
static void
turn_to_lps(pp_model *model)
{
    char *frame = model->provenance.frame;

    if (frame == NULL || strcmp(frame, "RAS") != 0)
        return;
    for (size_t i = 0; i < model->nobject; i++) {
        pp_mesh *m = &model->object[i].mesh;

        for (size_t v = 0; v < m->nvert; v++)
            m->vert[v] = pp_vec(-m->vert[v].x, -m->vert[v].y, m->vert[v].z);
    }
    memcpy(frame, "LPS", 4);
}

static pp_status
read_as(pp_format *format, const unsigned char *data, size_t size,
        pp_model *model, pp_error *err)
{
    switch (*format) {
    case PP_FORMAT_STL:
        return pp_stl_read(data, size, model, err);
    case PP_FORMAT_STL_ASCII:
        return pp_stl_ascii_read(data, size, model, err);
    case PP_FORMAT_PLY:
        return pp_ply_read(data, size, model, format, err);
    case PP_FORMAT_3MF:
        return pp_threemf_read(data, size, model, err);
    case PP_FORMAT_OBJ:
        return pp_obj_read(data, size, model, err);
    case PP_FORMAT_OFF:
        return pp_off_read(data, size, model, err);
    case PP_FORMAT_GLB:
        return pp_glb_read(data, size, model, err);
    case PP_FORMAT_VTP:
        return pp_vtp_read(data, size, model, err);
    default:
        return pp_fail(err, PP_EFORMAT, "not a mesh file that is known here");
    }
}

/* Objects without facets are nothing that anybody could look at. */
static void
drop_empty(pp_model *model)
{
    size_t n = 0;

    for (size_t i = 0; i < model->nobject; i++) {
        pp_object *o = &model->object[i];

        if (o->mesh.ntri > 0) {
            model->object[n++] = *o;
        } else {
            pp_free(o->name);
            pp_mesh_free(&o->mesh);
        }
    }
    model->nobject = n;
}

/* The end of every reading, failed or not. */
static pp_status
finish(pp_model *model, pp_format *format, pp_error *err)
{
    if (err->status == PP_OK && pp_model_facets(model) == 0)
        pp_fail(err, PP_EFORMAT, "has no facets");
    if (err->status != PP_OK) {
        pp_model_free(model);
        *format = PP_FORMAT_NONE;
        return err->status;
    }
    drop_empty(model);
    turn_to_lps(model);
    return PP_OK;
}

pp_status
pp_model_decode(const void *data, size_t size, pp_model *model,
                pp_format *format, pp_error *err)
{
    memset(model, 0, sizeof *model);
    *format = PP_FORMAT_NONE;
    if (size == 0)
        return pp_fail(err, PP_EFORMAT, "is empty");
    *format = detect(data, size);
    (void)!read_as(format, data, size, model, err);
    return finish(model, format, err);
}

/* Reads a binary STL piece by piece; *taken is false for anything else. */
static pp_status
stream(const char *path, pp_model *model, char sha256[65], bool *taken,
       pp_error *err)
{
    pp_sha256_sum sum;
    uint64_t size;
    FILE *file;

    *taken = false;
    if (!pp_file_is_regular(path, &size))
        return PP_OK;
    file = fopen(path, "rb");
    if (file == NULL)
        return PP_OK; /* the other way will say why */
    setvbuf(file, NULL, _IONBF, 0);
    pp_sha256_start(&sum);
    (void)!pp_stl_stream(file, size, model, sha256 != NULL ? &sum : NULL,
                         taken, err);
    if (sha256 != NULL)
        pp_sha256_end(&sum, sha256);
    fclose(file);
    return err->status;
}

pp_status
pp_model_read(const char *path, pp_model *model, pp_format *format,
              char sha256[65], pp_error *err)
{
    pp_bytes bytes = { 0 };
    bool taken;

    memset(model, 0, sizeof *model);
    if (sha256 != NULL)
        memset(sha256, 0, 65);
    *format = PP_FORMAT_STL;
    (void)!stream(path, model, sha256, &taken, err);
    if (taken)
        return finish(model, format, err);
    *format = PP_FORMAT_NONE;
    if (pp_file_read(path, 0, &bytes, err) != PP_OK)
        return err->status;
    if (sha256 != NULL)
        pp_sha256(bytes.data, bytes.size, sha256);
    (void)!pp_model_decode(bytes.data, bytes.size, model, format, err);
    pp_bytes_free(&bytes);
    return err->status;
}

/* ---- writing ---- */

/* Every coordinate is finite in the format's numbers. */
static pp_status
check_range(const pp_model *model, const pp_format_row *row, pp_error *err)
{
    const double limit = row->float32 ? (double)FLT_MAX : DBL_MAX;

    for (size_t i = 0; i < model->nobject; i++) {
        const pp_mesh *m = &model->object[i].mesh;

        for (size_t v = 0; v < m->nvert; v++)
            if (!(fabs(m->vert[v].x) <= limit && fabs(m->vert[v].y) <= limit &&
                  fabs(m->vert[v].z) <= limit))
                return pp_fail(err, PP_ELIMIT, "vertex %zu: beyond the "
                               "numbers of format %s", v, row->name);
    }
    return PP_OK;
}

static pp_status
write_as(const pp_model *model, pp_format format,
         const pp_encode_options *options, pp_bytes *out, pp_error *err)
{
    switch (format) {
    case PP_FORMAT_STL:
        return pp_stl_write(model, out, err);
    case PP_FORMAT_STL_ASCII:
        return pp_stl_ascii_write(model, out, err);
    case PP_FORMAT_3MF:
        return pp_threemf_write(model, options, out, err);
    case PP_FORMAT_OBJ:
        return pp_obj_write(model, options->keep_comments, out, err);
    case PP_FORMAT_OFF:
        return pp_off_write(model, options->keep_comments, out, err);
    case PP_FORMAT_GLB:
        return pp_glb_write(model, options, out, err);
    case PP_FORMAT_VTP:
        return pp_vtp_write(model, options, out, err);
    default:
        return pp_ply_write(model, format == PP_FORMAT_PLY_ASCII, options, out,
                            err);
    }
}

/* Can it be written at all? */
static pp_status
check_model(const pp_model *model, pp_format format, pp_error *err)
{
    const pp_format_row *row = pp_format_find(format);

    if (row == NULL)
        return pp_fail(err, PP_EUNSUPPORTED, "format cannot be written");
    if (pp_model_facets(model) == 0)
        return pp_fail(err, PP_EGEOM, "no facets to write");
    return check_range(model, row, err);
}

pp_status
pp_model_encode(const pp_model *model, pp_format format,
                const pp_encode_options *options, pp_bytes *out, pp_error *err)
{
    static const pp_encode_options defaults = { 0 };
    const size_t before = out->size;

    if (options == NULL)
        options = &defaults;
    if (check_model(model, format, err) == PP_OK &&
        write_as(model, format, options, out, err) != PP_OK)
        out->size = before;
    return err->status;
}

pp_status
pp_model_write(const char *path, const pp_model *model, pp_format format,
               const pp_encode_options *options, pp_error *err)
{
    pp_bytes bytes = { 0 };

    if (format == PP_FORMAT_STL) {
        if (check_model(model, format, err) == PP_OK)
            (void)!pp_stl_write_file(path, model, err);
    } else if (pp_model_encode(model, format, options, &bytes, err) ==
               PP_OK) {
        (void)!pp_file_write(path, bytes.data, bytes.size, err);
    }
    pp_bytes_free(&bytes);
    return err->status;
}
