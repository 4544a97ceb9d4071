/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_dicom.c - reports and calipers from and to the archive
 */
#include "meshmeasure.h"
#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "measure/report_dicom.h"

#include <string.h>

/* Bytes of a binary STL: before its facets, of a facet, of its parts. */
#define STL_HEADER 84
#define STL_FACET 50
#define STL_NORMAL 12
#define STL_CORNERS 36

static const char **reports;
static size_t nreport, report_capacity;

pp_status
msr_take_report(const char *path, pp_error *err)
{
    if (pp_grow(&reports, &report_capacity, nreport + 1, sizeof *reports,
                err) != PP_OK)
        return err->status;
    reports[nreport++] = path;
    return PP_OK;
}

void
msr_free_reports(void)
{
    pp_free(reports);
}

/* The source's series, when it is DICOM. */
static pp_status
read_origin(bool needed, pp_origin *origin, pp_error *err)
{
    memset(origin, 0, sizeof *origin);
    if (asked.source == NULL ||
        (!needed && !pp_volume_has_series(asked.source)))
        return PP_OK;
    run.culprit = asked.source;
    return pp_origin_read(asked.source, NULL, origin, err);
}

static pp_status
add_report(const char *path, const pp_origin *origin, pp_error *err)
{
    pp_bytes bytes = {0};
    pp_caliper *list = NULL;
    size_t n = 0;

    run.culprit = path;
    if (pp_file_read(path, 0, &bytes, err) == PP_OK &&
        pp_calipers_of_report(bytes.data, bytes.size,
                              origin->nimage > 0 ? origin : NULL, &list, &n,
                              err) == PP_OK)
        (void)!msr_add_calipers(list, n, err);
    pp_bytes_free(&bytes);
    pp_free(list);
    return err->status;
}

pp_status
msr_read_reports(pp_error *err)
{
    pp_origin origin;

    if (nreport == 0)
        return PP_OK;
    if (read_origin(false, &origin, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < nreport && err->status == PP_OK; i++)
        (void)!add_report(reports[i], &origin, err);
    pp_origin_free(&origin);
    return err->status;
}

static pp_status
write_report(const pp_origin *origin, const pp_report_options *options,
             pp_error *err)
{
    pp_bytes bytes = {0};

    run.culprit = asked.report;
    if (pp_measures_dicom(&run.result, origin, options, &bytes, err) ==
            PP_OK &&
        pp_measures_dicom_check(&run.result, origin, &bytes, err) == PP_OK)
        (void)!pp_file_write(asked.report, bytes.data, bytes.size, err);
    pp_bytes_free(&bytes);
    return err->status;
}

/* Have two binary STL the same corners, facet by facet? */
static bool
same_corners(const pp_bytes *a, const pp_bytes *b)
{
    const unsigned char *x = a->data, *y = b->data;

    if (a->size < STL_HEADER || b->size < STL_HEADER ||
        memcmp(x + STL_HEADER - 4, y + STL_HEADER - 4, 4) != 0)
        return false;
    const size_t n = pp_get_u32le(x + STL_HEADER - 4);

    if ((a->size - STL_HEADER) / STL_FACET < n ||
        (b->size - STL_HEADER) / STL_FACET < n)
        return false;
    for (size_t t = 0; t < n; t++) {
        const size_t at = STL_HEADER + t * STL_FACET + STL_NORMAL;

        if (memcmp(x + at, y + at, STL_CORNERS) != 0)
            return false;
    }
    return true;
}

/* The mesh as STL: the input's own bytes where they say the same. */
static pp_status
encode_part(pp_bytes *stl, pp_error *err)
{
    pp_bytes own = {0};
    pp_mesh reread = {0};

    if (cli_encode_mesh(&run.mesh, &run.prov, PP_FORMAT_STL, NULL, stl,
                        &reread, err) != PP_OK)
        goto done;
    if (run.format == PP_FORMAT_STL && strcmp(cli_input(0), "-") != 0 &&
        pp_file_read(cli_input(0), 0, &own, err) == PP_OK &&
        same_corners(&own, stl)) {
        const pp_bytes made = *stl;

        *stl = own;
        own = made;
    }
done:
    pp_bytes_free(&own);
    pp_mesh_free(&reread);
    return err->status;
}

static pp_status
write_part(const pp_origin *origin, const pp_report_options *options,
           pp_error *err)
{
    pp_bytes stl = {0}, bytes = {0}, back = {0};

    run.culprit = asked.encapsulate;
    if (encode_part(&stl, err) != PP_OK ||
        pp_dicom_encode_stl(stl.data, stl.size, "printable part", origin,
                            options, &bytes, err) != PP_OK ||
        pp_dicom_decode_stl(bytes.data, bytes.size, &back, err) != PP_OK)
        goto done;
    if (back.size != stl.size || memcmp(back.data, stl.data, stl.size) != 0)
        pp_fail(err, PP_EBUG, "the STL does not read back as it was written");
    else
        (void)!pp_file_write(asked.encapsulate, bytes.data, bytes.size, err);
done:
    pp_bytes_free(&stl);
    pp_bytes_free(&bytes);
    pp_bytes_free(&back);
    return err->status;
}

pp_status
msr_write_dicom(pp_error *err)
{
    pp_report_options options = {
        .version = PACKAGE_VERSION,
        .identity = asked.identity,
        .modified = run.prov.nstep > 1,
    };
    pp_origin origin;

    if (asked.report == NULL && asked.encapsulate == NULL)
        return PP_OK;
    if (read_origin(true, &origin, err) != PP_OK ||
        cli_date(&options.seconds, err) != PP_OK)
        goto done;
    options.description = "printprep measurements";
    if (asked.report != NULL && write_report(&origin, &options, err) != PP_OK)
        goto done;
    options.description = "printprep model";
    if (asked.encapsulate != NULL)
        (void)!write_part(&origin, &options, err);
done:
    pp_origin_free(&origin);
    return err->status;
}
