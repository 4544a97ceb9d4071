/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shared.c - which voxels two label maps have in common
 *
 * One table of counts. Runs in which neither map changes are counted at once.
 */
#include "mask/score.h"

#include "base/alloc.h"

#include <assert.h>
#include <string.h>

void
pp_shared_free(pp_shared *s)
{
    pp_free(s->a);
    pp_free(s->b);
    pp_free(s->both);
    memset(s, 0, sizeof *s);
}

static void
count_part(const uint16_t *a, const uint16_t *b, size_t n, size_t nb,
           size_t *both)
{
    for (size_t v = 0, end; v < n; v = end) {
        for (end = v + 1; end < n && a[end] == a[v] && b[end] == b[v]; end++)
            ;
        both[a[v] * (nb + 1) + b[v]] += end - v;
    }
}

pp_status
pp_shared_count(const pp_label_map *a, const pp_label_map *b, pp_shared *s,
                pp_error *err)
{
    const size_t n = a->dim[0] * a->dim[1] * a->dim[2];

    memset(s, 0, sizeof *s);
    assert(memcmp(a->dim, b->dim, sizeof a->dim) == 0);
    if (a->nlabel > PP_SCORE_LABELS || b->nlabel > PP_SCORE_LABELS)
        return pp_fail(err, PP_ELIMIT, "%zu and %zu labels: %d on each side "
                       "can be compared", a->nlabel, b->nlabel,
                       PP_SCORE_LABELS);
    s->na = a->nlabel;
    s->nb = b->nlabel;
    s->a = pp_alloc_zero(s->na + 1, sizeof *s->a);
    s->b = pp_alloc_zero(s->nb + 1, sizeof *s->b);
    s->both = pp_alloc_zero((s->na + 1) * (s->nb + 1), sizeof *s->both);
    if (s->a == NULL || s->b == NULL || s->both == NULL) {
        pp_shared_free(s);
        return pp_fail_memory(err);
    }
    count_part(a->at, b->at, n, s->nb, s->both);
    for (size_t i = 0; i <= s->na; i++)
        for (size_t j = 0; j <= s->nb; j++) {
            s->a[i] += s->both[i * (s->nb + 1) + j];
            s->b[j] += s->both[i * (s->nb + 1) + j];
        }
    return PP_OK;
}

double
pp_shared_iou(const pp_shared *s, size_t a, size_t b)
{
    const size_t both = s->both[a * (s->nb + 1) + b];
    const size_t either = s->a[a] + s->b[b] - both;

    return either > 0 ? (double)both / (double)either : 0;
}

pp_status
pp_shared_match(const pp_shared *s, size_t **match, pp_error *err)
{
    double *gain = pp_alloc(s->na * s->nb, sizeof *gain);
    size_t *column = pp_alloc(s->na, sizeof *column);

    *match = pp_alloc_zero(s->na + 1, sizeof **match);
    if (gain == NULL || column == NULL || *match == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < s->na; i++)
        for (size_t j = 0; j < s->nb; j++)
            gain[i * s->nb + j] = pp_shared_iou(s, i + 1, j + 1);
    if (pp_assign(gain, s->na, s->nb, column, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < s->na; i++)
        (*match)[i + 1] = column[i] < s->nb ? column[i] + 1 : 0;
done:
    pp_free(gain);
    pp_free(column);
    if (err->status != PP_OK) {
        pp_free(*match);
        *match = NULL;
    }
    return err->status;
}
