/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conf.c - printprep.conf: the settings of a printer or of a laboratory
 *
 * Lines "key = value". Nothing is guessed: an unknown key, a key twice, a value
 * that is none of its kind is refused with the line's number, since a setting
 * that is overlooked would show in no mesh.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

#define MOST_LINE 4096

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts the comment and the blanks at both ends. */
static char *
trim(char *text)
{
    size_t n;

    for (char *c = text; *c != '\0'; c++)
        if (*c == '#' && (c == text || is_blank(c[-1]))) {
            *c = '\0';
            break;
        }
    while (is_blank(*text))
        text++;
    n = strlen(text);
    while (n > 0 && is_blank(text[n - 1]))
        n--;
    text[n] = '\0';
    return text;
}

/* A printer that is a file lies beside the conf, unless it says otherwise. */
static pp_status
set_printer(const char *value, const char *folder, pp_settings *s,
            pp_error *err)
{
    const bool file = strchr(value, '/') != NULL || strchr(value, '.') != NULL;
    char *path;

    if (!file)
        return pp_settings_set(s, PP_SET_PRINTER, value, PP_FROM_CONF, err);
    path = plan_path_beside(folder, value);
    if (path == NULL)
        return pp_fail_memory(err);
    (void)!pp_settings_set(s, PP_SET_PRINTER, path, PP_FROM_CONF, err);
    pp_free(path);
    return err->status;
}

static pp_status
set_how(const char *key, const char *value, pp_how *how, pp_error *err)
{
    int64_t jobs = 0;

    if (strcmp(key, "jobs") == 0 && pp_text_to_integer(value, 1, 512, &jobs))
        how->jobs = (size_t)jobs;
    else if (strcmp(key, "memory") != 0 ||
             !pp_text_to_memory(value, &how->memory))
        return pp_fail(err, PP_EFORMAT, "'%.80s' is no value for %s", value,
                       key);
    return PP_OK;
}

/* Keys that are no settings of the table follow its numbers. */
enum { JOBS = PP_NSETTING, MEMORY, CALIPER, CALIPERS, NKEY };

static int
find_key(const char *key)
{
    static const char *const more[] = { "jobs", "memory", "caliper",
                                        "calipers" };

    for (int i = 0; i < NKEY; i++)
        if (strcmp(key, i < PP_NSETTING ? pp_setting_table[i].key
                                        : more[i - PP_NSETTING]) == 0)
            return i;
    return -1;
}

static pp_status
take_line(char *line, const char *folder, pp_settings *s, pp_how *how,
          bool *seen, pp_error *err)
{
    char *text = trim(line), *equals = strchr(text, '=');
    const char *value;
    int key;

    if (*text == '\0')
        return PP_OK;
    if (equals == NULL)
        return pp_fail(err, PP_EFORMAT, "no '=' in '%.80s'", text);
    *equals = '\0';
    text = trim(text);
    value = trim(equals + 1);
    key = find_key(text);
    if (key < 0)
        return pp_fail(err, PP_EFORMAT, "unknown key '%.80s'", text);
    if (seen[key] && key != CALIPER && key != CALIPERS)
        return pp_fail(err, PP_EFORMAT, "%s stands here a second time", text);
    seen[key] = true;
    if (*value == '\0')
        return pp_fail(err, PP_EFORMAT, "%s has no value", text);
    if (key == CALIPER || key == CALIPERS)
        return pp_settings_add_caliper(s, value, key == CALIPERS, folder,
                                       PP_FROM_CONF, err);
    if (key == JOBS || key == MEMORY)
        return set_how(text, value, how, err);
    if (key == PP_SET_PRINTER)
        return set_printer(value, folder, s, err);
    return pp_settings_set(s, (pp_setting)key, value, PP_FROM_CONF, err);
}

pp_status
pp_conf_parse(const void *text, size_t size, const char *folder,
              pp_settings *s, pp_how *how, pp_error *err)
{
    bool seen[NKEY] = { false };
    const char *at = text, *end = at + size;
    pp_error why = { 0 };
    char line[MOST_LINE];

    for (size_t number = 1; at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const size_t n = (size_t)((newline != NULL ? newline : end) - at);

        if (n >= sizeof line || memchr(at, '\0', n) != NULL)
            return pp_fail(err, PP_EFORMAT, "line %zu: is no line of text",
                           number);
        memcpy(line, at, n);
        line[n] = '\0';
        if (take_line(line, folder, s, how, seen, &why) != PP_OK)
            return pp_fail(err, why.status, "line %zu: %s", number,
                           why.message);
        at = newline != NULL ? newline + 1 : end;
    }
    return PP_OK;
}
