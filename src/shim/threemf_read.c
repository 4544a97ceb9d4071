/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf_read.c - 3MF packages in, through lib3mf
 *
 * The build's items are walked down to their meshes. A few bytes of nested
 * components can stand for billions of meshes, so instances are counted.
 */
#include "shim/threemf.h"

#include "base/alloc.h"
#include "shim/lib3mf.h"

#include <string.h>

#define DEPTH 32 /* of components within components */

typedef struct {
    void *model;
    double unit_mm;
    pp_threemf_object *object;
    size_t nobject, capacity;
    pp_error *err;
} reader;

/* A point p becomes row[a][0] p.x + row[a][1] p.y + row[a][2] p.z + row[a][3] */
typedef struct {
    double row[3][4];
} affine;

static pp_status
check(reader *r, void *handle, int32_t failed)
{
    const char *text = NULL;
    uint32_t code = 0;

    if (failed == 0)
        return PP_OK;
    lib3mf_getlasterror(handle, &code, &text);
    return pp_fail(r->err, PP_EFORMAT, "3MF: %s (%u)",
                   text != NULL ? text : "cannot read", (unsigned)code);
}

static affine
compose(const affine *outer, const lib3mf_transform *inner)
{
    affine c;

    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 4; b++) {
            c.row[a][b] = b == 3 ? outer->row[a][3] : 0;
            for (int k = 0; k < 3; k++)
                c.row[a][b] += outer->row[a][k] * (double)inner->row[k][b];
        }
    return c;
}

static double
determinant(const affine *f)
{
    const double (*m)[4] = f->row;

    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

static pp_vec3
apply(const affine *f, const float p[3])
{
    double x[3];

    for (int a = 0; a < 3; a++)
        x[a] = f->row[a][0] * p[0] + f->row[a][1] * p[1] +
               f->row[a][2] * p[2] + f->row[a][3];
    return pp_vec(x[0], x[1], x[2]);
}

/* Vertices as floats, then in place; facets turn over under a mirror. */
static pp_status
read_geometry(reader *r, void *handle, const affine *place, pp_mesh *m)
{
    const bool mirrored = determinant(place) < 0;
    float (*vertex)[3] = pp_alloc(m->nvert, sizeof *vertex);
    uint32_t n = 0;

    if (vertex == NULL)
        return pp_fail_memory(r->err);
    if (check(r, handle, lib3mf_meshobject_getvertices(
                             handle, vertex, (uint32_t)m->nvert, &n)) !=
            PP_OK ||
        check(r, handle, lib3mf_meshobject_gettriangleindices(
                             handle, m->tri, (uint32_t)m->ntri, &n)) != PP_OK)
        goto done;
    for (size_t v = 0; v < m->nvert; v++) {
        m->vert[v] = apply(place, vertex[v]);
        if (!pp_finite(m->vert[v])) {
            pp_fail(r->err, PP_EFORMAT, "object %zu, vertex %zu: is not "
                    "finite", r->nobject, v);
            goto done;
        }
    }
    for (size_t t = 0; t < m->ntri; t++) {
        uint32_t *c = m->tri[t];

        if (c[0] >= m->nvert || c[1] >= m->nvert || c[2] >= m->nvert) {
            pp_fail(r->err, PP_EFORMAT, "object %zu, facet %zu: names a vertex "
                    "that does not exist", r->nobject, t);
            goto done;
        }
        if (mirrored) {
            const uint32_t keep = c[1];

            c[1] = c[2];
            c[2] = keep;
        }
    }
done:
    pp_free(vertex);
    return r->err->status;
}

static void
read_colour(reader *r, void *handle, pp_threemf_object *o)
{
    void *properties = NULL, *group = NULL;
    uint32_t id = 0, index = 0;
    lib3mf_colour colour = { { 0 } };
    uint8_t *c = colour.rgba;
    int type = 0;

    if (lib3mf_object_createdefaultpropertyhandler(handle, &properties) != 0)
        return;
    if (lib3mf_defaultpropertyhandler_getpropertytype(properties, &type) != 0)
        type = 0;
    if (type == LIB3MF_PROPERTY_COLOUR)
        o->has_colour = lib3mf_defaultpropertyhandler_getcolor(
                            properties, 0, &colour) == 0;
    else if (type == LIB3MF_PROPERTY_BASE)
        o->has_colour =
            lib3mf_defaultpropertyhandler_getbasematerial(properties, &id,
                                                          &index) == 0 &&
            lib3mf_model_getbasematerialbyid(r->model, id, &group) == 0 &&
            lib3mf_basematerial_getdisplaycolor(group, index, &c[0], &c[1],
                                                &c[2], &c[3]) == 0;
    if (o->has_colour)
        memcpy(o->rgb, c, sizeof o->rgb);
    if (group != NULL)
        lib3mf_release(group);
    lib3mf_release(properties);
}

static pp_status
read_name(reader *r, void *handle, pp_threemf_object *o)
{
    uint32_t n = 0;

    if (lib3mf_object_getnameutf8(handle, NULL, 0, &n) != 0 || n == 0)
        return PP_OK;
    o->name = pp_alloc_zero((size_t)n + 2, 1);
    if (o->name == NULL)
        return pp_fail_memory(r->err);
    return check(r, handle, lib3mf_object_getnameutf8(handle, o->name, n + 1,
                                                      &n));
}

static pp_status
refuse_other_shapes(reader *r, void *handle)
{
    uint32_t nbeam = 0, low = 0;

    if (check(r, handle, lib3mf_meshobject_getbeamcount(handle, &nbeam)) !=
            PP_OK ||
        check(r, handle, lib3mf_meshobject_getslicesmeshresolution(
                             handle, &low)) != PP_OK)
        return r->err->status;
    if (nbeam > 0)
        return pp_fail(r->err, PP_EUNSUPPORTED, "object %zu: a beam lattice "
                       "is no triangle mesh", r->nobject);
    if (low != 0)
        return pp_fail(r->err, PP_EUNSUPPORTED, "object %zu: its shape is a "
                       "stack of slices, the mesh a preview", r->nobject);
    return PP_OK;
}

static pp_status
read_mesh(reader *r, void *handle, const affine *place)
{
    uint32_t nvert = 0, ntri = 0;
    pp_threemf_object *o;

    if (r->nobject == PP_THREEMF_INSTANCES)
        return pp_fail(r->err, PP_ELIMIT, "more than %zu instances of meshes",
                       PP_THREEMF_INSTANCES);
    if (refuse_other_shapes(r, handle) != PP_OK ||
        check(r, handle, lib3mf_meshobject_getvertexcount(handle, &nvert)) !=
            PP_OK ||
        check(r, handle, lib3mf_meshobject_gettrianglecount(handle, &ntri)) !=
            PP_OK ||
        pp_grow(&r->object, &r->capacity, r->nobject + 1, sizeof *r->object,
                r->err) != PP_OK)
        return r->err->status;
    o = &r->object[r->nobject];
    memset(o, 0, sizeof *o);
    if (pp_mesh_alloc(&o->mesh, nvert, ntri, r->err) == PP_OK &&
        read_geometry(r, handle, place, &o->mesh) == PP_OK &&
        read_name(r, handle, o) == PP_OK)
        read_colour(r, handle, o);
    r->nobject++; /* a broken one too: it is freed with the others */
    return r->err->status;
}

static pp_status read_object(reader *r, void *handle, const affine *place,
                             int depth);

static pp_status
read_component(reader *r, void *component, const affine *place, int depth)
{
    lib3mf_transform inner;
    affine here = *place;
    void *object = NULL;
    int has = 0;

    if (check(r, component, lib3mf_component_hastransform(component, &has)) !=
            PP_OK ||
        (has && check(r, component, lib3mf_component_gettransform(
                                        component, &inner)) != PP_OK) ||
        check(r, component, lib3mf_component_getobjectresource(
                                component, &object)) != PP_OK)
        return r->err->status;
    if (has)
        here = compose(place, &inner);
    (void)!read_object(r, object, &here, depth + 1);
    lib3mf_release(object);
    return r->err->status;
}

static pp_status
read_object(reader *r, void *handle, const affine *place, int depth)
{
    uint32_t n = 0;
    int is_mesh = 0;

    if (depth > DEPTH)
        return pp_fail(r->err, PP_ELIMIT, "components nest deeper than %d",
                       DEPTH);
    if (check(r, handle, lib3mf_object_ismeshobject(handle, &is_mesh)) !=
        PP_OK)
        return r->err->status;
    if (is_mesh)
        return read_mesh(r, handle, place);
    if (check(r, handle, lib3mf_componentsobject_getcomponentcount(
                             handle, &n)) != PP_OK)
        return r->err->status;
    for (uint32_t i = 0; i < n; i++) {
        void *component = NULL;

        if (check(r, handle, lib3mf_componentsobject_getcomponent(
                                 handle, i, &component)) != PP_OK)
            return r->err->status;
        (void)!read_component(r, component, place, depth);
        lib3mf_release(component);
        if (r->err->status != PP_OK)
            return r->err->status;
    }
    return PP_OK;
}

static pp_status
read_item(reader *r, void *item)
{
    const double s = r->unit_mm;
    const affine millimetres = { { { s, 0, 0, 0 }, { 0, s, 0, 0 },
                                   { 0, 0, s, 0 } } };
    affine place = millimetres;
    lib3mf_transform inner;
    void *object = NULL;
    int has = 0;

    if (check(r, item, lib3mf_builditem_hasobjecttransform(item, &has)) !=
            PP_OK ||
        (has && check(r, item, lib3mf_builditem_getobjecttransform(
                                   item, &inner)) != PP_OK) ||
        check(r, item, lib3mf_builditem_getobjectresource(item, &object)) !=
            PP_OK)
        return r->err->status;
    if (has)
        place = compose(&millimetres, &inner);
    (void)!read_object(r, object, &place, 0);
    lib3mf_release(object);
    return r->err->status;
}

static pp_status
read_build(reader *r)
{
    void *items = NULL, *item;
    int more = 0;

    if (check(r, r->model, lib3mf_model_getbuilditems(r->model, &items)) !=
        PP_OK)
        return r->err->status;
    while (check(r, items, lib3mf_builditemiterator_movenext(items, &more)) ==
               PP_OK &&
           more) {
        item = NULL;
        if (check(r, items, lib3mf_builditemiterator_getcurrent(
                                items, &item)) != PP_OK)
            break;
        (void)!read_item(r, item);
        lib3mf_release(item);
        if (r->err->status != PP_OK)
            break;
    }
    lib3mf_release(items);
    return r->err->status;
}

static pp_status
read_unit(reader *r)
{
    static const double mm[] = { 0.001, 1, 10, 25.4, 304.8, 1000 };
    uint32_t unit = 0;

    if (check(r, r->model, lib3mf_model_getunit(r->model, &unit)) != PP_OK)
        return r->err->status;
    if (unit >= sizeof mm / sizeof *mm)
        return pp_fail(r->err, PP_EFORMAT, "3MF: unknown unit");
    r->unit_mm = mm[unit];
    return PP_OK;
}

/* XML's own entities, in place: the library hands text on as it stands. */
static void
unescape(char *text)
{
    static const struct {
        const char *entity;
        char c;
    } table[] = {
        { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' },
        { "&apos;", '\'' },
    };
    char *to = text;

    while (*text != '\0') {
        size_t i = 0, n = 0;

        for (; i < sizeof table / sizeof *table; i++) {
            n = strlen(table[i].entity);
            if (strncmp(text, table[i].entity, n) == 0)
                break;
        }
        *to++ = i < sizeof table / sizeof *table ? table[i].c : *text;
        text += i < sizeof table / sizeof *table ? n : 1;
    }
    *to = '\0';
}

static pp_status
read_description(reader *r, char **description)
{
    uint32_t count = 0, n = 0;
    char key[32];

    if (check(r, r->model, lib3mf_model_getmetadatacount(r->model, &count)) !=
        PP_OK)
        return r->err->status;
    for (uint32_t i = 0; i < count; i++) {
        if (lib3mf_model_getmetadatakeyutf8(r->model, i, key, sizeof key,
                                            &n) != 0 ||
            strcmp(key, "Description") != 0 ||
            lib3mf_model_getmetadatavalueutf8(r->model, i, NULL, 0, &n) != 0)
            continue; /* longer keys fail here, and are none of ours */
        *description = pp_alloc_zero((size_t)n + 2, 1);
        if (*description == NULL)
            return pp_fail_memory(r->err);
        if (check(r, r->model, lib3mf_model_getmetadatavalueutf8(
                                   r->model, i, *description, n + 1, &n)) ==
            PP_OK)
            unescape(*description);
        return r->err->status;
    }
    return PP_OK;
}

/*
 * What the library would rather guess than refuse (an unknown unit is taken
 * for millimetres) comes as a warning. These alone do not touch the shape.
 */
static bool
is_harmless(uint32_t warning)
{
    static const uint32_t harmless[] = {
        32860, /* metadata twice */
        32934, /* an element of an extension that it does not know */
        32946, /* metadata of unknown name */
        32955, /* properties of triangles without a default */
        32958, /* a property of an object made of components */
    };

    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (warning == harmless[i])
            return true;
    return false;
}

static pp_status
refuse_guesses(reader *r, void *package)
{
    uint32_t n = 0, code, needed;
    char text[256];

    if (check(r, package, lib3mf_reader_getwarningcount(package, &n)) != PP_OK)
        return r->err->status;
    for (uint32_t i = 0; i < n; i++) {
        text[0] = '\0';
        code = 0;
        if (lib3mf_reader_getwarningutf8(package, i, &code, text, sizeof text,
                                         &needed) != 0 ||
            !is_harmless(code))
            return pp_fail(r->err, PP_EFORMAT, "3MF: %s (%u)", text,
                           (unsigned)code);
    }
    return PP_OK;
}

static pp_status
read_package(reader *r, const void *data, size_t size)
{
    void *package = NULL;

    if (check(r, r->model, lib3mf_model_queryreader(r->model, "3mf",
                                                    &package)) != PP_OK)
        return r->err->status;
    if (check(r, package, lib3mf_reader_readfrombuffer(package, data, size)) ==
        PP_OK)
        (void)!refuse_guesses(r, package);
    lib3mf_release(package);
    return r->err->status;
}

pp_status
pp_threemf_decode(const void *data, size_t size, pp_threemf_object **object,
                  size_t *nobject, char **description, pp_error *err)
{
    reader r = { NULL, 1, NULL, 0, 0, err };

    *object = NULL;
    *nobject = 0;
    *description = NULL;
    if (lib3mf_createmodel(&r.model) != 0)
        return pp_fail_memory(err);
    if (read_package(&r, data, size) == PP_OK && read_unit(&r) == PP_OK &&
        read_build(&r) == PP_OK)
        (void)!read_description(&r, description);
    lib3mf_release(r.model);
    if (err->status != PP_OK) {
        pp_threemf_free(r.object, r.nobject);
        pp_free(*description);
        *description = NULL;
        return err->status;
    }
    *object = r.object;
    *nobject = r.nobject;
    return PP_OK;
}

void
pp_threemf_free(pp_threemf_object *object, size_t nobject)
{
    for (size_t i = 0; i < nobject; i++) {
        pp_free(object[i].name);
        pp_mesh_free(&object[i].mesh);
    }
    pp_free(object);
}
