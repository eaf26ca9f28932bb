/** Records at hand, and who else is at a message, in Spanish. */

import { count } from "../count.js";

export const recordsTexts = {
  atHand: {
    favorites: "Favoritos",
    recents: "Recientes",
    listed: (n) => count(n, "registro a mano", "registros a mano"),
    star: (record) => `Favorito: ${record}`,
    tip: "Favorito de todos en este buzón",
    added: (record) => `${record} es ahora un favorito de este buzón.`,
    removed: (record) => `${record} ya no es un favorito de este buzón.`,
  },

  presence: {
    title: "Compañeros en este mensaje",
    choosing: (who) => `${who} está eligiendo ahora un registro para este mensaje.`,
    saving: (who, records) => `${who} está a punto de guardar este mensaje en ${records}.`,
    same: (who, record) => `${who} también está a punto de guardarlo en ${record}.`,
    saved: (who, record) => `${who} lo guardó en ${record}.`,
  },

  usual: {
    keep: "Usar esta selección en este buzón a partir de ahora",
    kept: "Anotado para este buzón.",
    none: "Habitual en este buzón: sin datos adjuntos",
    files: "Habitual en este buzón: todos los archivos",
    all: "Habitual en este buzón: los archivos y también lo del texto",
  },
};
