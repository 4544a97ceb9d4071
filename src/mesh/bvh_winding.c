/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bvh_winding.c - winding number of a triangle soup
 *
 * Near facets count with their solid angle (van Oosterom and Strackee 1983);
 * a far node counts as the first two terms of the expansion of its area
 * vectors about their centre (Barill et al., Fast winding numbers for soups
 * and clouds, 2018).
 */
#include "mesh/bvh.h"

#include <string.h>

/*
 * A node is far when p is more than this many radii from its centre. The
 * first term left out falls with the cube of this ratio: at 3.5, the worst of
 * the test bodies is wrong by less than 0.01.
 */
#define FAR_RATIO 3.5

static double
solid_angle(pp_vec3 p, const pp_vec3 v[3])
{
    const pp_vec3 a = pp_sub(v[0], p), b = pp_sub(v[1], p), c = pp_sub(v[2], p);
    const double la = pp_norm(a), lb = pp_norm(b), lc = pp_norm(c);
    const double sine = pp_dot(a, pp_cross(b, c));
    const double cosine = la * lb * lc + pp_dot(a, b) * lc +
                          pp_dot(b, c) * la + pp_dot(c, a) * lb;

    return 2 * atan2(sine, cosine);
}

/* Solid angle of all area vectors in the node, seen from r = centre - p. */
static double
far_angle(const pp_bvh_moment *m, pp_vec3 r)
{
    const double d2 = pp_dot(r, r), d = sqrt(d2);
    const double d3 = d2 * d, d5 = d3 * d2;
    const pp_vec3 row[3] = {
        pp_vec(m->first[0][0], m->first[0][1], m->first[0][2]),
        pp_vec(m->first[1][0], m->first[1][1], m->first[1][2]),
        pp_vec(m->first[2][0], m->first[2][1], m->first[2][2]),
    };
    const double trace = row[0].x + row[1].y + row[2].z;
    const double quadratic = r.x * pp_dot(row[0], r) +
                             r.y * pp_dot(row[1], r) +
                             r.z * pp_dot(row[2], r);

    return pp_dot(m->area, r) / d3 + trace / d3 - 3 * quadratic / d5;
}

double
pp_bvh_winding(const pp_bvh *bvh, pp_vec3 p)
{
    uint32_t stack[PP_BVH_DEPTH + 2];
    double sum = 0;
    int n = 0;

    if (bvh->nnode > 0)
        stack[n++] = 0;
    while (n > 0) {
        const uint32_t w = stack[--n];
        const pp_bvh_node *node = &bvh->node[w];
        const pp_bvh_moment *m = &bvh->moment[w];
        const pp_vec3 r = pp_sub(m->centre, p);

        if (pp_dot(r, r) > FAR_RATIO * FAR_RATIO * m->radius2) {
            sum += far_angle(m, r);
        } else if (node->count == 0) {
            stack[n++] = node->right;
            stack[n++] = w + 1;
        } else {
            for (uint32_t i = node->right; i < node->right + node->count; i++)
                sum += solid_angle(p, bvh->corner[i]);
        }
    }
    return sum / (4 * M_PI);
}

static pp_vec3
area_vector(const pp_vec3 v[3])
{
    return pp_scale(pp_cross(pp_sub(v[1], v[0]), pp_sub(v[2], v[0])), 0.5);
}

static pp_vec3
middle(const pp_vec3 v[3])
{
    return pp_scale(pp_add(v[0], pp_add(v[1], v[2])), 1.0 / 3);
}

static void
add_product(pp_bvh_moment *m, pp_vec3 offset, pp_vec3 area)
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            m->first[i][j] += pp_axis(offset, i) * pp_axis(area, j);
}

/* Farthest corner of the node's box: all facets lie within. */
static double
reach2(const pp_bvh_node *node, pp_vec3 c)
{
    double sum = 0;

    for (int k = 0; k < 3; k++) {
        const double a = fabs(pp_axis(c, k) - node->low[k]);
        const double b = fabs(pp_axis(c, k) - node->high[k]);

        sum += fmax(a, b) * fmax(a, b);
    }
    return sum;
}

static pp_vec3
box_middle(const pp_bvh_node *node)
{
    return pp_vec(0.5 * ((double)node->low[0] + node->high[0]),
                  0.5 * ((double)node->low[1] + node->high[1]),
                  0.5 * ((double)node->low[2] + node->high[2]));
}

static void
leaf_moment(const pp_bvh *bvh, const pp_bvh_node *node, pp_bvh_moment *m,
            double *weight)
{
    pp_vec3 sum = pp_vec(0, 0, 0);

    *weight = 0;
    for (uint32_t i = node->right; i < node->right + node->count; i++) {
        const double area = pp_norm(area_vector(bvh->corner[i]));

        sum = pp_madd(sum, area, middle(bvh->corner[i]));
        *weight += area;
    }
    m->centre = *weight > 0 ? pp_scale(sum, 1 / *weight) : box_middle(node);
    for (uint32_t i = node->right; i < node->right + node->count; i++) {
        const pp_vec3 area = area_vector(bvh->corner[i]);

        m->area = pp_add(m->area, area);
        add_product(m, pp_sub(middle(bvh->corner[i]), m->centre), area);
    }
}

/* A child's moments, moved to the parent's centre. */
static void
add_child(pp_bvh_moment *m, const pp_bvh_moment *child)
{
    m->area = pp_add(m->area, child->area);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            m->first[i][j] += child->first[i][j];
    add_product(m, pp_sub(child->centre, m->centre), child->area);
}

/* Children come after their parent, so backward is bottom up; radius2 holds
 * the node's surface area until both parents and children have used it. */
void
pp_bvh_fill_moments(pp_bvh *bvh)
{
    for (size_t i = bvh->nnode; i-- > 0;) {
        const pp_bvh_node *node = &bvh->node[i];
        pp_bvh_moment *m = &bvh->moment[i];

        memset(m, 0, sizeof *m);
        if (node->count > 0) {
            leaf_moment(bvh, node, m, &m->radius2);
        } else {
            pp_bvh_moment *l = &bvh->moment[i + 1];
            pp_bvh_moment *r = &bvh->moment[node->right];
            const double weight = l->radius2 + r->radius2;

            m->centre = weight > 0
                            ? pp_scale(pp_madd(pp_scale(l->centre, l->radius2),
                                               r->radius2, r->centre),
                                       1 / weight)
                            : box_middle(node);
            m->radius2 = weight;
            add_child(m, l);
            add_child(m, r);
        }
    }
    for (size_t i = 0; i < bvh->nnode; i++)
        bvh->moment[i].radius2 = reach2(&bvh->node[i], bvh->moment[i].centre);
}
