/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mark.c - text on a solid
 *
 * Patients have no flat places: each point of the letters' outline is carried
 * along the mark's normal onto the surface, and the letters become a solid
 * whose floor is that surface, moved. It is one height over a flat region, so
 * it never crosses itself, and one exact boolean takes it away or adds it.
 * Where engraved text is to go, balls under its floor must be as wide as the
 * wall that is to be left (thickness.h: what a wall is).
 */
#include "place/section.h"

#include "base/alloc.h"
#include "check/check.h"
#include "measure/measure.h"
#include "shim/igl.h"
#include "thickness/thickness.h"

#include <stdlib.h>
#include <string.h>

#define RADIANS 0.017453292519943295

/* Places that are tried, spread evenly over the area, and directions there. */
#define PLACES 200
#define TURNS 8

/* Rays over the text's box, along it and across. */
#define ALONG 13
#define ACROSS 5

/* Of the flattest places, how many are looked at for their wall. */
#define WALLS 12

/* A boolean whose rounded result is not clean is tried again this often, the
 * text moved along by so much. */
#define TRIES 4
#define NUDGE_MM 0.013

/* Letters reach as far beyond the surface (engraved) or into it (raised), so
 * that the surface between their points stays within. */
#define BEYOND_PENS 1.0

typedef struct {
    pp_vec3 middle, normal, right, up;
    double bulge;
    size_t order; /* in which it was found */
} frame;

typedef struct {
    const pp_mesh *m;
    const pp_mark_wish *wish;
    pp_bvh *bvh;
    pp_text_outline text;
    double reach; /* how far along the normal the surface may be */
    frame *spot;
    size_t nspot;
} marking;

/* ---- where ---- */

/* Height of the surface over the frame at u, v: false where there is none
 * near by that faces the same way. */
static bool
height_at(const marking *w, const frame *f, double u, double v, double *height)
{
    const pp_vec3 p =
        pp_madd(pp_madd(pp_madd(f->middle, u, f->right), v, f->up), w->reach,
                f->normal);
    double s;
    const uint32_t t = pp_bvh_ray(w->bvh, p, pp_scale(f->normal, -1), 0,
                                  2 * w->reach, &s);

    if (t == PP_NONE)
        return false;
    *height = w->reach - s;
    return pp_dot(pp_unit(pp_facet_normal(w->m, t)), f->normal) >=
           cos(PP_MARK_SLOPE_DEG * RADIANS);
}

/* The plane through the surface under the text's box, by least squares; the
 * grid is symmetric, so that mean and slopes do not mix. */
static bool
look(const marking *w, const frame *f, double mean_slope[3], double *bulge)
{
    const double du = (w->text.width_mm + w->text.pen_mm) / (ALONG - 1);
    const double dv = (w->text.height_mm + w->text.pen_mm) / (ACROSS - 1);
    double z[ALONG][ACROSS], uz = 0, vz = 0, uu = 0, vv = 0, sum = 0;

    for (int i = 0; i < ALONG; i++)
        for (int k = 0; k < ACROSS; k++) {
            const double u = (i - (ALONG - 1) / 2.0) * du;
            const double v = (k - (ACROSS - 1) / 2.0) * dv;

            if (!height_at(w, f, u, v, &z[i][k]))
                return false;
            sum += z[i][k];
            uz += u * z[i][k];
            vz += v * z[i][k];
            uu += u * u;
            vv += v * v;
        }
    mean_slope[0] = sum / (ALONG * ACROSS);
    mean_slope[1] = uz / uu;
    mean_slope[2] = vz / vv;
    *bulge = 0;
    for (int i = 0; i < ALONG; i++)
        for (int k = 0; k < ACROSS; k++)
            *bulge = fmax(*bulge,
                          fabs(z[i][k] - mean_slope[0] -
                               mean_slope[1] * (i - (ALONG - 1) / 2.0) * du -
                               mean_slope[2] * (k - (ACROSS - 1) / 2.0) * dv));
    return true;
}

/* Level text where the normal leaves a choice, z up. */
static frame
frame_at(pp_vec3 middle, pp_vec3 normal, double turn)
{
    const pp_vec3 n = pp_unit(normal);
    const pp_vec3 level = fabs(n.z) < 0.9
                              ? pp_unit(pp_cross(pp_vec(0, 0, 1), n))
                              : pp_unit(pp_sub(pp_vec(1, 0, 0),
                                               pp_scale(n, n.x)));
    const pp_vec3 side = pp_cross(n, level);
    frame f = { .middle = middle, .normal = n };

    f.right = pp_add(pp_scale(level, cos(turn)), pp_scale(side, sin(turn)));
    f.up = pp_cross(n, f.right);
    return f;
}

/* Tilted to the surface under the text; false: not a place for it. */
static bool
settle(const marking *w, frame *f)
{
    for (int round = 0; round < 2; round++) {
        double s[3];

        if (!look(w, f, s, &f->bulge))
            return false;
        f->middle = pp_madd(f->middle, s[0], f->normal);
        f->normal = pp_unit(pp_sub(f->normal, pp_add(pp_scale(f->right, s[1]),
                                                     pp_scale(f->up, s[2]))));
        f->right = pp_unit(pp_sub(f->right,
                                  pp_scale(f->normal,
                                           pp_dot(f->right, f->normal))));
        f->up = pp_cross(f->normal, f->right);
    }
    return true;
}

static void
try_place(marking *w, pp_vec3 p, pp_vec3 normal)
{
    for (int k = 0; k < TURNS; k++) {
        /* level first, then leaning to either side */
        const double turn = (k % 2 == 0 ? 0.5 : -0.5) * (double)(k + k % 2) *
                            180 / TURNS * RADIANS;
        frame f = frame_at(p, normal, turn);

        if (!settle(w, &f))
            continue;
        f.order = w->nspot;
        w->spot[w->nspot++] = f;
    }
}

static pp_status
list_places(marking *w, pp_error *err)
{
    const pp_mesh *m = w->m;
    const double step = pp_measure_area(m) / PLACES;
    double area = 0, next = step / 2;

    w->spot = pp_alloc((PLACES + 1) * TURNS, sizeof *w->spot);
    if (w->spot == NULL)
        return pp_fail_memory(err);
    if (w->wish->placed) {
        const pp_nearest at =
            pp_bvh_nearest(w->bvh, w->wish->place, HUGE_VAL);

        if (at.facet != PP_NONE)
            try_place(w, at.point, pp_facet_normal(m, at.facet));
        return PP_OK;
    }
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 n = pp_facet_normal(m, t);
        const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]];
        const pp_vec3 c = m->vert[m->tri[t][2]];

        area += pp_norm(n) / 2;
        for (int k = 0; area > next && w->nspot + TURNS <= PLACES * TURNS;
             k++) {
            /* several of one large facet: spread by the golden ratio */
            const double u = fmod(0.5 + 0.618033988749895 * k, 1);
            const double v = fmod(0.5 + 0.754877666246693 * k, 1);
            const double s = sqrt(u);

            next += step;
            try_place(w, pp_add(pp_scale(a, 1 - s),
                                pp_add(pp_scale(b, s * (1 - v)),
                                       pp_scale(c, s * v))), n);
        }
    }
    return PP_OK;
}

/* A hundredth of a millimetre is no difference: then the first one stays. */
static int
compare_frames(const void *a, const void *b)
{
    const frame *p = a, *q = b;
    const double x = floor(100 * p->bulge), y = floor(100 * q->bulge);

    if (x != y)
        return x < y ? -1 : 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

/* ---- letters ---- */

/* Floor and roof over the text's region, and walls along its outline. */
static pp_status
make_letters(const marking *w, const frame *f, pp_tri *flat,
             size_t nflat, double low, double high, bool round_float,
             pp_mesh *out, pp_error *err)
{
    const pp_text_outline *t = &w->text;
    const uint32_t n = (uint32_t)t->npoint;
    size_t k = 0;

    if (pp_mesh_alloc(out, 2 * t->npoint, 2 * (nflat + t->nedge), err) !=
        PP_OK)
        return err->status;
    for (uint32_t i = 0; i < n; i++) {
        double z;

        if (!height_at(w, f, t->point[i][0], t->point[i][1], &z)) {
            pp_mesh_free(out);
            return pp_fail(err, PP_EGEOM, "the surface ends under the text");
        }
        for (uint32_t side = 0; side < 2; side++) {
            const pp_vec3 p =
                pp_madd(pp_madd(pp_madd(f->middle, t->point[i][0], f->right),
                                t->point[i][1], f->up),
                        z + (side == 0 ? low : high), f->normal);

            out->vert[i + side * n] = round_float ? pp_vec_float(p) : p;
        }
    }
    for (size_t i = 0; i < nflat; i++) {
        const pp_tri floor_tri = { flat[i][0], flat[i][2], flat[i][1] };
        const pp_tri roof = { flat[i][0] + n, flat[i][1] + n, flat[i][2] + n };

        memcpy(out->tri[k++], floor_tri, sizeof floor_tri);
        memcpy(out->tri[k++], roof, sizeof roof);
    }
    for (size_t i = 0; i < t->nedge; i++) {
        const uint32_t a = t->edge[i][0], b = t->edge[i][1];
        const pp_tri wall[2] = { { a, b, b + n }, { a, b + n, a + n } };

        memcpy(out->tri[k], wall, sizeof wall);
        k += 2;
    }
    return PP_OK;
}

/* The narrowest ball under the floor of engraved text. */
static double
wall_under(const marking *w, const frame *f, pp_tri *flat, size_t nflat)
{
    const double limit = w->wish->wall_mm / 2;
    const pp_vec3 down = pp_scale(f->normal, -1);
    double least = limit;

    for (size_t i = 0; i < nflat && least > 0; i++) {
        double u = 0, v = 0, z;

        for (int k = 0; k < 3; k++) {
            u += w->text.point[flat[i][k]][0] / 3;
            v += w->text.point[flat[i][k]][1] / 3;
        }
        if (!height_at(w, f, u, v, &z))
            return 0;
        const pp_vec3 p =
            pp_madd(pp_madd(pp_madd(f->middle, u, f->right), v, f->up),
                    z - w->wish->depth_mm, f->normal);

        /* beyond the solid already? */
        if (pp_bvh_winding(w->bvh, p) < 0.5)
            return 0;
        least = fmin(least,
                     pp_bvh_tangent_ball(w->bvh, p, down, limit).radius);
    }
    return 2 * least;
}

static pp_status
apply(const marking *w, const frame *f, pp_tri *flat, size_t nflat,
      bool round_float, pp_mesh *out, pp_error *err)
{
    const double beyond = BEYOND_PENS * w->text.pen_mm;
    const bool raised = w->wish->raised;
    pp_mesh letters = { 0 };

    if (make_letters(w, f, flat, nflat,
                     raised ? -beyond : -w->wish->depth_mm,
                     raised ? w->wish->depth_mm : beyond, round_float,
                     &letters, err) != PP_OK)
        return err->status;
    (void)!(raised ? pp_igl_mesh_union(w->m, &letters, out, err)
                   : pp_igl_mesh_minus(w->m, &letters, out, err));
    pp_mesh_free(&letters);
    if (err->status == PP_OK && round_float)
        pp_mesh_round_float(out);
    return err->status;
}

static bool
is_clean(const pp_mesh *m)
{
    pp_report r = { 0 };
    pp_error err = { PP_OK, "" };
    const bool clean = pp_check(m, NULL, &r, &err) == PP_OK &&
                       pp_report_ndefect(&r) == 0;

    pp_report_free(&r);
    return clean;
}

/* Tried where it is, then a hair farther along; the last one stays, clean or
 * not: its caller judges the file. */
static pp_status
write_at(const marking *w, frame f, pp_tri *flat, size_t nflat,
         bool round_float, pp_mesh *out, pp_error *err)
{
    for (int n = 0; n < TRIES; n++) {
        *err = (pp_error){ PP_OK, "" };
        pp_mesh_free(out);
        if (apply(w, &f, flat, nflat, round_float, out, err) == PP_OK &&
            is_clean(out))
            break;
        if (err->status == PP_ENOMEM)
            break;
        f.middle = pp_madd(f.middle, NUDGE_MM, f.right);
    }
    return err->status;
}

static pp_status
refuse(const marking *w, double best_wall, pp_error *err)
{
    if (w->nspot == 0)
        return pp_fail(err, PP_EGEOM, "%s is large and even enough for text "
                       "of %.1f x %.1f mm", w->wish->placed ? "the place"
                                                            : "no place",
                       w->text.width_mm, w->text.height_mm);
    return pp_fail(err, PP_EGEOM, "text of %g mm depth would leave a wall of "
                   "%.3f mm, and %g are wanted", w->wish->depth_mm, best_wall,
                   w->wish->wall_mm);
}

static pp_status
choose_and_write(marking *w, bool round_float, pp_mesh *out, pp_mark *mark,
                 pp_error *err)
{
    const pp_rims rims = { w->text.edge, w->text.nedge, 0 };
    pp_vec3 *corner = pp_alloc(w->text.npoint, sizeof *corner);
    pp_tri *flat = NULL;
    const frame *chosen = NULL;
    double best = 0;
    size_t nflat = 0;

    if (corner == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < w->text.npoint; i++)
        corner[i] = pp_vec(w->text.point[i][0], w->text.point[i][1], 0);
    if (pp_fill_rims(corner, pp_vec(0, 0, 1), &rims, &flat, &nflat, err) !=
        PP_OK)
        goto done;
    for (size_t i = 0; i < w->nspot && i < WALLS && chosen == NULL; i++) {
        const double wall = w->wish->raised
                                ? w->wish->wall_mm
                                : wall_under(w, &w->spot[i], flat, nflat);

        best = fmax(best, wall);
        if (wall >= w->wish->wall_mm - PP_TOUCH_MM) {
            chosen = &w->spot[i];
            mark->wall_mm = wall;
        }
    }
    if (chosen == NULL) {
        (void)!refuse(w, best, err);
        goto done;
    }
    mark->middle = chosen->middle;
    mark->normal = chosen->normal;
    mark->right = chosen->right;
    mark->bulge_mm = chosen->bulge;
    (void)!write_at(w, *chosen, flat, nflat, round_float, out, err);
done:
    pp_free(corner);
    pp_free(flat);
    return err->status;
}

pp_status
pp_mark_solid(const pp_mesh *m, const pp_mark_wish *wish, bool round_float,
              pp_mesh *out, pp_mark *mark, pp_error *err)
{
    marking w = { .m = m, .wish = wish };
    double before = 0, after = 0;

    memset(out, 0, sizeof *out);
    memset(mark, 0, sizeof *mark);
    if (pp_text_outline_make(wish->text, wish->capital_mm, &w.text, err) !=
            PP_OK ||
        pp_bvh_build(m, &w.bvh, err) != PP_OK)
        goto done;
    w.reach = tan(PP_MARK_SLOPE_DEG * RADIANS) *
                  hypot(w.text.width_mm, w.text.height_mm) / 2 +
              w.text.pen_mm;
    if (list_places(&w, err) != PP_OK)
        goto done;
    if (!wish->placed && w.nspot > 1)
        qsort(w.spot, w.nspot, sizeof *w.spot, compare_frames);
    if (choose_and_write(&w, round_float, out, mark, err) != PP_OK ||
        pp_measure_volume(m, &before, err) != PP_OK ||
        pp_measure_volume(out, &after, err) != PP_OK)
        goto done;
    mark->width_mm = w.text.width_mm;
    mark->height_mm = w.text.height_mm;
    mark->pen_mm = w.text.pen_mm;
    mark->area_mm2 = w.text.area_mm2;
    mark->volume_mm3 = after - before;
done:
    if (err->status != PP_OK)
        pp_mesh_free(out);
    pp_text_outline_free(&w.text);
    pp_bvh_free(w.bvh);
    pp_free(w.spot);
    return err->status;
}

void
pp_mark_json(const pp_mark *mark, pp_json *j)
{
    pp_json_point(j, "middle_mm", mark->middle);
    pp_json_point(j, "normal", mark->normal);
    pp_json_point(j, "right", mark->right);
    pp_json_real(j, "width_mm", mark->width_mm);
    pp_json_real(j, "height_mm", mark->height_mm);
    pp_json_real(j, "pen_mm", mark->pen_mm);
    pp_json_real(j, "area_mm2", mark->area_mm2);
    pp_json_real(j, "volume_mm3", mark->volume_mm3);
    pp_json_real(j, "bulge_mm", mark->bulge_mm);
    pp_json_real(j, "wall_mm", mark->wall_mm);
}
