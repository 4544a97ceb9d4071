/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf.c - reading 3MF: what a package may hold
 *
 * The library under the shim believes the sizes that a package declares and
 * sets memory aside for them, so they are added up here first: from the ZIP's
 * central directory (PKWARE's APPNOTE), which is what the library believes.
 */
#include "meshio/formats.h"

#include "base/alloc.h"
#include "shim/threemf.h"

#include <string.h>

/*
 * A mesh as XML packs into a tenth to a twentieth. What unpacks to more than
 * RATIO times its size, beyond a size that does no harm, was made to hurt.
 */
#define RATIO 100
#define HARMLESS ((uint64_t)64 << 20)
#define UNPACKED_LIMIT ((uint64_t)32 << 30)

#define END_SIZE 22
#define ENTRY_SIZE 46
#define LOCATOR_SIZE 20
#define END64_SIZE 56

/* The "end of central directory" record, behind which only a comment lies. */
static const unsigned char *
find_end(const unsigned char *data, size_t size)
{
    for (size_t back = END_SIZE; back <= size && back < END_SIZE + 65536;
         back++) {
        const unsigned char *p = data + size - back;

        if (pp_get_u32le(p) == 0x06054b50 &&
            (size_t)pp_get_u16le(p + 20) == back - END_SIZE)
            return p;
    }
    return NULL;
}

/* Where the directory starts, and of how many entries it is made. */
typedef struct {
    uint64_t at, nentry;
} directory;

/* ZIP64 keeps both in a record of its own, which a locator points to. */
static bool
find_directory(const unsigned char *data, size_t size, directory *d)
{
    const unsigned char *end = size >= END_SIZE ? find_end(data, size) : NULL;
    uint64_t at;

    if (end == NULL)
        return false;
    d->nentry = pp_get_u16le(end + 10);
    d->at = pp_get_u32le(end + 16);
    if (d->nentry != UINT16_MAX && d->at != UINT32_MAX)
        return true;
    if (end - data < LOCATOR_SIZE ||
        pp_get_u32le(end - LOCATOR_SIZE) != 0x07064b50)
        return false;
    at = pp_get_u64le(end - LOCATOR_SIZE + 8);
    if (size < END64_SIZE || at > size - END64_SIZE ||
        pp_get_u32le(data + at) != 0x06064b50)
        return false;
    d->nentry = pp_get_u64le(data + at + 32);
    d->at = pp_get_u64le(data + at + 48);
    return true;
}

/* The unpacked size of an entry, which may stand in its ZIP64 extra field. */
static bool
entry_size(const unsigned char *entry, uint64_t *size)
{
    const unsigned char *p = entry + ENTRY_SIZE + pp_get_u16le(entry + 28);
    const unsigned char *end = p + pp_get_u16le(entry + 30);

    *size = pp_get_u32le(entry + 24);
    if (*size != UINT32_MAX)
        return true;
    while (end - p >= 4) {
        const size_t n = pp_get_u16le(p + 2);

        if (pp_get_u16le(p) == 1 && n >= 8 && end - p >= 12) {
            *size = pp_get_u64le(p + 4);
            return true;
        }
        p += n + 4 < (size_t)(end - p) ? n + 4 : (size_t)(end - p);
    }
    return false;
}

static pp_status
check_sizes(const unsigned char *data, size_t size, pp_error *err)
{
    uint64_t unpacked = 0, one;
    directory d;

    if (!find_directory(data, size, &d))
        return pp_fail(err, PP_EFORMAT, "3MF: the package is cut, or no ZIP "
                       "file");
    for (uint64_t i = 0; i < d.nentry; i++) {
        const unsigned char *p;
        size_t length;

        if (d.at > size || size - d.at < ENTRY_SIZE)
            break;
        p = data + d.at;
        if (pp_get_u32le(p) != 0x02014b50)
            break;
        length = (size_t)ENTRY_SIZE + pp_get_u16le(p + 28) +
                 pp_get_u16le(p + 30) + pp_get_u16le(p + 32);
        if (length > size - d.at || !entry_size(p, &one))
            break;
        if (one > UNPACKED_LIMIT || (unpacked += one) > UNPACKED_LIMIT ||
            (unpacked > HARMLESS && unpacked / RATIO > size))
            return pp_fail(err, PP_ELIMIT, "3MF: %zu bytes unpack to more "
                           "than can be a mesh", size);
        d.at += length;
        if (i + 1 == d.nentry)
            return PP_OK;
    }
    return pp_fail(err, PP_EFORMAT, "3MF: the package's directory is broken");
}

static pp_status
parse_description(pp_provenance *p, char *text, pp_error *err)
{
    while (text != NULL && *text != '\0') {
        char *newline = strchr(text, '\n');

        if (newline != NULL)
            *newline = '\0';
        if (pp_provenance_parse_line(p, text, err) != PP_OK)
            return err->status;
        text = newline != NULL ? newline + 1 : NULL;
    }
    return PP_OK;
}

pp_status
pp_threemf_read(const unsigned char *data, size_t size, pp_model *model,
                pp_error *err)
{
    pp_threemf_object *object = NULL;
    size_t nobject = 0;
    char *description = NULL;

    if (check_sizes(data, size, err) != PP_OK ||
        pp_threemf_decode(data, size, &object, &nobject, &description, err) !=
            PP_OK)
        return err->status;
    model->object = pp_alloc_zero(nobject, sizeof *model->object);
    if (model->object == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    model->nobject = nobject;
    for (size_t i = 0; i < nobject; i++) {
        pp_object *o = &model->object[i];

        o->name = object[i].name;
        o->has_colour = object[i].has_colour;
        memcpy(o->rgb, object[i].rgb, sizeof o->rgb);
        o->mesh = object[i].mesh;
    }
    nobject = 0; /* all handed over */
    (void)!parse_description(&model->provenance, description, err);
done:
    pp_threemf_free(object, nobject);
    pp_free(description);
    return err->status;
}
