/** What the pane says of several selected messages, in French. */

import { countFromTwo as count } from "../count.js";

export const severalTexts = {
  several: {
    title: (n) => count(n, "message sélectionné", "messages sélectionnés"),
    list: "Messages",
    held: (names) => `Enregistré dans ${names}`,
    draft: "Pas encore envoyé ; laissé de côté",
    button: (n) => `Tout enregistrer (${n})`,
    progress: (done, total) => `${done} sur ${total} enregistrés`,
    show: "Afficher",
    goesOn: "L’opération continue pendant que vous faites autre chose.",
    stopped: "Ce qui n’est pas encore demandé est laissé de côté.",
    retry: (n) => `Réessayer (${n})`,
    done: "Terminé",
    over: (saved, failed) => (failed ? `${saved} enregistrés, ${failed} non enregistrés` : `${saved} enregistrés`),
    states: {
      waiting: "En attente",
      asking: "Enregistrement…",
      saving: "Enregistrement…",
      saved: "Enregistré",
      partial: "Enregistré, mais pas en entier",
      failed: "Non enregistré",
      left: "Laissé de côté",
    },
  },
};
