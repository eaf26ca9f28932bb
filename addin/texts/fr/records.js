/** Records at hand, and who else is at a message, in French. */

import { countFromTwo as count } from "../count.js";

export const recordsTexts = {
  atHand: {
    favorites: "Favoris",
    recents: "Récents",
    listed: (n) => count(n, "fiche proposée", "fiches proposées"),
    star: (record) => `Favori : ${record}`,
    tip: "Favori de tous dans cette boîte aux lettres",
    added: (record) => `${record} est maintenant un favori de cette boîte aux lettres.`,
    removed: (record) => `${record} n’est plus un favori de cette boîte aux lettres.`,
  },

  presence: {
    title: "Collègues sur ce message",
    choosing: (who) => `${who} choisit en ce moment une fiche pour ce message.`,
    saving: (who, records) => `${who} s’apprête à enregistrer ce message dans ${records}.`,
    same: (who, record) => `${who} s’apprête aussi à l’enregistrer dans ${record}.`,
    saved: (who, record) => `${who} l’a enregistré dans ${record}.`,
  },

  usual: {
    keep: "Garder désormais ce choix pour cette boîte aux lettres",
    kept: "C’est noté pour cette boîte aux lettres.",
    none: "D’habitude dans cette boîte : aucune pièce jointe",
    files: "D’habitude dans cette boîte : tous les fichiers",
    all: "D’habitude dans cette boîte : tout, même dans le texte",
  },
};
