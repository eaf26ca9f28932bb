import assert from "node:assert/strict";
import { test } from "node:test";

const LANGUAGES = ["en", "de", "fr", "es", "ja"];
const catalogue = Object.fromEntries(
  await Promise.all(LANGUAGES.map(async (tag) => [tag, await words(tag)])),
);

/** But for the sentences of the service, which test_service_words.py compares with the service. */
async function words(tag) {
  const { service, ...ours } = (await import(`../../../addin/texts/${tag}.js`)).texts;
  return ours;
}

/** Each text with its place: ["saves.undo", "Undo"]. */
function flat(texts, place = "") {
  return Object.entries(texts).flatMap(([name, text]) =>
    text !== null && typeof text === "object" ? flat(text, `${place}${name}.`) : [[`${place}${name}`, text]],
  );
}

const english = flat(catalogue.en);

for (const tag of LANGUAGES.slice(1)) {
  const theirs = new Map(flat(catalogue[tag]));

  test(`${tag} has every text of English, and no other`, () => {
    assert.deepEqual([...theirs.keys()].sort(), english.map(([place]) => place).sort());
  });

  test(`${tag} takes the values that English takes`, () => {
    for (const [place, text] of english) {
      const other = theirs.get(place);
      assert.equal(typeof other, typeof text, place);
      if (typeof text === "function") assert.ok(other.length <= text.length, place);
    }
  });

  test(`${tag} leaves nothing in English`, () => {
    const same = english.filter(([place, text]) => typeof text === "string" && theirs.get(place) === text);
    // Names, and words that are the same in both; long sentences never are.
    assert.deepEqual(same.filter(([, text]) => text.split(" ").length > 2), []);
  });
}

test("counts agree with their words in each language", () => {
  const said = (tag, n) => catalogue[tag].save.button(n);
  assert.deepEqual(["en", "de", "fr", "es"].map((tag) => said(tag, 1)), [
    "Save to 1 record",
    "Bei 1 Datensatz speichern",
    "Enregistrer dans 1 fiche",
    "Guardar en 1 registro",
  ]);
  assert.equal(said("fr", 2), "Enregistrer dans 2 fiches");
  assert.equal(said("ja", 2), "2 件のレコードに保存");
});
