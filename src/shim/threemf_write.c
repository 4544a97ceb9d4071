/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf_write.c - 3MF packages out, through lib3mf
 *
 * lib3mf would draw random UUIDs; they come from a hash of the contents here,
 * so that the same model gives the same bytes. Colours need their alpha said:
 * the library's default is transparent.
 */
#include "shim/threemf.h"

#include "base/alloc.h"
#include "shim/lib3mf.h"
#include "shim/sha256.h"

#include <stdio.h>

#define UUID_SIZE 37

typedef struct {
    void *model, *materials;
    uint32_t materials_id;
    pp_error *err;
} writer;

/* Turns a failed call into a status; handle is what the call was made on. */
static pp_status
check(writer *w, void *handle, int32_t failed)
{
    const char *text = NULL;
    uint32_t code = 0;

    if (failed == 0)
        return PP_OK;
    lib3mf_getlasterror(handle, &code, &text);
    return pp_fail(w->err, PP_EBUG, "lib3mf: %s (%u)",
                   text != NULL ? text : "cannot write", (unsigned)code);
}

/* A name-based UUID: a hash of the bytes, and of a word for its use. */
static void
make_uuid(const char *use, size_t number, const char *hash,
          char uuid[UUID_SIZE])
{
    char text[128], hex[65];
    const int n = snprintf(text, sizeof text, "%s %zu %s", use, number, hash);

    pp_sha256(text, (size_t)n, hex);
    snprintf(uuid, UUID_SIZE, "%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8,
             hex + 13, hex + 17, hex + 20);
}

static pp_status
set_geometry(writer *w, void *object, const pp_mesh *m, char hash[65])
{
    float (*vertex)[3] = pp_alloc(m->nvert, sizeof *vertex);

    if (vertex == NULL)
        return pp_fail_memory(w->err);
    for (size_t v = 0; v < m->nvert; v++) {
        vertex[v][0] = (float)m->vert[v].x;
        vertex[v][1] = (float)m->vert[v].y;
        vertex[v][2] = (float)m->vert[v].z;
    }
    pp_sha256(vertex, m->nvert * sizeof *vertex, hash);
    (void)!check(w, object, lib3mf_meshobject_setgeometry(
                                object, (const float (*)[3])vertex,
                                (uint32_t)m->nvert,
                                (const uint32_t (*)[3])m->tri,
                                (uint32_t)m->ntri));
    pp_free(vertex);
    return w->err->status;
}

static pp_status
set_colour(writer *w, void *object, const pp_threemf_object *o)
{
    const uint8_t *c = o->rgb;
    void *handler = NULL;
    uint32_t index = 0;

    if (w->materials == NULL &&
        (check(w, w->model, lib3mf_model_addbasematerialgroup(
                                w->model, &w->materials)) != PP_OK ||
         check(w, w->materials, lib3mf_basematerial_getresourceid(
                                    w->materials, &w->materials_id)) != PP_OK))
        return w->err->status;
    if (check(w, w->materials, lib3mf_basematerial_addmaterialutf8(
                                   w->materials, o->name ? o->name : "part",
                                   c[0], c[1], c[2], &index)) != PP_OK ||
        check(w, w->materials, lib3mf_basematerial_setdisplaycolorrgba(
                                   w->materials, index, c[0], c[1], c[2],
                                   255)) != PP_OK ||
        check(w, object, lib3mf_object_createdefaultpropertyhandler(
                             object, &handler)) != PP_OK)
        return w->err->status;
    (void)!check(w, handler, lib3mf_defaultpropertyhandler_setbasematerial(
                                 handler, w->materials_id, index));
    lib3mf_release(handler);
    return w->err->status;
}

static pp_status
add_object(writer *w, const pp_threemf_object *o, size_t number)
{
    void *object = NULL, *item = NULL;
    char uuid[UUID_SIZE], hash[65];

    if (check(w, w->model, lib3mf_model_addmeshobject(w->model, &object)) !=
            PP_OK ||
        set_geometry(w, object, &o->mesh, hash) != PP_OK)
        goto done;
    make_uuid("object", number, hash, uuid);
    if (check(w, object, lib3mf_object_setuuidutf8(object, uuid)) != PP_OK ||
        (o->name != NULL && check(w, object, lib3mf_object_setnameutf8(
                                                 object, o->name)) != PP_OK) ||
        (o->has_colour && set_colour(w, object, o) != PP_OK) ||
        check(w, w->model, lib3mf_model_addbuilditem(w->model, object, NULL,
                                                     &item)) != PP_OK)
        goto done;
    make_uuid("item", number, hash, uuid);
    (void)!check(w, item, lib3mf_builditem_setuuidutf8(item, uuid));
done:
    if (item != NULL)
        lib3mf_release(item);
    if (object != NULL)
        lib3mf_release(object);
    return w->err->status;
}

/* The library writes front to back, but announces where. */
typedef struct {
    pp_bytes *out;
    size_t begin, at;
    pp_error *err;
} sink;

static uint32_t
sink_write(const uint8_t *data, uint32_t n, void *user)
{
    sink *s = user;
    unsigned char *room = NULL;
    const size_t end = s->begin + s->at + n;

    if (end > s->out->size &&
        pp_bytes_extend(s->out, end - s->out->size, &room, s->err) != PP_OK)
        return 1;
    memcpy(s->out->data + s->begin + s->at, data, n);
    s->at += n;
    return 0;
}

static uint32_t
sink_seek(uint64_t position, void *user)
{
    sink *s = user;

    if (position > s->out->size - s->begin)
        return 1;
    s->at = (size_t)position;
    return 0;
}

static pp_status
write_package(writer *w, pp_bytes *out)
{
    sink s = { out, out->size, 0, w->err };
    void *package = NULL;

    if (check(w, w->model, lib3mf_model_querywriter(w->model, "3mf",
                                                    &package)) != PP_OK)
        return w->err->status;
    const int32_t failed =
        lib3mf_writer_writetocallback(package, sink_write, sink_seek, &s);

    if (w->err->status == PP_OK)
        (void)!check(w, package, failed);
    lib3mf_release(package);
    return w->err->status;
}

static pp_status
describe(writer *w, const char *title, const char *description)
{
    char uuid[UUID_SIZE], hash[65];

    pp_sha256(description, strlen(description), hash);
    make_uuid("build", 0, hash, uuid);
    if (check(w, w->model, lib3mf_model_setunit(w->model,
                                                LIB3MF_MILLIMETRE)) != PP_OK ||
        check(w, w->model, lib3mf_model_setbuilduuidutf8(w->model, uuid)) !=
            PP_OK ||
        (title != NULL && check(w, w->model, lib3mf_model_addmetadatautf8(
                                                 w->model, "Title", title)) !=
                              PP_OK))
        return w->err->status;
    return check(w, w->model, lib3mf_model_addmetadatautf8(
                                  w->model, "Description", description));
}

static pp_status
check_facets(const pp_mesh *m, pp_error *err)
{
    for (size_t t = 0; t < m->ntri; t++)
        if (m->tri[t][0] == m->tri[t][1] || m->tri[t][1] == m->tri[t][2] ||
            m->tri[t][2] == m->tri[t][0])
            return pp_fail(err, PP_EGEOM, "facet %zu: names a vertex twice, "
                           "which 3MF does not allow", t);
    return PP_OK;
}

pp_status
pp_threemf_encode(const pp_threemf_object *object, size_t nobject,
                  const char *title, const char *description, pp_bytes *out,
                  pp_error *err)
{
    writer w = { NULL, NULL, 0, err };

    for (size_t i = 0; i < nobject; i++)
        if (check_facets(&object[i].mesh, err) != PP_OK)
            return err->status;
    if (lib3mf_createmodel(&w.model) != 0)
        return pp_fail_memory(err);
    if (describe(&w, title, description) != PP_OK)
        goto done;
    for (size_t i = 0; i < nobject; i++)
        if (add_object(&w, &object[i], i) != PP_OK)
            goto done;
    (void)!write_package(&w, out);
done:
    if (w.materials != NULL)
        lib3mf_release(w.materials);
    lib3mf_release(w.model);
    return err->status;
}
