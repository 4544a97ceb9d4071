/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tree.h - a tree of boxes that is traversed against itself
 *
 * Included by check/ only. Boxes are floats, rounded outward; facets are kept
 * in the order of the tree.
 */
#ifndef PP_CHECK_TREE_H
#define PP_CHECK_TREE_H

#include "mesh/mesh.h"

/* Facets in a leaf. */
#define PP_LEAF 4

typedef struct {
    float low[3], high[3];
} pp_float_box;

/*
 * A subtree of n leaves takes 2n - 1 nodes in a row: its root, its left half
 * of n / 2 leaves, its right half.
 */
typedef struct {
    pp_float_box *node, *box; /* box[i] is that of facet[i] */
    uint32_t *facet;          /* in the order of the leaves */
    size_t nfacet, nleaf;
} pp_tree;

/* The facets with use[t] != 0 only. */
pp_status pp_tree_build(const pp_mesh *m, const uint8_t *use, pp_tree *tree,
                        pp_error *err) PP_MUST_USE;

void pp_tree_free(pp_tree *tree);

/* Some subtrees, by root and first leaf: one to itself, or one to another. */
typedef struct {
    size_t root, leaf, nleaf, other_root, other_leaf, other_nleaf;
} pp_tree_task;

/**
 * The traversal cut into tasks that can run in any order. Every pair of
 * leaves whose boxes meet belongs to one of them.
 */
pp_status pp_tree_split(const pp_tree *tree, pp_tree_task **task,
                        size_t *ntask, pp_error *err) PP_MUST_USE;

/**
 * Calls visit with every pair of positions i != j in tree->facet whose boxes
 * meet, once. A visit that does not return 0 ends the traversal.
 */
int pp_tree_run(const pp_tree *tree, const pp_tree_task *task,
                int (*visit)(uint32_t i, uint32_t j, void *data), void *data);

#endif
