/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fragments_report.c - the ledgers of encoding and decoding, for people and
 * as JSON
 */
#include "mask/fragments_report.h"

#include <math.h>

static const char *const kept_name[] = { "own", "grown", "placed", "whole" };

static const char *const kept_line[] = {
    "", "core grown to the decoder's dust", "core placed where it is deepest",
    "all of it core: smaller than the decoder's dust",
};

static const char *const anatomy_name[PP_NANATOMY] = {
    "none", "sacrum", "left hip", "right hip",
};

const char *
pp_encode_variant_name(pp_encode_variant v)
{
    return v == PP_ENCODE_VOXEL ? "voxel" : "mm";
}

void
pp_encode_json(const pp_encode_report *r, pp_json *j)
{
    const pp_encode_rules *u = &r->rules;
    const bool voxel = u->variant == PP_ENCODE_VOXEL;

    pp_json_string(j, "variant", pp_encode_variant_name(u->variant));
    pp_json_object(j, "rules");
    pp_json_real(j, voxel ? "core_voxels" : "core_mm", u->core);
    pp_json_real(j, voxel ? "laplace_per_voxel" : "laplace_per_mm",
                 u->laplace);
    pp_json_real(j, u->sigma_voxels ? "sigma_voxels" : "sigma_mm", u->sigma);
    pp_json_real(j, u->zone_mm ? "zone_mm" : "zone_voxels", u->zone);
    pp_json_real(j, u->zone_mm ? "clearance_mm" : "clearance_voxels",
                 u->clearance);
    pp_json_string(j, "border", u->shallow_border ? "shallow" : "through");
    pp_json_bool(j, "all_cores", u->all_cores);
    pp_json_count(j, "dust_voxels", u->dust_voxels);
    pp_json_end(j);
    pp_json_array(j, "fragments");
    for (size_t n = 0; n < r->nencoded; n++) {
        const pp_encoded *e = &r->encoded[n];

        pp_json_object(j, NULL);
        pp_json_integer(j, "label", r->number[e->label]);
        pp_json_count(j, "voxels", e->nvoxel);
        pp_json_count(j, "core_voxels", e->ncore);
        pp_json_count(j, "boundary_voxels", e->nboundary);
        pp_json_count(j, "border_voxels", e->nborder);
        pp_json_count(j, "core_pieces", e->npiece);
        pp_json_count(j, "core_yielded_voxels", e->nyielded);
        pp_json_string(j, "core", kept_name[e->kept]);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_object(j, "ceiling");
    pp_json_real(j, "iou_f", r->ceiling.mean_iou);
    pp_json_real(j, "least_iou", r->ceiling.least_iou);
    pp_json_integer(j, "least_label", r->number[r->ceiling.least]);
    pp_json_count(j, "lost_fragments", r->ceiling.nlost);
    pp_json_end(j);
}

void
pp_encode_print(const pp_encode_report *r, FILE *out)
{
    const pp_encode_rules *u = &r->rules;

    fprintf(out, "variant %s: zone %g %s, border %s\n",
            pp_encode_variant_name(u->variant), u->zone,
            u->zone_mm ? "mm" : "voxels",
            u->shallow_border ? "shallow" : "through");
    fprintf(out, "%7s %10s %10s %10s %10s  %s\n", "label", "voxels", "core",
            "boundary", "border", "ledger");
    for (size_t n = 0; n < r->nencoded; n++) {
        const pp_encoded *e = &r->encoded[n];

        fprintf(out, "%7lu %10zu %10zu %10zu %10zu  %s",
                (unsigned long)r->number[e->label], e->nvoxel, e->ncore,
                e->nboundary, e->nborder, kept_line[e->kept]);
        if (e->npiece > 1)
            fprintf(out, "%score in %zu pieces%s",
                    e->kept != PP_KEPT_OWN ? "; " : "", e->npiece,
                    u->all_cores ? "" : ", the largest stays");
        fprintf(out, "\n");
    }
    fprintf(out, "ceiling of this zone: IoU-F %.4f, least %.4f (label %lu), "
            "%zu lost\n", r->ceiling.mean_iou, r->ceiling.least_iou,
            (unsigned long)r->number[r->ceiling.least], r->ceiling.nlost);
}

bool
pp_decoded_needs_a_look(const pp_decoded *d)
{
    for (size_t e = 0; e < d->nevent; e++)
        if (d->event[e].kind == PP_EVENT_NEW ||
            d->event[e].kind == PP_EVENT_NOWHERE ||
            d->event[e].kind == PP_EVENT_MANY)
            return true;
    return d->swapped;
}

void
pp_decoded_json(const pp_decoded *d, pp_json *j)
{
    pp_json_count(j, "bone_voxels", d->nbone);
    pp_json_bool(j, "anatomy_looks_swapped", d->swapped);
    pp_json_real(j, "left_hip_x_mm", d->left_x_mm);
    pp_json_real(j, "right_hip_x_mm", d->right_x_mm);
    pp_json_array(j, "fragments");
    for (size_t n = 0; n < d->nfragment; n++) {
        const pp_fragment *f = &d->fragment[n];

        pp_json_object(j, NULL);
        pp_json_integer(j, "number", f->number);
        pp_json_string(j, "anatomy", anatomy_name[f->anatomy]);
        pp_json_real(j, "anatomy_share", f->share);
        pp_json_count(j, "voxels", f->nvoxel);
        pp_json_count(j, "seed_voxels", f->nseed);
        pp_json_point(j, "centre_mm", f->centre);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_array(j, "ledger");
    for (size_t n = 0; n < d->nevent; n++) {
        const pp_event *e = &d->event[n];

        pp_json_object(j, NULL);
        pp_json_string(j, "event", pp_event_name(e->kind));
        pp_json_count(j, "voxels", e->nvoxel);
        pp_json_point(j, "centre_mm", e->centre);
        if (e->to != 0)
            pp_json_integer(j, "to", e->to);
        if (e->kind == PP_EVENT_MERGED)
            pp_json_real(j, "touching_mm2", e->touch_mm2);
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
print_event(const pp_event *e, FILE *out)
{
    static const char *const what[PP_NEVENT] = {
        "dust: a piece of core too small for a seed",
        "speck: no front came there, to the nearest fragment",
        "new: no front came there, a fragment of its own",
        "merged: small, to the fragment that it touched most",
        "alone: small, but it touches no other",
        "nowhere: no voxel of it has an anatomy",
        "many: more than ten fragments of this anatomy",
    };

    fprintf(out, "%s; %zu voxels at %.1f,%.1f,%.1f", what[e->kind], e->nvoxel,
            e->centre.x, e->centre.y, e->centre.z);
    if (e->to != 0)
        fprintf(out, ": %d", e->to);
    fprintf(out, "\n");
}

void
pp_decoded_print(const pp_decoded *d, FILE *out)
{
    fprintf(out, "%7s %-9s %6s %10s %10s\n", "number", "anatomy", "share",
            "voxels", "seed");
    for (size_t n = 0; n < d->nfragment; n++) {
        const pp_fragment *f = &d->fragment[n];

        fprintf(out, "%7d %-9s %5.1f%% %10zu %10zu\n", f->number,
                anatomy_name[f->anatomy], 100 * f->share, f->nvoxel,
                f->nseed);
    }
    for (size_t n = 0; n < d->nevent; n++)
        print_event(&d->event[n], out);
    if (d->swapped)
        fprintf(out, "the anatomy looks swapped: left hip at x = %.1f mm, "
                "right hip at %.1f mm (LPS: left is greater)\n", d->left_x_mm,
                d->right_x_mm);
}
