/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey_probe.c - the profile through one place of a mesh, and its edge
 *
 * The edge is found twice: where the profile passes the half between a plateau
 * inside and one outside, and where it is steepest. Plateaus are read from half
 * the wall and half the gap at the most (rays through the mesh say how much
 * that is): a window across a thin wall takes the other side for the plateau
 * and was seen 0.5 mm wrong on a 2 mm wall. Where the wall leaves no room the
 * level inside is that of the rest of the body. Walls below the width of the
 * blur have no such edge: there the integral of the contrast over the profile
 * gives the thickness, since blur keeps the integral (partial volume).
 */
#include "measure/grey_probe.h"

#include "base/alloc.h"
#include "measure/samples.h"

#include <string.h>

/* A plateau begins so many units from the mesh, a unit being the voxel's length
 * along the profile, or the blur when that is known and larger: at two sigma
 * an edge has died down to 2.5 %. */
#define CLEAR 2.0
#define REACH 3.5 /* and ends there */
#define BLUR_UNIT 1.2

/* An edge needs this part of the body's contrast, and so many standard
 * deviations of a plateau's mean. */
#define LEAST_CONTRAST 0.25
#define NOISES 3.0

/* Full width at half maximum of a blur, in its sigma. */
#define FWHM 2.3548

/* Room from p along d until the mesh is met again. */
static double
room(const pp_prober *k, pp_vec3 p, pp_vec3 d, double limit)
{
    double s = limit;

    if (pp_bvh_ray(k->bvh, p, d, 1e-6 * limit, limit, &s) == PP_NONE)
        return limit;
    return s;
}

/* The wall's thickness from the integral of the contrast through it. */
static double
integrate_wall(const pp_prober *k, const pp_probe_place *at, double h,
               double wall, double near_gap, double outside)
{
    const double reach = REACH * h;
    const pp_vec3 back = pp_scale(at->normal, -1);
    const double far_gap =
        room(k, pp_madd(at->at, wall, back), back, 2 * reach) / 2;
    double sum = 0;
    pp_profile line;

    pp_profile_read(k->grey, at->at, at->normal, -wall - fmin(reach, far_gap),
                    fmin(reach, near_gap), &line);
    if (line.n < 5 || far_gap < h || near_gap < h)
        return NAN;
    const double beyond = pp_profile_mean(&line, -HUGE_VAL,
                                          -wall - fmin(CLEAR * h, far_gap));

    for (int i = 0; i < line.n; i++) {
        /* the level outside may differ from side to side */
        const double part = (double)i / (line.n - 1);
        const double base =
            isfinite(beyond) ? beyond + part * (outside - beyond) : outside;

        sum += (line.value[i] - base) / (k->inside - base) * line.step;
    }
    return sum;
}

/* The edge between two levels; one sigma of a Gaussian edge to either side. */
static void
find_edge(const pp_profile *line, double inside, double outside, int sign,
          pp_probe *o)
{
    const double contrast = inside - outside;
    double slope = 0;

    o->half = (float)pp_profile_crossing(line, (inside + outside) / 2, sign,
                                         0, &slope);
    o->gradient = (float)pp_profile_steepest(line, sign);
    if (isnan(o->half) || isnan(o->gradient))
        return;
    o->edge = true;
    o->sigma = (float)((pp_profile_crossing(line, outside + 0.1587 * contrast,
                                            sign, o->half, &slope) -
                        pp_profile_crossing(line, outside + 0.8413 * contrast,
                                            sign, o->half, &slope)) / 2);
}

void
pp_probe_read(const pp_prober *k, const pp_probe_place *at, pp_probe *o)
{
    const double h = fmax(pp_grey_step(k->grey, at->normal),
                          BLUR_UNIT * k->blur_mm);
    const double reach = REACH * h, clear = CLEAR * h;
    const pp_vec3 back = pp_scale(at->normal, -1);
    double gap, wall, inside, outside;
    pp_profile line;
    int sign;

    memset(o, 0, sizeof *o);
    o->half = o->gradient = o->sigma = o->integral = NAN;
    o->inside = o->outside = NAN;
    if (!(pp_dot(at->normal, at->normal) > 0))
        return;
    gap = room(k, at->at, at->normal, 2 * reach) / 2;
    wall = room(k, at->at, back, 2 * reach);
    o->wall = (float)wall;
    pp_profile_read(k->grey, at->at, at->normal, -fmin(reach, wall / 2),
                    fmin(reach, gap), &line);
    o->read = line.n >= 5;
    if (!o->read)
        return;
    if (wall / 2 >= clear)
        o->inside = (float)pp_profile_mean(&line, -HUGE_VAL, -clear);
    if (gap >= clear)
        o->outside = (float)pp_profile_mean(&line, clear, HUGE_VAL);
    if (isnan(k->inside))
        return;
    o->thin = wall < FWHM * k->blur_mm;
    inside = isfinite(o->inside) ? o->inside : k->inside;
    outside = isfinite(o->outside) ? o->outside : k->outside;
    /* neighbours may be brighter here and darker there: where both levels are
     * seen they say which way the profile runs, else the body as a whole */
    sign = isfinite(o->inside) && isfinite(o->outside) ? inside > outside
                                                       : k->inside > k->outside;
    sign = sign ? 1 : -1;
    if (sign * (inside - outside) <
            fmax(LEAST_CONTRAST * fabs(k->inside - k->outside),
                 NOISES * k->noise))
        return;
    if (o->thin)
        o->integral =
            (float)integrate_wall(k, at, h, wall, gap, outside);
    else
        find_edge(&line, inside, outside, sign, o);
}

/* ---- places ---- */

/* Vertices with their share of the facets' area around them. */
static void
place_vertices(const pp_mesh *m, bool weigh, pp_probe_place *place)
{
    memset(place, 0, m->nvert * sizeof *place);
    for (size_t v = 0; v < m->nvert; v++)
        place[v].at = m->vert[v];
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 twice = pp_facet_normal(m, t);
        const double share = pp_norm(twice) / 6;

        for (int c = 0; c < 3; c++) {
            pp_probe_place *p = &place[m->tri[t][c]];

            p->normal = pp_add(p->normal, twice);
            if (weigh)
                p->weight += share;
        }
    }
    for (size_t v = 0; v < m->nvert; v++)
        place[v].normal = pp_unit(place[v].normal);
}

typedef struct {
    pp_probe_place *place;
    pp_vec3 normal;
} filler;

static void
place_piece(size_t sample, pp_vec3 p, double weight, void *data)
{
    const filler *f = data;

    f->place[sample] = (pp_probe_place){ p, f->normal, weight };
}

static bool
is_fine(const pp_mesh *m, double spacing_mm)
{
    double sum = 0;

    for (size_t t = 0; t < m->ntri; t++)
        for (int c = 0; c < 3; c++)
            sum += pp_distance(m->vert[m->tri[t][c]],
                               m->vert[m->tri[t][(c + 1) % 3]]);
    return sum <= 3 * spacing_mm * (double)m->ntri;
}

pp_status
pp_probe_plan_make(const pp_mesh *m, double spacing_mm, bool vertices,
                   pp_probe_plan *plan, pp_error *err)
{
    const bool fine = is_fine(m, spacing_mm);
    pp_samples s = { 0 };
    filler f;

    memset(plan, 0, sizeof *plan);
    if (!fine && pp_samples_plan(m, spacing_mm, &s, err) != PP_OK)
        return err->status;
    plan->has_vertices = fine || vertices;
    plan->first_vertex = s.nfacet_sample;
    plan->n = s.nfacet_sample + (plan->has_vertices ? m->nvert : 0);
    plan->place = pp_alloc(plan->n, sizeof *plan->place);
    if (plan->place == NULL) {
        pp_samples_free(&s);
        memset(plan, 0, sizeof *plan);
        return pp_fail_memory(err);
    }
    f.place = plan->place;
    for (size_t t = 0; !fine && t < m->ntri; t++) {
        f.normal = pp_unit(pp_facet_normal(m, t));
        pp_samples_facet(&s, t, place_piece, &f);
    }
    if (plan->has_vertices)
        place_vertices(m, fine, plan->place + plan->first_vertex);
    pp_samples_free(&s);
    return PP_OK;
}

void
pp_probe_plan_free(pp_probe_plan *plan)
{
    pp_free(plan->place);
    memset(plan, 0, sizeof *plan);
}
