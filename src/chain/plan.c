/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.c - the steps of a part, as a table would have them
 *
 * Five tools on one pipe, with the meshes kept that the budget of the editing
 * asks for; then the exports, each repaired for its own precision; each file
 * checked as it was written; and two maps. A step that reads kept meshes names
 * the steps that made them, so that its key can be told from theirs.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "meshio/meshio.h"

#include <string.h>

/* What is being planned; the first failure ends all. */
typedef struct {
    const pp_case *c;
    pp_case_part *p;
    pp_case_step *s; /* the step that words are added to */
    pp_error *err;
} planner;

/* The places of the pipe's steps. */
enum { MAKE, REPAIR, GROW, CHECK, MEASURE, NPIPE };

static char *
copy(planner *pl, const char *text)
{
    char *c = text != NULL ? pp_strdup(text) : NULL;

    if (text != NULL && c == NULL)
        pp_fail_memory(pl->err);
    return c;
}

static void
add(planner *pl, const char *before, pp_base base, const char *rest)
{
    pp_case_step *s = pl->s;

    if (pl->err->status != PP_OK ||
        pp_grow(&s->argument, &s->capacity, s->nargument + 1,
                sizeof *s->argument, pl->err) != PP_OK)
        return;
    s->argument[s->nargument++] =
        (pp_argument){ copy(pl, before), copy(pl, rest), base, 0 };
    if (base < PP_BASE_OUT)
        s->needs_base[base] = true;
}

static void
word(planner *pl, const char *text)
{
    add(pl, text, PP_BASE_NONE, NULL);
}

/* --option=value in one word, so that no value is taken for an option. */
static void
option(planner *pl, const char *name, const char *value)
{
    const size_t n = strlen(name) + strlen(value) + 4;
    char *text = pp_alloc(n, 1);

    if (text == NULL) {
        pp_fail_memory(pl->err);
        return;
    }
    snprintf(text, n, "--%s=%s", name, value);
    word(pl, text);
    pp_free(text);
}

/* A setting that is not the default goes to the tool that knows it. */
static void
setting(planner *pl, const char *name, pp_setting which)
{
    const pp_settings *s = &pl->c->settings;

    if (s->value[which] != NULL && s->from[which] != PP_FROM_DEFAULT)
        option(pl, name, s->value[which]);
}

/* A file of this step in the part's folder: before, OUT/folder/name. */
static void
file(planner *pl, const char *before, const char *name)
{
    char rest[80];

    snprintf(rest, sizeof rest, "%s/%s", pl->p->folder, name);
    add(pl, before, PP_BASE_OUT, rest);
}

static void
makes(planner *pl, int which, const char *name)
{
    snprintf(pl->s->file[which], sizeof pl->s->file[which], "%s", name);
}

static void
start(planner *pl, const char *tool, const char *document)
{
    if (pl->p->nstep == PP_MOST_STEPS) {
        pp_fail(pl->err, PP_EBUG, "too many steps");
        return;
    }
    pl->s = &pl->p->step[pl->p->nstep++];
    pl->s->tool = tool;
    pl->s->status = -1;
    makes(pl, 0, document);
    word(pl, tool);
    word(pl, "-j");
    file(pl, NULL, document);
}

/* With the printer that was named, what it makes of the model. */
static void
printer(planner *pl)
{
    const pp_settings *s = &pl->c->settings;

    if (s->printer_path != NULL)
        add(pl, "--printer=", PP_BASE_PRINTER, NULL);
    else if (s->value[PP_SET_PRINTER] != NULL)
        option(pl, "printer", s->value[PP_SET_PRINTER]);
    if (s->value[PP_SET_PRINTER] != NULL)
        setting(pl, "scale", PP_SET_SCALE);
}

static void
compared(planner *pl)
{
    char label[24];

    snprintf(label, sizeof label, "%lld", (long long)pl->p->label);
    add(pl, "--mask=", PP_BASE_MASK, NULL);
    option(pl, "label", label);
    if (pl->c->source.path != NULL)
        add(pl, "--source=", PP_BASE_SOURCE, NULL);
}

/* Those of this part, and those of all. */
static void
calipers(planner *pl)
{
    const pp_settings *s = &pl->c->settings;

    for (size_t i = 0; i < s->ncaliper && pl->err->status == PP_OK; i++) {
        const pp_given_caliper *c = &s->caliper[i];

        if (c->label != NULL &&
            !plan_word_means(c->label, strlen(c->label), pl->p->label,
                             pl->p->name))
            continue;
        if (c->text != NULL) {
            option(pl, "caliper", c->text);
            continue;
        }
        add(pl, "--calipers=", PP_BASE_CALIPERS, NULL);
        if (pl->err->status == PP_OK)
            pl->s->argument[pl->s->nargument - 1].which = i;
    }
}

static bool
grows(const pp_case *c)
{
    return strcmp(c->settings.value[PP_SET_GROW], "none") != 0;
}

static void
plan_making(planner *pl)
{
    char label[24];

    snprintf(label, sizeof label, "%lld", (long long)pl->p->label);
    start(pl, "mask2stl", "1-mask2stl.json");
    word(pl, "-f");
    word(pl, "ply");
    option(pl, "label", label);
    setting(pl, "smooth", PP_SET_SMOOTH);
    setting(pl, "max-error", PP_SET_MAX_ERROR);
    setting(pl, "min-island", PP_SET_MIN_ISLAND);
    setting(pl, "largest", PP_SET_LARGEST);
    setting(pl, "fill-cavities", PP_SET_FILL_CAVITIES);
    if (pl->c->source.path != NULL)
        add(pl, "--source=", PP_BASE_SOURCE, NULL);
    add(pl, NULL, PP_BASE_MASK, NULL);
    makes(pl, 1, "1-mask2stl.ply");
    pl->s->flow = PP_FLOW_KEPT;

    start(pl, "meshfix", "2-meshfix.json");
    setting(pl, "weld", PP_SET_WELD);
    setting(pl, "max-deviation", PP_SET_MAX_DEVIATION);
    makes(pl, 1, "2-meshfix.ply");
    pl->s->flow = PP_FLOW_KEPT;
    pl->s->piped = true;
    pl->s->needs = 1 << MAKE;
}

/* Returns the place of the last step of the pipe. */
static size_t
plan_pipe(planner *pl)
{
    const pp_settings *s = &pl->c->settings;
    size_t last;

    plan_making(pl);
    if (grows(pl->c)) {
        start(pl, "meshshell", "3-meshshell.json");
        option(pl, "min", s->value[PP_SET_MIN_WALL]);
        setting(pl, "grow", PP_SET_GROW);
        setting(pl, "min-gap", PP_SET_MIN_GAP);
        makes(pl, 1, "3-meshshell.ply");
        pl->s->flow = PP_FLOW_KEPT;
        pl->s->piped = true;
        pl->s->needs = 1 << REPAIR;
    }
    last = pl->p->nstep - 1;
    start(pl, "meshcheck", "4-meshcheck.json");
    word(pl, "-q");
    word(pl, "--pass");
    printer(pl);
    setting(pl, "require", PP_SET_REQUIRE);
    pl->s->flow = PP_FLOW_NEXT;
    pl->s->piped = true;
    pl->s->needs = (size_t)1 << last;
    last++;

    start(pl, "meshmeasure", "5-meshmeasure.json");
    word(pl, "-q");
    word(pl, "--pass");
    makes(pl, 1, "model.ply");
    pl->s->flow = PP_FLOW_FILE;
    pl->s->piped = true;
    pl->s->needs = (size_t)1 << last;
    return last + 1;
}

/* The model in another format, mended for that format's precision. */
static void
plan_export(planner *pl, size_t model, const char *format)
{
    char name[40];

    snprintf(name, sizeof name, "%s-meshfix.json", format);
    start(pl, "meshfix", name);
    snprintf(name, sizeof name, "model.%s", format);
    makes(pl, 1, name);
    word(pl, "-o");
    file(pl, NULL, name);
    file(pl, NULL, "model.ply");
    pl->s->needs = (size_t)1 << model;
}

/* Is the forecast one of the things that meshcheck demands? */
static bool
demands_forecast(const pp_settings *s)
{
    const char *list = s->value[PP_SET_REQUIRE];

    return list != NULL && strstr(list, "printable") != NULL;
}

/* What lies on disk is what is checked. */
static void
plan_check(planner *pl, size_t made, const char *format)
{
    char name[40];

    snprintf(name, sizeof name, "%s-meshcheck.json", format);
    start(pl, "meshcheck", name);
    word(pl, "-q");
    if (demands_forecast(&pl->c->settings))
        printer(pl);
    setting(pl, "require", PP_SET_REQUIRE);
    snprintf(name, sizeof name, "model.%s", format);
    file(pl, NULL, name);
    pl->s->needs = (size_t)1 << made;
}

static void
plan_exports(planner *pl, size_t model)
{
    const pp_settings *s = &pl->c->settings;
    const char *list = s->value[PP_SET_EXPORT];

    plan_check(pl, model, "ply");
    while (*list != '\0') {
        const size_t n = strcspn(list, " ");
        char format[16];

        snprintf(format, sizeof format, "%.*s", (int)n, list);
        list += n + strspn(list + n, " ");
        if (pp_format_by_name(format) == PP_FORMAT_NONE) {
            if (s->from[PP_SET_EXPORT] != PP_FROM_DEFAULT)
                pp_fail(pl->err, PP_EUNSUPPORTED,
                        "export: no tool writes '%s'", format);
            continue;
        }
        plan_export(pl, model, format);
        plan_check(pl, pl->p->nstep - 1, format);
    }
}

/* A small copy that is printed first, to look at: what would be lost in it is
 * no fault of the model, and demands nothing of it. */
static void
plan_test_print(planner *pl, size_t model)
{
    const pp_settings *s = &pl->c->settings;
    const char *name = pp_settings_test_printer(s);

    if (name == NULL)
        return;
    start(pl, "meshcheck", "test-meshcheck.json");
    word(pl, "-q");
    word(pl, "--require=none");
    if (s->printer_path != NULL)
        add(pl, "--printer=", PP_BASE_PRINTER, NULL);
    else
        option(pl, "printer", name);
    option(pl, "scale", s->value[PP_SET_TEST_SCALE]);
    file(pl, NULL, "model.ply");
    pl->s->needs = (size_t)1 << model;
}

static void
plan_maps(planner *pl, size_t model)
{
    start(pl, "meshshell", "thickness.json");
    word(pl, "-q");
    word(pl, "--measure");
    option(pl, "min", pl->c->settings.value[PP_SET_MIN_WALL]);
    file(pl, "--picture=", "thickness.png");
    word(pl, "-o");
    file(pl, NULL, "thickness.ply");
    file(pl, NULL, "model.ply");
    makes(pl, 1, "thickness.ply");
    makes(pl, 2, "thickness.png");
    pl->s->needs = (size_t)1 << model;

    start(pl, "meshmeasure", "deviation.json");
    word(pl, "-q");
    compared(pl);
    setting(pl, "tolerance", PP_SET_TOLERANCE);
    calipers(pl);
    word(pl, "--budget");
    file(pl, "--stage=mask2stl=", "1-mask2stl.ply");
    file(pl, "--stage=meshfix=", "2-meshfix.ply");
    pl->s->needs = (size_t)1 << model | 1 << MAKE | 1 << REPAIR;
    if (grows(pl->c)) {
        file(pl, "--stage=meshshell=", "3-meshshell.ply");
        pl->s->needs |= 1 << GROW;
    }
    file(pl, "--map=", "deviation.ply");
    file(pl, "--picture=", "deviation.png");
    file(pl, "--histogram=", "deviation-histogram.png");
    file(pl, NULL, "model.ply");
    makes(pl, 1, "deviation.ply");
    makes(pl, 2, "deviation.png");
    makes(pl, 3, "deviation-histogram.png");
}

pp_status
pp_case_plan(pp_case *c, pp_error *err)
{
    (void)!plan_check_calipers(c, err);
    for (size_t i = 0; i < c->npart && err->status == PP_OK; i++) {
        planner pl = { c, &c->part[i], NULL, err };
        size_t model;

        plan_part_free(pl.p);
        model = plan_pipe(&pl);
        plan_exports(&pl, model);
        plan_test_print(&pl, model);
        plan_maps(&pl, model);
        for (size_t k = 0; k < pl.p->nstep && err->status == PP_OK; k++)
            (void)!plan_command(pl.p, k, &pl.p->step[k].command, err);
    }
    return err->status;
}
