/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nesting.c - which closed shell lies inside which
 *
 * From one vertex of each shell a ray runs along +x; the number of times that
 * it meets another shell is odd when it starts inside. The ray is moved by a
 * symbolic (0, e, e^2), so that it meets no edge and no vertex (Edelsbrunner
 * and Mücke, 1990), and every sign is exact. A vertex that lies on another
 * shell says nothing; then the next one is asked. Shells that cross each other
 * are neither inside nor outside, but get an answer all the same.
 *
 * One pass over the facets serves all rays: those are kept in a grid over y
 * and z, and each facet looks up the cells that it covers.
 */
#include "check/defects.h"

#include "base/alloc.h"
#include "mesh/predicates.h"

#include <stdlib.h>

/* How many vertices of a shell are asked before it counts as outside. */
#define MOST_VERTICES 64

/* At most this many cells a side; rays are a few thousand at most. */
#define MOST_CELLS 256

typedef struct {
    pp_vec3 from;
    uint32_t shell; /* whose ray it is */
    uint32_t next;  /* of the same cell */
} ray;

/* A ray met a shell once more, or its start lies on that shell. */
typedef struct {
    uint32_t ray, shell;
    bool on;
} hit;

typedef struct {
    ray *ray;
    size_t nray;
    uint32_t *cell; /* first ray of each */
    size_t ny, nz;
    double y0, z0, per_y, per_z; /* cells per mm */
    hit *hit;
    size_t nhit, capacity;
    pp_box *box; /* of each shell */
} ray_set;

static void
find_boxes(const pp_subject *s, pp_box *box)
{
    for (size_t i = 0; i < s->topology->nshell; i++)
        box[i] = pp_box_empty();
    for (size_t t = 0; t < s->mesh->ntri; t++)
        if (s->topology->shell[t] != PP_NONE)
            for (int k = 0; k < 3; k++)
                pp_box_add(&box[s->topology->shell[t]],
                           s->mesh->vert[s->mesh->tri[t][k]]);
}

static size_t
cell_of(double x, double origin, double per_mm, size_t n)
{
    const double c = (x - origin) * per_mm;

    if (!(c > 0))
        return 0;
    return c < (double)n ? (size_t)c : n - 1;
}

static pp_status
sort_rays(ray_set *nest, pp_box all, pp_error *err)
{
    const pp_vec3 size = pp_box_size(all);
    size_t side = 1;

    while (side < MOST_CELLS && side * side < nest->nray)
        side *= 2;
    nest->ny = nest->nz = side;
    nest->y0 = all.low.y;
    nest->z0 = all.low.z;
    nest->per_y = size.y > 0 ? (double)side / size.y : 0;
    nest->per_z = size.z > 0 ? (double)side / size.z : 0;
    pp_free(nest->cell);
    nest->cell = pp_alloc(side * side, sizeof *nest->cell);
    if (nest->cell == NULL)
        return pp_fail_memory(err);
    for (size_t c = 0; c < side * side; c++)
        nest->cell[c] = PP_NONE;
    for (size_t i = 0; i < nest->nray; i++) {
        ray *q = &nest->ray[i];
        const size_t y = cell_of(q->from.y, nest->y0, nest->per_y, side);
        const size_t z = cell_of(q->from.z, nest->z0, nest->per_z, side);

        q->next = nest->cell[z * side + y];
        nest->cell[z * side + y] = (uint32_t)i;
    }
    return PP_OK;
}

/* The side of the edge a b on which q, moved by (e, e^2), lies; seen along x. */
static int
moved_side(pp_vec3 a, pp_vec3 b, pp_vec3 q)
{
    const int side = pp_orient_axis(a, b, q, 0);

    if (side != 0)
        return side;
    if (a.z != b.z)
        return a.z > b.z ? 1 : -1;
    if (a.y != b.y)
        return b.y > a.y ? 1 : -1;
    return 0;
}

/* Is q, in the plane of a facet that is seen edge-on, a point of the facet? */
static bool
lies_on(const pp_vec3 p[3], pp_vec3 q)
{
    const int axis = pp_view_axis(p[0], p[1], p[2]);
    int low = 0, high = 0;

    if (axis < 0)
        return true; /* no area: better ask elsewhere */
    for (int k = 0; k < 3; k++) {
        const int side = pp_orient_axis(p[k], p[(k + 1) % 3], q, axis);

        low |= side < 0;
        high |= side > 0;
    }
    return !(low && high);
}

/* 1: the ray meets the facet. -1: it starts on it. 0: neither. */
static int
meet(const pp_vec3 p[3], pp_vec3 q)
{
    int side[3], moved[3], volume;

    for (int k = 0; k < 3; k++) {
        side[k] = pp_orient_axis(p[k], p[(k + 1) % 3], q, 0);
        moved[k] = side[k] != 0 ? side[k]
                                : moved_side(p[k], p[(k + 1) % 3], q);
    }
    if ((side[0] < 0 || side[1] < 0 || side[2] < 0) &&
        (side[0] > 0 || side[1] > 0 || side[2] > 0))
        return 0;
    volume = pp_orient3d(p[0], p[1], p[2], q);
    if (volume == 0 && (side[0] != 0 || side[1] != 0 || side[2] != 0 ||
                        lies_on(p, q)))
        return -1;
    if (moved[0] != moved[1] || moved[1] != moved[2])
        return 0;
    /* seen along x counter-clockwise, the positive side is that of +x */
    return volume != moved[0];
}

static pp_status
meet_cell(const pp_mesh *m, size_t t, uint32_t shell, uint32_t first,
          ray_set *nest, pp_error *err)
{
    const pp_vec3 p[3] = { m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
                           m->vert[m->tri[t][2]] };

    for (uint32_t i = first; i != PP_NONE; i = nest->ray[i].next) {
        const ray *q = &nest->ray[i];
        int how;

        if (q->shell == shell ||
            (q->from.x > p[0].x && q->from.x > p[1].x && q->from.x > p[2].x))
            continue;
        how = meet(p, q->from);
        if (how == 0)
            continue;
        if (pp_grow(&nest->hit, &nest->capacity, nest->nhit + 1,
                    sizeof *nest->hit, err) != PP_OK)
            return err->status;
        nest->hit[nest->nhit++] = (hit){ i, shell, how < 0 };
    }
    return PP_OK;
}

/* With so few rays, each is held against each facet: cheaper than cells. */
#define FEW_RAYS 8

/* Which of the few can meet the facet at all, as bits. */
static unsigned
rays_that_may_meet(const ray_set *nest, pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    unsigned may = 0;

    for (size_t i = 0; i < nest->nray; i++) {
        const pp_vec3 q = nest->ray[i].from;
        const int y = (a.y < q.y) + (b.y < q.y) + (c.y < q.y) -
                      (a.y > q.y) - (b.y > q.y) - (c.y > q.y);
        const int z = (a.z < q.z) + (b.z < q.z) + (c.z < q.z) -
                      (a.z > q.z) - (b.z > q.z) - (c.z > q.z);

        may |= (unsigned)(y > -3 && y < 3 && z > -3 && z < 3) << i;
    }
    return may;
}

static pp_status
shoot_few(const pp_subject *s, const pp_report *r, ray_set *nest,
          pp_error *err)
{
    const pp_mesh *m = s->mesh;

    nest->nhit = 0;
    for (size_t i = 0; i < nest->nray; i++)
        nest->ray[i].next = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];
        const unsigned may = rays_that_may_meet(
            nest, m->vert[v[0]], m->vert[v[1]], m->vert[v[2]]);
        const uint32_t shell = s->topology->shell[t];

        if (may == 0 || shell == PP_NONE || !r->shell[shell].closed)
            continue;
        for (uint32_t i = 0; i < nest->nray; i++)
            if ((may >> i & 1) &&
                meet_cell(m, t, shell, i, nest, err) != PP_OK)
                return err->status;
    }
    return PP_OK;
}

static pp_status
shoot(const pp_subject *s, const pp_report *r, ray_set *nest, pp_error *err)
{
    const pp_mesh *m = s->mesh;

    nest->nhit = 0;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t shell = s->topology->shell[t];
        pp_box b = pp_box_empty();
        size_t y1, z1;

        if (shell == PP_NONE || !r->shell[shell].closed)
            continue;
        for (int k = 0; k < 3; k++)
            pp_box_add(&b, m->vert[m->tri[t][k]]);
        y1 = cell_of(b.high.y, nest->y0, nest->per_y, nest->ny);
        z1 = cell_of(b.high.z, nest->z0, nest->per_z, nest->nz);
        for (size_t z = cell_of(b.low.z, nest->z0, nest->per_z, nest->nz);
             z <= z1; z++)
            for (size_t y = cell_of(b.low.y, nest->y0, nest->per_y, nest->ny);
                 y <= y1; y++)
                if (meet_cell(m, t, shell, nest->cell[z * nest->ny + y],
                              nest, err) != PP_OK)
                    return err->status;
    }
    return PP_OK;
}

static int
compare_hits(const void *a, const void *b)
{
    const hit *p = a, *q = b;

    if (p->ray != q->ray)
        return p->ray < q->ray ? -1 : 1;
    if (p->shell != q->shell)
        return p->shell < q->shell ? -1 : 1;
    return (int)q->on - (int)p->on;
}

/*
 * Depths from this round's hits. The rays that started on a shell stay, for
 * another round with another vertex.
 */
static void
settle(ray_set *nest, pp_report *r)
{
    size_t i = 0, nleft = 0;

    if (nest->nhit > 0)
        qsort(nest->hit, nest->nhit, sizeof *nest->hit, compare_hits);
    for (uint32_t q = 0; q < nest->nray; q++) {
        int depth = 0;
        bool on = false;

        while (i < nest->nhit && nest->hit[i].ray == q) {
            const size_t from = i;

            while (i < nest->nhit && nest->hit[i].ray == q &&
                   nest->hit[i].shell == nest->hit[from].shell)
                on |= nest->hit[i++].on;
            depth += (i - from) % 2 == 1;
        }
        if (on)
            nest->ray[nleft++] = nest->ray[q];
        else
            r->shell[nest->ray[q].shell].depth = depth;
    }
    nest->nray = nleft;
}

/* Among more shells than this, no boxes are compared: that is quadratic. */
#define MOST_COMPARED 1000

/* Does any other closed shell's box hold this one's? */
static bool
may_be_inside(const pp_report *r, const pp_box *box, size_t i)
{
    if (r->nshell > MOST_COMPARED)
        return true;
    for (size_t j = 0; j < r->nshell; j++)
        if (j != i && r->shell[j].closed &&
            box[j].low.x <= box[i].low.x && box[j].low.y <= box[i].low.y &&
            box[j].low.z <= box[i].low.z && box[j].high.x >= box[i].high.x &&
            box[j].high.y >= box[i].high.y && box[j].high.z >= box[i].high.z)
            return true;
    return false;
}

/*
 * Puts the start of each ray on the round-th corner of its shell, counted
 * over facets; a ray whose shell has none left is dropped.
 */
static void
place_rays(const pp_subject *s, ray_set *nest, size_t round, uint32_t *seen)
{
    const uint32_t *shell = s->topology->shell;
    uint32_t *ray_of = seen + s->topology->nshell;
    size_t n = 0;

    for (size_t i = 0; i < s->topology->nshell; i++) {
        seen[i] = 0;
        ray_of[i] = PP_NONE;
    }
    for (size_t i = 0; i < nest->nray; i++)
        ray_of[nest->ray[i].shell] = (uint32_t)i;
    for (size_t t = 0; t < s->mesh->ntri; t++)
        if (shell[t] != PP_NONE && ray_of[shell[t]] != PP_NONE &&
            seen[shell[t]]++ == round / 3) {
            nest->ray[ray_of[shell[t]]].from =
                s->mesh->vert[s->mesh->tri[t][round % 3]];
        }
    for (size_t i = 0; i < nest->nray; i++)
        if (seen[nest->ray[i].shell] > round / 3)
            nest->ray[n++] = nest->ray[i];
    nest->nray = n;
}

static pp_status
start_rays(const pp_report *r, ray_set *nest, pp_error *err)
{
    nest->ray = pp_alloc(r->nshell, sizeof *nest->ray);
    if (nest->ray == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < r->nshell; i++)
        if (r->shell[i].closed && may_be_inside(r, nest->box, i))
            nest->ray[nest->nray++] = (ray){ .shell = (uint32_t)i };
    return PP_OK;
}

pp_status
pp_find_nesting(const pp_subject *s, pp_report *r, pp_error *err)
{
    const size_t n = r->nshell;
    ray_set nest = { 0 };
    uint32_t *seen = NULL;

    if (n < 2)
        return PP_OK;
    seen = pp_alloc(2 * n, sizeof *seen);
    nest.box = pp_alloc(n, sizeof *nest.box);
    if (seen == NULL || nest.box == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    find_boxes(s, nest.box);
    if (start_rays(r, &nest, err) != PP_OK)
        goto done;
    for (size_t round = 0; nest.nray > 0 && round < MOST_VERTICES; round++) {
        place_rays(s, &nest, round, seen);
        if (nest.nray <= FEW_RAYS) {
            if (shoot_few(s, r, &nest, err) != PP_OK)
                goto done;
        } else if (sort_rays(&nest, r->box, err) != PP_OK ||
                   shoot(s, r, &nest, err) != PP_OK) {
            goto done;
        }
        settle(&nest, r);
    }
    for (size_t i = 0; i < n; i++)
        r->nnested += r->shell[i].depth > 0;
done:
    pp_free(seen);
    pp_free(nest.box);
    pp_free(nest.ray);
    pp_free(nest.cell);
    pp_free(nest.hit);
    return err->status;
}
