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

/* Numbers of the calipers of the command line; files hold points in LPS. */
static size_t *spoken, nspoken, spoken_capacity;

bool
msr_add_caliper(const char *text)
{
    pp_measures *r = &run.result;
    pp_error err = { 0 };
    pp_caliper c;

    if (!pp_caliper_parse(text, &c) ||
        pp_grow(&r->caliper, &caliper_capacity, r->ncaliper + 1, sizeof c,
                &err) != PP_OK ||
        pp_grow(&spoken, &spoken_capacity, nspoken + 1, sizeof *spoken,
                &err) != PP_OK)
        return false;
    spoken[nspoken++] = r->ncaliper;
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

/* ---- voxels ---- */

static pp_vec3
place(double m[3][4], pp_vec3 p, double one)
{
    return pp_vec(m[0][0] * p.x + m[0][1] * p.y + m[0][2] * p.z +
                      m[0][3] * one,
                  m[1][0] * p.x + m[1][1] * p.y + m[1][2] * p.z +
                      m[1][3] * one,
                  m[2][0] * p.x + m[2][1] * p.y + m[2][2] * p.z +
                      m[2][3] * one);
}

/* The lattice that the mesh was made on, or that of --mask. */
static pp_status
find_lattice(double to_lps[3][4], pp_error *err)
{
    pp_provenance unused = { 0 };
    pp_mask mask = { 0 };

    if (run.prov.has_grid) {
        memcpy(to_lps, run.prov.to_lps, sizeof run.prov.to_lps);
        return PP_OK;
    }
    if (asked.mask == NULL)
        return pp_fail(err, PP_EGEOM, "--voxels needs --mask: the mesh does "
                       "not tell its lattice");
    run.culprit = asked.mask;
    if (cli_read_mask(asked.mask, asked.label, &unused, &mask, err) == PP_OK)
        memcpy(to_lps, mask.to_lps, sizeof mask.to_lps);
    pp_mask_free(&mask);
    pp_provenance_free(&unused);
    return err->status;
}

pp_status
msr_place_points(pp_error *err)
{
    pp_measures *r = &run.result;
    double m[3][4] = { { 0 } };

    if (!asked.voxels)
        return PP_OK;
    if (find_lattice(m, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < nspoken; i++)
        for (int e = 0; e < 2; e++)
            r->caliper[spoken[i]].end[e] =
                place(m, r->caliper[spoken[i]].end[e], 1);
    for (size_t i = 0; i < r->nsection; i++) {
        r->section[i].point = place(m, r->section[i].point, 1);
        r->section[i].normal = pp_unit(place(m, r->section[i].normal, 0));
    }
    for (size_t i = 0; i < r->nprobe; i++)
        for (int k = 0; k < r->probe[i].npoint; k++)
            r->probe[i].at[k] = place(m, r->probe[i].at[k], 1);
    return PP_OK;
}

void
msr_free_points(void)
{
    pp_free(spoken);
}
