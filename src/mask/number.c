/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * number.c - the anatomy that a fragment belongs to, and its number
 *
 * The majority of a fragment's voxels decides. Numbers follow the size, within
 * each anatomy's ten; what has none, or comes eleventh, is numbered behind all
 * of them. Left and right are those of the patient, from the image's frame:
 * the left hip's centre lies on the side where LPS x is greater.
 */
#include "mask/decode.h"

#include "base/alloc.h"

#include <stdlib.h>

typedef struct {
    uint32_t label;
    pp_anatomy anatomy;
    size_t nvoxel;
    double share;
} entry;

static void
vote(const pp_part *p, entry *e)
{
    size_t all = 0, best = 0;

    for (int a = PP_SACRUM; a < PP_NANATOMY; a++) {
        all += p->vote[a];
        if (p->vote[a] > best) {
            best = p->vote[a];
            e->anatomy = (pp_anatomy)a;
        }
    }
    e->share = all > 0 ? (double)best / (double)all : 0;
}

/* Of one anatomy, none last; the largest first. */
static int
in_order(const void *a, const void *b)
{
    const entry *p = a, *q = b;

    if (p->anatomy != q->anatomy)
        return p->anatomy == 0 || (q->anatomy != 0 && p->anatomy > q->anatomy)
                   ? 1
                   : -1;
    if (p->nvoxel != q->nvoxel)
        return p->nvoxel < q->nvoxel ? 1 : -1;
    return p->label < q->label ? -1 : 1;
}

static int
by_number(const void *a, const void *b)
{
    const pp_fragment *p = a, *q = b;

    return p->number < q->number ? -1 : 1;
}

static pp_vec3
centre(const pp_decode *d, const pp_part *p)
{
    const double(*m)[4] = d->in->to_lps;
    double at[3], lps[3];

    for (int a = 0; a < 3; a++)
        at[a] = (double)d->low[a] + (double)p->sum[a] / (double)p->nvoxel;
    for (int r = 0; r < 3; r++)
        lps[r] = m[r][0] * at[0] + m[r][1] * at[1] + m[r][2] * at[2] + m[r][3];
    return pp_vec(lps[0], lps[1], lps[2]);
}

static pp_status
give_numbers(pp_decode *d, const entry *e, size_t n, bool with_anatomy,
             pp_error *err)
{
    size_t rank = 0, beyond = (PP_NANATOMY - 1) * PP_ANATOMY_NUMBERS;

    for (size_t i = 0; i < n; i++) {
        pp_part *p = &d->part[e[i].label];
        const pp_anatomy a = e[i].anatomy;
        bool fits;

        rank = i > 0 && e[i - 1].anatomy == a ? rank + 1 : 0;
        fits = a != 0 && rank < PP_ANATOMY_NUMBERS;
        if (!with_anatomy)
            p->number = (uint16_t)(i + 1);
        else if (fits)
            p->number = (uint16_t)((a - 1) * PP_ANATOMY_NUMBERS + rank + 1);
        else
            p->number = (uint16_t)++beyond;
        if (with_anatomy && !fits &&
            pp_decode_note(d, a == 0 ? PP_EVENT_NOWHERE : PP_EVENT_MANY,
                           p->nvoxel, p->sum, e[i].label, 0, err) != PP_OK)
            return err->status;
        d->report->fragment[i] = (pp_fragment){
            p->number, a, e[i].share, p->nvoxel, p->nseed, centre(d, p)
        };
    }
    d->report->nfragment = n;
    if (n > 1)
        qsort(d->report->fragment, n, sizeof *d->report->fragment, by_number);
    return PP_OK;
}

pp_status
pp_decode_number(pp_decode *d, bool with_anatomy, pp_error *err)
{
    entry *e = pp_alloc(d->npart, sizeof *e);
    size_t n = 0;

    d->report->fragment = pp_alloc(d->npart, sizeof *d->report->fragment);
    if (e == NULL || d->report->fragment == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (uint32_t l = 1; l <= d->npart; l++)
        if (d->part[l].joined == 0) {
            e[n] = (entry){ .label = l, .nvoxel = d->part[l].nvoxel };
            vote(&d->part[l], &e[n++]);
        }
    if (n + (PP_NANATOMY - 1) * PP_ANATOMY_NUMBERS > PP_LABEL_LIMIT) {
        pp_fail(err, PP_ELIMIT, "%zu fragments are more than there are "
                "numbers", n);
        goto done;
    }
    if (n > 1)
        qsort(e, n, sizeof *e, in_order);
    (void)!give_numbers(d, e, n, with_anatomy, err);
done:
    pp_free(e);
    return err->status;
}

/* LPS x of the centre of an anatomy's voxels; false without any. */
static bool
centre_x(const pp_classes *in, const uint8_t *anatomy, pp_anatomy which,
         double *x)
{
    const size_t row = in->dim[0], nrow = in->dim[1] * in->dim[2];
    double sum[3] = { 0, 0, 0 }, count = 0;

    for (size_t r = 0; r < nrow; r++) {
        const size_t slice = r / in->dim[1];
        size_t here = 0, index = 0;

        for (size_t i = 0; i < row; i++)
            if (anatomy[r * row + i] == which) {
                here++;
                index += i;
            }
        count += (double)here;
        sum[0] += (double)index;
        sum[1] += (double)here * (double)(r % in->dim[1]);
        sum[2] += (double)here * (double)slice;
    }
    if (count == 0)
        return false;
    *x = in->to_lps[0][3];
    for (int a = 0; a < 3; a++)
        *x += in->to_lps[0][a] * sum[a] / count;
    return true;
}

void
pp_decode_laterality(pp_decode *d, const uint8_t *anatomy)
{
    pp_decoded *r = d->report;
    double left, right, middle;
    const bool has_left = centre_x(d->in, anatomy, PP_LEFT_HIP, &left);
    const bool has_right = centre_x(d->in, anatomy, PP_RIGHT_HIP, &right);
    const bool has_middle = centre_x(d->in, anatomy, PP_SACRUM, &middle);

    if (has_left)
        r->left_x_mm = left;
    if (has_right)
        r->right_x_mm = right;
    if (has_left && has_right)
        r->swapped = left < right;
    else if (has_middle && has_left)
        r->swapped = left < middle;
    else if (has_middle && has_right)
        r->swapped = right > middle;
}
