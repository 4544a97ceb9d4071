/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * origin.h - which images a volume was read from
 */
#ifndef PP_VOXEL_ORIGIN_H
#define PP_VOXEL_ORIGIN_H

#include "shim/dicom_report.h"
#include "voxel/grid.h"

/**
 * The frames of the DICOM series that pp_volume_read reads from path with the
 * same options, slice after slice. PP_EUNSUPPORTED when it is no DICOM. The
 * caller frees with pp_origin_free.
 */
pp_status pp_origin_read(const char *path, const pp_read_options *options,
                         pp_origin *origin, pp_error *err) PP_MUST_USE;

#endif
