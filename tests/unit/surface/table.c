/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The laws that make the table's surfaces closed, manifold and free of
 * crossings, each tried on all 256 cases and all rules.
 */
#include "surface/lattice.h"
#include "test.h"
#include "unit/surface/pierce.h"

#include <math.h>
#include <string.h>

#define SCALE 4096 /* of a cell; all coordinates are integers */

static bool
in_a_common_face(int e, int f)
{
    for (int face = 0; face < 6; face++) {
        int n = 0;

        for (int end = 0; end < 2; end++) {
            n += (pp_cell_edge_corner(e, end) >> (face >> 1) & 1) ==
                 (face & 1);
            n += (pp_cell_edge_corner(f, end) >> (face >> 1) & 1) ==
                 (face & 1);
        }
        if (n == 4)
            return true;
    }
    return false;
}

/* How often the facets of a case run from e to f. */
static int
runs(const pp_cell_case *c, int e, int f)
{
    int n = 0;

    for (int t = 0; t < c->ntri; t++)
        for (int v = 0; v < 3; v++)
            n += c->edge[t][v] == e && c->edge[t][(v + 1) % 3] == f;
    return n;
}

START_TEST(facets_meet_in_pairs_and_end_only_in_faces)
{
    static pp_cell_case table[256];

    for (unsigned rule = 0; rule < 4; rule++) {
        pp_cell_table(rule, table);
        for (int m = 0; m < 256; m++)
            for (int e = 0; e < 12; e++)
                for (int f = 0; f < 12; f++) {
                    const int out = runs(&table[m], e, f);
                    const int back = runs(&table[m], f, e);

                    ck_assert_int_le(out, 1);
                    if (in_a_common_face(e, f))
                        ck_assert_int_le(out + back, 1);
                    else
                        ck_assert_int_eq(out, back);
                }
    }
}
END_TEST

START_TEST(every_edge_that_changes_sign_is_used_and_no_other)
{
    static pp_cell_case table[256];

    for (unsigned rule = 0; rule < 4; rule++) {
        pp_cell_table(rule, table);
        for (int m = 0; m < 256; m++)
            for (int e = 0; e < 12; e++) {
                const bool changes = (m >> pp_cell_edge_corner(e, 0) & 1) !=
                                     (m >> pp_cell_edge_corner(e, 1) & 1);
                int used = 0;

                for (int f = 0; f < 12; f++)
                    used += runs(&table[m], e, f);
                ck_assert_int_eq(used > 0, changes);
            }
    }
}
END_TEST

/* The contour on a face of one cell is the other cell's, turned over. */
START_TEST(neighbouring_cells_agree_on_their_face)
{
    static pp_cell_case table[256];

    for (unsigned rule = 0; rule < 4; rule++) {
        pp_cell_table(rule, table);
        for (int m = 0; m < 256; m++)
            for (int axis = 0; axis < 3; axis++)
                for (int other = 0; other < 256; other++) {
                    bool same = true;

                    for (int c = 0; c < 8; c++)
                        if (c >> axis & 1)
                            same &= (m >> c & 1) ==
                                    (other >> (c ^ 1 << axis) & 1);
                    if (!same)
                        continue;
                    for (int e = 0; e < 12; e++)
                        for (int f = 0; f < 12; f++) {
                            int low[2] = { -1, -1 };
                            const int pair[2] = { e, f };

                            for (int g = 0; g < 12; g++)
                                for (int q = 0; q < 2; q++)
                                    if (pp_cell_edge_corner(pair[q], 0) ==
                                            (pp_cell_edge_corner(g, 0) |
                                             1 << axis) &&
                                        pp_cell_edge_corner(pair[q], 1) ==
                                            (pp_cell_edge_corner(g, 1) |
                                             1 << axis) &&
                                        g >> 2 != axis &&
                                        pair[q] >> 2 == g >> 2 &&
                                        !(pp_cell_edge_corner(g, 0) >> axis &
                                          1))
                                        low[q] = g;
                            if (e == f || low[0] < 0 || low[1] < 0)
                                continue;
                            ck_assert_int_eq(
                                runs(&table[m], e, f),
                                runs(&table[other], low[1], low[0]));
                        }
                }
    }
}
END_TEST

/* Edges of facet a that do not touch facet b in the table, against b. */
static bool
edges_pierce(const pp_cell_case *c, int a, int b, const ipoint at[12])
{
    const ipoint *t[3];

    for (int v = 0; v < 3; v++)
        t[v] = &at[c->edge[b][v]];
    for (int v = 0; v < 3; v++) {
        const uint8_t e[2] = { c->edge[a][v], c->edge[a][(v + 1) % 3] };

        if (memchr(c->edge[b], e[0], 3) != NULL ||
            memchr(c->edge[b], e[1], 3) != NULL)
            continue;
        if (pierces(&at[e[0]], &at[e[1]], t))
            return true;
    }
    return false;
}

static int
shared(const pp_cell_case *c, int a, int b)
{
    int n = 0;

    for (int v = 0; v < 3; v++)
        n += memchr(c->edge[b], c->edge[a][v], 3) != NULL;
    return n;
}

static void
random_places(pp_random *r, ipoint at[12])
{
    for (int e = 0; e < 12; e++) {
        const unsigned kind = pp_random_below(r, 4);
        const int64_t t = kind == 0 ? 1 + pp_random_below(r, SCALE - 1)
                          : kind == 1 ? 1 + pp_random_below(r, 8)
                          : kind == 2 ? SCALE - 1 - pp_random_below(r, 8)
                                      : SCALE / 2;
        const int corner = pp_cell_edge_corner(e, 0);

        for (int k = 0; k < 3; k++)
            at[e].x[k] = e >> 2 == k ? t : (corner >> k & 1) * SCALE;
    }
}

START_TEST(no_facets_of_a_cell_cross_wherever_the_vertices_lie)
{
    static pp_cell_case table[256];
    pp_random r = { 99 };
    ipoint at[12];

    for (unsigned rule = 0; rule < 4; rule++) {
        pp_cell_table(rule, table);
        for (int m = 0; m < 256; m++)
            for (int trial = 0; trial < pp_test_rounds(1500); trial++) {
                const pp_cell_case *c = &table[m];

                random_places(&r, at);
                for (int a = 0; a < c->ntri; a++)
                    for (int b = 0; b < c->ntri; b++)
                        if (a != b && shared(c, a, b) < 2)
                            ck_assert_msg(!edges_pierce(c, a, b, at),
                                          "rule %u case %d: facets %d, %d",
                                          rule, m, a, b);
            }
    }
}
END_TEST

/* Twice the middle of an edge. */
static pp_vec3
middle(int e)
{
    const int a = pp_cell_edge_corner(e, 0), b = pp_cell_edge_corner(e, 1);

    return pp_vec((a & 1) + (b & 1), (a >> 1 & 1) + (b >> 1 & 1),
                  (a >> 2) + (b >> 2));
}

START_TEST(a_corner_with_two_neighbours_keeps_its_trapezoid_as_lorensen_drew_it)
{
    static pp_cell_case table[256];

    for (unsigned rule = PP_CELL_LORENSEN; rule < 4; rule++) {
        pp_cell_table(rule, table);
        for (int turned = 0; turned < 2; turned++) {
            /* corners 0, 1 and 2: inside, or the only ones outside */
            const pp_cell_case *c = &table[turned ? 255 - 7 : 7];
            int flat = 0;

            ck_assert_int_eq(c->ntri, 3);
            for (int t = 0; t < 3; t++) {
                const pp_vec3 a = middle(c->edge[t][0]);
                const pp_vec3 n = pp_cross(pp_sub(middle(c->edge[t][1]), a),
                                           pp_sub(middle(c->edge[t][2]), a));

                /* above all three, or on the slope across x = y */
                flat += fabs(n.x) == fabs(n.y) && fabs(n.z) == fabs(n.x);
                ck_assert(n.x == 0 ? n.y == 0 : n.x == n.y && n.z == n.x);
            }
            ck_assert_int_eq(flat, 2);
        }
    }
}
END_TEST

PP_TESTS("surface/table", facets_meet_in_pairs_and_end_only_in_faces,
         every_edge_that_changes_sign_is_used_and_no_other,
         neighbouring_cells_agree_on_their_face,
         no_facets_of_a_cell_cross_wherever_the_vertices_lie,
         a_corner_with_two_neighbours_keeps_its_trapezoid_as_lorensen_drew_it)
