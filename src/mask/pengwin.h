/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pengwin.h - the numbers of one challenge's evaluator; for mask/ and the
 * rooms behind it
 */
#ifndef PP_MASK_PENGWIN_H
#define PP_MASK_PENGWIN_H

#include "mask/mask.h"

#define PP_PENGWIN_GROUPS 3
#define PP_PENGWIN_NUMBERS 10

/* A fragment of the truth; it is only there if a label of the same anatomy
   was predicted. */
typedef struct {
    uint32_t truth, pred;
    double iou, hd95, assd;
} pp_pengwin_line;

typedef struct {
    pp_pengwin_line line[PP_PENGWIN_GROUPS * PP_PENGWIN_NUMBERS];
    size_t nline;
    pp_pengwin_line anatomy[PP_PENGWIN_GROUPS]; /* numbers unused */
    double fracture_iou, fracture_hd95, fracture_assd; /* NaN without lines */
    double anatomical_iou, anatomical_hd95, anatomical_assd;
} pp_pengwin;

/**
 * What the example evaluator of the PENGWIN challenge (CT) reports, by its
 * procedure: labels 1-10, 11-20 and 21-30 are three anatomies; each true
 * fragment takes the label of its anatomy with the best IoU, which others may
 * take as well, and is left out when there is none; surfaces are two voxels
 * thick; of more than 10,000 surface voxels so many are drawn with replacement
 * (Mersenne Twister, seed 2024, for each surface anew); a fragment that
 * overlaps nothing counts with the radius of its ball in voxels. number: of
 * each label as the files have it. Infinite where an anatomy is missing.
 */
pp_status pp_pengwin_score(const pp_label_map *pred,
                           const uint32_t *pred_number,
                           const pp_label_map *truth,
                           const uint32_t *truth_number, pp_pengwin *p,
                           pp_error *err) PP_MUST_USE;

/** n numbers below limit as numpy's RandomState(seed).randint draws them. */
void pp_pengwin_draw(uint32_t seed, uint32_t limit, uint32_t *out, size_t n);

#endif
