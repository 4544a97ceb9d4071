// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_convert.hpp - pp_mesh to CGAL's containers and back
//
// Only the igl_*.cpp sources of shim/ include this. CGAL's assertions stay on:
// they throw, and guarded() turns them into a status; without them the same
// bad access was a crash.
#ifndef PP_SHIM_IGL_CONVERT_HPP
#define PP_SHIM_IGL_CONVERT_HPP

#include "base/alloc.h"
#include "mesh/mesh.h"
#include "shim/guard.hpp"
#include "shim/igl.h"

#include <CGAL/Exact_predicates_inexact_constructions_kernel.h>
#include <CGAL/Surface_mesh.h>
#include <CGAL/assertions_behaviour.h>

#include <array>
#include <cstring>
#include <vector>

namespace pp_shim {

using Kernel = CGAL::Exact_predicates_inexact_constructions_kernel;
using Point = Kernel::Point_3;
using Surface = CGAL::Surface_mesh<Point>;
using Vertex = Surface::Vertex_index;
using Face = Surface::Face_index;
using Halfedge = Surface::Halfedge_index;

inline void
say_nothing(const char *, const char *, const char *, int, const char *)
{
}

// CGAL prints before it throws; a library is silent.
class Silence {
public:
    Silence()
        : error_(CGAL::set_error_handler(say_nothing)),
          warning_(CGAL::set_warning_handler(say_nothing))
    {
    }
    ~Silence()
    {
        CGAL::set_error_handler(error_);
        CGAL::set_warning_handler(warning_);
    }
    Silence(const Silence &) = delete;
    Silence &operator=(const Silence &) = delete;

private:
    CGAL::Failure_function error_, warning_;
};

inline Point
to_point(pp_vec3 p)
{
    return Point(p.x, p.y, p.z);
}

// Vertex and face numbers stay. Refuses what a half-edge mesh cannot hold.
inline pp_status
to_surface(const pp_mesh *m, Surface *s, pp_error *err)
{
    s->reserve(Surface::size_type(m->nvert), Surface::size_type(m->ntri * 3 / 2),
               Surface::size_type(m->ntri));
    for (std::size_t v = 0; v < m->nvert; v++)
        s->add_vertex(to_point(m->vert[v]));
    for (std::size_t t = 0; t < m->ntri; t++) {
        const std::uint32_t *k = m->tri[t];

        if (k[0] == k[1] || k[1] == k[2] || k[2] == k[0] ||
            s->add_face(Vertex(k[0]), Vertex(k[1]), Vertex(k[2])) ==
                Surface::null_face())
            return pp_fail(err, PP_EGEOM, "facet %zu: not manifold there", t);
    }
    return PP_OK;
}

// Live vertices and faces, in the order of their numbers.
inline pp_status
from_surface(const Surface &s, pp_mesh *out, pp_error *err)
{
    std::vector<std::uint32_t> number(s.num_vertices(), PP_NONE);
    std::size_t nvert = 0, ntri = 0;

    if (pp_mesh_alloc(out, s.number_of_vertices(), s.number_of_faces(), err) !=
        PP_OK)
        return err->status;
    for (Vertex v : s.vertices()) {
        const Point &p = s.point(v);

        number[v] = std::uint32_t(nvert);
        out->vert[nvert++] = pp_vec(p.x(), p.y(), p.z());
    }
    for (Face f : s.faces()) {
        Halfedge h = s.halfedge(f);
        int k = 0;

        for (Vertex v : s.vertices_around_face(h))
            if (k < 3)
                out->tri[ntri][k++] = number[v];
        ntri++;
    }
    return PP_OK;
}

} // namespace pp_shim

#endif
