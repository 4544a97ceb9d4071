/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * end.c - a sheet's solid that ends straight where the sheet ends
 *
 * A point lies beyond the end where no point of the surface is nearer to it
 * than one of the rim. How far beyond, is told by the plane through the rim
 * that stands upright on the facet there; where two edges of the rim meet, by
 * both planes.
 */
#include "shell/end.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* Of distances to the same point, found in two ways. */
#define SAME 1e-9

size_t
pp_count_open_edges(const pp_half_edge *half, size_t nhalf)
{
    size_t n = 0, end;

    for (size_t i = 0; i < nhalf; i = end) {
        end = pp_half_edges_end(half, nhalf, i);
        n += end == i + 1;
    }
    return n;
}

static void
add_edge(pp_sheet_end *rim, const pp_mesh *m, uint32_t corner, size_t n)
{
    const uint32_t *t = m->tri[corner / 3];
    const pp_vec3 v[3] = { m->vert[t[0]], m->vert[t[1]], m->vert[t[2]] };
    const pp_vec3 a = v[(corner + 1) % 3], b = v[(corner + 2) % 3];
    const pp_vec3 normal = pp_cross(pp_sub(v[1], v[0]), pp_sub(v[2], v[0]));

    rim->mesh.vert[2 * n] = a;
    rim->mesh.vert[2 * n + 1] = b;
    rim->mesh.tri[n][0] = (uint32_t)(2 * n);
    rim->mesh.tri[n][1] = rim->mesh.tri[n][2] = (uint32_t)(2 * n + 1);
    rim->edge[n].out = pp_unit(pp_cross(pp_sub(b, a), normal));
    rim->edge[n].other[0] = rim->edge[n].other[1] = PP_NONE;
}

/* last[v]: an edge of the rim that ends at v, with its end; or none, or more
 * than two of them. */
#define NOBODY 0U
#define CROWD UINT32_MAX

static void
join(pp_sheet_end *rim, uint32_t one, uint32_t two)
{
    const uint32_t e = one / 2, f = two / 2;
    const pp_vec3 at = rim->mesh.vert[one];
    const pp_vec3 way = pp_sub(rim->mesh.vert[two ^ 1], at);

    rim->edge[e].other[one % 2] = f;
    rim->edge[f].other[two % 2] = e;
    rim->edge[e].hollow[one % 2] = rim->edge[f].hollow[two % 2] =
        pp_dot(way, rim->edge[e].out) > 0;
}

static void
part(pp_sheet_end *rim, uint32_t end)
{
    const uint32_t e = end / 2, f = rim->edge[e].other[end % 2];

    rim->edge[e].other[end % 2] = PP_NONE;
    for (int k = 0; k < 2 && f != PP_NONE; k++)
        if (rim->edge[f].other[k] == e)
            rim->edge[f].other[k] = PP_NONE;
}

static void
connect(pp_sheet_end *rim, const uint32_t *vertex, uint32_t *last)
{
    for (uint32_t end = 0; end < 2 * rim->mesh.ntri; end++) {
        uint32_t *l = &last[vertex[end]];

        if (*l == CROWD)
            continue;
        if (*l == NOBODY) {
            *l = end + 1;
        } else if (rim->edge[(*l - 1) / 2].other[(*l - 1) % 2] == PP_NONE) {
            join(rim, *l - 1, end);
        } else {
            part(rim, *l - 1);
            *l = CROWD;
        }
    }
}

pp_status
pp_sheet_end_find(const pp_mesh *m, pp_sheet_end *rim, pp_error *err)
{
    pp_half_edge *half = NULL;
    uint32_t *vertex = NULL, *last = NULL;
    size_t nhalf = 0, n = 0, end;

    memset(rim, 0, sizeof *rim);
    if (pp_mesh_half_edges(m, &half, &nhalf, err) != PP_OK)
        return err->status;
    n = pp_count_open_edges(half, nhalf);
    if (n == 0)
        goto done;
    vertex = pp_alloc(2 * n, sizeof *vertex);
    last = pp_alloc_zero(m->nvert, sizeof *last);
    rim->edge = pp_alloc_zero(n, sizeof *rim->edge);
    if (vertex == NULL || last == NULL || rim->edge == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_alloc(&rim->mesh, 2 * n, n, err) != PP_OK)
        goto done;
    n = 0;
    for (size_t i = 0; i < nhalf; i = end) {
        const uint32_t c = half[i].corner;

        end = pp_half_edges_end(half, nhalf, i);
        if (end != i + 1)
            continue;
        add_edge(rim, m, c, n);
        vertex[2 * n] = m->tri[c / 3][(c + 1) % 3];
        vertex[2 * n + 1] = m->tri[c / 3][(c + 2) % 3];
        n++;
    }
    connect(rim, vertex, last);
    (void)!pp_bvh_build(&rim->mesh, &rim->bvh, err);
done:
    pp_free(half);
    pp_free(vertex);
    pp_free(last);
    if (err->status != PP_OK)
        pp_sheet_end_free(rim);
    return err->status;
}

void
pp_sheet_end_free(pp_sheet_end *rim)
{
    pp_mesh_free(&rim->mesh);
    pp_free(rim->edge);
    pp_bvh_free(rim->bvh);
    memset(rim, 0, sizeof *rim);
}

/* The plane of the edge; at its end, the outer one of two, or at a notch the
 * inner one. */
static double
along_planes(const pp_sheet_end *rim, const pp_nearest *n, pp_vec3 p)
{
    const pp_end_edge *e = &rim->edge[n->facet];
    const pp_vec3 way = pp_sub(p, n->point);
    double far = pp_dot(way, e->out);

    for (int k = 0; k < 2; k++) {
        const pp_vec3 at = rim->mesh.vert[2 * n->facet + (uint32_t)k];

        if (pp_distance(n->point, at) <= SAME * n->distance &&
            e->other[k] != PP_NONE) {
            const double other = pp_dot(way, rim->edge[e->other[k]].out);

            far = e->hollow[k] ? fmin(far, other) : fmax(far, other);
        }
    }
    return far;
}

double
pp_sheet_end_beyond(const pp_sheet_end *rim, pp_vec3 p,
                    const pp_nearest *on_surface, double reach)
{
    pp_nearest n;

    if (rim->bvh == NULL)
        return -reach;
    n = pp_bvh_nearest(rim->bvh, p, reach);
    if (n.facet == PP_NONE)
        return -reach;
    if (n.distance <= on_surface->distance * (1 + SAME))
        return fabs(along_planes(rim, &n, p));
    return -pp_distance(on_surface->point, n.point);
}
