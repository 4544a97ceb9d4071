// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_cdt.cpp - a plane triangulated so that given edges are edges of it
//
// Exact predicates on the points as they are. Nothing is added: edges that
// cross, or run through a point, end it.
#include "shim/igl_convert.hpp"

#include <CGAL/Constrained_Delaunay_triangulation_2.h>
#include <CGAL/Triangulation_vertex_base_with_info_2.h>

using namespace pp_shim;

namespace {

using Base = CGAL::Triangulation_vertex_base_with_info_2<std::uint32_t, Kernel>;
using Cdt = CGAL::Constrained_Delaunay_triangulation_2<
    Kernel,
    CGAL::Triangulation_data_structure_2<
        Base, CGAL::Constrained_triangulation_face_base_2<Kernel>>,
    CGAL::No_constraint_intersection_tag>;
using Corner = Cdt::Vertex_handle;

// The point's vertex, or none when another point lies there.
pp_status
insert_points(const double (*point)[2], std::size_t n, Cdt *cdt,
              std::vector<Corner> *corner, pp_error *err)
{
    Cdt::Face_handle hint;

    for (std::size_t i = 0; i < n; i++) {
        const Corner v =
            cdt->insert(Kernel::Point_2(point[i][0], point[i][1]), hint);

        if (cdt->number_of_vertices() != i + 1)
            return pp_fail(err, PP_EGEOM, "points of a section coincide");
        v->info() = std::uint32_t(i);
        hint = v->face();
        corner->push_back(v);
    }
    return PP_OK;
}

} // namespace

extern "C" pp_status
pp_igl_cdt(const double (*point)[2], size_t npoint, const uint32_t (*edge)[2],
           size_t nedge, pp_tri **tri, size_t *ntri, pp_error *err)
{
    *tri = nullptr;
    *ntri = 0;
    return guarded(err, "CGAL", [&] {
        Silence silence;
        Cdt cdt;
        std::vector<Corner> corner;

        if (insert_points(point, npoint, &cdt, &corner, err) != PP_OK)
            return err->status;
        for (std::size_t i = 0; i < nedge; i++) {
            const Corner a = corner[edge[i][0]], b = corner[edge[i][1]];

            cdt.insert_constraint(a, b);
            if (!cdt.is_edge(a, b))
                return pp_fail(err, PP_EGEOM,
                               "an edge of a section runs through a point");
        }
        if (cdt.dimension() < 2)
            return pp_fail(err, PP_EGEOM, "a section has no area");
        *tri = static_cast<pp_tri *>(
            pp_alloc(cdt.number_of_faces(), sizeof **tri));
        if (*tri == nullptr)
            return pp_fail_memory(err);
        for (auto f : cdt.finite_face_handles()) {
            for (int k = 0; k < 3; k++)
                (*tri)[*ntri][k] = f->vertex(k)->info();
            ++*ntri;
        }
        return PP_OK;
    });
}
