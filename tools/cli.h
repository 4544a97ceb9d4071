/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli.h - what every program of the family does the same way
 *
 * One options table drives the parser, --help and the check of the manual.
 * Exit statuses: 0 good, 1 work done but a person must look, 2 could not.
 */
#ifndef PP_TOOLS_CLI_H
#define PP_TOOLS_CLI_H

#include "base/json.h"
#include "mask/mask.h"
#include "meshio/meshio.h"

#include <stdbool.h>
#include <stdio.h>

#define CLI_GOOD 0
#define CLI_LOOK 1    /* defects found or left, tolerance exceeded */
#define CLI_TROUBLE 2 /* the work could not be done */

typedef enum {
    CLI_FLAG,     /* bool *: set true */
    CLI_TEXT,     /* const char ** */
    CLI_PATH,     /* const char **: left out of the provenance */
    CLI_REAL,     /* double *: any finite number */
    CLI_POSITIVE, /* double *: > 0 */
    CLI_COUNT,    /* size_t *: >= 0 */
    CLI_CALL,     /* function: called with the value, for repeatable ones;
                     with NULL where the option takes none */
    CLI_CALL_PATH /* the same; the value is left out of the provenance */
} cli_kind;

typedef struct {
    char letter;          /* 0: long form only */
    const char *name;     /* long form without dashes */
    const char *argument; /* name in the help; NULL for a flag */
    const char *help;     /* one line, lower case */
    cli_kind kind;
    void *value;
    bool (*call)(const char *text); /* CLI_CALL*: false when unusable */
} cli_option;

/* A row of a program's subcommands: a program within the program. */
typedef struct {
    const char *name;
    const char *help; /* one line, lower case */
    int (*run)(int argc, char **argv); /* its main; calls cli_start itself */
} cli_command;

typedef struct {
    const char *name;     /* program, or "program subcommand" */
    const char *summary;  /* one line */
    const char *operands; /* "[FILE]", "INPUT" ... for the usage line */
    int min_operands, max_operands;
    const cli_option *options; /* ends with name NULL; common ones are added */
    bool writes_mesh;     /* -o and -f apply */
    /* Asked after parsing: does this run write a mesh? NULL: always. */
    bool (*mesh_wanted)(void);
} cli_tool;

/* The common options, as parsed. */
typedef struct {
    const char *output; /* -o; "-" when absent */
    pp_format format;   /* -f, or by extension, or NONE */
    const char *json;   /* -j, or NULL */
    bool json_to_stdout; /* -j -: a tool's table gives way to the document */
    bool quiet, verbose, progress, keep_comments;
    bool no_hash; /* set by a tool that passes no provenance on: its inputs
                     are not hashed */
    int noperand;
    char **operand;
    char options_text[2048]; /* as given, without paths, for the provenance */
} cli_common;

extern cli_common cli;

/**
 * Parses the command line into the table's variables and `cli`. Exits with 0
 * after --help and --version and with 2 after misuse. Sets up SIGPIPE.
 */
void cli_start(const cli_tool *tool, int argc, char **argv);

/**
 * The whole of a program with subcommands: parses the common options that stand
 * before the subcommand's name, lists the table (it ends with name
 * NULL) in --help, and runs the row of that name, with everything but the name. Its cli_tool is called "program
 * subcommand", its manual page program-subcommand(1).
 */
int cli_dispatch(const cli_tool *front, const cli_command *commands, int argc,
                 char **argv);

/** The operand n, or "-" (standard input) when there are fewer. */
const char *cli_input(int n);

/**
 * Reads a mesh file into one joined mesh with its provenance and format; adds
 * the file's hash to the provenance as an input. Refuses a terminal.
 */
pp_status cli_read_mesh(const char *path, pp_mesh *mesh, pp_provenance *prov,
                        pp_format *format, pp_error *err) PP_MUST_USE;

/**
 * The same with objects apart, as 3MF has them. The hash is in the model's
 * provenance.
 */
pp_status cli_read_model(const char *path, pp_model *model, pp_format *format,
                         pp_error *err) PP_MUST_USE;

/**
 * For 3MF: draws the model into png, which the caller frees after the options
 * have been used. Other formats: nothing.
 */
pp_status cli_draw_thumbnail(const pp_model *model, pp_format format,
                             pp_bytes *png, pp_encode_options *options,
                             pp_error *err) PP_MUST_USE;

/** What cli_encode_mesh does, for a model; objects that the format cannot
    keep apart come back as one. */
pp_status cli_encode_model(const pp_model *model, pp_format format,
                           const pp_encode_options *options, pp_bytes *bytes,
                           pp_model *reread, pp_error *err) PP_MUST_USE;

/**
 * Reads one segment of a segmentation: that of `label`, else the one that the
 * provenance names, else the only one. Adds the file to the provenance.
 */
pp_status cli_read_mask(const char *path, const char *label,
                        pp_provenance *prov, pp_mask *mask,
                        pp_error *err) PP_MUST_USE;

/**
 * What the file will hold: the mesh encoded in `format` with this provenance
 * and, decoded again from those bytes, in *reread.
 */
pp_status cli_encode_mesh(const pp_mesh *mesh, const pp_provenance *prov,
                          pp_format format, const pp_encode_options *options,
                          pp_bytes *bytes, pp_mesh *reread,
                          pp_error *err) PP_MUST_USE;

/**
 * Seconds since 1970 for DICOM: SOURCE_DATE_EPOCH, else the first of January
 * 2000, so that two runs write the same bytes.
 */
pp_status cli_date(int64_t *seconds, pp_error *err) PP_MUST_USE;

/** The output format: -f, else the extension of -o, else fallback. */
pp_format cli_output_format(pp_format fallback);

/**
 * Writes the bytes of a mesh to path ("-": standard output, but binary not to
 * a terminal).
 */
pp_status cli_write_to(const char *path, const pp_bytes *bytes,
                       pp_format format, pp_error *err) PP_MUST_USE;

/** Writes to -o what nobody reads back: its bytes are never all in memory. */
pp_status cli_write_mesh(const pp_mesh *mesh, const pp_provenance *prov,
                         pp_format format, pp_error *err) PP_MUST_USE;

/** The same to cli.output. */
pp_status cli_write(const pp_bytes *bytes, pp_format format,
                    pp_error *err) PP_MUST_USE;

/**
 * Starts the JSON document of this run: schema, tool, version, options. The
 * tool adds members, then calls cli_json_write. Both are no-ops without -j.
 */
void cli_json_start(pp_json *j);
pp_status cli_json_write(pp_json *j, int status, pp_error *err) PP_MUST_USE;

/**
 * A tool's verdict on a mesh: by its own work alone, and what the tools before
 * it left in the provenance. A status of 1 travels with the mesh, but a person
 * has to look only once: where it came from.
 */
typedef struct {
    int own, upstream; /* exit statuses */
} cli_verdict;

/** The verdict on work that is good, or wants a look. */
cli_verdict cli_judge(bool good, const pp_provenance *came_with);

/** The worse of the two: the exit status. */
int cli_status(cli_verdict v);

/** Is it only an earlier tool that asks for a look? */
bool cli_is_upstream(cli_verdict v);

/** Says so. */
void cli_say_upstream(cli_verdict v);

/** "own_status" and "upstream_status". */
void cli_verdict_json(cli_verdict v, pp_json *j);

/**
 * Progress on standard error, done in [0,1]: with --progress, or when it is a
 * terminal and the run has taken more than a second. Throttled.
 */
void cli_progress(const char *stage, double done);

/** A line on standard error, "name: ..."; not with -q. */
void cli_say(const char *format, ...) PP_PRINTF(1, 2);

/**
 * Prints text that came from a file or the command line: control characters,
 * which could steer a terminal, appear as '?'.
 */
void cli_print_text(FILE *out, const char *text);

/**
 * Misuse that only the tool can see (options that exclude each other): prints
 * the message and exits with status 2.
 */
_Noreturn void cli_misuse(const char *format, ...) PP_PRINTF(1, 2);

/** The line of a failure, for one file of many: "name: file: message". */
void cli_trouble(const char *path, const pp_error *err);

/**
 * Ends the program: prints err if it failed ("name: file: message", status 2),
 * flushes standard output and checks it; else returns verdict.
 */
int cli_finish(const char *path, const pp_error *err, int verdict);

#endif
