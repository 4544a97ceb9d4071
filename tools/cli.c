/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli.c - the command line of every program of the family
 */
#include "cli.h"

#include "config.h"

#include "base/file.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <omp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_OPTIONS 64

cli_common cli;

static const cli_tool *tool;
static const cli_command *commands; /* while the front is parsed */
static struct timespec start_time;
static bool help_wanted, version_wanted, progress_shown;
static const char *format_name;

/* Options that every tool has; the first two only where a mesh is written. */
static const cli_option common_options[] = {
    { 'o', "output", "FILE", "write the mesh here instead of standard output",
      CLI_PATH, &cli.output, NULL },
    { 'f', "format", "FORMAT", "stl, ply, 3mf, glb, vtp, obj, off, stl-ascii "
      "or ply-ascii", CLI_TEXT, &format_name, NULL },
    { 0, "keep-comments", NULL, "keep comments of unknown origin", CLI_FLAG,
      &cli.keep_comments, NULL },
    { 'j', "json", "FILE", "write the numbers of this run as JSON ('-': "
      "standard output)", CLI_PATH, &cli.json, NULL },
    { 'q', "quiet", NULL, "no words on standard error but errors", CLI_FLAG,
      &cli.quiet, NULL },
    { 'v', "verbose", NULL, "say what is done", CLI_FLAG, &cli.verbose, NULL },
    { 0, "progress", NULL, "show progress even when not on a terminal",
      CLI_FLAG, &cli.progress, NULL },
    { 'h', "help", NULL, "print this help and stop", CLI_FLAG, &help_wanted,
      NULL },
    { 'V', "version", NULL, "print the version and stop", CLI_FLAG,
      &version_wanted, NULL },
};

#define NCOMMON (sizeof common_options / sizeof *common_options)
#define NCOMMON_MESH 3 /* the first ones: tools that write a mesh */

void
cli_misuse(const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s: ", tool->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "; try '%s --help'\n", tool->name);
    exit(CLI_TROUBLE);
}

/* ---- the table of this tool: its own options, then the common ones ---- */

static size_t
all_options(const cli_option *all[MAX_OPTIONS])
{
    size_t n = 0;

    for (const cli_option *o = tool->options; o->name != NULL; o++)
        all[n++] = o;
    for (size_t i = tool->writes_mesh ? 0 : NCOMMON_MESH; i < NCOMMON; i++)
        all[n++] = &common_options[i];
    assert(n < MAX_OPTIONS);
    return n;
}

static void
print_commands(void)
{
    for (const cli_command *c = commands; c->name != NULL; c++)
        printf("  %-10s %s\n", c->name, c->help);
    printf("\n'%s COMMAND --help' tells more; options of all commands:\n",
           tool->name);
}

/* The name of the manual page: blanks are dashes, as git has it. */
static void
print_page(const char *name)
{
    for (; *name != '\0'; name++)
        putchar(*name == ' ' ? '-' : *name);
}

static void
print_help(const cli_option *const *all, size_t n)
{
    printf("usage: %s [OPTION...]%s%s\n%s\n\n", tool->name,
           *tool->operands != '\0' ? " " : "", tool->operands, tool->summary);
    if (commands != NULL)
        print_commands();
    for (size_t i = 0; i < n; i++) {
        char left[64];

        snprintf(left, sizeof left, "%s%c%s--%s%s%s",
                 all[i]->letter != 0 ? "-" : " ",
                 all[i]->letter != 0 ? all[i]->letter : ' ',
                 all[i]->letter != 0 ? ", " : "  ", all[i]->name,
                 all[i]->argument != NULL ? "=" : "",
                 all[i]->argument != NULL ? all[i]->argument : "");
        printf("  %-28s  %s\n", left, all[i]->help);
    }
    printf("\nexit status: 0 good; 1 done, but a person must look; 2 could "
           "not do it\nsee also: man ");
    print_page(tool->name);
    printf(", man 7 printprep\n");
}

static void
take_value(const cli_option *o, const char *text)
{
    int64_t count;
    bool good = true;

    switch (o->kind) {
    case CLI_FLAG:
        *(bool *)o->value = true;
        break;
    case CLI_TEXT:
    case CLI_PATH:
        good = *text != '\0';
        *(const char **)o->value = text;
        break;
    case CLI_REAL:
        good = pp_text_to_double(text, o->value);
        break;
    case CLI_POSITIVE:
        good = pp_text_to_double(text, o->value) && *(double *)o->value > 0;
        break;
    case CLI_COUNT:
        good = pp_text_to_integer(text, 0, INT64_MAX, &count);
        if (good)
            *(size_t *)o->value = (size_t)count;
        break;
    case CLI_CALL:
    case CLI_CALL_PATH:
        good = o->call(text);
        break;
    }
    if (!good)
        cli_misuse("'%s' is no value for --%s", text, o->name);
}

/* The options as the provenance shows them: no paths, nothing about output. */
static void
note_option(const cli_option *o, const char *text)
{
    const size_t used = strlen(cli.options_text);
    const size_t room = sizeof cli.options_text - used;

    for (size_t i = 0; i < NCOMMON; i++)
        if (o == &common_options[i])
            return;
    if (o->letter == 'o') /* of tools that write no mesh */
        return;
    if (o->argument == NULL || o->kind == CLI_PATH ||
        o->kind == CLI_CALL_PATH)
        snprintf(cli.options_text + used, room, "%s--%s", used > 0 ? " " : "",
                 o->name);
    else
        snprintf(cli.options_text + used, room, "%s--%s=%s",
                 used > 0 ? " " : "", o->name, text);
}

static void
parse_options(const cli_option *const *all, size_t n, int argc, char **argv)
{
    struct option longs[MAX_OPTIONS + 1] = { { 0 } };
    /* '+': what follows a subcommand's name is the subcommand's */
    char shorts[2 * MAX_OPTIONS + 3] = "+:";
    char *const first = commands != NULL ? shorts : shorts + 1;
    size_t used = 2;
    int c;

    for (size_t i = 0; i < n; i++) {
        longs[i].name = all[i]->name;
        longs[i].has_arg =
            all[i]->argument != NULL ? required_argument : no_argument;
        longs[i].val = 256 + (int)i;
        if (all[i]->letter != 0) {
            shorts[used++] = all[i]->letter;
            if (all[i]->argument != NULL)
                shorts[used++] = ':';
        }
    }
    opterr = 0;
    optind = 0; /* a subcommand parses anew */
    while ((c = getopt_long(argc, argv, first, longs, NULL)) != -1) {
        size_t i = 0;

        if (c == ':')
            cli_misuse("option '%s' needs a value", argv[optind - 1]);
        if (c == '?' && optopt > 0 && optopt < 256)
            cli_misuse("unknown option '-%c'", optopt);
        if (c == '?')
            cli_misuse("unknown or ambiguous option '%s'", argv[optind - 1]);
        while (c < 256 ? all[i]->letter != c : i != (size_t)c - 256)
            i++;
        take_value(all[i], optarg);
        note_option(all[i], optarg);
    }
}

static void
settle_output(void)
{
    const bool mesh = tool->writes_mesh &&
                      (tool->mesh_wanted == NULL || tool->mesh_wanted());

    if (tool->writes_mesh && !mesh &&
        (cli.output != NULL || format_name != NULL))
        cli_misuse("this run writes no mesh: -o and -f have no place");
    if (cli.output == NULL)
        cli.output = "-";
    cli.json_to_stdout = cli.json != NULL && strcmp(cli.json, "-") == 0;
    if (!mesh)
        return;
    if (format_name != NULL) {
        cli.format = pp_format_by_name(format_name);
        if (cli.format == PP_FORMAT_NONE)
            cli_misuse("unknown format '%s'", format_name);
    } else if (strcmp(cli.output, "-") != 0) {
        /* what has no telling name (a FIFO, /dev/stdout) takes the default */
        char extension[16];

        cli.format = pp_format_by_extension(cli.output);
        pp_file_extension(cli.output, extension);
        if (cli.format == PP_FORMAT_NONE && *extension != '\0')
            cli_misuse("no format has the extension '.%s' (use -f)",
                       extension);
    }
    if (cli.json_to_stdout && strcmp(cli.output, "-") == 0)
        cli_misuse("mesh and JSON cannot both go to standard output");
}

void
cli_start(const cli_tool *the_tool, int argc, char **argv)
{
    const cli_option *all[MAX_OPTIONS];
    size_t n;

    tool = the_tool;
    clock_gettime(CLOCK_MONOTONIC, &start_time);
    signal(SIGPIPE, SIG_DFL);
    n = all_options(all);
    parse_options(all, n, argc, argv);
    if (help_wanted || version_wanted) {
        if (help_wanted)
            print_help(all, n);
        else
            printf("%s (printprep) %s\n", tool->name, PACKAGE_VERSION);
        exit(cli_finish(NULL, &(pp_error){ PP_OK, "" }, CLI_GOOD));
    }
    cli.noperand = argc - optind;
    cli.operand = argv + optind;
    if (cli.noperand < tool->min_operands)
        cli_misuse("too few arguments: %s wanted", tool->operands);
    if (tool->max_operands >= 0 && cli.noperand > tool->max_operands)
        cli_misuse("'%s' is one argument too many",
                   cli.operand[tool->max_operands]);
    if (commands == NULL)
        settle_output();
}

int
cli_dispatch(const cli_tool *front, const cli_command *table, int argc,
             char **argv)
{
    const cli_command *c = table;
    int at;

    commands = table;
    cli_start(front, argc, argv);
    commands = NULL;
    while (c->name != NULL && strcmp(c->name, cli_input(0)) != 0)
        c++;
    if (c->name == NULL)
        cli_misuse("unknown subcommand '%s'", cli_input(0));
    at = argc - cli.noperand;
    memmove(argv + at, argv + at + 1,
            (size_t)(argc - at) * sizeof *argv); /* and the NULL */
    return c->run(argc - 1, argv);
}

const char *
cli_input(int n)
{
    return n < cli.noperand ? cli.operand[n] : "-";
}

/* ---- JSON ---- */

void
cli_json_start(pp_json *j)
{
    const char *blank = strchr(tool->name, ' ');
    char program[32];

    snprintf(program, sizeof program, "%.*s",
             blank != NULL ? (int)(blank - tool->name) : 31, tool->name);
    pp_json_object(j, NULL);
    pp_json_integer(j, "printprep_json", 1);
    pp_json_string(j, "tool", program);
    pp_json_string(j, "version", PACKAGE_VERSION);
    if (blank != NULL)
        pp_json_string(j, "command", blank + 1);
    pp_json_string(j, "options", cli.options_text);
}

pp_status
cli_json_write(pp_json *j, int status, pp_error *err)
{
    pp_json_integer(j, "status", status);
    pp_json_end(j);
    return pp_json_save(j, cli.json, err);
}

/* ---- words ---- */

static double
seconds_since(const struct timespec *then)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) +
           1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

void
cli_progress(const char *stage, double done)
{
    static double last = -1;

    if (omp_get_thread_num() > 0) /* one speaks for all */
        return;

    const double elapsed = seconds_since(&start_time);
    const bool terminal = isatty(STDERR_FILENO);

    if (cli.quiet || !(cli.progress || (terminal && elapsed > 1)))
        return;
    if (last >= 0 && elapsed - last < 0.1 && done > 0)
        return;
    last = elapsed;
    progress_shown = terminal;
    fprintf(stderr, "%s%s: %s %3.0f %% %.1f s%s", terminal ? "\r\033[K" : "",
            tool->name, stage, 100 * done, elapsed, terminal ? "" : "\n");
}

static void
end_progress(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}

void
cli_say(const char *format, ...)
{
    va_list args;

    if (cli.quiet)
        return;
    end_progress();
    fprintf(stderr, "%s: ", tool->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

void
cli_print_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;

        fputc(c < 0x20 || c == 0x7f ? '?' : c, out);
    }
}

void
cli_trouble(const char *path, const pp_error *err)
{
    end_progress();
    fprintf(stderr, "%s: ", tool->name);
    if (path != NULL) {
        cli_print_text(stderr,
                       strcmp(path, "-") == 0 ? "standard input" : path);
        fputs(": ", stderr);
    }
    fprintf(stderr, "%s\n", err->message);
}

int
cli_finish(const char *path, const pp_error *err, int verdict)
{
    end_progress();
    if (err->status != PP_OK) {
        cli_trouble(path, err);
        verdict = CLI_TROUBLE;
    }
    /* buffered text may meet a full disk only now */
    if (fflush(stdout) != 0 || ferror(stdout) ||
        (close(STDOUT_FILENO) != 0 && errno != EBADF)) {
        fprintf(stderr, "%s: cannot write standard output\n", tool->name);
        verdict = CLI_TROUBLE;
    }
    return verdict;
}
