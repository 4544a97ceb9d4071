/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * peg.c - where pegs go that hold two pieces together
 *
 * A peg and its hole are a capsule's worth of room: no surface, no other cut
 * and no other peg may come nearer to the hole's axis than its radius and a
 * wall. Distances are the tree's, and the axis is walked in steps no longer
 * than what is to spare (sphere tracing), so that nothing is missed between.
 * Each connected piece of the section gets the roomiest place, and the place
 * farthest from it, so that the two pieces cannot turn.
 */
#include "place/section.h"

#include "base/alloc.h"

static void
make_axes(pp_vec3 way, pp_vec3 *u, pp_vec3 *v)
{
    const pp_vec3 any = fabs(way.x) < 0.7 ? pp_vec(1, 0, 0) : pp_vec(0, 1, 0);

    *u = pp_unit(pp_cross(way, any));
    *v = pp_cross(way, *u);
}

void
pp_peg_ring(const pp_peg *peg, double radius_mm, double height_mm,
            pp_vec3 ring[PP_PEG_SIDES])
{
    const pp_vec3 middle = pp_madd(peg->foot, height_mm, peg->way);
    pp_vec3 u, v;

    make_axes(peg->way, &u, &v);
    for (int i = 0; i < PP_PEG_SIDES; i++) {
        const double angle = 2 * M_PI * (i + 0.5) / PP_PEG_SIDES;

        ring[i] = pp_madd(pp_madd(middle, radius_mm * cos(angle), u),
                          radius_mm * sin(angle), v);
    }
}

double
pp_peg_hole_corner(const pp_peg *peg)
{
    return peg->hole_radius_mm / cos(M_PI / PP_PEG_SIDES);
}

/* ---- room ---- */

typedef struct {
    const pp_peg_room *room;
    const pp_peg_wish *wish;
    const pp_cut *cut;
    double radius, length; /* of the hole */
    double need;           /* from the hole's axis to anything else */
} search;

/* The least step along an axis; rooms are known to this much. Of pegs longer
 * than any that are printed, a thousandth: a walk ends. */
#define STEP_MM 0.01
#define MOST_STEPS 1000

static double
step_along(const search *s, double to_spare)
{
    return fmax(to_spare, fmax(STEP_MM, s->length / MOST_STEPS));
}

/* How far the surface stays from the axis; below `need` any number below. */
static double
room_to_surface(const search *s, pp_vec3 foot)
{
    const pp_vec3 way = s->cut->plane.normal;
    double least = HUGE_VAL;

    for (double z = 0;;) {
        const double d =
            pp_bvh_nearest(s->room->bvh, pp_madd(foot, z, way), HUGE_VAL)
                .distance;

        least = fmin(least, d);
        if (least < s->need || z >= s->length)
            return least;
        /* nothing between comes nearer than need */
        z = fmin(s->length, z + step_along(s, d - s->need));
    }
}

static double
room_to_cuts(const search *s, pp_vec3 foot)
{
    const pp_plane own = s->cut->plane;
    const pp_vec3 end = pp_madd(foot, s->length, own.normal);
    double least = HUGE_VAL;

    for (size_t i = 0; i < s->room->nplane; i++) {
        const pp_plane p = s->room->plane[i];
        const double a = pp_dot(p.normal, foot) - p.at;
        const double b = pp_dot(p.normal, end) - p.at;

        /* its own, wherever it moved to */
        if (pp_dot(p.normal, own.normal) == 1 &&
            fabs(a) <= PP_PLANE_STEP_MM * PP_PLANE_STEPS)
            continue;
        least = fmin(least, a * b <= 0 ? 0 : fmin(fabs(a), fabs(b)));
    }
    return least;
}

static double
distance_to_axis(const pp_peg *peg, pp_vec3 p)
{
    const double along = pp_dot(pp_sub(p, peg->foot), peg->way);
    const double s = fmin(fmax(along, 0), peg->hole_length_mm);

    return pp_distance(p, pp_madd(peg->foot, s, peg->way));
}

static double
room_to_peg(const search *s, pp_vec3 foot, const pp_peg *peg)
{
    const pp_vec3 way = s->cut->plane.normal;
    const double needed = s->radius + peg->hole_radius_mm +
                          s->wish->wall_mm;
    double least = HUGE_VAL;

    for (double z = 0;;) {
        const double d = distance_to_axis(peg, pp_madd(foot, z, way));

        least = fmin(least, d);
        if (least < needed || z >= s->length)
            return least - peg->hole_radius_mm;
        z = fmin(s->length, z + step_along(s, d - needed));
    }
}

static double
room_at(const search *s, pp_vec3 foot)
{
    double least = room_to_cuts(s, foot);

    for (size_t i = 0; i < s->room->npeg; i++)
        least = fmin(least, room_to_peg(s, foot, &s->room->peg[i]));
    for (size_t i = 0; i < s->cut->npeg; i++)
        least = fmin(least, room_to_peg(s, foot, &s->cut->peg[i]));
    return least < s->need ? least : fmin(least, room_to_surface(s, foot));
}

/* ---- places to try ---- */

#define GRID 40 /* places along the longer side of a piece of the section */

typedef struct {
    pp_vec3 place;
    double room;
} spot;

typedef struct {
    spot *spot;
    size_t n, capacity;
} spots;

typedef struct {
    double u0, v0, u1, v1;
} rectangle;

static double
area_of(const double a[2], const double b[2], const double c[2])
{
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/* Points of the grid in one facet of the section. */
static pp_status
try_facet(const search *s, const double c[3][2], double u0, double v0,
          double pitch, spots *list, pp_error *err)
{
    const double lu = fmin(c[0][0], fmin(c[1][0], c[2][0]));
    const double hu = fmax(c[0][0], fmax(c[1][0], c[2][0]));
    const double lv = fmin(c[0][1], fmin(c[1][1], c[2][1]));
    const double hv = fmax(c[0][1], fmax(c[1][1], c[2][1]));
    const pp_plane plane = s->cut->plane;
    pp_vec3 eu, ev;

    make_axes(plane.normal, &eu, &ev);
    for (int i = (int)ceil((lu - u0) / pitch); u0 + i * pitch <= hu; i++)
        for (int k = (int)ceil((lv - v0) / pitch); v0 + k * pitch <= hv;
             k++) {
            const double p[2] = { u0 + i * pitch, v0 + k * pitch };
            const pp_vec3 place =
                pp_madd(pp_madd(pp_scale(plane.normal, plane.at), p[0], eu),
                        p[1], ev);

            if (area_of(c[0], c[1], p) < 0 || area_of(c[1], c[2], p) < 0 ||
                area_of(c[2], c[0], p) < 0)
                continue;
            if (pp_grow(&list->spot, &list->capacity, list->n + 1,
                        sizeof *list->spot, err) != PP_OK)
                return err->status;
            list->spot[list->n++] = (spot){ place, room_at(s, place) };
        }
    return PP_OK;
}

/* The corners of a facet in the plane, counter-clockwise. */
static void
flatten(const search *s, const pp_mesh *flat, size_t t, double c[3][2])
{
    pp_vec3 eu, ev;

    make_axes(s->cut->plane.normal, &eu, &ev);
    for (int k = 0; k < 3; k++) {
        c[k][0] = pp_dot(flat->vert[flat->tri[t][k]], eu);
        c[k][1] = pp_dot(flat->vert[flat->tri[t][k]], ev);
    }
}

static pp_status
list_spots(const search *s, const pp_mesh *flat, const uint32_t *part,
           uint32_t which, spots *list, double *area, double *grid,
           pp_error *err)
{
    rectangle r = { HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL };
    double c[3][2], pitch;

    *area = *grid = 0;
    for (size_t t = 0; t < flat->ntri; t++) {
        if (part[t] != which)
            continue;
        flatten(s, flat, t, c);
        *area += area_of(c[0], c[1], c[2]) / 2;
        for (int k = 0; k < 3; k++) {
            r.u0 = fmin(r.u0, c[k][0]);
            r.u1 = fmax(r.u1, c[k][0]);
            r.v0 = fmin(r.v0, c[k][1]);
            r.v1 = fmax(r.v1, c[k][1]);
        }
    }
    pitch = fmax(r.u1 - r.u0, r.v1 - r.v0) / GRID;
    if (!(pitch > 0))
        return PP_OK;
    *grid = pitch;
    for (size_t t = 0; t < flat->ntri; t++) {
        if (part[t] != which)
            continue;
        flatten(s, flat, t, c);
        if (try_facet(s, (const double(*)[2])c, r.u0, r.v0, pitch, list,
                      err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static double
prism_area(double corner)
{
    return PP_PEG_SIDES / 2.0 * corner * corner * sin(2 * M_PI / PP_PEG_SIDES);
}

static pp_status
add_peg(const search *s, pp_vec3 foot, pp_cut *out, size_t *capacity,
        pp_error *err)
{
    pp_peg peg = { .foot = foot,
                   .way = out->plane.normal,
                   .radius_mm = s->wish->diameter_mm / 2,
                   .hole_radius_mm = s->radius,
                   .length_mm = s->wish->diameter_mm,
                   .hole_length_mm = s->length };

    peg.peg_mm3 = prism_area(peg.radius_mm) * peg.length_mm;
    peg.hole_mm3 = prism_area(pp_peg_hole_corner(&peg)) * peg.hole_length_mm;
    if (pp_grow(&out->peg, capacity, out->npeg + 1, sizeof *out->peg, err) ==
        PP_OK)
        out->peg[out->npeg++] = peg;
    return err->status;
}

/* How often the grid is halved around its roomiest place. */
#define HALVINGS 8

/* Between the places of the grid; never farther than there is room, so that
 * the place stays in its piece of the section. */
static void
refine(const search *s, double pitch, spot *best)
{
    pp_vec3 eu, ev;

    make_axes(s->cut->plane.normal, &eu, &ev);
    for (int n = 0; n < HALVINGS; n++, pitch /= 2) {
        const spot from = *best;

        for (int k = 0; k < 8; k++) {
            const double step = fmin(pitch, from.room) / 2;
            const pp_vec3 p = pp_madd(
                pp_madd(from.place, step * cos(M_PI * k / 4), eu),
                step * sin(M_PI * k / 4), ev);
            const double room = room_at(s, p);

            if (room > best->room)
                *best = (spot){ p, room };
        }
    }
}

/* A peg of this diameter is as long. */
static void
set_size(search *s, double diameter)
{
    s->radius = diameter / 2 + s->wish->clearance_mm;
    s->length = diameter + s->wish->clearance_mm;
    s->need = s->radius / cos(M_PI / PP_PEG_SIDES) + s->wish->wall_mm;
}

/* The widest peg that would do at a place, to a thousandth of the wish. */
static double
widest_at(const search *s, pp_vec3 foot)
{
    double low = 0, high = s->wish->diameter_mm;

    for (int n = 0; n < 10; n++) {
        const double middle = (low + high) / 2;
        search t = *s;

        set_size(&t, middle);
        if (room_at(&t, foot) >= t.need)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The roomiest place, then the one farthest from it that has room. */
static pp_status
peg_piece(search *s, const spots *list, double area, double pitch,
          pp_cut *out, size_t capacity[2], pp_error *err)
{
    spot *best = NULL;
    const spot *second = NULL;
    double apart = 0;

    for (size_t i = 0; i < list->n; i++)
        if (best == NULL || list->spot[i].room > best->room)
            best = &list->spot[i];
    if (best != NULL && best->room > 0 && best->room < s->need)
        refine(s, pitch, best);
    if (best == NULL || best->room < s->need) {
        if (pp_grow(&out->pegless, &capacity[1], out->npegless + 1,
                    sizeof *out->pegless, err) != PP_OK)
            return err->status;
        out->pegless[out->npegless++] = (pp_pegless){
            best != NULL ? best->place : pp_vec(NAN, NAN, NAN),
            best != NULL ? widest_at(s, best->place) : 0, area
        };
        return PP_OK;
    }
    if (add_peg(s, best->place, out, &capacity[0], err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < list->n; i++) {
        const double d = pp_distance(list->spot[i].place, best->place);

        if (list->spot[i].room >= s->need && d > apart &&
            d >= s->radius + s->need) {
            apart = d;
            second = &list->spot[i];
        }
    }
    return second != NULL
               ? add_peg(s, second->place, out, &capacity[0], err)
               : PP_OK;
}

pp_status
pp_pegs_find(const pp_mesh *flat, const pp_peg_room *room,
             const pp_peg_wish *wish, pp_cut *section, pp_error *err)
{
    search s = { .room = room, .wish = wish, .cut = section };
    size_t capacity[2] = { 0, 0 };
    uint32_t *part = NULL;
    uint32_t npart = 0;

    set_size(&s, wish->diameter_mm);
    if (flat->ntri == 0)
        return PP_OK;
    if (pp_mesh_parts(flat, &part, &npart, err) != PP_OK)
        return err->status;
    section->nregion = npart;
    for (uint32_t i = 0; i < npart && wish->diameter_mm > 0; i++) {
        spots list = { 0 };
        double area, pitch;

        if (list_spots(&s, flat, part, i, &list, &area, &pitch, err) == PP_OK)
            (void)!peg_piece(&s, &list, area, pitch, section, capacity, err);
        pp_free(list.spot);
        if (err->status != PP_OK)
            break;
    }
    pp_free(part);
    return err->status;
}
