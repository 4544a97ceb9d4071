/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.c - the least thickness, between bounds that are certain
 *
 * From below, by covers (cover.c): each proves its diameter, whatever the
 * sampling was that proposed it.
 *
 * From above, by exclusion: around the thinnest sample all places where the
 * centre of a wider ball could lie are ruled out cube by cube (room.c).
 */
#include "thickness/cover.h"

#include "thickness/star.h"

/* Steps by which hi may lie above the ball that was found. */
static const double above_mm[] = { 0.002, 0.005, 0.0075, 0.01, 0.0125, 0.015,
                                   0.02, 0.05, 0.1 };

#define NABOVE (sizeof above_mm / sizeof *above_mm)

/* The first cover is this far below hi; each that fails doubles the step, up
 * to a share of the diameter.
 * Bounds of lo this near need no more, unless hi is still far. */
#define STEP_MM 0.008
#define WIDE_MM 0.016
#define WIDEST_MM 0.02
#define NARROW_MM 0.004
#define UPWARD 1.3
#define DOWNWARD 0.75
enum { MOST_COVERS = 40 };

/* No cover is begun after so many balls: seconds, where what is left takes
 * minutes. */
#define ENOUGH_BALLS 24000000

/* A cover by balls less wide than this share of hi says little, and costs the
 * more the smaller they are. */
#define LEAST 0.2

/* From one diameter to the next where coarse bounds are looked for. */
#define COARSE_STEP 0.8

/* Cubes down to 1/1024 of the radius. */
enum { FINE_LEVELS = 11 };

/* ---- excluding ---- */

typedef struct {
    pp_room *room;
    pp_vec3 p;
    double radius;
    bool possible;
} exclusion;

static void
exclude_cone(const pp_cone *cone, void *data)
{
    exclusion *x = data;

    if (pp_cone_explains(cone, x->p, x->radius) && cone->sine > 0)
        x->possible |=
            pp_room_near(x->room, cone->apex, pp_cone_reach(cone, x->radius));
}

/* Does the star of a facet's corner let a ball stay off as far as one is
 * possible? */
static void
exclude_stars(const pp_search *s, exclusion *x)
{
    uint32_t corner[PP_MOST_CORNERS];
    const size_t n = pp_corners_at(s, x->p, corner);

    x->possible |= n == PP_MOST_CORNERS; /* there may be more */
    for (size_t i = 0; i < n && !x->possible; i++) {
        pp_star star;

        if (!pp_star_find(s->f, corner[i], x->radius, &star))
            continue;
        x->possible = pp_room_near(x->room, x->p,
                                   pp_star_allows(&star, x->p) + PP_TOUCH_MM);
        pp_star_free(&star);
    }
}

/* Is it certain that no ball of this diameter serves p? */
static bool
is_excluded(const pp_search *s, pp_vec3 p, double diameter)
{
    exclusion x = { pp_room_new(pp_search_space(s), diameter / 2, FINE_LEVELS), p,
                    diameter / 2, false };
    pp_cone rounded;

    x.possible = pp_room_near(x.room, p,
                              x.radius + pp_ball_slack(x.radius,
                                                       s->f->sine_limit));
    if (!x.possible)
        pp_features_near(s->f, p, PP_EXPLAINED * x.radius, exclude_cone, &x);
    rounded = pp_features_rounded(s->f, s->bvh, p, pp_rounded_reach(diameter));
    if (!x.possible && rounded.sine > 0.01)
        x.possible =
            pp_room_near(x.room, p, pp_cone_reach(&rounded, x.radius));
    if (!x.possible)
        exclude_stars(s, &x);
    pp_room_free(x.room);
    return !x.possible;
}

/* The thinnest sample, and how much thicker it may be for certain. */
static void
bound_above(const pp_search *s, const pp_thickness *t,
            pp_thickness_interval *i)
{
    const pp_ball *least = NULL;

    for (size_t k = 0; k < t->nball; k++)
        if (t->ball[k].stopped &&
            (least == NULL || t->ball[k].diameter_mm < least->diameter_mm))
            least = &t->ball[k];
    i->hi_mm = i->found_mm = t->limit_mm;
    i->certain_hi = true;
    if (least == NULL)
        return;
    i->found_mm = least->diameter_mm;
    i->place = least->touch;
    i->other = least->other;
    for (size_t k = 0; k < NABOVE; k++) {
        i->hi_mm = least->diameter_mm + above_mm[k];
        if (is_excluded(s, least->touch, i->hi_mm))
            return;
    }
    i->hi_mm = fmin(1.1 * least->diameter_mm, t->limit_mm);
    i->certain_hi = false;
}

/* What lies across from a place, through a ball of lo. */
static void
find_witness(const pp_search *s, pp_thickness_interval *i)
{
    const double r = i->lo_mm / 2;
    const pp_nearest own = pp_bvh_nearest(s->bvh, i->place, HUGE_VAL);
    pp_vec3 c, way;
    double at;

    i->found_mm = 0;
    i->other = i->place;
    if (own.facet == PP_NONE || !(r > 0))
        return;
    c = pp_madd(i->place, -r, s->f->normal[own.facet]);
    if (!(pp_ball_fit(s, i->place, r, r - PP_SHORT_MM,
                      pp_ball_slack(r, s->f->sine_limit), &c) > 0))
        return;
    way = pp_unit(pp_sub(c, i->place));
    if (pp_bvh_ray(s->bvh, c, way, 0, HUGE_VAL, &at) == PP_NONE)
        return;
    i->found_mm = i->lo_mm;
    i->other = pp_madd(c, at, way);
}

/* Where the lowest cover failed, a little more may be impossible for certain
 * although that much was not. */
static bool
lower_above(const pp_search *s, double open, pp_thickness_interval *i)
{
    for (size_t k = 0; k < NABOVE && open + above_mm[k] < i->hi_mm; k++)
        if (is_excluded(s, i->doubt, open + above_mm[k])) {
            i->hi_mm = open + above_mm[k];
            i->place = i->doubt;
            i->certain_hi = true;
            return true;
        }
    return false;
}

/* Covers, each at a diameter between what is known from either side. Where one
 * fails, its place of doubt may prove to be thinner, and hi sinks to there.
 * What sampling found is where to begin, and no bound unless it is certain. */
static void
bound_below(const pp_search *s, const pp_mesh *m, pp_thickness_interval *i)
{
    const double top = i->certain_hi ? i->hi_mm : 2 * s->limit;
    const double least = LEAST * i->hi_mm;
    double step = STEP_MM, open = top;
    double t = i->certain_hi ? top - step : fmin(i->found_mm, top);
    bool moved = false, failed = i->certain_hi;
    pp_covers past = { .n = 0 };
    size_t sum = 0;

    for (int k = 0; k < MOST_COVERS && t >= least && sum < ENOUGH_BALLS;
         k++, sum += past.nball) {
        if (pp_cover_surface(s, m, t / 2, &past)) {
            i->lo_mm = t;
            i->nball = past.nball;
        } else {
            open = t;
            failed = true;
            i->doubt = past.doubt;
            if (is_excluded(s, i->doubt, t)) {
                i->hi_mm = t;
                i->place = i->doubt;
                i->certain_hi = moved = true;
            }
        }
        if (open - i->lo_mm <=
            (i->hi_mm - i->lo_mm <= WIDEST_MM ? WIDE_MM : NARROW_MM))
            break;
        t = i->lo_mm > 0 ? (failed ? (i->lo_mm + open) / 2
                                   : fmin(UPWARD * i->lo_mm, top))
                         : fmax(open - step, DOWNWARD * open);
        step *= 2;
    }
    if (!failed) { /* nothing is looked for beyond the limit */
        i->hi_mm = top;
        i->certain_hi = true;
    } else if (!i->certain_hi) {
        i->hi_mm = fmax(i->hi_mm, open);
    }
    if (failed && i->lo_mm > 0 && i->hi_mm - i->lo_mm > WIDEST_MM)
        moved |= lower_above(s, open, i);
    if (moved)
        find_witness(s, i);
}

/* The widest of a few diameters down from hi that covers; 0: none. */
static double
bound_coarsely(const pp_search *s, const pp_mesh *m, double hi)
{
    pp_covers past = { .n = 0 };
    size_t sum = 0;

    for (double t = hi; t >= LEAST * hi && sum < ENOUGH_BALLS;
         t *= COARSE_STEP, sum += past.nball)
        if (pp_cover_surface(s, m, t / 2, &past))
            return t;
    return 0;
}

/* Bounds with edges that open by less than so much; where those are the coarse
 * ones, of what is bounded already. */
static pp_status
bound_for(const pp_mesh *m, const pp_thickness_options *o, double opening,
          const pp_thickness *t, pp_thickness_interval *i, pp_error *err)
{
    pp_features f = { 0 };
    pp_bvh *bvh = NULL;
    pp_search s;

    if (pp_features_find(m, opening, &f, err) != PP_OK ||
        pp_bvh_build(m, &bvh, err) != PP_OK)
        goto done;
    s = (pp_search){ .f = &f, .bvh = bvh, .limit = t->limit_mm / 2,
                     .outside = o != NULL && o->turned_over };
    if (opening > PP_COARSE_DEG) {
        bound_above(&s, t, i);
        bound_below(&s, m, i);
    } else {
        i->coarse_lo_mm = bound_coarsely(&s, m, i->hi_mm);
    }
done:
    pp_features_free(&f);
    pp_bvh_free(bvh);
    return err->status;
}

pp_status
pp_thickness_bound(const pp_mesh *m, const pp_thickness_options *o,
                   const pp_thickness *t, pp_thickness_interval *i,
                   pp_error *err)
{
    const double opening =
        o != NULL && o->edge_opening_deg > 0 ? o->edge_opening_deg : 150;

    *i = (pp_thickness_interval){ .lo_mm = 0 };
    if (!(t->limit_mm < HUGE_VAL))
        return pp_fail(err, PP_EGEOM, "bounds of thickness want a limit");
    if (bound_for(m, o, opening, t, i, err) == PP_OK && i->lo_mm == 0 &&
        opening > PP_COARSE_DEG)
        (void)!bound_for(m, o, PP_COARSE_DEG, t, i, err);
    return err->status;
}
