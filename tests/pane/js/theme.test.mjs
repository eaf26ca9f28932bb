import assert from "node:assert/strict";
import { test } from "node:test";
import { isContrast, isDark } from "../../../addin/js/theme.js";

test("Office's own word counts first, then the colour of the page", () => {
  assert.equal(isDark({ isDarkTheme: true, bodyBackgroundColor: "#ffffff" }), true);
  assert.equal(isDark({ bodyBackgroundColor: "#1f1f1f" }), true);
  assert.equal(isDark({ bodyBackgroundColor: "#FFFFFF" }), false);
});

test("an Office that does not tell leaves it to the system", () => {
  assert.equal(isDark(null), null);
  assert.equal(isDark({ bodyBackgroundColor: "white" }), null);
});

test("black and white are a contrast theme, grey is not", () => {
  assert.equal(isContrast({ bodyBackgroundColor: "#000000", bodyForegroundColor: "#FFFFFF", isDarkTheme: true }), true);
  assert.equal(isContrast({ bodyBackgroundColor: "#292929", bodyForegroundColor: "#ffffff" }), false);
  assert.equal(isContrast(null), false);
});
