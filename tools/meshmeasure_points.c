/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_points.c - where to measure: points and planes, as given
 */
#include "meshmeasure.h"

#include "base/alloc.h"
#include "base/file.h"
#include "measure/report_dicom.h"

#include <stdlib.h>
#include <string.h>

static size_t caliper_capacity, section_capacity, probe_capacity;

bool
msr_add_caliper(const char *text)
{
    pp_measures *r = &run.result;
    pp_error err = { 0 };
    pp_caliper c;

    if (!pp_caliper_parse(text, &c) ||
        pp_grow(&r->caliper, &caliper_capacity, r->ncaliper + 1, sizeof c,
                &err) != PP_OK)
        return false;
    r->caliper[r->ncaliper++] = c;
    return true;
}

pp_status
msr_add_calipers(const pp_caliper *list, size_t n, pp_error *err)
{
    pp_measures *r = &run.result;

    if (pp_grow(&r->caliper, &caliper_capacity, r->ncaliper + n, sizeof *list,
                err) != PP_OK)
        return err->status;
    memcpy(r->caliper + r->ncaliper, list, n * sizeof *list);
    r->ncaliper += n;
    return PP_OK;
}

/* Reports wait for the source: it knows where their images lie. */
bool
msr_add_caliper_file(const char *path)
{
    pp_bytes bytes = { 0 };
    pp_caliper *list = NULL;
    size_t n = 0;
    pp_error err = { 0 };

    if (pp_file_read(path, 0, &bytes, &err) != PP_OK)
        goto done;
    if (pp_calipers_are_report(bytes.data, bytes.size))
        (void)!msr_take_report(path, &err);
    else if (pp_calipers_decode(bytes.data, bytes.size, &list, &n, &err) ==
             PP_OK)
        (void)!msr_add_calipers(list, n, &err);
done:
    pp_bytes_free(&bytes);
    pp_free(list);
    if (err.status != PP_OK)
        exit(cli_finish(path, &err, CLI_TROUBLE));
    return true;
}

bool
msr_add_section(const char *text)
{
    pp_measures *r = &run.result;
    pp_error err = { 0 };
    pp_section s;

    if (!pp_section_parse(text, &s) ||
        pp_grow(&r->section, &section_capacity, r->nsection + 1, sizeof s,
                &err) != PP_OK)
        return false;
    r->section[r->nsection++] = s;
    return true;
}

static bool
add_probe(pp_probe_kind kind, const char *text)
{
    pp_measures *r = &run.result;
    pp_error err = { 0 };
    pp_probe p;

    if (!pp_probe_parse(kind, text, &p) ||
        pp_grow(&r->probe, &probe_capacity, r->nprobe + 1, sizeof p, &err) !=
            PP_OK)
        return false;
    r->probe[r->nprobe++] = p;
    return true;
}

bool
msr_add_angle(const char *text)
{
    return add_probe(PP_PROBE_ANGLE, text);
}

bool
msr_add_path(const char *text)
{
    return add_probe(PP_PROBE_PATH, text);
}

bool
msr_add_fit(const char *text)
{
    return add_probe(PP_PROBE_FIT, text);
}

bool
msr_add_wall(const char *text)
{
    return add_probe(PP_PROBE_WALL, text);
}
