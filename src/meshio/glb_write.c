/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glb_write.c - writing glTF 2.0, binary
 *
 * One file: JSON, which says what lies where, and behind it the numbers. An
 * object is a node with its name, a mesh with its colour, and normals that
 * weigh the facets about a vertex by area (Gouraud 1971), for a smooth shade:
 * nothing is read from them again. The provenance is the asset's extras.
 */
#include "meshio/formats.h"
#include "meshio/glb.h"

#include "base/alloc.h"
#include "base/json.h"
#include "base/srgb.h"

#include <math.h>
#include <string.h>

/* Most accessors of an object: positions, normals, colours, values, facets. */
#define MOST_ARRAYS 5

/* An array of numbers: an accessor that has a bufferView of its own. */
typedef struct {
    const char *attribute; /* NULL: the facets */
    int component;
    const char *type;
    bool normalized, bounded;
    size_t count, at, size; /* bytes, from the start of the buffer */
} array;

typedef struct {
    const pp_model *model;
    const pp_encode_options *options;
    size_t *object; /* numbers of those that have facets */
    size_t nobject;
    array (*arrays)[MOST_ARRAYS];
    size_t *narray;
    char value_name[64];
    size_t nbyte;
} writer;

/* ---- what lies where ---- */

static void
add_array(writer *w, size_t i, array a, size_t element)
{
    a.at = w->nbyte;
    a.size = a.count * element;
    w->arrays[i][w->narray[i]++] = a;
    w->nbyte += (a.size + 7) / 8 * 8; /* each starts at a whole double */
}

/* "thickness_mm" becomes "_THICKNESS_MM", as applications' own names do. */
static void
name_values(writer *w, const char *name)
{
    size_t n = 0;

    w->value_name[n++] = '_';
    for (; *name != '\0' && n + 1 < sizeof w->value_name; name++)
        w->value_name[n++] = *name >= 'a' && *name <= 'z'
                                 ? (char)(*name - 'a' + 'A') : *name;
    w->value_name[n] = '\0';
}

static void
place_object(writer *w, size_t i)
{
    const pp_mesh *m = &w->model->object[w->object[i]].mesh;
    const pp_field *field = w->options->field;
    const bool narrow = m->nvert < UINT16_MAX; /* its last number restarts */

    add_array(w, i, (array){ "POSITION", PP_GLB_F32, "VEC3", false, true,
                             m->nvert, 0, 0 }, 12);
    add_array(w, i, (array){ "NORMAL", PP_GLB_F32, "VEC3", false, false,
                             m->nvert, 0, 0 }, 12);
    if (field != NULL && field->rgb != NULL)
        add_array(w, i, (array){ "COLOR_0", PP_GLB_U16, "VEC4", true, false,
                                 m->nvert, 0, 0 }, 8);
    if (field != NULL)
        add_array(w, i, (array){ w->value_name, PP_GLB_F32, "SCALAR", false,
                                 false, m->nvert, 0, 0 }, 4);
    add_array(w, i, (array){ NULL, narrow ? PP_GLB_U16 : PP_GLB_U32, "SCALAR",
                             false, false, 3 * m->ntri, 0, 0 },
              narrow ? 2 : 4);
}

static pp_status
place_all(writer *w, pp_error *err)
{
    const size_t n = w->model->nobject;

    w->object = pp_alloc(n, sizeof *w->object);
    w->arrays = pp_alloc_zero(n, sizeof *w->arrays);
    w->narray = pp_alloc_zero(n, sizeof *w->narray);
    if (w->object == NULL || w->arrays == NULL || w->narray == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (w->model->object[i].mesh.ntri > 0)
            w->object[w->nobject++] = i;
    if (w->options->field != NULL)
        name_values(w, w->options->field->name);
    for (size_t i = 0; i < w->nobject; i++)
        place_object(w, i);
    return PP_OK;
}

/* ---- the JSON ---- */

static void
tell_list(pp_json *j, const char *key, const double *value, int n)
{
    pp_json_array(j, key);
    for (int i = 0; i < n; i++)
        pp_json_real(j, NULL, value[i]);
    pp_json_end(j);
}

static pp_status
tell_asset(const writer *w, pp_json *j, pp_error *err)
{
    pp_bytes text = { 0 };
    char *line, *end;

    pp_json_object(j, "asset");
    pp_json_string(j, "version", "2.0");
    pp_json_string(j, "generator", "printprep");
    pp_json_object(j, "extras");
    pp_json_integer(j, "printprep", 1);
    pp_json_array(j, "provenance");
    if (pp_provenance_print(&w->model->provenance, w->options->keep_comments,
                            &text, err) == PP_OK &&
        pp_bytes_append(&text, "", 1, err) == PP_OK)
        for (line = (char *)text.data; (end = strchr(line, '\n')) != NULL;
             line = end + 1) {
            *end = '\0';
            pp_json_string(j, NULL, line);
        }
    pp_bytes_free(&text);
    pp_json_end(j);
    pp_json_end(j);
    pp_json_end(j);
    return err->status;
}

/* Node 0 turns patient space into the standard's; see glb.h. */
static void
tell_nodes(const writer *w, pp_json *j)
{
    const double s = PP_GLB_METRES_PER_MM;
    const double by_column[16] = { s, 0, 0, 0, 0, 0, -s, 0,
                                   0, s, 0, 0, 0, 0, 0,  1 };

    pp_json_integer(j, "scene", 0);
    pp_json_array(j, "scenes");
    pp_json_object(j, NULL);
    pp_json_array(j, "nodes");
    pp_json_integer(j, NULL, 0);
    pp_json_end(j);
    pp_json_end(j);
    pp_json_end(j);
    pp_json_array(j, "nodes");
    pp_json_object(j, NULL);
    pp_json_string(j, "name", "patient space (LPS, mm)");
    tell_list(j, "matrix", by_column, 16);
    pp_json_array(j, "children");
    for (size_t i = 0; i < w->nobject; i++)
        pp_json_count(j, NULL, i + 1);
    pp_json_end(j);
    pp_json_end(j);
    for (size_t i = 0; i < w->nobject; i++) {
        const char *name = w->model->object[w->object[i]].name;

        pp_json_object(j, NULL);
        if (name != NULL)
            pp_json_string(j, "name", name);
        pp_json_count(j, "mesh", i);
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
tell_meshes(const writer *w, pp_json *j)
{
    size_t accessor = 0;

    pp_json_array(j, "meshes");
    for (size_t i = 0; i < w->nobject; i++) {
        const char *name = w->model->object[w->object[i]].name;

        pp_json_object(j, NULL);
        if (name != NULL)
            pp_json_string(j, "name", name);
        pp_json_array(j, "primitives");
        pp_json_object(j, NULL);
        pp_json_object(j, "attributes");
        for (size_t a = 0; a + 1 < w->narray[i]; a++)
            pp_json_count(j, w->arrays[i][a].attribute, accessor++);
        pp_json_end(j);
        pp_json_count(j, "indices", accessor++);
        pp_json_count(j, "material", i);
        pp_json_integer(j, "mode", PP_GLB_TRIANGLES);
        pp_json_end(j);
        pp_json_end(j);
        pp_json_end(j);
    }
    pp_json_end(j);
}

/* No metal, as an unsaid material would be; open surfaces have two sides. */
static void
tell_materials(const writer *w, pp_json *j)
{
    pp_json_array(j, "materials");
    for (size_t i = 0; i < w->nobject; i++) {
        const pp_object *o = &w->model->object[w->object[i]];
        double colour[4] = { 1, 1, 1, 1 };

        for (int c = 0; o->has_colour && c < 3; c++)
            colour[c] = pp_byte_to_linear(o->rgb[c]);
        pp_json_object(j, NULL);
        pp_json_object(j, "pbrMetallicRoughness");
        if (o->has_colour)
            tell_list(j, "baseColorFactor", colour, 4);
        pp_json_integer(j, "metallicFactor", 0);
        pp_json_real(j, "roughnessFactor", 0.5);
        pp_json_end(j);
        pp_json_bool(j, "doubleSided", true);
        pp_json_end(j);
    }
    pp_json_end(j);
}

/* Of the numbers as they are written, which readers hold against these. */
static void
tell_bounds(const pp_mesh *m, pp_json *j)
{
    double low[3] = { HUGE_VAL, HUGE_VAL, HUGE_VAL };
    double high[3] = { -HUGE_VAL, -HUGE_VAL, -HUGE_VAL };

    for (size_t v = 0; v < m->nvert; v++)
        for (int a = 0; a < 3; a++) {
            const double x = (double)(float)pp_axis(m->vert[v], a);

            low[a] = fmin(low[a], x);
            high[a] = fmax(high[a], x);
        }
    tell_list(j, "min", low, 3);
    tell_list(j, "max", high, 3);
}

static void
tell_accessors(const writer *w, pp_json *j)
{
    size_t view = 0;

    pp_json_array(j, "accessors");
    for (size_t i = 0; i < w->nobject; i++)
        for (size_t k = 0; k < w->narray[i]; k++) {
            const array *a = &w->arrays[i][k];

            pp_json_object(j, NULL);
            pp_json_count(j, "bufferView", view++);
            pp_json_integer(j, "componentType", a->component);
            if (a->normalized)
                pp_json_bool(j, "normalized", true);
            pp_json_count(j, "count", a->count);
            pp_json_string(j, "type", a->type);
            if (a->bounded)
                tell_bounds(&w->model->object[w->object[i]].mesh, j);
            pp_json_end(j);
        }
    pp_json_end(j);
    pp_json_array(j, "bufferViews");
    for (size_t i = 0; i < w->nobject; i++)
        for (size_t k = 0; k < w->narray[i]; k++) {
            const array *a = &w->arrays[i][k];

            pp_json_object(j, NULL);
            pp_json_integer(j, "buffer", 0);
            pp_json_count(j, "byteOffset", a->at);
            pp_json_count(j, "byteLength", a->size);
            pp_json_integer(j, "target", a->attribute == NULL
                                             ? PP_GLB_INDICES
                                             : PP_GLB_VERTICES);
            pp_json_end(j);
        }
    pp_json_end(j);
}

static pp_status
tell(const writer *w, pp_json *j, pp_error *err)
{
    pp_json_object(j, NULL);
    if (tell_asset(w, j, err) != PP_OK)
        return err->status;
    tell_nodes(w, j);
    tell_meshes(w, j);
    tell_materials(w, j);
    tell_accessors(w, j);
    pp_json_array(j, "buffers");
    pp_json_object(j, NULL);
    pp_json_count(j, "byteLength", w->nbyte);
    pp_json_end(j);
    pp_json_end(j);
    pp_json_end(j);
    return pp_json_finish(j, err);
}

/* ---- the numbers ---- */

static void
put_vector(unsigned char *p, pp_vec3 v)
{
    for (int a = 0; a < 3; a++)
        pp_put_u32le(p + 4 * a, pp_float_to_bits((float)pp_axis(v, a)));
}

/* Any direction is right where facets leave none, but it must have length. */
static pp_status
put_normals(const pp_mesh *m, unsigned char *p, pp_error *err)
{
    pp_vec3 *normal = pp_alloc(m->nvert, sizeof *normal);

    if (normal == NULL)
        return pp_fail_memory(err);
    pp_mesh_vertex_normals(m, normal);
    for (size_t v = 0; v < m->nvert; v++)
        put_vector(p + 12 * v, pp_norm(normal[v]) > 0 ? normal[v]
                                                      : pp_vec(0, 0, 1));
    pp_free(normal);
    return PP_OK;
}

static void
put_colours(const pp_field *field, size_t n, unsigned char *p)
{
    uint16_t of[256];

    for (int v = 0; v < 256; v++)
        of[v] = (uint16_t)lround(pp_byte_to_linear((uint8_t)v) *
                                UINT16_MAX);
    for (size_t v = 0; v < n; v++, p += 8) {
        for (int c = 0; c < 3; c++)
            pp_put_u16le(p + 2 * c, of[field->rgb[v][c]]);
        pp_put_u16le(p + 6, UINT16_MAX);
    }
}

/* The standard forbids what is not finite: there the value is -1. */
static void
put_values(const pp_field *field, size_t n, unsigned char *p)
{
    for (size_t v = 0; v < n; v++)
        pp_put_u32le(p + 4 * v, pp_float_to_bits(isfinite(field->value[v])
                                                     ? field->value[v]
                                                     : -1));
}

static void
put_facets(const pp_mesh *m, bool narrow, unsigned char *p)
{
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            if (narrow)
                pp_put_u16le(p, (uint16_t)m->tri[t][k]);
            else
                pp_put_u32le(p, m->tri[t][k]);
            p += narrow ? 2 : 4;
        }
}

static pp_status
put_object(const writer *w, size_t i, unsigned char *buffer, pp_error *err)
{
    const pp_mesh *m = &w->model->object[w->object[i]].mesh;
    const pp_field *field = w->options->field;

    for (size_t k = 0; k < w->narray[i]; k++) {
        const array *a = &w->arrays[i][k];
        unsigned char *p = buffer + a->at;

        if (a->attribute == NULL)
            put_facets(m, a->component == PP_GLB_U16, p);
        else if (a->bounded)
            for (size_t v = 0; v < m->nvert; v++)
                put_vector(p + 12 * v, m->vert[v]);
        else if (a->normalized)
            put_colours(field, m->nvert, p);
        else if (a->attribute == w->value_name)
            put_values(field, m->nvert, p);
        else if (put_normals(m, p, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static pp_status
put_all(const writer *w, const pp_bytes *json, pp_bytes *out, pp_error *err)
{
    const size_t njson = (json->size + 3) / 4 * 4;
    const size_t total = 12 + 8 + njson + 8 + w->nbyte;
    unsigned char *p;

    if (total > UINT32_MAX)
        return pp_fail(err, PP_ELIMIT, "more than the 4 GiB of a glTF file");
    if (pp_bytes_extend(out, total, &p, err) != PP_OK)
        return err->status;
    memset(p, 0, total);
    pp_put_u32le(p, PP_GLB_MAGIC);
    pp_put_u32le(p + 4, 2);
    pp_put_u32le(p + 8, (uint32_t)total);
    pp_put_u32le(p + 12, (uint32_t)njson);
    pp_put_u32le(p + 16, PP_GLB_JSON);
    memset(p + 20, ' ', njson);
    memcpy(p + 20, json->data, json->size);
    p += 20 + njson;
    pp_put_u32le(p, (uint32_t)w->nbyte);
    pp_put_u32le(p + 4, PP_GLB_BIN);
    for (size_t i = 0; i < w->nobject; i++)
        if (put_object(w, i, p + 8, err) != PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
pp_glb_write(const pp_model *model, const pp_encode_options *options,
             pp_bytes *out, pp_error *err)
{
    writer w = { .model = model, .options = options };
    pp_json json = { 0 };

    if (options->field != NULL && model->nobject != 1)
        return pp_fail(err, PP_EUNSUPPORTED, "values per vertex need a model "
                       "of one object");
    if (place_all(&w, err) == PP_OK && tell(&w, &json, err) == PP_OK)
        (void)!put_all(&w, &json.text, out, err);
    pp_json_free(&json);
    pp_free(w.object);
    pp_free(w.arrays);
    pp_free(w.narray);
    return err->status;
}
