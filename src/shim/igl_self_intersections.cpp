// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_self_intersections.cpp - CGAL's own list of crossing pairs
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/self_intersections.h>

#include <algorithm>

using namespace pp_shim;

extern "C" pp_status
pp_igl_self_intersections(const pp_mesh *m, uint32_t (**pair)[2],
                          size_t *npair, pp_error *err)
{
    *pair = nullptr;
    *npair = 0;
    return guarded(err, "CGAL", [&] {
        Silence silence;
        Surface s;
        std::vector<std::pair<Face, Face>> found;

        if (to_surface(m, &s, err) != PP_OK)
            return err->status;
        CGAL::Polygon_mesh_processing::self_intersections(
            s, std::back_inserter(found));
        for (auto &p : found)
            if (p.second < p.first)
                std::swap(p.first, p.second);
        std::sort(found.begin(), found.end());
        *pair = static_cast<uint32_t(*)[2]>(
            pp_alloc(found.size(), sizeof **pair));
        if (*pair == nullptr)
            return pp_fail_memory(err);
        for (const auto &p : found) {
            (*pair)[*npair][0] = p.first;
            (*pair)[(*npair)++][1] = p.second;
        }
        return PP_OK;
    });
}
