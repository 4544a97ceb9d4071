/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glb_arrays.c - the numbers that an accessor of glTF names
 *
 * An accessor names a run of numbers in a bufferView, which names a run of
 * bytes in the buffer: each must lie in the next.
 */
#include "meshio/glb.h"

#include "base/bytes.h"

bool
pp_glb_count_or(const pp_json_value *object, const char *key, size_t otherwise,
         size_t *value)
{
    const pp_json_value *found = pp_json_member(object, key);

    *value = otherwise;
    return found == NULL || pp_json_as_count(found, value);
}

static bool
text_is(const pp_json_value *value, const char *text)
{
    const char *is = pp_json_as_text(value);

    return is != NULL && strcmp(is, text) == 0;
}

static size_t
component_size(size_t component)
{
    return component == PP_GLB_U8 ? 1 : component == PP_GLB_U16 ? 2 : 4;
}

/* The bytes of a bufferView. */
static pp_status
find_view(const pp_glb_file *file, const pp_json_value *accessor,
          pp_glb_run *out, size_t *nbyte, pp_error *err)
{
    const pp_json_value *view, *buffer;
    size_t number, at, length, of;

    if (pp_json_member(accessor, "sparse") != NULL ||
        pp_json_member(accessor, "bufferView") == NULL)
        return pp_fail(err, PP_EUNSUPPORTED, "glTF: a sparse accessor");
    if (!pp_glb_count_or(accessor, "bufferView", 0, &number))
        return pp_fail(err, PP_EFORMAT, "glTF: a bufferView has no number");
    view = pp_json_item(pp_json_member(file->root, "bufferViews"), number);
    if (view == NULL || !pp_glb_count_or(view, "buffer", SIZE_MAX, &of) ||
        !pp_glb_count_or(view, "byteOffset", 0, &at) ||
        !pp_glb_count_or(view, "byteLength", SIZE_MAX, &length) ||
        !pp_glb_count_or(view, "byteStride", 0, &out->stride))
        return pp_fail(err, PP_EFORMAT, "glTF: bufferView %zu is broken",
                       number);
    buffer = pp_json_item(pp_json_member(file->root, "buffers"), of);
    if (buffer == NULL)
        return pp_fail(err, PP_EFORMAT, "glTF: bufferView %zu names a buffer "
                       "that does not exist", number);
    if (of != 0 || pp_json_member(buffer, "uri") != NULL)
        return pp_fail(err, PP_EUNSUPPORTED, "glTF: geometry that lies in "
                       "another file");
    if (file->bin == NULL || at > file->nbin || length > file->nbin - at)
        return pp_fail(err, PP_EFORMAT, "glTF: bufferView %zu reaches beyond "
                       "the file", number);
    out->at = file->bin + at;
    *nbyte = length;
    return PP_OK;
}

pp_status
pp_glb_find_run(const pp_glb_file *file, size_t number, const char *type,
                size_t width, pp_glb_run *out, pp_error *err)
{
    const pp_json_value *accessor =
        pp_json_item(pp_json_member(file->root, "accessors"), number);
    size_t nbyte = 0, at, element;

    if (accessor == NULL ||
        !pp_glb_count_or(accessor, "count", 0, &out->count) ||
        !pp_glb_count_or(accessor, "byteOffset", 0, &at) ||
        !pp_glb_count_or(accessor, "componentType", 0, &out->component) ||
        !text_is(pp_json_member(accessor, "type"), type) || out->count == 0)
        return pp_fail(err, PP_EFORMAT, "glTF: accessor %zu is broken, or no "
                       "%s", number, type);
    if (find_view(file, accessor, out, &nbyte, err) != PP_OK)
        return err->status;
    element = width * component_size(out->component);
    if (out->stride == 0)
        out->stride = element;
    if (out->stride < element || at > nbyte || nbyte - at < element ||
        (nbyte - at - element) / out->stride < out->count - 1)
        return pp_fail(err, PP_EFORMAT, "glTF: accessor %zu reaches beyond its "
                       "bufferView", number);
    out->at += at;
    return PP_OK;
}

uint32_t
pp_glb_index(const pp_glb_run *from, size_t i)
{
    const unsigned char *p = from->at + i * from->stride;

    return from->component == PP_GLB_U8    ? *p
           : from->component == PP_GLB_U16 ? pp_get_u16le(p)
                                           : pp_get_u32le(p);
}
