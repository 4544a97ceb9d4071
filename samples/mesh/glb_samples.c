/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glb_samples.c - glTF 2.0, binary: JSON in front of one buffer
 *
 * The buffer is always the same, the JSON says what of it is the cube.
 * Its bytes: from 0 the corners, from 96, 168 and 312 the facets in 16, 32 and
 * 8 bits, from 348 the corners facet by facet, from 780 corners 16 bytes
 * apart, from 908 corners with one that is not a number.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER 1004

#define START "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,"
#define ONE_NODE "\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"mesh\":0,"
#define MILLIMETRES                                                           \
    "\"matrix\":[0.001,0,0,0,0,0,-0.001,0,0,0.001,0,0,0,0,0,1]"
#define MESH                                                                  \
    "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0},"          \
    "\"indices\":1}]}],"
#define POINTS                                                                \
    "{\"bufferView\":0,\"componentType\":5126,\"count\":8,\"type\":\"VEC3\"}"
#define FACETS(type)                                                          \
    "{\"bufferView\":1,\"componentType\":" type                               \
    ",\"count\":36,\"type\":\"SCALAR\"}"
#define ACCESSORS "\"accessors\":[" POINTS "," FACETS("5123") "],"
#define VIEW(at, n) "{\"buffer\":0,\"byteOffset\":" at ",\"byteLength\":" n "}"
#define VIEWS "\"bufferViews\":[" VIEW("0", "96") "," VIEW("96", "72") "],"
#define END "\"buffers\":[{\"byteLength\":1004}]}"

#define PLACED START ONE_NODE MILLIMETRES "}],"

static void
put_buffer(void)
{
    const size_t from = nsample;

    for (int v = 0; v < 8; v++)
        for (int a = 0; a < 3; a++)
            put_float((float)cube_corner[v][a]);
    for (int c = 0; c < 36; c++)
        put_u16((unsigned)cube_facet_corner(c / 3, c % 3));
    for (int c = 0; c < 36; c++)
        put_u32((uint32_t)cube_facet_corner(c / 3, c % 3));
    for (int c = 0; c < 36; c++) {
        const unsigned char b = (unsigned char)cube_facet_corner(c / 3, c % 3);

        put_bytes(&b, 1);
    }
    for (int c = 0; c < 36; c++)
        for (int a = 0; a < 3; a++)
            put_float((float)cube_corner[cube_facet_corner(c / 3, c % 3)][a]);
    for (int v = 0; v < 8; v++) {
        for (int a = 0; a < 3; a++)
            put_float((float)cube_corner[v][a]);
        put_u32(0xffffffff);
    }
    for (int n = 0; n < 24; n++)
        put_u32(n == 13 ? 0x7fc00000 : 0);
    if (nsample - from != BUFFER)
        abort();
}

static void
set_u32(size_t at, size_t v)
{
    const size_t end = nsample;

    nsample = at;
    put_u32((uint32_t)v);
    nsample = end;
}

static void
glb(const char *json)
{
    const size_t n = strlen(json);

    put_bytes("glTF", 4);
    put_u32(2);
    put_u32(0);
    put_u32((uint32_t)((n + 3) / 4 * 4));
    put_bytes("JSON", 4);
    put_bytes(json, n);
    while (nsample % 4 != 0)
        put_bytes(" ", 1);
    put_u32(BUFFER);
    put_bytes("BIN\0", 4);
    put_buffer();
    set_u32(8, nsample);
}

static void good(void) { glb(PLACED MESH ACCESSORS VIEWS END); }

static void
good_u32(void)
{
    glb(PLACED MESH "\"accessors\":[" POINTS "," FACETS("5125") "],"
        "\"bufferViews\":[" VIEW("0", "96") "," VIEW("168", "144") "]," END);
}

static void
good_u8(void)
{
    glb(PLACED MESH "\"accessors\":[" POINTS "," FACETS("5121") "],"
        "\"bufferViews\":[" VIEW("0", "96") "," VIEW("312", "36") "]," END);
}

static void
good_soup(void)
{
    glb(PLACED "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0}}"
        "]}],\"accessors\":[{\"bufferView\":0,\"componentType\":5126,"
        "\"count\":36,\"type\":\"VEC3\"}],\"bufferViews\":["
        VIEW("348", "432") "]," END);
}

static void
good_apart(void)
{
    glb(PLACED MESH ACCESSORS "\"bufferViews\":[{\"buffer\":0,\"byteOffset\":"
        "780,\"byteLength\":124,\"byteStride\":16}," VIEW("96", "72") "],"
        END);
}

/* Places above places, a camera, lines, extensions that need not be known. */
static void
good_nested(void)
{
    glb("{\"asset\":{\"version\":\"2.1\",\"minVersion\":\"2.0\"},"
        "\"extensionsUsed\":[\"X\"],\"extensionsRequired\":"
        "[\"KHR_materials_unlit\"],\"scenes\":[{\"nodes\":[2,1]}],\"nodes\":["
        "{\"mesh\":0,\"translation\":[1,2,4]},{\"camera\":0},"
        "{\"children\":[3]," MILLIMETRES "},{\"children\":[0],\"rotation\":"
        "[0,0,0,1],\"translation\":[-1,-2,-4],\"scale\":[1,1,1]}],"
        "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0},"
        "\"mode\":1},{\"attributes\":{\"POSITION\":0},\"indices\":1,"
        "\"mode\":4}]}]," ACCESSORS VIEWS END);
}

/* Turned by a quaternion, in metres: not the cube to the last bit. */
static void
odd_metres(void)
{
    glb(START ONE_NODE "\"rotation\":[-0.70710678118654757,0,0,"
        "0.70710678118654757],\"scale\":[0.001,0.001,0.001]}]," MESH ACCESSORS
        VIEWS END);
}

static void
odd_mirrored(void)
{
    glb(START ONE_NODE "\"scale\":[-1,1,1]}]," MESH ACCESSORS VIEWS END);
}

/* ---- lies ---- */

static void bad_no_scene(void) { glb("{\"asset\":{\"version\":\"2.0\"}}"); }
static void bad_version(void)
{
    glb("{\"asset\":{\"version\":\"1.0\"},\"scenes\":[]}");
}
static void bad_twice(void)
{
    glb(PLACED MESH MESH ACCESSORS VIEWS END);
}
static void bad_cycle(void)
{
    glb(START "\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"children\":[1]},"
        "{\"mesh\":0,\"children\":[0]}]," MESH ACCESSORS VIEWS END);
}
static void bad_two_parents(void)
{
    glb(START "\"scenes\":[{\"nodes\":[0,1,1]}],\"nodes\":[{\"mesh\":0},"
        "{\"mesh\":0}]," MESH ACCESSORS VIEWS END);
}
static void bad_node(void)
{
    glb(START "\"scenes\":[{\"nodes\":[7]}],\"nodes\":[{}]," MESH ACCESSORS
        VIEWS END);
}
static void bad_matrix(void)
{
    glb(START ONE_NODE "\"matrix\":[1,0,0,1,0,1,0,0,0,0,1,0,0,0,0,1]}]," MESH
        ACCESSORS VIEWS END);
}
static void bad_short_matrix(void)
{
    glb(START ONE_NODE "\"matrix\":[1,0,0]}]," MESH ACCESSORS VIEWS END);
}
static void bad_mesh(void)
{
    glb(START "\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"mesh\":9}]," MESH
        ACCESSORS VIEWS END);
}
static void bad_count(void)
{
    glb(PLACED MESH "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,"
        "\"count\":9007199254740992,\"type\":\"VEC3\"}," FACETS("5123") "],"
        VIEWS END);
}
static void bad_count_negative(void)
{
    glb(PLACED MESH "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,"
        "\"count\":-8,\"type\":\"VEC3\"}," FACETS("5123") "]," VIEWS END);
}
static void bad_few(void)
{
    glb(PLACED MESH "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,"
        "\"count\":7,\"type\":\"VEC3\"}," FACETS("5123") "]," VIEWS END);
}
static void bad_corners(void)
{
    glb(PLACED MESH "\"accessors\":[" POINTS ",{\"bufferView\":1,"
        "\"componentType\":5123,\"count\":35,\"type\":\"SCALAR\"}]," VIEWS END);
}
static void bad_offset(void)
{
    glb(PLACED MESH "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,"
        "\"byteOffset\":4,\"count\":8,\"type\":\"VEC3\"}," FACETS("5123") "],"
        VIEWS END);
}
static void bad_view(void)
{
    glb(PLACED MESH ACCESSORS "\"bufferViews\":[" VIEW("0", "96") ","
        VIEW("1000", "72") "]," END);
}
static void bad_view_wraps(void)
{
    glb(PLACED MESH ACCESSORS "\"bufferViews\":[" VIEW("0", "96") ","
        VIEW("9007199254740991", "9007199254740992") "]," END);
}
static void bad_stride(void)
{
    glb(PLACED MESH ACCESSORS "\"bufferViews\":[{\"buffer\":0,\"byteLength\":"
        "96,\"byteStride\":1}," VIEW("96", "72") "]," END);
}
static void bad_type(void)
{
    glb(PLACED MESH "\"accessors\":[" POINTS "," FACETS("5126") "]," VIEWS
        END);
}
static void bad_sparse(void)
{
    glb(PLACED MESH "\"accessors\":[{\"componentType\":5126,\"count\":8,"
        "\"type\":\"VEC3\",\"sparse\":{}}," FACETS("5123") "]," VIEWS END);
}
static void bad_other_file(void)
{
    glb(PLACED MESH ACCESSORS VIEWS "\"buffers\":[{\"byteLength\":1004,"
        "\"uri\":\"/etc/passwd\"}]}");
}
static void bad_extension(void)
{
    glb(PLACED "\"extensionsRequired\":[\"KHR_draco_mesh_compression\"]," MESH
        ACCESSORS VIEWS END);
}
static void bad_strip(void)
{
    glb(PLACED "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0},"
        "\"indices\":1,\"mode\":5}]}]," ACCESSORS VIEWS END);
}
static void bad_targets(void)
{
    glb(PLACED "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0},"
        "\"indices\":1,\"targets\":[{}]}]}]," ACCESSORS VIEWS END);
}
static void bad_nan(void)
{
    glb(PLACED MESH ACCESSORS "\"bufferViews\":[" VIEW("908", "96") ","
        VIEW("96", "72") "]," END);
}
static void bad_infinite_place(void)
{
    glb(START ONE_NODE "\"scale\":[1e308,1e308,1e308]}]," MESH ACCESSORS VIEWS
        END);
}
static void bad_json(void) { glb("{\"asset\":{\"version\":\"2.0\"},"); }

static void
bad_deep(void)
{
    char json[10001];

    memset(json, '[', sizeof json - 1);
    json[sizeof json - 1] = '\0';
    glb(json);
}

static void bad_tail(void) { good(); put_u32(0); }
static void bad_cut(void) { good(); nsample -= 4; }
static void bad_json_length(void) { good(); set_u32(12, 0xfffffff0); }
static void bad_second(void) { good(); set_u32(4, 1); }

static void
bad_buffer_length(void)
{
    good();
    set_u32(nsample - BUFFER - 8, 0xfffffff8);
}

/* 700 nodes show one mesh of 10000 facets, all of them on one corner. */
static void
bad_doubling(void)
{
    static char json[SAMPLE_ROOM];
    size_t n = 0;

    n += (size_t)snprintf(json + n, sizeof json - n, START
                          "\"scenes\":[{\"nodes\":[");
    for (int i = 0; i < 700; i++)
        n += (size_t)snprintf(json + n, sizeof json - n, "%s%d",
                              i > 0 ? "," : "", i);
    n += (size_t)snprintf(json + n, sizeof json - n, "]}],\"nodes\":[");
    for (int i = 0; i < 700; i++)
        n += (size_t)snprintf(json + n, sizeof json - n, "%s{\"mesh\":0}",
                              i > 0 ? "," : "");
    snprintf(json + n, sizeof json - n, "]," MESH "\"accessors\":[" POINTS
             ",{\"bufferView\":1,\"componentType\":5121,\"count\":30000,"
             "\"type\":\"SCALAR\"}],\"bufferViews\":[" VIEW("0", "96") ","
             VIEW("1004", "30000") "],\"buffers\":[{\"byteLength\":31004}]}");
    glb(json);
    set_u32(nsample - BUFFER - 8, BUFFER + 30000);
    for (int i = 0; i < 7500; i++)
        put_u32(0);
    set_u32(8, nsample);
}

const sample_row glb_samples[] = {
    { "good-binary.glb", good },
    { "good-binary-u32.glb", good_u32 },
    { "good-binary-u8.glb", good_u8 },
    { "good-binary-soup.glb", good_soup },
    { "good-binary-apart.glb", good_apart },
    { "good-binary-nested.glb", good_nested },
    { "odd-metres.glb", odd_metres },
    { "odd-mirrored.glb", odd_mirrored },
    { "bad-no-scene.glb", bad_no_scene },
    { "bad-version.glb", bad_version },
    { "bad-key-twice.glb", bad_twice },
    { "bad-cycle.glb", bad_cycle },
    { "bad-two-parents.glb", bad_two_parents },
    { "bad-node.glb", bad_node },
    { "bad-matrix.glb", bad_matrix },
    { "bad-matrix-short.glb", bad_short_matrix },
    { "bad-mesh.glb", bad_mesh },
    { "bad-count.glb", bad_count },
    { "bad-count-negative.glb", bad_count_negative },
    { "bad-few.glb", bad_few },
    { "bad-corners.glb", bad_corners },
    { "bad-offset.glb", bad_offset },
    { "bad-view.glb", bad_view },
    { "bad-view-wraps.glb", bad_view_wraps },
    { "bad-stride.glb", bad_stride },
    { "bad-type.glb", bad_type },
    { "bad-sparse.glb", bad_sparse },
    { "bad-other-file.glb", bad_other_file },
    { "bad-extension.glb", bad_extension },
    { "bad-strip.glb", bad_strip },
    { "bad-targets.glb", bad_targets },
    { "bad-nan.glb", bad_nan },
    { "bad-infinite-place.glb", bad_infinite_place },
    { "bad-json.glb", bad_json },
    { "bad-deep.glb", bad_deep },
    { "bad-tail.glb", bad_tail },
    { "bad-cut.glb", bad_cut },
    { "bad-json-length.glb", bad_json_length },
    { "bad-header-version.glb", bad_second },
    { "bad-buffer-length.glb", bad_buffer_length },
    { "bad-doubling.glb", bad_doubling },
    { NULL, NULL },
};
