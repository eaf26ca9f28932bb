/** What the pane says of several selected messages, in German. */

import { count } from "../count.js";

export const severalTexts = {
  several: {
    title: (n) => count(n, "Nachricht ausgewählt", "Nachrichten ausgewählt"),
    list: "Nachrichten",
    held: (names) => `Gespeichert bei ${names}`,
    draft: "Noch nicht gesendet; wird ausgelassen",
    button: (n) => `Alle speichern (${n})`,
    progress: (done, total) => `${done} von ${total} gespeichert`,
    show: "Anzeigen",
    goesOn: "Das läuft weiter, während Sie etwas anderes tun.",
    stopped: "Was noch nicht angefordert ist, wird ausgelassen.",
    retry: (n) => `Wiederholen (${n})`,
    done: "Fertig",
    over: (saved, failed) => (failed ? `${saved} gespeichert, ${failed} nicht gespeichert` : `${saved} gespeichert`),
    states: {
      waiting: "Wartet",
      asking: "Wird gespeichert…",
      saving: "Wird gespeichert…",
      saved: "Gespeichert",
      partial: "Gespeichert, aber nicht alles",
      failed: "Nicht gespeichert",
      left: "Ausgelassen",
    },
  },
};
