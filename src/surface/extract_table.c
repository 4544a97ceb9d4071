/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract_table.c - the marching-cubes table, made from the face rule alone
 *
 * On each face of a cell the contour runs around the inside corners; where
 * the two inside corners of a face lie diagonally, one rule for all faces
 * joins or separates them, so that two cells always agree on their common
 * face (Nielson and Hamann, IEEE Visualization 1991). The segments link up to
 * loops. A loop is triangulated without a chord in a face of the cell: then
 * neighbouring cells share nothing but contour segments, each lattice edge
 * has one cycle of facets, and the surface is a closed 2-manifold. Among such
 * triangulations the one with the shortest chords is taken (Klincsek 1980);
 * no facets of a cell crossed in tests/unit/surface/table.c, which places the
 * vertices at random on their edges, 1500 times for each case (on integers,
 * without rounding): tried, not proven.
 *
 * Halfway between voxels, the shortest chords are not those that Lorensen and
 * Cline drew (1987): of a corner with two neighbours they keep the flat
 * trapezoid whole. That is the way in which the fewer corners of a cell, those
 * inside or those outside, get the most room; standards whose figures rest on
 * marching cubes (IBSI's mesh volume) mean that one.
 */
#include "surface/lattice.h"

#include <string.h>

#define NO_WAY 1e9
#define MAX_LOOP 12

/* More than the chords of a loop together: what is enclosed counts first, but
 * less than a chord in a face. */
#define FIRST 1e3

int
pp_cell_edge_between(int p, int q)
{
    for (int e = 0; e < 12; e++) {
        const int a = pp_cell_edge_corner(e, 0), b = pp_cell_edge_corner(e, 1);

        if ((a == p && b == q) || (a == q && b == p))
            return e;
    }
    return -1;
}

void
pp_cell_face_corners(int axis, int side, int corner[4])
{
    static const int around[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
    const int u = (axis + 1) % 3, v = (axis + 2) % 3;

    for (int n = 0; n < 4; n++) {
        const int *at = around[side ? n : 3 - n];

        corner[n] = side << axis | at[0] << u | at[1] << v;
    }
}

/*
 * next[e] = the edge to which the contour goes from e. Around each run of
 * inside corners it goes from where the run is entered to where it is left;
 * with joined diagonals, to where the other run is left.
 */
static void
link_face(int m, int axis, int side, bool separate, int next[12])
{
    int corner[4], entry[2], leave[2], nrun = 0;

    pp_cell_face_corners(axis, side, corner);
    for (int n = 0; n < 4; n++) {
        int last = (n + 1) % 4;

        if (m >> corner[n] & 1 || !(m >> corner[last] & 1))
            continue;
        entry[nrun] = pp_cell_edge_between(corner[n], corner[last]);
        while (m >> corner[(last + 1) % 4] & 1)
            last = (last + 1) % 4;
        leave[nrun++] = pp_cell_edge_between(corner[last], corner[(last + 1) % 4]);
    }
    for (int r = 0; r < nrun; r++)
        next[entry[r]] = leave[separate ? r : nrun - 1 - r];
}

static bool
share_a_face(int e, int f)
{
    for (int axis = 0; axis < 3; axis++)
        for (int side = 0; side < 2; side++) {
            bool both = true;

            for (int end = 0; end < 2; end++) {
                both &= (pp_cell_edge_corner(e, end) >> axis & 1) == side;
                both &= (pp_cell_edge_corner(f, end) >> axis & 1) == side;
            }
            if (both)
                return true;
        }
    return false;
}

/* Squared length between midpoints of edges, in quarter cells. */
static double
chord(int e, int f)
{
    double sum = 0;

    if (share_a_face(e, f))
        return NO_WAY;
    for (int axis = 0; axis < 3; axis++) {
        int d = 0;

        for (int end = 0; end < 2; end++)
            d += (pp_cell_edge_corner(e, end) >> axis & 1) -
                 (pp_cell_edge_corner(f, end) >> axis & 1);
        sum += d * d;
    }
    return sum;
}

/* Twice the middle of an edge, from the middle of the cell. */
static pp_vec3
twice_middle(int e)
{
    double at[3];

    for (int axis = 0; axis < 3; axis++)
        at[axis] = (pp_cell_edge_corner(e, 0) >> axis & 1) +
                   (pp_cell_edge_corner(e, 1) >> axis & 1) - 1;
    return pp_vec(at[0], at[1], at[2]);
}

/* What a facet adds to the enclosed volume, in 48ths of a cell: an integer. */
static double
enclosed(int e, int f, int g)
{
    return pp_dot(twice_middle(e),
                  pp_cross(twice_middle(f), twice_middle(g)));
}

/* Cuts loop[a..b] along apex, the best choice of which is known. */
static void
emit(const int *loop, int best[MAX_LOOP][MAX_LOOP], int a, int b,
     pp_cell_case *c)
{
    const int k = best[a][b];
    uint8_t *t;

    if (b - a < 2)
        return;
    t = c->edge[c->ntri++];
    t[0] = (uint8_t)loop[a];
    t[1] = (uint8_t)loop[k];
    t[2] = (uint8_t)loop[b];
    emit(loop, best, a, k, c);
    emit(loop, best, k, b, c);
}

/* The cheapest way to cut a loop into triangles: dynamic programming. */
void
pp_cell_fill_loop(const int *loop, int n, int bulge, pp_cell_case *c)
{
    double cost[MAX_LOOP][MAX_LOOP] = { { 0 } };
    int best[MAX_LOOP][MAX_LOOP] = { { 0 } };

    for (int span = 2; span < n; span++)
        for (int a = 0; a + span < n; a++) {
            const int b = a + span;

            cost[a][b] = 1e300;
            for (int k = a + 1; k < b; k++) {
                const double sum =
                    cost[a][k] + cost[k][b] -
                    bulge * FIRST * enclosed(loop[a], loop[k], loop[b]);

                if (sum < cost[a][b]) {
                    cost[a][b] = sum;
                    best[a][b] = k;
                }
            }
            if (span < n - 1)
                cost[a][b] += chord(loop[a], loop[b]);
        }
    emit(loop, best, 0, n - 1, c);
}

/* Which way the facets of a case should bulge to give its fewer corners room;
 * 0: there are as many on either side. */
static int
bulge_of(int m)
{
    int inside = 0;

    for (int c = 0; c < 8; c++)
        inside += m >> c & 1;
    return (inside < 4) - (inside > 4);
}

static void
make_case(int m, unsigned rule, pp_cell_case *c)
{
    const int bulge = rule & PP_CELL_LORENSEN ? bulge_of(m) : 0;
    int next[12], loop[MAX_LOOP];

    memset(next, -1, sizeof next);
    memset(c, 0, sizeof *c);
    for (int axis = 0; axis < 3; axis++)
        for (int side = 0; side < 2; side++)
            link_face(m, axis, side, rule & PP_CELL_SEPARATE, next);
    for (int e = 0; e < 12; e++) {
        int n = 0;

        for (int f = e; next[f] >= 0; n++) {
            const int g = next[f];

            loop[n] = f;
            next[f] = -1;
            f = g;
        }
        if (n > 0)
            pp_cell_fill_loop(loop, n, bulge, c);
    }
}

void
pp_cell_table(unsigned rule, pp_cell_case table[256])
{
    for (int m = 0; m < 256; m++)
        make_case(m, rule, &table[m]);
}
