/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every reader of meshes promises; and leaks that are not ours.
 */
#include "fuzz.h"

#include <stdlib.h>

void
fuzz_check_model(const pp_model *model)
{
    for (size_t i = 0; i < model->nobject; i++) {
        const pp_mesh *m = &model->object[i].mesh;

        for (size_t v = 0; v < m->nvert; v++)
            if (!pp_finite(m->vert[v]))
                abort();
        for (size_t t = 0; t < m->ntri; t++)
            for (int k = 0; k < 3; k++)
                if (m->tri[t][k] >= m->nvert)
                    abort();
    }
}

void
fuzz_try_reader(const uint8_t *data, size_t size, fuzz_reader read)
{
    pp_model model = { 0 };
    pp_error err = { 0 };

    if (read(data, size, &model, &err) == PP_OK)
        fuzz_check_model(&model);
    pp_model_free(&model);
}

const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libzip.so\nleak:lib3MF.so\n";
}
