/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels_points.c - the lines where three sheets or more meet
 *
 * A line runs from points within faces to points amid cells. Within its face
 * a point may lie anywhere, since the contours there are a star around it, and
 * so may it amid a cell, since the sheets there are a cone. Where two labels
 * border on none, the point slides between the two edges of what lies outside:
 * the outer surface is then that of both labels together, without a groove
 * along their line. Each point in turn goes to the mean of its neighbours on
 * the line: voxels leave no teeth on it. Next to a cell with an inner cube
 * (labels_cell.c) points stay amid the edges, as its patches ask.
 */
#include "surface/labels.h"

#include <math.h>

#define SLIDES 12
#define LEAST 0.05 /* of a way between edges, and off those, on either side */

typedef struct {
    size_t i, j, k;
    uint16_t label[8];
} place;

static pp_vec3
position(const pp_sheets *s, uint32_t v)
{
    double at[3];

    pp_lattice_at(&s->l, v, at);
    return pp_vec(at[0], at[1], at[2]);
}

static inline pp_vec3
point(const pp_sheets *s, uint32_t p)
{
    return pp_vec(s->l.point[p][0], s->l.point[p][1], s->l.point[p][2]);
}

static inline void
put_point(pp_sheets *s, uint32_t p, pp_vec3 at)
{
    s->l.point[p][0] = at.x;
    s->l.point[p][1] = at.y;
    s->l.point[p][2] = at.z;
}

/* ---- faces ---- */

/* What comes to a point from the edges of its face. */
typedef struct {
    pp_vec3 outer[2]; /* between a label and none */
    pp_vec3 mean[2];  /* of all edges; of those between labels */
    int nouter;
} spokes;

static void
find_spokes(const pp_sheets *s, const place *c, int axis, spokes *k)
{
    pp_vec3 sum = pp_vec(0, 0, 0), walls = sum;
    int n = 0;

    k->nouter = 0;
    for (int e = 0; e < 12; e++) {
        const int p = pp_cell_edge_corner(e, 0), q = pp_cell_edge_corner(e, 1);
        pp_vec3 at;

        if (((p | q) >> axis & 1) || c->label[p] == c->label[q])
            continue;
        at = position(s, pp_sheets_corner(s, c->i, c->j, c->k, e));
        sum = pp_add(sum, at);
        n++;
        if ((c->label[p] == 0 || c->label[q] == 0) && k->nouter < 2)
            k->outer[k->nouter++] = at;
        else
            walls = pp_add(walls, at);
    }
    k->mean[0] = pp_scale(sum, 1.0 / n);
    k->mean[1] = n > k->nouter ? pp_scale(walls, 1.0 / (n - k->nouter))
                               : k->mean[0];
}

/* The point between p and q that is nearest to a. */
static pp_vec3
slide_to(pp_vec3 p, pp_vec3 q, pp_vec3 a)
{
    const pp_vec3 way = pp_sub(q, p);
    double t = pp_dot(pp_sub(a, p), way) / pp_dot(way, way);

    t = t > LEAST ? t : LEAST; /* also when it is not a number */
    t = t < 1 - LEAST ? t : 1 - LEAST;
    return pp_add(p, pp_scale(way, t));
}

static double
within(double x, size_t low)
{
    const double d = x - (double)low;

    return (double)low + (d < LEAST ? LEAST : d > 1 - LEAST ? 1 - LEAST : d);
}

/* Near a, within the face that lies across axis. */
static pp_vec3
within_face(const place *c, int axis, pp_vec3 a)
{
    return pp_vec(axis == 0 ? (double)c->i : within(a.x, c->i),
                  axis == 1 ? (double)c->j : within(a.y, c->j),
                  axis == 2 ? (double)c->k : within(a.z, c->k));
}

/* The points amid the cells on both sides of c's low face, or false. */
static bool
find_centres(const pp_sheets *s, const place *c, int axis, uint32_t centre[2])
{
    centre[0] = pp_sheets_point(s, c->i, c->j, c->k, PP_AT_CENTRE);
    centre[1] = pp_sheets_point(s, c->i - (axis == 0), c->j - (axis == 1),
                                c->k - (axis == 2), PP_AT_CENTRE);
    return centre[0] != PP_NONE && centre[1] != PP_NONE;
}

static void
place_in_face(pp_sheets *s, uint32_t p, const place *c, int axis, bool first)
{
    uint32_t centre[2];
    pp_vec3 to;
    spokes k;

    if (!find_centres(s, c, axis, centre)) {
        if (first) {
            find_spokes(s, c, axis, &k);
            put_point(s, p, k.mean[0]);
        }
        return;
    }
    find_spokes(s, c, axis, &k);
    to = first ? k.mean[k.nouter == 2]
               : pp_scale(pp_add(point(s, centre[0]), point(s, centre[1])),
                          0.5);
    put_point(s, p, k.nouter == 2 ? slide_to(k.outer[0], k.outer[1], to)
                    : first       ? to
                                  : within_face(c, axis, to));
}

/* ---- cells ---- */

/* The mean of the points on the cell's faces, or of its edges' vertices. */
static pp_vec3
amid(const pp_sheets *s, const place *c)
{
    pp_vec3 sum[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
    int n[2] = { 0, 0 };

    for (int f = 0; f < 6; f++) {
        const size_t side = (size_t)(f & 1);
        const uint32_t p = pp_sheets_point(
            s, c->i + (f / 2 == 0) * side, c->j + (f / 2 == 1) * side,
            c->k + (f / 2 == 2) * side, PP_AT_FACE + 2 * (f / 2));

        if (p != PP_NONE) {
            sum[0] = pp_add(sum[0], point(s, p));
            n[0]++;
        }
    }
    if (n[0] > 1)
        return pp_scale(sum[0], 1.0 / n[0]);
    for (int e = 0; e < 12; e++)
        if (c->label[pp_cell_edge_corner(e, 0)] !=
            c->label[pp_cell_edge_corner(e, 1)]) {
            sum[1] = pp_add(sum[1], position(s, pp_sheets_corner(
                                                    s, c->i, c->j, c->k, e)));
            n[1]++;
        }
    return pp_scale(sum[1], 1.0 / n[1]);
}

/* On the inner cube: half way to the middle. */
static pp_vec3
inner_point(const pp_sheets *s, const place *c, int code)
{
    const pp_vec3 middle = pp_vec((double)c->i + 0.5, (double)c->j + 0.5,
                                  (double)c->k + 0.5);
    pp_vec3 p;

    if (code < PP_AT_CORNER) {
        p = position(s, pp_sheets_corner(s, c->i, c->j, c->k,
                                         code - PP_AT_INNER));
    } else {
        const int n = code - PP_AT_CORNER;

        p = pp_vec((double)(c->i + (n & 1)), (double)(c->j + (n >> 1 & 1)),
                   (double)(c->k + (n >> 2)));
    }
    return pp_scale(pp_add(p, middle), 0.5);
}

/* ---- all ---- */

typedef enum { FACES_FIRST, FACES, CENTRES, INNER } pass;

static void
place_row(pp_sheets *s, size_t r, pass which)
{
    place c = { .j = r % s->n[1], .k = r / s->n[1] };

    for (uint32_t p = s->row[r].point; p < s->row[r + 1].point; p++) {
        const int code = (int)(s->point_key[p] & 255);
        const pass turn = code < PP_AT_CENTRE    ? FACES
                          : code == PP_AT_CENTRE ? CENTRES
                                                 : INNER;

        if (turn != (which == FACES_FIRST ? FACES : which))
            continue;
        c.i = (size_t)(s->point_key[p] >> 8);
        pp_sheets_cell(s, c.i, c.j, c.k, c.label);
        if (turn == FACES)
            place_in_face(s, p, &c, (code - PP_AT_FACE) / 2,
                          which == FACES_FIRST);
        else
            put_point(s, p, turn == CENTRES ? amid(s, &c)
                                            : inner_point(s, &c, code));
    }
}

static void
place_all(pp_sheets *s, pass which)
{
    const ptrdiff_t nrow = (ptrdiff_t)s->nrow;

    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t r = 0; r < nrow; r++)
        place_row(s, (size_t)r, which);
}

void
pp_sheets_place_points(pp_sheets *s, bool sliding)
{
    place_all(s, FACES_FIRST);
    place_all(s, CENTRES);
    for (int n = 0; n < SLIDES && sliding; n++) {
        place_all(s, FACES);
        place_all(s, CENTRES);
    }
    place_all(s, INNER);
}
