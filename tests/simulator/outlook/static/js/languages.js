// The display languages that this window can have. Its own few words stay English; what counts is what Outlook tells
// its add-ins, and the direction of writing.

export const LANGUAGES = [
  { tag: "en-US", name: "English" },
  { tag: "de-DE", name: "Deutsch" },
  { tag: "fr-FR", name: "Français" },
  { tag: "es-ES", name: "Español" },
  { tag: "ja-JP", name: "日本語" },
  { tag: "ar-SA", name: "العربية", isRightToLeft: true },
];

// By the whole tag or by its beginning: "de" is German as in Germany. English where the tag is unknown.
export function languageOf(tag) {
  return LANGUAGES.find((known) => known.tag === tag) ?? LANGUAGES.find((known) => known.tag.startsWith(`${tag}-`)) ?? LANGUAGES[0];
}

export function applyLanguage(tag) {
  const language = languageOf(tag);
  document.documentElement.lang = language.tag;
  document.documentElement.dir = language.isRightToLeft ? "rtl" : "ltr";
}
