import assert from "node:assert/strict";
import { test } from "node:test";
import { isDark } from "../../../addin/js/theme.js";

test("Office's own word counts first, then the colour of the page", () => {
  assert.equal(isDark({ isDarkTheme: true, bodyBackgroundColor: "#ffffff" }), true);
  assert.equal(isDark({ bodyBackgroundColor: "#1f1f1f" }), true);
  assert.equal(isDark({ bodyBackgroundColor: "#FFFFFF" }), false);
});

test("an Office that does not tell leaves it to the system", () => {
  assert.equal(isDark(null), null);
  assert.equal(isDark({ bodyBackgroundColor: "white" }), null);
});
