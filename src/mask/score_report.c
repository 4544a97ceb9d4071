/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score_report.c - two label maps against each other, all lines of it
 *
 * Labels of equal numbers belong together; fragments, whose numbers mean
 * nothing, are matched one to one for the greatest sum of IoU. A pair that is
 * asked for twice is measured once.
 */
#include "mask/score_report.h"

#include "base/alloc.h"
#include "base/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From which IoU on a fragment counts as found. */
#define FOUND 0.5

typedef struct {
    pp_score_report *r;
    const pp_numbered *pred, *truth;
    pp_label_extent *pred_extent, *truth_extent;
    pp_shared shared; /* truth first */
} job;

void
pp_score_report_free(pp_score_report *r)
{
    pp_free(r->label);
    pp_free(r->match);
    memset(r, 0, sizeof *r);
}

static pp_status
measure(const job *j, size_t pred, size_t truth, pp_score_line *line,
        pp_error *err)
{
    const pp_label_extent *p = &j->pred_extent[pred];
    const pp_label_extent *t = &j->truth_extent[truth];

    *line = (pp_score_line){
        .pred = pred > 0 ? j->pred->number[pred] : 0,
        .truth = truth > 0 ? j->truth->number[truth] : 0,
        .in_pred = p->nvoxel > 0, .in_truth = t->nvoxel > 0,
    };
    /* measured before, as labels of one number? */
    for (size_t n = 0; n < j->r->nlabel && pred > 0 && truth > 0; n++)
        if (j->r->label[n].pred == line->pred &&
            j->r->label[n].truth == line->truth && j->r->label[n].in_pred &&
            j->r->label[n].in_truth) {
            line->score = j->r->label[n].score;
            return PP_OK;
        }
    return pp_score_pair(j->pred->map, (uint16_t)pred, p, j->truth->map,
                         (uint16_t)truth, t, j->r->tolerance_mm, &line->score,
                         err);
}

/* The label of a number with voxels; 0 for none. */
static size_t
label_of(const pp_numbered *m, const pp_label_extent *extent, uint32_t number)
{
    for (size_t l = 1; l <= m->map->nlabel; l++)
        if (m->number[l] == number && extent[l].nvoxel > 0)
            return l;
    return 0;
}

static pp_status
score_labels(job *j, pp_error *err)
{
    const size_t np = j->pred->map->nlabel, nt = j->truth->map->nlabel;
    uint32_t *number = pp_alloc(np + nt, sizeof *number);
    size_t n = 0, used = 0;

    j->r->label = pp_alloc(np + nt, sizeof *j->r->label);
    if (number == NULL || j->r->label == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t l = 1; l <= np; l++)
        if (j->pred_extent[l].nvoxel > 0)
            number[n++] = j->pred->number[l];
    j->r->npred = n;
    for (size_t l = 1; l <= nt; l++)
        if (j->truth_extent[l].nvoxel > 0)
            number[n++] = j->truth->number[l];
    j->r->ntruth = n - j->r->npred;
    if (n > 1)
        qsort(number, n, sizeof *number, pp_order_u32);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && number[i] == number[i - 1])
            continue;
        if (measure(j, label_of(j->pred, j->pred_extent, number[i]),
                    label_of(j->truth, j->truth_extent, number[i]),
                    &j->r->label[used], err) != PP_OK)
            goto done;
        /* one side may have no such label, but the line is about it */
        j->r->label[used].pred = j->r->label[used].truth = number[i];
        j->r->nlabel = ++used;
    }
done:
    pp_free(number);
    return err->status;
}

static pp_status
add_match(job *j, size_t pred, size_t truth, pp_error *err)
{
    pp_score_line *line = &j->r->match[j->r->nmatch];

    if (measure(j, pred, truth, line, err) == PP_OK)
        j->r->nmatch++;
    return err->status;
}

static double
best_iou(const job *j, size_t truth)
{
    double best = 0;

    for (size_t p = 1; p <= j->shared.nb; p++)
        best = fmax(best, pp_shared_iou(&j->shared, truth, p));
    return best;
}

static pp_status
score_matches(job *j, pp_error *err)
{
    const size_t np = j->pred->map->nlabel, nt = j->truth->map->nlabel;
    uint8_t *taken = pp_alloc_zero(np + 1, 1);
    size_t *match = NULL;

    j->r->match = pp_alloc(np + nt, sizeof *j->r->match);
    if (taken == NULL || j->r->match == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_shared_match(&j->shared, &match, err) != PP_OK)
        goto done;
    for (size_t t = 1; t <= nt; t++) {
        const double share = 1 / (double)j->r->ntruth;

        if (j->truth_extent[t].nvoxel == 0)
            continue;
        taken[match[t]] = 1;
        if (add_match(j, match[t], t, err) != PP_OK)
            goto done;
        if (match[t] != 0) {
            const double iou = pp_shared_iou(&j->shared, t, match[t]);

            j->r->iou_f += share * iou;
            j->r->nfound += iou >= FOUND;
        }
        j->r->iou_f_challenge += share * best_iou(j, t);
    }
    for (size_t p = 1; p <= np; p++)
        if (!taken[p] && j->pred_extent[p].nvoxel > 0 &&
            add_match(j, p, 0, err) != PP_OK)
            goto done;
done:
    pp_free(taken);
    pp_free(match);
    return err->status;
}

pp_status
pp_score_maps(pp_score_report *r, const pp_numbered *pred,
              const pp_numbered *truth, pp_error *err)
{
    job j = { .r = r, .pred = pred, .truth = truth };

    pp_affine_spacing(truth->map->to_lps, r->spacing_mm);
    if (pp_label_map_extents(pred->map, &j.pred_extent, err) == PP_OK &&
        pp_label_map_extents(truth->map, &j.truth_extent, err) == PP_OK &&
        pp_shared_count(truth->map, pred->map, &j.shared, err) == PP_OK &&
        score_labels(&j, err) == PP_OK && score_matches(&j, err) == PP_OK &&
        r->has_pengwin)
        (void)!pp_pengwin_score(pred->map, pred->number, truth->map,
                                truth->number, &r->pengwin, err);
    pp_free(j.pred_extent);
    pp_free(j.truth_extent);
    pp_shared_free(&j.shared);
    return err->status;
}

bool
pp_score_passes(const pp_score_report *r)
{
    const pp_score_line *line = r->judge_matches ? r->match : r->label;
    const size_t n = r->judge_matches ? r->nmatch : r->nlabel;

    for (size_t i = 0; i < n; i++) {
        const pp_pair_score *s = &line[i].score;

        if (!isnan(r->min_dice) && !(s->dice >= r->min_dice))
            return false;
        if (!isnan(r->max_hd95_mm) && !(s->hd95_mm <= r->max_hd95_mm))
            return false;
    }
    return true;
}
