/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extrude.c - a sheet's solid with the sheet's own facets on either side
 *
 * Each vertex goes along its normal, by so much more than the facets as their
 * normals lean away from it: then all of them lie as far from the sheet as was
 * asked for (a mitre). Rims stand upright by construction, and nothing is
 * sampled; but where the sheet bends more sharply than it is thick, or comes
 * near to itself, the sides cross.
 */
#include "shell/end.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* A mitre longer than a third of the way is a spike. */
#define LEAST_COSINE 0.75

/* The way to go at each vertex; false: too sharp somewhere. */
static bool
find_ways(const pp_mesh *m, pp_vec3 *way, double *cosine)
{
    pp_mesh_vertex_normals(m, way);
    for (size_t v = 0; v < m->nvert; v++)
        cosine[v] = 1;
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 n = pp_facet_normal(m, t);

        if (!(pp_norm(n) > 0))
            continue;
        for (int k = 0; k < 3; k++) {
            const uint32_t v = m->tri[t][k];

            cosine[v] = fmin(cosine[v], pp_dot(way[v], pp_unit(n)));
        }
    }
    for (size_t v = 0; v < m->nvert; v++) {
        if (!(cosine[v] >= LEAST_COSINE))
            return false;
        way[v] = pp_scale(way[v], 1 / cosine[v]);
    }
    return true;
}

static void
add_wall(pp_mesh *out, size_t *at, uint32_t nvert, uint32_t a, uint32_t b)
{
    const pp_tri wall[2] = { { b, a, nvert + a }, { b, nvert + a, nvert + b } };

    memcpy(out->tri[*at], wall, sizeof wall);
    *at += 2;
}

static void
fill(const pp_mesh *m, const pp_half_edge *half, size_t nhalf, pp_mesh *out)
{
    const uint32_t n = (uint32_t)m->nvert;
    size_t at = 0, end;

    for (size_t t = 0; t < m->ntri; t++)
        memcpy(out->tri[at++], m->tri[t], sizeof *m->tri);
    for (size_t t = 0; t < m->ntri; t++, at++) {
        out->tri[at][0] = n + m->tri[t][0];
        out->tri[at][1] = n + m->tri[t][2];
        out->tri[at][2] = n + m->tri[t][1];
    }
    for (size_t i = 0; i < nhalf; i = end) {
        const uint32_t c = half[i].corner, *t = m->tri[c / 3];

        end = pp_half_edges_end(half, nhalf, i);
        if (end == i + 1)
            add_wall(out, &at, n, t[(c + 1) % 3], t[(c + 2) % 3]);
    }
}

pp_status
pp_sheet_extrude(const pp_mesh *m, double before, double behind, pp_mesh *out,
                 pp_error *err)
{
    pp_vec3 *way = pp_alloc(m->nvert, sizeof *way);
    double *cosine = pp_alloc(m->nvert, sizeof *cosine);
    pp_half_edge *half = NULL;
    size_t nhalf = 0, ndropped;

    memset(out, 0, sizeof *out);
    if (way == NULL || cosine == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (!find_ways(m, way, cosine))
        goto done;
    if (pp_mesh_half_edges(m, &half, &nhalf, err) != PP_OK ||
        pp_mesh_alloc(out, 2 * m->nvert,
                      2 * (m->ntri + pp_count_open_edges(half, nhalf)),
                      err) != PP_OK)
        goto done;
    for (size_t v = 0; v < m->nvert; v++) {
        out->vert[v] = pp_madd(m->vert[v], before, way[v]);
        out->vert[m->nvert + v] = pp_madd(m->vert[v], -behind, way[v]);
    }
    fill(m, half, nhalf, out);
    (void)!pp_mesh_drop_unused(out, &ndropped, err);
done:
    pp_free(way);
    pp_free(cosine);
    pp_free(half);
    if (err->status != PP_OK)
        pp_mesh_free(out);
    return err->status;
}
