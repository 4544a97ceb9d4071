/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmask.h - what the files of meshmask share; only for tools/meshmask*.c
 */
#ifndef PP_TOOLS_MESHMASK_H
#define PP_TOOLS_MESHMASK_H

#include "cli.h"
#include "surface/overlay.h"

typedef enum { MMK_NIFTI, MMK_NIFTI_GZ, MMK_NRRD, MMK_DICOM, MMK_NONE } mmk_kind;

/* The options, as given; NULL, 0: not given. */
typedef struct {
    const char *output, *format, *like, *series, *mask, *label;
    double spacing_mm, min_dice;
    size_t samples;
    bool identity;
} mmk_asked;

extern mmk_asked asked;

/* One object of the file. */
typedef struct {
    pp_overlay voxels;
    double mesh_mm3;
    bool compared;
    size_t nmask, nboth; /* of the mask's lattice: voxels of the mask, of both */
    size_t nmesh;        /* ... and of the mesh */
    double dice;
} mmk_part;

typedef struct {
    pp_model model;
    pp_mask like;    /* the lattice; without voxels */
    pp_volume mask;  /* with --mask */
    mmk_part *part;  /* of each object */
    pp_overlay *voxels; /* the same, side by side: borrowed from the parts */
    pp_segment *segment;
    size_t nshared;
    mmk_kind kind;
    const char *culprit; /* the file that a failure is about */
} mmk_run;

extern mmk_run run;

/** The lattice that options, or the mesh's provenance, name. */
pp_status mmk_choose_lattice(pp_error *err) PP_MUST_USE;

/** The labels of --mask beside the objects. */
pp_status mmk_compare(pp_error *err) PP_MUST_USE;

pp_status mmk_write(pp_error *err) PP_MUST_USE;
pp_status mmk_write_json(cli_verdict verdict, pp_error *err) PP_MUST_USE;

/** The table, and what a person must know. */
void mmk_tell(void);

#endif
