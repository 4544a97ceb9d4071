/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lib3mf.h - lib3mf 1.8's functions in C, for shim/threemf_read.c alone
 *
 * The library's own header is C++; its functions are plain C, and these are
 * the prototypes of those that reading needs. Every object is a handle that
 * lib3mf_release gives back; every function returns 0 or an error code.
 */
#ifndef PP_SHIM_LIB3MF_H
#define PP_SHIM_LIB3MF_H

#include <stdint.h>

enum { LIB3MF_PROPERTY_BASE = 1, LIB3MF_PROPERTY_COLOUR = 2 };

/* row[a][b] for b < 3, and the shift in row[a][3] */
typedef struct {
    float row[3][4];
} lib3mf_transform;

typedef struct {
    uint8_t rgba[4];
} lib3mf_colour;

int32_t lib3mf_createmodel(void **model);
int32_t lib3mf_release(void *handle);
int32_t lib3mf_getlasterror(void *handle, uint32_t *code, const char **text);

int32_t lib3mf_model_getunit(void *model, uint32_t *unit);
int32_t lib3mf_model_getmetadatacount(void *model, uint32_t *count);
int32_t lib3mf_model_getmetadatakeyutf8(void *model, uint32_t index,
                                        char *buffer, uint32_t size,
                                        uint32_t *needed);
int32_t lib3mf_model_getmetadatavalueutf8(void *model, uint32_t index,
                                          char *buffer, uint32_t size,
                                          uint32_t *needed);
int32_t lib3mf_model_getbasematerialbyid(void *model, uint32_t id,
                                         void **group);
int32_t lib3mf_model_getbuilditems(void *model, void **iterator);
int32_t lib3mf_model_queryreader(void *model, const char *name, void **reader);

int32_t lib3mf_reader_readfrombuffer(void *reader, const void *data,
                                     uint64_t size);
int32_t lib3mf_reader_getwarningcount(void *reader, uint32_t *count);
int32_t lib3mf_reader_getwarningutf8(void *reader, uint32_t index,
                                     uint32_t *code, char *buffer,
                                     uint32_t size, uint32_t *needed);

int32_t lib3mf_builditemiterator_movenext(void *iterator, int *more);
int32_t lib3mf_builditemiterator_getcurrent(void *iterator, void **item);
int32_t lib3mf_builditem_getobjectresource(void *item, void **object);
int32_t lib3mf_builditem_hasobjecttransform(void *item, int *has);
int32_t lib3mf_builditem_getobjecttransform(void *item,
                                            lib3mf_transform *transform);

int32_t lib3mf_object_getnameutf8(void *object, char *buffer, uint32_t size,
                                  uint32_t *needed);
int32_t lib3mf_object_ismeshobject(void *object, int *is);
int32_t lib3mf_object_createdefaultpropertyhandler(void *object, void **h);

int32_t lib3mf_componentsobject_getcomponentcount(void *object,
                                                  uint32_t *count);
int32_t lib3mf_componentsobject_getcomponent(void *object, uint32_t index,
                                             void **component);
int32_t lib3mf_component_getobjectresource(void *component, void **object);
int32_t lib3mf_component_hastransform(void *component, int *has);
int32_t lib3mf_component_gettransform(void *component,
                                      lib3mf_transform *transform);

int32_t lib3mf_meshobject_getvertexcount(void *mesh, uint32_t *count);
int32_t lib3mf_meshobject_gettrianglecount(void *mesh, uint32_t *count);
int32_t lib3mf_meshobject_getbeamcount(void *mesh, uint32_t *count);
int32_t lib3mf_meshobject_getslicesmeshresolution(void *mesh,
                                                  uint32_t *resolution);
int32_t lib3mf_meshobject_getvertices(void *mesh, float (*vertex)[3],
                                      uint32_t room, uint32_t *count);
int32_t lib3mf_meshobject_gettriangleindices(void *mesh,
                                             uint32_t (*triangle)[3],
                                             uint32_t room, uint32_t *count);

int32_t lib3mf_defaultpropertyhandler_getbasematerial(void *handler,
                                                      uint32_t *group,
                                                      uint32_t *index);
int32_t lib3mf_defaultpropertyhandler_getcolor(void *handler, uint32_t index,
                                               lib3mf_colour *colour);
int32_t lib3mf_defaultpropertyhandler_getpropertytype(void *handler,
                                                      int *type);
int32_t lib3mf_basematerial_getdisplaycolor(void *group, uint32_t index,
                                            uint8_t *red, uint8_t *green,
                                            uint8_t *blue, uint8_t *alpha);

#endif
