/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trial.c - bodies of known size, and what each tool must say of them
 *
 * A cube of 4 mm (64 mm3, 96 mm2, walls of 4 mm), the same with a facet
 * missing, a box of 8 x 8 x 8 voxels of 1 mm, and the distance from a plane
 * through a field of 12 x 12 x 12 samples, which cuts it in 11 x 11 mm.
 */
#include "chain/trial.h"

#include "base/alloc.h"
#include "shim/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SIDE 4
#define SAMPLES 12
#define BOX_LOW 2
#define BOX_HIGH 10

const pp_trial pp_trial_table[] = {
    { "mask2stl", { "--smooth=lossless", "-f", "stl" }, true, PP_BODY_BOX,
      { { "mask/voxels", 512, 0 }, { "mesh/volume_mm3", 512, 1e-3 },
        { "verified/voxels_changed", 0, 0 } } },
    { "meshfix", { "-f", "stl" }, true, PP_BODY_OPEN,
      { { "after/volume_mm3", 64, 1e-9 },
        { "after/defects/open_edges/count", 0, 0 } } },
    /* thickness is defined to 0.01 mm */
    { "meshshell", { "--measure" }, false, PP_BODY_CUBE,
      { { "walls/min_mm", SIDE, 0.02 } } },
    { "meshcheck", { NULL }, false, PP_BODY_CUBE,
      { { "volume_mm3", 64, 1e-9 }, { "shells", 1, 0 } } },
    { "meshmeasure", { NULL }, false, PP_BODY_CUBE,
      { { "volume_mm3", 64, 1e-9 }, { "area_mm2", 96, 1e-9 },
        { "diameter_mm", 6.928203230275509, 1e-9 } } },
    { "meshconv", { "--scale=2", "-f", "stl" }, true, PP_BODY_CUBE,
      { { "before/volume_mm3", 64, 1e-9 },
        { "after/volume_mm3", 512, 1e-6 } } },
    /* eight cubes along each edge */
    { "meshmask", { "--spacing=0.5" }, true, PP_BODY_CUBE,
      { { "objects/0/voxels", 512, 0 }, { "objects/0/mesh_mm3", 64, 1e-9 } } },
    { "udf2stl", { "-f", "stl" }, true, PP_BODY_FIELD,
      { { "surface/area_mm2", 121, 0.01 } } },
    { "maskfrag", { "encode" }, true, PP_BODY_BOX,
      { { "fragments/0/voxels", 512, 0 }, { "ceiling/iou_f", 1, 0 } } },
    { "maskscore", { NULL }, false, PP_BODY_BOX,
      { { "labels/0/dice", 1, 0 }, { "labels/0/hd_mm", 0, 0 } } },
};

const size_t pp_ntrial = sizeof pp_trial_table / sizeof *pp_trial_table;

const char *
pp_body_name(pp_body body)
{
    static const char *const name[] = { "cube.off", "open.off", "box.nrrd",
                                        "field.nrrd" };

    return name[body];
}

/* The first facet of the open one is left out. */
static pp_status
make_cube(bool open, pp_bytes *out, pp_error *err)
{
    static const int facet[12][3] = {
        { 0, 2, 3 }, { 0, 3, 1 }, { 4, 5, 7 }, { 4, 7, 6 },
        { 0, 1, 5 }, { 0, 5, 4 }, { 2, 6, 7 }, { 2, 7, 3 },
        { 0, 4, 6 }, { 0, 6, 2 }, { 1, 3, 7 }, { 1, 7, 5 },
    };

    if (pp_bytes_printf(out, err, "OFF\n8 %d 0\n", open ? 11 : 12) != PP_OK)
        return err->status;
    for (int v = 0; v < 8; v++)
        if (pp_bytes_printf(out, err, "%d %d %d\n", SIDE * (v & 1),
                            SIDE * (v >> 1 & 1), SIDE * (v >> 2)) != PP_OK)
            return err->status;
    for (int t = open; t < 12; t++)
        if (pp_bytes_printf(out, err, "3 %d %d %d\n", facet[t][0],
                            facet[t][1], facet[t][2]) != PP_OK)
            return err->status;
    return PP_OK;
}

static bool
within(int i)
{
    return i >= BOX_LOW && i < BOX_HIGH;
}

static pp_status
make_volume(bool field, pp_bytes *out, pp_error *err)
{
    unsigned char *at;

    if (pp_bytes_printf(out, err, "NRRD0004\ntype: %s\ndimension: 3\n"
                        "space: left-posterior-superior\nsizes: %d %d %d\n"
                        "space directions: (1,0,0) (0,1,0) (0,0,1)\n"
                        "space origin: (0,0,0)\nencoding: raw\n"
                        "endian: little\n\n", field ? "float" : "uint8",
                        SAMPLES, SAMPLES, SAMPLES) != PP_OK)
        return err->status;
    if (pp_bytes_extend(out, (size_t)SAMPLES * SAMPLES * SAMPLES *
                                 (field ? 4 : 1), &at, err) != PP_OK)
        return err->status;
    for (int k = 0; k < SAMPLES; k++)
        for (int j = 0; j < SAMPLES; j++)
            for (int i = 0; i < SAMPLES; i++) {
                if (field)
                    pp_put_u32le(at, pp_float_to_bits(fabsf((float)k - 5.5F)));
                else
                    *at = within(i) && within(j) && within(k);
                at += field ? 4 : 1;
            }
    return PP_OK;
}

pp_status
pp_body_make(pp_body body, pp_bytes *out, pp_error *err)
{
    memset(out, 0, sizeof *out);
    if (body == PP_BODY_CUBE || body == PP_BODY_OPEN)
        (void)!make_cube(body == PP_BODY_OPEN, out, err);
    else
        (void)!make_volume(body == PP_BODY_FIELD, out, err);
    if (err->status != PP_OK)
        pp_bytes_free(out);
    return err->status;
}

static void
judge(const pp_trial *t, const pp_json_document *d, const char *version,
      char said[PP_TRIAL_WORDS])
{
    const char *theirs = pp_json_text(d, "version");
    const char *tool = pp_json_text(d, "tool");

    if (tool == NULL || strcmp(tool, t->tool) != 0) {
        snprintf(said, PP_TRIAL_WORDS, "is another program");
        return;
    }
    if (theirs == NULL || strcmp(theirs, version) != 0) {
        snprintf(said, PP_TRIAL_WORDS, "is version %.40s, not %.40s",
                 theirs != NULL ? theirs : "unknown", version);
        return;
    }
    for (int i = 0; i < PP_TRIAL_EXPECTED && t->expected[i].key != NULL;
         i++) {
        double value = NAN;

        (void)pp_json_number(d, t->expected[i].key, &value);
        if (!(fabs(value - t->expected[i].value) <=
              t->expected[i].tolerance)) {
            snprintf(said, PP_TRIAL_WORDS, "%s is %g, not %g",
                     t->expected[i].key, value, t->expected[i].value);
            return;
        }
    }
}

void
pp_trial_judge(const pp_trial *t, const void *document, size_t size,
               const char *version, char said[PP_TRIAL_WORDS])
{
    pp_json_document *d = NULL;
    pp_error err = { 0 };

    said[0] = '\0';
    if (document == NULL || pp_json_parse(document, size, &d, &err) != PP_OK)
        snprintf(said, PP_TRIAL_WORDS, "wrote no document");
    else
        judge(t, d, version, said);
    pp_json_document_free(d);
}
