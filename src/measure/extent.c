/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extent.c - the longest diameter, exactly
 *
 * A segment of vertices that is longer than the best one so far cannot have
 * both ends in the ball around that one's middle with that one's diameter
 * (Malandain and Boissonnat, Computing the diameter of a point set, 2002). A
 * few hops from vertex to farthest vertex give the first best and its ball.
 * Only vertices outside it start a search, which asks a tree for the farthest
 * vertex and leaves out nodes that cannot beat the best. A node is bounded by
 * its box and by the cone that it fills seen from the middle of the ball: on
 * round bodies, where all diameters are nearly equal, boxes alone say little.
 */
#include "measure/measure.h"

#include "base/alloc.h"

#include <string.h>

#define LEAF 8 /* vertices in a leaf: four cache lines */

/* Cosine of the narrowest cone, 1e-4 rad: below it the sine has few digits. */
#define NARROWEST (1 - 5e-9)

/* Bounds are widened by this part, a thousand times what rounding takes. */
#define WIDER (1 + 1e-11)

typedef struct {
    pp_vec3 at;
    uint32_t vertex;
} point;

/* What holds all points of a node. The cone opens from the ball's middle. */
typedef struct {
    pp_box box;
    pp_vec3 axis;
    double cosine, sine; /* of the cone's half angle; -1, 0: no bound */
    double radius;       /* largest distance from the middle */
} bound;

/* Implicit binary tree: node n has children 2n+1, 2n+2 and halves its range. */
typedef struct {
    point *p;
    size_t n;
    bound *node;
    pp_vec3 middle;
} tree;

typedef struct {
    double best2; /* squared */
    uint32_t a, b;
} farthest;

static void
swap_points(point *a, point *b)
{
    const point t = *a;

    *a = *b;
    *b = t;
}

/* Hoare's selection: p[k] gets its place in the order along an axis. */
static void
select_point(point *p, size_t n, size_t k, int axis)
{
    size_t low = 0, high = n - 1;

    while (low < high) {
        const double pivot = pp_axis(p[low + (high - low) / 2].at, axis);
        size_t i = low, j = high;

        while (i <= j) {
            while (pp_axis(p[i].at, axis) < pivot)
                i++;
            while (pp_axis(p[j].at, axis) > pivot)
                j--;
            if (i <= j) {
                swap_points(&p[i], &p[j]);
                i++;
                if (j == 0)
                    break;
                j--;
            }
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            return;
    }
}

static bound
bound_points(const point *p, size_t n, pp_vec3 middle)
{
    bound b = { pp_box_empty(), { 0, 0, 0 }, 1, 0, 0 };

    for (size_t i = 0; i < n; i++) {
        const pp_vec3 d = pp_sub(p[i].at, middle);

        pp_box_add(&b.box, p[i].at);
        b.axis = pp_add(b.axis, pp_unit(d));
        b.radius = fmax(b.radius, pp_norm(d));
    }
    b.axis = pp_unit(b.axis);
    for (size_t i = 0; i < n; i++)
        b.cosine = fmin(b.cosine, pp_dot(b.axis, pp_unit(pp_sub(p[i].at,
                                                                middle))));
    if (b.cosine <= 0) /* wider than a half space: no use */
        b.cosine = -1;
    else
        b.cosine = fmin(b.cosine, NARROWEST);
    b.sine = sqrt(1 - b.cosine * b.cosine);
    return b;
}

static void
build_node(tree *t, size_t node, size_t low, size_t n)
{
    pp_vec3 size;
    int axis;

    t->node[node] = bound_points(t->p + low, n, t->middle);
    if (n <= LEAF)
        return;
    size = pp_box_size(t->node[node].box);
    axis = size.x >= size.y && size.x >= size.z ? 0 : size.y >= size.z ? 1 : 2;
    select_point(t->p + low, n, n / 2, axis);
    build_node(t, 2 * node + 1, low, n / 2);
    build_node(t, 2 * node + 2, low + n / 2, n - n / 2);
}

/* Largest node number of a subtree of n points, plus one. */
static size_t
count_nodes(size_t n)
{
    size_t width = 1, nodes = 1;

    while (n > LEAF) {
        n -= n / 2; /* the larger half */
        width *= 2;
        nodes += width;
    }
    return nodes;
}

static double
distance2(pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 d = pp_sub(a, b);

    return pp_dot(d, d);
}

/* Squared distance to the farthest corner of a box. */
static double
farthest_corner2(const pp_box *b, pp_vec3 q)
{
    const double x = fmax(q.x - b->low.x, b->high.x - q.x);
    const double y = fmax(q.y - b->low.y, b->high.y - q.y);
    const double z = fmax(q.z - b->low.z, b->high.z - q.z);

    return x * x + y * y + z * z;
}

/* Where a search starts, seen from the middle of the ball. */
typedef struct {
    point from;
    pp_vec3 away; /* unit vector from it to the middle and on */
    double radius;
} start;

/*
 * Squared distance beyond which no point of the cone lies: the cosine rule
 * with the smallest angle between the cone and the line through the middle.
 */
static double
cone_bound2(const bound *b, const start *s)
{
    const double cosine = pp_dot(b->axis, s->away);
    const double sine = sqrt(fmax(1 - cosine * cosine, 0));
    const double between =
        b->cosine == -1 || cosine >= b->cosine
            ? 1
            : cosine * b->cosine + sine * b->sine;
    const double far2 = b->radius * b->radius + s->radius * s->radius +
                        2 * b->radius * s->radius * between;

    /* a cone may reach to the middle; rounding may shorten the bound */
    return fmax(far2, s->radius * s->radius) * WIDER;
}

static double
bound2(const bound *b, const start *s)
{
    return fmin(farthest_corner2(&b->box, s->from.at) * WIDER,
                cone_bound2(b, s));
}

static void
try_points(const point *p, size_t n, const point *from, farthest *f)
{
    for (size_t i = 0; i < n; i++) {
        const double d2 = distance2(p[i].at, from->at);

        if (d2 > f->best2) {
            f->best2 = d2;
            f->a = from->vertex;
            f->b = p[i].vertex;
        }
    }
}

static void
search(const tree *t, size_t node, size_t low, size_t n, const start *s,
       farthest *f)
{
    if (n <= LEAF) {
        try_points(t->p + low, n, &s->from, f);
        return;
    }
    const size_t l = 2 * node + 1, r = l + 1;
    const double dl = bound2(&t->node[l], s), dr = bound2(&t->node[r], s);

    if (dl >= dr && dl > f->best2)
        search(t, l, low, n / 2, s, f);
    if (dr > f->best2)
        search(t, r, low + n / 2, n - n / 2, s, f);
    if (dl < dr && dl > f->best2)
        search(t, l, low, n / 2, s, f);
}

/* A few hops, each to the vertex farthest from the last one. */
static void
first_guess(const pp_mesh *m, const tree *t, farthest *f)
{
    point from = t->p[0];
    double before;

    f->a = f->b = from.vertex;
    do {
        before = f->best2;
        try_points(t->p, t->n, &from, f);
        from.vertex = f->b;
        from.at = m->vert[f->b];
    } while (f->best2 > before * (1 + 1e-3));
}

static void
search_all(const tree *t, farthest *f)
{
    /* the ball stays while the best grows: two vertices left out by two
     * different balls may be farther apart than either's diameter */
    const double ball2 = f->best2 / 4 * (1 - 1e-12);

    for (size_t i = 0; i < t->n; i++) {
        const pp_vec3 out = pp_sub(t->p[i].at, t->middle);
        const start s = { t->p[i], pp_scale(pp_unit(out), -1), pp_norm(out) };

        if (s.radius * s.radius >= ball2 &&
            bound2(&t->node[0], &s) > f->best2)
            search(t, 0, 0, t->n, &s, f);
    }
}

/* Only vertices that a facet uses count: the others are no part of the body. */
static pp_status
collect_points(const pp_mesh *m, tree *t, pp_error *err)
{
    uint8_t *used = pp_alloc_zero(m->nvert, 1);

    t->p = pp_alloc(m->nvert, sizeof *t->p);
    if (used == NULL || t->p == NULL) {
        pp_free(used);
        return pp_fail_memory(err);
    }
    for (size_t f = 0; f < m->ntri; f++)
        for (int k = 0; k < 3; k++)
            used[m->tri[f][k]] = 1;
    for (size_t v = 0; v < m->nvert; v++)
        if (used[v])
            t->p[t->n++] = (point){ m->vert[v], (uint32_t)v };
    pp_free(used);
    return PP_OK;
}

pp_status
pp_measure_diameter(const pp_mesh *m, double *mm, pp_vec3 ends[2],
                    pp_error *err)
{
    tree t = { 0 };
    farthest f = { 0 };

    *mm = 0;
    memset(ends, 0, 2 * sizeof *ends);
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (collect_points(m, &t, err) != PP_OK)
        goto done;
    t.node = pp_alloc(count_nodes(t.n), sizeof *t.node);
    if (t.node == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    first_guess(m, &t, &f);
    t.middle = pp_scale(pp_add(m->vert[f.a], m->vert[f.b]), 0.5);
    build_node(&t, 0, 0, t.n);
    search_all(&t, &f);
    ends[0] = m->vert[f.a < f.b ? f.a : f.b];
    ends[1] = m->vert[f.a < f.b ? f.b : f.a];
    *mm = pp_distance(ends[0], ends[1]);
done:
    pp_free(t.p);
    pp_free(t.node);
    return err->status;
}
