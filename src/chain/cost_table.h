/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cost_table.h - for cost.c: the factors and their error, as `make bench-cost`
 * measured and wrote them
 */
static const pp_cost_row row[] = {
    { "1-mask2stl",
      { 0.0146, 0, 0, 0, 25.06, 0 },
      { 16.4, 0.1822, 0, 117.1, 0, 948.6 } },
    { "2-meshfix",
      { 0.01112, 0.001504, 0, 0, 0, 0 },
      { 16.81, 0, 0, 3.066, 0, 0 } },
    { "3-meshshell",
      { 0, 0, 0, 5.159, 0, 1306 },
      { 17.6, 0, 0, 0, 3893, 4.127e+04 } },
    { "4-meshcheck",
      { 0.0112, 0, 0, 0, 0, 23.35 },
      { 16.15, 0, 0, 0, 0, 4802 } },
    { "5-meshmeasure",
      { 0.01009, 0, 0, 0, 0.6243, 11.66 },
      { 16.21, 0, 0, 0, 0, 1276 } },
    { "3mf-meshcheck",
      { 0.01485, 0, 0, 0, 0, 28.56 },
      { 18.52, 1.321, 0, 0, 189.4, 0 } },
    { "3mf-meshfix",
      { 0.01594, 0, 0, 0, 1.573, 61.57 },
      { 19.44, 1.135, 0, 0, 0, 3512 } },
    { "deviation",
      { 1.784, 0, 0, 0, 216.1, 220.9 },
      { 31.55, 0, 0, 0, 297.3, 8170 } },
    { "glb-meshcheck",
      { 0.01052, 0, 0, 0, 0, 20.62 },
      { 16.1, 0, 0, 0, 64.93, 4167 } },
    { "glb-meshfix",
      { 0.0101, 0.004461, 0, 0, 0, 27.36 },
      { 16.29, 2.611, 0, 0, 0, 5015 } },
    { "ply-meshcheck",
      { 0.01111, 0, 0, 0, 0, 24.84 },
      { 16.12, 0, 0, 0, 58.53, 4152 } },
    { "stl-meshcheck",
      { 0.01016, 0, 0, 0, 0, 23.92 },
      { 16.08, 0, 0, 0, 66.17, 4026 } },
    { "stl-meshfix",
      { 0.009318, 0.007661, 0, 0, 0, 34.71 },
      { 16.46, 1.861, 0, 0, 0, 6079 } },
    { "thickness",
      { 0.5139, 0.1727, 0, 0, 28.26, 1618 },
      { 34.87, 0, 0, 0, 0, 3.422e+04 } },
};

/* MB of all processes that run at the same time */
static const double at_once_mb[PP_COST_TERMS] =
    { 81.97, 33.5, 0, 0, 2231, 0 };

static const pp_cost_error known_error = {
    .nfitted = 9, .ntested = 6,
    .median_ratio = 1.168, .low_ratio = 0.947, .high_ratio = 1.679,
    .high_mb_ratio = 0.858, .mb_margin = 1.377
};
