/** How the JavaScript of the add-in and of the pretend Outlook is checked; tests/pane/test_javascript.py runs it. */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// The packages lie outside of what is served and of what git knows; scripts/setup puts them there.
const load = createRequire(fileURLToPath(new URL("../.cache/npm/package.json", import.meta.url)));
const js = load("@eslint/js");
const globals = load("globals");

const OURS = ["addin/js/**/*.js", "addin/elements/**/*.js", "addin/texts/**/*.js", "addin/admin/**/*.js"];
const OUTLOOK = ["tests/simulator/outlook/static/js/**/*.js"];
// Loaded as they are, without imports.
const CLASSIC = ["addin/js/too-old.js", "addin/js/launch.js"];

const MARKUP = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"].map((property) => ({
  property,
  message: "Text goes in as text: textContent, or h() of dom.js.",
}));
const OFFICE = { name: "Office", message: "Only host.js speaks to Outlook, and launch.js, which has to stand alone." };
const FETCH = { name: "fetch", message: "Only transport.js speaks to the service." };
const STORES = ["localStorage", "indexedDB"].map((name) => ({ name, message: "Nothing is kept in the browser." }));

export default [
  { ignores: ["addin/vendor/**"] },
  js.configs.recommended,
  {
    files: [...OURS, ...OUTLOOK],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "consistent-this": "error",
      "default-case-last": "error",
      "eqeqeq": ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "no-constructor-return": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": ["error", ...MARKUP],
      "no-script-url": "error",
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unmodified-loop-condition": "error",
      "no-unreachable-loop": "error",
      "no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "no-unused-vars": ["error", { args: "after-used" }],
      "no-useless-constructor": "error",
      "no-useless-rename": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  {
    files: OURS,
    languageOptions: { globals: { Office: "readonly" } },
    rules: { "no-restricted-globals": ["error", OFFICE, FETCH, ...STORES] },
  },
  { files: ["addin/js/host.js", "addin/js/launch.js"], rules: { "no-restricted-globals": ["error", FETCH, ...STORES] } },
  { files: ["addin/js/transport.js"], rules: { "no-restricted-globals": ["error", OFFICE, ...STORES] } },
  { files: CLASSIC, languageOptions: { sourceType: "script" }, rules: { "no-var": "off" } },
];
