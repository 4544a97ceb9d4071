/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep_sign.c - a person confirms a case, and any later change shows
 */
#include "printprep.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "chain/chain.h"

#include <string.h>

#define MOST_DOCUMENT ((size_t)256 << 20)

static struct {
    const char *by, *date, *note;
    bool check;
} given;

static const cli_option options[] = {
    { 0, "by", "NAME", "who has looked", CLI_PATH, &given.by, NULL },
    { 0, "date", "TEXT", "a date to show; none is taken from anywhere",
      CLI_PATH, &given.date, NULL },
    { 0, "note", "TEXT", "what there is to say", CLI_PATH, &given.note,
      NULL },
    { 0, "check", NULL, "does what was signed still lie there, and nothing "
      "else?", CLI_FLAG, &given.check, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "printprep sign", "a person confirms a case; any later change shows",
    "DIRECTORY", 1, 1, options, false, NULL,
};

static pp_status
read_document(const char *folder, const char *name, pp_bytes *bytes,
              pp_error *err)
{
    char *path = pp_file_join(folder, name);
    pp_error why = { 0 };

    if (path == NULL)
        return pp_fail_memory(err);
    if (pp_file_read(path, MOST_DOCUMENT, bytes, &why) != PP_OK)
        pp_fail(err, why.status, "%s: %s", name, why.message);
    pp_free(path);
    return err->status;
}

/* Each difference is a line and an item of the document. */
static void
tell(const char *what, const char *name, void *state)
{
    pp_json *j = state;

    pp_json_object(j, NULL);
    pp_json_string(j, "what", what);
    pp_json_string(j, "name", name);
    pp_json_end(j);
    if (cli.json_to_stdout)
        return;
    printf("%s: ", what);
    cli_print_text(stdout, name);
    putchar('\n');
}

static pp_status
check(const char *folder, const pp_signature *now, pp_json *j, int *verdict,
      pp_error *err)
{
    pp_signature was = { 0 };
    pp_bytes bytes = { 0 };
    pp_error why = { 0 };
    size_t n;

    if (read_document(folder, PP_SIGNATURE_NAME, &bytes, err) != PP_OK)
        return err->status;
    if (pp_signature_parse(bytes.data, bytes.size, &was, &why) != PP_OK) {
        pp_fail(err, why.status, PP_SIGNATURE_NAME ": %s", why.message);
    } else {
        cli_json_start(j);
        pp_json_string(j, "by", was.by);
        pp_json_bool(j, "seal_holds", was.seal_holds);
        pp_json_count(j, "files_signed", was.nfile);
        pp_json_array(j, "differences");
        n = pp_signature_compare(&was, now, tell, j);
        if (!was.seal_holds) {
            tell("changed", PP_SIGNATURE_NAME, j);
            n++;
        }
        pp_json_end(j);
        *verdict = n == 0 ? CLI_GOOD : CLI_LOOK;
        if (n == 0 && !cli.quiet && !cli.json_to_stdout) {
            printf("as signed by ");
            cli_print_text(stdout, was.by);
            printf(": %zu files\n", was.nfile);
        }
        (void)!cli_json_write(j, *verdict, err);
    }
    pp_bytes_free(&bytes);
    pp_signature_free(&was);
    return err->status;
}

/* The case must be whole, and lie there as its own document says. */
static pp_status
hold_against_case(const char *folder, pp_signature *now, pp_json *j,
                  pp_error *err)
{
    pp_case c = { 0 };
    pp_bytes bytes = { 0 };
    pp_error why = { 0 };
    size_t n;

    if (read_document(folder, "case.json", &bytes, err) != PP_OK)
        return err->status;
    if (pp_case_parse(bytes.data, bytes.size, &c, &why) != PP_OK)
        pp_fail(err, why.status, "case.json: %s", why.message);
    else if (!c.complete)
        pp_fail(err, PP_EFORMAT, "the case is not finished: nothing is "
                "signed");
    else {
        pp_json_array(j, "differences");
        n = pp_signature_against_case(&c, now, tell, j);
        pp_json_end(j);
        if (n > 0)
            pp_fail(err, PP_EFORMAT, "%zu files are not those of case.json: "
                    "nothing is signed", n);
        memcpy(now->id, c.id, sizeof now->id);
    }
    pp_case_free(&c);
    pp_bytes_free(&bytes);
    return err->status;
}

/* Text as JSON can hold it, so that it reads back the same. */
static pp_status
take_text(const char *text, char **kept, pp_error *err)
{
    if (text == NULL)
        return PP_OK;
    *kept = pp_text_clean(text, strlen(text), 1000);
    if (*kept == NULL)
        return pp_fail_memory(err);
    if (**kept == '\0')
        return pp_fail(err, PP_EFORMAT, "a name or note is empty");
    return PP_OK;
}

static pp_status
check_names(const pp_signature *now, pp_error *err)
{
    for (size_t i = 0; i < now->nfile && err->status == PP_OK; i++) {
        const char *name = now->file[i].name;
        char *text = pp_text_escape(name, strlen(name), 8192);

        if (text == NULL)
            pp_fail_memory(err);
        else if (strcmp(text, name) != 0)
            pp_fail(err, PP_EFORMAT, "the name of file '%.200s' is no plain "
                    "text", name);
        pp_free(text);
    }
    return err->status;
}

static pp_status
sign(const char *folder, pp_signature *now, pp_error *err)
{
    char *path = pp_file_join(folder, PP_SIGNATURE_NAME);
    pp_json differences = { 0 }, j = { 0 };
    uint64_t size;

    if (path == NULL)
        return pp_fail_memory(err);
    pp_json_object(&differences, NULL);
    if (pp_file_is_regular(path, &size)) {
        pp_fail(err, PP_EIO, "is signed already: remove " PP_SIGNATURE_NAME
                " to sign again");
    } else if (check_names(now, err) == PP_OK &&
               hold_against_case(folder, now, &differences, err) == PP_OK &&
               take_text(given.by, &now->by, err) == PP_OK &&
               take_text(given.date, &now->date, err) == PP_OK &&
               take_text(given.note, &now->note, err) == PP_OK) {
        cli.json = path;
        cli_json_start(&j);
        pp_signature_json(now, &j);
        (void)!cli_json_write(&j, CLI_GOOD, err);
    }
    pp_json_free(&differences);
    pp_json_free(&j);
    pp_free(path);
    return err->status;
}

int
printprep_sign(int argc, char **argv)
{
    pp_signature now = { 0 };
    pp_json j = { 0 };
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    cli.options_text[0] = '\0';
    const char *folder = cli_input(0);

    if (given.check == (given.by != NULL))
        cli_misuse("--by NAME or --check, one of them");
    if (given.by != NULL && cli.json != NULL)
        cli_misuse("-j goes with --check: signing writes "
                   PP_SIGNATURE_NAME);
    if (given.check && (given.date != NULL || given.note != NULL))
        cli_misuse("--date and --note go with --by");
    if (!pp_file_is_directory(folder)) {
        pp_fail(&err, PP_EIO, "is no directory of a case");
        goto done;
    }
    if (pp_signature_collect(folder, &now, &err) != PP_OK)
        goto done;
    if (given.check)
        (void)!check(folder, &now, &j, &verdict, &err);
    else if (sign(folder, &now, &err) == PP_OK)
        verdict = CLI_GOOD;
done:
    pp_json_free(&j);
    pp_signature_free(&now);
    return cli_finish(folder, &err, verdict);
}
