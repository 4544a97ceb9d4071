/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.c - what may be asked of a case, in one table
 *
 * The table drives the options of `printprep run`, the keys of printprep.conf
 * and those of case.json. Who has set a value is kept: the stronger hand wins,
 * whichever came first.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* The family's profile that a test print is forecast with, when no printer is
 * named: the finest of those that stand on a desk. */
#define TEST_PRINTER "sla"

/* the order is that of pp_setting */
const pp_setting_row pp_setting_table[PP_NSETTING] = {
    { "printer", "printer", "NAME|FILE",
      "printer's profile: the least wall and gap, and a forecast",
      PP_SETTING_TEXT, NULL, NULL },
    { "min_wall_mm", "min-wall", "MM",
      "grow walls thinner than MM (default: the printer's, or 1.5)",
      PP_SETTING_POSITIVE, NULL, "1.5" },
    { "grow", "grow", "WAY",
      "thin walls grow out, in, both (default), or not at all: none",
      PP_SETTING_WORD, "both out in none", "both" },
    { "min_gap_mm", "min-gap", "MM",
      "growing keeps gaps of MM open (default: the printer's, or a third of "
      "the wall)", PP_SETTING_AMOUNT, NULL, NULL },
    { "smooth", "smooth", "HOW", "none, fast, lossless (default) or free",
      PP_SETTING_WORD, "none fast lossless free", "lossless" },
    { "max_error_mm", "max-error", "MM",
      "of decimation (default: a quarter of the smallest voxel edge)",
      PP_SETTING_POSITIVE, NULL, NULL },
    { "min_island_mm3", "min-island", "MM3",
      "drop islands of the mask smaller than this", PP_SETTING_POSITIVE, NULL,
      NULL },
    { "largest", "largest", "N", "keep the N largest islands only",
      PP_SETTING_COUNT, NULL, NULL },
    { "fill_cavities_mm3", "fill-cavities", "MM3",
      "fill cavities of the mask up to this volume", PP_SETTING_POSITIVE, NULL,
      NULL },
    { "weld_mm", "weld", "MM", "stitch open edges up to MM apart",
      PP_SETTING_AMOUNT, NULL, NULL },
    { "max_deviation_mm", "max-deviation", "MM",
      "undo a repair that moves the surface farther", PP_SETTING_POSITIVE,
      NULL, NULL },
    { "tolerance_mm", "tolerance", "MM",
      "status 1 unless the model is this true to mask and image",
      PP_SETTING_POSITIVE, NULL, NULL },
    { "require", "require", "LIST",
      "what meshcheck demands of the model (default: print)", PP_SETTING_TEXT,
      NULL, NULL },
    { "scale", "scale", "FACTOR", "with --printer: forecast in this size",
      PP_SETTING_POSITIVE, NULL, NULL },
    { "test_scale", "test-scale", "FACTOR",
      "forecast a test print in this size (default: 0.5; 0: none)",
      PP_SETTING_SHARE, NULL, "0.5" },
    { "export", "export", "LIST",
      "formats beside PLY: stl 3mf glb obj off vtp, or none",
      PP_SETTING_LIST, "stl 3mf glb obj off vtp", "stl 3mf glb" },
};

const char *
pp_setting_from_name(pp_setting_from from)
{
    static const char *const name[] = { "default", "profile", "conf",
                                        "command line" };

    return name[from];
}

/* Is the word of n bytes one of the words? */
static bool
is_word(const char *words, const char *word, size_t n)
{
    for (; *words != '\0'; words += strspn(words, " ")) {
        const size_t m = strcspn(words, " ");

        if (m == n && memcmp(words, word, n) == 0)
            return true;
        words += m;
    }
    return false;
}

/* The chosen words in the order of the table, separated by blanks; "" when one
   of them is none of the table's. */
static char *
order_list(const char *words, const char *chosen)
{
    char *list = pp_alloc(strlen(words) + 2, 1);
    size_t used = 0;

    if (list == NULL)
        return NULL;
    list[0] = '\0';
    for (const char *c = chosen; *c != '\0'; c += strspn(c, ", ")) {
        const size_t n = strcspn(c, ", ");

        if (n > 0 && !is_word(words, c, n))
            return list;
        c += n;
    }
    for (const char *w = words; *w != '\0'; w += strspn(w, " ")) {
        const size_t n = strcspn(w, " ");

        for (const char *c = chosen; *c != '\0'; c += strspn(c, ", ")) {
            const size_t m = strcspn(c, ", ");

            if (m == n && memcmp(c, w, n) == 0) {
                if (used > 0)
                    list[used++] = ' ';
                memcpy(list + used, w, n);
                used += n;
                list[used] = '\0';
                break;
            }
            c += m;
        }
        w += n;
    }
    return list;
}

/* The value as it is kept, or NULL with bad unchanged (no memory) or true. */
static char *
normal_value(const pp_setting_row *row, const char *text, bool *bad)
{
    char number[PP_NUMBER_SIZE];
    double value = 0;
    int64_t count;
    char *list;

    switch (row->kind) {
    case PP_SETTING_TEXT:
        *bad = *text == '\0';
        return *bad ? NULL : pp_strdup(text);
    case PP_SETTING_WORD:
        *bad = *text == '\0' || !is_word(row->words, text, strlen(text));
        return *bad ? NULL : pp_strdup(text);
    case PP_SETTING_LIST:
        list = order_list(row->words, text);
        *bad = list != NULL && *list == '\0' && strcmp(text, "none") != 0;
        if (*bad)
            pp_free(list);
        return *bad ? NULL : list;
    case PP_SETTING_COUNT:
        *bad = !pp_text_to_integer(text, 1, INT32_MAX, &count);
        break;
    case PP_SETTING_POSITIVE:
    case PP_SETTING_AMOUNT:
    case PP_SETTING_SHARE:
        *bad = !pp_text_to_double(text, &value) || value < 0 ||
               (row->kind == PP_SETTING_POSITIVE && !(value > 0)) ||
               (row->kind == PP_SETTING_SHARE && !(value < 1));
        break;
    }
    if (*bad)
        return NULL;
    return pp_strdup(row->kind == PP_SETTING_COUNT
                         ? text
                         : pp_text_from_double(value, number));
}

pp_status
pp_settings_set(pp_settings *s, pp_setting which, const char *text,
                pp_setting_from from, pp_error *err)
{
    const pp_setting_row *row = &pp_setting_table[which];
    bool bad = false;
    char *value = normal_value(row, text, &bad);

    if (bad)
        return pp_fail(err, PP_EFORMAT, "'%.80s' is no value for %s", text,
                       from == PP_FROM_COMMAND ? row->option : row->key);
    if (value == NULL)
        return pp_fail_memory(err);
    if (s->value[which] != NULL && s->from[which] > from) {
        pp_free(value);
        return PP_OK;
    }
    pp_free(s->value[which]);
    s->value[which] = value;
    s->from[which] = from;
    return PP_OK;
}

const char *
pp_settings_test_printer(const pp_settings *s)
{
    const char *scale = s->value[PP_SET_SCALE];
    const char *test = s->value[PP_SET_TEST_SCALE];
    double printed = 1;

    /* a small print that was asked for needs no smaller one */
    if (scale != NULL && pp_text_to_double(scale, &printed) && printed < 1 &&
        s->from[PP_SET_TEST_SCALE] == PP_FROM_DEFAULT)
        return NULL;
    if (test == NULL || strcmp(test, "0") == 0)
        return NULL;
    return s->value[PP_SET_PRINTER] != NULL ? s->value[PP_SET_PRINTER]
                                            : TEST_PRINTER;
}

pp_status
pp_settings_start(pp_settings *s, pp_error *err)
{
    memset(s, 0, sizeof *s);
    for (int i = 0; i < PP_NSETTING; i++)
        if (pp_setting_table[i].standard != NULL &&
            pp_settings_set(s, (pp_setting)i, pp_setting_table[i].standard,
                            PP_FROM_DEFAULT, err) != PP_OK) {
            pp_settings_free(s);
            break;
        }
    return err->status;
}

void
pp_settings_free(pp_settings *s)
{
    for (int i = 0; i < PP_NSETTING; i++)
        pp_free(s->value[i]);
    pp_free(s->printer_path);
    plan_calipers_free(s);
    memset(s, 0, sizeof *s);
}

bool
pp_text_to_memory(const char *text, uint64_t *bytes)
{
    static const char unit[] = "KMGT";
    const size_t n = strlen(text);
    const char *found = n > 0 ? strchr(unit, text[n - 1]) : NULL;
    double factor = 1, value;
    char number[32];

    if (n == 0 || n >= sizeof number)
        return false;
    memcpy(number, text, n + 1);
    if (found != NULL && *found != '\0') {
        number[n - 1] = '\0';
        for (const char *u = unit; u <= found; u++)
            factor *= 1024;
    }
    if (!pp_text_to_double(number, &value) || value * factor < 1048576 ||
        value * factor > 1e18)
        return false;
    *bytes = (uint64_t)(value * factor);
    return true;
}
