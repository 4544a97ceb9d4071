/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * march.c - fast marching of many fronts at once, among obstacles
 *
 * Sethian's scheme (PNAS 93, 1996): voxels are accepted in the order of their
 * arrival times, and a voxel's time is the solution of |grad T| = 1 from its
 * accepted neighbours, one a axis at most. Only neighbours of one label are
 * used together, so that the times are those of each front alone and a voxel
 * goes to the front that is there first; equal times go to the lesser label,
 * and are accepted in the order of the voxels.
 *
 * The queue is a ring of buckets by time, as in the group marching of Kim
 * (SIAM J. Sci. Comput. 23, 2001); but the bucket at hand is a heap, so that
 * the order is exact. It is small, and stays in the cache.
 */
#include "mask/field.h"

#include "base/alloc.h"
#include "base/large.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define ACCEPTED 0x80000000U
#define OPEN 0x40000000U     /* the march may come here */
#define LABEL PP_MARCH_LABELS

/* Buckets: a power of two, and so many for the least spacing. */
#define RING 4096
#define FINE 16

/* What a neighbour has to know, in one place. */
typedef struct {
    float time;
    uint32_t state; /* label and the two flags */
} cell;

typedef struct {
    float time;
    uint32_t at;
} entry;

typedef struct {
    entry *entry;
    size_t n, capacity;
} bucket;

typedef struct {
    size_t dim[3]; /* with a border of one voxel that is not open */
    size_t step[3];
    double inverse[3]; /* 1 / mm^2 */
    double width;      /* mm of a bucket */
    cell *cell;
    bucket ring[RING];
    uint64_t current;  /* bucket at hand, not yet taken modulo RING */
    size_t waiting;    /* entries in all buckets */
} march;

static inline bool
earlier(const entry *a, const entry *b)
{
    return a->time < b->time || (a->time == b->time && a->at < b->at);
}

static void
sift_up(entry *heap, size_t n)
{
    const entry e = heap[n];

    while (n > 0 && earlier(&e, &heap[(n - 1) / 2])) {
        heap[n] = heap[(n - 1) / 2];
        n = (n - 1) / 2;
    }
    heap[n] = e;
}

static void
sift_down(entry *heap, size_t at, size_t n)
{
    const entry e = heap[at];

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= n)
            break;
        if (child + 1 < n && earlier(&heap[child + 1], &heap[child]))
            child++;
        if (!earlier(&heap[child], &e))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = e;
}

static pp_status
push(march *m, float time, uint32_t at, pp_error *err)
{
    const uint64_t wanted = (uint64_t)((double)time / m->width);
    const bool now = wanted <= m->current;
    bucket *b = &m->ring[(now ? m->current : wanted) % RING];

    /* no arrival lies further ahead than one spacing */
    assert(now || wanted - m->current < RING);
    if (b->n == b->capacity &&
        pp_grow(&b->entry, &b->capacity, b->n + 1, sizeof *b->entry, err) !=
            PP_OK)
        return err->status;
    b->entry[b->n++] = (entry){ time, at };
    m->waiting++;
    if (now)
        sift_up(b->entry, b->n - 1);
    return PP_OK;
}

/* The earliest entry of all; false at the end. */
static bool
pop(march *m, entry *e)
{
    bucket *b = &m->ring[m->current % RING];

    if (m->waiting == 0)
        return false;
    while (b->n == 0) {
        m->current++;
        b = &m->ring[m->current % RING];
        for (size_t n = b->n / 2; n-- > 0;)
            sift_down(b->entry, n, b->n);
    }
    *e = b->entry[0];
    b->entry[0] = b->entry[--b->n];
    if (b->n > 0)
        sift_down(b->entry, 0, b->n);
    m->waiting--;
    return true;
}

/* The earlier accepted neighbour of one label along an axis, or infinity. */
static inline float
upwind(const march *m, size_t at, int axis, uint32_t wanted)
{
    const cell *low = &m->cell[at - m->step[axis]];
    const cell *high = &m->cell[at + m->step[axis]];
    const uint32_t mask = ACCEPTED | LABEL;
    float t = INFINITY;

    if ((low->state & mask) == wanted)
        t = low->time;
    if ((high->state & mask) == wanted && high->time < t)
        t = high->time;
    return t;
}

/*
 * Arrival at a voxel from accepted neighbours of one label: the quadratic
 * equation with the earliest of them, then with two, then with three, as long
 * as the next comes before the solution.
 */
static inline float
solve(const march *m, size_t at, uint32_t label)
{
    float t[3];
    int order[3] = { 0, 1, 2 };
    double a = 0, b = 0, c = -1, arrival = INFINITY;

    for (int axis = 0; axis < 3; axis++)
        t[axis] = upwind(m, at, axis, ACCEPTED | label);
    for (int n = 1; n < 3; n++)
        for (int k = n; k > 0 && t[order[k]] < t[order[k - 1]]; k--) {
            const int swap = order[k];

            order[k] = order[k - 1];
            order[k - 1] = swap;
        }
    /* from the earliest on: differences keep their digits */
    const double first = (double)t[order[0]];

    for (int n = 0; n < 3; n++) {
        const double next = (double)t[order[n]] - first;
        const double inverse = m->inverse[order[n]];
        double root;

        if (!(next < arrival))
            break;
        a += inverse;
        b += inverse * next;
        c += inverse * next * next;
        root = b * b - a * c;
        if (root < 0)
            break;
        arrival = (b + sqrt(root)) / a;
    }
    return (float)(first + arrival);
}

/* A front of one label has come to a voxel: what that means next door. */
static pp_status
spread(march *m, size_t at, uint32_t label, pp_error *err)
{
    for (int side = 0; side < 6; side++) {
        const size_t step = m->step[side / 2];
        const size_t next = side % 2 ? at + step : at - step;
        cell *c = &m->cell[next];
        float t;

        if ((c->state & (OPEN | ACCEPTED)) != OPEN)
            continue;
        t = solve(m, next, label);
        if (t > c->time || (t == c->time && label >= (c->state & LABEL)))
            continue;
        c->state = OPEN | label;
        if (t == c->time)
            continue; /* it waits already */
        c->time = t;
        if (push(m, t, (uint32_t)next, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

/* Is this a seed, or a voxel reached before, with somewhere to go? */
static inline bool
is_front(const march *m, size_t at)
{
    if ((m->cell[at].state & ACCEPTED) == 0)
        return false;
    for (int side = 0; side < 6; side++) {
        const size_t step = m->step[side / 2];
        const size_t next = side % 2 ? at + step : at - step;

        if ((m->cell[next].state & (OPEN | ACCEPTED)) == OPEN)
            return true;
    }
    return false;
}

/* The voxels of a row of cells that are fronts; listed unless NULL. */
static size_t
fronts_of_row(const march *m, size_t row, uint32_t *list)
{
    const size_t first = row * m->dim[0];
    size_t n = 0;

    for (size_t at = first; at < first + m->dim[0]; at++)
        if (is_front(m, at)) {
            if (list != NULL)
                list[n] = (uint32_t)at;
            n++;
        }
    return n;
}

/* All fronts, in order of voxels; the caller frees. */
static pp_status
find_fronts(const march *m, uint32_t **list, size_t *n, pp_error *err)
{
    const ptrdiff_t nrow = (ptrdiff_t)(m->dim[1] * m->dim[2]);
    size_t *first = pp_alloc((size_t)nrow, sizeof *first);

    *n = 0;
    *list = NULL;
    if (first == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++)
        first[r] = fronts_of_row(m, (size_t)r, NULL);
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const size_t here = first[r];

        first[r] = *n;
        *n += here;
    }
    *list = pp_alloc(*n, sizeof **list);
    if (*list == NULL) {
        pp_free(first);
        return pp_fail_memory(err);
    }
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++)
        fronts_of_row(m, (size_t)r, *list + first[r]);
    pp_free(first);
    return PP_OK;
}

static pp_status
run(march *m, pp_error *err)
{
    uint32_t *front;
    size_t n;
    entry e;

    m->current = 0;
    if (find_fronts(m, &front, &n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n && err->status == PP_OK; i++)
        (void)!spread(m, front[i], m->cell[front[i]].state & LABEL, err);
    pp_free(front);
    while (err->status == PP_OK && pop(m, &e)) {
        cell *c = &m->cell[e.at];

        if ((c->state & ACCEPTED) != 0)
            continue;
        c->state |= ACCEPTED;
        (void)!spread(m, e.at, c->state & LABEL, err);
    }
    return err->status;
}

/* Opens what the second march may enter, too; all that was reached is a seed.
   False when there is nothing. */
static bool
open_next(march *m, const uint8_t *open, const size_t dim[3])
{
    const ptrdiff_t nrow = (ptrdiff_t)(dim[1] * dim[2]);
    bool any = false;

    #pragma omp parallel for schedule(static) reduction(|| : any)
    for (ptrdiff_t r = 0; r < nrow; r++)
        any |= memchr(open + (size_t)r * dim[0], 2, dim[0]) != NULL;
    if (!any)
        return false;
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const uint8_t *from = open + (size_t)r * dim[0];
        cell *to = m->cell + m->step[2] * ((size_t)r / dim[1] + 1) +
                   m->step[1] * ((size_t)r % dim[1] + 1) + 1;

        for (size_t i = 0; i < dim[0]; i++)
            if ((to[i].state & ACCEPTED) != 0)
                to[i].time = 0;
            else if (from[i] == 2)
                to[i] = (cell){ INFINITY, OPEN | LABEL };
    }
    return true;
}

static pp_status
prepare(march *m, const uint8_t *open, const size_t dim[3],
        const double mm[3], const uint32_t *label, pp_error *err)
{
    double least = INFINITY, most = 0;
    const ptrdiff_t nrow = (ptrdiff_t)(dim[1] * dim[2]);
    bool beyond = false;

    for (int a = 0; a < 3; a++) {
        if (!(mm[a] > 0 && isfinite(mm[a] * mm[a])))
            return pp_fail(err, PP_EGEOM, "voxel spacing %g x %g x %g mm",
                           mm[0], mm[1], mm[2]);
        m->dim[a] = dim[a] + 2;
        m->step[a] = a == 0 ? 1 : m->step[a - 1] * m->dim[a - 1];
        m->inverse[a] = 1 / (mm[a] * mm[a]);
        least = fmin(least, mm[a]);
        most = fmax(most, mm[a]);
    }
    m->width = fmax(least / FINE, 2 * most / RING);
    if (m->step[2] > UINT32_MAX / m->dim[2])
        return pp_fail(err, PP_ELIMIT, "%zu x %zu x %zu voxels are too many "
                       "to march through", dim[0], dim[1], dim[2]);
    m->cell = pp_alloc_zero(m->step[2] * m->dim[2], sizeof *m->cell);
    if (m->cell == NULL)
        return pp_fail_memory(err);
    pp_large_hint(m->cell, m->step[2] * m->dim[2], sizeof *m->cell);
    #pragma omp parallel for schedule(static) reduction(|| : beyond)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const size_t from = (size_t)r * dim[0];
        cell *to = m->cell + m->step[2] * ((size_t)r / dim[1] + 1) +
                   m->step[1] * ((size_t)r % dim[1] + 1) + 1;

        for (size_t i = 0; i < dim[0]; i++)
            if (label[from + i] >= PP_MARCH_LABELS)
                beyond = true;
            else if (label[from + i] != 0)
                to[i] = (cell){ 0, ACCEPTED | label[from + i] };
            else if (open[from + i] == 1)
                to[i] = (cell){ INFINITY, OPEN | LABEL };
    }
    if (beyond)
        return pp_fail(err, PP_ELIMIT, "a seed's label is %u or more",
                       (unsigned)PP_MARCH_LABELS);
    return PP_OK;
}

static void
take_out(const march *m, const size_t dim[3], uint32_t *label, float *time_mm)
{
    const ptrdiff_t nrow = (ptrdiff_t)(dim[1] * dim[2]);

    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const size_t to = (size_t)r * dim[0];
        const cell *from = m->cell + m->step[2] * ((size_t)r / dim[1] + 1) +
                           m->step[1] * ((size_t)r % dim[1] + 1) + 1;

        for (size_t i = 0; i < dim[0]; i++) {
            const bool came = (from[i].state & ACCEPTED) != 0;

            label[to + i] = came ? from[i].state & LABEL : 0;
            if (time_mm != NULL)
                time_mm[to + i] = came ? from[i].time : INFINITY;
        }
    }
}

pp_status
pp_field_march(const uint8_t *open, const size_t dim[3], const double mm[3],
               uint32_t *label, float *time_mm, pp_error *err)
{
    march *m = pp_alloc_zero(1, sizeof *m);

    if (m == NULL)
        return pp_fail_memory(err);
    if (prepare(m, open, dim, mm, label, err) == PP_OK &&
        run(m, err) == PP_OK &&
        (!open_next(m, open, dim) || run(m, err) == PP_OK))
        take_out(m, dim, label, time_mm);
    for (size_t b = 0; b < RING; b++)
        pp_free(m->ring[b].entry);
    pp_free(m->cell);
    pp_free(m);
    return err->status;
}
