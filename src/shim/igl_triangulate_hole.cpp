// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_triangulate_hole.cpp - CGAL's lid for one loop, refined when asked
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/refine.h>
#include <CGAL/Polygon_mesh_processing/triangulate_hole.h>
#include <CGAL/utility.h>

using namespace pp_shim;
namespace PMP = CGAL::Polygon_mesh_processing;
using Triple = CGAL::Triple<int, int, int>;

extern "C" pp_status
pp_igl_triangulate_hole(const pp_vec3 *rim, const pp_vec3 *beyond, size_t n,
                        bool flat, bool refined, pp_mesh *lid, pp_error *err)
{
    std::memset(lid, 0, sizeof *lid);
    return guarded(err, "CGAL", [&] {
        Silence silence;
        std::vector<Point> points, thirds;
        std::vector<Triple> triples;
        Surface s;

        for (std::size_t i = 0; i < n; i++) {
            points.push_back(to_point(rim[i]));
            thirds.push_back(to_point(beyond[i]));
            s.add_vertex(points[i]);
        }
        PMP::triangulate_hole_polyline(
            points, thirds, std::back_inserter(triples),
            CGAL::parameters::use_2d_constrained_delaunay_triangulation(flat));
        for (const Triple &t : triples)
            if (s.add_face(Vertex(std::uint32_t(t.first)),
                           Vertex(std::uint32_t(t.second)),
                           Vertex(std::uint32_t(t.third))) ==
                Surface::null_face())
                return pp_fail(err, PP_EGEOM, "the lid is not manifold");
        if (triples.empty())
            return pp_fail(err, PP_EGEOM, "no lid for a rim of %zu", n);
        if (refined) {
            std::vector<Face> faces;
            std::vector<Vertex> vertices;
            const std::vector<Face> all(s.faces().begin(), s.faces().end());

            PMP::refine(s, all, std::back_inserter(faces),
                        std::back_inserter(vertices));
        }
        return from_surface(s, lid, err);
    });
}
