/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zip.h - a ZIP file of a few deflated parts, through libzip (BSD-3-Clause)
 *
 * The same parts give the same bytes: every part has the date at which the
 * format's time begins. Parts come deflated already, in pieces that may have
 * been made side by side; libzip carries them as they are. Parts and package
 * stay below 4 GiB (PP_ELIMIT), since many readers know no ZIP64.
 */
#ifndef PP_SHIM_ZIP_H
#define PP_SHIM_ZIP_H

#include "base/bytes.h"

#define PP_ZIP_PARTS 8

typedef struct {
    const char *name; /* must outlive the package's making */
    pp_bytes packed;
    size_t unpacked;
    uint32_t crc;
} pp_zip_part;

/* All-zero is a package without parts. */
typedef struct {
    pp_zip_part part[PP_ZIP_PARTS];
    int npart;
} pp_zip;

void pp_zip_free(pp_zip *zip);

/** Starts a part. */
void pp_zip_part_start(pp_zip *zip, const char *name);

/** Appends a piece of the part: what pp_deflate made of n bytes. */
pp_status pp_zip_part_add(pp_zip *zip, const pp_bytes *packed, uint32_t crc,
                          size_t n, pp_error *err) PP_MUST_USE;

/** Appends the part's last n bytes and ends it. */
pp_status pp_zip_part_end(pp_zip *zip, const void *data, size_t n,
                          pp_error *err) PP_MUST_USE;

/** Appends the package to out. */
pp_status pp_zip_write(const pp_zip *zip, pp_bytes *out,
                       pp_error *err) PP_MUST_USE;

#endif
