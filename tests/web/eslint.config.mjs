/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eslint.config.mjs - what the page's script may use */
const names = (text) => Object.fromEntries(
  text.split(" ").map((n) => [n, "readonly"]));
const rules = {
  "no-undef": "error",
  "no-unused-vars": "error",
  "no-var": "off",
  eqeqeq: "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-shadow": "error",
  "no-fallthrough": "error",
  "no-redeclare": "error",
  "no-unreachable": "error",
  "no-restricted-properties": ["error",
    { property: "innerHTML" }, { property: "outerHTML" },
    { property: "insertAdjacentHTML" }]
};

export default [
  {
    files: ["**/viewer.js"],
    languageOptions: {
      ecmaVersion: 2015,
      sourceType: "script",
      globals: names("window document atob IntersectionObserver")
    },
    rules: { ...rules, strict: ["error", "function"] }
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: "module",
      globals: names("process console URL document window Node NodeFilter " +
        "Image HTMLCanvasElement")
    },
    rules: { ...rules, eqeqeq: ["error", "always", { null: "ignore" }] }
  }
];
