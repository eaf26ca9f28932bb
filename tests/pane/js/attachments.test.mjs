import assert from "node:assert/strict";
import { test } from "node:test";
import { asAsked, isSavable, toggled, totalSize, usualChoice } from "../../../addin/js/attachments.js";

const file = (id, change) => ({ id, name: id, size: 1000, kind: "file", isInline: false, tooLarge: false, ...change });
const attachments = [
  file("a"),
  file("b"),
  file("logo", { isInline: true }),
  file("huge", { tooLarge: true }),
  file("link", { kind: "reference" }),
];

test("files are ticked at first, and what belongs to the text is not", () => {
  assert.deepEqual([...usualChoice(attachments, "files")], ["a", "b"]);
  assert.deepEqual([...usualChoice(attachments, "none")], []);
  assert.deepEqual([...usualChoice(attachments, "all")], ["a", "b", "logo"]);
});

test("a link and a file above the limit cannot be ticked", () => {
  assert.deepEqual(
    attachments.filter((one) => !isSavable(one)).map(({ id }) => id),
    ["huge", "link"],
  );
});

test("the service is told a word where one fits, else the ids", () => {
  assert.equal(asAsked(attachments, new Set(["b", "a"])), "files");
  assert.equal(asAsked(attachments, new Set(["a", "b", "logo"])), "all");
  assert.equal(asAsked(attachments, new Set()), "none");
  assert.deepEqual(asAsked(attachments, new Set(["a"])), ["a"]);
});

test("a message without attachments asks for its files, so that the service's usual way holds", () => {
  assert.equal(asAsked([], new Set()), "files");
});

test("all files are ticked together and unticked together, and the others are left alone", () => {
  const all = toggled(attachments, new Set(["logo", "a"]), "files");
  assert.deepEqual([...all].sort(), ["a", "b", "logo"]);
  assert.deepEqual([...toggled(attachments, all, "files")], ["logo"]);
  assert.deepEqual([...toggled(attachments, new Set(["a"]), "a")], []);
});

test("the sizes of the ticked ones are added up", () => {
  assert.equal(totalSize(attachments, new Set(["a", "logo"])), 2000);
});
