/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * feature.c - sharp edges and corners of a mesh, and the cones they hold
 *
 * An edge's cone follows from its two normals. At a vertex the widest cone is
 * the smallest cap of directions around the inner normals of its facets; the
 * cap's centre is found by stepping towards the worst facet with steps 1/n
 * (Badoiu and Clarkson 2003). What counts is the distance to the facets as
 * they are, not to their planes: hollow edges take nothing away.
 */
#include "thickness/feature.h"

#include "base/alloc.h"

#include <string.h>

/* A facet less high has a normal that rounding to floats may turn; all of it
 * lies nearer than this to its neighbours, which stand for it. */
#define SLIVER_MM 1e-3

/* A ball that an edge stops touches at r / tan(half the opening) from it. Few
 * edges open by less than 60 degrees, and those, the knives, are sought
 * farther: as far as 15 degrees reach. */
#define KNIFE_SINE 0.5
#define KNIFE_SHOWS 7.6

/* Corners that are no knives, but not round, show farther than their ball
 * touches, as far as this at most. */
#define CORNER_SHOWS 3.5

/* Most features are blunt and show next to nowhere; each group is looked for
 * only as near as it shows. */
static const double group_shows[PP_NFEATURE_GROUP] = {
    0.35, 0.7, 1.2, 1.75, CORNER_SHOWS, KNIFE_SHOWS
};

enum { KNIVES = PP_NFEATURE_GROUP - 1 };

/* Steps towards the best axis; the angle left is below M_PI / NSTEP. */
enum { NSTEP = 60, MOST_AROUND = 256 };

/* Zero for a sliver. */
static pp_vec3
facet_normal(const pp_mesh *m, size_t t)
{
    const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]],
                  c = m->vert[m->tri[t][2]];
    const pp_vec3 n = pp_cross(pp_sub(b, a), pp_sub(c, a));
    const double longest = fmax(pp_distance(a, b),
                                fmax(pp_distance(b, c), pp_distance(c, a)));

    return pp_norm(n) > SLIVER_MM * longest ? pp_unit(n) : pp_vec(0, 0, 0);
}

/* Facets around each vertex: corners of v at list[start[v] .. start[v+1]). */
typedef struct {
    uint32_t *start, *list;
} fans;

static pp_status
find_fans(const pp_mesh *m, fans *f, pp_error *err)
{
    f->start = pp_alloc_zero(m->nvert + 2, sizeof *f->start);
    f->list = pp_alloc(m->ntri, 3 * sizeof *f->list);
    if (m->ntri > UINT32_MAX / 3)
        return pp_fail(err, PP_ELIMIT, "%zu facets: at most %u", m->ntri,
                       UINT32_MAX / 3);
    if (f->start == NULL || f->list == NULL)
        return pp_fail_memory(err);
    for (size_t c = 0; c < 3 * m->ntri; c++)
        f->start[m->tri[c / 3][c % 3] + 2]++;
    for (size_t v = 0; v < m->nvert; v++)
        f->start[v + 2] += f->start[v + 1];
    for (size_t c = 0; c < 3 * m->ntri; c++)
        f->list[f->start[m->tri[c / 3][c % 3] + 1]++] = (uint32_t)c;
    return PP_OK;
}

/* The point nearest to d (of length one) of the facet's corner, drawn out to
 * four times that length; in two halves, since a wide corner's chord comes
 * near. */
static pp_vec3
on_corner(const pp_mesh *m, uint32_t c, pp_vec3 d)
{
    const uint32_t *t = m->tri[c / 3];
    const pp_vec3 p = m->vert[t[c % 3]], zero = pp_vec(0, 0, 0);
    const pp_vec3 a = pp_unit(pp_sub(m->vert[t[(c + 1) % 3]], p));
    const pp_vec3 b = pp_unit(pp_sub(m->vert[t[(c + 2) % 3]], p));
    const pp_vec3 h = pp_unit(pp_add(a, b));
    const pp_vec3 one[3] = { zero, pp_scale(a, 4), pp_scale(h, 4) };
    const pp_vec3 two[3] = { zero, pp_scale(h, 4), pp_scale(b, 4) };
    const pp_vec3 q = pp_nearest_on_triangle(d, one),
                  r = pp_nearest_on_triangle(d, two);

    return pp_distance(d, q) <= pp_distance(d, r) ? q : r;
}

/* The distance from d to the nearest corner of the fan, and which; negative
 * outside. Corners as near as that, to rounding, share an edge: the sum of
 * their normals tells the side. */
static double
to_fan(const pp_features *f, const fans *fan, size_t v, pp_vec3 d,
       uint32_t *worst)
{
    const double same = 1e-9;
    double least = HUGE_VAL, side = 0;

    *worst = PP_NONE;
    for (uint32_t i = fan->start[v]; i < fan->start[v + 1]; i++) {
        const pp_vec3 n = f->normal[fan->list[i] / 3];
        const pp_vec3 q = on_corner(f->mesh, fan->list[i], d);
        const double distance = pp_distance(d, q);

        if (pp_dot(n, n) == 0)
            continue;
        if (distance < least - same) {
            *worst = fan->list[i] / 3;
            side = 0;
        }
        if (distance < least + same)
            side += pp_dot(n, pp_sub(d, q));
        least = fmin(least, distance);
    }
    return *worst == PP_NONE || side > 0 ? -1 : fmin(least, 1);
}

static double
corner_angle(const pp_mesh *m, uint32_t c)
{
    const uint32_t *t = m->tri[c / 3];
    const pp_vec3 p = m->vert[t[c % 3]];
    const pp_vec3 a = pp_sub(m->vert[t[(c + 1) % 3]], p);
    const pp_vec3 b = pp_sub(m->vert[t[(c + 2) % 3]], p);

    return atan2(pp_norm(pp_cross(a, b)), pp_dot(a, b));
}

/* Normal of a vertex, weighted by angle (Baerentzen and Aanaes 2005). */
static pp_vec3
vertex_normal(const pp_features *f, const fans *fan, size_t v)
{
    pp_vec3 n = pp_vec(0, 0, 0);

    for (uint32_t i = fan->start[v]; i < fan->start[v + 1]; i++)
        n = pp_madd(n, corner_angle(f->mesh, fan->list[i]),
                    f->normal[fan->list[i] / 3]);
    return pp_unit(n);
}

typedef struct {
    const pp_features *f;
    pp_vec3 p;
    double reach;
    uint32_t facet[MOST_AROUND];
    size_t n;
} neighbourhood;

static int
gather(uint32_t facet, void *data)
{
    neighbourhood *h = data;
    const pp_mesh *m = h->f->mesh;
    pp_vec3 v[3];

    for (int k = 0; k < 3; k++)
        v[k] = m->vert[m->tri[facet][k]];
    if (pp_dot(h->f->normal[facet], h->f->normal[facet]) > 0 &&
        pp_distance(h->p, pp_nearest_on_triangle(h->p, v)) <= h->reach)
        h->facet[h->n++] = facet;
    return h->n == MOST_AROUND;
}

/* The least cosine between d and the inner normals, and where it is. */
static double
least_cosine(const neighbourhood *h, pp_vec3 d, pp_vec3 *worst)
{
    double least = 1;

    *worst = d;
    for (size_t i = 0; i < h->n; i++) {
        const double c = -pp_dot(h->f->normal[h->facet[i]], d);

        if (c < least) {
            least = c;
            *worst = pp_scale(h->f->normal[h->facet[i]], -1);
        }
    }
    return least;
}

pp_cone
pp_features_rounded(const pp_features *f, const pp_bvh *bvh, pp_vec3 p,
                    double reach)
{
    neighbourhood h = { .f = f, .p = p, .reach = reach };
    const pp_vec3 r = pp_vec(reach, reach, reach);
    const pp_box box = { pp_sub(p, r), pp_add(p, r) };
    pp_cone best = { p, { 0, 0, 0 }, 0, 0 };
    pp_vec3 d = pp_vec(0, 0, 0), worst;

    pp_bvh_overlap(bvh, box, gather, &h);
    for (size_t i = 0; i < h.n; i++)
        d = pp_sub(d, f->normal[h.facet[i]]);
    d = pp_unit(d);
    for (int step = 2; step < NSTEP; step++) {
        const double sine = least_cosine(&h, d, &worst);

        if (sine > best.sine) {
            best.sine = sine;
            best.axis = d;
        }
        if (sine >= f->sine_limit)
            break; /* blunt, no need to know how blunt */
        d = pp_unit(pp_madd(pp_scale(d, 1 - 1.0 / step), 1.0 / step, worst));
    }
    if (best.sine < sin(PP_KNIFE_DEG / 2 * M_PI / 180))
        best.sine = 0;
    return best;
}

/* More facets around a corner are not looked at for how far it shows, and
 * planes that meet at less of a volume are one. */
enum { MOST_PLANES = 16 };
#define LEAST_VOLUME 1e-6

/* Planes within ten degrees are one: an edge of 170 leaves four thousandths of
 * a radius, and along a curved rim, what two such planes stop would show as far
 * as the rim is straight. Cosine. */
#define ONE_PLANE 0.985

static bool
all_beyond(const pp_vec3 *in, size_t n, pp_vec3 c)
{
    for (size_t i = 0; i < n; i++)
        if (pp_dot(in[i], c) < 1 - 1e-9)
            return false;
    return true;
}

/* Do all edges of the corner lie behind all of its planes, but for rounding? */
static bool
is_convex_corner(const pp_mesh *m, const fans *fan, size_t v,
                 const pp_vec3 *in, size_t n)
{
    for (uint32_t i = fan->start[v]; i < fan->start[v + 1]; i++) {
        const uint32_t *t = m->tri[fan->list[i] / 3];

        for (uint32_t side = 1; side < 3; side++) {
            const uint32_t to = t[(fan->list[i] + side) % 3];
            const pp_vec3 way = pp_unit(pp_sub(m->vert[to], m->vert[v]));

            for (size_t k = 0; k < n; k++)
                if (pp_dot(in[k], way) < -1e-6)
                    return false;
        }
    }
    return true;
}

/* Does the ball of radius one about c, seen from the corner, lie inside the
 * cone of its facets as they are? */
static bool
is_in_fan(const pp_features *f, const fans *fan, size_t v, pp_vec3 c)
{
    const double away = pp_norm(c);
    uint32_t worst;

    return away * to_fan(f, fan, v, pp_scale(c, 1 / away), &worst) >= 1 - 1e-9;
}

/*
 * How far from a corner points may lie that no ball of radius one touches: the
 * ball that three of its facets stop leaves the corner there. Where the corner
 * is convex, the centres of all balls fill a polyhedron, and those are its
 * corners; where it is not, a ball between three facets counts where it lies
 * inside the cone of all: beside a corner with hills and valleys it may stay
 * off more than at the corner itself, however blunt that is. 0: no farther
 * than the corner's own ball touches; or too many facets.
 */
static double
corner_shows(const pp_features *f, const fans *fan, size_t v, double sine)
{
    const double most = sine < KNIFE_SINE ? KNIFE_SHOWS : CORNER_SHOWS;
    const double own = fmin(sine, f->sine_limit);
    const double touch = sqrt(1 - own * own) / own;
    pp_vec3 in[MOST_PLANES];
    size_t n = 0;
    double far = touch;
    bool convex;

    for (uint32_t i = fan->start[v]; i < fan->start[v + 1]; i++) {
        const pp_vec3 normal = f->normal[fan->list[i] / 3];

        if (n == MOST_PLANES)
            return 0;
        if (pp_dot(normal, normal) > 0)
            in[n++] = pp_scale(normal, -1);
    }
    convex = is_convex_corner(f->mesh, fan, v, in, n);
    if (convex && sine >= f->sine_limit)
        return 0; /* nothing is farther off than its tip */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            for (size_t k = 0; k < j; k++) {
                const pp_vec3 ij = pp_cross(in[i], in[j]),
                              jk = pp_cross(in[j], in[k]),
                              ki = pp_cross(in[k], in[i]);
                const double volume = pp_dot(ij, in[k]);
                pp_vec3 c;

                if (fabs(volume) < LEAST_VOLUME ||
                    pp_dot(in[i], in[j]) > ONE_PLANE ||
                    pp_dot(in[j], in[k]) > ONE_PLANE ||
                    pp_dot(in[k], in[i]) > ONE_PLANE)
                    continue;
                c = pp_scale(pp_add(pp_add(ij, jk), ki), 1 / volume);
                if (pp_dot(c, c) > 1 + far * far &&
                    (convex ? all_beyond(in, n, c)
                            : is_in_fan(f, fan, v, c)))
                    far = sqrt(pp_dot(c, c) - 1);
            }
    return far > touch ? fmin(far, most) : 0;
}

static pp_cone
vertex_cone(const pp_features *f, const fans *fan, size_t v)
{
    const pp_vec3 start = pp_scale(vertex_normal(f, fan, v), -1);
    pp_cone best = { f->mesh->vert[v], start, 0, 0 };
    pp_vec3 d = start;
    uint32_t worst;

    best.sine = to_fan(f, fan, v, d, &worst);
    if (best.sine >= f->sine_limit)
        return best;
    for (int step = 2; step < NSTEP && worst != PP_NONE; step++) {
        double sine;

        d = pp_unit(pp_madd(pp_scale(d, 1 - 1.0 / step), -1.0 / step,
                            f->normal[worst]));
        sine = to_fan(f, fan, v, d, &worst);
        if (sine > best.sine) {
            best.sine = sine;
            best.axis = d;
        }
    }
    return best;
}

bool
pp_features_edge(const pp_features *f, uint32_t c, pp_cone *cone)
{
    const pp_mesh *m = f->mesh;
    const uint32_t *t = m->tri[c / 3];
    const pp_vec3 a = m->vert[t[(c + 1) % 3]], b = m->vert[t[(c + 2) % 3]];
    pp_vec3 n, o;

    if (f->across[c] == PP_NONE)
        return false;
    n = f->normal[c / 3];
    o = f->normal[f->across[c]];
    if (pp_dot(n, n) == 0 || pp_dot(o, o) == 0)
        return false;
    /* along the edge as this facet runs, the normals turn when convex */
    if (pp_dot(pp_cross(n, o), pp_sub(b, a)) <= 0)
        return false;
    cone->apex = pp_scale(pp_add(a, b), 0.5);
    cone->axis = pp_scale(pp_unit(pp_add(n, o)), -1);
    /* sin(opening / 2) = cos(half the angle between the normals) */
    cone->sine = sqrt(fmax(0, (1 + pp_dot(n, o)) / 2));
    cone->shows = 0;
    return true;
}

/* Which facet lies across each edge; none where it is not one other that runs
 * the other way. */
static pp_status
find_across(pp_features *f, pp_error *err)
{
    const size_t n = 3 * f->mesh->ntri;
    pp_half_edge *half = NULL;
    size_t nhalf = 0;

    f->across = pp_alloc(n, sizeof *f->across);
    if (f->across == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_half_edges(f->mesh, &half, &nhalf, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i++)
        f->across[i] = PP_NONE;
    for (size_t i = 0; i < nhalf;) {
        size_t j = i + 1;

        while (j < nhalf && half[j].low == half[i].low &&
               half[j].high == half[i].high)
            j++;
        if (j == i + 2 && half[i].forward != half[i + 1].forward) {
            f->across[half[i].corner] = half[i + 1].corner / 3;
            f->across[half[i + 1].corner] = half[i].corner / 3;
        }
        i = j;
    }
    pp_free(half);
    return PP_OK;
}

static pp_status
find_edges(pp_features *f, pp_error *err)
{
    size_t cap = 0, cap_ends = 0;

    if (find_across(f, err) != PP_OK)
        return err->status;
    for (uint32_t c = 0; c < 3 * f->mesh->ntri; c++) {
        const uint32_t *t = f->mesh->tri[c / 3];
        pp_cone cone;

        /* each edge once, from its lower facet */
        if (f->across[c] == PP_NONE || f->across[c] < c / 3 ||
            !pp_features_edge(f, c, &cone) || cone.sine >= f->sine_limit)
            continue;
        if (pp_grow(&f->edge, &cap, f->nedge + 1, sizeof *f->edge, err) ||
            pp_grow(&f->ends, &cap_ends, f->nedge + 1, sizeof *f->ends, err))
            return err->status;
        f->edge[f->nedge] = cone;
        f->ends[f->nedge][0] = t[(c + 1) % 3];
        f->ends[f->nedge++][1] = t[(c + 2) % 3];
    }
    return PP_OK;
}

static int
group_of(const pp_cone *cone)
{
    int group = 0;

    if (cone->sine < KNIFE_SINE)
        return KNIVES;
    while (group < KNIVES - 1 && pp_cone_shows(cone) > group_shows[group])
        group++;
    return group;
}

static bool
is_feature(const pp_features *f, const pp_cone *cone)
{
    return cone->sine < f->sine_limit || cone->shows > 0;
}

/* Flat facets over the sharp edges and corners of a group, for its tree. */
static pp_status
index_features(pp_features *f, int group, pp_error *err)
{
    pp_feature_index *x = &f->index[group];
    const size_t nvert = f->mesh->nvert;
    size_t n = 0;

    for (size_t e = 0; e < f->nedge; e++)
        n += group_of(&f->edge[e]) == group;
    for (size_t v = 0; v < nvert; v++)
        n += is_feature(f, &f->corner[v]) &&
             group_of(&f->corner[v]) == group;
    x->shows = group_shows[group];
    x->number = pp_alloc(n, sizeof *x->number);
    if (x->number == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_alloc(&x->mesh, 2 * n, n, err) != PP_OK)
        return err->status;
    n = 0;
    for (size_t i = 0; i < f->nedge + nvert; i++) {
        const size_t v = i - f->nedge;
        const bool edge = i < f->nedge;
        const pp_cone *cone = edge ? &f->edge[i] : &f->corner[v];

        if (!is_feature(f, cone) || group_of(cone) != group)
            continue;
        x->number[n] = (uint32_t)i;
        x->mesh.vert[2 * n] = f->mesh->vert[edge ? f->ends[i][0] : v];
        x->mesh.vert[2 * n + 1] = f->mesh->vert[edge ? f->ends[i][1] : v];
        x->mesh.tri[n][0] = (uint32_t)(2 * n);
        x->mesh.tri[n][1] = x->mesh.tri[n][2] = (uint32_t)(2 * n) + 1;
        n++;
    }
    return pp_bvh_build(&x->mesh, &x->bvh, err);
}

pp_status
pp_features_find(const pp_mesh *m, double edge_opening_deg, pp_features *f,
                 pp_error *err)
{
    fans fan = { NULL, NULL };

    memset(f, 0, sizeof *f);
    f->mesh = m;
    f->sine_limit = sin(edge_opening_deg / 2 * M_PI / 180);
    f->normal = pp_alloc(m->ntri, sizeof *f->normal);
    f->corner = pp_alloc(m->nvert, sizeof *f->corner);
    if (f->normal == NULL || f->corner == NULL) {
        pp_fail_memory(err);
        goto done;
    }
#pragma omp parallel for schedule(static)
    for (size_t t = 0; t < m->ntri; t++)
        f->normal[t] = facet_normal(m, t);
    if (find_fans(m, &fan, err) != PP_OK)
        goto done;
#pragma omp parallel for schedule(dynamic, 1024)
    for (size_t v = 0; v < m->nvert; v++)
    {
        f->corner[v] = vertex_cone(f, &fan, v);
        if (f->corner[v].sine > 0)
            f->corner[v].shows = corner_shows(f, &fan, v, f->corner[v].sine);
    }
    (void)!find_edges(f, err);
    for (int group = 0; group < PP_NFEATURE_GROUP && err->status == PP_OK;
         group++)
        (void)!index_features(f, group, err);
done:
    pp_free(fan.start);
    pp_free(fan.list);
    if (err->status != PP_OK)
        pp_features_free(f);
    return err->status;
}

void
pp_features_free(pp_features *f)
{
    pp_free(f->normal);
    pp_free(f->across);
    pp_free(f->corner);
    pp_free(f->edge);
    pp_free(f->ends);
    for (int group = 0; group < PP_NFEATURE_GROUP; group++) {
        pp_mesh_free(&f->index[group].mesh);
        pp_free(f->index[group].number);
        pp_bvh_free(f->index[group].bvh);
    }
    memset(f, 0, sizeof *f);
}

bool
pp_cone_slide(pp_cone *cone, pp_vec3 a, pp_vec3 b, pp_vec3 p)
{
    const pp_vec3 ab = pp_sub(b, a);
    const double along = pp_dot(pp_sub(p, a), ab), length2 = pp_dot(ab, ab);

    if (!(along > 0 && along < length2))
        return false;
    cone->apex = pp_madd(a, along / length2, ab);
    return true;
}

typedef struct {
    const pp_features *f;
    const pp_feature_index *index;
    pp_vec3 p;
    double reach;
    void (*visit)(const pp_cone *cone, void *data);
    void *data;
} near_query;

static int
near_one(uint32_t facet, void *data)
{
    const near_query *q = data;
    const pp_features *f = q->f;
    const uint32_t number = q->index->number[facet];
    pp_cone cone;

    if (number < f->nedge) {
        cone = f->edge[number];
        if (!pp_cone_slide(&cone, q->index->mesh.vert[2 * facet],
                           q->index->mesh.vert[2 * facet + 1], q->p))
            return 0;
    } else {
        cone = f->corner[number - f->nedge];
    }
    if (pp_distance(cone.apex, q->p) <= q->reach)
        q->visit(&cone, q->data);
    return 0;
}

static void
visit_group(const pp_features *f, int group, pp_vec3 p, double radius,
            void (*visit)(const pp_cone *cone, void *data), void *data)
{
    const pp_feature_index *x = &f->index[group];
    const double reach = x->shows * (radius + 2 * PP_TOUCH_MM);
    const pp_vec3 r = pp_vec(reach, reach, reach);
    const pp_box box = { pp_sub(p, r), pp_add(p, r) };
    near_query q = { f, x, p, reach, visit, data };

    pp_bvh_overlap(x->bvh, box, near_one, &q);
}

void
pp_features_knives(const pp_features *f, pp_vec3 p, double radius,
                   void (*visit)(const pp_cone *cone, void *data), void *data)
{
    visit_group(f, KNIVES, p, radius, visit, data);
}

void
pp_features_near(const pp_features *f, pp_vec3 p, double radius,
                 void (*visit)(const pp_cone *cone, void *data), void *data)
{
    for (int group = 0; group < PP_NFEATURE_GROUP; group++)
        visit_group(f, group, p, radius, visit, data);
}
