/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * body.c - what is said of any mesh, and calipers on it
 *
 * A volume is enclosed when every edge is run as often in one direction as in
 * the other: then the facets are a cycle and the sum over tetrahedra does not
 * depend on the apex, touching and nested shells included.
 */
#include "measure/measure.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

static pp_status
count_unbalanced(const pp_mesh *m, size_t *count, pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t n, end;

    *count = 0;
    if (pp_mesh_half_edges(m, &edge, &n, err) != PP_OK)
        return err->status;
    for (size_t e = 0; e < n; e = end) {
        long balance = 0;

        for (end = e; end < n && edge[end].low == edge[e].low &&
                      edge[end].high == edge[e].high;
             end++)
            balance += edge[end].forward ? 1 : -1;
        *count += balance != 0;
    }
    pp_free(edge);
    return PP_OK;
}

static pp_status
count_parts(const pp_mesh *m, size_t *npart, pp_error *err)
{
    uint32_t *part = NULL, n = 0;

    if (pp_mesh_parts(m, &part, &n, err) == PP_OK)
        *npart = n;
    pp_free(part);
    return err->status;
}

/* The box of the vertices that facets use. */
static pp_box
used_box(const pp_mesh *m)
{
    pp_box box = pp_box_empty();

    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            pp_box_add(&box, m->vert[m->tri[t][k]]);
    return box;
}

pp_status
pp_measure_body(const pp_mesh *m, pp_body *body, pp_error *err)
{
    memset(body, 0, sizeof *body);
    if (pp_measure_diameter(m, &body->diameter_mm, body->diameter_end, err) !=
            PP_OK ||
        count_unbalanced(m, &body->nunbalanced, err) != PP_OK ||
        count_parts(m, &body->npart, err) != PP_OK)
        return err->status;
    body->nfacet = m->ntri;
    body->nvert = m->nvert;
    body->area_mm2 = pp_measure_area(m);
    body->box = used_box(m);
    body->closed = body->nunbalanced == 0;
    if (!body->closed)
        return PP_OK;
    if (pp_measure_volume(m, &body->volume_mm3, err) != PP_OK)
        return err->status;
    body->has_centroid = body->volume_mm3 != 0;
    return body->has_centroid ? pp_measure_centroid(m, &body->centroid, err)
                              : PP_OK;
}

/* ---- calipers ---- */

bool
pp_point_parse(const char *text, size_t n, pp_vec3 *p)
{
    char copy[3 * PP_NUMBER_SIZE];
    double v[3];

    if (n >= sizeof copy)
        return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (!pp_text_to_triple(copy, v))
        return false;
    *p = pp_vec(v[0], v[1], v[2]);
    return true;
}

bool
pp_caliper_parse(const char *text, pp_caliper *c)
{
    const char *equals = strchr(text, '=');
    const char *colon = equals != NULL ? strchr(equals, ':') : NULL;
    const size_t n = equals != NULL ? (size_t)(equals - text) : 0;

    memset(c, 0, sizeof *c);
    if (colon == NULL || n == 0 || n >= sizeof c->name)
        return false;
    memcpy(c->name, text, n);
    return pp_point_parse(equals + 1, (size_t)(colon - equals - 1),
                       &c->end[0]) &&
           pp_point_parse(colon + 1, strlen(colon + 1), &c->end[1]);
}

pp_status
pp_measure_calipers(const pp_mesh *m, pp_caliper *c, size_t n, pp_error *err)
{
    pp_bvh *bvh = NULL;

    if (n == 0)
        return PP_OK;
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_bvh_build(m, &bvh, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i++) {
        c[i].given_mm = pp_distance(c[i].end[0], c[i].end[1]);
        for (int e = 0; e < 2; e++) {
            const pp_nearest near =
                pp_bvh_nearest(bvh, c[i].end[e], HUGE_VAL);

            c[i].on_mesh[e] = near.point;
            c[i].off_mesh_mm[e] = near.distance;
        }
        c[i].mesh_mm = pp_distance(c[i].on_mesh[0], c[i].on_mesh[1]);
    }
    pp_bvh_free(bvh);
    return PP_OK;
}
