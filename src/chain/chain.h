/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chain.h - a case: what was asked, the command lines that do it, what came
 *
 * No process is started here and nothing is measured: a plan is made of
 * settings and labels, tools carry it out, and the results are written into
 * the same structs as case.json and read from it.
 */
#ifndef PP_CHAIN_CHAIN_H
#define PP_CHAIN_CHAIN_H

#include "base/bytes.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdio.h>

struct pp_printer;

/* ---- settings ---- */

typedef enum {
    PP_FROM_DEFAULT,
    PP_FROM_PROFILE, /* the printer's */
    PP_FROM_CONF,
    PP_FROM_COMMAND
} pp_setting_from;

/** "default", "profile", "conf" or "command line". */
const char *pp_setting_from_name(pp_setting_from from);

typedef enum {
    PP_SET_PRINTER,
    PP_SET_MIN_WALL,
    PP_SET_GROW,
    PP_SET_MIN_GAP,
    PP_SET_SMOOTH,
    PP_SET_MAX_ERROR,
    PP_SET_MIN_ISLAND,
    PP_SET_LARGEST,
    PP_SET_FILL_CAVITIES,
    PP_SET_WELD,
    PP_SET_MAX_DEVIATION,
    PP_SET_TOLERANCE,
    PP_SET_REQUIRE,
    PP_SET_SCALE,
    PP_SET_TEST_SCALE,
    PP_SET_EXPORT,
    PP_NSETTING
} pp_setting;

typedef enum {
    PP_SETTING_TEXT,
    PP_SETTING_WORD,     /* one of words */
    PP_SETTING_LIST,     /* some of words, separated by blanks or commas */
    PP_SETTING_POSITIVE,
    PP_SETTING_AMOUNT,   /* >= 0 */
    PP_SETTING_SHARE,    /* >= 0 and < 1 */
    PP_SETTING_COUNT     /* a whole number >= 1 */
} pp_setting_kind;

typedef struct {
    const char *key;      /* in printprep.conf and case.json */
    const char *option;   /* without dashes */
    const char *argument; /* its name in the help */
    const char *help;
    pp_setting_kind kind;
    const char *words;    /* "none fast lossless free" */
    const char *standard; /* the default's text; NULL: not set */
} pp_setting_row;

extern const pp_setting_row pp_setting_table[PP_NSETTING];

/* A file or directory as case.json has it; its path is nowhere but here. */
typedef struct {
    char *path; /* NULL: not given */
    char *kind; /* "file" or "directory", and what the tools call it */
    char sha256[65];
} pp_input;

/* What meshmeasure is to lay calipers on: one of its --caliper, or a file. */
typedef struct {
    char *label; /* number or name of the part that is meant; NULL: all */
    char *text;  /* NAME=x,y,z:x,y,z; NULL: of the file */
    pp_input file;
} pp_given_caliper;

/* Owned texts, NULL where not set. All-zero is empty. */
typedef struct {
    char *value[PP_NSETTING];
    pp_setting_from from[PP_NSETTING];
    char *printer_path; /* to give to the tools; NULL: the value is its name */
    char printer_sha256[65]; /* of the profile that forecasts, or "" */
    pp_given_caliper *caliper; /* all from one hand: the strongest */
    size_t ncaliper, caliper_capacity;
    pp_setting_from calipers_from;
} pp_settings;

pp_status pp_settings_start(pp_settings *s, pp_error *err) PP_MUST_USE;
void pp_settings_free(pp_settings *s);

/**
 * Sets one, unless a stronger hand (command line, then conf, then profile) has
 * set it before. PP_EFORMAT for what is no value of it. Numbers are kept in
 * their shortest form, lists in the order of the table.
 */
pp_status pp_settings_set(pp_settings *s, pp_setting which, const char *text,
                          pp_setting_from from, pp_error *err) PP_MUST_USE;

/**
 * Adds a caliper, "[LABEL:]NAME=x,y,z:x,y,z", or with is_file "[LABEL:]FILE"
 * (a '/' before the first ':' makes it all a FILE's name), looked for from
 * `folder`. A stronger hand's calipers take the place of all that a weaker
 * one gave. PP_EFORMAT for what is neither.
 */
pp_status pp_settings_add_caliper(pp_settings *s, const char *text,
                                  bool is_file, const char *folder,
                                  pp_setting_from from,
                                  pp_error *err) PP_MUST_USE;

/**
 * The profile that forecasts the test print: the printer's, or that of the
 * family for which no printer need be named; NULL when none is forecast.
 */
const char *pp_settings_test_printer(const pp_settings *s);

/** What is not geometry but how the work is done. */
typedef struct {
    size_t jobs;      /* 0: not told */
    uint64_t memory;  /* bytes; 0: not told */
} pp_how;

/** "800M", "4G", "1.5G" (of 1024), plain bytes; at least 1 MB. */
bool pp_text_to_memory(const char *text, uint64_t *bytes);

/**
 * Takes a printprep.conf: lines "key = value", '#' begins a comment at the
 * start of a line or behind a blank. PP_EFORMAT with the line for an unknown
 * or repeated key, and for what is no value of it. A printer's file is looked
 * for from `folder`, the conf's own, and so are files of calipers, of which
 * there may be several.
 */
pp_status pp_conf_parse(const void *text, size_t size, const char *folder,
                        pp_settings *s, pp_how *how,
                        pp_error *err) PP_MUST_USE;

/* ---- plan ---- */

typedef enum {
    PP_BASE_NONE,
    PP_BASE_SOURCE,
    PP_BASE_MASK,
    PP_BASE_PRINTER,
    PP_BASE_CALIPERS,
    PP_BASE_OUT
} pp_base;

/* before, then a path: the base's own, and rest below it. */
typedef struct {
    char *before, *rest; /* NULL: nothing */
    pp_base base;
    size_t which; /* of the calipers */
} pp_argument;

typedef enum {
    PP_FLOW_NOWHERE, /* standard output is not kept */
    PP_FLOW_NEXT,    /* into the next step */
    PP_FLOW_KEPT,    /* into its mesh and the next step */
    PP_FLOW_FILE     /* into its mesh */
} pp_flow;

#define PP_MOST_STEPS 24
#define PP_STEP_FILES 5 /* document, mesh, and three more */

/* What one run of a tool took. */
typedef struct {
    bool known;
    double wall_s, user_s, system_s;
    uint64_t peak_bytes;
} pp_spent;

typedef struct {
    const char *tool;
    pp_argument *argument;
    size_t nargument, capacity;
    pp_flow flow;
    bool piped; /* its input comes from the step before */
    /* names in the part's folder, "" for none: [0] document, [1] mesh */
    char file[PP_STEP_FILES][40];
    size_t needs;    /* bit i: the mesh of step i */
    bool needs_base[PP_BASE_OUT];

    char *command;   /* as case.json and a script have it */
    char key[65];    /* hash of the command and of what goes in; "": not yet */
    int status;      /* -1: not run */
    char *reason;    /* why it is not 0; NULL: none */
    bool held;       /* done by an earlier run */
    pp_spent spent;
} pp_case_step;

typedef struct {
    char *name; /* in the part's folder */
    char sha256[65];
    uint64_t size;
} pp_case_file;

typedef struct {
    int64_t label;
    char folder[24];
    char *name; /* as the segmentation has it */
    uint64_t voxels;
    double volume_mm3;
    pp_case_step step[PP_MOST_STEPS];
    size_t nstep;
    pp_case_file *file; /* by name */
    size_t nfile, file_capacity;
    int status; /* the worst of its steps; -1: not finished */
    uint64_t estimated_bytes; /* 0: not known */
} pp_case_part;

#define PP_NIDENTITY 6

typedef struct {
    char *value[PP_NIDENTITY]; /* NULL or "": the header has none */
    bool known;
} pp_identity;

/** The key of item i in case.json. */
const char *pp_identity_key(int i);

/** From the header of the first DICOM file at path. PP_EFORMAT: there is none. */
pp_status pp_identity_read(const char *path, pp_identity *who,
                           pp_error *err) PP_MUST_USE;

/* All-zero is empty. */
typedef struct {
    pp_settings settings;
    pp_input source, mask;
    char *out;  /* folder */
    char *date; /* NULL: none */
    pp_identity identity;
    pp_case_part *part;
    size_t npart, capacity;
    char id[17];
    char *reason; /* why it has no parts, and status 2; NULL: none */
    bool complete;
    int status;
} pp_case;

void pp_input_free(pp_input *in);
void pp_case_free(pp_case *c);

/** A new part at the end of the list: its label and folder are set. */
pp_status pp_case_add(pp_case *c, int64_t label, const char *name,
                      pp_case_part **part, pp_error *err) PP_MUST_USE;

/* Which labels are wanted: numbers, ranges, names, and lists of these. */
typedef struct {
    const char **text;
    size_t n, capacity;
    bool all;
} pp_labels_asked;

/**
 * Adds a part for each label that is wanted, of those in the document of
 * `mask2stl --list`; the only one when nothing is asked. PP_EFORMAT for what
 * no label answers to, PP_EUNSUPPORTED when there are several to choose from,
 * PP_EGEOM when there is none.
 */
pp_status pp_case_choose(pp_case *c, const void *list, size_t size,
                         const pp_labels_asked *asked,
                         pp_error *err) PP_MUST_USE;

/**
 * Plans all parts: inputs and settings are there. PP_EUNSUPPORTED for calipers
 * of a label that no part has.
 */
pp_status pp_case_plan(pp_case *c, pp_error *err) PP_MUST_USE;

/** The case's id, from hashes and settings. */
void pp_case_identify(pp_case *c);

/**
 * A step's key: its command, this version, and the hashes of what it reads.
 * "" when something that it reads is not there.
 */
void pp_step_find_key(const pp_case *c, const pp_case_part *p, size_t step,
                      char key[65]);

/** argv of a step, paths in place, ending with NULL; freed by the caller. */
pp_status pp_step_argv(const pp_case *c, const pp_case_step *s, char ***argv,
                       pp_error *err) PP_MUST_USE;
void pp_argv_free(char **argv);

/** folder/part/name, with what is appended; the caller frees; or NULL. */
char *pp_part_path(const pp_case *c, const pp_case_part *p, const char *name,
                   const char *appended);

const pp_case_file *pp_part_file(const pp_case_part *p, const char *name);

/** Hashes a file of the part into its list, or takes it out when it is not
    there. */
pp_status pp_part_note(const pp_case *c, pp_case_part *p, const char *name,
                       pp_error *err) PP_MUST_USE;

/** The whole case as a shell script that does what run does. */
pp_status pp_case_script(const pp_case *c, const char *path_of_tools,
                         pp_bytes *out, pp_error *err) PP_MUST_USE;

/** text as one word of a POSIX shell, appended. */
pp_status pp_shell_quote(const char *text, pp_bytes *out,
                         pp_error *err) PP_MUST_USE;

/* ---- hashes ---- */

/** The hash of a file; of a directory that of its files' sorted hashes. */
pp_status pp_hash_input(const char *path, char sha256[65], bool *directory,
                        pp_error *err) PP_MUST_USE;

pp_status pp_hash_file(const char *path, char sha256[65], uint64_t *size,
                       pp_error *err) PP_MUST_USE;

/* ---- case.json, cost.json ---- */

/** Members of case.json between the common header and the status. */
void pp_case_json(const pp_case *c, pp_json *j);

/** The same of cost.json. */
typedef struct {
    double wall_s;
    size_t jobs, threads;
    uint64_t memory_limit;
} pp_cost_total;
void pp_case_cost_json(const pp_case *c, const pp_cost_total *t, pp_json *j);

/**
 * Reads a case.json: folders, labels, names, steps (document, mesh, key,
 * status, reason) and files, id and status. File names are checked: no '/' in
 * them, none of "", "." and "..". PP_EFORMAT.
 */
pp_status pp_case_parse(const void *data, size_t size, pp_case *c,
                        pp_error *err) PP_MUST_USE;

/** Times of the steps of such a case, as far as cost.json has them. */
void pp_case_parse_cost(const void *data, size_t size, pp_case *c);

/**
 * One line on why a step did not end with 0: of its standard error, or of its
 * document's summary (NULL: none). Paths become names. Memory ran out: NULL.
 */
char *pp_step_reason(const pp_case *c, const pp_case_step *s, const char *told,
                     const void *document, size_t size);

/* ---- need of memory ---- */

/**
 * Takes the parts' needs from a document of `printprep cost`, which has the
 * labels in the same order, and perhaps others. What is not foreseen stays 0.
 */
void pp_case_foresee(pp_case *c, const void *document, size_t size);

/* ---- signatures ---- */

#define PP_SIGNATURE_NAME "signed.json"

/* A file below the case's folder. */
typedef struct {
    char *name; /* with '/' */
    char sha256[65];
    uint64_t size;
} pp_signed_file;

typedef struct {
    char *by, *date, *note; /* date, note: or NULL */
    char id[17];
    bool seal_holds; /* of one that was read: nothing in it was changed */
    pp_signed_file *file;
    size_t nfile, capacity;
} pp_signature;

void pp_signature_free(pp_signature *s);

/** All files below a folder but the signature, hidden ones too, hashed. */
pp_status pp_signature_collect(const char *folder, pp_signature *s,
                               pp_error *err) PP_MUST_USE;
void pp_signature_json(const pp_signature *s, pp_json *j);
pp_status pp_signature_parse(const void *data, size_t size, pp_signature *s,
                             pp_error *err) PP_MUST_USE;

/** What differs between what was signed and what is there: each is told. */
typedef void (*pp_signature_tell)(const char *what, const char *name,
                                  void *state);
size_t pp_signature_compare(const pp_signature *was, const pp_signature *now,
                            pp_signature_tell tell, void *state);

/** The same between the files of a case and what is there: a file of the
    case that is missing or altered. */
size_t pp_signature_against_case(const pp_case *c, const pp_signature *now,
                                 pp_signature_tell tell, void *state);

#endif
