/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shared.c - which voxels two label maps have in common
 *
 * One table of counts. Runs in which neither map changes are counted at once.
 */
#include "mask/score.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <string.h>

pp_status
pp_label_map_none(const pp_volume *v, pp_label_map *m, pp_error *err)
{
    const pp_grid *g = v->layer;

    memset(m, 0, sizeof *m);
    if (v->nlayer == 0)
        return pp_fail(err, PP_EGEOM, "there is no voxel in it");
    memcpy(m->dim, g->dim, sizeof m->dim);
    memcpy(m->to_lps, g->to_lps, sizeof m->to_lps);
    m->at = pp_alloc_zero(g->dim[0] * g->dim[1] * g->dim[2], sizeof *m->at);
    return m->at != NULL ? PP_OK : pp_fail_memory(err);
}

pp_status
pp_label_map_keep(pp_label_map *m, const uint32_t *number, uint32_t kept,
                  pp_error *err)
{
    const size_t n = m->dim[0] * m->dim[1] * m->dim[2];
    size_t label = 0;

    for (size_t l = 1; l <= m->nlabel; l++)
        if (number[l] == kept)
            label = l;
    if (label == 0)
        return pp_fail(err, PP_EGEOM, "no label %lu in it",
                       (unsigned long)kept);
    for (size_t v = 0; v < n; v++)
        if (m->at[v] != label)
            m->at[v] = 0;
    return PP_OK;
}

void
pp_shared_free(pp_shared *s)
{
    pp_free(s->a);
    pp_free(s->b);
    pp_free(s->both);
    memset(s, 0, sizeof *s);
}

/* Of a voxel; the rounding of a header's floats is less. */
#define SAME_PLACE 0.01

pp_status
pp_lattices_match(const size_t a_dim[3], const double a_to_lps[3][4],
                  const size_t b_dim[3], const double b_to_lps[3][4],
                  pp_error *err)
{
    double least = INFINITY, worst = 0;
    bool finite = true;

    for (int c = 0; c < 3; c++) {
        if (a_dim[c] != b_dim[c])
            return pp_fail(err, PP_EGEOM, "%zu x %zu x %zu voxels beside "
                           "%zu x %zu x %zu: not the same lattice", a_dim[0],
                           a_dim[1], a_dim[2], b_dim[0], b_dim[1], b_dim[2]);
        least = fmin(least, pp_norm(pp_vec(a_to_lps[0][c], a_to_lps[1][c],
                                           a_to_lps[2][c])));
    }
    for (int corner = 0; corner < 8; corner++) {
        double off[3];

        for (int r = 0; r < 3; r++) {
            off[r] = a_to_lps[r][3] - b_to_lps[r][3];
            for (int c = 0; c < 3; c++)
                if (corner >> c & 1)
                    off[r] += (a_to_lps[r][c] - b_to_lps[r][c]) *
                              (double)(a_dim[c] - 1);
        }
        worst = fmax(worst, pp_norm(pp_vec(off[0], off[1], off[2])));
        finite &= isfinite(off[0] + off[1] + off[2]);
    }
    if (!finite || !(worst <= SAME_PLACE * least))
        return pp_fail(err, PP_EGEOM, "its voxels lie up to %.3g mm beside "
                       "the other's: not the same lattice", worst);
    return PP_OK;
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
