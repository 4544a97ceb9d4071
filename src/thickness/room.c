/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * room.c - is there room for a ball of given size anywhere near a point?
 *
 * Distance to the surface changes by no more than the way one goes, so one
 * look at the middle of a cube may rule out all of it: where the surface comes
 * nearer than the radius less half the cube's diagonal, or where the whole
 * cube lies outside. Cubes that stay in doubt are halved, down to a share of
 * the radius. They lie on one lattice and are remembered, so that a thin wall
 * is looked at once and not by each of its samples. A "no" is certain: it
 * saves searches that would find nothing, and changes no result.
 */
#include "thickness/search.h"

#include "base/alloc.h"

#include <string.h>

#define HALF_DIAGONAL 0.8660254037844387

enum { UNKNOWN, NONE, DOUBT, SOME };

typedef struct {
    int32_t at[3];
    uint8_t level, state;
} cube;

struct pp_room {
    const pp_search *search;
    double radius; /* the largest cubes are as wide; each level halves */
    int nlevel;
    cube *slot; /* open addressing */
    size_t mask, n;
    bool full;  /* no more memory: everything is possible */
};

pp_room *
pp_room_new(const pp_search *s, double radius, int nlevel)
{
    pp_room *r = pp_alloc_zero(1, sizeof *r);

    if (r == NULL)
        return NULL;
    r->search = s;
    r->radius = radius;
    r->nlevel = nlevel;
    r->mask = 1023;
    r->slot = pp_alloc_zero(r->mask + 1, sizeof *r->slot);
    if (r->slot == NULL) {
        pp_free(r);
        return NULL;
    }
    return r;
}

void
pp_room_free(pp_room *r)
{
    if (r != NULL)
        pp_free(r->slot);
    pp_free(r);
}

static size_t
hash(const int32_t at[3], int level)
{
    uint64_t h = (uint64_t)level;

    for (int k = 0; k < 3; k++) {
        h = (h ^ (uint32_t)at[k]) * 0x9e3779b97f4a7c15U;
        h ^= h >> 29;
    }
    return (size_t)h;
}

static cube *
find_slot(cube *slot, size_t mask, const int32_t at[3], int level)
{
    size_t i = hash(at, level) & mask;

    while (slot[i].state != UNKNOWN &&
           (slot[i].level != level || memcmp(slot[i].at, at, 12) != 0))
        i = (i + 1) & mask;
    return &slot[i];
}

/* Then nothing is ruled out any more: 84 MB. */
#define MOST_SLOTS ((size_t)1 << 22)

static void
double_table(pp_room *r)
{
    const size_t mask = 2 * r->mask + 1;
    cube *slot = mask < MOST_SLOTS ? pp_alloc_zero(mask + 1, sizeof *slot)
                                   : NULL;

    if (slot == NULL) {
        r->full = true;
        return;
    }
    for (size_t i = 0; i <= r->mask; i++)
        if (r->slot[i].state != UNKNOWN)
            *find_slot(slot, mask, r->slot[i].at, r->slot[i].level) =
                r->slot[i];
    pp_free(r->slot);
    r->slot = slot;
    r->mask = mask;
}

static pp_vec3
middle_of(const int32_t at[3], double side)
{
    return pp_vec((at[0] + 0.5) * side, (at[1] + 0.5) * side,
                  (at[2] + 0.5) * side);
}

static uint8_t
look(const pp_room *r, pp_vec3 c, double side, int level)
{
    const double half = HALF_DIAGONAL * side;
    const double free = r->radius - half; /* around the middle, at least */

    if (free > 0 && !pp_bvh_ball_is_empty(r->search->bvh, c, free))
        return NONE;
    if (free >= half && !pp_search_inside(r->search, c, 2 * r->radius))
        return NONE;
    return level + 1 < r->nlevel ? DOUBT : SOME;
}

static uint8_t
state_of(pp_room *r, const int32_t at[3], double side, int level)
{
    cube *s = find_slot(r->slot, r->mask, at, level);

    if (s->state == UNKNOWN) {
        const uint8_t state = look(r, middle_of(at, side), side, level);

        memcpy(s->at, at, sizeof s->at);
        s->level = (uint8_t)level;
        s->state = state;
        if (2 * ++r->n > r->mask)
            double_table(r);
        return state;
    }
    return s->state;
}

static bool
cube_has_room(pp_room *r, const int32_t at[3], double side, int level,
              pp_vec3 p, double reach)
{
    const double gone =
        pp_distance(middle_of(at, side), p) - HALF_DIAGONAL * side;
    uint8_t state;

    if (gone > reach || r->full)
        return r->full;
    state = state_of(r, at, side, level);
    if (state != DOUBT)
        return state == SOME;
    for (int i = 0; i < 8; i++) {
        const int32_t part[3] = { 2 * at[0] + (i & 1),
                                  2 * at[1] + (i >> 1 & 1),
                                  2 * at[2] + (i >> 2) };

        if (cube_has_room(r, part, side / 2, level + 1, p, reach))
            return true;
    }
    return false;
}

/* Cubes along an axis beyond which numbers would not fit. */
#define FARTHEST 1e8

/* Balls of a knife edge are far from its place: to look through so many cubes
 * costs more than the search that it could spare. */
#define WIDEST 3.0

bool
pp_room_near(pp_room *r, pp_vec3 p, double reach)
{
    const double side = r != NULL ? r->radius : 1;
    const double x[3] = { p.x / side, p.y / side, p.z / side };
    const double wide = reach / side;
    int32_t low[3], high[3], at[3];

    if (r == NULL || wide > WIDEST)
        return true;
    for (int k = 0; k < 3; k++) {
        if (!(fabs(x[k]) + wide < FARTHEST))
            return true;
        low[k] = (int32_t)floor(x[k] - wide);
        high[k] = (int32_t)floor(x[k] + wide);
    }
    for (at[2] = low[2]; at[2] <= high[2]; at[2]++)
        for (at[1] = low[1]; at[1] <= high[1]; at[1]++)
            for (at[0] = low[0]; at[0] <= high[0]; at[0]++)
                if (cube_has_room(r, at, side, 0, p, reach))
                    return true;
    return false;
}
