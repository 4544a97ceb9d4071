/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model.c - what a mesh file holds: objects and where they came from
 */
#include "meshio/formats.h"

#include "base/alloc.h"

#include <string.h>

void
pp_model_free(pp_model *m)
{
    for (size_t i = 0; i < m->nobject; i++) {
        pp_free(m->object[i].name);
        pp_mesh_free(&m->object[i].mesh);
    }
    pp_free(m->object);
    pp_provenance_free(&m->provenance);
    memset(m, 0, sizeof *m);
}

pp_object *
pp_model_first(pp_model *model, pp_error *err)
{
    model->object = pp_alloc_zero(1, sizeof *model->object);
    if (model->object == NULL)
        pp_fail_memory(err);
    else
        model->nobject = 1;
    return model->object;
}

pp_status
pp_model_from_mesh(pp_model *model, pp_mesh *mesh, pp_error *err)
{
    memset(model, 0, sizeof *model);
    if (pp_model_first(model, err) == NULL)
        return err->status;
    model->object->mesh = *mesh;
    memset(mesh, 0, sizeof *mesh);
    return PP_OK;
}

size_t
pp_model_vertices(const pp_model *model)
{
    size_t n = 0;

    for (size_t i = 0; i < model->nobject; i++)
        n += model->object[i].mesh.nvert;
    return n;
}

size_t
pp_model_facets(const pp_model *model)
{
    size_t n = 0;

    for (size_t i = 0; i < model->nobject; i++)
        n += model->object[i].mesh.ntri;
    return n;
}

size_t
pp_model_filled(const pp_model *model)
{
    size_t n = 0;

    for (size_t i = 0; i < model->nobject; i++)
        n += model->object[i].mesh.ntri > 0;
    return n;
}

void
pp_model_transform(pp_model *model, const double m[3][4])
{
    for (size_t i = 0; i < model->nobject; i++)
        pp_mesh_transform(&model->object[i].mesh, m);
}

pp_status
pp_model_join(const pp_model *model, pp_mesh *mesh, pp_error *err)
{
    memset(mesh, 0, sizeof *mesh);
    for (size_t i = 0; i < model->nobject; i++)
        if (pp_mesh_append(mesh, &model->object[i].mesh, err) != PP_OK) {
            pp_mesh_free(mesh);
            return err->status;
        }
    return PP_OK;
}

pp_status
pp_provenance_parse_text(pp_provenance *p, const char *text, size_t n,
                         pp_error *err)
{
    const size_t blank = n > 0 && text[0] == ' ';
    char *line = pp_alloc(n + 1, 1);

    if (line == NULL)
        return pp_fail_memory(err);
    memcpy(line, text + blank, n - blank);
    line[n - blank] = '\0';
    (void)!pp_provenance_parse_line(p, line, err);
    pp_free(line);
    return err->status;
}
