// How the pages' scripts are checked (./albumen test). The rules beyond ESLint's own choice say why they are here.
import { createRequire } from "node:module";

const fetched = createRequire(new URL(".setup/node_modules/", import.meta.url)); // by ops/setup.sh
const globals = fetched("globals");

export default [
  fetched("@eslint/js").configs.recommended,
  {
    files: ["web/static/*.js"],
    languageOptions: { globals: { ...globals.browser, htmx: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // A comparison that converts hides that a field of a form is a text.
      eqeqeq: "error",
      // What is never set anew says so.
      "prefer-const": "error",
      "no-var": "error",
      // A name that hides another one is read as that one.
      "no-shadow": "error",
      // A class that is used above its place fails only where it is slow to come.
      "no-use-before-define": ["error", { functions: false, variables: false }],
      // The pages' policy forbids them, and they fail only in a browser.
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      // A person reads neither: a page says what went wrong in its own words.
      "no-console": "error",
      "no-alert": "error",
      // One way to say a thing.
      "object-shorthand": "error",
      "prefer-template": "error",
      "no-else-return": ["error", { allowElseIf: true }],
    },
  },
  { files: ["web/static/sw.js"], languageOptions: { globals: globals.serviceworker } },
  { files: ["*.mjs"], languageOptions: { globals: globals.node } },
];
