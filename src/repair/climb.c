/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * climb.c - one region up the ladder
 *
 * Gentlest cure first, each only where its defect is there. After each rung
 * the exact check looks at the result as it would be stored; what did not
 * lessen the defect, or harmed volume, parts or surface beyond the bounds, is
 * undone.
 */
#include "repair/climb.h"
#include "repair/gate.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

/* CGAL's own local cure takes minutes on many folds, and seldom helps then. */
#define MOST_FOLDS 200

/* A rung: its cure, the defects that call for it, and those that it must
   lessen. */
typedef struct {
    const char *name;
    pp_status (*cure)(pp_mesh *m, pp_cure *c, pp_error *err);
    unsigned calls, lessens;
    bool measured; /* hold volume and surface against the mesh before */
} rung;

#define SEAMS                                                                 \
    (PP_BIT(PP_DEFECT_NONMANIFOLD_EDGE) | PP_BIT(PP_DEFECT_NONMANIFOLD_VERTEX))

/* Places that the ledger may tell are among so many witnesses: in a region
   most open edges are its seam. */
static const pp_check_options many_witnesses = { false, 4096 };

#define ANYTHING (~PP_BIT(PP_DEFECT_INVERTED_SHELL))

static const rung ladder[] = {
    { "weld", pp_cure_weld, PP_BIT(PP_DEFECT_OPEN_EDGE) | SEAMS |
      PP_BIT(PP_DEFECT_CROSSING), PP_BIT(PP_DEFECT_OPEN_EDGE), false },
    { "clean", pp_cure_clean, PP_BIT(PP_DEFECT_DUPLICATE) |
      PP_BIT(PP_DEFECT_DEGENERATE), PP_BIT(PP_DEFECT_DUPLICATE) |
      PP_BIT(PP_DEFECT_DEGENERATE), false },
    { "stitch", pp_cure_stitch, PP_BIT(PP_DEFECT_OPEN_EDGE),
      PP_BIT(PP_DEFECT_OPEN_EDGE), false },
    { "orient", pp_cure_orient, PP_BIT(PP_DEFECT_FLIPPED),
      PP_BIT(PP_DEFECT_FLIPPED), false },
    { "holes", pp_cure_holes, PP_BIT(PP_DEFECT_OPEN_EDGE),
      PP_BIT(PP_DEFECT_OPEN_EDGE), false },
    { "solid", pp_cure_solid, PP_BIT(PP_DEFECT_CROSSING) |
      PP_BIT(PP_DEFECT_NONMANIFOLD_EDGE), PP_BIT(PP_DEFECT_CROSSING) |
      PP_BIT(PP_DEFECT_NONMANIFOLD_EDGE) | PP_BIT(PP_DEFECT_OPEN_EDGE), false },
    { "split", pp_cure_split, SEAMS, SEAMS, false },
    { "renew", pp_cure_renew, PP_BIT(PP_DEFECT_CROSSING) | SEAMS |
      PP_BIT(PP_DEFECT_OPEN_EDGE), PP_BIT(PP_DEFECT_CROSSING) | SEAMS |
      PP_BIT(PP_DEFECT_OPEN_EDGE), true },
    { "folds", pp_cure_folds, PP_BIT(PP_DEFECT_CROSSING),
      PP_BIT(PP_DEFECT_CROSSING), true },
    { "places", pp_cure_places, PP_BIT(PP_DEFECT_CROSSING) | SEAMS |
      PP_BIT(PP_DEFECT_OPEN_EDGE), PP_BIT(PP_DEFECT_CROSSING) | SEAMS |
      PP_BIT(PP_DEFECT_OPEN_EDGE), true },
    { "rebuild", pp_cure_rebuild, ANYTHING, ANYTHING, false },
};

_Static_assert(sizeof ladder / sizeof *ladder == PP_NRUNG, "rungs");

size_t
pp_count_defects(const pp_report *r, unsigned which)
{
    size_t n = 0;

    for (int d = 0; d < PP_NDEFECT; d++)
        if (which & PP_BIT(d))
            n += r->defect[d].count;
    return n;
}

pp_status
pp_as_stored(pp_mesh *m, const pp_repair_options *o, pp_error *err)
{
    size_t n;

    if (!o->round_float)
        return PP_OK;
    pp_mesh_round_float(m);
    return pp_mesh_weld_exact(m, &n, err);
}

/* Defects that count for a climb: the seam only looks open. */
static size_t
count_here(const pp_climber *p, const pp_report *r, unsigned which)
{
    const size_t n = pp_count_defects(r, which);
    const size_t nseam =
        which & PP_BIT(PP_DEFECT_OPEN_EDGE) ? p->region->seam.nopen : 0;

    return n > nseam ? n - nseam : 0;
}

/* Runs a cure on a copy; *trial is freed when it cannot be used. */
static pp_status
try_cure(const rung *step, const pp_climber *p, pp_mesh *trial,
         pp_report *report, pp_cure *c, bool *worked, pp_error *err)
{
    *worked = false;
    memset(report, 0, sizeof *report);
    memset(trial, 0, sizeof *trial);
    if (pp_mesh_copy(&p->mesh, trial, err) != PP_OK)
        return err->status;
    if (step->cure(trial, c, err) == PP_OK &&
        pp_as_stored(trial, p->options, err) == PP_OK)
        (void)!pp_check(trial, &many_witnesses, report, err);
    if (err->status == PP_EGEOM) { /* it could not: no failure of the whole */
        snprintf(c->detail, sizeof c->detail, "%.127s", err->message);
        err->status = PP_OK;
        pp_mesh_free(trial);
        return PP_OK;
    }
    if (err->status != PP_OK) {
        pp_mesh_free(trial);
        return err->status;
    }
    *worked = true;
    return PP_OK;
}

/* Where crossings became edges of four facets, split.c goes on from there. */
static bool
trades_for_seams(const pp_climber *p, const pp_report *report)
{
    return count_here(p, report, PP_BIT(PP_DEFECT_CROSSING)) <
               count_here(p, &p->report, PP_BIT(PP_DEFECT_CROSSING)) &&
           count_here(p, report, PP_BIT(PP_DEFECT_OPEN_EDGE)) <=
               count_here(p, &p->report, PP_BIT(PP_DEFECT_OPEN_EDGE));
}

/* Whether the result of a rung may stay. */
static pp_status
judge(const rung *step, const pp_climber *p, const pp_mesh *trial,
      const pp_report *report, pp_cure *c, bool *kept, pp_error *err)
{
    *kept = count_here(p, report, step->lessens) <
                count_here(p, &p->report, step->lessens) ||
            (step->cure == pp_cure_solid && trades_for_seams(p, report));
    if (*kept && !pp_seam_intact(trial, &p->region->seam)) {
        snprintf(c->detail, sizeof c->detail, "it went beyond its region");
        *kept = false;
    }
    if (*kept && step->measured &&
        pp_gate_surface(&p->mesh, &p->report, trial, report, p->options,
                        p->region->local, c, kept, err) != PP_OK)
        return err->status;
    if (*kept && c->moved_mm > p->options->max_deviation_mm) {
        snprintf(c->detail, sizeof c->detail, "it moved the surface by "
                 "%.3g mm", c->moved_mm);
        *kept = false;
    }
    return PP_OK;
}

/* How much volume a rung changed, and whether that is too much. Facets that
   only ran the wrong way enclosed none to be compared with. */
static pp_status
weigh(const rung *step, pp_climber *p, const pp_mesh *trial, pp_cure *c,
      double *change_mm3, bool *kept, pp_error *err)
{
    double before, after;

    *change_mm3 = 0;
    if (step->cure == pp_cure_orient)
        return PP_OK;
    if (pp_enclosed_volume(&p->mesh, p->middle, &before, err) != PP_OK ||
        pp_enclosed_volume(trial, p->middle, &after, err) != PP_OK)
        return err->status;
    *change_mm3 = after - before;
    if (*kept && fabs(*change_mm3) > p->most_mm3) {
        snprintf(c->detail, sizeof c->detail, "it changed the volume by %.4g "
                 "mm3", *change_mm3);
        *kept = false;
    }
    if (*kept)
        p->most_mm3 -= fabs(*change_mm3);
    return PP_OK;
}

static pp_status
take_rung(const rung *step, pp_climber *p, bool *kept, pp_error *err)
{
    pp_cure c = { .options = p->options, .nudge_mm = p->nudge_mm,
                  .around = &p->region->around, .seam = &p->region->seam };
    pp_mesh trial;
    pp_report report;
    double change_mm3 = 0;
    bool worked;

    *kept = false;
    if (try_cure(step, p, &trial, &report, &c, &worked, err) != PP_OK)
        goto done;
    if (worked &&
        judge(step, p, &trial, &report, &c, kept, err) == PP_OK)
        (void)!weigh(step, p, &trial, &c, &change_mm3, kept, err);
    if (err->status == PP_OK && (!worked || *kept || c.count > 0))
        (void)!pp_ledger_add(p->ledger, step->name, &c, *kept, change_mm3,
                             &(pp_places){ &p->mesh, &p->report,
                                           &p->region->seam, step->calls },
                             err);
    if (err->status == PP_OK && *kept)
        (void)!pp_ledger_take(p->ledger, &c, err);
    p->stuck = p->stuck || !*kept;
    if (*kept) {
        pp_mesh_free(&p->mesh);
        pp_report_free(&p->report);
        p->mesh = trial;
        p->report = report;
    } else if (worked) {
        pp_mesh_free(&trial);
        pp_report_free(&report);
    }
done:
    pp_cure_free(&c);
    return err->status;
}

pp_status
pp_climb(pp_climber *p, bool *helped, pp_error *err)
{
    *helped = false;
    if (pp_check(&p->mesh, &many_witnesses, &p->report, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < PP_NRUNG; i++) {
        const size_t nfacet = p->mesh.ntri;
        const size_t ndefect = pp_count_defects(&p->report, ~0u);
        bool kept = false;

        if (p->futile[i][0] == nfacet && p->futile[i][1] == ndefect)
            continue; /* the same mesh again */
        if (count_here(p, &p->report, ladder[i].calls) == 0 ||
            (ladder[i].cure == pp_cure_folds &&
             (p->region->local ||
              p->report.defect[PP_DEFECT_CROSSING].count > MOST_FOLDS)) ||
            (ladder[i].cure == pp_cure_places && p->region->local) ||
            (ladder[i].cure == pp_cure_rebuild &&
             (p->region->local || p->options->rebuild_mm == 0)))
            continue;
        if (take_rung(&ladder[i], p, &kept, err) != PP_OK)
            return err->status;
        *helped = *helped || kept;
        if (!kept && ladder[i].cure != pp_cure_split) { /* split: nudge grows */
            p->futile[i][0] = nfacet;
            p->futile[i][1] = ndefect;
        }
    }
    return PP_OK;
}
