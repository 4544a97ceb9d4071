// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_remesh_self_intersections.cpp - facets cut along their common lines
//
// After Zhou, Grinspun, Zorin and Jacobson, "Mesh arrangements for solid
// geometry" (2016): the intersections of each facet with the facets that it
// meets are exact (rational) points and segments in its plane; a constrained
// Delaunay triangulation of them, projected along the largest component of the
// normal, replaces the facet. Equal exact points round to equal doubles, so
// neighbours stay joined.
#include "shim/igl_convert.hpp"

#include <CGAL/Constrained_Delaunay_triangulation_2.h>
#include <CGAL/Exact_predicates_exact_constructions_kernel.h>
#include <CGAL/Triangulation_vertex_base_with_info_2.h>
#include <CGAL/intersections.h>

#include <map>

using namespace pp_shim;

namespace {

using Exact = CGAL::Exact_predicates_exact_constructions_kernel;
using Point3 = Exact::Point_3;
using Point2 = Exact::Point_2;
using Segment3 = Exact::Segment_3;
using Triangle3 = Exact::Triangle_3;

struct Corner {
    std::uint32_t vertex = PP_NONE; // of the mesh; none: a new point
};
using Cdt = CGAL::Constrained_Delaunay_triangulation_2<
    Exact,
    CGAL::Triangulation_data_structure_2<
        CGAL::Triangulation_vertex_base_with_info_2<Corner, Exact>,
        CGAL::Constrained_triangulation_face_base_2<Exact>>,
    CGAL::Exact_intersections_tag>;

struct Cut {
    std::vector<Point3> points;
    std::vector<std::pair<Point3, Point3>> segments;
};

Point3
exact_point(const pp_mesh *m, std::uint32_t v)
{
    return Point3(m->vert[v].x, m->vert[v].y, m->vert[v].z);
}

Triangle3
exact_triangle(const pp_mesh *m, std::uint32_t t)
{
    return Triangle3(exact_point(m, m->tri[t][0]),
                     exact_point(m, m->tri[t][1]),
                     exact_point(m, m->tri[t][2]));
}

// What two facets have in common goes into both.
struct Record {
    Cut *a, *b;
    using result_type = void;

    void segment(const Point3 &p, const Point3 &q) const
    {
        a->segments.emplace_back(p, q);
        b->segments.emplace_back(p, q);
    }
    void operator()(const Point3 &p) const
    {
        a->points.push_back(p);
        b->points.push_back(p);
    }
    void operator()(const Segment3 &s) const
    {
        segment(s.source(), s.target());
    }
    void operator()(const Triangle3 &t) const
    {
        for (int k = 0; k < 3; k++)
            segment(t.vertex(k), t.vertex(k + 1));
    }
    void operator()(const std::vector<Point3> &polygon) const
    {
        for (std::size_t k = 0; k < polygon.size(); k++)
            segment(polygon[k], polygon[(k + 1) % polygon.size()]);
    }
};

// A facet's plane, and the coordinate plane in which it is triangulated.
class Chart {
public:
    explicit Chart(const Triangle3 &t) : plane_(t.supporting_plane())
    {
        const Exact::FT n[3] = { plane_.a(), plane_.b(), plane_.c() };

        drop_ = 0;
        for (int k = 1; k < 3; k++)
            if (CGAL::abs(n[k]) > CGAL::abs(n[drop_]))
                drop_ = k;
        positive_ = n[drop_] > 0;
    }
    int first() const { return (drop_ + (positive_ ? 1 : 2)) % 3; }
    int second() const { return (drop_ + (positive_ ? 2 : 1)) % 3; }
    Point2 flat(const Point3 &p) const
    {
        return Point2(p[first()], p[second()]);
    }
    pp_vec3 lift(const Point2 &p) const
    {
        const Exact::FT n[3] = { plane_.a(), plane_.b(), plane_.c() };
        Exact::FT c[3];
        double rounded[3];

        c[first()] = p.x();
        c[second()] = p.y();
        c[drop_] = -(n[first()] * c[first()] + n[second()] * c[second()] +
                     plane_.d()) / n[drop_];
        for (int k = 0; k < 3; k++)
            rounded[k] = CGAL::to_double(c[k].exact());
        return pp_vec(rounded[0], rounded[1], rounded[2]);
    }

private:
    Exact::Plane_3 plane_;
    int drop_;
    bool positive_;
};

// The result as it grows.
struct Soup {
    std::vector<pp_vec3> vert;
    std::vector<std::array<std::uint32_t, 3>> tri;
    std::vector<std::uint32_t> birth;
};

void
triangulate(const pp_mesh *m, std::uint32_t t, const Cut &cut, Soup *soup)
{
    const Triangle3 facet = exact_triangle(m, t);
    const Chart chart(facet);
    Cdt cdt;

    for (int k = 0; k < 3; k++)
        cdt.insert(chart.flat(facet.vertex(k)))->info().vertex = m->tri[t][k];
    for (const Point3 &p : cut.points)
        cdt.insert(chart.flat(p));
    for (const auto &s : cut.segments)
        cdt.insert_constraint(chart.flat(s.first), chart.flat(s.second));
    for (auto f : cdt.finite_face_handles()) {
        std::array<std::uint32_t, 3> tri;

        for (int k = 0; k < 3; k++) {
            std::uint32_t &v = f->vertex(k)->info().vertex;

            if (v == PP_NONE) {
                v = std::uint32_t(soup->vert.size());
                soup->vert.push_back(chart.lift(f->vertex(k)->point()));
            }
            tri[std::size_t(k)] = v;
        }
        soup->tri.push_back(tri);
        soup->birth.push_back(t);
    }
}

pp_status
write_out(const Soup &soup, pp_mesh *out, uint32_t **birth, pp_error *err)
{
    std::size_t njoined;

    if (pp_mesh_alloc(out, soup.vert.size(), soup.tri.size(), err) != PP_OK)
        return err->status;
    std::memcpy(out->vert, soup.vert.data(),
                soup.vert.size() * sizeof *out->vert);
    std::memcpy(out->tri, soup.tri.data(), soup.tri.size() * sizeof *out->tri);
    *birth = static_cast<uint32_t *>(
        pp_alloc(soup.tri.size(), sizeof **birth));
    if (*birth == nullptr) {
        pp_mesh_free(out);
        return pp_fail_memory(err);
    }
    std::memcpy(*birth, soup.birth.data(), soup.tri.size() * sizeof **birth);
    return pp_mesh_weld_exact(out, &njoined, err);
}

} // namespace

extern "C" pp_status
pp_igl_remesh_self_intersections(const pp_mesh *m, const uint32_t (*pair)[2],
                                 size_t npair, pp_mesh *out, uint32_t **birth,
                                 pp_error *err)
{
    std::memset(out, 0, sizeof *out);
    *birth = nullptr;
    return guarded(err, "CGAL", [&] {
        Silence silence;
        std::map<std::uint32_t, Cut> cuts; // ordered: same bytes every run
        Soup soup;

        for (std::size_t i = 0; i < npair; i++) {
            const auto common =
                CGAL::intersection(exact_triangle(m, pair[i][0]),
                                   exact_triangle(m, pair[i][1]));

            if (common)
                boost::apply_visitor(
                    Record{ &cuts[pair[i][0]], &cuts[pair[i][1]] }, *common);
        }
        soup.vert.assign(m->vert, m->vert + m->nvert);
        for (std::uint32_t t = 0; t < m->ntri; t++)
            if (cuts.find(t) == cuts.end()) {
                soup.tri.push_back(
                    { m->tri[t][0], m->tri[t][1], m->tri[t][2] });
                soup.birth.push_back(t);
            }
        for (const auto &c : cuts)
            triangulate(m, c.first, c.second, &soup);
        return write_out(soup, out, birth, err);
    });
}
