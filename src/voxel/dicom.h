/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom.h - files, slices and series of DICOM; included by voxel/ only
 */
#ifndef PP_VOXEL_DICOM_H
#define PP_VOXEL_DICOM_H

#include "shim/dicom.h"
#include "voxel/format.h"

typedef struct {
    char *path;
    pp_dicom_header header;
} pp_scan_file;

/* One frame of one file. */
typedef struct {
    size_t file;
    int64_t frame;
    pp_dicom_plane plane;
    size_t series;
    double along; /* mm along the slice normal */
} pp_slice;

typedef struct {
    size_t first, n;  /* slices first ... first + n - 1 of the scan */
    bool localizer;
    bool split;       /* one of several volumes under one UID */
    bool tangled;     /* duplicate positions that nothing tells apart */
    int tell[2];      /* what told it apart (PP_TELL_...), or -1 */
} pp_series;

/* What a directory, or a file, holds. All-zero is the empty scan. */
typedef struct {
    pp_scan_file *file;
    size_t nfile;
    pp_slice *slice; /* series after series */
    size_t nslice;
    pp_series *series;
    size_t nseries;
    size_t nforeign; /* files that are not DICOM */
    size_t nother;   /* DICOM files without an image: SEG, SR, contours ... */
    size_t nmask;    /* of these: segmentations and contours */
    pp_dicom_entry *absent; /* that a DICOMDIR names and that are not there */
    size_t nabsent;
} pp_scan;

void pp_scan_free(pp_scan *scan);

/**
 * The headers of the files in a directory or of those that a DICOMDIR names;
 * of a file, and of options->more.
 */
pp_status pp_scan_read(const char *path, const pp_read_options *options,
                       pp_scan *scan, pp_error *err) PP_MUST_USE;

/** True when a file begins as DICOM does. */
bool pp_scan_is_dicom(const char *path);

/** Sorts the slices of a scan into series. */
pp_status pp_scan_group(pp_scan *scan, pp_error *err) PP_MUST_USE;

/**
 * The series that options name, or the only one. PP_EUNSUPPORTED lists what
 * there is.
 */
pp_status pp_scan_choose(const pp_scan *scan, const pp_read_options *options,
                         size_t *series, pp_error *err) PP_MUST_USE;

/**
 * Sorts slices along their normal and fills the matrix of the grid that they
 * make up: first two axes within the slice. Refuses, naming slice positions,
 * what is no straight, even stack. Duplicates of one instance are taken out:
 * *n shrinks. bent, when not NULL: tilted and unevenly spaced stacks pass,
 * and say so there; their matrix is that of the first slice with a mean step.
 */
pp_status pp_stack_place(pp_slice *slice, size_t *n, const pp_scan *scan,
                         pp_volume *volume, double to_lps[3][4], bool *bent,
                         pp_error *err) PP_MUST_USE;

/**
 * Reads, hashes and decodes the slices of a stack into volume->layer, whose
 * matrix is kept; by headers alone, its size and type. *physical: scales
 * differ between slices, and the grid holds physical values.
 */
pp_status pp_stack_decode(const pp_scan *scan, pp_slice *slice, size_t n,
                          const pp_read_options *options, pp_volume *volume,
                          bool *physical, pp_error *err) PP_MUST_USE;

/**
 * Resamples the grid of a bent stack (slices in order) onto a straight, even
 * one, linearly in all three directions. Without voxels: size and matrix only.
 */
pp_status pp_stack_straighten(const pp_slice *slice, size_t n, pp_grid *grid,
                              pp_volume *volume, pp_error *err) PP_MUST_USE;

/** "temporal position 2": what told a series from others under its UID. */
void pp_series_what(const pp_scan *scan, const pp_series *series, char *text,
                    size_t size);

/** Unit normal of a slice: row direction x column direction. */
pp_vec3 pp_slice_normal(const pp_dicom_plane *plane);

/**
 * Counts the instances that a segmentation refers to and those of them that
 * the source holds, into the volume, with a note or a warning.
 */
pp_status pp_references_count(const pp_references *refers, const char *source,
                              pp_volume *volume, pp_error *err) PP_MUST_USE;

/**
 * Looks for the slice of a DICOM source under each frame, with a note or a
 * warning; volume->on_slices: there is one for some of them at least.
 */
pp_status pp_seg_check_slices(const pp_seg *seg, const char *source,
                              pp_volume *volume, pp_error *err) PP_MUST_USE;

/** A UID as it may be shown: itself, or 16 digits of its SHA-256. */
void pp_uid_text(const char *uid, bool plain, char text[65]);

/** Two slices nearer than this lie at one position. */
#define PP_SLICE_SAME_MM 1e-3

pp_status pp_dicom_seg_volume(pp_dicom *dicom, const pp_dicom_header *header,
                              const pp_read_options *options,
                              pp_volume *volume, pp_error *err) PP_MUST_USE;

/** An RT structure set at `path`, drawn on options->source. */
pp_status pp_rtstruct_volume(pp_dicom *dicom, const char *path,
                             const pp_dicom_header *header,
                             const pp_read_options *options,
                             pp_volume *volume, pp_error *err) PP_MUST_USE;

#endif
