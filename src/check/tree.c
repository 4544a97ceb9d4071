/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tree.c - building and traversing the tree
 *
 * The facets are sorted along a Morton curve through their centres (Lauterbach
 * 2009) and the sorted row is halved again and again: linear time, and boxes
 * nearly as tight as those of a median split. The traversal compares subtrees
 * with each other, not facets with the tree, so that far parts of the mesh are
 * parted high up and once.
 */
#include "check/tree.h"

#include "base/alloc.h"

#include <string.h>

#define MORTON_BITS 10 /* per axis; a finer curve gains nothing measurable */
#define DIGIT_BITS 10

/* Below this many facets or leaves another thread costs more than it brings. */
#define SMALL 4096

static float
float_below(double x)
{
    const float f = (float)x;

    return (double)f <= x ? f : nextafterf(f, -HUGE_VALF);
}

static float
float_above(double x)
{
    const float f = (float)x;

    return (double)f >= x ? f : nextafterf(f, HUGE_VALF);
}

/* One instruction each; fmin and fmax are calls. */
static double
least(double a, double b, double c)
{
    a = b < a ? b : a;
    return c < a ? c : a;
}

static double
most(double a, double b, double c)
{
    a = b > a ? b : a;
    return c > a ? c : a;
}

static pp_float_box
facet_box(const pp_mesh *m, size_t t)
{
    const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]],
                  c = m->vert[m->tri[t][2]];
    pp_float_box box;

    box.low[0] = float_below(least(a.x, b.x, c.x));
    box.low[1] = float_below(least(a.y, b.y, c.y));
    box.low[2] = float_below(least(a.z, b.z, c.z));
    box.high[0] = float_above(most(a.x, b.x, c.x));
    box.high[1] = float_above(most(a.y, b.y, c.y));
    box.high[2] = float_above(most(a.z, b.z, c.z));
    return box;
}

/* Bits 0..9 of x go to every third bit. */
static uint32_t
spread(uint32_t x)
{
    x = (x | x << 16) & 0x030000ff;
    x = (x | x << 8) & 0x0300f00f;
    x = (x | x << 4) & 0x030c30c3;
    return (x | x << 2) & 0x09249249;
}

static uint32_t
cell_along(double middle, double low, double per_mm)
{
    const double c = (middle - low) * per_mm;

    return c >= 1 << MORTON_BITS ? (1 << MORTON_BITS) - 1
           : c > 0               ? (uint32_t)c
                                 : 0;
}

static void
find_keys(const pp_mesh *m, const pp_tree *tree, uint64_t *key)
{
    const pp_box all = pp_mesh_box(m);
    const pp_vec3 size = pp_box_size(all);
    const double side = fmax(fmax(size.x, size.y), size.z);
    const double per_mm = side > 0 ? (1 << MORTON_BITS) / side : 0;

#pragma omp parallel for schedule(static) if (tree->nfacet > SMALL)
    for (size_t i = 0; i < tree->nfacet; i++) {
        const uint32_t *v = m->tri[tree->facet[i]];
        const pp_vec3 sum =
            pp_add(pp_add(m->vert[v[0]], m->vert[v[1]]), m->vert[v[2]]);
        const pp_vec3 c = pp_scale(sum, 1.0 / 3);
        const uint32_t code = spread(cell_along(c.x, all.low.x, per_mm)) |
                              spread(cell_along(c.y, all.low.y, per_mm)) << 1 |
                              spread(cell_along(c.z, all.low.z, per_mm)) << 2;

        key[i] = (uint64_t)code << 32 | tree->facet[i];
    }
}

/* By the upper half of the keys; the lower half is in order already. */
static void
radix_sort(uint64_t *key, uint64_t *scratch, size_t n)
{
    for (int shift = 32; shift < 32 + 3 * MORTON_BITS; shift += DIGIT_BITS) {
        size_t at[1 << DIGIT_BITS] = { 0 }, sum = 0;
        uint64_t *swap = key;

        for (size_t i = 0; i < n; i++)
            at[key[i] >> shift & ((1 << DIGIT_BITS) - 1)]++;
        for (size_t d = 0; d < 1 << DIGIT_BITS; d++) {
            const size_t count = at[d];

            at[d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            scratch[at[key[i] >> shift & ((1 << DIGIT_BITS) - 1)]++] = key[i];
        key = scratch;
        scratch = swap;
    }
    /* three passes: the result lies in what came as scratch */
}

static void
box_join(pp_float_box *a, const pp_float_box *b)
{
    for (int k = 0; k < 3; k++) {
        a->low[k] = a->low[k] < b->low[k] ? a->low[k] : b->low[k];
        a->high[k] = a->high[k] > b->high[k] ? a->high[k] : b->high[k];
    }
}

static void
fit_boxes(pp_tree *tree, size_t node, size_t leaf, size_t nleaf)
{
    const size_t left = nleaf / 2, first = leaf * PP_LEAF;
    pp_float_box *box = &tree->node[node];

    if (nleaf == 1) {
        *box = tree->box[first];
        for (size_t i = first + 1; i < first + PP_LEAF && i < tree->nfacet;
             i++)
            box_join(box, &tree->box[i]);
        return;
    }
    fit_boxes(tree, node + 1, leaf, left);
    fit_boxes(tree, node + 2 * left, leaf + left, nleaf - left);
    *box = tree->node[node + 1];
    box_join(box, &tree->node[node + 2 * left]);
}

/* The same, large halves side by side. */
static void
fit_halves(pp_tree *tree, size_t node, size_t leaf, size_t nleaf)
{
    const size_t left = nleaf / 2;

    if (nleaf <= SMALL) {
        fit_boxes(tree, node, leaf, nleaf);
        return;
    }
#pragma omp task
    fit_halves(tree, node + 1, leaf, left);
    fit_halves(tree, node + 2 * left, leaf + left, nleaf - left);
#pragma omp taskwait
    tree->node[node] = tree->node[node + 1];
    box_join(&tree->node[node], &tree->node[node + 2 * left]);
}

static pp_status
sort_facets(const pp_mesh *m, pp_tree *tree, pp_error *err)
{
    uint64_t *key = pp_alloc(tree->nfacet, sizeof *key);
    uint64_t *scratch = pp_alloc(tree->nfacet, sizeof *scratch);

    if (key == NULL || scratch == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    find_keys(m, tree, key);
    radix_sort(key, scratch, tree->nfacet);
    for (size_t i = 0; i < tree->nfacet; i++)
        tree->facet[i] = (uint32_t)scratch[i];
done:
    pp_free(key);
    pp_free(scratch);
    return err->status;
}

pp_status
pp_tree_build(const pp_mesh *m, const uint8_t *use, pp_tree *tree,
              pp_error *err)
{
    memset(tree, 0, sizeof *tree);
    tree->facet = pp_alloc(m->ntri, sizeof *tree->facet);
    if (tree->facet == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        if (use[t])
            tree->facet[tree->nfacet++] = (uint32_t)t;
    tree->nleaf = (tree->nfacet + PP_LEAF - 1) / PP_LEAF;
    if (tree->nfacet == 0)
        return PP_OK;
    if (sort_facets(m, tree, err) != PP_OK)
        goto fail;
    tree->box = pp_alloc(tree->nfacet, sizeof *tree->box);
    tree->node = pp_alloc(2 * tree->nleaf, sizeof *tree->node);
    if (tree->box == NULL || tree->node == NULL) {
        pp_fail_memory(err);
        goto fail;
    }
#pragma omp parallel for schedule(static) if (tree->nfacet > SMALL)
    for (size_t i = 0; i < tree->nfacet; i++)
        tree->box[i] = facet_box(m, tree->facet[i]);
#pragma omp parallel if (tree->nfacet > SMALL)
#pragma omp single
    fit_halves(tree, 0, 0, tree->nleaf);
    return PP_OK;
fail:
    pp_tree_free(tree);
    return err->status;
}

void
pp_tree_free(pp_tree *tree)
{
    pp_free(tree->node);
    pp_free(tree->box);
    pp_free(tree->facet);
    memset(tree, 0, sizeof *tree);
}

static bool
boxes_meet(const pp_float_box *a, const pp_float_box *b)
{
    return (a->low[0] <= b->high[0]) & (b->low[0] <= a->high[0]) &
           (a->low[1] <= b->high[1]) & (b->low[1] <= a->high[1]) &
           (a->low[2] <= b->high[2]) & (b->low[2] <= a->high[2]);
}

/* ---- tasks ---- */

/* Leaves of the subtrees of one task: some milliseconds of work. */
#define TASK_LEAVES 2048

typedef struct {
    const pp_tree *tree;
    pp_tree_task *task;
    size_t ntask, capacity;
} task_list;

static pp_status
add_task(task_list *list, pp_tree_task task, pp_error *err)
{
    if (pp_grow(&list->task, &list->capacity, list->ntask + 1,
                sizeof *list->task, err) != PP_OK)
        return err->status;
    list->task[list->ntask++] = task;
    return PP_OK;
}

static pp_status
split_pair(task_list *list, pp_tree_task t, pp_error *err)
{
    pp_tree_task u = t;

    if (!boxes_meet(&list->tree->node[t.root],
                    &list->tree->node[t.other_root]))
        return PP_OK;
    if (t.nleaf <= TASK_LEAVES && t.other_nleaf <= TASK_LEAVES)
        return add_task(list, t, err);
    if (t.nleaf >= t.other_nleaf) {
        const size_t left = t.nleaf / 2;

        t.root += 1;
        t.nleaf = left;
        u.root += 2 * left;
        u.leaf += left;
        u.nleaf -= left;
    } else {
        const size_t left = t.other_nleaf / 2;

        t.other_root += 1;
        t.other_nleaf = left;
        u.other_root += 2 * left;
        u.other_leaf += left;
        u.other_nleaf -= left;
    }
    if (split_pair(list, t, err) != PP_OK)
        return err->status;
    return split_pair(list, u, err);
}

static pp_status
split_self(task_list *list, size_t root, size_t leaf, size_t nleaf,
           pp_error *err)
{
    const size_t left = nleaf / 2;

    if (nleaf <= TASK_LEAVES)
        return add_task(list, (pp_tree_task){ root, leaf, nleaf, 0, 0, 0 },
                        err);
    if (split_self(list, root + 1, leaf, left, err) != PP_OK ||
        split_self(list, root + 2 * left, leaf + left, nleaf - left, err) !=
            PP_OK)
        return err->status;
    return split_pair(list,
                      (pp_tree_task){ root + 1, leaf, left, root + 2 * left,
                                      leaf + left, nleaf - left },
                      err);
}

pp_status
pp_tree_split(const pp_tree *tree, pp_tree_task **task, size_t *ntask,
              pp_error *err)
{
    task_list list = { tree, NULL, 0, 0 };

    *task = NULL;
    *ntask = 0;
    if (tree->nleaf == 0)
        return PP_OK;
    if (split_self(&list, 0, 0, tree->nleaf, err) != PP_OK) {
        pp_free(list.task);
        return err->status;
    }
    *task = list.task;
    *ntask = list.ntask;
    return PP_OK;
}

/* ---- traversal ---- */

typedef struct {
    const pp_tree *tree;
    int (*visit)(uint32_t i, uint32_t j, void *data);
    void *data;
} walk;

static size_t
leaf_end(const pp_tree *tree, size_t leaf)
{
    const size_t end = (leaf + 1) * PP_LEAF;

    return end < tree->nfacet ? end : tree->nfacet;
}

/* Facets of one leaf that meet the box of the other leaf. */
static size_t
meeting(const pp_tree *tree, size_t leaf, const pp_float_box *other,
        uint32_t found[PP_LEAF])
{
    const size_t end = leaf_end(tree, leaf);
    size_t n = 0;

    for (size_t i = leaf * PP_LEAF; i < end; i++) {
        found[n] = (uint32_t)i;
        n += boxes_meet(&tree->box[i], other);
    }
    return n;
}

/* Leaves a and b with their nodes' boxes. */
static int
visit_leaves(const walk *w, size_t a, const pp_float_box *abox, size_t b,
             const pp_float_box *bbox)
{
    const pp_float_box *box = w->tree->box;
    uint32_t of_a[PP_LEAF], of_b[PP_LEAF];
    const size_t na = meeting(w->tree, a, bbox, of_a);
    const size_t nb = na > 0 ? meeting(w->tree, b, abox, of_b) : 0;

    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++)
            /* NOLINTNEXTLINE(clang-analyzer-core*): filled up to na and nb */
            if (boxes_meet(&box[of_a[i]], &box[of_b[j]])) {
                const int stop = w->visit(of_a[i], of_b[j], w->data);

                if (stop)
                    return stop;
            }
    return 0;
}

static int
visit_leaf(const walk *w, size_t a)
{
    const pp_float_box *box = w->tree->box;
    const size_t end = leaf_end(w->tree, a);

    for (size_t i = a * PP_LEAF; i < end; i++)
        for (size_t j = i + 1; j < end; j++)
            if (boxes_meet(&box[i], &box[j])) {
                const int stop =
                    w->visit((uint32_t)i, (uint32_t)j, w->data);

                if (stop)
                    return stop;
            }
    return 0;
}

static int
walk_pair(const walk *w, size_t p, size_t pleaf, size_t pn, size_t q,
          size_t qleaf, size_t qn)
{
    int stop;

    if (!boxes_meet(&w->tree->node[p], &w->tree->node[q]))
        return 0;
    if (pn == 1 && qn == 1)
        return visit_leaves(w, pleaf, &w->tree->node[p], qleaf,
                            &w->tree->node[q]);
    if (pn >= qn) {
        const size_t left = pn / 2;

        stop = walk_pair(w, p + 1, pleaf, left, q, qleaf, qn);
        return stop ? stop
                    : walk_pair(w, p + 2 * left, pleaf + left, pn - left, q,
                                qleaf, qn);
    } else {
        const size_t left = qn / 2;

        stop = walk_pair(w, p, pleaf, pn, q + 1, qleaf, left);
        return stop ? stop
                    : walk_pair(w, p, pleaf, pn, q + 2 * left, qleaf + left,
                                qn - left);
    }
}

static int
walk_self(const walk *w, size_t root, size_t leaf, size_t n)
{
    const size_t left = n / 2;
    int stop;

    if (n == 1)
        return visit_leaf(w, leaf);
    stop = walk_self(w, root + 1, leaf, left);
    if (!stop)
        stop = walk_self(w, root + 2 * left, leaf + left, n - left);
    if (!stop)
        stop = walk_pair(w, root + 1, leaf, left, root + 2 * left,
                         leaf + left, n - left);
    return stop;
}

int
pp_tree_run(const pp_tree *tree, const pp_tree_task *t,
            int (*visit)(uint32_t i, uint32_t j, void *data), void *data)
{
    const walk w = { tree, visit, data };

    if (t->other_nleaf == 0)
        return walk_self(&w, t->root, t->leaf, t->nleaf);
    return walk_pair(&w, t->root, t->leaf, t->nleaf, t->other_root,
                     t->other_leaf, t->other_nleaf);
}
