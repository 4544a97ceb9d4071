/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Classes, labels and anatomies of any kind: decoding leaves no bone without
 * one number, encoding no fragment without a core, and scores are numbers
 * between 0 and 1. Three bytes of size, five of options, then voxels.
 */
#include "mask/fragments.h"
#include "mask/score_report.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
    if (!good)
        abort();
}

typedef struct {
    size_t dim[3], n;
    double to_lps[3][4];
    const uint8_t *option, *voxel;
} input;

static bool
take(const uint8_t *data, size_t size, input *in)
{
    if (size < 9)
        return false;
    in->n = 1;
    for (int a = 0; a < 3; a++) {
        in->dim[a] = 1 + data[a] % 24;
        in->n *= in->dim[a];
        in->to_lps[a][a] = a == 2 ? 1.5 : 0.8;
    }
    in->option = data + 3;
    in->voxel = data + 8;
    return size - 8 >= in->n;
}

static void
decode(const input *in, uint8_t *at)
{
    pp_classes c = { .at = at };
    uint8_t *anatomy = pp_alloc(in->n, 1);
    const pp_decode_rules rules = { .dust_voxels = in->option[0],
                                    .merge_voxels = in->option[1] };
    pp_label_map out;
    pp_decoded d;
    pp_error err = { 0 };

    must(anatomy != NULL);
    memcpy(c.dim, in->dim, sizeof c.dim);
    memcpy(c.to_lps, in->to_lps, sizeof c.to_lps);
    for (size_t v = 0; v < in->n; v++) {
        at[v] = in->voxel[v] % PP_NCLASS;
        anatomy[v] = in->voxel[v] / 4 % 5;
    }
    must(pp_fragments_decode(&c, in->option[2] & 1 ? anatomy : NULL, &rules,
                             &out, &d, &err) == PP_OK);
    for (size_t v = 0; v < in->n; v++)
        must((at[v] != 0) == (out.at[v] != 0));
    pp_label_map_free(&out);
    pp_decoded_free(&d);
    pp_free(anatomy);
}

static void
encode(const input *in, pp_label_map *map)
{
    const pp_encode_rules rules = {
        .variant = in->option[2] & 2 ? PP_ENCODE_VOXEL : PP_ENCODE_MM,
        .zone = in->option[3] % 16, .dust_voxels = in->option[0],
        .all_cores = in->option[2] & 4, .shallow_border = in->option[2] & 8,
        .zone_mm = in->option[2] & 16,
    };
    pp_classes c;
    pp_encoded *list;
    size_t n;
    pp_error err = { 0 };

    must(pp_fragments_encode(map, &rules, &c, &list, &n, &err) == PP_OK);
    for (size_t l = 0; l < n; l++)
        must(list[l].ncore > 0 && list[l].nvoxel == list[l].ncore +
             list[l].nboundary + list[l].nborder);
    for (size_t v = 0; v < in->n; v++)
        must((map->at[v] != 0) == (c.at[v] != 0));
    pp_classes_free(&c);
    pp_free(list);
}

static void
score(const pp_label_map *a, const pp_label_map *b)
{
    uint32_t number[41];
    pp_score_report r = { .tolerance_mm = 1, .has_pengwin = true,
                          .min_dice = NAN, .max_hd95_mm = NAN };
    pp_error err = { 0 };

    for (uint32_t l = 0; l < 41; l++)
        number[l] = l;
    must(pp_score_maps(&r, &(pp_numbered){ a, number },
                       &(pp_numbered){ b, number }, &err) == PP_OK);
    for (size_t l = 0; l < r.nlabel; l++)
        must(r.label[l].score.dice >= 0 && r.label[l].score.dice <= 1 &&
             !(r.label[l].score.hd95_mm > r.label[l].score.hd_mm));
    must(r.iou_f >= 0 && r.iou_f <= r.iou_f_challenge + 1e-12);
    pp_score_report_free(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = { .n = 0 };
    pp_label_map a = { .nlabel = 40 }, b = { .nlabel = 40 };
    uint8_t *at;

    if (!take(data, size, &in))
        return 0;
    at = pp_alloc(in.n, 1);
    a.at = pp_alloc(in.n, sizeof *a.at);
    b.at = pp_alloc(in.n, sizeof *b.at);
    must(at != NULL && a.at != NULL && b.at != NULL);
    for (int side = 0; side < 2; side++) {
        pp_label_map *m = side ? &b : &a;

        memcpy(m->dim, in.dim, sizeof m->dim);
        memcpy(m->to_lps, in.to_lps, sizeof m->to_lps);
        for (size_t v = 0; v < in.n; v++)
            m->at[v] = (uint16_t)((in.voxel[v] + side * in.option[4]) % 41);
    }
    decode(&in, at);
    encode(&in, &a);
    score(&a, &b);
    pp_free(at);
    pp_label_map_free(&a);
    pp_label_map_free(&b);
    return 0;
}
