/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshshell.h - what the files of meshshell share; only for tools/meshshell*.c
 */
#ifndef PP_TOOLS_MESHSHELL_H
#define PP_TOOLS_MESHSHELL_H

#include "cli.h"
#include "shell/shell.h"

/* The options, as given. */
typedef struct {
    pp_shell_options how;
    bool measure_only;
    bool with_mesh; /* this run writes one */
    const char *picture, *side_name, *rim_name, *printer_name, *method_name,
        *way_name;
    double hollow_mm, sheet_mm;
    double gap_mm; /* NAN: not given */
    bool plugs;
    double clearance_mm;
    pp_vec3 up;
    pp_drain *drain;
    size_t ndrain;
} mss_asked;

extern mss_asked asked;

/* All that a run knows. */
typedef struct {
    pp_mesh mesh, stored; /* stored: what the file holds */
    pp_provenance prov;
    pp_format format;
    pp_shell_report report; /* of growing; else empty */
    pp_hollow_report hollow; /* likewise */
    pp_sheet_report sheet;
    pp_walls walls;         /* of the stored mesh */
    pp_report check;        /* of the stored mesh */
    pp_bytes bytes;
    cli_verdict verdict;
} mss_run;

/* ---- the work, up to the bytes (meshshell_work.c) ---- */

/** Grows, hollows, thickens or measures, by what is asked. */
pp_status mss_work(mss_run *r, pp_error *err) PP_MUST_USE;

/** Is it at the rim of a drain, which is an edge that was asked for? */
bool mss_is_at_drain(const mss_run *r, pp_vec3 p);

/** Thin places that count. */
size_t mss_count_thin(const mss_run *r);

/* ---- words, numbers and the picture (meshshell_words.c) ---- */

/** What the scan cannot show, no wall thickness can tell. */
void mss_warn_of_voxels(const mss_run *r);
void mss_tell(const mss_run *r);
pp_status mss_write_json(const mss_run *r, pp_error *err) PP_MUST_USE;
pp_status mss_write_picture(const mss_run *r, pp_error *err) PP_MUST_USE;

#endif
