/**
 * What the service says, in the language of the pane. It speaks English; the catalogue knows its sentences, with {} for
 * what is put in. A sentence that it does not know stays as it is, and so do the words of other systems.
 */

import { short } from "./short.js";
import { texts } from "./texts.js";

const NAMES = new Set(["message", "reason", "action", "why", "because", "words", "request", "said"]);

/** The answer of the service, or its refusal, with its sentences translated, in place. */
export function inOurWords(answer, { service } = texts) {
  if (service && Object.keys(service).length) walk(answer, translator(service));
  return answer;
}

/** Gives for each sentence, or several in a row, what the catalogue has; a whole one may stand under its short name. */
export function translator(service) {
  const open = Object.entries(service).filter(([english]) => english.includes("{}"));
  const patterns = open.map(([english, theirs]) => ({ pattern: pattern(english), theirs }));
  const one = (sentence) => {
    const whole = service[sentence] ?? service[short(sentence)];
    if (whole) return whole;
    for (const { pattern, theirs } of patterns) {
      const found = pattern.exec(sentence);
      if (found) return theirs.replace(/\{(\d)\}/g, (_, number) => found[Number(number) + 1]);
    }
    return null;
  };
  return (words) => one(words) ?? parts(words).map((part) => one(part) ?? part).join(" ");
}

function walk(value, translate) {
  if (value === null || typeof value !== "object") return;
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === "string" && NAMES.has(name)) value[name] = translate(part);
    else walk(part, translate);
  }
}

function pattern(english) {
  const parts = english.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.*?)")}$`, "s");
}

/** Sentence by sentence: one ends with its stop, the next begins with a capital. */
function parts(words) {
  return words.split(/(?<=[.!?]) (?=\p{Lu})/u);
}
