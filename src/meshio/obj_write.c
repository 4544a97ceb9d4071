/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * obj_write.c - writing Wavefront OBJ
 *
 * An object's name stands behind "o" and, for readers that look there, "g".
 * Its colour stands with each of its vertices, as MeshLab began to do: a
 * library of materials would be a second file.
 */
#include "meshio/formats.h"

#include "base/alloc.h"
#include "base/text.h"
#include "shim/number.h"

#include <stdio.h>
#include <string.h>

/* Objects need a name when there are more than one. */
static pp_status
put_name(const pp_model *model, size_t i, pp_bytes *out, pp_error *err)
{
    const char *given = model->object[i].name;
    char *name;

    if (given == NULL || *given == '\0')
        return model->nobject == 1
                   ? PP_OK
                   : pp_bytes_printf(out, err, "o part%zu\ng part%zu\n", i + 1,
                                     i + 1);
    name = pp_text_clean(given, strlen(given), SIZE_MAX);
    if (name == NULL)
        return pp_fail_memory(err);
    /* at a line's end it would take in the next line */
    for (size_t n = strlen(name); n > 0 && name[n - 1] == '\\'; n--)
        name[n - 1] = '/';
    (void)!pp_bytes_printf(out, err, "o %s\ng %s\n", name, name);
    pp_free(name);
    return err->status;
}

static pp_status
put_coloured(const pp_object *o, pp_bytes *out, pp_error *err)
{
    char end[32];
    const int n = snprintf(end, sizeof end, " %.3f %.3f %.3f\n",
                           o->rgb[0] / 255.0, o->rgb[1] / 255.0,
                           o->rgb[2] / 255.0);

    for (size_t v = 0; v < o->mesh.nvert; v++) {
        char room[3 * PP_NUMBER_ROOM + 48];
        char *p = room;

        *p++ = 'v';
        for (int a = 0; a < 3; a++) {
            *p++ = ' ';
            p = pp_number_write_double(p, pp_axis(o->mesh.vert[v], a));
        }
        memcpy(p, end, (size_t)n);
        p += n;
        if (pp_bytes_append(out, room, (size_t)(p - room), err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

pp_status
pp_obj_write(const pp_model *model, bool keep_comments, pp_bytes *out,
             pp_error *err)
{
    uint32_t base = 1;

    if (pp_text_put_comments(out, &model->provenance, "# ", keep_comments,
                             err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < model->nobject; i++) {
        const pp_object *o = &model->object[i];

        if (o->mesh.ntri == 0)
            continue;
        if (o->mesh.nvert > PP_MESH_LIMIT - base)
            return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                           PP_MESH_LIMIT);
        if (put_name(model, i, out, err) != PP_OK ||
            (o->has_colour
                 ? put_coloured(o, out, err)
                 : pp_text_put_vertices(out, &o->mesh, "v ", err)) != PP_OK ||
            pp_text_put_facets(out, &o->mesh, "f ", base, err) != PP_OK)
            return err->status;
        base += (uint32_t)o->mesh.nvert;
    }
    return PP_OK;
}
