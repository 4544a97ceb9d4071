/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * raw.h - what formats with a text header share; included by voxel/ only
 */
#ifndef PP_VOXEL_RAW_H
#define PP_VOXEL_RAW_H

#include "base/bytes.h"
#include "shim/source.h"
#include "voxel/format.h"

/* A kind of number in a file. */
typedef struct {
    pp_voxel_type type; /* in the grid */
    size_t size;        /* in the file; as in the grid */
    bool wide;          /* 64-bit integers, which become doubles */
    bool is_signed;
} pp_raw_type;

/** The first bytes of a file (at most PP_RAW_HEADER), ended by a NUL. */
pp_status pp_raw_header(const char *path, pp_bytes *text,
                        pp_error *err) PP_MUST_USE;

#define PP_RAW_HEADER ((size_t)1 << 20)

/**
 * The line at *at, ended by NUL in place, without its "\n" or "\r\n"; *at
 * moves behind it. NULL at the end of the text.
 */
char *pp_raw_line(pp_bytes *text, size_t *at);

/** Cuts blanks at both ends, in place. */
char *pp_raw_trim(char *text);

/** n numbers parted by blanks or commas, and no more. */
bool pp_raw_reals(const char *text, size_t n, double *value);

/** n whole numbers in [0, 2^53], and no more. */
bool pp_raw_counts(const char *text, size_t n, uint64_t *value);

/** A file named beside another one. The caller frees. */
char *pp_raw_beside(const char *path, const char *name);

/**
 * The files that hold the voxels: named one by one, or by a pattern with one
 * %d (or %03d) and its first, last and step. All-zero is the empty list.
 */
typedef struct {
    char **path;
    size_t n, capacity;
} pp_raw_files;

void pp_raw_files_free(pp_raw_files *files);

pp_status pp_raw_files_add(pp_raw_files *files, const char *header,
                           const char *name, pp_error *err) PP_MUST_USE;

/** "slice%03d.raw 1 20 1" to names. PP_EFORMAT. */
pp_status pp_raw_files_pattern(pp_raw_files *files, const char *header,
                               const char *text, pp_error *err) PP_MUST_USE;

/* How the numbers lie in the files. */
typedef struct {
    pp_raw_type type;
    bool big_endian;
    bool ascii;
    bool from_end;     /* skip so that the data ends with the file */
    pp_source_packing packing;
    uint64_t offset;   /* bytes before packed data begins */
    uint64_t skip;     /* bytes after unpacking */
    size_t line_skip;  /* lines before it, after offset */
} pp_raw_layout;

/** A layer that has the numbers' type and size, and no voxels. */
pp_status pp_raw_describe(const pp_raw_layout *layout, const size_t dim[3],
                          pp_volume *volume, pp_error *err) PP_MUST_USE;

/**
 * Reads nvolume volumes of dim voxels from the files (parted evenly) into
 * new grids. interleaved: all volumes' first voxels lie together, and so on.
 * wanted: only this one (from 0) is kept, in volume->layer[0]; SIZE_MAX: all.
 */
pp_status pp_raw_read(const pp_raw_files *files, const pp_raw_layout *layout,
                      const size_t dim[3], size_t nvolume, bool interleaved,
                      size_t wanted, pp_volume *volume,
                      pp_error *err) PP_MUST_USE;

#endif
