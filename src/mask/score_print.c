/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score_print.c - what maskscore says: a table, JSON, comma separated values
 */
#include "mask/score_report.h"

#include "base/text.h"

#include <math.h>

/* The numbers of a line, in the order of the CSV and the JSON. */
static const struct column {
    const char *key;
    size_t offset;
    bool count;
} column[] = {
#define COUNT(key, member) { key, offsetof(pp_pair_score, member), true }
#define REAL(key, member) { key, offsetof(pp_pair_score, member), false }
    COUNT("pred_voxels", npred),
    COUNT("truth_voxels", ntruth),
    COUNT("shared_voxels", nboth),
    REAL("dice", dice),
    REAL("iou", iou),
    REAL("precision", precision),
    REAL("recall", recall),
    REAL("pred_volume_mm3", pred_mm3),
    REAL("truth_volume_mm3", truth_mm3),
    COUNT("pred_surface_voxels", pred_surface),
    COUNT("truth_surface_voxels", truth_surface),
    REAL("hd_mm", hd_mm),
    REAL("hd95_mm", hd95_mm),
    REAL("assd_mm", assd_mm),
    REAL("surface_dice", surface_dice),
};

#define NCOLUMN (sizeof column / sizeof *column)

static double
value_of(const pp_pair_score *s, const struct column *c)
{
    const char *at = (const char *)s + c->offset;

    return c->count ? (double)*(const size_t *)(const void *)at
                    : *(const double *)(const void *)at;
}

static void
json_number(pp_json *j, const char *key, bool there, uint32_t number)
{
    if (there)
        pp_json_integer(j, key, number);
    else
        pp_json_null(j, key);
}

static void
json_line(const pp_score_line *l, bool is_label, pp_json *j)
{
    pp_json_object(j, NULL);
    if (is_label) {
        pp_json_integer(j, "label", l->truth);
    } else {
        json_number(j, "truth", l->in_truth, l->truth);
        json_number(j, "pred", l->in_pred, l->pred);
    }
    for (size_t c = 0; c < NCOLUMN; c++)
        if (column[c].count)
            pp_json_count(j, column[c].key,
                          (size_t)value_of(&l->score, &column[c]));
        else
            pp_json_real(j, column[c].key, value_of(&l->score, &column[c]));
    pp_json_real(j, "volume_difference_mm3",
                 l->score.pred_mm3 - l->score.truth_mm3);
    pp_json_end(j);
}

static void
json_pengwin_line(const pp_pengwin_line *l, bool fragment, pp_json *j)
{
    pp_json_object(j, NULL);
    if (fragment) {
        pp_json_integer(j, "truth", l->truth);
        pp_json_integer(j, "pred", l->pred);
    }
    pp_json_real(j, "iou", l->iou);
    pp_json_real(j, "hd95", l->hd95);
    pp_json_real(j, "assd", l->assd);
    pp_json_end(j);
}

static void
json_pengwin(const pp_pengwin *p, pp_json *j)
{
    pp_json_object(j, "pengwin");
    pp_json_real(j, "fracture_iou", p->fracture_iou);
    pp_json_real(j, "fracture_hd95", p->fracture_hd95);
    pp_json_real(j, "fracture_assd", p->fracture_assd);
    pp_json_real(j, "anatomical_iou", p->anatomical_iou);
    pp_json_real(j, "anatomical_hd95", p->anatomical_hd95);
    pp_json_real(j, "anatomical_assd", p->anatomical_assd);
    pp_json_array(j, "fragments");
    for (size_t n = 0; n < p->nline; n++)
        json_pengwin_line(&p->line[n], true, j);
    pp_json_end(j);
    pp_json_array(j, "anatomies");
    for (int g = 0; g < PP_PENGWIN_GROUPS; g++)
        json_pengwin_line(&p->anatomy[g], false, j);
    pp_json_end(j);
    pp_json_end(j);
}

static double
share(size_t of, size_t all)
{
    return all > 0 ? (double)of / (double)all : NAN;
}

void
pp_score_json(const pp_score_report *r, pp_json *j)
{
    pp_json_string(j, "surface", "centres of boundary voxels");
    pp_json_real(j, "tolerance_mm", r->tolerance_mm);
    pp_json_array(j, "spacing_mm");
    for (int a = 0; a < 3; a++)
        pp_json_real(j, NULL, r->spacing_mm[a]);
    pp_json_end(j);
    pp_json_array(j, "labels");
    for (size_t n = 0; n < r->nlabel; n++)
        json_line(&r->label[n], true, j);
    pp_json_end(j);
    pp_json_object(j, "fragments");
    pp_json_string(j, "matching", "one to one, greatest sum of IoU");
    pp_json_real(j, "iou_f", r->iou_f);
    pp_json_real(j, "iou_f_challenge", r->iou_f_challenge);
    pp_json_count(j, "pred", r->npred);
    pp_json_count(j, "truth", r->ntruth);
    pp_json_count(j, "found", r->nfound);
    pp_json_real(j, "precision", share(r->nfound, r->npred));
    pp_json_real(j, "recall", share(r->nfound, r->ntruth));
    pp_json_array(j, "matches");
    for (size_t n = 0; n < r->nmatch; n++)
        json_line(&r->match[n], false, j);
    pp_json_end(j);
    pp_json_end(j);
    if (r->has_pengwin)
        json_pengwin(&r->pengwin, j);
}

/* A number in its column, or a dash for none. */
static void
print_real(FILE *out, double value, int decimals)
{
    if (isnan(value))
        fprintf(out, " %9s", "-");
    else
        fprintf(out, " %9.*f", decimals, value);
}

static void
print_scores(FILE *out, const pp_pair_score *s)
{
    print_real(out, s->dice, 5);
    print_real(out, s->iou, 5);
    print_real(out, s->precision, 5);
    print_real(out, s->recall, 5);
    print_real(out, s->hd_mm, 3);
    print_real(out, s->hd95_mm, 3);
    print_real(out, s->assd_mm, 3);
    print_real(out, s->surface_dice, 5);
    fprintf(out, " %11.1f\n", s->pred_mm3 - s->truth_mm3);
}

static void
print_head(FILE *out, const char *left)
{
    fprintf(out, "%-13s %9s %9s %9s %9s %9s %9s %9s %9s %11s\n", left, "Dice",
            "IoU", "precision", "recall", "HD mm", "HD95 mm", "ASSD mm",
            "s. Dice", "volume mm3");
}

static void
print_number(FILE *out, bool there, uint32_t number)
{
    if (there)
        fprintf(out, "%6lu", (unsigned long)number);
    else
        fprintf(out, "%6s", "-");
}

static void
print_pengwin(const pp_pengwin *p, FILE *out)
{
    fprintf(out, "as the challenge's example evaluator has it (sampled):\n"
            "  fracture IoU %.4f, HD95 %.3f, ASSD %.3f; anatomical IoU %.4f, "
            "HD95 %.3f, ASSD %.3f\n", p->fracture_iou, p->fracture_hd95,
            p->fracture_assd, p->anatomical_iou, p->anatomical_hd95,
            p->anatomical_assd);
}

void
pp_score_print(const pp_score_report *r, FILE *out)
{
    print_head(out, "label");
    for (size_t n = 0; n < r->nlabel; n++) {
        const pp_score_line *l = &r->label[n];

        fprintf(out, "%6lu %-6s", (unsigned long)l->truth,
                !l->in_pred ? "truth" : !l->in_truth ? "pred" : "");
        print_scores(out, &l->score);
    }
    print_head(out, " truth   pred");
    for (size_t n = 0; n < r->nmatch; n++) {
        print_number(out, r->match[n].in_truth, r->match[n].truth);
        fprintf(out, " ");
        print_number(out, r->match[n].in_pred, r->match[n].pred);
        print_scores(out, &r->match[n].score);
    }
    fprintf(out, "IoU-F %.5f one to one, %.5f by each one's best; %zu of %zu "
            "fragments found (IoU from 0.5 on), %zu predicted\n", r->iou_f,
            r->iou_f_challenge, r->nfound, r->ntruth, r->npred);
    if (r->has_pengwin)
        print_pengwin(&r->pengwin, out);
}

static pp_status
csv_line(const pp_score_line *l, const char *kind, pp_bytes *out,
         pp_error *err)
{
    char text[PP_NUMBER_SIZE];

    if (pp_bytes_printf(out, err, "%s,", kind) != PP_OK)
        return err->status;
    if (l->in_truth &&
        pp_bytes_printf(out, err, "%lu", (unsigned long)l->truth) != PP_OK)
        return err->status;
    if (pp_bytes_printf(out, err, ",") != PP_OK)
        return err->status;
    if (l->in_pred &&
        pp_bytes_printf(out, err, "%lu", (unsigned long)l->pred) != PP_OK)
        return err->status;
    for (size_t c = 0; c < NCOLUMN; c++) {
        const double value = value_of(&l->score, &column[c]);

        if (pp_bytes_printf(out, err, ",%s", isnan(value) ? "" :
                            pp_text_from_double(value, text)) != PP_OK)
            return err->status;
    }
    return pp_bytes_printf(out, err, "\n");
}

pp_status
pp_score_csv(const pp_score_report *r, pp_bytes *out, pp_error *err)
{
    if (pp_bytes_printf(out, err, "kind,truth,pred") != PP_OK)
        return err->status;
    for (size_t c = 0; c < NCOLUMN; c++)
        if (pp_bytes_printf(out, err, ",%s", column[c].key) != PP_OK)
            return err->status;
    if (pp_bytes_printf(out, err, "\n") != PP_OK)
        return err->status;
    for (size_t n = 0; n < r->nlabel; n++)
        if (csv_line(&r->label[n], "label", out, err) != PP_OK)
            return err->status;
    for (size_t n = 0; n < r->nmatch; n++)
        if (csv_line(&r->match[n], "match", out, err) != PP_OK)
            return err->status;
    return PP_OK;
}
