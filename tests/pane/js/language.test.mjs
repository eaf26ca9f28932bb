import assert from "node:assert/strict";
import { test } from "node:test";
import { languageOf, spoken } from "../../../addin/js/language.js";

test("the display language stands in what the host says of itself", () => {
  assert.equal(languageOf("Outlook$Web$16.01$de-DE$guid$$$0"), "de-DE");
  assert.equal(languageOf("Outlook|Web|16.01|ja|guid|||0"), "ja");
  assert.equal(languageOf("Outlook$Web"), null);
  assert.equal(languageOf("Outlook$Web$16.01$<script>$"), null);
  assert.equal(languageOf(null), null);
});

test("a language that the pane does not speak becomes English", () => {
  assert.deepEqual(["fr-CA", "FR", "zh-Hans-CN", "ar"].map(spoken), ["fr", "fr", "en", "en"]);
});
