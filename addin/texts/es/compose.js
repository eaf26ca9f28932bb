/** What the pane says beside a message that is being written, in Spanish. */

import { count } from "../count.js";

export const composeTexts = {
  compose: {
    title: "Guardar al enviar",
    intro: "Elija ahora los registros. Affix guarda el mensaje desde Elementos enviados en cuanto se envía.",
    draft: "Outlook conserva un borrador para que Affix vuelva a encontrar el mensaje.",
    weak: "Outlook indica este remitente. Affix lo sabrá con certeza cuando se guarde el borrador.",
    nobody: "Outlook no indica desde qué buzón se envía.",
    button: (n) => (n ? `Guardar en ${count(n, "registro", "registros")} al enviar` : "Guardar al enviar"),
    busy: "Guardando el borrador…",
    records: "Registros elegidos",
    waits: (name) => (name ? `Se guarda al enviar · elegido por ${name}` : "Se guarda al enviar"),
    change: "Cambiar",
    withdraw: "No guardar",
    chosen: (n) => `Se guardará en ${count(n, "registro", "registros")} al enviar`,
    withdrawn: "Este mensaje no se guardará.",
    attachments: { none: "Ninguno", files: "Archivos", all: "Todos, también las imágenes del texto" },
    notSaved: "Outlook no guardó el borrador, así que Affix no podría volver a encontrar el mensaje.",
    remind: "Recordármelo si envío sin registro",
    remindHow: "En mensajes a personas ajenas a su organización.",
    reminding: "Affix se lo recordará.",
    notReminding: "Affix no se lo recordará.",
  },
};
