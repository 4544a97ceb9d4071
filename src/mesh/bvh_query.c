/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bvh_query.c - asking the tree: nearest point, ray, overlap, tangent ball
 *
 * Depth first with a small stack, nearer child first. The closest point of a
 * triangle follows Ericson, Real-Time Collision Detection (2005), 5.1.5; the
 * ray test is Moeller and Trumbore (1997) with both edges counted in.
 */
#include "mesh/bvh.h"

static pp_vec3
nearest_on_segment(pp_vec3 p, pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 ab = pp_sub(b, a);
    const double along = pp_dot(pp_sub(p, a), ab), length2 = pp_dot(ab, ab);

    if (!(along > 0))
        return a;
    return along >= length2 ? b : pp_madd(a, along / length2, ab);
}

static pp_vec3
nearer(pp_vec3 p, pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 pa = pp_sub(a, p), pb = pp_sub(b, p);

    return pp_dot(pb, pb) < pp_dot(pa, pa) ? b : a;
}

static pp_vec3
nearest_on_edges(pp_vec3 p, const pp_vec3 v[3])
{
    const pp_vec3 ab = nearest_on_segment(p, v[0], v[1]);
    const pp_vec3 bc = nearest_on_segment(p, v[1], v[2]);

    return nearer(p, nearer(p, ab, bc), nearest_on_segment(p, v[2], v[0]));
}

pp_vec3
pp_nearest_on_triangle(pp_vec3 p, const pp_vec3 v[3])
{
    const pp_vec3 ab = pp_sub(v[1], v[0]), ac = pp_sub(v[2], v[0]);
    const pp_vec3 ap = pp_sub(p, v[0]), bp = pp_sub(p, v[1]),
                  cp = pp_sub(p, v[2]);
    const double d1 = pp_dot(ab, ap), d2 = pp_dot(ac, ap);
    const double d3 = pp_dot(ab, bp), d4 = pp_dot(ac, bp);
    const double d5 = pp_dot(ab, cp), d6 = pp_dot(ac, cp);
    const double va = d3 * d6 - d5 * d4, vb = d5 * d2 - d1 * d6,
                 vc = d1 * d4 - d3 * d2;
    const double sum = va + vb + vc;

    if (d1 <= 0 && d2 <= 0)
        return v[0];
    if (d3 >= 0 && d4 <= d3)
        return v[1];
    if (d6 >= 0 && d5 <= d6)
        return v[2];
    if (va > 0 && vb > 0 && vc > 0) {
        const pp_vec3 q = pp_madd(pp_madd(v[0], vb / sum, ab), vc / sum, ac);

        /* of a sliver (height below 1e-4 of its length), the barycentric
         * numbers may be noise: a point of it still, but not the nearest */
        if (sum > 1e-8 * pp_dot(ab, ab) * pp_dot(ac, ac))
            return q;
        return nearer(p, q, nearest_on_edges(p, v));
    }
    return nearest_on_edges(p, v);
}

/* A node that waits, and the squared distance to its box. */
typedef struct {
    uint32_t node;
    double gap2;
} waiting;

/* Puts both children on the stack, the nearer one on top. */
static int
push_children(const pp_bvh *bvh, uint32_t i, const double p[3], double limit2,
              waiting *stack, int n)
{
    const uint32_t left = i + 1, right = bvh->node[i].right;
    const waiting l = { left, pp_bvh_gap2(&bvh->node[left], p) };
    const waiting r = { right, pp_bvh_gap2(&bvh->node[right], p) };
    const waiting near = l.gap2 <= r.gap2 ? l : r;
    const waiting far = l.gap2 <= r.gap2 ? r : l;

    if (far.gap2 < limit2)
        stack[n++] = far;
    if (near.gap2 < limit2)
        stack[n++] = near;
    return n;
}

/* The nearest point within the limit, or the first that comes. */
static inline pp_nearest
search(const pp_bvh *bvh, pp_vec3 p, double limit, bool any)
{
    const double at[3] = { p.x, p.y, p.z };
    waiting stack[PP_BVH_DEPTH + 2];
    pp_nearest found = { limit, p, PP_NONE };
    double best = limit, best2 = limit * limit;
    int n = 0;

    if (bvh->nnode > 0)
        stack[n++] = (waiting){ 0, pp_bvh_gap2(&bvh->node[0], at) };
    while (n > 0) {
        const waiting w = stack[--n];
        const pp_bvh_node *node = &bvh->node[w.node];

        if (w.gap2 >= best2)
            continue;
        if (node->count == 0) {
            n = push_children(bvh, w.node, at, best2, stack, n);
            continue;
        }
        for (uint32_t i = node->right; i < node->right + node->count; i++) {
            pp_vec3 q, d;

            if (pp_bvh_is_beyond(bvh, i, p, best))
                continue;
            q = pp_nearest_on_triangle(p, bvh->corner[i]);
            d = pp_sub(q, p);
            if (pp_dot(d, d) < best2) {
                best2 = pp_dot(d, d);
                best = sqrt(best2);
                found.point = q;
                found.facet = bvh->facet[i];
                if (any)
                    return found;
            }
        }
    }
    if (found.facet != PP_NONE)
        found.distance = best;
    return found;
}

pp_nearest
pp_bvh_nearest(const pp_bvh *bvh, pp_vec3 p, double limit)
{
    return search(bvh, p, limit, false);
}

bool
pp_bvh_ball_is_empty(const pp_bvh *bvh, pp_vec3 centre, double radius)
{
    return search(bvh, centre, radius, true).facet == PP_NONE;
}

/*
 * A facet may enter a tangent ball by this share of the radius: in a sphere,
 * where all facets are as far from the middle, each would count otherwise.
 */
#define TANGENT_SLACK 2e-4

/*
 * The largest s for which q is not inside the ball of radius s about
 * p + s d (d a unit vector): |q - p|^2 / (2 (q - p) d).
 */
static double
tangent_radius(pp_vec3 p, pp_vec3 d, pp_vec3 q)
{
    const pp_vec3 pq = pp_sub(q, p);
    const double along = 2 * pp_dot(pq, d);

    return along > 0 ? pp_dot(pq, pq) / along : HUGE_VAL;
}

/* Shrinks the ball until the triangle leaves it; the radius falls faster than
 * by halves near a point and quadratically near a face. */
static bool
shrink_past(const pp_vec3 v[3], pp_vec3 p, pp_vec3 d, pp_tangent_ball *ball)
{
    bool shrunk = false;

    for (int round = 0; round < 64; round++) {
        const pp_vec3 centre = pp_madd(p, ball->radius, d);
        const pp_vec3 q = pp_nearest_on_triangle(centre, v);
        const pp_vec3 cq = pp_sub(q, centre);
        const double r = ball->radius;
        double smaller;

        if (!(pp_dot(cq, cq) < r * r * (1 - 2 * TANGENT_SLACK)))
            break;
        smaller = tangent_radius(p, d, q);
        if (!(smaller < r))
            break;
        ball->radius = smaller;
        ball->touch = q;
        shrunk = true;
        if (smaller > r * (1 - 1e-10))
            break;
    }
    return shrunk;
}

pp_tangent_ball
pp_bvh_tangent_ball(const pp_bvh *bvh, pp_vec3 p, pp_vec3 d, double limit)
{
    const double at[3] = { p.x, p.y, p.z };
    waiting stack[PP_BVH_DEPTH + 2];
    pp_tangent_ball ball = { limit, p, PP_NONE };
    int n = 0;

    if (bvh->nnode > 0)
        stack[n++] = (waiting){ 0, 0 };
    while (n > 0) {
        const uint32_t w = stack[--n].node;
        const pp_bvh_node *node = &bvh->node[w];
        const pp_vec3 c = pp_madd(p, ball.radius, d);
        const double centre[3] = { c.x, c.y, c.z };

        /* the balls are nested: what this one misses, smaller ones miss */
        if (pp_bvh_gap2(node, centre) >=
            ball.radius * ball.radius * (1 - 2 * TANGENT_SLACK))
            continue;
        if (node->count == 0) {
            /* what lies near p makes the ball small soonest */
            n = push_children(bvh, w, at, HUGE_VAL, stack, n);
            continue;
        }
        for (uint32_t i = node->right; i < node->right + node->count; i++)
            if (!pp_bvh_is_beyond(bvh, i, pp_madd(p, ball.radius, d),
                                  ball.radius) &&
                shrink_past(bvh->corner[i], p, d, &ball))
                ball.facet = bvh->facet[i];
    }
    return ball;
}

/* Does the ray meet the box for some s in [low, high]? */
static bool
ray_meets(const pp_bvh_node *node, const double p[3], const double inverse[3],
          double low, double high)
{
    for (int k = 0; k < 3; k++) {
        double a = (node->low[k] - p[k]) * inverse[k];
        double b = (node->high[k] - p[k]) * inverse[k];

        if (a > b) {
            const double swap = a;

            a = b;
            b = swap;
        }
        /* widened by more than the rounding of the two products; a NaN (a
         * ray in the plane of the box's side) changes nothing */
        a *= a > 0 ? 1 - 4e-16 : 1 + 4e-16;
        b *= b > 0 ? 1 + 4e-16 : 1 - 4e-16;
        low = a > low ? a : low;
        high = b < high ? b : high;
        if (low > high)
            return false;
    }
    return true;
}

static double
ray_triangle(pp_vec3 p, pp_vec3 d, const pp_vec3 v[3])
{
    const pp_vec3 ab = pp_sub(v[1], v[0]), ac = pp_sub(v[2], v[0]);
    const pp_vec3 h = pp_cross(d, ac), ap = pp_sub(p, v[0]);
    const double det = pp_dot(ab, h);
    const double u = pp_dot(ap, h) / det;
    const pp_vec3 q = pp_cross(ap, ab);
    const double w = pp_dot(d, q) / det;

    if (det == 0 || !(u >= 0) || !(w >= 0) || !(u + w <= 1))
        return HUGE_VAL;
    return pp_dot(ac, q) / det;
}

uint32_t
pp_bvh_ray(const pp_bvh *bvh, pp_vec3 p, pp_vec3 d, double low, double high,
           double *s)
{
    const double at[3] = { p.x, p.y, p.z };
    const double inverse[3] = { 1 / d.x, 1 / d.y, 1 / d.z };
    uint32_t stack[PP_BVH_DEPTH + 2], hit = PP_NONE;
    int n = 0;

    *s = high;
    if (bvh->nnode > 0)
        stack[n++] = 0;
    while (n > 0) {
        const uint32_t w = stack[--n];
        const pp_bvh_node *node = &bvh->node[w];

        if (!ray_meets(node, at, inverse, low, *s))
            continue;
        if (node->count == 0) {
            const uint32_t left = w + 1, right = node->right;
            const bool left_first =
                pp_bvh_gap2(&bvh->node[left], at) <=
                pp_bvh_gap2(&bvh->node[right], at);

            stack[n++] = left_first ? right : left;
            stack[n++] = left_first ? left : right;
            continue;
        }
        for (uint32_t i = node->right; i < node->right + node->count; i++) {
            const double at_s = ray_triangle(p, d, bvh->corner[i]);

            if (at_s > low && at_s < *s) {
                *s = at_s;
                hit = bvh->facet[i];
            }
        }
    }
    return hit;
}

static bool
boxes_meet(const float low[3], const float high[3], const pp_box *box)
{
    return low[0] <= box->high.x && high[0] >= box->low.x &&
           low[1] <= box->high.y && high[1] >= box->low.y &&
           low[2] <= box->high.z && high[2] >= box->low.z;
}

static bool
item_meets(const pp_vec3 v[3], const pp_box *box)
{
    pp_box own = pp_box_empty();

    for (int k = 0; k < 3; k++)
        pp_box_add(&own, v[k]);
    return own.low.x <= box->high.x && own.high.x >= box->low.x &&
           own.low.y <= box->high.y && own.high.y >= box->low.y &&
           own.low.z <= box->high.z && own.high.z >= box->low.z;
}

void
pp_bvh_overlap(const pp_bvh *bvh, pp_box box,
               int (*visit)(uint32_t facet, void *data), void *data)
{
    uint32_t stack[PP_BVH_DEPTH + 2];
    int n = 0;

    if (bvh->nnode > 0)
        stack[n++] = 0;
    while (n > 0) {
        const uint32_t w = stack[--n];
        const pp_bvh_node *node = &bvh->node[w];

        if (!boxes_meet(node->low, node->high, &box))
            continue;
        if (node->count == 0) {
            stack[n++] = node->right;
            stack[n++] = w + 1;
            continue;
        }
        for (uint32_t i = node->right; i < node->right + node->count; i++)
            if (item_meets(bvh->corner[i], &box) &&
                visit(bvh->facet[i], data) != 0)
                return;
    }
}
