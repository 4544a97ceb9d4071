/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sided.c - signed distance to a closed mesh
 *
 * The nearest point lies in a facet, on an edge or at a vertex. The side is
 * that of the facet's normal, of the sum of the two facets' normals, or of
 * the angle-weighted normal of the vertex: with these the sign is right for
 * every point in space about a closed mesh without crossings (Baerentzen and
 * Aanaes, IEEE TVCG 2005). Where an edge has not two facets, or a normal
 * vanishes, the winding number decides.
 */
#include "measure/sided.h"

#include "base/alloc.h"
#include "measure/patch.h"

#include <string.h>

static void
add_vertex_normals(const pp_mesh *m, pp_vec3 *normal)
{
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 n = pp_unit(pp_facet_normal(m, t));

        for (int k = 0; k < 3; k++) {
            const pp_vec3 at = m->vert[m->tri[t][k]];
            const pp_vec3 u = pp_sub(m->vert[m->tri[t][(k + 1) % 3]], at);
            const pp_vec3 v = pp_sub(m->vert[m->tri[t][(k + 2) % 3]], at);
            const double angle = atan2(pp_norm(pp_cross(u, v)), pp_dot(u, v));
            pp_vec3 *sum = &normal[m->tri[t][k]];

            *sum = pp_madd(*sum, angle, n);
        }
    }
}

pp_status
pp_sided_build(const pp_mesh *m, pp_sided *s, pp_error *err)
{
    memset(s, 0, sizeof *s);
    s->mesh = m;
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    s->normal = pp_alloc_zero(m->nvert, sizeof *s->normal);
    if (s->normal == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    add_vertex_normals(m, s->normal);
    if (pp_patch_join(m, &s->across, err) == PP_OK)
        (void)!pp_bvh_build(m, &s->bvh, err);
done:
    if (err->status != PP_OK)
        pp_sided_free(s);
    return err->status;
}

void
pp_sided_free(pp_sided *s)
{
    if (s->bvh != NULL)
        pp_bvh_free(s->bvh);
    pp_free(s->normal);
    pp_free(s->across);
    memset(s, 0, sizeof *s);
}

/*
 * The feature of facet t nearest to p (Ericson, Real-Time Collision Detection,
 * 2005, 5.1.5): -1 the face, 0..2 the corner, 3..5 the edge facing corner 0..2.
 */
static int
nearest_feature(const pp_mesh *m, uint32_t t, pp_vec3 p)
{
    const pp_vec3 a = m->vert[m->tri[t][0]];
    const pp_vec3 b = m->vert[m->tri[t][1]];
    const pp_vec3 c = m->vert[m->tri[t][2]];
    const pp_vec3 ab = pp_sub(b, a), ac = pp_sub(c, a);
    const pp_vec3 ap = pp_sub(p, a), bp = pp_sub(p, b), cp = pp_sub(p, c);
    const double d1 = pp_dot(ab, ap), d2 = pp_dot(ac, ap);
    const double d3 = pp_dot(ab, bp), d4 = pp_dot(ac, bp);
    const double d5 = pp_dot(ab, cp), d6 = pp_dot(ac, cp);

    if (d1 <= 0 && d2 <= 0)
        return 0;
    if (d3 >= 0 && d4 <= d3)
        return 1;
    if (d1 * d4 - d3 * d2 <= 0 && d1 >= 0 && d3 <= 0)
        return 5;
    if (d6 >= 0 && d5 <= d6)
        return 2;
    if (d5 * d2 - d1 * d6 <= 0 && d2 >= 0 && d6 <= 0)
        return 4;
    if (d3 * d6 - d5 * d4 <= 0 && d4 >= d3 && d5 >= d6)
        return 3;
    return -1;
}

/* What decides the side at a feature of facet t; zero: no normal there. */
static pp_vec3
feature_normal(const pp_sided *s, uint32_t t, int feature)
{
    const pp_vec3 nothing = { 0, 0, 0 };

    if (feature < 0)
        return pp_unit(pp_facet_normal(s->mesh, t));
    if (feature < 3)
        return s->normal[s->mesh->tri[t][feature]];
    const uint32_t other = s->across[3 * (size_t)t + (size_t)feature - 3];

    return other == PP_NONE ? nothing
                            : pp_add(pp_unit(pp_facet_normal(s->mesh, t)),
                                     pp_unit(pp_facet_normal(s->mesh, other)));
}

double
pp_sided_distance(const pp_sided *s, pp_vec3 p, pp_nearest *on)
{
    const pp_nearest near = pp_bvh_nearest(s->bvh, p, HUGE_VAL);
    const int feature = nearest_feature(s->mesh, near.facet, p);
    const pp_vec3 normal = feature_normal(s, near.facet, feature);
    const double side = pp_dot(pp_sub(p, near.point), normal);
    bool within = side < 0;

    if (on != NULL)
        *on = near;
    if (normal.x == 0 && normal.y == 0 && normal.z == 0)
        within = pp_bvh_winding(s->bvh, p) > 0.5;
    return within ? -near.distance : near.distance;
}
