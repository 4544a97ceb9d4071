/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * survey.c - where the thickness of a mesh is looked at
 *
 * Balls are found in the mesh as it is (its ground), for samples of a finer
 * one: of all of it, or only of what lies near to what is asked for.
 * Samples are vertices and middles of facets, so where facets are large the
 * mesh is refined first. How large is too large follows from the wall wanted;
 * where none is, from the walls there are: a look at the mesh as it is tells,
 * and stays for all that was not split.
 */
#include "thickness/survey.h"

#include "base/alloc.h"
#include "mesh/near.h"
#include "mesh/refine.h"
#include "thickness/search.h"

#include <assert.h>
#include <string.h>

enum { MOST_FACETS = 8 * 1000000 }; /* of the refined mesh */

/* Spaced by the walls there are, samples are never closer than that. */
#define SPACING_MM 1.0

/* The second look has a limit of so many T if it was T. */
#define WIDER 4.0

/* Which vertices lie near something. */
static bool *
vertices_near(const pp_mesh *m, const pp_bvh *near, double reach)
{
    const ptrdiff_t n = (ptrdiff_t)m->nvert;
    bool *is = pp_alloc(m->nvert, sizeof *is);

#pragma omp parallel for schedule(dynamic, 1024)
    for (ptrdiff_t v = 0; v < n; v++)
        if (is != NULL)
            is[v] = !pp_bvh_ball_is_empty(near, m->vert[v], reach);
    return is;
}

/* Of vertices before `first`, nothing is wanted. */
static pp_status
measure(const pp_survey *s, const pp_survey_options *o, size_t first,
        pp_thickness *t, pp_error *err)
{
    const pp_mesh *m = &s->mesh;
    pp_thickness_options to = o->how;
    pp_bvh *offered = NULL;
    bool *wanted = NULL;

    to.ground = s->ground;
    to.part_of = s->part_of;
    if (o->near != NULL)
        wanted = vertices_near(m, o->near, o->near_mm);
    else if (first > 0 && (wanted = pp_alloc(m->nvert, sizeof *wanted)))
        memset(wanted, true, m->nvert);
    if (wanted == NULL && (o->near != NULL || first > 0))
        return pp_fail_memory(err);
    if (first > 0)
        memset(wanted, false, first);
    to.wanted = wanted;
    if (o->offered == NULL || o->offered->ntri == 0 ||
        pp_bvh_build(o->offered, &offered, err) == PP_OK) {
        to.offered = offered;
        (void)!pp_thickness_measure(m, &to, t, err);
    }
    pp_bvh_free(offered);
    pp_free(wanted);
    return err->status;
}

/* How far apart samples may lie at each vertex: by the balls there and on the
 * facets around it. */
static double *
spacing_by_wall(const pp_mesh *m, const pp_thickness *t)
{
    double *mm = pp_alloc(m->nvert, sizeof *mm);

    if (mm == NULL)
        return NULL;
    for (size_t v = 0; v < m->nvert; v++)
        mm[v] = PP_SURVEY_SPACING * t->ball[v].diameter_mm;
    for (size_t i = t->nvert; i < t->nball; i++)
        for (int k = 0; k < 3; k++) {
            double *at = &mm[m->tri[t->ball[i].facet][k]];

            *at = fmin(*at, PP_SURVEY_SPACING * t->ball[i].diameter_mm);
        }
    return mm;
}

/* Balls of vertices and of facets that were not split: those in the order in
 * which they were. Each part of a split one has a new corner. */
static void
keep_balls(const pp_mesh *fine, const pp_thickness *before, pp_thickness *t)
{
    size_t at = before->nvert;

    memcpy(t->ball, before->ball, before->nvert * sizeof *t->ball);
    for (size_t i = t->nvert; i < t->nball; i++) {
        const uint32_t facet = t->ball[i].facet, *v = fine->tri[facet];
        const pp_vec3 p = t->ball[i].touch;

        if (v[0] >= before->nvert || v[1] >= before->nvert ||
            v[2] >= before->nvert)
            continue;
        while (at < before->nball &&
               !pp_same_point(before->ball[at].touch, p))
            at++;
        if (at == before->nball)
            return;
        t->ball[i] = before->ball[at];
        t->ball[i].facet = facet;
    }
}

static pp_status
measure_by_wall(const pp_mesh *m, const pp_survey_options *o, pp_survey *s,
                pp_error *err)
{
    pp_mesh finer = { 0 };
    pp_thickness before = { 0 };
    uint32_t *part_of = NULL;
    double *enough = NULL;

    if (pp_mesh_copy(m, &s->mesh, err) != PP_OK ||
        measure(s, o, 0, &s->balls, err) != PP_OK)
        return err->status;
    enough = spacing_by_wall(&s->mesh, &s->balls);
    if (enough == NULL)
        pp_fail_memory(err);
    else if (pp_refine_edges(m, SPACING_MM, enough, MOST_FACETS, &finer,
                             &part_of, err) == PP_OK &&
             finer.nvert > m->nvert) {
        const pp_mesh coarse = s->mesh;

        s->mesh = finer;
        finer = coarse;
        s->part_of = part_of;
        part_of = NULL;
        before = s->balls;
        memset(&s->balls, 0, sizeof s->balls);
        if (measure(s, o, m->nvert, &s->balls, err) == PP_OK)
            keep_balls(&s->mesh, &before, &s->balls);
    }
    pp_free(enough);
    pp_free(part_of);
    pp_thickness_free(&before);
    pp_mesh_free(&finer);
    return err->status;
}

/* ---- a second look at what seems thin ---- */

/* The ball in it that is no wider and as near to the sample: who grows walls
 * puts balls of T about the centre, and nowhere farther inside. */
static pp_ball
shrunk(const pp_ball *b, double diameter_mm)
{
    const double by = (b->diameter_mm - diameter_mm) / 2;
    pp_ball small = *b;

    if (!(by > 0))
        return small;
    small.diameter_mm = diameter_mm;
    small.centre = pp_madd(b->centre, by,
                           pp_unit(pp_sub(b->touch, b->centre)));
    return small;
}

/* Around the places, with this limit; what is wider so is taken. */
static pp_status
look_with(pp_survey *s, const pp_survey_options *o, const pp_bvh *places,
          double limit_mm, pp_error *err)
{
    const double t_mm = o->how.t_mm;
    pp_thickness *t = &s->balls, seen = { 0 };
    pp_survey_options other = *o;

    other.how.limit_mm = limit_mm;
    other.how.known = NULL;
    other.near = places;
    other.near_mm = t_mm;
    if (measure(s, &other, 0, &seen, err) != PP_OK)
        return err->status;
    assert(t->ball != NULL && seen.ball != NULL);
    for (size_t i = 0; i < t->nball; i++)
        if (pp_ball_is_thin(&t->ball[i], t_mm) &&
            seen.ball[i].diameter_mm > t->ball[i].diameter_mm) {
            t->ball[i] = shrunk(&seen.ball[i], t->limit_mm);
            t->ball[i].second = true;
        }
    pp_thickness_free(&seen);
    return PP_OK;
}

/*
 * With a limit of T no ball is larger, and few reach beyond their own sample;
 * with a larger one, no sample has the ball of T that its neighbour wants.
 * Where few samples seem thin, those around them are asked with the other
 * limit, too: one of the two finds most balls of T that there are.
 */
static pp_status
look_again(pp_survey *s, const pp_survey_options *o, pp_error *err)
{
    const double t_mm = o->how.t_mm;
    pp_points thin = { 0 };

    if (o->how.rays)
        return PP_OK;
    if (pp_thin_places(&s->balls, t_mm, o->near != NULL ? 1 : PP_FEW_THIN,
                       &thin, err) == PP_OK && thin.tree != NULL)
        (void)!look_with(s, o, thin.tree,
                         o->how.limit_mm > t_mm ? t_mm : WIDER * t_mm, err);
    pp_points_free(&thin);
    return err->status;
}

/* ---- all of a mesh, or a part ---- */

/* May the facet come as near? A look at the ball around it. */
static bool
may_be_near(const pp_mesh *m, size_t t, const pp_bvh *near, double reach)
{
    const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]],
                  c = m->vert[m->tri[t][2]];
    const pp_vec3 middle = pp_scale(pp_add(a, pp_add(b, c)), 1 / 3.0);
    const double radius =
        fmax(pp_distance(a, middle),
             fmax(pp_distance(b, middle), pp_distance(c, middle)));

    return !pp_bvh_ball_is_empty(near, middle, reach + radius);
}

/* The facets that may come near, with all vertices. */
static pp_status
take_part(const pp_mesh *m, const pp_survey_options *o, pp_mesh *part,
          uint32_t **which, pp_error *err)
{
    bool *is = pp_alloc(m->ntri, sizeof *is);
    size_t n = 0;

    if (is == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 1024) reduction(+ : n)
    for (ptrdiff_t t = 0; t < (ptrdiff_t)m->ntri; t++) {
        is[t] = may_be_near(m, (size_t)t, o->near, o->near_mm);
        n += is[t];
    }
    *which = pp_alloc(n, sizeof **which);
    if (*which == NULL) {
        pp_fail_memory(err);
    } else if (pp_mesh_alloc(part, m->nvert, n, err) == PP_OK) {
        memcpy(part->vert, m->vert, m->nvert * sizeof *m->vert);
        n = 0;
        for (size_t t = 0; t < m->ntri; t++)
            if (is[t]) {
                memcpy(part->tri[n], m->tri[t], sizeof *part->tri);
                (*which)[n++] = (uint32_t)t;
            }
    }
    pp_free(is);
    return err->status;
}

static pp_status
refine(const pp_mesh *m, const pp_survey_options *o, pp_survey *s,
       pp_error *err)
{
    pp_mesh part = { 0 };
    uint32_t *which = NULL;

    if (o->near == NULL)
        return pp_refine_edges(m, o->spacing_mm, NULL, MOST_FACETS, &s->mesh,
                               &s->part_of, err);
    if (take_part(m, o, &part, &which, err) == PP_OK &&
        pp_refine_edges(&part, o->spacing_mm, NULL, MOST_FACETS, &s->mesh,
                        &s->part_of, err) == PP_OK)
        for (size_t t = 0; t < s->mesh.ntri; t++)
            s->part_of[t] = which[s->part_of[t]];
    pp_free(which);
    pp_mesh_free(&part);
    return err->status;
}

static pp_status
turn_over(const pp_mesh *m, pp_mesh *turned, pp_error *err)
{
    if (pp_mesh_copy(m, turned, err) == PP_OK)
        for (size_t t = 0; t < m->ntri; t++)
            pp_facet_turn(turned, t);
    return err->status;
}

pp_status
pp_survey_take(const pp_mesh *m, const pp_survey_options *o, pp_survey *s,
               pp_error *err)
{
    const pp_mesh *base = o->how.turned_over ? &s->turned : m;

    memset(s, 0, sizeof *s);
    if ((o->how.turned_over && turn_over(m, &s->turned, err) != PP_OK) ||
        pp_ground_find(base, o->how.edge_opening_deg, &s->ground, err) !=
            PP_OK)
        goto done;
    if (!(o->spacing_mm > 0))
        (void)!measure_by_wall(base, o, s, err);
    else if (refine(base, o, s, err) == PP_OK &&
             measure(s, o, 0, &s->balls, err) == PP_OK)
        (void)!look_again(s, o, err);
done:
    if (err->status != PP_OK)
        pp_survey_free(s);
    return err->status;
}

void
pp_survey_free(pp_survey *s)
{
    pp_mesh_free(&s->turned);
    pp_ground_free(s->ground);
    pp_mesh_free(&s->mesh);
    pp_free(s->part_of);
    pp_thickness_free(&s->balls);
    memset(s, 0, sizeof *s);
}
