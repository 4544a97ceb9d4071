/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey_caliper.c - a distance measured in the image alone
 *
 * The profile on the line through both points, and beyond them, says where an
 * edge lies near each; the fit of edge_fit.c then says it to a fraction of a
 * voxel, with what the noise makes of it. Bodies three widths of the blur long
 * have two edges apart; in shorter ones they are fitted together. Below one
 * width the middle never reaches its level: that is then taken from the rest
 * of the body, and since blur keeps the integral of the contrast, it is that
 * integral which the fit measures (partial volume).
 */
#include "measure/grey.h"

#include "measure/edge.h"

#include <string.h>

#define FWHM 2.354820045
#define BEYOND 2.5 /* voxels that the profile is longer at each end */
#define CLEAR 1.5  /* voxels from the end where the level beyond begins */

/* An edge needs a contrast of this many noises. */
#define NOISES 5.0

/* Widths of the blur between edges that know nothing of each other. */
#define APART 3.0

/* Below so many widths the level inside is not seen. */
#define SEEN 2.0

/*
 * What the model leaves out (the blur's true shape, levels that are not flat,
 * surfaces that are no quadrics), as a part of the blur's sigma.
 */
#define MODEL 0.01

/* Of the normal distribution, for 95 %. */
#define COVERAGE 2.0

typedef struct {
    pp_grey grey;
    pp_vec3 origin, direction;
    double length, h;
    pp_profile line;
    double beyond[2], middle, level;
    double edge[2]; /* half maxima on the line */
    double wide;    /* sigma of the narrower edge there */
} caliper;

/* Reads the line and its levels; false when it leaves the image. */
static bool
read_line(caliper *k, const pp_caliper *c, const pp_grey_report *r)
{
    const pp_vec3 way = pp_sub(c->end[1], c->end[0]);

    k->origin = c->end[0];
    k->direction = pp_unit(way);
    k->length = pp_norm(way);
    if (!(k->length > 0))
        return false;
    k->h = pp_grey_step(&k->grey, k->direction);
    const double reach = fmax(BEYOND * k->h, 4 * r->blur_mm);
    const double clear = fmax(CLEAR * k->h, 2.5 * r->blur_mm);

    pp_profile_read(&k->grey, k->origin, k->direction, -reach,
                    k->length + reach, &k->line);
    if (k->line.n < 5)
        return false;
    k->beyond[0] = pp_profile_mean(&k->line, -HUGE_VAL, -clear);
    k->beyond[1] = pp_profile_mean(&k->line, k->length + clear, HUGE_VAL);
    k->middle = pp_profile_mean(&k->line, k->length / 2 - k->line.step,
                                k->length / 2 + k->line.step);
    return true;
}

/* Body or gap, and its level; false without contrast. */
static bool
find_level(caliper *k, const pp_grey_report *r)
{
    const double out = (k->beyond[0] + k->beyond[1]) / 2;
    const bool known = r->inside != r->outside;
    const double body = !known ? k->middle
                        : fabs(k->middle - r->inside) <
                                    fabs(k->middle - r->outside) ||
                                (k->middle - out) *
                                        (r->inside - r->outside) > 0
                            ? r->inside
                            : r->outside;
    const double clear = fmax(CLEAR * k->h, 2.5 * r->blur_mm);

    k->level = body;
    if (k->length > 2.5 * clear)
        k->level = pp_profile_mean(&k->line, clear, k->length - clear);
    return fabs(k->level - out) >= NOISES * r->noise &&
           fabs(k->middle - out) >= NOISES * r->noise &&
           (k->level - out) * (k->middle - out) > 0;
}

/* The sigma of an edge from where it passes 16 and 84 % of its height. */
static double
width_at(const caliper *k, int e, int sign, double top)
{
    const double low = k->beyond[e], rise = top - low;
    double slope;
    const double s16 = pp_profile_crossing(&k->line, low + 0.1587 * rise, sign,
                                           k->edge[e], &slope);
    const double s84 = pp_profile_crossing(&k->line, low + 0.8413 * rise, sign,
                                           k->edge[e], &slope);

    return fabs(s84 - s16) / 2;
}

/* The half maxima near both ends. */
static bool
find_edges(caliper *k)
{
    const double out = (k->beyond[0] + k->beyond[1]) / 2;
    const int sign = k->level > out ? 1 : -1;
    /* a thin body does not reach half of its level: half of its own height */
    const double top = fabs(k->middle - out) < 0.75 * fabs(k->level - out)
                           ? k->middle
                           : k->level;
    double slope;

    k->edge[0] = pp_profile_crossing(
        &k->line, (top + k->beyond[0]) / 2, -sign, 0, &slope);
    k->edge[1] = pp_profile_crossing(
        &k->line, (top + k->beyond[1]) / 2, sign, k->length, &slope);
    if (!(k->edge[1] > k->edge[0]))
        return false;
    k->wide = fmin(width_at(k, 0, -sign, top), width_at(k, 1, sign, top));
    return true;
}

/* A caliper's edge farther off belongs to something else. */
static bool
near_ends(const caliper *k, double first, double last, double s)
{
    const double far = fmax(CLEAR * k->h, FWHM * s);

    return last > first && fabs(first) <= far && fabs(last - k->length) <= far;
}

static void
prepare(const caliper *k, double slice_mm, const pp_grey_report *r,
        pp_edge_task *t)
{
    const double along = pp_dot(k->direction, k->grey.axis[k->grey.slice]);
    double wide = r->blur_mm > 0 ? r->blur_mm : k->wide;

    memset(t, 0, sizeof *t);
    t->grey = &k->grey;
    t->origin = k->origin;
    t->direction = k->direction;
    t->blur.slice = k->grey.axis[k->grey.slice];
    t->blur.slice_mm = slice_mm > 0 ? slice_mm : k->grey.h[k->grey.slice];
    /* the line's blur is of the slices and of reading between voxels, too */
    wide = sqrt(fmax(wide * wide -
                         along * along * t->blur.slice_mm *
                             t->blur.slice_mm / 12 -
                         k->h * k->h / 6, 0));
    t->blur.sigma_mm = wide > 0.5 * k->grey.h_min ? wide
                                                  : 0.5 * k->grey.h_min;
    memcpy(t->place, k->edge, sizeof t->place);
    memcpy(t->outside, k->beyond, sizeof t->outside);
    t->inside = k->level;
    for (int e = 0; e < 2; e++)
        t->room[e] = HUGE_VAL;
}

/* Both edges; false when a fit does not hold. */
static pp_status
fit_edges(pp_edge_task *t, pp_edge_fit *fit, bool *good, pp_error *err)
{
    const double length = t->place[1] - t->place[0];
    const double width = FWHM * pp_blur_along(&t->blur, t->direction);
    pp_edge_fit second;

    t->within = length / 2;
    t->both = length < APART * width;
    t->side = 0;
    if (pp_edge_measure(t, fit, good, err) != PP_OK || t->both || !*good)
        return err->status;
    t->side = 1;
    if (pp_edge_measure(t, &second, good, err) != PP_OK || !*good)
        return err->status;
    fit->place[1] = second.place[1];
    fit->outside[1] = second.outside[1];
    fit->curvature[1] = second.curvature[1];
    fit->normal[1] = second.normal[1];
    fit->u = sqrt(fit->u * fit->u + second.u * second.u);
    fit->noise = sqrt((fit->noise * fit->noise +
                       second.noise * second.noise) / 2);
    fit->sigma_mm = sqrt(fit->sigma_mm * second.sigma_mm);
    return PP_OK;
}

pp_status
pp_measure_grey_caliper(const pp_grid *image, double slice_mm,
                        const pp_grey_report *r, const pp_caliper *c,
                        pp_grey_caliper *out, pp_error *err)
{
    caliper k;
    pp_edge_task t;
    pp_edge_fit fit;
    bool good = false;

    memset(out, 0, sizeof *out);
    if (pp_grey_prepare(image, &k.grey, err) != PP_OK)
        return err->status;
    if (!read_line(&k, c, r) || !find_level(&k, r) || !find_edges(&k))
        return PP_OK;
    prepare(&k, slice_mm, r, &t);
    /* twice: windows follow the blur that the first fit finds */
    for (int round = 0; round < 2; round++) {
        const double s = pp_blur_along(&t.blur, t.direction);
        const double length = t.place[1] - t.place[0];

        t.inside_u = length < SEEN * FWHM * s
                         ? fmax(r->noise, 0.01 * fabs(k.level - k.beyond[0]))
                         : 0;
        if (fit_edges(&t, &fit, &good, err) != PP_OK || !good)
            return err->status;
        if (!near_ends(&k, fit.place[0], fit.place[1], s))
            return PP_OK;
        memcpy(t.place, fit.place, sizeof t.place);
        t.blur.sigma_mm = fmax(fit.sigma_mm, 0.4 * k.grey.h_min);
    }
    out->blur_mm = pp_blur_along(&t.blur, t.direction);
    out->voxel_mm = k.h;
    out->noise = fit.noise;
    out->mm = fit.place[1] - fit.place[0];
    if (fabs(fit.inside - (fit.outside[0] + fit.outside[1]) / 2) <
        NOISES * fit.noise)
        return PP_OK;
    out->how = out->mm < FWHM * out->blur_mm ? PP_GREY_INTEGRAL
                                             : PP_GREY_EDGES;
    out->biased = out->mm < fmax(APART * FWHM * out->blur_mm, 2 * k.h);
    out->u_fit_mm = fit.u;
    out->u_model_mm = MODEL * out->blur_mm;
    out->uncertainty_mm = COVERAGE * sqrt(fit.u * fit.u + out->u_model_mm *
                                          out->u_model_mm);
    return PP_OK;
}
