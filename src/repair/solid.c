/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * solid.c - the surface between inside and outside
 *
 * Facets are cut along their common lines (arrange.c). Then each patch has one
 * winding number on either side (Jacobson et al. 2013), and those stay that
 * part winding number 0 from 1: overlapping shells become their union,
 * cavities stay cavities, folds lose their inside-out pockets, sheets inside
 * the solid and fins outside it go. No vertex moves, but for the rounding of
 * new ones.
 *
 * With every opening filled the numbers are whole; a patch whose numbers are
 * not stays or goes by the nearest, and what is left open is for the check.
 */
#include "repair/rung.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

/* A side's number may be so far off a whole one, in an open mesh. */
#define SLACK 0.25

/* Of a group of facets, so much may go that is not inside solid for sure; and
   all of it, when the group is so small a part of the whole surface. */
#define LOOSE_PART 0.1
#define CRUMB_PART 0.01

/* The distance of the two samples from their facet, in its own height. The
   next sheet may lie nearer: then the jump is wrong and the distance falls. */
static const double steps[] = { 1e-2, 1e-3, 1e-4, 1e-5, 1e-6 };

typedef struct {
    double front, back;
    double height; /* of the facet that was asked: the fattest */
    uint32_t facet;
} sides;

/* Twice the area over the longest edge: small for slivers. */
static double
facet_height(const pp_mesh *m, size_t t)
{
    double longest = 0;

    for (int k = 0; k < 3; k++)
        longest = fmax(longest, pp_distance(m->vert[m->tri[t][k]],
                                            m->vert[m->tri[t][(k + 1) % 3]]));
    return longest > 0 ? pp_norm(pp_facet_normal(m, t)) / longest : 0;
}

static void
ask(const pp_mesh *m, const pp_bvh *bvh, int32_t times, sides *s)
{
    const uint32_t *v = m->tri[s->facet];
    const pp_vec3 n = pp_unit(pp_facet_normal(m, s->facet));
    const pp_vec3 p = pp_scale(pp_add(pp_add(m->vert[v[0]], m->vert[v[1]]),
                                      m->vert[v[2]]), 1.0 / 3);

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const double h = steps[i] * s->height;

        s->front = pp_bvh_winding(bvh, pp_madd(p, h, n));
        s->back = pp_bvh_winding(bvh, pp_madd(p, -h, n));
        if (fabs(s->back - s->front - times) < 0.1)
            break;
    }
}

/* Facets as often as they count, and the surroundings, in one tree. */
static pp_status
build_tree(const pp_mesh *m, const int32_t *times, const pp_mesh *around,
           pp_mesh *whole, pp_bvh **bvh, pp_error *err)
{
    size_t n = 0, next;

    for (size_t t = 0; t < m->ntri; t++)
        n += (size_t)times[t];
    if (pp_mesh_alloc(whole, m->nvert, n, err) != PP_OK)
        return err->status;
    memcpy(whole->vert, m->vert, m->nvert * sizeof *m->vert);
    next = 0;
    for (size_t t = 0; t < m->ntri; t++)
        for (int32_t i = 0; i < times[t]; i++)
            memcpy(whole->tri[next++], m->tri[t], sizeof *m->tri);
    if (around != NULL && pp_mesh_append(whole, around, err) != PP_OK)
        return err->status;
    return pp_bvh_build(whole, bvh, err);
}

static pp_status
ask_patches(const pp_mesh *m, const int32_t *times, const uint32_t *patch,
            uint32_t npatch, const pp_mesh *around, sides **side,
            pp_error *err)
{
    pp_mesh whole = { 0 };
    pp_bvh *bvh = NULL;

    *side = pp_alloc_zero(npatch, sizeof **side);
    if (*side == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++) {
        sides *s = &(*side)[patch[t]];
        const double height = facet_height(m, t);

        if (height > s->height) {
            s->height = height;
            s->facet = (uint32_t)t;
        }
    }
    if (build_tree(m, times, around, &whole, &bvh, err) == PP_OK) {
#pragma omp parallel for schedule(dynamic, 16)
        for (uint32_t p = 0; p < npatch; p++)
            ask(m, bvh, times[(*side)[p].facet], &(*side)[p]);
    }
    pp_bvh_free(bvh);
    pp_mesh_free(&whole);
    return err->status;
}

/*
 * The level between outside and inside of a group of facets that hang
 * together: normally one half. A group that lies in solid all around stands
 * for itself, one level up for each layer of solid. Where nothing comes up to
 * a half and something is below minus one half, the group faces inward as a
 * whole: its level is minus one half, and check and ladder will turn it.
 */
static void
find_levels(const pp_mesh *m, const uint32_t *part, uint32_t npart,
            const uint32_t *patch, const sides *side, double *level,
            double *highest)
{
    for (uint32_t g = 0; g < npart; g++) {
        level[g] = HUGE_VAL;
        highest[g] = -HUGE_VAL;
    }
    for (size_t t = 0; t < m->ntri; t++) {
        const sides *s = &side[patch[t]];
        const uint32_t g = part[t];

        level[g] = fmin(level[g], fmin(s->front, s->back));
        highest[g] = fmax(highest[g], fmax(s->front, s->back));
    }
    for (uint32_t g = 0; g < npart; g++)
        level[g] = level[g] < -0.5 && highest[g] < 0.5
                       ? -0.5
                       : fmax(0, nearbyint(level[g])) + 0.5;
}

static bool
parts_levels(const sides *s, int32_t times, double level)
{
    return fabs((s->front + s->back) / 2 - level) < times / 2.0 - SLACK;
}

/* Both numbers are whole, and solid on either side: buried, for sure. */
static bool
is_buried(const sides *s, double level)
{
    return fabs(s->front - nearbyint(s->front)) < 0.1 &&
           fabs(s->back - nearbyint(s->back)) < 0.1 && s->front > level &&
           s->back > level;
}

/* The same by the rule for groups that are solid where the number is not 0,
   whatever its sign. */
static bool
parts_solid(const sides *s)
{
    return (fabs(s->front) > 0.5) != (fabs(s->back) > 0.5);
}

static bool
is_buried_either(const sides *s)
{
    return fabs(s->front) > 0.9 && fabs(s->back) > 0.9;
}

/* What goes, in all and of each group. */
typedef struct {
    size_t npatch;
    double area_mm2;
    double *loose_mm2, *group_mm2;
} loss;

/* How each group is told inside from outside. */
typedef struct {
    double *level;
    uint8_t *either; /* by the sign or not: see choose_rules */
} rules;

static bool
stays(const sides *s, int32_t times, const rules *r, uint32_t group)
{
    return r->either[group] ? parts_solid(s)
                            : parts_levels(s, times, r->level[group]);
}

/* Areas of each group, and of what is loose in it by its rule. */
static void
add_up_loose(const pp_mesh *m, const int32_t *times, const uint32_t *patch,
             const uint32_t *part, uint32_t npart, const sides *side,
             const rules *r, loss *lost)
{
    memset(lost->loose_mm2, 0, npart * sizeof *lost->loose_mm2);
    memset(lost->group_mm2, 0, npart * sizeof *lost->group_mm2);
    for (size_t t = 0; t < m->ntri; t++) {
        const sides *s = &side[patch[t]];
        const uint32_t g = part[t];
        const double area = pp_norm(pp_facet_normal(m, t)) / 2;

        lost->group_mm2[g] += area;
        if (!stays(s, times[t], r, g) &&
            !(r->either[g] ? is_buried_either(s) : is_buried(s, r->level[g])))
            lost->loose_mm2[g] += area;
    }
}

/*
 * A sheet whose lid crosses it encloses pockets of both signs. Where one sign
 * alone would throw away much of a group, both are solid.
 */
static void
choose_rules(uint32_t npart, const loss *lost, rules *r)
{
    for (uint32_t g = 0; g < npart; g++)
        r->either[g] = lost->loose_mm2[g] > LOOSE_PART * lost->group_mm2[g];
}

/* Marks what stays, and adds up what goes. Facets with their solid in front
   are turned over. */
static void
mark_kept(pp_mesh *m, const int32_t *times, const uint32_t *patch,
          const uint32_t *part, const sides *side, const rules *r,
          uint8_t *keep, uint8_t *gone, loss *lost)
{
    for (size_t t = 0; t < m->ntri; t++) {
        const sides *s = &side[patch[t]];

        keep[t] = stays(s, times[t], r, part[t]);
        if (keep[t] && r->either[part[t]] && fabs(s->front) > 0.5)
            pp_facet_turn(m, t);
        if (keep[t])
            continue;
        lost->npatch += !gone[patch[t]];
        gone[patch[t]] = 1;
        lost->area_mm2 += pp_norm(pp_facet_normal(m, t)) / 2;
    }
}

static double
area_of(const pp_mesh *m)
{
    double area = 0;

    for (size_t t = 0; t < m->ntri; t++)
        area += pp_norm(pp_facet_normal(m, t)) / 2;
    return area;
}

/* Too much that encloses nothing: what is solid here cannot be told. */
static pp_status
refuse_loose(const loss *lost, uint32_t npart, double whole_mm2, pp_error *err)
{
    for (uint32_t g = 0; g < npart; g++)
        whole_mm2 += lost->group_mm2[g];
    for (uint32_t g = 0; g < npart; g++)
        if (lost->loose_mm2[g] > LOOSE_PART * lost->group_mm2[g] &&
            lost->group_mm2[g] > CRUMB_PART * whole_mm2)
            return pp_fail(err, PP_EGEOM, "%.4g of %.4g mm2 enclose nothing",
                           lost->loose_mm2[g], lost->group_mm2[g]);
    return PP_OK;
}

static pp_status
choose(pp_mesh *m, const int32_t *times, pp_cure *c, loss *lost,
       pp_error *err)
{
    uint32_t *patch = NULL, *part = NULL, npatch, npart;
    sides *side = NULL;
    rules r = { 0 };
    double *highest = NULL;
    uint8_t *keep = pp_alloc(m->ntri, 1), *gone = NULL;

    if (keep == NULL)
        return pp_fail_memory(err);
    if (pp_patches(m, &patch, &npatch, err) != PP_OK ||
        pp_mesh_parts(m, &part, &npart, err) != PP_OK ||
        ask_patches(m, times, patch, npatch, c->around, &side, err) != PP_OK)
        goto done;
    r.level = pp_alloc(npart, sizeof *r.level);
    r.either = pp_alloc_zero(npart, 1);
    highest = pp_alloc(npart, sizeof *highest);
    gone = pp_alloc_zero(npatch, 1);
    lost->loose_mm2 = pp_alloc(npart, sizeof *lost->loose_mm2);
    lost->group_mm2 = pp_alloc(npart, sizeof *lost->group_mm2);
    if (r.level == NULL || r.either == NULL || highest == NULL ||
        gone == NULL || lost->loose_mm2 == NULL || lost->group_mm2 == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    find_levels(m, part, npart, patch, side, r.level, highest);
    add_up_loose(m, times, patch, part, npart, side, &r, lost);
    choose_rules(npart, lost, &r);
    add_up_loose(m, times, patch, part, npart, side, &r, lost);
    if (refuse_loose(lost, npart, c->around != NULL ? area_of(c->around) : 0,
                     err) != PP_OK)
        goto done;
    mark_kept(m, times, patch, part, side, &r, keep, gone, lost);
    if (pp_copy_others(m, keep, &c->dropped, err) == PP_OK)
        pp_keep_facets(m, keep);
done:
    pp_free(patch);
    pp_free(part);
    pp_free(side);
    pp_free(r.level);
    pp_free(r.either);
    pp_free(highest);
    pp_free(keep);
    pp_free(gone);
    return err->status;
}

pp_status
pp_cure_solid(pp_mesh *m, pp_cure *c, pp_error *err)
{
    int32_t *times = NULL;
    loss lost = { 0 };
    size_t ndropped;

    if (pp_arrange(m, &times, c, err) != PP_OK ||
        choose(m, times, c, &lost, err) != PP_OK ||
        pp_mesh_drop_unused(m, &ndropped, err) != PP_OK)
        goto done;
    snprintf(c->detail, sizeof c->detail,
             "%zu crossing pairs cut, %zu patches inside or loose dropped "
             "(%.4g mm2)", c->count, lost.npatch, lost.area_mm2);
done:
    pp_free(times);
    pp_free(lost.loose_mm2);
    pp_free(lost.group_mm2);
    return err->status;
}
