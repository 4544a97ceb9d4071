/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pengwin.c - one challenge's evaluator, to compare with published numbers
 *
 * Written from the description of its procedure, to show what its sampling
 * does: points drawn from a large surface leave holes between them, and what
 * is measured is the holes. The draws are those of the Mersenne Twister MT19937
 * (Matsumoto and Nishimura, ACM TOMACS 8, 1998) with numbers beyond the limit
 * thrown away under a mask, as numpy's RandomState makes them.
 */
#include "mask/pengwin.h"

#include "base/alloc.h"
#include "mask/score.h"

#include <math.h>
#include <string.h>

#define MOST_POINTS 10000
#define SEED 2024
#define WORDS 624

typedef struct {
    uint32_t word[WORDS];
    int at;
} twister;

static void
seed_twister(twister *t, uint32_t seed)
{
    t->word[0] = seed;
    for (int i = 1; i < WORDS; i++)
        t->word[i] = 1812433253U * (t->word[i - 1] ^ t->word[i - 1] >> 30) +
                     (uint32_t)i;
    t->at = WORDS;
}

static void
refill(twister *t)
{
    for (int i = 0; i < WORDS; i++) {
        const uint32_t y = (t->word[i] & 0x80000000U) |
                           (t->word[(i + 1) % WORDS] & 0x7fffffffU);

        t->word[i] = t->word[(i + 397) % WORDS] ^ y >> 1 ^
                     (y & 1 ? 0x9908b0dfU : 0);
    }
    t->at = 0;
}

static uint32_t
next_word(twister *t)
{
    uint32_t y;

    if (t->at == WORDS)
        refill(t);
    y = t->word[t->at++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680U;
    y ^= y << 15 & 0xefc60000U;
    return y ^ y >> 18;
}

void
pp_pengwin_draw(uint32_t seed, uint32_t limit, uint32_t *out, size_t n)
{
    const uint32_t most = limit - 1;
    uint32_t mask = most;
    twister t;

    for (int shift = 1; shift < 32; shift *= 2)
        mask |= mask >> shift;
    seed_twister(&t, seed);
    for (size_t i = 0; i < n; i++) {
        if (most == 0) { /* nothing to draw, and nothing is */
            out[i] = 0;
            continue;
        }
        do
            out[i] = next_word(&t) & mask;
        while (out[i] > most);
    }
}

/* ---- points ---- */

/* The voxels of some labels: chosen[label]. */
typedef struct {
    const pp_label_map *map;
    const uint8_t *chosen;
    const pp_label_extent *extent;
} subset;

typedef struct {
    double (*at)[3];
    size_t n;
} points;

static inline bool
is_in(const subset *s, ptrdiff_t i, ptrdiff_t j, ptrdiff_t k)
{
    const size_t *dim = s->map->dim;

    return i >= 0 && j >= 0 && k >= 0 && (size_t)i < dim[0] &&
           (size_t)j < dim[1] && (size_t)k < dim[2] &&
           s->chosen[s->map->at[((size_t)k * dim[1] + (size_t)j) * dim[0] +
                                (size_t)i]];
}

/* How many of the six neighbours are in. */
static int
neighbours_in(const subset *s, ptrdiff_t i, ptrdiff_t j, ptrdiff_t k)
{
    return is_in(s, i - 1, j, k) + is_in(s, i + 1, j, k) +
           is_in(s, i, j - 1, k) + is_in(s, i, j + 1, k) +
           is_in(s, i, j, k - 1) + is_in(s, i, j, k + 1);
}

/* The box of the labels and one voxel around them, in the map. */
static void
box_of(const subset *s, ptrdiff_t low[3], ptrdiff_t high[3])
{
    for (int a = 0; a < 3; a++) {
        low[a] = (ptrdiff_t)s->map->dim[a];
        high[a] = 0;
    }
    for (size_t l = 1; l <= s->map->nlabel; l++)
        for (int a = 0; s->chosen[l] && s->extent[l].nvoxel > 0 && a < 3;
             a++) {
            const ptrdiff_t from = (ptrdiff_t)s->extent[l].low[a] - 1;
            const ptrdiff_t to = (ptrdiff_t)s->extent[l].high[a] + 1;
            const ptrdiff_t n = (ptrdiff_t)s->map->dim[a];

            low[a] = from < 0 ? 0 : from < low[a] ? from : low[a];
            high[a] = to > n ? n : to > high[a] ? to : high[a];
        }
}

/* Voxels of the dilation that are not of the erosion, in memory order. */
static pp_status
surface_voxels(const subset *s, uint64_t **voxel, size_t *n, pp_error *err)
{
    const size_t *dim = s->map->dim;
    ptrdiff_t low[3], high[3];
    size_t capacity = 0;

    *n = 0;
    *voxel = NULL;
    box_of(s, low, high);
    for (ptrdiff_t k = low[2]; k < high[2]; k++)
        for (ptrdiff_t j = low[1]; j < high[1]; j++)
            for (ptrdiff_t i = low[0]; i < high[0]; i++) {
                const size_t v =
                    ((size_t)k * dim[1] + (size_t)j) * dim[0] + (size_t)i;
                const bool in = s->chosen[s->map->at[v]];
                const int around = neighbours_in(s, i, j, k);

                if (in ? around == 6 : around == 0)
                    continue;
                if (pp_grow(voxel, &capacity, *n + 1, sizeof **voxel, err) !=
                    PP_OK)
                    return err->status;
                (*voxel)[(*n)++] = v;
            }
    return PP_OK;
}

static pp_status
surface_points(const subset *s, points *p, pp_error *err)
{
    const size_t *dim = s->map->dim;
    uint64_t *voxel = NULL;
    uint32_t *draw = NULL;
    double mm[3];
    size_t n;

    pp_affine_spacing(s->map->to_lps, mm);
    if (surface_voxels(s, &voxel, &n, err) != PP_OK)
        goto done;
    if (n > UINT32_MAX) {
        pp_fail(err, PP_ELIMIT, "%zu surface voxels", n);
        goto done;
    }
    p->n = n > MOST_POINTS ? MOST_POINTS : n;
    p->at = pp_alloc(p->n, sizeof *p->at);
    draw = pp_alloc(MOST_POINTS, sizeof *draw);
    if (p->at == NULL || draw == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (n > MOST_POINTS)
        pp_pengwin_draw(SEED, (uint32_t)n, draw, MOST_POINTS);
    for (size_t i = 0; i < p->n; i++) {
        const uint64_t v = voxel[n > MOST_POINTS ? draw[i] : i];
        const uint64_t slice = v / dim[0] / dim[1];

        p->at[i][0] = mm[0] * (double)(v % dim[0]);
        p->at[i][1] = mm[1] * (double)(v / dim[0] % dim[1]);
        p->at[i][2] = mm[2] * (double)slice;
    }
done:
    pp_free(voxel);
    pp_free(draw);
    return err->status;
}

/* Mean and 95th percentile of the distances from a's points to b's. */
static pp_status
one_way(const points *a, const points *b, double *p95, double *mean,
        pp_error *err)
{
    float *least = pp_alloc(a->n, sizeof *least);
    double sum = 0;

    if (least == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)a->n; i++) {
        double best = INFINITY;

        for (size_t j = 0; j < b->n; j++) {
            const double x = a->at[i][0] - b->at[j][0];
            const double y = a->at[i][1] - b->at[j][1];
            const double z = a->at[i][2] - b->at[j][2];
            const double d = x * x + y * y + z * z;

            best = d < best ? d : best;
        }
        least[i] = (float)sqrt(best);
    }
    for (size_t i = 0; i < a->n; i++)
        sum += (double)least[i];
    *mean = sum / (double)a->n;
    *p95 = pp_percentile(least, a->n, 0.95);
    pp_free(least);
    return PP_OK;
}

static pp_status
distances(const subset *truth, const subset *pred, double *hd95, double *assd,
          pp_error *err)
{
    points a = { 0 }, b = { 0 };
    double p95[2], mean[2];

    *hd95 = *assd = INFINITY;
    if (surface_points(truth, &a, err) == PP_OK &&
        surface_points(pred, &b, err) == PP_OK && a.n > 0 && b.n > 0 &&
        one_way(&a, &b, &p95[0], &mean[0], err) == PP_OK &&
        one_way(&b, &a, &p95[1], &mean[1], err) == PP_OK) {
        *hd95 = fmax(p95[0], p95[1]);
        *assd = (mean[0] + mean[1]) / 2;
    }
    pp_free(a.at);
    pp_free(b.at);
    return err->status;
}

/* The farthest voxel of a label from their mean, in voxels. */
static double
ball_radius(const pp_label_map *m, uint16_t label)
{
    const size_t n = m->dim[0] * m->dim[1] * m->dim[2];
    double sum[3] = { 0, 0, 0 }, count = 0, most = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t v = 0; v < n; v++) {
            const size_t slice = v / m->dim[0] / m->dim[1];
            const double at[3] = { (double)(v % m->dim[0]),
                                   (double)(v / m->dim[0] % m->dim[1]),
                                   (double)slice };
            double d = 0;

            if (m->at[v] != label)
                continue;
            for (int a = 0; a < 3; a++) {
                const double off = at[a] - sum[a] / count;

                if (pass == 0)
                    sum[a] += at[a];
                else
                    d += off * off;
            }
            if (pass == 0)
                count++;
            most = fmax(most, d);
        }
    return sqrt(most);
}

/* ---- the procedure ---- */

typedef struct {
    const pp_label_map *map[2];    /* truth, prediction */
    const uint32_t *number[2];
    pp_shared shared;
    pp_pengwin *p;
    uint8_t *chosen[2];
    pp_label_extent *extent[2];
} job;

/* The label of a number; 0 for none that has voxels. */
static uint16_t
label_of(const job *e, int side, uint32_t number)
{
    const size_t *count = side == 0 ? e->shared.a : e->shared.b;

    for (size_t l = 1; l <= e->map[side]->nlabel; l++)
        if (e->number[side][l] == number && count[l] > 0)
            return (uint16_t)l;
    return 0;
}

/* The best partner of a true label in the numbers of its anatomy. */
static uint16_t
best_partner(const job *e, uint16_t truth, uint32_t first, double *iou)
{
    uint16_t best = 0;

    *iou = -1;
    for (uint32_t n = first; n < first + PP_PENGWIN_NUMBERS; n++) {
        const uint16_t pred = label_of(e, 1, n);
        const double here =
            pred != 0 ? pp_shared_iou(&e->shared, truth, pred) : -1;

        if (here > *iou) {
            *iou = here;
            best = pred;
        }
    }
    return best;
}

static void
choose(const job *e, int side, uint32_t first, uint32_t end)
{
    for (size_t l = 0; l <= e->map[side]->nlabel; l++)
        e->chosen[side][l] = l > 0 && e->number[side][l] >= first &&
                             e->number[side][l] < end;
}

static pp_status
score_line(const job *e, uint16_t truth, uint16_t pred, double iou,
           pp_error *err)
{
    pp_pengwin_line *line = &e->p->line[e->p->nline++];
    const subset a = { e->map[0], e->chosen[0], e->extent[0] };
    const subset b = { e->map[1], e->chosen[1], e->extent[1] };

    line->truth = e->number[0][truth];
    line->pred = e->number[1][pred];
    line->iou = iou;
    if (iou > 0) {
        choose(e, 0, line->truth, line->truth + 1);
        choose(e, 1, line->pred, line->pred + 1);
        return distances(&a, &b, &line->hd95, &line->assd, err);
    }
    line->assd = ball_radius(e->map[0], truth);
    line->hd95 = 2 * line->assd;
    return PP_OK;
}

static pp_status
score_anatomy(const job *e, int group, pp_error *err)
{
    pp_pengwin_line *line = &e->p->anatomy[group];
    const subset a = { e->map[0], e->chosen[0], e->extent[0] };
    const subset b = { e->map[1], e->chosen[1], e->extent[1] };
    const uint32_t first = 1 + (uint32_t)group * PP_PENGWIN_NUMBERS;
    const size_t n = e->map[0]->dim[0] * e->map[0]->dim[1] *
                     e->map[0]->dim[2];
    size_t both = 0, either = 0;

    choose(e, 0, first, first + PP_PENGWIN_NUMBERS);
    choose(e, 1, first, first + PP_PENGWIN_NUMBERS);
    for (size_t v = 0; v < n; v++) {
        const int in = e->chosen[0][e->map[0]->at[v]] +
                       e->chosen[1][e->map[1]->at[v]];

        both += in == 2;
        either += in > 0;
    }
    line->iou = either > 0 ? (double)both / (double)either : 0;
    return distances(&a, &b, &line->hd95, &line->assd, err);
}

static void
average(pp_pengwin *p)
{
    p->fracture_iou = p->fracture_hd95 = p->fracture_assd = NAN;
    for (size_t n = 0; n < p->nline; n++) {
        const double share = (double)p->nline;

        if (n == 0)
            p->fracture_iou = p->fracture_hd95 = p->fracture_assd = 0;
        p->fracture_iou += p->line[n].iou / share;
        p->fracture_hd95 += p->line[n].hd95 / share;
        p->fracture_assd += p->line[n].assd / share;
    }
    for (int g = 0; g < PP_PENGWIN_GROUPS; g++) {
        p->anatomical_iou += p->anatomy[g].iou / PP_PENGWIN_GROUPS;
        p->anatomical_hd95 += p->anatomy[g].hd95 / PP_PENGWIN_GROUPS;
        p->anatomical_assd += p->anatomy[g].assd / PP_PENGWIN_GROUPS;
    }
}

static pp_status
score_all(const job *e, pp_error *err)
{
    for (int g = 0; g < PP_PENGWIN_GROUPS; g++) {
        const uint32_t first = 1 + (uint32_t)g * PP_PENGWIN_NUMBERS;

        for (uint32_t n = first; n < first + PP_PENGWIN_NUMBERS; n++) {
            const uint16_t truth = label_of(e, 0, n);
            double iou;
            const uint16_t pred =
                truth != 0 ? best_partner(e, truth, first, &iou) : 0;

            if (pred != 0 && score_line(e, truth, pred, iou, err) != PP_OK)
                return err->status;
        }
        if (score_anatomy(e, g, err) != PP_OK)
            return err->status;
    }
    average(e->p);
    return PP_OK;
}

pp_status
pp_pengwin_score(const pp_label_map *pred, const uint32_t *pred_number,
                 const pp_label_map *truth, const uint32_t *truth_number,
                 pp_pengwin *p, pp_error *err)
{
    job e = { .map = { truth, pred }, .number = { truth_number, pred_number },
              .p = p };

    memset(p, 0, sizeof *p);
    e.chosen[0] = pp_alloc_zero(truth->nlabel + 1, 1);
    e.chosen[1] = pp_alloc_zero(pred->nlabel + 1, 1);
    if (e.chosen[0] == NULL || e.chosen[1] == NULL)
        pp_fail_memory(err);
    else if (pp_label_map_extents(truth, &e.extent[0], err) == PP_OK &&
             pp_label_map_extents(pred, &e.extent[1], err) == PP_OK &&
             pp_shared_count(truth, pred, &e.shared, err) == PP_OK)
        (void)!score_all(&e, err);
    pp_free(e.extent[0]);
    pp_free(e.extent[1]);
    pp_free(e.chosen[0]);
    pp_free(e.chosen[1]);
    pp_shared_free(&e.shared);
    return err->status;
}
