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

static bool
looks_like_dicom(const char *path)
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
name_file(pp_error *err, size_t n, size_t of)
{
    const pp_error cause = *err;

    pp_fail(err, cause.status, "file %zu of %zu (by name): %s", n + 1, of,
            cause.message);
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
        if (!looks_like_dicom(list[f])) {
            scan->nforeign++;
            continue;
        }
        char *name = list[f];

        list[f] = NULL;
        if (add_file(scan, capacity, name, err) != PP_OK)
            name_file(err, f, n);
    }
    pp_file_list_free(list, n);
    if (err->status == PP_OK && scan->nslice == 0)
        pp_fail(err, PP_EFORMAT,
                "holds no DICOM image (%zu files, %zu of them DICOM)", n,
                n - scan->nforeign);
    return err->status;
}

pp_status
pp_scan_read(const char *path, pp_scan *scan, pp_error *err)
{
    size_t capacity[2] = { 0, 0 };
    char *name;

    memset(scan, 0, sizeof *scan);
    if (pp_file_is_directory(path)) {
        (void)!scan_directory(path, scan, err);
    } else {
        name = pp_strdup(path);
        if (name == NULL)
            return pp_fail_memory(err);
        (void)!add_file(scan, capacity, name, err);
    }
    if (err->status != PP_OK)
        pp_scan_free(scan);
    return err->status;
}
