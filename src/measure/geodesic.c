/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * geodesic.c - the shortest way along a surface, exactly
 *
 * Straight lines are sent out from the source over the unfolded facets, in
 * windows: a piece of an edge, and where the source lies when all that was
 * crossed is laid flat (Chen and Han, SoCG 1990). A window splits in two at
 * the corner that it meets; of those that meet a corner through one facet,
 * only the one with the shortest way to it needs both parts. A window whose
 * every point is reached more shortly by way of a vertex is dropped (Xin and
 * Wang, TOG 2009). Shortest ways turn only at vertices with more than a full
 * angle around them and at rims; these are sources anew. Windows are taken in
 * the order of the least length of a way through them, the rest of it as the
 * crow flies: none that leads away from the goal is looked at.
 */
#include "measure/geodesic.h"

#include "base/alloc.h"

#include <string.h>

#define MOST_WINDOWS ((size_t)20 * 1000 * 1000)

/* Windows narrower than this part of their edge are noise. */
#define NARROWEST 1e-12

/* What rounding may do to a length. */
#define ROUNDING 1e-12

/* Vertices with this angle around them or more are sources; a full angle. */
#define FULL (6.283185307179586 - 1e-6)

/*
 * Into the facet of `corner`, over the edge that faces it, from a = (0, 0) to
 * b = (length, 0) with the facet above: the piece from low to high, seen from
 * (x, y), y <= 0, which is `before` from the source.
 */
typedef struct {
    double key; /* no way through it is shorter */
    double low, high, x, y, before;
    uint32_t corner;
    uint32_t vertex; /* not PP_NONE: no window, but this vertex as a source */
} window;

typedef struct {
    const pp_mesh *m;
    const uint32_t *across;
    pp_vec3 goal;
    uint32_t goal_facet;
    double best;        /* shortest way to the goal so far */
    double *distance;   /* of each vertex */
    uint8_t *turns;     /* of each vertex: a way may turn there */
    double *corner_best, *corner_at; /* of each corner: shortest way to it
                                        through its facet, and where that
                                        crosses the edge */
    uint32_t *first, *around; /* corners around each vertex */
    window *heap;
    size_t n, capacity;
    size_t ntaken;
} search;

/* ---- the heap ---- */

static pp_status
push(search *s, const window *w, pp_error *err)
{
    size_t at = s->n;

    if (pp_grow(&s->heap, &s->capacity, s->n + 1, sizeof *w, err) != PP_OK)
        return err->status;
    s->n++;
    for (; at > 0 && s->heap[(at - 1) / 2].key > w->key; at = (at - 1) / 2)
        s->heap[at] = s->heap[(at - 1) / 2];
    s->heap[at] = *w;
    return PP_OK;
}

static window
pop(search *s)
{
    const window top = s->heap[0], last = s->heap[--s->n];
    size_t at = 0, child;

    for (; (child = 2 * at + 1) < s->n; at = child) {
        child += child + 1 < s->n && s->heap[child + 1].key <
                                         s->heap[child].key;
        if (s->heap[child].key >= last.key)
            break;
        s->heap[at] = s->heap[child];
    }
    if (s->n > 0)
        s->heap[at] = last;
    return top;
}

/* ---- facets laid flat ---- */

static pp_vec3
corner_place(const search *s, uint32_t corner, int turn)
{
    const uint32_t t = corner / 3, k = (corner % 3 + (uint32_t)turn) % 3;

    return s->m->vert[s->m->tri[t][k]];
}

static uint32_t
corner_vertex(const search *s, uint32_t corner, int turn)
{
    return s->m->tri[corner / 3][(corner % 3 + (uint32_t)turn) % 3];
}

/* Where p lies beside the edge that faces a corner: x along, y across. */
static void
lay_flat(const search *s, uint32_t corner, pp_vec3 p, double *x, double *y)
{
    const pp_vec3 a = corner_place(s, corner, 1);
    const pp_vec3 u = pp_unit(pp_sub(corner_place(s, corner, 2), a));
    const pp_vec3 d = pp_sub(p, a);

    *x = pp_dot(d, u);
    *y = pp_norm(pp_madd(d, -*x, u));
}

static double
edge_length(const search *s, uint32_t corner)
{
    return pp_distance(corner_place(s, corner, 1), corner_place(s, corner, 2));
}

/* The corner that faces the same edge from the other facet, or PP_NONE. */
static uint32_t
beyond(const search *s, uint32_t corner)
{
    const uint32_t t = s->across[corner];

    for (uint32_t k = 0; t != PP_NONE && k < 3; k++)
        if (corner_vertex(s, 3 * t + k, 1) == corner_vertex(s, corner, 2) &&
            corner_vertex(s, 3 * t + k, 2) == corner_vertex(s, corner, 1))
            return 3 * t + k;
    return PP_NONE;
}

/* Where the way from the window's source to (x, y) crosses the edge. */
static double
crossing(const window *w, double x, double y)
{
    return y > w->y ? w->x + (x - w->x) * -w->y / (y - w->y) : w->x;
}

/* The length to (x, y) through the window, straight where that can be. */
static double
length_to(const window *w, double x, double y)
{
    const double at = fmin(fmax(crossing(w, x, y), w->low), w->high);

    return w->before + hypot(w->x - at, w->y) + hypot(x - at, y);
}

/* ---- windows ---- */

static double
to_segment(pp_vec3 p, pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 d = pp_sub(b, a);
    const double d2 = pp_dot(d, d);
    const double at = d2 > 0 ? pp_dot(pp_sub(p, a), d) / d2 : 0;

    return pp_distance(p, pp_madd(a, fmin(fmax(at, 0), 1), d));
}

/* Is every point of it reached more shortly by way of an end of the edge? */
static bool
is_beaten(const search *s, const window *w, double length)
{
    const double from_a = s->distance[corner_vertex(s, w->corner, 1)];
    const double from_b = s->distance[corner_vertex(s, w->corner, 2)];
    const double to_low = w->before + hypot(w->x - w->low, w->y);
    const double to_high = w->before + hypot(w->x - w->high, w->y);

    return from_a + w->high < to_high * (1 - ROUNDING) ||
           from_b + length - w->low < to_low * (1 - ROUNDING);
}

/* Sends a window on, if it may lead to a shorter way. */
static pp_status
add_window(search *s, window w, pp_error *err)
{
    const double length = edge_length(s, w.corner);
    const pp_vec3 a = corner_place(s, w.corner, 1);
    const pp_vec3 u = pp_unit(pp_sub(corner_place(s, w.corner, 2), a));
    const double near = fmin(fmax(w.x, w.low), w.high);

    w.low = fmax(w.low, 0);
    w.high = fmin(w.high, length);
    if (!(w.high - w.low > NARROWEST * length) || is_beaten(s, &w, length))
        return PP_OK;
    w.key = w.before + hypot(w.x - near, w.y) +
            to_segment(s->goal, pp_madd(a, w.low, u), pp_madd(a, w.high, u));
    if (w.key >= s->best)
        return PP_OK;
    if (w.corner / 3 == s->goal_facet) {
        double x, y;

        lay_flat(s, w.corner, s->goal, &x, &y);
        s->best = fmin(s->best, length_to(&w, x, y));
    }
    return push(s, &w, err);
}

/*
 * A source `before` from the first one at a place in the facet of `corner`:
 * through the edge that faces the corner, into the next facet.
 */
static pp_status
send_through(search *s, uint32_t corner, pp_vec3 from, double before,
             pp_error *err)
{
    window w = { .before = before, .corner = beyond(s, corner),
                 .vertex = PP_NONE };
    double y;

    if (w.corner == PP_NONE)
        return PP_OK;
    lay_flat(s, w.corner, from, &w.x, &y);
    w.y = -y;
    w.high = edge_length(s, w.corner);
    return add_window(s, w, err);
}

/* A shorter way to a vertex; where ways turn, it will be a source. */
static pp_status
reach_vertex(search *s, uint32_t v, double d, bool source, pp_error *err)
{
    const double rest = pp_distance(s->m->vert[v], s->goal);
    const window event = { .key = d + rest, .before = d, .vertex = v };

    if (!(d < s->distance[v] * (1 - ROUNDING)))
        return PP_OK;
    s->distance[v] = d;
    for (int k = 0; k < 3; k++)
        if (s->m->tri[s->goal_facet][k] == v)
            s->best = fmin(s->best, d + rest);
    return (s->turns[v] || source) && d + rest < s->best
               ? push(s, &event, err)
               : PP_OK;
}

/* Sends out from a vertex: over its facets, and along its edges. */
static pp_status
leave_vertex(search *s, const window *w, pp_error *err)
{
    const uint32_t v = w->vertex;
    const pp_vec3 at = s->m->vert[v];

    if (w->before > s->distance[v]) /* a shorter way came since */
        return PP_OK;
    for (uint32_t i = s->first[v]; i < s->first[v + 1]; i++) {
        const uint32_t c = s->around[i];

        if (send_through(s, c, at, w->before, err) != PP_OK)
            return err->status;
        for (int k = 1; k < 3; k++) {
            const double along = pp_distance(at, corner_place(s, c, k));

            if (reach_vertex(s, corner_vertex(s, c, k), w->before + along,
                             false, err) != PP_OK)
                return err->status;
        }
    }
    return PP_OK;
}

/*
 * The part of the fan of w from low to high (on its edge) that leaves over a
 * side of the facet: side 1 from a to the apex, side 2 from the apex to b.
 */
static pp_status
leave_over(search *s, const window *w, int side, double low, double high,
           double ax, double ay, double length, pp_error *err)
{
    /* corner that faces the side within this facet: b's for side 1, a's */
    const uint32_t t = w->corner / 3, k = w->corner % 3;
    const uint32_t corner = 3 * t + (k + (side == 1 ? 2 : 1)) % 3;
    const double fx = side == 1 ? 0 : length; /* the side starts at (fx, 0) */
    const double dx = ax - fx, l = hypot(dx, ay);
    window out = { .before = w->before, .corner = beyond(s, corner),
                   .vertex = PP_NONE };
    double end[2];

    if (out.corner == PP_NONE || !(l > 0))
        return PP_OK;
    for (int e = 0; e < 2; e++) {
        /* (x, y) + r (p - x, -y) meets (fx, 0) + q (dx, ay) */
        const double px = (e == 0 ? low : high) - w->x, py = -w->y;
        const double det = px * ay - py * dx;
        const double q = ((fx - w->x) * py + w->y * px) / det;

        end[e] = det != 0 && isfinite(q) ? fmin(fmax(q, 0), 1) * l
                 : e == (side == 1)      ? l
                                         : 0;
        if (w->y == 0) /* along the edge itself: over its end */
            end[e] = e == 0 ? (side == 1 ? 0 : l) : (side == 1 ? l : 0);
    }
    /* the source beside the side: along it and off it */
    {
        const double ux = dx / l, uy = ay / l;
        const double sx = w->x - fx, sy = w->y;
        const double along = sx * ux + sy * uy;

        /* the next facet has side 1 from a to the apex, and side 2 from the
         * apex to b */
        out.x = side == 2 ? l - along : along;
        out.y = -fabs(sx * uy - sy * ux);
        out.low = side == 2 ? l - fmax(end[0], end[1])
                            : fmin(end[0], end[1]);
        out.high = side == 2 ? l - fmin(end[0], end[1])
                             : fmax(end[0], end[1]);
    }
    return add_window(s, out, err);
}

/* Over the facet of w, to its two other sides. */
static pp_status
cross_facet(search *s, const window *w, pp_error *err)
{
    const double length = edge_length(s, w->corner);
    double ax, ay, at, d;
    bool left = true, right = true;

    lay_flat(s, w->corner, corner_place(s, w->corner, 0), &ax, &ay);
    if (!(ay > 0))
        return PP_OK; /* no area: its neighbours have other ways in */
    at = crossing(w, ax, ay);
    if (w->y == 0 && (at <= w->low || at >= w->high))
        return PP_OK; /* along the edge: into no facet */
    if (at <= w->low)
        return leave_over(s, w, 2, w->low, w->high, ax, ay, length, err);
    if (at >= w->high)
        return leave_over(s, w, 1, w->low, w->high, ax, ay, length, err);
    d = w->before + hypot(ax - w->x, ay - w->y);
    if (d < s->corner_best[w->corner]) {
        s->corner_best[w->corner] = d;
        s->corner_at[w->corner] = at;
    } else {
        left = at <= s->corner_at[w->corner];
        right = at >= s->corner_at[w->corner];
    }
    if (reach_vertex(s, corner_vertex(s, w->corner, 0), d, false, err) !=
            PP_OK ||
        (left && leave_over(s, w, 1, w->low, at, ax, ay, length, err) !=
                     PP_OK) ||
        (right && leave_over(s, w, 2, at, w->high, ax, ay, length, err) !=
                      PP_OK))
        return err->status;
    return PP_OK;
}

/* ---- all of it ---- */

/* Corners around each vertex, and where shortest ways may turn. */
static pp_status
prepare(search *s, pp_error *err)
{
    const pp_mesh *m = s->m;
    double *angle = pp_alloc_zero(m->nvert, sizeof *angle);

    s->distance = pp_alloc(m->nvert, sizeof *s->distance);
    s->turns = pp_alloc_zero(m->nvert, 1);
    s->first = pp_alloc_zero(m->nvert + 2, sizeof *s->first);
    s->around = pp_alloc(m->ntri, 3 * sizeof *s->around);
    s->corner_best = pp_alloc(m->ntri, 3 * sizeof *s->corner_best);
    s->corner_at = pp_alloc(m->ntri, 3 * sizeof *s->corner_at);
    if (angle == NULL || s->distance == NULL || s->turns == NULL ||
        s->first == NULL || s->around == NULL || s->corner_best == NULL ||
        s->corner_at == NULL) {
        pp_free(angle);
        return pp_fail_memory(err);
    }
    for (uint32_t c = 0; c < 3 * m->ntri; c++) {
        const pp_vec3 at = corner_place(s, c, 0);
        const pp_vec3 u = pp_sub(corner_place(s, c, 1), at);
        const pp_vec3 v = pp_sub(corner_place(s, c, 2), at);

        angle[corner_vertex(s, c, 0)] += atan2(pp_norm(pp_cross(u, v)),
                                               pp_dot(u, v));
        s->first[corner_vertex(s, c, 0) + 2]++;
        s->corner_best[c] = HUGE_VAL;
        if (s->across[c] == PP_NONE)
            s->turns[corner_vertex(s, c, 1)] =
                s->turns[corner_vertex(s, c, 2)] = 1;
    }
    for (size_t v = 0; v < m->nvert; v++) {
        s->distance[v] = HUGE_VAL;
        s->turns[v] |= angle[v] >= FULL;
        s->first[v + 2] += s->first[v + 1];
    }
    for (uint32_t c = 0; c < 3 * m->ntri; c++)
        s->around[s->first[corner_vertex(s, c, 0) + 1]++] = c;
    pp_free(angle);
    return PP_OK;
}

static pp_status
send_out(search *s, pp_vec3 from, uint32_t facet, pp_error *err)
{
    for (uint32_t k = 0; k < 3; k++) {
        const uint32_t c = 3 * facet + k;
        const double d = pp_distance(from, corner_place(s, c, 0));
        double x, y;

        lay_flat(s, c, corner_place(s, c, 0), &x, &y);
        if (send_through(s, c, from, 0, err) != PP_OK ||
            reach_vertex(s, corner_vertex(s, c, 0), d,
                         d <= ROUNDING * (y + edge_length(s, c)), err) !=
                PP_OK)
            return err->status;
    }
    return PP_OK;
}

pp_status
pp_geodesic(const pp_mesh *m, const uint32_t *across, const pp_vec3 point[2],
            const uint32_t facet[2], double *low, double *high, pp_error *err)
{
    search s = { .m = m, .across = across, .goal = point[1],
                 .goal_facet = facet[1], .best = HUGE_VAL };

    *low = *high = pp_distance(point[0], point[1]);
    if (facet[0] == facet[1])
        return PP_OK;
    if (prepare(&s, err) != PP_OK ||
        send_out(&s, point[0], facet[0], err) != PP_OK)
        goto done;
    while (s.n > 0 && s.heap[0].key < s.best && s.ntaken < MOST_WINDOWS) {
        const window w = pop(&s);

        s.ntaken++;
        if (w.vertex != PP_NONE ? leave_vertex(&s, &w, err) != PP_OK
            : !is_beaten(&s, &w, edge_length(&s, w.corner)) &&
                    cross_facet(&s, &w, err) != PP_OK)
            goto done;
    }
    *high = s.best;
    *low = s.n > 0 && s.heap[0].key < s.best ? s.heap[0].key
                                             : s.best * (1 - 1e-9);
done:
    pp_free(s.distance);
    pp_free(s.turns);
    pp_free(s.corner_best);
    pp_free(s.corner_at);
    pp_free(s.first);
    pp_free(s.around);
    pp_free(s.heap);
    return err->status;
}
