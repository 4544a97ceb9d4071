/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.c - reading JSON through jansson
 *
 * Strict: one value, no key twice, valid UTF-8, nothing behind it. jansson
 * limits the depth of nesting itself (2048).
 */
#include "shim/json.h"

#include "base/alloc.h"
#include "base/text.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

struct pp_json_document {
    json_t *root;
};

pp_status
pp_json_parse(const void *data, size_t size, pp_json_document **document,
              pp_error *err)
{
    json_error_t why;
    pp_json_document *d = pp_alloc_zero(1, sizeof *d);

    *document = NULL;
    if (d == NULL)
        return pp_fail_memory(err);
    d->root = json_loadb(data, size, JSON_REJECT_DUPLICATES, &why);
    if (d->root == NULL) {
        pp_free(d);
        return pp_fail(err, PP_EFORMAT, "JSON, line %d: %s", why.line,
                       why.text);
    }
    *document = d;
    return PP_OK;
}

void
pp_json_document_free(pp_json_document *document)
{
    if (document == NULL)
        return;
    json_decref(document->root);
    pp_free(document);
}

/* One step of a path: an object's key or an array's index. */
static const json_t *
step(const json_t *at, const char *name, size_t n)
{
    char text[24];
    int64_t index;

    if (json_is_object(at)) {
        const char *key;
        json_t *value;

        json_object_foreach((json_t *)at, key, value)
            if (strlen(key) == n && memcmp(key, name, n) == 0)
                return value;
        return NULL;
    }
    if (!json_is_array(at) || n >= sizeof text)
        return NULL;
    memcpy(text, name, n);
    text[n] = '\0';
    return pp_text_to_integer(text, 0, INT64_MAX, &index)
               ? json_array_get(at, (size_t)index)
               : NULL;
}

static const json_t *
find(const pp_json_document *document, const char *path)
{
    const json_t *at = document->root;

    for (;;) {
        const size_t n = strcspn(path, "/");

        at = step(at, path, n);
        if (at == NULL || path[n] == '\0')
            return at;
        path += n + 1;
    }
}

bool
pp_json_number(const pp_json_document *document, const char *path,
               double *value)
{
    const json_t *found = find(document, path);

    if (!json_is_number(found))
        return false;
    *value = json_number_value(found);
    return true;
}

const char *
pp_json_text(const pp_json_document *document, const char *path)
{
    return json_string_value(find(document, path));
}

/* ---- value by value ---- */

static const json_t *
own(const pp_json_value *value)
{
    return (const json_t *)value;
}

const pp_json_value *
pp_json_root(const pp_json_document *document)
{
    return (const pp_json_value *)document->root;
}

const pp_json_value *
pp_json_member(const pp_json_value *value, const char *key)
{
    return (const pp_json_value *)json_object_get(own(value), key);
}

const pp_json_value *
pp_json_item(const pp_json_value *value, size_t index)
{
    return (const pp_json_value *)json_array_get(own(value), index);
}

size_t
pp_json_length(const pp_json_value *value)
{
    return json_array_size(own(value));
}

bool
pp_json_as_number(const pp_json_value *value, double *number)
{
    if (!json_is_number(own(value)))
        return false;
    *number = json_number_value(own(value));
    return true;
}

bool
pp_json_as_count(const pp_json_value *value, size_t *count)
{
    double number;

    if (!pp_json_as_number(value, &number) || !(number >= 0) ||
        number > 0x1p53 || number != (double)(uint64_t)number)
        return false;
    *count = (size_t)number;
    return true;
}

const char *
pp_json_as_text(const pp_json_value *value)
{
    return json_string_value(own(value));
}

/* ---- by path: truth, lists and keys ---- */

bool
pp_json_flag(const pp_json_document *document, const char *path, bool *value)
{
    const json_t *found = find(document, path);

    if (!json_is_boolean(found))
        return false;
    *value = json_is_true(found);
    return true;
}

size_t
pp_json_length_at(const pp_json_document *document, const char *path)
{
    const json_t *found = find(document, path);

    return json_is_object(found) ? json_object_size(found)
                                 : json_array_size(found);
}

const char *
pp_json_key_at(const pp_json_document *document, const char *path, size_t n)
{
    const json_t *found = find(document, path);
    const char *key;
    json_t *value;

    if (json_is_object(found))
        json_object_foreach((json_t *)found, key, value)
            if (n-- == 0)
                return key;
    return NULL;
}
