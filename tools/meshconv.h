/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshconv.h - what the files of meshconv share; only for tools/meshconv*.c
 */
#ifndef PP_TOOLS_MESHCONV_H
#define PP_TOOLS_MESHCONV_H

#include "check/printer.h"
#include "cli.h"
#include "place/place.h"
#include "shell/shell.h"

/* What changes coordinates, in the order in which it was asked for. */
typedef enum { MCV_MOVE, MCV_CENTER, MCV_LAY, MCV_UNPLACE } mcv_kind;

typedef struct {
    mcv_kind kind;
    pp_move move;
    const char *matrix; /* a file, or NULL */
} mcv_step;

/* The options, as given; NULL, 0: not given. */
typedef struct {
    const char *unit, *side, *keep, *printer_name;
    mcv_step *step;
    size_t nstep;
    bool mirrored; /* an odd number of times */
    double scale;  /* of all steps */
    bool split, join;
    bool cut, tile;
    pp_plane plane;
    double tile_mm[3]; /* 0: the printer's */
    pp_peg_wish peg;
    double clearance_mm, min_wall_mm; /* NAN: not given */
    pp_mark_wish mark;
    char mark_text[4 * PP_MARK_CHARACTERS + 1]; /* with all in it filled in */
} mcv_asked;

extern mcv_asked asked;

/* Numbers about all objects together. */
typedef struct {
    size_t nobject, nfacet, nvert;
    double volume_mm3, area_mm2;
    pp_box box;
} mcv_sums;

/* One file to be written. */
typedef struct {
    char *path;
    size_t first, n; /* objects of the model */
    pp_bytes bytes;
    mcv_sums sums;   /* of the file as it reads back */
    pp_report report; /* of its worst object */
    size_t ndirty;   /* objects with defects */
    pp_forecast forecast; /* with a printer; of the worst object */
    double least_wall_mm; /* of a reduced print; 0: not measured */
    pp_vec3 least_place;
} mcv_file;

/* All that a run knows. */
typedef struct {
    pp_model model;
    pp_format format;
    pp_printer printer;
    pp_move moved; /* all steps together */
    pp_lay lay;    /* the last one */
    bool laid;
    mcv_sums before;
    pp_mark mark;
    pp_tiling tiling;   /* cuts of --cut are in it, too */
    mcv_file *file;
    size_t nfile;
    cli_verdict verdict; /* the worst of its files */
    const char *culprit; /* the file that a failure is about */
} mcv_run;

extern mcv_run run;

/* ---- meshes in (meshconv_read.c) ---- */

/** All inputs as one model. */
pp_status mcv_read(pp_error *err) PP_MUST_USE;
mcv_sums mcv_add_up(const pp_object *object, size_t n);

/* ---- what is done to them (meshconv_work.c) ---- */

pp_status mcv_work(pp_error *err) PP_MUST_USE;

/* ---- files out (meshconv_out.c) ---- */

/** Encodes, reads back and judges every file, then writes them all. */
pp_status mcv_make_files(pp_error *err) PP_MUST_USE;
pp_status mcv_write_files(pp_error *err) PP_MUST_USE;
void mcv_free_files(void);

/* ---- words and numbers (meshconv_words.c) ---- */

size_t mcv_count_pegless(void);
void mcv_tell(void);
pp_status mcv_write_json(pp_error *err) PP_MUST_USE;

#endif
