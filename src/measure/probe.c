/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe.c - angles, paths, fits and walls at given places of a mesh
 */
#include "measure/probe.h"

#include "base/alloc.h"
#include "base/text.h"
#include "measure/geodesic.h"
#include "measure/patch.h"
#include "thickness/thickness.h"

#include <string.h>

#define DEGREES 57.29577951308232

static const char *const shape_name[] = { "plane", "sphere", "cylinder" };

const char *
pp_fit_name(pp_fit_kind kind)
{
    return shape_name[kind];
}

/* ---- as given ---- */

/* "SHAPE:" is taken off the text. */
static const char *
parse_shape(const char *text, pp_fit_kind *shape)
{
    for (int s = 0; s < 3; s++) {
        const size_t n = strlen(shape_name[s]);

        if (strncmp(text, shape_name[s], n) == 0 && text[n] == ':') {
            *shape = (pp_fit_kind)s;
            return text + n + 1;
        }
    }
    return NULL;
}

bool
pp_probe_parse(pp_probe_kind kind, const char *text, pp_probe *p)
{
    static const int npoint[] = { 3, 2, 1, 1 };
    const char *equals = strchr(text, '=');
    const size_t n = equals != NULL ? (size_t)(equals - text) : 0;

    memset(p, 0, sizeof *p);
    if (n == 0 || n >= sizeof p->name)
        return false;
    memcpy(p->name, text, n);
    p->kind = kind;
    p->npoint = npoint[kind];
    text = equals + 1;
    if (kind == PP_PROBE_FIT)
        text = parse_shape(text, &p->shape);
    for (int i = 0; text != NULL && i < p->npoint; i++) {
        const char *colon = strchr(text, ':');
        const size_t length = colon != NULL ? (size_t)(colon - text)
                                            : strlen(text);

        if (!pp_point_parse(text, length, &p->at[i]))
            return false;
        if (i + 1 == p->npoint && kind != PP_PROBE_FIT)
            return colon == NULL;
        text = colon != NULL ? colon + 1 : NULL;
    }
    return text != NULL && pp_text_to_double(text, &p->reach_mm) &&
           p->reach_mm > 0;
}

/* ---- measured ---- */

static double
angle_at(const pp_vec3 p[3])
{
    const pp_vec3 u = pp_sub(p[0], p[1]), v = pp_sub(p[2], p[1]);

    return DEGREES * atan2(pp_norm(pp_cross(u, v)), pp_dot(u, v));
}

/* What several probes share; made when first wanted. */
typedef struct {
    const pp_mesh *mesh;
    pp_bvh *bvh;
    uint32_t *across;
} ground;

/* Facets around a place: connected to it, and with all corners in reach. */
typedef struct {
    uint8_t *in;       /* of each facet */
    uint32_t *facet;   /* them, in the order in which they were found */
    size_t n;
    pp_fit_point *sum; /* of each vertex */
} region;

static bool
in_reach(const pp_mesh *m, uint32_t t, pp_vec3 centre, double reach)
{
    for (int k = 0; k < 3; k++)
        if (!(pp_distance(m->vert[m->tri[t][k]], centre) <= reach))
            return false;
    return true;
}

static void
grow_region(const ground *g, uint32_t seed, pp_vec3 centre, double reach,
            region *r)
{
    r->n = 0;
    if (!in_reach(g->mesh, seed, centre, reach))
        return;
    r->facet[r->n++] = seed;
    r->in[seed] = 1;
    for (size_t i = 0; i < r->n; i++)
        for (int k = 0; k < 3; k++) {
            const uint32_t t = g->across[3 * (size_t)r->facet[i] + (size_t)k];

            if (t != PP_NONE && !r->in[t] &&
                in_reach(g->mesh, t, centre, reach)) {
                r->in[t] = 1;
                r->facet[r->n++] = t;
            }
        }
}

/* The region's vertices with a third of their facets' areas; their number,
 * at the front of r->sum. */
static size_t
gather_points(const pp_mesh *m, region *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++) {
        const uint32_t *v = m->tri[r->facet[i]];
        const pp_vec3 normal = pp_facet_normal(m, r->facet[i]);

        for (int k = 0; k < 3; k++) {
            pp_fit_point *s = &r->sum[v[k]];

            s->at = m->vert[v[k]];
            s->normal = pp_add(s->normal, normal);
            s->weight += pp_norm(normal) / 6;
        }
    }
    for (size_t v = 0; v < m->nvert; v++)
        if (r->sum[v].weight > 0)
            r->sum[n++] = r->sum[v];
    return n;
}

static pp_status
measure_fit(ground *g, pp_probe *p, uint32_t seed, pp_error *err)
{
    const pp_mesh *m = g->mesh;
    region r = { pp_alloc_zero(m->ntri, 1),
                 pp_alloc(m->ntri, sizeof *r.facet), 0,
                 pp_alloc_zero(m->nvert, sizeof *r.sum) };

    if (r.in == NULL || r.facet == NULL || r.sum == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (g->across == NULL && pp_patch_join(m, &g->across, err) != PP_OK)
        goto done;
    grow_region(g, seed, p->on_mesh[0], p->reach_mm, &r);
    p->nvertex = gather_points(m, &r);
    if (pp_fit_points(p->shape, r.sum, p->nvertex, &p->fit, err) == PP_OK)
        p->there = true;
    else if (err->status == PP_EGEOM) /* an answer: there is none */
        memset(err, 0, sizeof *err);
done:
    pp_free(r.in);
    pp_free(r.facet);
    pp_free(r.sum);
    return err->status;
}

/* The ball at the sample that is nearest to the place. */
static pp_status
measure_wall(const pp_mesh *m, pp_probe *p, uint32_t seed, pp_error *err)
{
    bool *wanted = pp_alloc_zero(m->nvert, sizeof *wanted);
    const pp_thickness_options how = {
        .limit_mm = pp_norm(pp_box_size(pp_mesh_box(m))), .wanted = wanted
    };
    pp_thickness t = { 0 };
    double least = HUGE_VAL;

    if (wanted == NULL)
        return pp_fail_memory(err);
    for (int k = 0; k < 3; k++)
        wanted[m->tri[seed][k]] = true;
    if (pp_thickness_measure(m, &how, &t, err) != PP_OK)
        goto done;
    for (size_t b = 0; b < t.nball; b++) {
        const pp_ball *ball = &t.ball[b];
        const double d = pp_distance(ball->touch, p->on_mesh[0]);

        if ((b < t.nvert ? wanted[b] : ball->facet == seed) && d < least) {
            least = d;
            p->value = ball->diameter_mm;
            p->other = ball->other;
            p->there = ball->stopped;
        }
    }
done:
    pp_thickness_free(&t);
    pp_free(wanted);
    return err->status;
}

static pp_status
measure_probe(ground *g, pp_probe *p, pp_error *err)
{
    uint32_t facet[3] = { 0 };

    p->off_mesh_mm = 0;
    for (int i = 0; i < p->npoint; i++) {
        const pp_nearest near = pp_bvh_nearest(g->bvh, p->at[i], HUGE_VAL);

        p->on_mesh[i] = near.point;
        p->off_mesh_mm = fmax(p->off_mesh_mm, near.distance);
        facet[i] = near.facet;
    }
    if (p->kind == PP_PROBE_FIT)
        return measure_fit(g, p, facet[0], err);
    if (p->kind == PP_PROBE_WALL)
        return measure_wall(g->mesh, p, facet[0], err);
    if (p->kind == PP_PROBE_ANGLE) {
        p->given = angle_at(p->at);
        p->value = angle_at(p->on_mesh);
        p->there = true;
        return PP_OK;
    }
    if (g->across == NULL && pp_patch_join(g->mesh, &g->across, err) != PP_OK)
        return err->status;
    p->given = pp_distance(p->at[0], p->at[1]);
    if (pp_geodesic(g->mesh, g->across, p->on_mesh, facet, &p->low, &p->value,
                    err) != PP_OK)
        return err->status;
    p->there = isfinite(p->value);
    return PP_OK;
}

pp_status
pp_measure_probes(const pp_mesh *m, pp_probe *p, size_t n, pp_error *err)
{
    ground g = { m, NULL, NULL };

    if (n == 0)
        return PP_OK;
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_bvh_build(m, &g.bvh, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n && err->status == PP_OK; i++)
        (void)!measure_probe(&g, &p[i], err);
    pp_bvh_free(g.bvh);
    pp_free(g.across);
    return err->status;
}
