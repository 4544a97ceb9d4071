/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels.c - which labels of a segmentation become parts
 *
 * mask2stl --list tells what there is; the parts stand in its order, whatever
 * the order in which they were asked for.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "base/text.h"
#include "shim/json.h"

#include <string.h>

#define MOST_LABELS 65536

/* One label of the segmentation. */
typedef struct {
    int64_t number;
    const char *name;
    double voxels, volume_mm3;
} listed;

bool
plan_word_means(const char *word, size_t n, int64_t number, const char *name)
{
    char text[128], *dash;
    int64_t low, high;

    if (strlen(name) == n && n > 0 && memcmp(name, word, n) == 0)
        return true;
    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, word, n);
    text[n] = '\0';
    dash = strchr(text, '-');
    if (dash != NULL && dash != text)
        *dash++ = '\0';
    else
        dash = text;
    return pp_text_to_integer(text, 0, INT64_MAX, &low) &&
           pp_text_to_integer(dash, low, INT64_MAX, &high) &&
           number >= low && number <= high;
}

static bool
item_means(const char *item, size_t n, const listed *l)
{
    return plan_word_means(item, n, l->number, l->name);
}

/* The whole text may be a name with commas; else it is a list. */
static bool
text_means(const char *text, const listed *l, const listed *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, text) == 0 && *text != '\0')
            return strcmp(l->name, text) == 0;
    while (*text != '\0') {
        const size_t m = strcspn(text, ",");

        if (item_means(text, m, l))
            return true;
        text += m + (text[m] == ',');
    }
    return false;
}

/* The item of a text that no label answers to, or NULL. */
static const char *
unanswered(const char *text, const listed *all, size_t n, size_t *length)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, text) == 0)
            return NULL;
    for (;;) {
        bool found = false;

        *length = strcspn(text, ",");
        for (size_t i = 0; i < n && !found; i++)
            found = item_means(text, *length, &all[i]);
        if (!found)
            return text;
        if (text[*length] == '\0')
            return NULL;
        text += *length + 1;
    }
}

static pp_status
add_parts(pp_case *c, const pp_labels_asked *asked, const listed *all,
          size_t n, pp_error *err)
{
    for (size_t i = 0; i < n; i++) {
        bool wanted = asked->all || asked->n == 0;
        pp_case_part *p;

        for (size_t k = 0; k < asked->n && !wanted; k++)
            wanted = text_means(asked->text[k], &all[i], all, n);
        if (!wanted)
            continue;
        if (pp_case_add(c, all[i].number, all[i].name, &p, err) !=
            PP_OK)
            return err->status;
        p->voxels = (uint64_t)all[i].voxels;
        p->volume_mm3 = all[i].volume_mm3;
    }
    return PP_OK;
}

static pp_status
choose(pp_case *c, const pp_labels_asked *asked, const listed *all, size_t n,
       pp_error *err)
{
    if (n == 0)
        return pp_fail(err, PP_EGEOM, "holds no labels");
    for (size_t k = 0; k < asked->n; k++) {
        size_t length = 0;
        const char *item = unanswered(asked->text[k], all, n, &length);

        if (item != NULL)
            return pp_fail(err, PP_EFORMAT, "has no label '%.*s'",
                           length < 80 ? (int)length : 80, item);
    }
    if (asked->n == 0 && !asked->all && n > 1) {
        char list[200] = "";
        size_t used = 0;

        for (size_t i = 0; i < n && used + 24 < sizeof list; i++)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%lld",
                                     i > 0 ? ", " : "",
                                     (long long)all[i].number);
        return pp_fail(err, PP_EUNSUPPORTED, "has %zu labels (%s%s): choose "
                       "with --label, or take --all", n, list,
                       used + 24 < sizeof list ? "" : " ...");
    }
    return add_parts(c, asked, all, n, err);
}

static pp_status
read_list(const pp_json_document *d, listed **all, size_t *n, pp_error *err)
{
    size_t capacity = 0;

    for (size_t i = 0; i < MOST_LABELS; i++) {
        char at[64];
        double number;
        listed l = { 0 };

        snprintf(at, sizeof at, "labels/%zu/label", i);
        if (!pp_json_number(d, at, &number))
            break;
        l.number = (int64_t)number;
        snprintf(at, sizeof at, "labels/%zu/voxels", i);
        if (!pp_json_number(d, at, &l.voxels) || !(l.voxels >= 0))
            l.voxels = 0;
        snprintf(at, sizeof at, "labels/%zu/volume_mm3", i);
        if (!pp_json_number(d, at, &l.volume_mm3) || !(l.volume_mm3 >= 0))
            l.volume_mm3 = 0;
        snprintf(at, sizeof at, "labels/%zu/name", i);
        l.name = pp_json_text(d, at);
        if (l.name == NULL)
            l.name = "";
        if (pp_grow(all, &capacity, *n + 1, sizeof **all, err) != PP_OK)
            return err->status;
        (*all)[(*n)++] = l;
    }
    return PP_OK;
}

pp_status
pp_case_choose(pp_case *c, const void *list, size_t size,
               const pp_labels_asked *asked, pp_error *err)
{
    pp_json_document *d;
    listed *all = NULL;
    size_t n = 0;

    if (pp_json_parse(list, size, &d, err) != PP_OK)
        return err->status;
    if (read_list(d, &all, &n, err) == PP_OK)
        (void)!choose(c, asked, all, n, err);
    pp_free(all);
    pp_json_document_free(d);
    return err->status;
}
