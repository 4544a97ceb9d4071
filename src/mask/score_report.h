/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score_report.h - for tools: all that maskscore says of two label maps
 */
#ifndef PP_MASK_SCORE_REPORT_H
#define PP_MASK_SCORE_REPORT_H

#include "base/json.h"
#include "mask/pengwin.h"
#include "mask/score.h"

#include <stdio.h>

/* The numbers of a map's labels as its file has them: number[1] on. */
typedef struct {
    const pp_label_map *map;
    const uint32_t *number;
} pp_numbered;

/* One line: a label of both, or a fragment and its partner; 0: none. */
typedef struct {
    uint32_t pred, truth; /* numbers */
    bool in_pred, in_truth;
    pp_pair_score score;
} pp_score_line;

/* All-zero is empty. */
typedef struct {
    double tolerance_mm, spacing_mm[3];
    pp_score_line *label; /* of equal numbers, by number */
    size_t nlabel;
    pp_score_line *match; /* by the true number, then what is left over */
    size_t nmatch;
    size_t npred, ntruth;     /* labels that have voxels */
    double iou_f;             /* mean IoU of true fragments, one to one */
    double iou_f_challenge;   /* each with whatever overlaps it best */
    size_t nfound;            /* matched with IoU >= 0.5 */
    double min_dice, max_hd95_mm; /* NaN: not asked for */
    bool judge_matches;       /* the limits hold for matches, not for labels */
    bool has_pengwin;
    pp_pengwin pengwin;
} pp_score_report;

void pp_score_report_free(pp_score_report *r);

/** Both maps on one lattice (pp_lattices_match). */
pp_status pp_score_maps(pp_score_report *r, const pp_numbered *pred,
                        const pp_numbered *truth, pp_error *err) PP_MUST_USE;

/** False when a line breaks one of the limits, or has no partner. */
bool pp_score_passes(const pp_score_report *r);

void pp_score_print(const pp_score_report *r, FILE *out);
void pp_score_json(const pp_score_report *r, pp_json *j);
pp_status pp_score_csv(const pp_score_report *r, pp_bytes *out,
                       pp_error *err) PP_MUST_USE;

#endif
