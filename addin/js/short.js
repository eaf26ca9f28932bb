/** A short name for a sentence, under which the bundle keeps its translation (scripts/bundle.mjs): FNV-1a, 32 bits. */
export function short(sentence) {
  let hash = 0x811c9dc5;
  for (let place = 0; place < sentence.length; place++)
    hash = Math.imul(hash ^ sentence.charCodeAt(place), 0x01000193) >>> 0;
  return hash.toString(36);
}
