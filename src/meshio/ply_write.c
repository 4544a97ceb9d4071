/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ply_write.c - writing PLY
 *
 * Shared vertices and doubles: nothing is rounded and nothing has to be
 * welded again, which makes it the format for pipes. The provenance goes into
 * the comments, line by line.
 */
#include "meshio/formats.h"

#include "shim/number.h"

#include <stdio.h>
#include <string.h>

static pp_status
write_header(const pp_model *model, bool ascii,
             const pp_encode_options *options, pp_bytes *out, pp_error *err)
{
    const pp_field *field = options->field;

    if (pp_bytes_printf(out, err, "ply\nformat %s 1.0\n",
                        ascii ? "ascii" : "binary_little_endian") != PP_OK ||
        pp_text_put_comments(out, &model->provenance, "comment ",
                             options->keep_comments, err) != PP_OK ||
        pp_bytes_printf(out, err, "element vertex %zu\nproperty double x\n"
                        "property double y\nproperty double z\n",
                        pp_model_vertices(model)) != PP_OK)
        return err->status;
    if (field != NULL &&
        pp_bytes_printf(out, err, "property float %s\n", field->name) != PP_OK)
        return err->status;
    if (field != NULL && field->rgb != NULL &&
        pp_bytes_printf(out, err, "property uchar red\nproperty uchar green\n"
                        "property uchar blue\n") != PP_OK)
        return err->status;
    /* readers that know no uint are many, vertices beyond 2^31 are few */
    return pp_bytes_printf(out, err, "element face %zu\n"
                           "property list uchar %s vertex_indices\n"
                           "end_header\n", pp_model_facets(model),
                           pp_model_vertices(model) > INT32_MAX ? "uint" : "int");
}

/* ---- binary ---- */

static void
put_double(unsigned char *p, double v)
{
    pp_put_u64le(p, pp_double_to_bits(v));
}

static pp_status
write_binary_vertices(const pp_mesh *m, const pp_field *field, pp_bytes *out,
                      pp_error *err)
{
    const bool coloured = field != NULL && field->rgb != NULL;
    const size_t row = 24 + (field != NULL ? 4 : 0) + (coloured ? 3 : 0);
    unsigned char *p = NULL;

    if (pp_bytes_extend(out, m->nvert * row, &p, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < m->nvert; v++, p += row) {
        put_double(p, m->vert[v].x);
        put_double(p + 8, m->vert[v].y);
        put_double(p + 16, m->vert[v].z);
        if (field != NULL)
            pp_put_u32le(p + 24, pp_float_to_bits(field->value[v]));
        if (coloured)
            memcpy(p + 28, field->rgb[v], 3);
    }
    return PP_OK;
}

static pp_status
write_binary_facets(const pp_mesh *m, uint32_t base, pp_bytes *out,
                    pp_error *err)
{
    unsigned char *p = NULL;

    if (pp_bytes_extend(out, m->ntri * 13, &p, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < m->ntri; t++, p += 13) {
        p[0] = 3;
        for (int k = 0; k < 3; k++)
            pp_put_u32le(p + 1 + 4 * k, m->tri[t][k] + base);
    }
    return PP_OK;
}

/* ---- text ---- */

static pp_status
write_ascii_vertices(const pp_mesh *m, const pp_field *field, pp_bytes *out,
                     pp_error *err)
{
    for (size_t v = 0; v < m->nvert; v++) {
        char room[4 * PP_NUMBER_ROOM + 32];
        char *p = pp_number_write_double(room, m->vert[v].x);

        *p++ = ' ';
        p = pp_number_write_double(p, m->vert[v].y);
        *p++ = ' ';
        p = pp_number_write_double(p, m->vert[v].z);
        if (field != NULL) {
            *p++ = ' ';
            p = pp_number_write_float(p, field->value[v]);
        }
        if (field != NULL && field->rgb != NULL)
            p += snprintf(p, 16, " %u %u %u", field->rgb[v][0],
                          field->rgb[v][1], field->rgb[v][2]);
        *p++ = '\n';
        if (pp_bytes_append(out, room, (size_t)(p - room), err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

pp_status
pp_ply_write(const pp_model *model, bool ascii,
             const pp_encode_options *options, pp_bytes *out, pp_error *err)
{
    const pp_field *field = options->field;
    uint32_t base = 0;

    if (field != NULL && model->nobject != 1)
        return pp_fail(err, PP_EUNSUPPORTED, "values per vertex need a model "
                       "of one object");
    if (pp_model_vertices(model) > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                       PP_MESH_LIMIT);
    if (write_header(model, ascii, options, out, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < model->nobject; i++) {
        const pp_mesh *m = &model->object[i].mesh;

        if ((ascii ? write_ascii_vertices(m, field, out, err)
                   : write_binary_vertices(m, field, out, err)) != PP_OK)
            return err->status;
    }
    for (size_t i = 0; i < model->nobject; i++) {
        const pp_mesh *m = &model->object[i].mesh;

        if ((ascii ? pp_text_put_facets(out, m, "3 ", base, err)
                   : write_binary_facets(m, base, out, err)) != PP_OK)
            return err->status;
        base += (uint32_t)m->nvert;
    }
    return PP_OK;
}
