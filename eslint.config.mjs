// ESLint configuration for the pages' scripts (./albumen test). Rules beyond the recommended ones give their reason.
import { createRequire } from "node:module";

const fetched = createRequire(new URL(".setup/node_modules/", import.meta.url)); // installed by ops/setup.sh
const globals = fetched("globals");

export default [
  fetched("@eslint/js").configs.recommended,
  {
    files: ["web/static/*.js"],
    languageOptions: { globals: { ...globals.browser, htmx: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // Implicit conversion hides that form fields are strings.
      eqeqeq: "error",
      // Show which variables are never reassigned.
      "prefer-const": "error",
      "no-var": "error",
      // A shadowing name is easily mistaken for the outer one.
      "no-shadow": "error",
      // Using a class before its definition fails only at run time, and only sometimes.
      "no-use-before-define": ["error", { functions: false, variables: false }],
      // Forbidden by the Content-Security-Policy, but failing only in the browser.
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      // Users read neither: pages show errors themselves.
      "no-console": "error",
      "no-alert": "error",
      // One style only.
      "object-shorthand": "error",
      "prefer-template": "error",
      "no-else-return": ["error", { allowElseIf: true }],
    },
  },
  { files: ["web/static/sw.js"], languageOptions: { globals: globals.serviceworker } },
  { files: ["*.mjs"], languageOptions: { globals: globals.node } },
];
