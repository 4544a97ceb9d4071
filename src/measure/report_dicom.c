/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_dicom.c - measures as the groups and numbers of a DICOM report
 *
 * Numbers of the mesh have the codes of the image biomarker standardisation
 * initiative (IBSI), which PS3.16 refers to; lengths have SNOMED's; how a
 * number was found, and what of it was judged, has codes of our own.
 */
#include "measure/report_dicom.h"

#include "base/alloc.h"

#include <string.h>

#define OURS "99PRINTPREP"

/* Numbers of one group at most. */
#define NUMBERS 8

static const pp_code mm = { "mm", "UCUM", "mm" };
static const pp_code mm2 = { "mm2", "UCUM", "mm2" };
static const pp_code mm3 = { "mm3", "UCUM", "mm3" };
static const pp_code percent = { "%", "UCUM", "%" };
static const pp_code length = { "410668003", "SCT", "Length" };
static const pp_code no_code = { NULL, NULL, NULL };

static const pp_code given = { "GIVEN", OURS, "Between the points as given" };
static const pp_code on_mesh = { "MESH", OURS,
                                 "Between the nearest points of the mesh" };
static const pp_code at_edges = { "GREYEDGE", OURS,
                                  "Between half maxima of the image" };
static const pp_code by_integral = { "GREYINTEGRAL", OURS,
                                     "Integral over the image's contrast" };

static pp_report_number *
add(pp_report_group *g, pp_code concept, double value, pp_code unit)
{
    pp_report_number *n = &g->number[g->n++];

    memset(n, 0, sizeof *n);
    n->concept = concept;
    n->value = value;
    n->unit = unit;
    n->uncertainty = NAN;
    return n;
}

static void
put_body(const pp_measures *r, pp_report_group *g)
{
    const pp_body *b = &r->body;
    pp_report_number *n;

    g->name = "mesh";
    if (b->closed)
        add(g, (pp_code){ "RNU0", "IBSI", "Volume (Mesh)" }, b->volume_mm3,
            mm3);
    add(g, (pp_code){ "C0JK", "IBSI", "Surface Area (Mesh)" }, b->area_mm2,
        mm2);
    n = add(g, (pp_code){ "L0JK", "IBSI", "Maximum 3D Diameter" },
            b->diameter_mm, mm);
    n->method = on_mesh;
}

static void
put_verdict(pp_verdict v, pp_report_group *g)
{
    static const pp_code value[] = {
        [PP_VERDICT_PASS] = { "PASS", OURS, "Pass" },
        [PP_VERDICT_FAIL] = { "FAIL", OURS, "Fail" },
        [PP_VERDICT_INDETERMINATE] = { "INDETERMINATE", OURS,
                                       "Indeterminate" },
    };

    g->finding = (pp_code){ "VERDICT", OURS, "Against the tolerance" };
    g->verdict = value[v];
}

static void
put_caliper(const pp_measures *r, size_t i, pp_report_group *g)
{
    const pp_caliper *c = &r->caliper[i];
    pp_report_number *n;

    g->name = c->name;
    n = add(g, length, c->given_mm, mm);
    n->method = given;
    n->has_points = true;
    memcpy(n->point, c->end, sizeof n->point);
    add(g, length, c->mesh_mm, mm)->method = on_mesh;
    if (!r->has_grey)
        return;
    if (r->grey_caliper[i].how != PP_GREY_NONE) {
        n = add(g, length, r->grey_caliper[i].mm, mm);
        n->method = r->grey_caliper[i].how == PP_GREY_EDGES ? at_edges
                                                            : by_integral;
        n->uncertainty = r->grey_caliper[i].uncertainty_mm;
    }
    if (r->tolerance_mm > 0)
        put_verdict(pp_measures_caliper_verdict(r, i), g);
}

static void
put_grey(const pp_measures *r, pp_report_group *g)
{
    const pp_grey_report *q = &r->grey;

    g->name = "mesh against the image";
    add(g, (pp_code){ "BIAS", OURS, "Mean distance of mesh to edge, signed" },
        q->bias_mm, mm)->uncertainty = q->uncertainty_mm;
    add(g, (pp_code){ "P95", OURS, "95th percentile of that distance" },
        q->half.p95_mm, mm);
    add(g, (pp_code){ "SUPPORTED", OURS, "Surface with an edge" },
        100 * q->supported, percent);
    if (r->tolerance_mm > 0)
        put_verdict(pp_grey_judge(q, r->tolerance_mm), g);
}

pp_status
pp_measures_dicom(const pp_measures *r, const pp_origin *origin,
                  const pp_report_options *options, pp_bytes *out,
                  pp_error *err)
{
    const size_t most = r->ncaliper + 2;
    pp_report_group *group = pp_alloc_zero(most, sizeof *group);
    pp_report_number *number = pp_alloc_zero(most, NUMBERS * sizeof *number);
    size_t n = 0;

    if (group == NULL || number == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < most; i++) {
        group[i].number = number + i * NUMBERS;
        group[i].finding = group[i].verdict = no_code;
    }
    put_body(r, &group[n++]);
    for (size_t i = 0; i < r->ncaliper; i++)
        put_caliper(r, i, &group[n++]);
    if (r->has_grey)
        put_grey(r, &group[n++]);
    (void)!pp_dicom_encode_report(group, n, origin, options, out, err);
done:
    pp_free(group);
    pp_free(number);
    return err->status;
}

pp_status
pp_measures_dicom_check(const pp_measures *r, const pp_origin *origin,
                        const pp_bytes *report, pp_error *err)
{
    pp_dicom_length *l = NULL;
    size_t n = 0;
    bool same;

    if (pp_dicom_lengths(report->data, report->size, &l, &n, err) != PP_OK)
        return err->status;
    same = n == r->ncaliper;
    for (size_t i = 0; same && i < n; i++) {
        const pp_caliper *c = &r->caliper[i];

        same = l[i].in_space && strcmp(l[i].frame, origin->frame) == 0 &&
               fabs(l[i].mm - c->given_mm) <= 1e-9 * (1 + c->given_mm);
        for (int e = 0; e < 2; e++)
            for (int a = 0; a < 3; a++)
                same = same && pp_axis(l[i].point[e], a) ==
                                   (double)(float)pp_axis(c->end[e], a);
    }
    pp_free(l);
    return same ? PP_OK
                : pp_fail(err, PP_EBUG, "the report does not read back as it "
                          "was written");
}
