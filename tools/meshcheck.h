/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshcheck.h - what the files of meshcheck share; only for
 * tools/meshcheck*.c
 */
#ifndef PP_TOOLS_MESHCHECK_H
#define PP_TOOLS_MESHCHECK_H

#include "check/printer.h"
#include "check/shape.h"
#include "cli.h"

/* The options, as given; NULL, 0: not given. */
typedef struct {
    bool pass, strict, skip_crossings;
    bool many; /* files: one line each */
    const char *before_path, *mark_path, *printer_name;
    double weld_mm, weld_max_mm, scale;
    pp_printer printer;
} mck_asked;

extern mck_asked asked;

/* Everything about one file. */
typedef struct {
    const char *path;
    pp_mesh mesh;
    pp_provenance prov;
    pp_format from, to;
    pp_report report;
    bool has_welded; /* by indices and by coordinates they differ */
    size_t nwelded;
    pp_report welded;
    bool has_before;
    pp_report before;
    pp_shape shape;
    pp_forecast forecast;
    const char *suspected_unit;
    unsigned required, failed;
    cli_verdict verdict;
} mck_job;

/* ---- one file (meshcheck_work.c) ---- */

/** With --pass to another format: as the mesh will stand in that file. */
pp_status mck_read(mck_job *w, pp_error *err) PP_MUST_USE;
pp_status mck_check(mck_job *w, pp_error *err) PP_MUST_USE;
pp_status mck_write_mark(const mck_job *w, pp_error *err) PP_MUST_USE;
/** Writes the mesh when it is to be passed on. */
pp_status mck_pass_on(mck_job *w, pp_error *err) PP_MUST_USE;
void mck_free(mck_job *w);

/* ---- words and numbers (meshcheck_words.c) ---- */

void mck_tell(const mck_job *w);
void mck_json(const mck_job *w, pp_json *j);

#endif
