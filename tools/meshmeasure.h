/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure.h - what the files of meshmeasure share; only for
 * tools/meshmeasure*.c
 */
#ifndef PP_TOOLS_MESHMEASURE_H
#define PP_TOOLS_MESHMEASURE_H

#include "cli.h"
#include "measure/report.h"

/* The options, as given; NULL, 0: not given. */
typedef struct {
    const char *mask, *label, *other, *source;
    const char *picture, *csv, *map, *histogram;
    const char *report, *encapsulate;
    double tolerance_mm, spacing_mm, overlap;
    bool pass, budget, identity, align, voxels;
} msr_asked;

extern msr_asked asked;

/* All that a run makes. */
typedef struct {
    pp_mesh mesh;
    pp_provenance prov;
    pp_format format;
    pp_measures result;
    float *deviation;    /* of each vertex, or NULL: nobody wants it */
    pp_mesh raw, smooth; /* with --budget: the mask's surface halfway between
                            voxels, and smoothed as the mesh was */
    bool laid_back;      /* it was placed for printing, and lies over the scan
                            for this run */
    pp_mesh came;        /* then, with --pass: as it came, ... */
    pp_provenance came_prov;
    pp_error grey_problem; /* why the image says nothing beside the mask */
    const char *culprit; /* the file that a failure is about */
} msr_run;

extern msr_run run;

/* ---- where to measure (meshmeasure_points.c): calls of the table ---- */

bool msr_add_caliper(const char *text);
bool msr_add_caliper_file(const char *path);
bool msr_add_section(const char *text);
bool msr_add_angle(const char *text);
bool msr_add_path(const char *text);
bool msr_add_fit(const char *text);
bool msr_add_wall(const char *text);

/** With --voxels: from indices to LPS, when the mesh has been read. */
pp_status msr_place_points(pp_error *err) PP_MUST_USE;
void msr_free_points(void);
pp_status msr_add_calipers(const pp_caliper *list, size_t n,
                           pp_error *err) PP_MUST_USE;

/* ---- from and to the archive (meshmeasure_dicom.c); all set the culprit ---- */

/** A report with calipers, to be read when the source is known. */
pp_status msr_take_report(const char *path, pp_error *err) PP_MUST_USE;
pp_status msr_read_reports(pp_error *err) PP_MUST_USE;
void msr_free_reports(void);

/** The report and the model that options name. */
pp_status msr_write_dicom(pp_error *err) PP_MUST_USE;

/* ---- against what it stands for; all set the culprit ---- */

/** meshmeasure_mask.c */
pp_status msr_compare_mask(pp_error *err) PP_MUST_USE;

/** meshmeasure_mesh.c: a mesh that was placed for printing goes back over the
    scan, where something of the scan is asked for. */
pp_status msr_lay_back(pp_error *err) PP_MUST_USE;
pp_status msr_compare_mesh(pp_error *err) PP_MUST_USE;

/** meshmeasure_grey.c */
pp_status msr_compare_grey(pp_error *err) PP_MUST_USE;

/* ---- the budget (meshmeasure_stages.c) ---- */

bool msr_add_stage(const char *text);

/** With --budget: the mask's own surfaces, raw and smooth. */
pp_status msr_make_surfaces(const pp_mask *mask, pp_error *err) PP_MUST_USE;

size_t msr_count_stages(void);

/** Nothing without stages. */
pp_status msr_compare_stages(pp_error *err) PP_MUST_USE;
void msr_free_stages(void);

/* ---- results out (meshmeasure_out.c); all set the culprit ---- */

/** The files that options name: table of values, picture. */
pp_status msr_write_files(pp_error *err) PP_MUST_USE;
pp_status msr_write_json(cli_verdict verdict, pp_error *err) PP_MUST_USE;

/** With --pass: the mesh as it came. */
pp_status msr_write_mesh(cli_verdict verdict, pp_error *err) PP_MUST_USE;

#endif
