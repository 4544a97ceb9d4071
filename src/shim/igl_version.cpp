// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_version.cpp - which CGAL this was built with
#include "shim/igl.h"

#include <CGAL/version.h>

extern "C" const char *
pp_igl_version(void)
{
    return CGAL_VERSION_STR;
}
