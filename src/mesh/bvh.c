/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bvh.c - building a tree of boxes over the facets of a mesh
 *
 * Splits by binned surface area heuristic (Wald 2007), from the top. Subtrees
 * are independent tasks: the subtree over items [first, first + n) takes the
 * 2n nodes from 2 first on, whoever builds it, so the tree is the same for any
 * number of threads; a last pass closes the gaps.
 */
#include "mesh/bvh.h"

#include "base/alloc.h"

#include <float.h>
#include <string.h>

enum {
    NBIN = 16,
    LEAF_SIZE = 4,     /* items; fewer make the tree large, more make it slow */
    TASK_SIZE = 8192,  /* items; a smaller subtree is not worth a task */
    SAH_DEPTH = PP_BVH_DEPTH / 2
};

typedef struct {
    float low[3], high[3];
} float_box;

/* What the build moves about: a facet's number, its box and its middle. */
typedef struct {
    float_box box;
    float middle[3];
    uint32_t facet;
} item;

typedef struct {
    item *items;
    pp_bvh_node *node; /* with gaps */
} builder;

static float
float_below(double x)
{
    const float f = (float)x;

    return (double)f > x ? nextafterf(f, -FLT_MAX) : f;
}

static float
float_above(double x)
{
    const float f = (float)x;

    return (double)f < x ? nextafterf(f, FLT_MAX) : f;
}

static const float_box empty_box = {
    { FLT_MAX, FLT_MAX, FLT_MAX }, { -FLT_MAX, -FLT_MAX, -FLT_MAX }
};

static void
box_join(float_box *a, const float_box *b)
{
    for (int k = 0; k < 3; k++) {
        a->low[k] = b->low[k] < a->low[k] ? b->low[k] : a->low[k];
        a->high[k] = b->high[k] > a->high[k] ? b->high[k] : a->high[k];
    }
}

static float
half_area(const float_box *b)
{
    const float x = b->high[0] - b->low[0], y = b->high[1] - b->low[1],
                z = b->high[2] - b->low[2];

    return x < 0 ? 0 : x * y + y * z + z * x;
}

static item
make_item(const pp_mesh *m, size_t t)
{
    item it;

    it.facet = (uint32_t)t;
    for (int k = 0; k < 3; k++) {
        const double a = pp_axis(m->vert[m->tri[t][0]], k);
        const double b = pp_axis(m->vert[m->tri[t][1]], k);
        const double c = pp_axis(m->vert[m->tri[t][2]], k);

        it.box.low[k] = float_below(fmin(a, fmin(b, c)));
        it.box.high[k] = float_above(fmax(a, fmax(b, c)));
        it.middle[k] = 0.5F * it.box.low[k] + 0.5F * it.box.high[k];
    }
    return it;
}

/* Where to cut: items whose bin along axis is at most `last` go left. */
typedef struct {
    int axis, last;
    float low, scale;
} cut;

static int
bin_of(const cut *c, const item *it)
{
    const int b = (int)((it->middle[c->axis] - c->low) * c->scale);

    return b < NBIN - 1 ? b : NBIN - 1;
}

/* Cost of the best of the 15 cuts of the bins; c->last says which. */
static float
best_of_bins(const float_box box[NBIN], const size_t n[NBIN], cut *c)
{
    float right_cost[NBIN];
    float_box side = empty_box;
    size_t count = 0;
    float best = HUGE_VALF;

    for (int b = NBIN - 1; b > 0; b--) {
        box_join(&side, &box[b]);
        count += n[b];
        right_cost[b] = half_area(&side) * (float)count;
    }
    side = empty_box;
    count = 0;
    for (int b = 0; b + 1 < NBIN; b++) {
        float cost;

        box_join(&side, &box[b]);
        count += n[b];
        cost = half_area(&side) * (float)count + right_cost[b + 1];
        if (cost < best) {
            best = cost;
            c->last = b;
        }
    }
    return best;
}

/* The cheapest cut over all axes; false when all middles coincide. */
static bool
choose_cut(const item *items, size_t n, const float_box *middles, cut *chosen)
{
    float best = HUGE_VALF;

    for (int axis = 0; axis < 3; axis++) {
        const float extent = middles->high[axis] - middles->low[axis];
        float_box box[NBIN];
        size_t count[NBIN] = { 0 };
        cut c = { axis, 0, middles->low[axis], NBIN / extent };
        float cost;

        if (!(extent > 0) || !isfinite(extent) || !isfinite(c.scale))
            continue;
        for (int b = 0; b < NBIN; b++)
            box[b] = empty_box;
        for (size_t i = 0; i < n; i++) {
            const int b = bin_of(&c, &items[i]);

            box_join(&box[b], &items[i].box);
            count[b]++;
        }
        cost = best_of_bins(box, count, &c);
        if (cost < best) {
            best = cost;
            *chosen = c;
        }
    }
    return best < HUGE_VALF;
}

static size_t
partition(item *items, size_t n, const cut *c)
{
    size_t left = 0, right = n;

    while (left < right) {
        if (bin_of(c, &items[left]) <= c->last) {
            left++;
        } else {
            const item swap = items[--right];

            items[right] = items[left];
            items[left] = swap;
        }
    }
    return left;
}

/* The subtree over n items from `first` on, in the nodes from `at` on. */
static void
build(const builder *b, size_t at, size_t first, size_t n, int depth)
{
    item *items = b->items + first;
    pp_bvh_node *node = b->node + at;
    float_box box = empty_box, middles = empty_box;
    size_t nleft = 0;
    cut c = { 0 };

    for (size_t i = 0; i < n; i++) {
        float_box point;

        memcpy(point.low, items[i].middle, sizeof point.low);
        memcpy(point.high, items[i].middle, sizeof point.high);
        box_join(&box, &items[i].box);
        box_join(&middles, &point);
    }
    memcpy(node->low, box.low, sizeof node->low);
    memcpy(node->high, box.high, sizeof node->high);
    if (n <= LEAF_SIZE) {
        node->right = (uint32_t)first;
        node->count = (uint32_t)n;
        return;
    }
    if (depth < SAH_DEPTH && choose_cut(items, n, &middles, &c))
        nleft = partition(items, n, &c);
    if (nleft == 0 || nleft == n)
        nleft = n / 2;
    node->count = 0;
    node->right = (uint32_t)nleft; /* tells compact where the gap ends */
#pragma omp task if (n > TASK_SIZE)
    build(b, at + 1, first, nleft, depth + 1);
    build(b, at + 2 * nleft, first + nleft, n - nleft, depth + 1);
}

/* Appends the subtree at wide[at] to the tree; its number there. */
static uint32_t
compact(pp_bvh *bvh, const pp_bvh_node *wide, size_t at)
{
    const uint32_t number = (uint32_t)bvh->nnode++;
    const size_t nleft = wide[at].right;

    bvh->node[number] = wide[at];
    if (wide[at].count == 0) {
        compact(bvh, wide, at + 1);
        bvh->node[number].right = compact(bvh, wide, at + 2 * nleft);
    }
    return number;
}

static size_t
count_nodes(const pp_bvh_node *wide, size_t at)
{
    return wide[at].count > 0
               ? 1
               : 1 + count_nodes(wide, at + 1) +
                     count_nodes(wide, at + 2 * wide[at].right);
}

/* A sliver's normal may be off by what rounding makes of its height. */
#define SLIVER 1e-6

/* With that, and distances as long as the coordinates are large, a plane is
 * off by less than this share of them. */
#define ROUNDING 1e-8

static pp_bvh_plane
plane_of(const pp_vec3 v[3])
{
    const pp_vec3 ab = pp_sub(v[1], v[0]), ac = pp_sub(v[2], v[0]);
    const pp_vec3 n = pp_cross(ab, ac);
    const double twice = pp_norm(n);
    pp_bvh_plane q = { { 0, 0, 0 }, 0 };

    if (twice > SLIVER * pp_norm(ab) * pp_norm(ac)) {
        q.normal = pp_scale(n, 1 / twice);
        q.offset = pp_dot(q.normal, v[0]);
    }
    return q;
}

static pp_status
fill_items(pp_bvh *bvh, const pp_mesh *m, const item *items, pp_error *err)
{
    bvh->corner = pp_alloc(m->ntri, sizeof *bvh->corner);
    bvh->facet = pp_alloc(m->ntri, sizeof *bvh->facet);
    bvh->plane = pp_alloc(m->ntri, sizeof *bvh->plane);
    if (bvh->corner == NULL || bvh->facet == NULL || bvh->plane == NULL)
        return pp_fail_memory(err);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < m->ntri; i++) {
        bvh->facet[i] = items[i].facet;
        for (int k = 0; k < 3; k++)
            bvh->corner[i][k] = m->vert[m->tri[items[i].facet][k]];
        bvh->plane[i] = plane_of(bvh->corner[i]);
    }
    for (int k = 0; k < 3; k++)
        bvh->rounding = fmax(bvh->rounding,
                             ROUNDING *
                                 fmax(fabs((double)bvh->node[0].low[k]),
                                      fabs((double)bvh->node[0].high[k])));
    bvh->nitem = m->ntri;
    return PP_OK;
}

static pp_status
build_nodes(pp_bvh *bvh, const pp_mesh *m, const builder *b, pp_error *err)
{
    size_t nnode;

#pragma omp parallel for schedule(static)
    for (size_t t = 0; t < m->ntri; t++)
        b->items[t] = make_item(m, t);
#pragma omp parallel
#pragma omp single
    build(b, 0, 0, m->ntri, 0);
    nnode = count_nodes(b->node, 0);
    bvh->node = pp_alloc(nnode, sizeof *bvh->node);
    bvh->moment = pp_alloc(nnode, sizeof *bvh->moment);
    if (bvh->node == NULL || bvh->moment == NULL)
        return pp_fail_memory(err);
    compact(bvh, b->node, 0);
    return fill_items(bvh, m, b->items, err);
}

pp_status
pp_bvh_build(const pp_mesh *m, pp_bvh **bvh, pp_error *err)
{
    builder b = { NULL, NULL };

    *bvh = pp_alloc_zero(1, sizeof **bvh);
    b.items = pp_alloc(m->ntri, sizeof *b.items);
    b.node = pp_alloc(m->ntri, 2 * sizeof *b.node);
    if (*bvh == NULL || b.items == NULL || b.node == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (m->ntri > 0) {
        if (build_nodes(*bvh, m, &b, err) != PP_OK)
            goto done;
        pp_bvh_fill_moments(*bvh);
    }
done:
    pp_free(b.items);
    pp_free(b.node);
    if (err->status != PP_OK) {
        pp_bvh_free(*bvh);
        *bvh = NULL;
    }
    return err->status;
}

void
pp_bvh_free(pp_bvh *bvh)
{
    if (bvh == NULL)
        return;
    pp_free(bvh->node);
    pp_free(bvh->moment);
    pp_free(bvh->corner);
    pp_free(bvh->plane);
    pp_free(bvh->facet);
    pp_free(bvh);
}
