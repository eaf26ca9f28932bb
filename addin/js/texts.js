/** Every word that the pane says by itself, in the language of Outlook. The catalogue is addin/texts. */

import { language } from "./language.js";

const CATALOGUE = {
  en: () => import("../texts/en.js"),
  de: () => import("../texts/de.js"),
  fr: () => import("../texts/fr.js"),
  es: () => import("../texts/es.js"),
  ja: () => import("../texts/ja.js"),
};

// Everything that says something waits for its words here, and so may use them when it is loaded.
export const { texts } = await CATALOGUE[language]();
