/** What the pane says beside a message that is being written, in German. */

import { count } from "../count.js";

export const composeTexts = {
  compose: {
    title: "Beim Senden speichern",
    intro: "Wählen Sie jetzt Datensätze. Affix speichert die Nachricht nach dem Senden aus „Gesendete Elemente“.",
    draft: "Outlook behält einen Entwurf, damit Affix die Nachricht wiederfindet.",
    weak: "So nennt Outlook den Absender. Sicher weiß es Affix, wenn der Entwurf gespeichert ist.",
    nobody: "Outlook sagt nicht, aus welchem Postfach gesendet wird.",
    button: (n) => (n ? `Beim Senden bei ${count(n, "Datensatz", "Datensätzen")} speichern` : "Beim Senden speichern"),
    busy: "Entwurf wird gespeichert…",
    records: "Gewählte Datensätze",
    waits: (name) => (name ? `Wird beim Senden gespeichert · gewählt von ${name}` : "Wird beim Senden gespeichert"),
    change: "Ändern",
    withdraw: "Nicht speichern",
    chosen: (n) => `Wird beim Senden bei ${count(n, "Datensatz", "Datensätzen")} gespeichert`,
    withdrawn: "Diese Nachricht wird nicht gespeichert.",
    attachments: { none: "Keine", files: "Dateien", all: "Alle, auch Bilder im Text" },
    notSaved: "Outlook hat den Entwurf nicht gespeichert; Affix fände die Nachricht nicht wieder.",
    remind: "Erinnern, wenn ich ohne Datensatz sende",
    remindHow: "Bei Nachrichten an Personen außerhalb Ihrer Organisation.",
    reminding: "Affix wird Sie erinnern.",
    notReminding: "Affix wird Sie nicht erinnern.",
  },
};
