/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write.c - volumes out
 */
#include "voxel/write.h"

#include "base/file.h"
#include "shim/nifti.h"

#include <string.h>

bool
pp_grid_can_write(const char *path)
{
    const size_t n = strlen(path);

    return strcmp(path, "-") == 0 ||
           (n > 4 && strcmp(path + n - 4, ".nii") == 0) ||
           (n > 7 && strcmp(path + n - 7, ".nii.gz") == 0);
}

pp_status
pp_grid_write(const char *path, const pp_grid *grid, const char *about,
              const char *text, pp_error *err)
{
    return pp_nifti_write_text(path, grid, about, text, err);
}
