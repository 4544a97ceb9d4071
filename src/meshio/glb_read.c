/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glb_read.c - reading glTF 2.0, binary
 *
 * The triangles of the scene's nodes, in the order of the tree; a node is an
 * object. What stands above a node (matrices, or translation, rotation, scale)
 * is applied, and metres become millimetres of patient space in place_nodes,
 * by the matrix of glb.h turned around: nowhere else. Left alone are textures,
 * lights, cameras, lines and points; refused is geometry that would come out
 * wrong without what is not known here (compression, other files, skins).
 *
 * In files of others a vertex ends where its normal or texture does, so equal
 * ones are joined; in those of this family the numbers are the mesh's.
 */
#include "meshio/formats.h"
#include "meshio/glb.h"

#include "base/alloc.h"
#include "base/srgb.h"
#include "base/text.h"
#include "shim/json.h"

#include <string.h>

/*
 * Nodes may share a mesh and arrays their bytes. What unfolds to more than
 * RATIO times the file, beyond a size that does no harm, was made to hurt.
 */
#define RATIO 64
#define HARMLESS ((uint64_t)64 << 20)

#define NAME_LIMIT 1024

/* Rows of a matrix that takes (x, y, z, 1) to a place. */
typedef struct {
    double m[3][4];
} turn;

typedef struct {
    size_t node;
    turn place;
} visit;

typedef struct {
    pp_glb_file file;
    uint64_t unfolded, most; /* bytes of vertices and facets */
    bool ours;
    pp_model *model;
    size_t capacity;
} reader;

/* ---- a mesh ---- */

static pp_status
unfold(reader *r, uint64_t nbyte, pp_error *err)
{
    r->unfolded += nbyte;
    if (r->unfolded > r->most)
        return pp_fail(err, PP_ELIMIT, "glTF: the scene shows its meshes more "
                       "often than can be meant");
    return PP_OK;
}

static pp_vec3
apply(const turn *t, pp_vec3 p)
{
    const double (*m)[4] = t->m;

    return pp_vec(m[0][0] * p.x + m[0][1] * p.y + m[0][2] * p.z + m[0][3],
                  m[1][0] * p.x + m[1][1] * p.y + m[1][2] * p.z + m[1][3],
                  m[2][0] * p.x + m[2][1] * p.y + m[2][2] * p.z + m[2][3]);
}

static pp_status
take_vertices(const pp_glb_run *from, const turn *place, pp_mesh *m,
              pp_error *err)
{
    for (size_t v = 0; v < from->count; v++) {
        const unsigned char *p = from->at + v * from->stride;

        m->vert[v] = apply(place,
                           pp_vec(pp_float_from_bits(pp_get_u32le(p)),
                                  pp_float_from_bits(pp_get_u32le(p + 4)),
                                  pp_float_from_bits(pp_get_u32le(p + 8))));
        if (!pp_finite(m->vert[v]))
            return pp_fail(err, PP_EFORMAT, "vertex %zu is not finite", v);
    }
    return PP_OK;
}

static pp_status
take_facets(const pp_glb_run *from, bool mirrored, pp_mesh *m, pp_error *err)
{
    for (size_t c = 0; c < 3 * m->ntri; c++) {
        const uint32_t v = from != NULL ? pp_glb_index(from, c) : (uint32_t)c;

        if (v >= m->nvert)
            return pp_fail(err, PP_EFORMAT, "facet %zu: names a vertex that "
                           "does not exist", c / 3);
        m->tri[c / 3][mirrored && c % 3 > 0 ? 3 - c % 3 : c % 3] = v;
    }
    return PP_OK;
}

static bool
is_mirrored(const turn *t)
{
    const double (*m)[4] = t->m;

    return pp_dot(pp_vec(m[0][0], m[0][1], m[0][2]),
                  pp_cross(pp_vec(m[1][0], m[1][1], m[1][2]),
                           pp_vec(m[2][0], m[2][1], m[2][2]))) < 0;
}

/* The arrays of a primitive; *indexed: it has facets of its own. */
static pp_status
find_arrays(const reader *r, const pp_json_value *primitive,
            pp_glb_run *vertices, pp_glb_run *facets, bool *indexed,
            pp_error *err)
{
    const pp_json_value *indices = pp_json_member(primitive, "indices");
    size_t number;

    *indexed = indices != NULL;
    if (!pp_glb_count_or(pp_json_member(primitive, "attributes"), "POSITION",
                         SIZE_MAX, &number))
        return pp_fail(err, PP_EFORMAT, "glTF: POSITION is no number");
    if (pp_glb_find_run(&r->file, number, "VEC3", 3, vertices, err) != PP_OK)
        return err->status;
    if (vertices->component != PP_GLB_F32)
        return pp_fail(err, PP_EUNSUPPORTED, "glTF: positions that are not "
                       "float");
    if (!*indexed)
        return PP_OK;
    if (!pp_json_as_count(indices, &number))
        return pp_fail(err, PP_EFORMAT, "glTF: indices is no number");
    if (pp_glb_find_run(&r->file, number, "SCALAR", 1, facets, err) != PP_OK)
        return err->status;
    if (facets->component != PP_GLB_U8 && facets->component != PP_GLB_U16 &&
        facets->component != PP_GLB_U32)
        return pp_fail(err, PP_EFORMAT, "glTF: indices of type %zu",
                       facets->component);
    return PP_OK;
}

static pp_status
read_primitive(reader *r, const pp_json_value *primitive, const turn *place,
               pp_mesh *out, pp_error *err)
{
    pp_glb_run vertices = { 0 }, facets = { 0 };
    pp_mesh m = { 0 };
    size_t mode, ncorner;
    bool indexed;

    if (!pp_glb_count_or(primitive, "mode", PP_GLB_TRIANGLES, &mode) ||
        mode > 6)
        return pp_fail(err, PP_EFORMAT, "glTF: a primitive without a mode");
    if (mode < PP_GLB_TRIANGLES)
        return PP_OK; /* points and lines */
    if (mode > PP_GLB_TRIANGLES || pp_json_member(primitive, "targets") != NULL)
        return pp_fail(err, PP_EUNSUPPORTED, "glTF: strips, fans and morph "
                       "targets");
    if (find_arrays(r, primitive, &vertices, &facets, &indexed, err) != PP_OK)
        return err->status;
    ncorner = indexed ? facets.count : vertices.count;
    if (ncorner % 3 != 0)
        return pp_fail(err, PP_EFORMAT, "glTF: the last facet has not three "
                       "corners");
    if (unfold(r, (uint64_t)vertices.count * sizeof *m.vert +
                      (uint64_t)ncorner * 4, err) != PP_OK ||
        pp_mesh_alloc(&m, vertices.count, ncorner / 3, err) != PP_OK)
        return err->status;
    if (take_vertices(&vertices, place, &m, err) == PP_OK &&
        take_facets(indexed ? &facets : NULL, is_mirrored(place), &m, err) ==
            PP_OK)
        (void)!pp_mesh_append(out, &m, err);
    pp_mesh_free(&m);
    return err->status;
}

/* ---- an object ---- */

static void
take_colour(const reader *r, const pp_json_value *primitive, pp_object *o)
{
    const pp_json_value *factor;
    size_t number;
    double linear;

    if (o->has_colour ||
        !pp_glb_count_or(primitive, "material", SIZE_MAX, &number))
        return;
    factor = pp_json_member(
        pp_json_member(pp_json_item(pp_json_member(r->file.root, "materials"),
                                    number), "pbrMetallicRoughness"),
        "baseColorFactor");
    if (pp_json_length(factor) < 3)
        return;
    o->has_colour = true;
    for (size_t c = 0; c < 3; c++) {
        o->rgb[c] = 0;
        if (pp_json_as_number(pp_json_item(factor, c), &linear))
            o->rgb[c] = pp_linear_to_byte(linear);
    }
}

static pp_status
take_name(const pp_json_value *node, const pp_json_value *mesh, pp_object *o,
          pp_error *err)
{
    const char *name = pp_json_as_text(pp_json_member(node, "name"));

    if (name == NULL)
        name = pp_json_as_text(pp_json_member(mesh, "name"));
    if (name == NULL)
        return PP_OK;
    o->name = pp_text_clean(name, strlen(name), NAME_LIMIT);
    return o->name != NULL ? PP_OK : pp_fail_memory(err);
}

static pp_status
read_object(reader *r, const pp_json_value *node, size_t number,
            const turn *place, pp_error *err)
{
    const pp_json_value *mesh =
        pp_json_item(pp_json_member(r->file.root, "meshes"), number);
    const pp_json_value *primitives = pp_json_member(mesh, "primitives");
    pp_model *model = r->model;
    size_t njoined;
    pp_object *o;

    if (pp_json_length(primitives) == 0)
        return pp_fail(err, PP_EFORMAT, "glTF: mesh %zu is not there, or "
                       "empty", number);
    if (pp_json_member(node, "skin") != NULL)
        return pp_fail(err, PP_EUNSUPPORTED, "glTF: a mesh that skeletons "
                       "move");
    if (pp_grow(&model->object, &r->capacity, model->nobject + 1,
                sizeof *model->object, err) != PP_OK)
        return err->status;
    o = &model->object[model->nobject++];
    memset(o, 0, sizeof *o);
    if (take_name(node, mesh, o, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < pp_json_length(primitives); i++) {
        const pp_json_value *primitive = pp_json_item(primitives, i);

        take_colour(r, primitive, o);
        if (unfold(r, 64, err) != PP_OK ||
            read_primitive(r, primitive, place, &o->mesh, err) != PP_OK)
            return err->status;
    }
    if (!r->ours && o->mesh.nvert > 0)
        return pp_mesh_weld_exact(&o->mesh, &njoined, err);
    return PP_OK;
}

/* ---- the tree ---- */

static bool
numbers(const pp_json_value *list, double *value, size_t n)
{
    if (pp_json_length(list) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!pp_json_as_number(pp_json_item(list, i), &value[i]))
            return false;
    return true;
}

static turn
multiply(const turn *a, const turn *b)
{
    turn product;

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            product.m[r][c] = a->m[r][0] * b->m[0][c] +
                              a->m[r][1] * b->m[1][c] +
                              a->m[r][2] * b->m[2][c] +
                              (c == 3 ? a->m[r][3] : 0);
    return product;
}

/* Rotation by a quaternion (x, y, z, w), after a scale, before a move. */
static turn
turn_of(const double move[3], const double q[4], const double scale[3])
{
    const double x = q[0], y = q[1], z = q[2], w = q[3];
    const double rotation[3][3] = {
        { 1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w) },
        { 2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w) },
        { 2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y) },
    };
    turn t;

    for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++)
            t.m[r][c] = rotation[r][c] * scale[c];
        t.m[r][3] = move[r];
    }
    return t;
}

static bool
read_turn(const pp_json_value *node, turn *t)
{
    const pp_json_value *matrix = pp_json_member(node, "matrix");
    const pp_json_value *move = pp_json_member(node, "translation");
    const pp_json_value *rotation = pp_json_member(node, "rotation");
    const pp_json_value *scale = pp_json_member(node, "scale");
    double by_column[16], m[3] = { 0, 0, 0 }, q[4] = { 0, 0, 0, 1 };
    double s[3] = { 1, 1, 1 };

    if (matrix == NULL) {
        if ((move != NULL && !numbers(move, m, 3)) ||
            (rotation != NULL && !numbers(rotation, q, 4)) ||
            (scale != NULL && !numbers(scale, s, 3)))
            return false;
        *t = turn_of(m, q, s);
        return true;
    }
    if (!numbers(matrix, by_column, 16) || by_column[3] != 0 ||
        by_column[7] != 0 || by_column[11] != 0 || by_column[15] != 1)
        return false;
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            t->m[r][c] = by_column[4 * c + r];
    return true;
}

/* The children of a node (or the scene's roots), the first on top. */
static pp_status
push(const reader *r, const pp_json_value *list, const turn *above,
     visit *stack, size_t *nstack, uint8_t *seen, pp_error *err)
{
    const size_t nnode = pp_json_length(pp_json_member(r->file.root, "nodes"));

    for (size_t i = pp_json_length(list); i > 0; i--) {
        size_t number;

        if (!pp_json_as_count(pp_json_item(list, i - 1), &number) ||
            number >= nnode)
            return pp_fail(err, PP_EFORMAT, "glTF: a node names one that does "
                           "not exist");
        if (seen[number])
            return pp_fail(err, PP_EFORMAT, "glTF: node %zu hangs in the tree "
                           "twice", number);
        seen[number] = 1;
        stack[*nstack].node = number;
        stack[(*nstack)++].place = *above;
    }
    return PP_OK;
}

static pp_status
walk(reader *r, visit *stack, size_t nstack, uint8_t *seen, pp_error *err)
{
    const pp_json_value *nodes = pp_json_member(r->file.root, "nodes");

    while (nstack > 0) {
        const visit at = stack[--nstack];
        const pp_json_value *node = pp_json_item(nodes, at.node);
        const pp_json_value *mesh = pp_json_member(node, "mesh");
        turn own, place;
        size_t number;

        if (!read_turn(node, &own))
            return pp_fail(err, PP_EFORMAT, "glTF: node %zu has no place",
                           at.node);
        place = multiply(&at.place, &own);
        if (mesh != NULL && !pp_json_as_count(mesh, &number))
            return pp_fail(err, PP_EFORMAT, "glTF: node %zu: mesh is no "
                           "number", at.node);
        if ((mesh != NULL &&
             read_object(r, node, number, &place, err) != PP_OK) ||
            push(r, pp_json_member(node, "children"), &place, stack, &nstack,
                 seen, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static pp_status
place_nodes(reader *r, pp_error *err)
{
    const double s = PP_GLB_MM_PER_METRE;
    const turn patient = { { { s, 0, 0, 0 }, { 0, 0, -s, 0 },
                             { 0, s, 0, 0 } } };
    const size_t nnode = pp_json_length(pp_json_member(r->file.root, "nodes"));
    const pp_json_value *scene;
    uint8_t *seen = pp_alloc_zero(nnode, 1);
    visit *stack = pp_alloc(nnode, sizeof *stack);
    size_t number, nstack = 0;

    if (seen == NULL || stack == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    scene = pp_glb_count_or(r->file.root, "scene", 0, &number)
                ? pp_json_item(pp_json_member(r->file.root, "scenes"), number)
                : NULL;
    if (scene == NULL) {
        pp_fail(err, PP_EFORMAT, "glTF: has no scene");
        goto done;
    }
    if (push(r, pp_json_member(scene, "nodes"), &patient, stack, &nstack,
             seen, err) == PP_OK)
        (void)!walk(r, stack, nstack, seen, err);
done:
    pp_free(seen);
    pp_free(stack);
    return err->status;
}

/* ---- the file ---- */

static pp_status
read_asset(reader *r, pp_error *err)
{
    const pp_json_value *asset = pp_json_member(r->file.root, "asset");
    const pp_json_value *extras = pp_json_member(asset, "extras");
    const pp_json_value *lines = pp_json_member(extras, "provenance");
    const char *version = pp_json_as_text(pp_json_member(asset, "version"));
    size_t schema;

    if (version == NULL || strncmp(version, "2.", 2) != 0)
        return pp_fail(err, PP_EUNSUPPORTED, "glTF: of another version than "
                       "2");
    r->ours = pp_glb_count_or(extras, "printprep", 0, &schema) && schema == 1;
    for (size_t i = 0; r->ours && i < pp_json_length(lines); i++) {
        const char *line = pp_json_as_text(pp_json_item(lines, i));

        if (line != NULL &&
            pp_provenance_parse_line(&r->model->provenance, line, err) !=
                PP_OK)
            return err->status;
    }
    return PP_OK;
}

/* Extensions that say how things look are not needed here. */
static pp_status
check_extensions(const reader *r, pp_error *err)
{
    static const char *const harmless[] = {
        "KHR_materials_", "KHR_texture_", "KHR_lights_", "EXT_texture_", NULL
    };
    const pp_json_value *list =
        pp_json_member(r->file.root, "extensionsRequired");

    for (size_t i = 0; i < pp_json_length(list); i++) {
        const char *name = pp_json_as_text(pp_json_item(list, i));
        bool known = false;

        for (size_t k = 0; name != NULL && harmless[k] != NULL; k++)
            known |= strncmp(name, harmless[k], strlen(harmless[k])) == 0;
        if (!known)
            return pp_fail(err, PP_EUNSUPPORTED, "glTF: the file requires an "
                           "extension that is not known here");
    }
    return PP_OK;
}

/* The two chunks. A file without the second has no geometry of its own. */
static pp_status
find_chunks(const unsigned char *data, size_t size, size_t *njson, reader *r,
            pp_error *err)
{
    size_t at;

    if (size < 20 || pp_get_u32le(data + 4) != 2 ||
        pp_get_u32le(data + 8) != size ||
        pp_get_u32le(data + 16) != PP_GLB_JSON)
        return pp_fail(err, PP_EFORMAT, "glTF: the header is broken, or the "
                       "file cut");
    *njson = pp_get_u32le(data + 12);
    if (*njson > size - 20)
        return pp_fail(err, PP_EFORMAT, "glTF: the JSON is longer than the "
                       "file");
    at = 20 + *njson;
    if (size - at < 8 || pp_get_u32le(data + at + 4) != PP_GLB_BIN)
        return at == size ? PP_OK
                          : pp_fail(err, PP_EFORMAT, "glTF: what is behind "
                                    "the JSON is no buffer");
    r->file.nbin = pp_get_u32le(data + at);
    r->file.bin = data + at + 8;
    if (r->file.nbin > size - at - 8)
        return pp_fail(err, PP_EFORMAT, "glTF: the buffer is longer than the "
                       "file");
    return PP_OK;
}

pp_status
pp_glb_read(const unsigned char *data, size_t size, pp_model *model,
            pp_error *err)
{
    reader r = { .model = model };
    pp_json_document *document = NULL;
    size_t njson = 0;

    r.most = (uint64_t)size * RATIO;
    r.most = r.most > HARMLESS ? r.most : HARMLESS;
    if (find_chunks(data, size, &njson, &r, err) != PP_OK ||
        pp_json_parse(data + 20, njson, &document, err) != PP_OK)
        return err->status;
    r.file.root = pp_json_root(document);
    if (read_asset(&r, err) == PP_OK && check_extensions(&r, err) == PP_OK)
        (void)!place_nodes(&r, err);
    pp_json_document_free(document);
    return err->status;
}
