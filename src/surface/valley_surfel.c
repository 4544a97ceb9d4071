/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_surfel.c - pieces of the surface, and which way is up on all of them
 *
 * Every voxel near the floor of the valley starts a fit; what comes out is a
 * point of the surface and its normal. Neighbours on one sheet have normals
 * along one line, so that a walk from neighbour to neighbour turns them all
 * alike (Hoppe and others, SIGGRAPH 1992). Two sheets that lie close together
 * are no neighbours: the step between them goes across and not along.
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"

#include <string.h>

#define LINK 1.6        /* so near are neighbours */
#define LINK_TURN 0.7   /* cosine between their normals, at least */
#define LINK_ACROSS 0.3 /* how far the one lies off the other's plane, and */
#define LINK_BEND 0.25  /* for each unit of way between them */
#define VOTE 1.4        /* so near vote on each other */
#define SURE_TURN 0.85  /* a conflict between such is no accident */
#define FEWEST 4        /* surfels that make a piece */
#define MOST_NEAR 4096

void
pp_surfels_free(pp_surfels *s)
{
    pp_free(s->s);
    pp_free(s->piece);
    pp_free(s->column);
    pp_free(s->row);
    memset(s, 0, sizeof *s);
}

/* ---- fits ---- */

static double
seed_limit(const pp_valley_field *f)
{
    return fmax(PP_VALLEY_SEED, 0.52 * f->widest) + 0.5 * f->check.noise;
}

static pp_status
list_seeds(const pp_valley_field *f, size_t **seed, size_t *n, pp_error *err)
{
    const size_t all = f->dim[0] * f->dim[1] * f->dim[2];
    const float limit = (float)seed_limit(f);
    size_t count = 0;

    for (size_t i = 0; i < all; i++)
        count += fabsf(f->u[i]) <= limit;
    *n = 0;
    *seed = pp_alloc(count, sizeof **seed);
    if (*seed == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < all; i++)
        if (fabsf(f->u[i]) <= limit)
            (*seed)[(*n)++] = i;
    return PP_OK;
}

/* Is it a piece of a sheet, near the voxel that started it? */
static bool
is_sound(const pp_valley_field *f, const pp_valley_fit *fit, const size_t at[3])
{
    const double i[3] = { (double)at[0], (double)at[1], (double)at[2] };
    const double noise = f->check.noise;
    const double away = pp_distance(pp_valley_to_room(f, i), fit->surfel.at);

    return fit->misfit < 0.1 + 1.2 * noise && fit->slope > 0.6 &&
           fit->slope < 1.5 && fit->share > 0.6 &&
           away < seed_limit(f) + 0.5 + noise;
}

static bool
make_surfel(const pp_valley_window *w, size_t voxel, pp_surfel *out)
{
    const pp_valley_field *f = w->f;
    const size_t at[3] = { voxel % f->dim[0], voxel / f->dim[0] % f->dim[1],
                           voxel / f->dim[0] / f->dim[1] };
    double best = 0;

    for (int half = 1; half <= 2; half++) {
        pp_valley_fit fit;
        pp_surfel guess;

        if (!pp_valley_guess(f, at, half, &guess) ||
            !pp_valley_fit_at(w, guess, false, &fit) || !is_sound(f, &fit, at) ||
            fit.share <= best)
            continue;
        best = fit.share;
        *out = fit.surfel;
    }
    return best > 0;
}

/* ---- order ---- */

/* The voxel that holds a point; clamped. */
static void
voxel_of(const pp_valley_field *f, pp_vec3 p, size_t at[3])
{
    double i[3];

    pp_valley_to_index(f, p, i);
    for (int a = 0; a < 3; a++)
        at[a] = (size_t)fmin(fmax(floor(i[a] + 0.5), 0),
                             (double)f->dim[a] - 1);
}

/* By columns; those of one column stay in their order. */
static void
sort_row(pp_surfels *s, size_t first, size_t end)
{
    for (size_t i = first + 1; i < end; i++) {
        const pp_surfel moved = s->s[i];
        const int32_t column = s->column[i];
        size_t to = i;

        for (; to > first && s->column[to - 1] > column; to--) {
            s->column[to] = s->column[to - 1];
            s->s[to] = s->s[to - 1];
        }
        s->column[to] = column;
        s->s[to] = moved;
    }
}

static pp_status
sort_surfels(const pp_valley_field *f, const pp_surfel *in, const bool *made,
             size_t n, pp_surfels *s, pp_error *err)
{
    const size_t nrow = f->dim[1] * f->dim[2];
    size_t at[3];

    s->rows[0] = f->dim[1];
    s->rows[1] = f->dim[2];
    s->row = pp_alloc_zero(nrow + 2, sizeof *s->row);
    s->s = pp_alloc(n, sizeof *s->s);
    s->column = pp_alloc(n, sizeof *s->column);
    s->piece = pp_alloc(n, sizeof *s->piece);
    if (s->row == NULL || s->s == NULL || s->column == NULL ||
        s->piece == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (!made[i])
            continue;
        voxel_of(f, in[i].at, at);
        s->row[at[2] * f->dim[1] + at[1] + 2]++;
        s->n++;
    }
    for (size_t r = 2; r < nrow + 2; r++)
        s->row[r] += s->row[r - 1];
    for (size_t i = 0; i < n; i++) {
        size_t to;

        if (!made[i])
            continue;
        voxel_of(f, in[i].at, at);
        to = s->row[at[2] * f->dim[1] + at[1] + 1]++;
        s->column[to] = (int32_t)at[0];
        s->s[to] = in[i];
    }
    for (size_t r = 0; r < nrow; r++)
        sort_row(s, s->row[r], s->row[r + 1]);
    return PP_OK;
}

/* The first of a row's surfels whose column is not below i. */
static size_t
first_from(const pp_surfels *s, size_t row, ptrdiff_t i)
{
    size_t low = s->row[row], high = s->row[row + 1];

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (s->column[mid] < i)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

size_t
pp_surfels_near(const pp_valley_field *f, const pp_surfels *s, pp_vec3 p,
                double radius, uint32_t *list, size_t most)
{
    ptrdiff_t low[3], high[3];
    double i[3];
    size_t n = 0;

    pp_valley_to_index(f, p, i);
    for (int a = 0; a < 3; a++) {
        const double *r = f->index[a];
        const double far = radius * sqrt(r[0] * r[0] + r[1] * r[1] +
                                         r[2] * r[2]) + 0.5;

        low[a] = (ptrdiff_t)fmax(ceil(i[a] - far), 0);
        high[a] = (ptrdiff_t)fmin(floor(i[a] + far), (double)f->dim[a] - 1);
    }
    for (ptrdiff_t k = low[2]; k <= high[2]; k++)
        for (ptrdiff_t j = low[1]; j <= high[1]; j++) {
            const size_t row = (size_t)k * s->rows[0] + (size_t)j;
            const size_t end = s->row[row + 1];

            if (s->row[row] == end)
                continue;
            for (size_t m = first_from(s, row, low[0]);
                 m < end && s->column[m] <= high[0] && n < most; m++)
                if (pp_distance(s->s[m].at, p) <= radius)
                    list[n++] = (uint32_t)m;
        }
    return n;
}

/* ---- which way is up ---- */

bool
pp_surfels_linked(const pp_surfel *a, const pp_surfel *b, double *turn)
{
    const pp_vec3 way = pp_sub(b->at, a->at);
    const double far = pp_norm(way), across = LINK_ACROSS + LINK_BEND * far;

    *turn = pp_dot(a->normal, b->normal);
    return far <= LINK && fabs(*turn) >= LINK_TURN &&
           fabs(pp_dot(way, a->normal)) < across &&
           fabs(pp_dot(way, b->normal)) < across;
}

/* Marks those that most of their neighbours do not agree with: at rims and
 * where sheets meet, fits run wild. */
static size_t
drop_odd(const pp_valley_field *f, pp_surfels *s, uint8_t *odd, bool *failed)
{
    const ptrdiff_t n = (ptrdiff_t)s->n;
    size_t count = 0;

#pragma omp parallel reduction(+ : count)
    {
        uint32_t *near = pp_alloc(MOST_NEAR, sizeof *near);

        if (near == NULL) {
#pragma omp atomic write
            *failed = true;
        }
#pragma omp for schedule(dynamic, 256)
        for (ptrdiff_t a = 0; a < n; a++) {
            size_t nnear = 0, agree = 0;
            double turn;

            odd[a] = 0;
            if (near != NULL)
                nnear = pp_surfels_near(f, s, s->s[a].at, VOTE, near,
                                        MOST_NEAR);
            for (size_t m = 0; m < nnear; m++)
                agree += pp_surfels_linked(&s->s[a], &s->s[near[m]], &turn);
            odd[a] = 4 * agree < 3 * nnear;
            count += odd[a];
        }
        pp_free(near);
    }
    return count;
}

/* Takes the marked ones out; rows follow. */
static void
compact(pp_surfels *s, const uint8_t *odd)
{
    const size_t nrow = s->rows[0] * s->rows[1];
    size_t to = 0, first = 0;

    for (size_t r = 0; r < nrow; r++) {
        const size_t end = s->row[r + 1];

        s->row[r] = to;
        for (size_t i = first; i < end; i++) {
            if (odd[i])
                continue;
            s->s[to] = s->s[i];
            s->column[to++] = s->column[i];
        }
        first = end;
    }
    s->row[nrow] = s->n = to;
}

static pp_status
hold_a_vote(const pp_valley_field *f, pp_surfels *s, pp_error *err)
{
    uint8_t *odd = pp_alloc(s->n, 1);
    bool failed = false;

    if (odd == NULL)
        return pp_fail_memory(err);
    if (drop_odd(f, s, odd, &failed) > 0 && !failed)
        compact(s, odd);
    pp_free(odd);
    return failed ? pp_fail_memory(err) : PP_OK;
}

/* Turns all that can be reached from surfel `from` alike. */
static size_t
walk(const pp_valley_field *f, pp_surfels *s, uint32_t from, uint32_t *queue,
     uint32_t *near)
{
    size_t head = 0, tail = 0;

    queue[tail++] = from;
    s->piece[from] = s->npiece;
    while (head < tail) {
        const uint32_t a = queue[head++];
        const size_t n = pp_surfels_near(f, s, s->s[a].at, LINK, near,
                                         MOST_NEAR);

        for (size_t m = 0; m < n; m++) {
            const uint32_t b = near[m];
            double turn;

            if (b == a || !pp_surfels_linked(&s->s[a], &s->s[b], &turn))
                continue;
            if (s->piece[b] == PP_NONE) {
                s->piece[b] = s->npiece;
                if (turn < 0)
                    s->s[b].normal = pp_scale(s->s[b].normal, -1);
                queue[tail++] = b;
            } else if (turn < -SURE_TURN) {
                s->nconflict += 0.5; /* it is met from both its ends */
                s->conflict = s->s[a].at;
            }
        }
    }
    return tail;
}

static pp_status
turn_alike(const pp_valley_field *f, pp_surfels *s, pp_error *err)
{
    uint32_t *queue = pp_alloc(s->n + 1, sizeof *queue);
    uint32_t *near = pp_alloc(MOST_NEAR, sizeof *near);

    if (queue == NULL || near == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t a = 0; a < s->n; a++)
        s->piece[a] = PP_NONE;
    for (size_t a = 0; a < s->n; a++) {
        if (s->piece[a] != PP_NONE)
            continue;
        const size_t tail = walk(f, s, (uint32_t)a, queue, near);

        for (size_t m = 0; tail < FEWEST && m < tail; m++)
            s->piece[queue[m]] = PP_SURFEL_ALONE;
        s->npiece += tail >= FEWEST;
    }
done:
    pp_free(queue);
    pp_free(near);
    return err->status;
}

pp_status
pp_surfels_find(const pp_valley_field *f, pp_surfels *s, pp_error *err)
{
    pp_valley_window w = { 0 };
    pp_surfel *made = NULL;
    size_t *seed = NULL, n = 0;
    bool *sound = NULL;

    memset(s, 0, sizeof *s);
    if (pp_valley_window_make(f, &w, err) != PP_OK ||
        list_seeds(f, &seed, &n, err) != PP_OK)
        goto done;
    if (n >= PP_NONE - 2) {
        pp_fail(err, PP_ELIMIT, "%zu voxels lie on the surface", n);
        goto done;
    }
    made = pp_alloc(n, sizeof *made);
    sound = pp_alloc(n, sizeof *sound);
    if (made == NULL || sound == NULL) {
        pp_fail_memory(err);
        goto done;
    }
#pragma omp parallel for schedule(dynamic, 64)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++)
        sound[i] = make_surfel(&w, seed[i], &made[i]);
    if (sort_surfels(f, made, sound, n, s, err) == PP_OK &&
        hold_a_vote(f, s, err) == PP_OK)
        (void)!turn_alike(f, s, err);
done:
    pp_valley_window_free(&w);
    pp_free(seed);
    pp_free(made);
    pp_free(sound);
    if (err->status != PP_OK)
        pp_surfels_free(s);
    return err->status;
}
