// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_fill_holes.cpp - CGAL's triangulation (and refinement) of loops
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/triangulate_hole.h>

using namespace pp_shim;
namespace PMP = CGAL::Polygon_mesh_processing;

namespace {

// The border half-edge along the edge that corner faces, or null.
Halfedge
border_at(const Surface &s, const pp_mesh *m, std::uint32_t corner)
{
    const std::uint32_t *v = m->tri[corner / 3], k = corner % 3;
    const Halfedge h =
        s.halfedge(Vertex(v[(k + 2) % 3]), Vertex(v[(k + 1) % 3]));

    return h != Surface::null_halfedge() && s.is_border(h)
               ? h
               : Surface::null_halfedge();
}

} // namespace

extern "C" pp_status
pp_igl_fill_holes(const pp_mesh *m, const pp_igl_loop *loop, size_t nloop,
                  pp_mesh *out, size_t *nfilled, pp_error *err)
{
    std::memset(out, 0, sizeof *out);
    *nfilled = 0;
    return guarded(err, "CGAL", [&] {
        Silence silence;
        Surface s;

        if (to_surface(m, &s, err) != PP_OK)
            return err->status;
        for (std::size_t i = 0; i < nloop; i++) {
            const Halfedge h = border_at(s, m, loop[i].corner);
            std::vector<Face> patch;
            std::vector<Vertex> inner;

            if (h == Surface::null_halfedge())
                continue; // filled with an earlier loop
            if (loop[i].refined)
                PMP::triangulate_and_refine_hole(s, h,
                                                 std::back_inserter(patch),
                                                 std::back_inserter(inner));
            else
                PMP::triangulate_hole(s, h, std::back_inserter(patch));
            *nfilled += !patch.empty();
        }
        return from_surface(s, out, err);
    });
}
