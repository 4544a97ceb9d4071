/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A printprep.conf of any bytes: what is taken can be planned, its commands
 * hold no path, and a shell reads its script as what was meant.
 */
#include "base/alloc.h"
#include "chain/chain.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void
must(bool good)
{
    if (!good)
        abort();
}

static void
check_plan(pp_settings *s)
{
    static const char list[] = "{\"labels\":[{\"label\":3,\"name\":\"rib\","
                               "\"voxels\":9,\"volume_mm3\":9}]}";
    static const pp_labels_asked all = { .all = true };
    pp_case c = { .settings = *s };
    pp_bytes script = { 0 };
    pp_error err = { 0 };

    memset(s, 0, sizeof *s);
    c.out = pp_strdup("/secret/out");
    c.mask.path = pp_strdup("/secret/mask");
    must(c.out != NULL && c.mask.path != NULL);
    must(pp_case_choose(&c, list, strlen(list), &all, &err) == PP_OK);
    pp_case_identify(&c);
    if (pp_case_plan(&c, &err) != PP_OK) {
        must(err.status == PP_EUNSUPPORTED); /* another label's calipers */
        goto done;
    }
    for (size_t k = 0; k < c.part[0].nstep; k++) {
        char **argv;

        must(strstr(c.part[0].step[k].command, "/secret/") == NULL);
        must(pp_step_argv(&c, &c.part[0].step[k], &argv, &err) == PP_OK);
        for (size_t i = 1; argv[i] != NULL; i++)
            must(argv[i][0] == '-' || strstr(argv[i], "/secret/") != NULL ||
                 strcmp(argv[i], "ply") == 0);
        pp_argv_free(argv);
    }
    must(pp_case_script(&c, "/secret", &script, &err) == PP_OK);
done:
    pp_bytes_free(&script);
    pp_case_free(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_settings s;
    pp_how how = { 0 };
    pp_error err = { 0 };

    /* a path of ours that the file itself has proves nothing */
    for (size_t i = 0; i + 8 <= size; i++)
        if (memcmp(data + i, "/secret/", 8) == 0)
            return 0;
    must(pp_settings_start(&s, &err) == PP_OK);
    if (pp_conf_parse(data, size, "lab", &s, &how, &err) == PP_OK)
        check_plan(&s);
    else
        must(err.status == PP_EFORMAT && err.message[0] != '\0');
    pp_settings_free(&s);
    return 0;
}
