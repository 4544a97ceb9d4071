/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * obj_objects.c - from groups of facets to objects
 *
 * Groups that name a vertex in common are joined; objects come in the order of
 * their first facets.
 */
#include "meshio/formats.h"
#include "meshio/obj.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <string.h>

typedef struct {
    const pp_mesh *all;
    size_t *first;     /* of each group, and one behind the last */
    size_t ngroup;
    uint32_t *root;    /* of the groups' trees */
    uint32_t *object;  /* of each group */
    uint32_t *number;  /* of each vertex: its group, later its number */
} joiner;

static void
join_groups(joiner *j)
{
    const pp_mesh *m = j->all;

    pp_sets_start(j->root, j->ngroup);
    memset(j->number, 0xff, m->nvert * sizeof *j->number);
    for (uint32_t g = 0; g < j->ngroup; g++)
        for (size_t t = j->first[g]; t < j->first[g + 1]; t++)
            for (int k = 0; k < 3; k++) {
                uint32_t *of = &j->number[m->tri[t][k]];

                if (*of == PP_NONE)
                    *of = g;
                else
                    pp_sets_join(j->root, *of, g);
            }
}

/* Numbers the objects that have facets. */
static size_t
number_objects(joiner *j)
{
    size_t n = 0;

    for (uint32_t g = 0; g < j->ngroup; g++)
        if (j->root[g] == g)
            j->object[g] = j->first[g] < j->first[g + 1] ? (uint32_t)n++
                                                         : PP_NONE;
    for (uint32_t g = 0; g < j->ngroup; g++)
        j->object[g] = j->object[pp_sets_root(j->root, g)];
    return n;
}

/* Facets of each object, in order, with the numbers of the whole. */
static pp_status
deal_facets(const joiner *j, pp_model *model, pp_error *err)
{
    size_t *n = pp_alloc_zero(model->nobject, sizeof *n);

    if (n == NULL)
        return pp_fail_memory(err);
    for (size_t g = 0; g < j->ngroup; g++)
        if (j->object[g] != PP_NONE)
            n[j->object[g]] += j->first[g + 1] - j->first[g];
    for (size_t i = 0; i < model->nobject && err->status == PP_OK; i++) {
        (void)!pp_mesh_alloc(&model->object[i].mesh, 0, n[i], err);
        n[i] = 0;
    }
    for (size_t g = 0; g < j->ngroup && err->status == PP_OK; g++) {
        const size_t count = j->first[g + 1] - j->first[g];
        const uint32_t i = j->object[g];

        if (count == 0)
            continue;
        memcpy(model->object[i].mesh.tri + n[i], j->all->tri + j->first[g],
               count * sizeof *j->all->tri);
        n[i] += count;
    }
    pp_free(n);
    return err->status;
}

/* The vertices of the objects, each in the order of the whole. */
static pp_status
deal_vertices(joiner *j, const uint32_t *vertex_object, pp_model *model,
              pp_error *err)
{
    const pp_mesh *all = j->all;
    size_t *n = pp_alloc_zero(model->nobject, sizeof *n);

    if (n == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < all->nvert; v++)
        if (vertex_object[v] != PP_NONE)
            j->number[v] = (uint32_t)n[vertex_object[v]]++;
    for (size_t i = 0; i < model->nobject && err->status == PP_OK; i++) {
        pp_mesh *m = &model->object[i].mesh;

        pp_free(m->vert);
        m->vert = pp_alloc(n[i], sizeof *m->vert);
        m->nvert = m->vert != NULL ? n[i] : 0;
        if (m->vert == NULL)
            pp_fail_memory(err);
    }
    for (size_t v = 0; v < all->nvert && err->status == PP_OK; v++)
        if (vertex_object[v] != PP_NONE)
            model->object[vertex_object[v]].mesh.vert[j->number[v]] =
                all->vert[v];
    for (size_t i = 0; i < model->nobject && err->status == PP_OK; i++)
        for (size_t t = 0; t < model->object[i].mesh.ntri; t++)
            for (int k = 0; k < 3; k++) {
                uint32_t *corner = &model->object[i].mesh.tri[t][k];

                *corner = j->number[*corner];
            }
    pp_free(n);
    return err->status;
}

/* An object whose vertices all have one colour. */
static void
set_colours(const uint32_t *vertex_object, const uint32_t *colour,
            size_t nvert, pp_model *model)
{
    for (size_t i = 0; i < model->nobject; i++)
        model->object[i].has_colour = true;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t v = 0; v < nvert; v++) {
            const uint32_t i = vertex_object[v];

            if (i == PP_NONE)
                continue;
            pp_object *o = &model->object[i];
            const uint8_t rgb[3] = { colour[v] & 255, colour[v] >> 8 & 255,
                                     colour[v] >> 16 & 255 };

            if (pass == 0)
                memcpy(o->rgb, rgb, 3); /* the last one's */
            else if (!(colour[v] & PP_OBJ_COLOURED) ||
                     memcmp(o->rgb, rgb, 3) != 0)
                o->has_colour = false;
        }
    for (size_t i = 0; i < model->nobject; i++)
        if (!model->object[i].has_colour)
            memset(model->object[i].rgb, 0, 3);
}

static pp_status
make(joiner *j, pp_mesh *all, const uint32_t *colour, pp_obj_group *group,
     pp_model *model, pp_error *err)
{
    uint32_t *vertex_object;

    join_groups(j);
    model->nobject = number_objects(j);
    model->object = pp_alloc_zero(model->nobject, sizeof *model->object);
    vertex_object = pp_alloc(all->nvert, sizeof *vertex_object);
    if (model->object == NULL || vertex_object == NULL) {
        model->nobject = 0;
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < all->nvert; v++)
        vertex_object[v] = j->number[v] != PP_NONE ? j->object[j->number[v]]
                                                   : PP_NONE;
    set_colours(vertex_object, colour, all->nvert, model);
    for (size_t g = 1; g < j->ngroup; g++) {
        const uint32_t i = j->object[g];

        if (i != PP_NONE && model->object[i].name == NULL &&
            j->first[g] < j->first[g + 1]) {
            model->object[i].name = group[g - 1].name;
            group[g - 1].name = NULL;
        }
    }
    if (model->nobject == 1) {
        model->object[0].mesh = *all;
        memset(all, 0, sizeof *all);
    } else if (deal_facets(j, model, err) == PP_OK) {
        (void)!deal_vertices(j, vertex_object, model, err);
    }
done:
    pp_free(vertex_object);
    return err->status;
}

pp_status
pp_obj_make_objects(pp_mesh *all, const uint32_t *colour, pp_obj_group *group,
                    size_t ngroup, pp_model *model, pp_error *err)
{
    joiner j = { .all = all, .ngroup = ngroup + 1 };

    if (all->ntri == 0)
        return PP_OK;
    if (ngroup >= PP_NONE - 1)
        return pp_fail(err, PP_ELIMIT, "more groups than numbers");
    j.first = pp_alloc_zero(ngroup + 2, sizeof *j.first);
    j.root = pp_alloc(ngroup + 1, sizeof *j.root);
    j.object = pp_alloc(ngroup + 1, sizeof *j.object);
    j.number = pp_alloc(all->nvert, sizeof *j.number);
    if (j.first == NULL || j.root == NULL || j.object == NULL ||
        j.number == NULL) {
        pp_fail_memory(err);
    } else {
        /* group 0 is what comes before all others */
        for (size_t g = 0; g < ngroup; g++)
            j.first[g + 1] = group[g].first;
        j.first[ngroup + 1] = all->ntri;
        (void)!make(&j, all, colour, group, model, err);
    }
    pp_free(j.first);
    pp_free(j.root);
    pp_free(j.object);
    pp_free(j.number);
    return err->status;
}
