/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * merge.c - small fragments go to the neighbour that they touch most
 *
 * Touching is measured by the area of the voxel faces in common. The smallest
 * fragment is first; what it touched, its new owner touches, which matters
 * where that is a small one, too. One that touches no other stays.
 */
#include "mask/decode.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* A small fragment, and one that it touches. */
typedef struct {
    uint32_t small, other;
    double mm2;
} touch;

typedef struct {
    touch *touch;
    size_t n, capacity;
} touches;

/* Of each small fragment: its touches, which grow when others join it. */
typedef struct {
    uint32_t label;
    size_t nvoxel; /* before any joined it */
    touches with;
} small;

static pp_status
add(touches *t, uint32_t a, uint32_t b, double mm2, pp_error *err)
{
    touch *last = t->n > 0 ? &t->touch[t->n - 1] : NULL;

    if (last != NULL && last->small == a && last->other == b) {
        last->mm2 += mm2;
        return PP_OK;
    }
    if (pp_grow(&t->touch, &t->capacity, t->n + 1, sizeof *t->touch, err) !=
        PP_OK)
        return err->status;
    t->touch[t->n++] = (touch){ a, b, mm2 };
    return PP_OK;
}

static int
by_pair(const void *a, const void *b)
{
    const touch *p = a, *q = b;

    if (p->small != q->small)
        return p->small < q->small ? -1 : 1;
    if (p->other != q->other)
        return p->other < q->other ? -1 : 1;
    return 0;
}

/* Adds up the touches of equal pairs. */
static void
reduce(touches *t)
{
    size_t n = 0;

    if (t->n > 1)
        qsort(t->touch, t->n, sizeof *t->touch, by_pair);
    for (size_t i = 0; i < t->n; i++)
        if (n > 0 && by_pair(&t->touch[n - 1], &t->touch[i]) == 0)
            t->touch[n - 1].mm2 += t->touch[i].mm2;
        else
            t->touch[n++] = t->touch[i];
    t->n = n;
}

/* All faces between a small fragment and another. */
static pp_status
find_touches(const pp_decode *d, size_t least, touches *t, pp_error *err)
{
    const size_t step[3] = { 1, d->dim[0], d->dim[0] * d->dim[1] };
    const double face[3] = { d->mm[1] * d->mm[2], d->mm[0] * d->mm[2],
                             d->mm[0] * d->mm[1] };

    for (int axis = 0; axis < 3; axis++)
        for (size_t v = 0; v + step[axis] < d->n; v++) {
            const uint32_t a = d->label[v], b = d->label[v + step[axis]];

            if (a == b || a == 0 || b == 0 ||
                v / step[axis] % d->dim[axis] + 1 == d->dim[axis])
                continue;
            if (d->part[a].nvoxel < least &&
                add(t, a, b, face[axis], err) != PP_OK)
                return err->status;
            if (d->part[b].nvoxel < least &&
                add(t, b, a, face[axis], err) != PP_OK)
                return err->status;
        }
    reduce(t);
    return PP_OK;
}

static int
by_size(const void *a, const void *b)
{
    const small *p = a, *q = b;

    if (p->nvoxel != q->nvoxel)
        return p->nvoxel < q->nvoxel ? -1 : 1;
    return p->label < q->label ? -1 : 1;
}

/* The neighbour with the most area in common; ties: the least label. */
static touch
most_touched(pp_decode *d, small *s)
{
    touch best = { 0, 0, 0 };

    for (size_t i = 0; i < s->with.n; i++) {
        s->with.touch[i].small = s->label;
        s->with.touch[i].other = pp_decode_final(d, s->with.touch[i].other);
    }
    reduce(&s->with);
    for (size_t i = 0; i < s->with.n; i++)
        if (s->with.touch[i].other != s->label &&
            s->with.touch[i].mm2 > best.mm2)
            best = s->with.touch[i];
    return best;
}

static pp_status
join(pp_decode *d, small *s, small *const *of, pp_error *err)
{
    const touch best = most_touched(d, s);
    pp_part *part = &d->part[s->label], *into = &d->part[best.other];

    if (best.other == 0)
        return pp_decode_note(d, PP_EVENT_ALONE, part->nvoxel, part->sum,
                              s->label, 0, err);
    if (pp_decode_note(d, PP_EVENT_MERGED, part->nvoxel, part->sum,
                       best.other, best.mm2, err) != PP_OK)
        return err->status;
    for (size_t i = 0; of[best.other] != NULL && i < s->with.n; i++)
        if (add(&of[best.other]->with, best.other, s->with.touch[i].other,
                s->with.touch[i].mm2, err) != PP_OK)
            return err->status;
    part->joined = best.other;
    into->nvoxel += part->nvoxel;
    into->nseed += part->nseed;
    for (int a = 0; a < 3; a++)
        into->sum[a] += part->sum[a];
    for (int a = 0; a < PP_NANATOMY; a++)
        into->vote[a] += part->vote[a];
    return PP_OK;
}

static pp_status
join_all(pp_decode *d, small *s, size_t n, small **of, touches *all,
         size_t least, pp_error *err)
{
    for (size_t i = 0; i < n; i++)
        of[s[i].label] = &s[i];
    for (size_t t = 0; t < all->n; t++) {
        touches *with = &of[all->touch[t].small]->with;

        if (add(with, all->touch[t].small, all->touch[t].other,
                all->touch[t].mm2, err) != PP_OK)
            return err->status;
    }
    for (size_t i = 0; i < n; i++)
        /* others may have joined it meanwhile */
        if (d->part[s[i].label].nvoxel < least &&
            join(d, &s[i], of, err) != PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
pp_decode_merge(pp_decode *d, size_t least, pp_error *err)
{
    small *s = pp_alloc_zero(d->npart, sizeof *s);
    /* of pointers: NOLINTNEXTLINE(bugprone-sizeof-expression) */
    small **of = pp_alloc_zero(d->npart + 1, sizeof *of);
    touches all = { 0 };
    size_t n = 0;

    if (s == NULL || of == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (uint32_t l = 1; l <= d->npart; l++)
        if (d->part[l].nvoxel < least)
            s[n++] = (small){ .label = l, .nvoxel = d->part[l].nvoxel };
    if (n == 0 || find_touches(d, least, &all, err) != PP_OK)
        goto done;
    qsort(s, n, sizeof *s, by_size);
    (void)!join_all(d, s, n, of, &all, least, err);
done:
    for (size_t i = 0; i < n; i++)
        pp_free(s[i].with.touch);
    pp_free(all.touch);
    pp_free(of);
    pp_free(s);
    return err->status;
}
