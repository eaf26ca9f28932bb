import assert from "node:assert/strict";
import { test } from "node:test";
import { isChange, Remembered } from "../../../addin/js/remembered.js";

const counting = () => {
  const asked = [];
  return { asked, ask: (name) => async () => asked.push(name) };
};

test("what was said within the last minute is not asked for again", async () => {
  let now = 0;
  const { asked, ask } = counting();
  const remembered = new Remembered(() => now);
  assert.equal(await remembered.answer({ id: "a" }, ask("a")), 1);
  await remembered.answer({ id: "b" }, ask("b"));
  now = 59000;
  assert.equal(await remembered.answer({ id: "a" }, ask("a again")), 1);
  now = 61000;
  await remembered.answer({ id: "a" }, ask("a later"));
  assert.deepEqual(asked, ["a", "b", "a later"]);
});

test("after a change everything is asked for anew, also what was on its way when it happened", async () => {
  const { asked, ask } = counting();
  const remembered = new Remembered();
  let arrive;
  const slow = remembered.answer("a", () => new Promise((resolve) => (arrive = resolve)));
  remembered.forget();
  arrive("old");
  assert.equal(await slow, "old");
  await remembered.answer("a", ask("a"));
  assert.deepEqual(asked, ["a"]);
});

test("a refusal is not remembered", async () => {
  const { asked, ask } = counting();
  const remembered = new Remembered();
  await assert.rejects(remembered.answer("a", () => Promise.reject(new Error("busy"))));
  await remembered.answer("a", ask("a"));
  assert.deepEqual(asked, ["a"]);
});

test("looking changes nothing, and neither does being there", () => {
  const looks = ["GET api/saves/1", "POST api/context", "POST api/rules/preview", "PUT api/presence"];
  const changes = ["POST api/saves", "POST api/rules", "PATCH api/mailboxes/1", "PUT api/mailboxes/1/favorites/a/b/c"];
  assert.deepEqual([...looks, ...changes].filter((one) => isChange(...one.split(" "))), changes);
});
