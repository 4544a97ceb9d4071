/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl_all.h - all labels at once; only for tools/mask2stl_all*.c
 */
#ifndef PP_TOOLS_MASK2STL_ALL_H
#define PP_TOOLS_MASK2STL_ALL_H

#include "mask2stl.h"

/* One label on its way to a file. */
typedef struct {
    const pp_segment *segment;
    uint16_t label; /* in the map */
    char *path;     /* NULL: an object of the one file */
    pp_bytes bytes;
    const pp_mesh *read; /* what a reader will have, while it is looked at */
    m2s_ledger ledger;
    size_t nvoxel, nchanged, nadded, nfacet, nvert;
    double volume_mm3, area_mm2;
    pp_report report;
    int status;
} m2s_part;

typedef struct {
    pp_label_map map;
    pp_label_extent *extent;
    pp_complex complex;
    pp_complex_report made;
    m2s_part *part;
    size_t npart;
    pp_bytes bytes; /* of one file for all */
    bool one_file, taken_back;
    int status;
} m2s_everything;

extern m2s_everything all;

/* ---- words and numbers (mask2stl_all_words.c) ---- */

void m2s_say_all(void);
pp_status m2s_write_all_json(int status, pp_error *err) PP_MUST_USE;

#endif
