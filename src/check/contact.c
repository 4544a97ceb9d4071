/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contact.c - how two facets meet, decided by signs alone
 *
 * The intersection of two facets is to be what they share by number, nothing
 * more. Facets in different planes meet on the line of both planes, each in an
 * interval of it; the ends of the intervals are compared by the orientation of
 * edge against edge, after each facet has been turned so that its first vertex
 * lies alone on its side of the other's plane (Guigue and Devillers, 2003;
 * here with closed intervals, so that touching counts, and with open ones, so
 * that it can be told from crossing). Facets in one plane are convex polygons
 * of that plane: they are apart when an edge of one has the other beyond it.
 */
#include "check/contact.h"

#include "mesh/predicates.h"

/* Three points and their signs against the other facet's plane. */
typedef struct {
    pp_vec3 p[3];
    int sign[3];
} side_view;

static void
rotate(side_view *f, int first)
{
    const side_view g = *f;

    for (int k = 0; k < 3; k++) {
        f->p[k] = g.p[(first + k) % 3];
        f->sign[k] = g.sign[(first + k) % 3];
    }
}

/* Both a positive and a negative vertex: the plane cuts through the inside. */
static bool
straddles(const side_view *f)
{
    bool positive = false, negative = false;

    for (int k = 0; k < 3; k++) {
        positive |= f->sign[k] > 0;
        negative |= f->sign[k] < 0;
    }
    return positive && negative;
}

static int
count_zeros(const side_view *f)
{
    return (f->sign[0] == 0) + (f->sign[1] == 0) + (f->sign[2] == 0);
}

/*
 * Brings to the front the vertex that is alone on its side, the plane itself
 * counted to the other side (or, for a facet that touches the plane with one
 * vertex, that vertex). Returns 1 when its side is the positive one: the
 * touching vertex counts as opposite to the others.
 */
static int
bring_lone_vertex(side_view *f)
{
    int lone = 0, npositive = 0, nnegative = 0;

    for (int k = 0; k < 3; k++) {
        npositive += f->sign[k] > 0;
        nnegative += f->sign[k] < 0;
    }
    if (npositive == 1) {
        while (f->sign[lone] <= 0)
            lone++;
        rotate(f, lone);
        return 1;
    }
    if (nnegative == 1) {
        while (f->sign[lone] >= 0)
            lone++;
        rotate(f, lone);
        return 0;
    }
    while (f->sign[lone] != 0) /* 0 + + or 0 - - */
        lone++;
    rotate(f, lone);
    return nnegative == 2;
}

static void
swap_last(side_view *f)
{
    const pp_vec3 p = f->p[1];
    const int s = f->sign[1];

    f->p[1] = f->p[2];
    f->sign[1] = f->sign[2];
    f->p[2] = p;
    f->sign[2] = s;
}

/*
 * Facets in different planes, neither strictly on one side of the other's.
 * *strict: the intervals overlap in more than a point that both end in.
 */
static bool
intervals_meet(side_view a, side_view b, bool *strict)
{
    int first, second;

    if (!bring_lone_vertex(&a))
        swap_last(&b);
    if (!bring_lone_vertex(&b))
        swap_last(&a);
    first = pp_orient3d(a.p[0], a.p[1], b.p[1], b.p[0]);
    second = pp_orient3d(a.p[0], a.p[2], b.p[0], b.p[2]);
    *strict = first > 0 && second > 0;
    return first >= 0 && second >= 0;
}

/* n points of b beyond the edges of a (turning as `turn` says): all of them
 * strictly (2), all at least weakly (1), or neither (0), for the best edge. */
static int
separation(const pp_vec3 a[3], const pp_vec3 b[3], int axis)
{
    const int turn = pp_orient_axis(a[0], a[1], a[2], axis);
    int best = 0;

    for (int k = 0; k < 3; k++) {
        int highest = -1;

        for (int i = 0; i < 3; i++) {
            const int side =
                turn * pp_orient_axis(a[k], a[(k + 1) % 3], b[i], axis);

            if (side > highest)
                highest = side;
        }
        if (1 - highest > best)
            best = 1 - highest;
    }
    return best;
}

/* Facets in one plane: 0 apart, 1 touching, 2 overlapping. */
static int
coplanar_meet(const pp_vec3 a[3], const pp_vec3 b[3])
{
    const int axis = pp_view_axis(a[0], a[1], a[2]);
    const int ab = separation(a, b, axis), ba = separation(b, a, axis);

    return 2 - (ab > ba ? ab : ba);
}

/* Do the points b and c lie in the same direction from a, all on a line? */
static bool
same_direction(pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    if (pp_view_axis(a, b, c) >= 0)
        return false;
    return (b.x > a.x) == (c.x > a.x) && (b.x < a.x) == (c.x < a.x) &&
           (b.y > a.y) == (c.y > a.y) && (b.y < a.y) == (c.y < a.y) &&
           (b.z > a.z) == (c.z > a.z) && (b.z < a.z) == (c.z < a.z);
}

/* Signs of f against the plane of g. */
static void
view(side_view *f, const pp_vec3 g[3], int nshared)
{
    for (int k = 0; k < nshared; k++)
        f->sign[k] = 0;
    for (int k = nshared; k < 3; k++)
        f->sign[k] = pp_orient3d(g[0], g[1], g[2], f->p[k]);
}

static bool
one_sided(const side_view *f, int nshared)
{
    const int s = f->sign[nshared];

    for (int k = nshared; k < 3; k++)
        if (f->sign[k] != s)
            return false;
    return s != 0;
}

static pp_contact
contact_apart(side_view *a, side_view *b)
{
    bool strict;

    view(a, b->p, 0);
    if (one_sided(a, 0))
        return PP_CONTACT_NONE;
    if (count_zeros(a) == 3) {
        const int meet = coplanar_meet(a->p, b->p);

        return meet == 2   ? PP_CONTACT_OVERLAP
               : meet == 1 ? PP_CONTACT_TOUCH
                           : PP_CONTACT_NONE;
    }
    view(b, a->p, 0);
    if (one_sided(b, 0) || !intervals_meet(*a, *b, &strict))
        return PP_CONTACT_NONE;
    return strict && straddles(a) && straddles(b) ? PP_CONTACT_CROSS
                                                  : PP_CONTACT_TOUCH;
}

/* Both start with the shared vertex. */
static pp_contact
contact_at_vertex(side_view *a, side_view *b)
{
    bool strict;

    view(a, b->p, 1);
    if (one_sided(a, 1))
        return PP_CONTACT_NONE;
    if (count_zeros(a) == 3) {
        if (coplanar_meet(a->p, b->p) == 2)
            return PP_CONTACT_FOLD;
        for (int i = 1; i < 3; i++)
            for (int j = 1; j < 3; j++)
                if (same_direction(a->p[0], a->p[i], b->p[j]))
                    return PP_CONTACT_TOUCH;
        return PP_CONTACT_NONE;
    }
    view(b, a->p, 1);
    if (one_sided(b, 1))
        return PP_CONTACT_NONE;
    /* two intervals from the shared vertex: along the same ray, or only it */
    if (!intervals_meet(*a, *b, &strict) || !strict)
        return PP_CONTACT_NONE;
    return straddles(a) && straddles(b) ? PP_CONTACT_CROSS
                                        : PP_CONTACT_TOUCH;
}

/* Both start with the shared edge; the third vertices remain. */
static pp_contact
contact_at_edge(const pp_vec3 a[3], const pp_vec3 b[3])
{
    int axis;

    if (pp_orient3d(a[0], a[1], a[2], b[2]) != 0)
        return PP_CONTACT_NONE;
    axis = pp_view_axis(a[0], a[1], a[2]);
    return pp_orient_axis(a[0], a[1], a[2], axis) ==
                   pp_orient_axis(a[0], a[1], b[2], axis)
               ? PP_CONTACT_FOLD
               : PP_CONTACT_NONE;
}

pp_contact
pp_facet_contact(const pp_vec3 *vert, const uint32_t a[3], const uint32_t b[3])
{
    uint32_t f[3] = { a[0], a[1], a[2] }, g[3] = { b[0], b[1], b[2] };
    side_view p, q;
    int nshared = 0;

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (a[i] == b[j]) {
                /* to the front, each in the place of what was there */
                for (int k = nshared; k < 3; k++)
                    if (f[k] == a[i]) {
                        f[k] = f[nshared];
                        f[nshared] = a[i];
                        break;
                    }
                for (int k = nshared; k < 3; k++)
                    if (g[k] == b[j]) {
                        g[k] = g[nshared];
                        g[nshared] = b[j];
                        break;
                    }
                nshared++;
            }
    for (int k = 0; k < 3; k++) {
        p.p[k] = vert[f[k]];
        q.p[k] = vert[g[k]];
    }
    switch (nshared) {
    case 0:
        return contact_apart(&p, &q);
    case 1:
        return contact_at_vertex(&p, &q);
    case 2:
        return contact_at_edge(p.p, q.p);
    default:
        return PP_CONTACT_NONE;
    }
}
