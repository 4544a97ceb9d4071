/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_scan.c - the DICOM headers of a directory and those below it
 *
 * File names, extensions and order mean nothing. What is not DICOM is counted
 * and passed over; what is DICOM and cannot be parsed stops the reading, since
 * a slice would be missing.
 */
#include "voxel/dicom.h"

#include "base/alloc.h"
#include "base/file.h"
#include "shim/sha256.h"
#include "shim/source.h"

#include <string.h>

void
pp_scan_free(pp_scan *scan)
{
    for (size_t f = 0; f < scan->nfile; f++)
        pp_free(scan->file[f].path);
    pp_dicom_directory_free(scan->absent, scan->nabsent);
    pp_free(scan->file);
    pp_free(scan->slice);
    pp_free(scan->series);
    memset(scan, 0, sizeof *scan);
}

void
pp_uid_text(const char *uid, bool plain, char text[65])
{
    char hex[65];

    memset(text, 0, 65);
    if (plain || uid[0] == '\0') {
        strncpy(text, uid, 64);
        return;
    }
    pp_sha256(uid, strlen(uid), hex);
    memcpy(text, hex, 16);
}

pp_vec3
pp_slice_normal(const pp_dicom_plane *p)
{
    const double *r = p->row_direction, *c = p->column_direction;

    return pp_unit(pp_cross(pp_vec(r[0], r[1], r[2]),
                            pp_vec(c[0], c[1], c[2])));
}

bool
pp_scan_is_dicom(const char *path)
{
    unsigned char data[256];
    pp_error err = { 0 };
    pp_source *source;
    size_t got = 0;

    if (pp_source_open(path, 0, PP_SOURCE_PLAIN, &source, &err) != PP_OK)
        return false;
    (void)!pp_source_read(source, data, sizeof data, &got, &err);
    pp_source_close(source);
    return pp_dicom_recognise(data, got);
}

static pp_status
add_slices(pp_scan *scan, size_t *capacity, pp_dicom *dicom, int64_t n,
           pp_error *err)
{
    pp_dicom_plane *plane;

    if (pp_dicom_planes(dicom, &plane, err) != PP_OK)
        return err->status;
    if (pp_grow(&scan->slice, capacity, scan->nslice + (size_t)n,
                sizeof *scan->slice, err) == PP_OK)
        for (int64_t f = 0; f < n; f++) {
            pp_slice *s = &scan->slice[scan->nslice++];

            memset(s, 0, sizeof *s);
            s->file = scan->nfile;
            s->frame = f;
            s->plane = plane[f];
        }
    pp_free(plane);
    return err->status;
}

/* Takes over path. */
static pp_status
add_file(pp_scan *scan, size_t capacity[2], char *path, pp_error *err)
{
    pp_dicom *dicom = NULL;
    pp_dicom_header header;

    if (pp_dicom_open(path, &dicom, &header, err) != PP_OK)
        goto done;
    if (header.kind != PP_DICOM_IMAGE) {
        scan->nother++;
        scan->nmask += header.kind == PP_DICOM_SEG ||
                       header.kind == PP_DICOM_CONTOURS;
        goto done;
    }
    if (pp_grow(&scan->file, &capacity[0], scan->nfile + 1,
                sizeof *scan->file, err) != PP_OK ||
        add_slices(scan, &capacity[1], dicom, header.nframe, err) != PP_OK)
        goto done;
    scan->file[scan->nfile].path = path;
    scan->file[scan->nfile].header = header;
    scan->nfile++;
    path = NULL;
done:
    pp_dicom_close(dicom);
    pp_free(path);
    return err->status;
}

/* The tool's message carries the directory: say which file of it. */
static void
name_file(pp_error *err, const char *order, size_t n, size_t of)
{
    const pp_error cause = *err;

    pp_fail(err, cause.status, "file %zu of %zu%s: %s", n + 1, of, order,
            cause.message);
}

static pp_status
fail_empty(const pp_scan *scan, size_t n, pp_error *err)
{
    if (scan->nmask > 0)
        return pp_fail(err, PP_EFORMAT,
                       "holds no DICOM image, but segmentations or contours "
                       "(%zu): name the file", scan->nmask);
    return pp_fail(err, PP_EFORMAT,
                   "holds no DICOM image (%zu files, %zu of them DICOM)", n,
                   n - scan->nforeign);
}

static pp_status
scan_directory(const char *path, pp_scan *scan, pp_error *err)
{
    size_t capacity[2] = { 0, 0 };
    char **list;
    size_t n;

    if (pp_file_tree(path, &list, &n, err) != PP_OK)
        return err->status;
    for (size_t f = 0; f < n && err->status == PP_OK; f++) {
        if (!pp_scan_is_dicom(list[f])) {
            scan->nforeign++;
            continue;
        }
        char *name = list[f];

        list[f] = NULL;
        if (add_file(scan, capacity, name, err) != PP_OK)
            name_file(err, " (by name)", f, n);
    }
    pp_file_list_free(list, n);
    if (err->status == PP_OK && scan->nslice == 0)
        (void)!fail_empty(scan, n, err);
    return err->status;
}

/* The files that options name one by one: each must be one of ours. */
static pp_status
scan_list(const char *path, const pp_read_options *options, pp_scan *scan,
          pp_error *err)
{
    size_t capacity[2] = { 0, 0 };

    for (size_t f = 0; f <= options->nmore; f++) {
        const char *one = f == 0 ? path : options->more[f - 1];
        const size_t held = scan->nfile;
        char *name;

        if (!pp_scan_is_dicom(one)) {
            pp_fail(err, PP_EFORMAT, "is no DICOM file");
        } else if ((name = pp_strdup(one)) == NULL) {
            pp_fail_memory(err);
        } else if (add_file(scan, capacity, name, err) == PP_OK &&
                   scan->nfile == held) {
            pp_fail(err, PP_EUNSUPPORTED, "holds no image");
        }
        if (err->status != PP_OK) {
            if (options->nmore > 0)
                name_file(err, "", f, options->nmore + 1);
            return err->status;
        }
    }
    return PP_OK;
}

/* ---- DICOMDIR ---- */

/* An entry's file, into the scan; those that are not there are kept apart. */
static pp_status
add_entry(const char *folder, pp_dicom_entry *e, size_t capacity[3],
          pp_scan *scan, pp_error *err)
{
    char *path = pp_file_find(folder, e->file);

    if (path != NULL && pp_scan_is_dicom(path))
        return add_file(scan, capacity, path, err);
    pp_free(path);
    if (pp_grow(&scan->absent, &capacity[2], scan->nabsent + 1,
                sizeof *scan->absent, err) != PP_OK)
        return err->status;
    scan->absent[scan->nabsent++] = *e;
    e->file = NULL;
    return PP_OK;
}

static pp_status
scan_index(const char *path, pp_dicom *index, pp_scan *scan, pp_error *err)
{
    size_t capacity[3] = { 0, 0, 0 }, n;
    char *folder = pp_file_folder(path);
    pp_dicom_entry *entry = NULL;

    if (folder == NULL)
        return pp_fail_memory(err);
    if (pp_dicom_directory(index, &entry, &n, err) == PP_OK) {
        for (size_t e = 0; e < n && err->status == PP_OK; e++)
            if (add_entry(folder, &entry[e], capacity, scan, err) != PP_OK)
                name_file(err, " (of the DICOMDIR)", e, n);
        if (err->status == PP_OK && scan->nslice == 0)
            pp_fail(err, PP_EFORMAT,
                    "names no image that is there (%zu files named, %zu not "
                    "found beside it)", n, scan->nabsent);
        pp_dicom_directory_free(entry, n);
    }
    pp_free(folder);
    return err->status;
}

static pp_status
scan_one(const char *path, const pp_read_options *options, pp_scan *scan,
         pp_error *err)
{
    pp_dicom_header header;
    pp_dicom *dicom;

    if (options->nmore == 0) {
        if (pp_dicom_open(path, &dicom, &header, err) != PP_OK)
            return err->status;
        if (header.kind == PP_DICOM_DIRECTORY) {
            (void)!scan_index(path, dicom, scan, err);
            pp_dicom_close(dicom);
            return err->status;
        }
        pp_dicom_close(dicom);
    }
    return scan_list(path, options, scan, err);
}

pp_status
pp_scan_read(const char *path, const pp_read_options *options, pp_scan *scan,
             pp_error *err)
{
    memset(scan, 0, sizeof *scan);
    if (options->nmore == 0 && pp_file_is_directory(path))
        (void)!scan_directory(path, scan, err);
    else
        (void)!scan_one(path, options, scan, err);
    if (err->status != PP_OK)
        pp_scan_free(scan);
    return err->status;
}
