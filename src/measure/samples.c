/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * samples.c - area-weighted samples of a mesh, without chance
 *
 * A facet is halved across its longest edge (Rivara 1984) until no edge is
 * longer than the spacing; the centre of each piece stands for its area. Every
 * point of the facet then lies within two thirds of the spacing of a sample,
 * in slivers too.
 */
#include "measure/samples.h"

#include "base/alloc.h"

#include <assert.h>
#include <string.h>

/* With their values 4 GiB: more would be a mistake in the spacing. */
#define MAX_SAMPLES ((size_t)1 << 28)

/* What a walk over the pieces of a facet does with each. */
typedef struct {
    double spacing2; /* squared */
    size_t next;     /* number of the next sample */
    size_t wanted;   /* place: the sample asked for */
    pp_vec3 place;
    void (*visit)(size_t sample, pp_vec3 p, double weight, void *data);
    void *data;
} walk;

static double
length2(pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 d = pp_sub(a, b);

    return pp_dot(d, d);
}

static pp_vec3
centre(pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    return pp_scale(pp_add(a, pp_add(b, c)), 1.0 / 3);
}

/* A piece that is short enough is one sample; others fall into two halves. */
static void
walk_piece(walk *w, pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    const double bc = length2(b, c), ca = length2(c, a), ab = length2(a, b);

    if (bc <= w->spacing2 && ca <= w->spacing2 && ab <= w->spacing2) {
        if (w->visit != NULL)
            w->visit(w->next, centre(a, b, c),
                     pp_norm(pp_cross(pp_sub(b, a), pp_sub(c, a))) / 2,
                     w->data);
        else if (w->next == w->wanted)
            w->place = centre(a, b, c);
        w->next++;
    } else if (w->next >= MAX_SAMPLES) {
        w->next = MAX_SAMPLES + 1; /* stop counting */
    } else if (ab >= bc && ab >= ca) {
        const pp_vec3 m = pp_scale(pp_add(a, b), 0.5);

        walk_piece(w, a, m, c);
        walk_piece(w, m, b, c);
    } else if (bc >= ca) {
        walk_piece(w, b, c, a);
    } else {
        walk_piece(w, c, a, b);
    }
}

static void
walk_facet(walk *w, const pp_mesh *m, size_t t)
{
    walk_piece(w, m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
               m->vert[m->tri[t][2]]);
}

static pp_status
fail_count(double spacing_mm, pp_error *err)
{
    return pp_fail(err, PP_ELIMIT, "a sample every %g mm: more than %zu "
                   "samples", spacing_mm, MAX_SAMPLES);
}

pp_status
pp_samples_plan(const pp_mesh *m, double spacing_mm, pp_samples *s,
                pp_error *err)
{
    walk count = { spacing_mm * spacing_mm, 0, SIZE_MAX, { 0, 0, 0 }, NULL,
                   NULL };

    memset(s, 0, sizeof *s);
    assert(spacing_mm > 0);
    /* no piece is larger than half its longest edge squared */
    if (!(pp_measure_area(m) * 2 <= count.spacing2 * (double)MAX_SAMPLES))
        return fail_count(spacing_mm, err);
    s->mesh = m;
    s->spacing_mm = spacing_mm;
    s->first = pp_alloc(m->ntri + 1, sizeof *s->first);
    if (s->first == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri && count.next <= MAX_SAMPLES; t++) {
        s->first[t] = count.next;
        walk_facet(&count, m, t);
    }
    if (count.next > MAX_SAMPLES) {
        pp_samples_free(s);
        return fail_count(spacing_mm, err);
    }
    s->first[m->ntri] = count.next;
    s->nfacet_sample = count.next;
    s->nsample = count.next + m->nvert;
    return PP_OK;
}

void
pp_samples_free(pp_samples *s)
{
    pp_free(s->first);
    memset(s, 0, sizeof *s);
}

void
pp_samples_facet(const pp_samples *s, size_t t,
                 void (*visit)(size_t sample, pp_vec3 p, double weight,
                               void *data),
                 void *data)
{
    walk w = { s->spacing_mm * s->spacing_mm, s->first[t], SIZE_MAX,
               { 0, 0, 0 }, visit, data };

    walk_facet(&w, s->mesh, t);
}

/* The facet that sample n belongs to: each has one sample at least. */
static size_t
facet_of(const pp_samples *s, size_t n)
{
    size_t low = 0, high = s->mesh->ntri;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;

        if (s->first[middle] <= n)
            low = middle;
        else
            high = middle;
    }
    return low;
}

pp_vec3
pp_samples_place(const pp_samples *s, size_t n)
{
    walk w = { s->spacing_mm * s->spacing_mm, 0, n, { 0, 0, 0 }, NULL, NULL };
    size_t t;

    if (n >= s->nfacet_sample)
        return s->mesh->vert[n - s->nfacet_sample];
    t = facet_of(s, n);
    w.next = s->first[t];
    walk_facet(&w, s->mesh, t);
    return w.place;
}

/* ---- statistics ---- */

static double
magnitude(const pp_weighed *v)
{
    return fabs(v->value);
}

/*
 * The smallest |value| for which all |values| up to it weigh at least `want`:
 * quickselect by weight. Only the order of v changes.
 */
static double
weighed_quantile(pp_weighed *v, size_t n, double want)
{
    while (n > 1) {
        const double pivot = magnitude(&v[n / 2]);
        double below = 0, equal = 0;
        size_t nbelow = 0, nequal;

        for (size_t i = 0; i < n; i++)
            if (magnitude(&v[i]) < pivot) {
                const pp_weighed swap = v[i];

                below += swap.weight;
                v[i] = v[nbelow];
                v[nbelow++] = swap;
            }
        if (want <= below && nbelow > 0) {
            n = nbelow;
            continue;
        }
        nequal = nbelow;
        for (size_t i = nbelow; i < n; i++)
            if (magnitude(&v[i]) == pivot) {
                const pp_weighed swap = v[i];

                equal += swap.weight;
                v[i] = v[nequal];
                v[nequal++] = swap;
            }
        if (want <= below + equal || nequal == n)
            return pivot;
        want -= below + equal;
        v += nequal;
        n -= nequal;
    }
    return magnitude(&v[0]);
}

/*
 * Bins of 1, 2 or 5 times a power of ten, with an edge at zero, that hold all
 * values: the narrowest of which few enough do.
 */
static void
place_bins(pp_deviation *d)
{
    static const double step[] = { 1, 2, 5 };
    const double span = d->high_mm - d->low_mm;
    double ten = 1e-9;

    while (ten * (PP_DEVIATION_NBIN - 2) < span / 10)
        ten *= 10;
    for (;; ten *= 10)
        for (int s = 0; s < 3; s++) {
            const double low = floor(d->low_mm / (step[s] * ten));

            d->bin_mm = step[s] * ten;
            d->bin_low_mm = low * d->bin_mm;
            if (d->high_mm / d->bin_mm < low + PP_DEVIATION_NBIN)
                return;
        }
}

static void
fill_bins(const pp_weighed *v, size_t n, double total, pp_deviation *d)
{
    place_bins(d);
    for (size_t i = 0; i < n; i++) {
        const double at = (v[i].value - d->bin_low_mm) / d->bin_mm;
        const size_t b = at > 0 ? (size_t)at : 0;

        d->bin[b < PP_DEVIATION_NBIN ? b : PP_DEVIATION_NBIN - 1] +=
            v[i].weight / total;
    }
}

void
pp_deviation_from(pp_weighed *v, size_t n, pp_deviation *d, size_t *worst)
{
    double total = 0, sum = 0, abs_sum = 0, sum2 = 0;

    memset(d, 0, sizeof *d);
    d->nsample = n;
    d->low_mm = d->high_mm = v[0].value;
    *worst = 0;
    for (size_t i = 0; i < n; i++)
        total += v[i].weight;
    d->area_mm2 = total;
    if (!(total > 0)) {
        for (size_t i = 0; i < n; i++)
            v[i].weight = 1;
        total = (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        const double x = v[i].value, w = v[i].weight;

        sum += w * x;
        abs_sum += w * fabs(x);
        sum2 += w * x * x;
        d->low_mm = fmin(d->low_mm, x);
        d->high_mm = fmax(d->high_mm, x);
        if (fabs(x) > fabs(v[*worst].value))
            *worst = i;
    }
    d->mean_mm = sum / total;
    d->abs_mean_mm = abs_sum / total;
    d->rms_mm = sqrt(sum2 / total);
    d->max_mm = fmax(fabs(d->low_mm), fabs(d->high_mm));
    fill_bins(v, n, total, d);
    d->p95_mm = weighed_quantile(v, n, 0.95 * total);
    d->p99_mm = weighed_quantile(v, n, 0.99 * total);
}
