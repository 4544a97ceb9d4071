/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep_doctor.c - what is installed here, and does it work?
 *
 * Each tool is run on a body of known size, and what it says of it is held
 * against the closed form. Programs of others are looked for only: nothing of
 * the family needs them.
 */
#include "printprep.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/process.h"
#include "chain/trial.h"
#include "config.h"
#include "run.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_option options[] = {
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "printprep doctor", "says what is installed, and whether it works", "", 0,
    0, options, false, NULL,
};

/* Programs of others, and what they are good for. */
static const struct {
    const char *name, *use;
} others[] = {
    { "prusa-slicer", "slices the models" },
    { "dciodvfy", "checks DICOM objects" },
    { "snakemake", "runs many cases" },
    { "sbatch", "runs them on a cluster" },
    { "make", "runs many cases without either" },
    { "admesh", "a second opinion on STL files" },
    { "chromium", "opens the dossier in the tests" },
    { "node", "checks glTF and pages in the tests" },
};

#define NOTHERS (sizeof others / sizeof *others)

static char folder[4096];

static bool
is_on_path(const char *name)
{
    const char *path = getenv("PATH");
    bool found = false;

    while (path != NULL && *path != '\0' && !found) {
        const size_t n = strcspn(path, ":");
        char file[4096];

        if (n + strlen(name) + 2 < sizeof file) {
            snprintf(file, sizeof file, "%.*s/%s", (int)n, path, name);
            found = access(file, X_OK) == 0 && !pp_file_is_directory(file);
        }
        path += n + (path[n] == ':');
    }
    return found;
}

static pp_status
make_bodies(pp_error *err)
{
    const char *base = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/printprep-XXXXXX",
             base != NULL ? base : "/tmp");
    if (mkdtemp(folder) == NULL) { /* a name that was cut is none, too */
        folder[0] = '\0';
        return pp_fail(err, PP_EIO, "no directory can be made for the trials");
    }
    for (int b = 0; b < PP_NBODY; b++) {
        char *path = pp_file_join(folder, pp_body_name((pp_body)b));
        pp_bytes bytes = { 0 };

        if (path == NULL)
            return pp_fail_memory(err);
        if (pp_body_make((pp_body)b, &bytes, err) == PP_OK)
            (void)!pp_file_write(path, bytes.data, bytes.size, err);
        pp_bytes_free(&bytes);
        pp_free(path);
        if (err->status != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static void
remove_bodies(void)
{
    DIR *dir = folder[0] != '\0' ? opendir(folder) : NULL;
    const struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL) {
        char *path = pp_file_join(folder, entry->d_name);

        if (path != NULL && entry->d_name[0] != '.')
            (void)unlink(path);
        pp_free(path);
    }
    closedir(dir);
    (void)rmdir(folder);
}

/* Runs a tool on its body; said is "" when it is well. */
static pp_status
try_tool(const pp_trial *t, char said[PP_TRIAL_WORDS], pp_error *err)
{
    char *body = pp_file_join(folder, pp_body_name(t->body));
    char *document = pp_file_join(folder, "document.json");
    char *out = pp_file_join(folder, "out.nii");
    const char *argv[16] = { t->tool, "-q", "-j", document };
    pp_error why = { 0 };
    pp_bytes bytes = { 0 };
    char *words = NULL, *text = NULL;
    size_t n = 4;
    int status = 2;

    if (body == NULL || document == NULL || out == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < 4 && t->argument[i] != NULL; i++)
        argv[n++] = t->argument[i];
    if (t->writes) {
        argv[n++] = "-o";
        argv[n++] = out;
    }
    argv[n++] = body;
    if (strcmp(t->tool, "maskscore") == 0)
        argv[n++] = body;
    (void)unlink(document);
    if (run_and_wait(argv, &status, &text, &words, &why) != PP_OK)
        snprintf(said, PP_TRIAL_WORDS, "%.*s", PP_TRIAL_WORDS - 1,
                 why.message);
    else if (status >= 2)
        snprintf(said, PP_TRIAL_WORDS, "status %d: %.*s", status,
                 (int)strcspn(words != NULL ? words : "", "\n"),
                 words != NULL ? words : "");
    else {
        pp_error none = { 0 };

        (void)!pp_file_read(document, 0, &bytes, &none);
        pp_trial_judge(t, bytes.data, bytes.size, PACKAGE_VERSION, said);
    }
done:
    pp_bytes_free(&bytes);
    pp_free(words);
    pp_free(text);
    pp_free(body);
    pp_free(document);
    pp_free(out);
    return err->status;
}

static void
tell(pp_json *j, const char *name, const char *said, const char *use)
{
    const bool well = *said == '\0';

    pp_json_object(j, NULL);
    pp_json_string(j, "name", name);
    if (use != NULL)
        pp_json_bool(j, "there", well);
    else
        pp_json_bool(j, "works", well);
    if (!well && use == NULL)
        pp_json_string(j, "problem", said);
    pp_json_end(j);
    if (cli.json_to_stdout || cli.quiet)
        return;
    printf("%-13s ", name);
    cli_print_text(stdout, well ? use != NULL ? "there" : "works" : said);
    printf(use != NULL ? " (%s)\n" : "\n", use);
}

static pp_status
examine(pp_json *j, int *verdict, pp_error *err)
{
    *verdict = CLI_GOOD;
    cli_json_start(j);
    pp_json_array(j, "tools");
    for (size_t i = 0; i < pp_ntrial; i++) {
        char said[PP_TRIAL_WORDS] = "";

        if (pp_process_stopped() != 0)
            return pp_fail(err, PP_EIO, "stopped");
        if (try_tool(&pp_trial_table[i], said, err) != PP_OK)
            return err->status;
        if (said[0] != '\0') {
            *verdict = CLI_LOOK;
            if (cli.quiet)
                cli_trouble(pp_trial_table[i].tool,
                            &(pp_error){ PP_EGEOM, "does not work here" });
        }
        tell(j, pp_trial_table[i].tool, said, NULL);
    }
    pp_json_end(j);
    pp_json_array(j, "others");
    for (size_t i = 0; i < NOTHERS; i++)
        tell(j, others[i].name, is_on_path(others[i].name) ? "" : "not there",
             others[i].use);
    pp_json_end(j);
    return PP_OK;
}

int
printprep_doctor(int argc, char **argv)
{
    pp_json j = { 0 };
    pp_error err = { 0 };
    char *beside = NULL;
    int verdict = CLI_TROUBLE, stopped;

    cli_start(&tool, argc, argv);
    if (run_find_tools(argv[0], &beside, &err) == PP_OK &&
        pp_process_prepare(&err) == PP_OK && make_bodies(&err) == PP_OK &&
        examine(&j, &verdict, &err) == PP_OK)
        (void)!cli_json_write(&j, verdict, &err);
    pp_json_free(&j);
    remove_bodies();
    pp_free(beside);
    stopped = pp_process_stopped();
    verdict = cli_finish(NULL, &err, verdict);
    if (stopped != 0)
        pp_process_die(stopped);
    return verdict;
}
