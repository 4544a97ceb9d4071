/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zip.h - a ZIP file of a few deflated parts; only meshio/ includes this
 *
 * The same parts give the same bytes: no dates, no attributes. Parts and
 * package stay below 4 GiB (PP_ELIMIT), since many readers know no ZIP64.
 */
#ifndef PP_MESHIO_ZIP_H
#define PP_MESHIO_ZIP_H

#include "base/bytes.h"

#define PP_ZIP_PARTS 8

typedef struct {
    const char *name;
    size_t at; /* of its header, from the package's start */
    size_t unpacked, packed;
    uint32_t crc;
} pp_zip_part;

typedef struct {
    pp_bytes *out;
    size_t begin; /* of the package in out */
    pp_zip_part part[PP_ZIP_PARTS];
    int npart;
} pp_zip;

/** Starts a package at the end of out. */
void pp_zip_start(pp_zip *zip, pp_bytes *out);

/** Starts a part; name must outlive the package's making. */
pp_status pp_zip_part_start(pp_zip *zip, const char *name,
                            pp_error *err) PP_MUST_USE;

/** Appends a piece of the part: what pp_deflate made of n bytes. */
pp_status pp_zip_part_add(pp_zip *zip, const pp_bytes *packed, uint32_t crc,
                          size_t n, pp_error *err) PP_MUST_USE;

/** Appends the part's last n bytes and ends it. */
pp_status pp_zip_part_end(pp_zip *zip, const void *data, size_t n,
                          pp_error *err) PP_MUST_USE;

pp_status pp_zip_end(pp_zip *zip, pp_error *err) PP_MUST_USE;

#endif
