/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vtp_write.c - writing VTK PolyData (.vtp)
 *
 * Doubles and shared points, behind the elements ("appended", raw, deflated
 * in blocks that are made side by side; the bytes do not depend on how many
 * threads there are). An object is a number a facet, `object` from 0; in the
 * field data stand, for each, its name, its colour (red, green, blue, and 255
 * or, without one, 0) and how many of the points are its own; and the lines
 * of the provenance. Values of vertices are point data.
 */
#include "meshio/formats.h"

#include "base/alloc.h"
#include "base/text.h"
#include "shim/deflate.h"

#include <string.h>

/* Bytes of a block before it is deflated. */
#define BLOCK ((size_t)1 << 20)

typedef struct {
    const pp_model *model;
    const pp_encode_options *options;
    size_t nvert, ntri;
    bool wide;         /* numbers of points need 64 bits */
    pp_bytes elements; /* the XML */
    pp_bytes appended;
} writer;

/* ---- arrays ---- */

static pp_status
append_blocks(const pp_bytes *piece, size_t n, const pp_bytes *raw,
              pp_bytes *out, pp_error *err)
{
    unsigned char *header = NULL;

    if (pp_bytes_extend(out, 8 * (3 + n), &header, err) != PP_OK)
        return err->status;
    pp_put_u64le(header, n);
    pp_put_u64le(header + 8, BLOCK);
    pp_put_u64le(header + 16, raw->size % BLOCK);
    for (size_t i = 0; i < n; i++)
        pp_put_u64le(header + 24 + 8 * i, piece[i].size);
    for (size_t i = 0; i < n; i++)
        if (pp_bytes_append(out, piece[i].data, piece[i].size, err) != PP_OK)
            return err->status;
    return PP_OK;
}

/* Deflates an array's bytes behind those that are there. */
static pp_status
append_array(const pp_bytes *raw, pp_bytes *out, pp_error *err)
{
    const size_t n = (raw->size + BLOCK - 1) / BLOCK;
    pp_bytes *piece = pp_alloc_zero(n, sizeof *piece);
    pp_error *why = pp_alloc_zero(n, sizeof *why);

    if (piece == NULL || why == NULL) {
        pp_fail_memory(err);
        goto done;
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) {
        const size_t at = (size_t)i * BLOCK;
        const size_t size = raw->size - at < BLOCK ? raw->size - at : BLOCK;

        (void)!pp_pack_stream(PP_PACK_ZLIB, raw->data + at, size, &piece[i],
                              &why[i]);
    }
    for (size_t i = 0; i < n && err->status == PP_OK; i++)
        *err = why[i];
    if (err->status == PP_OK)
        (void)!append_blocks(piece, n, raw, out, err);
done:
    for (size_t i = 0; piece != NULL && i < n; i++)
        pp_bytes_free(&piece[i]);
    pp_free(piece);
    pp_free(why);
    return err->status;
}

/* The element of an array of numbers, and its bytes, which are freed. more:
 * further attributes. */
static pp_status
put_array(writer *w, const char *type, const char *name, const char *more,
          pp_bytes *raw, pp_error *err)
{
    const bool text = strcmp(type, "String") == 0;

    if (pp_bytes_printf(&w->elements, err, "        <%s type=\"%s\" "
                        "Name=\"%s\"%s format=\"appended\" offset=\"%zu\"/>\n",
                        text ? "Array" : "DataArray", type, name, more,
                        w->appended.size) == PP_OK)
        (void)!append_array(raw, &w->appended, err);
    pp_bytes_free(raw);
    return err->status;
}

static pp_status
put_text(writer *w, const char *text, pp_error *err)
{
    return pp_bytes_printf(&w->elements, err, "%s", text);
}

/* ---- field data ---- */

static pp_status
put_provenance(writer *w, pp_error *err)
{
    pp_bytes lines = { 0 };
    char more[64];
    size_t n = 0;

    if (pp_provenance_print(&w->model->provenance, w->options->keep_comments,
                            &lines, err) != PP_OK) {
        pp_bytes_free(&lines);
        return err->status;
    }
    for (size_t i = 0; i < lines.size; i++)
        if (lines.data[i] == '\n') {
            lines.data[i] = '\0';
            n++;
        }
    snprintf(more, sizeof more, " NumberOfTuples=\"%zu\"", n);
    return put_array(w, "String", "printprep_provenance", more, &lines, err);
}

static pp_status
list_objects(const writer *w, pp_bytes *names, pp_bytes *colours,
             pp_bytes *points, pp_error *err)
{
    for (size_t i = 0; i < w->model->nobject; i++) {
        const pp_object *o = &w->model->object[i];
        const char *name = o->name != NULL ? o->name : "";
        unsigned char c[4] = { 0 }, n[8];
        char *clean = pp_text_clean(name, strlen(name), SIZE_MAX);

        if (clean == NULL)
            return pp_fail_memory(err);
        (void)!pp_bytes_append(names, clean, strlen(clean) + 1, err);
        pp_free(clean);
        if (o->has_colour) {
            memcpy(c, o->rgb, 3);
            c[3] = 255;
        }
        pp_put_u64le(n, o->mesh.nvert);
        if (err->status != PP_OK ||
            pp_bytes_append(colours, c, sizeof c, err) != PP_OK ||
            pp_bytes_append(points, n, sizeof n, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static pp_status
put_objects(writer *w, pp_error *err)
{
    pp_bytes names = { 0 }, colours = { 0 }, points = { 0 };
    char n[64], four[96];

    snprintf(n, sizeof n, " NumberOfTuples=\"%zu\"", w->model->nobject);
    snprintf(four, sizeof four, " NumberOfComponents=\"4\"%s", n);
    if (list_objects(w, &names, &colours, &points, err) == PP_OK &&
        put_array(w, "String", "object_names", n, &names, err) == PP_OK &&
        put_array(w, "UInt8", "object_colours", four, &colours, err) == PP_OK)
        (void)!put_array(w, "Int64", "object_points", n, &points, err);
    pp_bytes_free(&names);
    pp_bytes_free(&colours);
    pp_bytes_free(&points);
    return err->status;
}

/* ---- the piece ---- */

static pp_status
put_values(writer *w, pp_error *err)
{
    const pp_field *field = w->options->field;
    pp_bytes raw = { 0 };
    unsigned char *p = NULL;

    if (pp_bytes_extend(&raw, 4 * w->nvert, &p, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < w->nvert; v++)
        pp_put_u32le(p + 4 * v, pp_float_to_bits(field->value[v]));
    if (put_array(w, "Float32", field->name, "", &raw, err) != PP_OK ||
        field->rgb == NULL)
        return err->status;
    if (pp_bytes_append(&raw, field->rgb, 3 * w->nvert, err) != PP_OK)
        return err->status;
    return put_array(w, "UInt8", "RGB", " NumberOfComponents=\"3\"", &raw,
                     err);
}

static pp_status
put_points(writer *w, pp_error *err)
{
    pp_bytes raw = { 0 };
    unsigned char *p = NULL;

    if (pp_bytes_extend(&raw, 24 * w->nvert, &p, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < w->model->nobject; i++) {
        const pp_mesh *m = &w->model->object[i].mesh;

        for (size_t v = 0; v < m->nvert; v++, p += 24)
            for (int a = 0; a < 3; a++)
                pp_put_u64le(p + 8 * a,
                             pp_double_to_bits(pp_axis(m->vert[v], a)));
    }
    return put_array(w, "Float64", "Points", " NumberOfComponents=\"3\"", &raw,
                     err);
}

static pp_status
put_object_numbers(writer *w, pp_error *err)
{
    pp_bytes raw = { 0 };
    unsigned char *p = NULL;

    if (pp_bytes_extend(&raw, 4 * w->ntri, &p, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < w->model->nobject; i++)
        for (size_t t = 0; t < w->model->object[i].mesh.ntri; t++, p += 4)
            pp_put_u32le(p, (uint32_t)i);
    return put_array(w, "Int32", "object", "", &raw, err);
}

static unsigned char *
put_number(const writer *w, unsigned char *p, uint64_t n)
{
    if (w->wide)
        pp_put_u64le(p, n);
    else
        pp_put_u32le(p, (uint32_t)n);
    return p + (w->wide ? 8 : 4);
}

static pp_status
put_polygons(writer *w, pp_error *err)
{
    const char *type = w->wide ? "Int64" : "Int32";
    const size_t size = w->wide ? 8 : 4;
    pp_bytes raw = { 0 };
    unsigned char *p = NULL;
    uint64_t base = 0;

    if (pp_bytes_extend(&raw, 3 * w->ntri * size, &p, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < w->model->nobject; i++) {
        const pp_mesh *m = &w->model->object[i].mesh;

        for (size_t t = 0; t < m->ntri; t++)
            for (int k = 0; k < 3; k++)
                p = put_number(w, p, m->tri[t][k] + base);
        base += m->nvert;
    }
    if (put_array(w, type, "connectivity", "", &raw, err) != PP_OK ||
        pp_bytes_extend(&raw, w->ntri * size, &p, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < w->ntri; t++)
        p = put_number(w, p, 3 * (t + 1));
    return put_array(w, type, "offsets", "", &raw, err);
}

static pp_status
put_elements(writer *w, pp_error *err)
{
    const bool field = w->options->field != NULL;

    if (put_text(w, "<?xml version=\"1.0\"?>\n<VTKFile type=\"PolyData\" "
                 "version=\"1.0\" byte_order=\"LittleEndian\" header_type="
                 "\"UInt64\" compressor=\"vtkZLibDataCompressor\">\n  "
                 "<PolyData>\n    <FieldData>\n", err) != PP_OK ||
        put_provenance(w, err) != PP_OK || put_objects(w, err) != PP_OK ||
        pp_bytes_printf(&w->elements, err, "    </FieldData>\n    <Piece "
                        "NumberOfPoints=\"%zu\" NumberOfVerts=\"0\" "
                        "NumberOfLines=\"0\" NumberOfStrips=\"0\" "
                        "NumberOfPolys=\"%zu\">\n      <PointData>\n",
                        w->nvert, w->ntri) != PP_OK ||
        (field && put_values(w, err) != PP_OK) ||
        put_text(w, "      </PointData>\n      <CellData>\n", err) != PP_OK ||
        put_object_numbers(w, err) != PP_OK ||
        put_text(w, "      </CellData>\n      <Points>\n", err) != PP_OK ||
        put_points(w, err) != PP_OK ||
        put_text(w, "      </Points>\n      <Polys>\n", err) != PP_OK ||
        put_polygons(w, err) != PP_OK)
        return err->status;
    return put_text(w, "      </Polys>\n    </Piece>\n  </PolyData>\n  "
                    "<AppendedData encoding=\"raw\">\n_", err);
}

pp_status
pp_vtp_write(const pp_model *model, const pp_encode_options *options,
             pp_bytes *out, pp_error *err)
{
    static const char end[] = "\n  </AppendedData>\n</VTKFile>\n";
    writer w = { .model = model, .options = options };

    if (options->field != NULL && model->nobject != 1)
        return pp_fail(err, PP_EUNSUPPORTED, "values per vertex need a model "
                       "of one object");
    if (model->nobject > INT32_MAX)
        return pp_fail(err, PP_ELIMIT, "more objects than numbers");
    w.nvert = pp_model_vertices(model);
    w.ntri = pp_model_facets(model);
    w.wide = w.nvert > INT32_MAX || w.ntri > INT32_MAX / 3;
    if (put_elements(&w, err) == PP_OK &&
        pp_bytes_append(out, w.elements.data, w.elements.size, err) ==
            PP_OK &&
        pp_bytes_append(out, w.appended.data, w.appended.size, err) == PP_OK)
        (void)!pp_bytes_append(out, end, sizeof end - 1, err);
    pp_bytes_free(&w.elements);
    pp_bytes_free(&w.appended);
    return err->status;
}
