/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep_run.c - one command from scan to model: the chain, on each label
 *
 * Options, settings and inputs become a plan (chain/), the plan is printed or
 * run (run_jobs.c). Nothing here knows geometry: what is said about a mesh was
 * said by a tool, and stands in its document.
 */
#include "printprep.h"
#include "run.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "profile.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CONF ((size_t)1 << 20)
#define MOST_CASE ((size_t)256 << 20)

static run_state run;

/* As given on the command line. */
static struct {
    const char *source, *mask, *out, *conf, *date, *setting[PP_NSETTING];
    bool all, identity, dry;
    size_t jobs;
    uint64_t memory;
} given;

static bool
set_memory(const char *text)
{
    return pp_text_to_memory(text, &given.memory);
}

/* Before any conf: what a stronger hand gave stays. */
static bool
add_caliper(const char *text, bool is_file)
{
    pp_error err = { 0 };

    return pp_settings_add_caliper(&run.plan.settings, text, is_file, ".",
                                   PP_FROM_COMMAND, &err) == PP_OK;
}

static bool
add_one_caliper(const char *text)
{
    return add_caliper(text, false);
}

static bool
add_caliper_file(const char *text)
{
    return add_caliper(text, true);
}

static const cli_option own_options[] = {
    { 0, "source", "IMAGE", "the image: a DICOM directory, or a file",
      CLI_PATH, &given.source, NULL },
    { 0, "mask", "FILE", "the segmentation: any input of mask2stl", CLI_PATH,
      &given.mask, NULL },
    { 0, "label", "L[,L...]", "labels to make: numbers, ranges, names; "
      "repeatable", CLI_CALL, NULL, run_add_label },
    { 0, "all", NULL, "make all labels", CLI_FLAG, &given.all, NULL },
    { 'o', "output", "DIRECTORY", "where the case goes", CLI_PATH, &given.out,
      NULL },
    { 0, "conf", "FILE", "settings of a printer or a laboratory, see "
      "printprep.conf(5)", CLI_PATH, &given.conf, NULL },
    { 0, "caliper", "[L:]NAME=x,y,z:x,y,z", "measure between two points of the "
      "scan (LPS mm) on the part of label L, or on all", CLI_CALL, NULL,
      add_one_caliper },
    { 0, "calipers", "[L:]FILE", "calipers out of a file, see meshmeasure(1)",
      CLI_CALL, NULL, add_caliper_file },
    { 0, "date", "TEXT", "a date to show; none is taken from anywhere",
      CLI_TEXT, &given.date, NULL },
    { 0, "identity", NULL, "patient and study from the source's DICOM header",
      CLI_FLAG, &given.identity, NULL },
    { 0, "jobs", "N", "parts side by side (default: one for each core)",
      CLI_COUNT, &given.jobs, NULL },
    { 0, "memory", "BYTES", "limit for parts side by side: 4G, 800M (default: "
      "three quarters of what there is)", CLI_CALL, NULL, set_memory },
    { 'n', "dry-run", NULL, "print the command lines as a script, and stop",
      CLI_FLAG, &given.dry, NULL },
};

#define NOWN (sizeof own_options / sizeof *own_options)

static cli_option options[NOWN + PP_NSETTING + 1];

static const cli_tool tool = {
    "printprep run", "from a scan and its segmentation to models, numbers and "
    "pictures", "", 0, 0, options, false, NULL,
};

static void
make_options(void)
{
    memcpy(options, own_options, sizeof own_options);
    for (int i = 0; i < PP_NSETTING; i++) {
        const pp_setting_row *row = &pp_setting_table[i];

        options[NOWN + (size_t)i] = (cli_option){
            0, row->option, row->argument, row->help, CLI_PATH,
            &given.setting[i], NULL };
    }
}

/* A copy that no tool takes for an option, without slashes at its end. */
static pp_status
take_path(const char *given_path, char **path, pp_error *err)
{
    size_t n = strlen(given_path);

    *path = pp_alloc(n + 3, 1);
    if (*path == NULL)
        return pp_fail_memory(err);
    snprintf(*path, n + 3, "%s%s", given_path[0] == '-' ? "./" : "",
             given_path);
    for (n = strlen(*path); n > 1 && (*path)[n - 1] == '/'; n--)
        (*path)[n - 1] = '\0';
    return PP_OK;
}

static pp_status
read_conf(pp_error *err)
{
    const char *path = given.conf != NULL ? given.conf
                                          : getenv("PRINTPREP_CONF");
    pp_bytes bytes = { 0 };
    char *folder;

    if (path == NULL || *path == '\0')
        return PP_OK;
    run.culprit = path;
    folder = pp_file_folder(path);
    if (folder == NULL)
        return pp_fail_memory(err);
    if (pp_file_read(path, MOST_CONF, &bytes, err) == PP_OK)
        (void)!pp_conf_parse(bytes.data, bytes.size, folder,
                             &run.plan.settings, &run.how, err);
    pp_bytes_free(&bytes);
    pp_free(folder);
    if (err->status == PP_OK)
        run.culprit = NULL;
    return err->status;
}

/* What the printer's profile says of walls and gaps, and which text it is. */
static pp_status
read_profile(pp_error *err)
{
    pp_settings *s = &run.plan.settings;
    const char *name = s->value[PP_SET_PRINTER];
    const char *forecast = name != NULL ? name : pp_settings_test_printer(s);
    char path[PROFILE_PATH], number[PP_NUMBER_SIZE];
    pp_printer printer;
    uint64_t size;

    if (name == NULL && s->value[PP_SET_SCALE] != NULL)
        return pp_fail(err, PP_EUNSUPPORTED, "scale is of a printer's "
                       "forecast: name the printer too");
    if (forecast == NULL)
        return PP_OK;
    if (profile_read(forecast, &printer, err) != PP_OK && name == NULL &&
        s->from[PP_SET_TEST_SCALE] == PP_FROM_DEFAULT &&
        err->status != PP_ENOMEM) {
        /* nobody asked for it: the checklist will say that it is not checked */
        cli_say("no test print is forecast: %s", err->message);
        *err = (pp_error){ 0 };
        return pp_settings_set(s, PP_SET_TEST_SCALE, "0", PP_FROM_DEFAULT,
                               err);
    }
    if (err->status != PP_OK ||
        profile_path(forecast, path, err) != PP_OK ||
        pp_hash_file(path, s->printer_sha256, &size, err) != PP_OK)
        return err->status;
    if (name == NULL)
        return PP_OK;
    if (pp_settings_set(s, PP_SET_MIN_WALL,
                        pp_text_from_double(printer.min_wall_mm, number),
                        PP_FROM_PROFILE, err) != PP_OK ||
        pp_settings_set(s, PP_SET_MIN_GAP,
                        pp_text_from_double(printer.min_gap_mm, number),
                        PP_FROM_PROFILE, err) != PP_OK)
        return err->status;
    return profile_is_file(name) ? take_path(name, &s->printer_path, err)
                                 : PP_OK;
}

static pp_status
settle_settings(pp_error *err)
{
    pp_settings *s = &run.plan.settings;

    if (read_conf(err) != PP_OK)
        return err->status;
    for (int i = 0; i < PP_NSETTING; i++)
        if (given.setting[i] != NULL &&
            pp_settings_set(s, (pp_setting)i, given.setting[i],
                            PP_FROM_COMMAND, err) != PP_OK)
            return err->status;
    if (given.jobs > 0)
        run.how.jobs = given.jobs;
    if (given.memory > 0)
        run.how.memory = given.memory;
    if (run.how.jobs == 0)
        run.how.jobs = run.cores;
    if (run.how.memory == 0)
        run.how.memory = pp_process_memory() / 4 * 3;
    return read_profile(err);
}

/* Hashes what lies at in->path, if anything was given. */
static pp_status
read_input(pp_input *in, pp_error *err)
{
    bool directory;

    if (in->path == NULL)
        return PP_OK;
    run.culprit = in->path;
    if (pp_hash_input(in->path, in->sha256, &directory, err) != PP_OK)
        return err->status;
    in->kind = pp_strdup(directory ? "directory" : "file");
    if (in->kind == NULL)
        return pp_fail_memory(err);
    run.culprit = NULL;
    return PP_OK;
}

static pp_status
read_inputs(pp_error *err)
{
    pp_settings *s = &run.plan.settings;

    cli_progress("hashing the inputs", 0);
    if (take_path(given.mask, &run.plan.mask.path, err) != PP_OK ||
        read_input(&run.plan.mask, err) != PP_OK ||
        (given.source != NULL &&
         take_path(given.source, &run.plan.source.path, err) != PP_OK) ||
        read_input(&run.plan.source, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < s->ncaliper; i++)
        if (read_input(&s->caliper[i].file, err) != PP_OK)
            return err->status;
    run.culprit = given.source;
    if (given.identity &&
        pp_identity_read(run.plan.source.path, &run.plan.identity, err) !=
            PP_OK)
        return err->status;
    if (given.date != NULL && (run.plan.date = pp_strdup(given.date)) == NULL)
        return pp_fail_memory(err);
    pp_case_identify(&run.plan);
    run.culprit = given.mask;
    if (run_choose_parts(&run, given.all, err) != PP_OK)
        return err->status;
    run.culprit = NULL;
    return pp_case_plan(&run.plan, err);
}

/* ---- the folder of the case ---- */

/* Reads a document of an earlier run; false when there is none. */
static bool
read_earlier(const char *name, pp_bytes *bytes)
{
    char *path = pp_file_join(run.plan.out, name);
    pp_error none = { 0 };
    const bool there = path != NULL &&
                       pp_file_read(path, MOST_CASE, bytes, &none) == PP_OK;

    pp_free(path);
    return there;
}

static pp_status
refuse_losses(pp_error *err)
{
    for (size_t i = 0; i < run.was.npart; i++) {
        bool planned = false;

        for (size_t k = 0; k < run.plan.npart; k++)
            planned |= strcmp(run.was.part[i].folder,
                              run.plan.part[k].folder) == 0;
        if (!planned)
            return pp_fail(err, PP_EIO, "holds part %s of an earlier run, "
                           "which is not asked for now: take another "
                           "directory, or remove it", run.was.part[i].folder);
    }
    return PP_OK;
}

/* A directory with files that no run has made is not ours to write to. */
static pp_status
refuse_strangers(const char *folder, pp_error *err)
{
    char **file = NULL;
    size_t n = 0;

    if (!pp_file_is_directory(folder))
        return PP_OK;
    if (pp_file_list(folder, &file, &n, err) == PP_OK && n > 0)
        pp_fail(err, PP_EIO, "holds files that no run has made: take another "
                "directory");
    pp_file_list_free(file, n);
    return err->status;
}

static pp_status
read_earlier_run(pp_error *err)
{
    pp_bytes bytes = { 0 };

    if (read_earlier(PP_SIGNATURE_NAME, &bytes)) {
        pp_bytes_free(&bytes);
        return pp_fail(err, PP_EIO, "is signed: remove signed.json before "
                       "it is changed");
    }
    if (!read_earlier("case.json", &bytes)) {
        (void)!refuse_strangers(run.plan.out, err);
        for (size_t i = 0; i < run.plan.npart && err->status == PP_OK; i++) {
            char *folder = pp_file_join(run.plan.out, run.plan.part[i].folder);

            if (folder == NULL)
                return pp_fail_memory(err);
            (void)!refuse_strangers(folder, err);
            pp_free(folder);
        }
        return err->status;
    }
    (void)!pp_case_parse(bytes.data, bytes.size, &run.was, err);
    pp_bytes_free(&bytes);
    if (err->status != PP_OK) {
        char cause[200];

        snprintf(cause, sizeof cause, "%.*s", 180, err->message);
        return pp_fail(err, err->status, "case.json: %s", cause);
    }
    if (read_earlier("cost.json", &bytes)) {
        pp_case_parse_cost(bytes.data, bytes.size, &run.was);
        pp_bytes_free(&bytes);
    }
    return refuse_losses(err);
}

static pp_status
open_out(pp_error *err)
{
    run.culprit = given.out;
    if (pp_file_make_directory(run.plan.out, err) != PP_OK)
        return err->status;
    if (!pp_process_lock(run.plan.out, false, &run.lock, err) &&
        err->status == PP_OK) {
        cli_say("another run is at work in this directory: waiting for it");
        if (!pp_process_lock(run.plan.out, true, &run.lock, err) &&
            err->status == PP_OK)
            pp_fail(err, PP_EIO, "is locked by another run");
    }
    if (err->status == PP_OK && read_earlier_run(err) == PP_OK)
        run.culprit = NULL;
    return err->status;
}

/* ---- the end ---- */

static void
tell_part(const pp_case_part *p)
{
    static const char *const verdict[] = { "good", "a person must look",
                                           "could not be made" };

    printf("%s ", p->folder);
    if (*p->name != '\0') {
        cli_print_text(stdout, p->name);
        putchar(' ');
    }
    printf("- %s\n", verdict[p->status]);
    for (size_t k = 0; k < p->nstep; k++)
        if (p->step[k].status > 0 && p->step[k].reason != NULL) {
            printf("    %.*s: ", (int)strcspn(p->step[k].file[0], "."),
                   p->step[k].file[0]);
            cli_print_text(stdout, p->step[k].reason);
            putchar('\n');
        }
}

/* The page for people; its status counts when it finds more. */
static pp_status
make_dossier(int *verdict, pp_error *err)
{
    const char *const argv[] = { "printprep", "-q", "dossier", run.plan.out,
                                 NULL };
    int status;

    if (!printprep_has("dossier"))
        return PP_OK;
    cli_progress("dossier", 1);
    if (run_and_wait(argv, &status, NULL, NULL, err) != PP_OK)
        return err->status;
    if (status > *verdict)
        *verdict = status;
    return PP_OK;
}

/* A mask without labels makes no parts: the folder says why, unless an earlier
 * run left a case there. */
static void
leave_reason(const pp_error *why)
{
    const char *culprit = run.culprit;
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE;
    char reason[sizeof why->message + 8];

    snprintf(reason, sizeof reason, "mask: %s", why->message);
    run.plan.reason = pp_strdup(reason);
    if (run.plan.reason != NULL && open_out(&err) == PP_OK &&
        run_save(&run, &err) == PP_OK)
        (void)!make_dossier(&verdict, &err);
    run.culprit = culprit;
}

static pp_status
work(int *verdict, pp_error *err)
{
    if (open_out(err) != PP_OK || run_foresee(&run, err) != PP_OK ||
        run_jobs(&run, err) != PP_OK ||
        pp_process_stopped() != 0)
        return err->status;
    *verdict = run.plan.status;
    if (make_dossier(verdict, err) != PP_OK || cli.quiet)
        return err->status;
    for (size_t i = 0; i < run.plan.npart; i++)
        tell_part(&run.plan.part[i]);
    if (printprep_has("dossier")) {
        cli_print_text(stdout, run.plan.out);
        puts("/index.html");
    }
    return PP_OK;
}

static pp_status
print_script(pp_error *err)
{
    pp_bytes text = { 0 };

    if (pp_case_script(&run.plan, run.folder_of_tools, &text, err) == PP_OK)
        (void)!pp_file_write("-", text.data, text.size, err);
    pp_bytes_free(&text);
    return err->status;
}

static void
check_options(void)
{
    if (given.mask == NULL)
        cli_misuse("--mask is needed: the segmentation");
    if (given.out == NULL)
        cli_misuse("-o is needed: the directory of the case");
    if (cli.json != NULL)
        cli_misuse("-j has no place here: the documents go into the "
                   "directory of -o");
    if (given.all && run_has_labels())
        cli_misuse("--label and --all: one of them");
    if (given.identity && given.source == NULL)
        cli_misuse("--identity needs --source");
    if (strcmp(given.mask, "-") == 0 ||
        (given.source != NULL && strcmp(given.source, "-") == 0))
        cli_misuse("inputs are read more than once: none is standard input");
}

int
printprep_run(int argc, char **argv)
{
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE, stopped;

    make_options();
    if (pp_settings_start(&run.plan.settings, &err) != PP_OK)
        return cli_finish(NULL, &err, CLI_TROUBLE);
    cli_start(&tool, argc, argv);
    check_options();
    cli.options_text[0] = '\0'; /* case.json has the settings, one by one */
    run.begun = pp_process_clock();
    run.cores = (size_t)omp_get_max_threads();
    if (run_find_tools(argv[0], &run.folder_of_tools, &err) == PP_OK &&
        pp_process_prepare(&err) == PP_OK &&
        take_path(given.out, &run.plan.out, &err) == PP_OK &&
        settle_settings(&err) == PP_OK && read_inputs(&err) == PP_OK) {
        if (!given.dry)
            (void)!work(&verdict, &err);
        else if (print_script(&err) == PP_OK)
            verdict = CLI_GOOD;
    } else if (run.no_labels && !given.dry && pp_process_stopped() == 0) {
        leave_reason(&err);
    }
    stopped = pp_process_stopped();
    if (stopped != 0) {
        cli_say("stopped; the same command goes on from here");
        err.status = PP_OK;
        verdict = CLI_TROUBLE;
    }
    verdict = cli_finish(run.culprit, &err, verdict);
    pp_case_free(&run.plan);
    pp_case_free(&run.was);
    pp_free(run.folder_of_tools);
    if (stopped != 0)
        pp_process_die(stopped);
    return verdict;
}
