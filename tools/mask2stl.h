/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl.h - what the files of mask2stl share; only for tools/mask2stl*.c
 */
#ifndef PP_TOOLS_MASK2STL_H
#define PP_TOOLS_MASK2STL_H

#include "check/check.h"
#include "cli.h"
#include "mask/mask.h"
#include "surface/surface.h"

/* The options, as given. */
typedef struct {
    bool list, all, no_verify, no_decimate, plain_uids, resample, binary,
        fill_planes, keep_cavities;
    const char *label, *smooth_name, *connect_name, *series, *source,
        *form_name;
    double iso, min_island, fill_cavities, max_error, confidence;
    size_t channel, largest, triangles;
} m2s_asked;

extern m2s_asked asked;

/* What was done to a mask's islands and cavities, and what it holds. */
typedef struct {
    pp_island *dropped, *filled; /* islands, cavities */
    pp_island *kept, *cavity;    /* those that are left */
    pp_thin_place *thin;
    size_t ndropped, nfilled, nkept, ncavity, nthin;
} m2s_ledger;

void m2s_free_ledger(m2s_ledger *l);

/** How inside voxels hang together, by --connect. */
static inline pp_connect
m2s_connect(const pp_surface_options *how)
{
    return how->separate ? PP_CONNECT_FACE : PP_CONNECT_EDGE;
}

/** Fills kept, cavity and thin, if anyone will read them. */
pp_status m2s_take_stock(const pp_mask *mask, pp_connect connect,
                         m2s_ledger *l, pp_error *err) PP_MUST_USE;

/* All that a run for one label makes; m2s_make_all has its own beside it. */
typedef struct {
    pp_volume volume;
    const pp_segment *segment; /* NULL for a grey image */
    const pp_grid *grey;       /* with --iso */
    pp_mask mask, back;
    m2s_ledger ledger;
    size_t nvoxel, nchanged;
    size_t nadded; /* of the changed voxels: outside the mask before */
    bool taken_back; /* decimation: it did not stand the proof */
    double clearance_mm; /* of the file's facets from each other */
    pp_surface_options how;
    pp_surface_report made;
    pp_mesh mesh, reread;
    pp_report report;
    pp_provenance prov;
    pp_bytes bytes;
    pp_format format;
    size_t *count;
    char *culprit; /* the file that a failure is about, or NULL: the input */
} m2s_run;

extern m2s_run run;

/** The stage that begins (timed for -v); NULL: the last one ends. */
void m2s_begin_stage(const char *name);
void m2s_say_stages(void);

/** Will anyone read what each step did? */
bool m2s_wants_numbers(void);

/* ---- --list (mask2stl_list.c) ---- */

pp_status m2s_list_labels(pp_error *err) PP_MUST_USE;
pp_status m2s_list_series(const pp_read_options *how,
                          pp_error *err) PP_MUST_USE;

/* ---- one surface (mask2stl_one.c), all of them (mask2stl_all.c) ---- */

/** Writes the file whose bytes have been looked at. */
pp_status m2s_make_one(int *status, pp_error *err) PP_MUST_USE;
pp_status m2s_make_all(int *status, pp_error *err) PP_MUST_USE;

/**
 * What both enter in a file: space, unit, input, this step with its changes
 * and status; segment NULL: of no label, or of several.
 */
pp_status m2s_make_provenance(pp_provenance *p, const size_t dim[3],
                              const double to_lps[3][4],
                              const pp_segment *segment, const char *changes,
                              int status, pp_error *err) PP_MUST_USE;

/* ---- words and numbers (mask2stl_words.c) ---- */

void m2s_say(void);
void m2s_say_ledger(const m2s_ledger *l);

/** Kind, hash, notes and voxels of the input. */
void m2s_json_input(pp_json *j, const double voxel_mm[3]);

/** What the reader saw; warnings were said already. */
void m2s_json_notes(pp_json *j);
void m2s_json_ledger(pp_json *j, const m2s_ledger *l);

/** How far decimation went; not where it did nothing. */
void m2s_json_reached(pp_json *j, const pp_reached *r);
pp_status m2s_write_json(int status, pp_error *err) PP_MUST_USE;

#endif
