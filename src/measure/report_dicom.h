/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_dicom.h - for tools: measures to and from DICOM
 */
#ifndef PP_MEASURE_REPORT_DICOM_H
#define PP_MEASURE_REPORT_DICOM_H

#include "measure/report.h"
#include "voxel/origin.h"

/**
 * The measures as a structured report (TID 1500): of the body, of each caliper
 * as given, on the mesh and in the image, and of the surface against the
 * image's edges. Points are those of float, 1e-4 mm in a patient.
 */
pp_status pp_measures_dicom(const pp_measures *r, const pp_origin *origin,
                            const pp_report_options *options, pp_bytes *out,
                            pp_error *err) PP_MUST_USE;

/**
 * Holds a report against the measures that it was made from: calipers, by
 * name, points and millimetres. PP_EBUG when they are not the same.
 */
pp_status pp_measures_dicom_check(const pp_measures *r,
                                  const pp_origin *origin,
                                  const pp_bytes *report,
                                  pp_error *err) PP_MUST_USE;

/** True when the bytes are DICOM's: pp_calipers_of_report then reads them. */
bool pp_calipers_are_report(const void *data, size_t size);

/**
 * Calipers of a report: lengths between two points of space, or of an image of
 * the origin, which may be NULL. PP_EGEOM when a length lies in another frame
 * of reference, or on an image that is not the origin's. The caller frees.
 */
pp_status pp_calipers_of_report(const void *data, size_t size,
                                const pp_origin *origin, pp_caliper **list,
                                size_t *n, pp_error *err) PP_MUST_USE;

#endif
