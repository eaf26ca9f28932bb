/** What the pane says of several selected messages, in Spanish. */

import { count } from "../count.js";

export const severalTexts = {
  several: {
    title: (n) => count(n, "mensaje seleccionado", "mensajes seleccionados"),
    list: "Mensajes",
    held: (names) => `Guardado en ${names}`,
    draft: "Aún no enviado; se omite",
    button: (n) => `Guardar todo (${n})`,
    progress: (done, total) => `${done} de ${total} guardados`,
    show: "Mostrar",
    goesOn: "Esto continúa mientras hace otra cosa.",
    stopped: "Lo que aún no se ha solicitado se omite.",
    retry: (n) => `Reintentar (${n})`,
    done: "Listo",
    over: (saved, failed) => (failed ? `${saved} guardados, ${failed} no guardados` : `${saved} guardados`),
    states: {
      waiting: "En espera",
      asking: "Guardando…",
      saving: "Guardando…",
      saved: "Guardado",
      partial: "Guardado, pero no todo",
      failed: "No guardado",
      left: "Omitido",
    },
  },
};
