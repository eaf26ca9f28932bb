/** Records at hand, and who else is at a message, in German. */

import { count } from "../count.js";

export const recordsTexts = {
  atHand: {
    favorites: "Favoriten",
    recents: "Zuletzt verwendet",
    listed: (n) => `${count(n, "Datensatz", "Datensätze")} zur Auswahl`,
    star: (record) => `Favorit: ${record}`,
    tip: "Favorit für alle in diesem Postfach",
    added: (record) => `${record} ist jetzt ein Favorit dieses Postfachs.`,
    removed: (record) => `${record} ist kein Favorit dieses Postfachs mehr.`,
  },

  presence: {
    title: "Kollegen bei dieser Nachricht",
    choosing: (who) => `${who} wählt gerade einen Datensatz für diese Nachricht.`,
    saving: (who, records) => `${who} will diese Nachricht gerade speichern: ${records}.`,
    same: (who, record) => `${who} will dies gerade auch bei ${record} speichern.`,
    saved: (who, record) => `${who} hat dies gespeichert: ${record}.`,
  },

  usual: {
    keep: "Diese Auswahl künftig für dieses Postfach verwenden",
    kept: "Für dieses Postfach vermerkt.",
    none: "Üblich in diesem Postfach: keine Anlagen",
    files: "Üblich in diesem Postfach: alle Dateien",
    all: "Üblich in diesem Postfach: alle, auch die im Text",
  },
};
