/** What the form of a destination sends. The page's words need no browser. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { asExclusion, linesOf } from "../../../addin/admin/entries.js";
import { SchemaForm } from "../../../addin/admin/schema.js";

const MASK = "**********";
const SCHEMA = {
  $defs: {
    Key: {
      type: "object",
      required: ["id", "secret"],
      properties: { id: { type: "string" }, secret: { type: "string", writeOnly: true } },
    },
    Details: {
      type: "object",
      properties: { between: { type: "string", enum: [", ", " "], default: ", " }, pages: { type: "integer", default: 3 } },
    },
  },
  type: "object",
  required: ["account", "keys"],
  properties: {
    account: { type: "string" },
    folder: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
    keys: { type: "array", items: { $ref: "#/$defs/Key" }, minItems: 1 },
    details: { $ref: "#/$defs/Details", default: { between: ", ", pages: 3 } },
  },
};
const THERE = { account: "1", folder: "12", keys: [{ id: "a", secret: MASK }], details: { between: ", ", pages: 3 } };

const formOf = (settings, isNew) => new SchemaForm(SCHEMA, settings, isNew, () => null);

test("new settings begin with what is needed, and hold nothing that was left as it is by itself", () => {
  const form = formOf(null, true);
  assert.equal(form.settings.keys.length, 1);
  Object.assign(form.settings, { account: " 77 ", folder: "", details: { pages: 3 } });
  Object.assign(form.settings.keys[0], { id: "k", secret: "s" });
  assert.deepEqual(form.wanted, { account: "77", keys: [{ id: "k", secret: "s" }] });
});

test("of settings that are there only what was changed is sent, and what was emptied is taken away", () => {
  const form = formOf(THERE, false);
  assert.deepEqual(form.wanted, {});
  form.settings.folder = "";
  form.settings.details.between = " ";
  assert.deepEqual(form.wanted, { folder: null, details: { between: " ", pages: 3 } });
});

test("a secret that nobody typed anew stays the mask, and the settings given stay as they were", () => {
  const form = formOf(THERE, false);
  form.settings.keys.unshift({ id: "b", secret: "new" });
  assert.deepEqual(form.wanted, { keys: [{ id: "b", secret: "new" }, { id: "a", secret: MASK }] });
  assert.equal(THERE.keys.length, 1);
});

test("what is pasted is taken apart into addresses and domains, each once", () => {
  const pasted = "Jo@Adatum.example, @adatum.example\nadatum.example;adatum.example";
  const found = linesOf(pasted).map(asExclusion);
  assert.deepEqual(found.slice(0, 2), [
    { kind: "address", value: "jo@adatum.example" },
    { kind: "domain", value: "adatum.example" },
  ]);
  assert.equal(linesOf("a b\na").length, 2);
});
