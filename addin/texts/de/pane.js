/** What the pane says by itself, in German. */

import { count } from "../count.js";

export const paneTexts = {
  product: "Affix",
  using: "Affix verwendet für",
  tryAgain: "Erneut versuchen",
  signIn: "Anmelden",
  reload: "Neu laden",
  giveConsent: "Zustimmen",
  cancel: "Abbrechen",
  refresh: "Aktualisieren",
  close: "Schließen",
  loading: "Die Nachricht wird angesehen…",
  starting: "Affix wird gestartet…",
  signingIn: "Warten auf Ihre Anmeldung…",
  code: (code) => `Code: ${code}`,

  outside: {
    title: "Öffnen Sie Affix in Outlook",
    text: "Diese Seite funktioniert in Outlook. Öffnen Sie dort eine Nachricht und wählen Sie Affix im Menüband oder unter Apps.",
    missing: "Das Skript von Outlook konnte nicht geladen werden. Prüfen Sie die Verbindung und laden Sie neu.",
  },

  signedOut: {
    title: "Bei Affix anmelden",
    text: "Affix verwendet Ihr Geschäftskonto, in eigenen, freigegebenen und vertretenen Postfächern, ohne zweites Kennwort.",
  },

  mailbox: {
    personal: "Eigenes Postfach",
    shared: "Freigegebenes Postfach",
    delegate: "Vertretenes Postfach",
    other: "Anderes Postfach",
    unknown: "Unbekanntes Postfach",
    lastSeen: "Stand der zuletzt geöffneten Nachricht",
    why: "Warum?",
    ask: "Affix konnte die Art dieses Postfachs nicht feststellen. Welche ist es?",
    kinds: {
      shared: "Ein freigegebenes Postfach",
      delegate: "Das Postfach einer anderen Person",
      personal: "Mein eigenes Postfach",
    },
    thanks: (kind) => `Notiert: ${kind}.`,
  },

  whichMailbox: {
    title: "Welches Postfach ist geöffnet?",
    text: "Outlook hat es nicht mitgeteilt, und Ihr eigenes ist es nicht. Geben Sie die Adresse an.",
    address: "Adresse des Postfachs",
    look: "Dort nachsehen",
  },

  message: {
    from: (name) => `Von ${name}`,
    noSubject: "(Kein Betreff)",
    kinds: {
      meetingRequest: "Besprechungsanfrage",
      meetingResponse: "Antwort auf eine Besprechungsanfrage",
      meetingMessage: "Besprechungsnachricht",
    },
    unknownSender: "Unbekannter Absender",
    appointment: "Das ist ein Kalendereintrag. Affix speichert E-Mails.",
    nameless:
      "Outlook teilt nicht mit, welche Nachricht das ist. Öffnen Sie eine andere und kommen Sie zurück, oder öffnen Sie Outlook im Web.",
    notSavable: "Diese Nachricht kann nicht gespeichert werden.",
  },

  saves: {
    title: "Zugeordnete Datensätze",
    none: "Diese E-Mail ist keinem Datensatz zugeordnet.",
    you: "Sie",
    states: {
      queued: "Wartet auf das Speichern",
      saving: "Wird gespeichert…",
      saved: "Gespeichert",
      partial: "Gespeichert, aber nicht alles",
      failed: "Nicht gespeichert",
      undone: "Entfernt",
    },
    by: (who, state, when) => [who, when ? `${state}, ${when}` : state].filter(Boolean).join(" · "),
    automatic: {
      conversation: "Autopilot: Unterhaltung",
      address: "Autopilot: Adresse",
      domain: "Autopilot: Domäne",
      other: "Autopilot",
    },
    undo: "Rückgängig",
    dismiss: "Verwerfen",
    dismissOf: (record) => `Das fehlgeschlagene Speichern bei ${record} verwerfen`,
    undoOf: (record) => `Das Speichern bei ${record} rückgängig machen`,
    move: "Verschieben",
    moveOf: (record) => `Von ${record} zu einem anderen Datensatz verschieben`,
    moveTo: "Zu welchem Datensatz verschieben?",
    retry: "Wiederholen",
    retryOf: (record) => `Das Speichern bei ${record} wiederholen`,
    again: "Wieder speichern",
    againOf: (record) => `Wieder bei ${record} speichern`,
    missing: (n) => `${count(n, "Teil fehlt", "Teile fehlen")}`,
    stillWaiting: "Das dauert länger als sonst. Es läuft ohne diesen Bereich weiter; aktualisieren Sie, um nachzusehen.",
    asked: (n) => `Wird bei ${count(n, "Datensatz", "Datensätzen")} gespeichert`,
    done: (record) => `Bei ${record} gespeichert`,
    notDone: (record) => `Nicht bei ${record} gespeichert`,
    partly: (record) => `Bei ${record} gespeichert, aber nicht alles`,
    undone: (record) => `Von ${record} entfernt`,
    moved: (record) => `Zu ${record} verschoben`,
  },

  tabs: {
    title: "Art des Speicherns",
    save: "Einmal speichern",
    autopilot: "Autopilot",
    running: (n) => `${count(n, "Regel läuft", "Regeln laufen")}`,
  },

  records: {
    search: "Datensätze suchen",
    type: "Typ",
    allTypes: "Alle Typen",
    searching: "Wird gesucht…",
    found: (n, more) => (n ? `${n}${more ? " oder mehr" : ""} gefunden` : "Keine Datensätze gefunden"),
    noneFound: (q) => `Kein Datensatz passt zu „${q}“.`,
    suggested: "Vorschläge und gewählte Datensätze",
    already: "Schon gespeichert",
    none: "Von selbst passt nichts. Suchen Sie oben einen Datensatz.",
    create: "Datensatz anlegen",
    newTitle: "Neuer Datensatz",
    kind: "Art des Datensatzes",
    createIt: "Anlegen",
    creating: "Wird angelegt…",
    created: (name) => `${name} angelegt`,
    needed: (title) => `${title} wird benötigt.`,
  },

  attachments: {
    title: "Anlagen",
    all: "Alle Dateien",
    inline: "im Text",
    tooLarge: "zu groß",
    link: "ein Link, bleibt im Text",
    chosen: (n, of, size) => `${n} von ${of}, ${size}`,
    none: "keine gewählt",
    over: (limit) => `Zusammen mehr als ${limit}: einige werden nicht gespeichert.`,
  },

  request: {
    assign: "Lizenz zuweisen",
    label: "Senden Sie das Ihrer Administration",
    copy: "Kopieren",
    copied: "Kopiert.",
    byHand: "Der Text ist markiert: kopieren Sie ihn mit Strg+C.",
  },

  save: {
    quick: "Speichern",
    toOne: (record) => `Bei ${record} speichern`,
    button: (n) => (n ? `Bei ${count(n, "Datensatz", "Datensätzen")} speichern` : "Speichern"),
    saving: "Wird gespeichert…",
    chooseFirst: "Wählen Sie mindestens einen Datensatz.",
  },

  time: { now: "gerade eben", today: (clock) => `heute ${clock}`, yesterday: (clock) => `gestern ${clock}` },

  problems: {
    signInUnavailable:
      "Dieses Outlook kann Sie nicht bei Add-Ins anmelden. Versuchen Sie Outlook im Web oder aktualisieren Sie Office.",
    notSignedIn: "Sie sind nicht bei Office angemeldet.",
    signInFirst: "Bitte melden Sie sich an.",
    signInAgain: "Bitte melden Sie sich erneut an.",
    signInCancelled: "Die Anmeldung wurde geschlossen, bevor sie fertig war.",
    accountUnsupported: "Affix braucht ein Geschäfts- oder Schulkonto. Dieses Konto kann nicht verwendet werden.",
    setUpWrong:
      "Affix ist nicht richtig eingerichtet. Sagen Sie Ihrer Administration: Adresse und Registrierung des Add-Ins passen nicht zusammen.",
    consentMissing:
      "Affix ist für Ihre Organisation noch nicht erlaubt. Stimmen Sie zu oder fragen Sie Ihre Administration.",
    sessionBroken: "Ihre Office-Sitzung hat ein Problem. Melden Sie sich bei Office ab und wieder an, dann laden Sie neu.",
    officeRefused: "Office konnte Sie nicht bei Affix anmelden.",
    signInRunning: "Eine Anmeldung läuft schon. Schließen Sie sie ab und versuchen Sie es erneut.",
    edgeZones:
      "Microsoft Edge hält Office und Affix in verschiedenen Sicherheitszonen. Nehmen Sie beide in eine auf und laden Sie neu.",
    tooManyTries: "Office wurde zu oft gefragt. Warten Sie einen Moment und versuchen Sie es erneut.",
    officeStale: "Outlook verwendet eine alte Kopie seines eigenen Skripts. Laden Sie neu oder starten Sie Outlook neu.",
    popupBlocked: "Das Anmeldefenster wurde blockiert. Erlauben Sie es und melden Sie sich an.",
    outlookSilent: "Outlook hat nicht geantwortet.",
    libraryMissing: "Ein Teil von Affix konnte nicht geladen werden.",
    offline: "Affix ist nicht erreichbar. Prüfen Sie die Verbindung.",
    serviceSlow: "Affix hat nicht rechtzeitig geantwortet.",
    serviceBroken:
      "Affix gab eine Antwort, die keinen Sinn ergibt. Wenn das so bleibt, sagen Sie es Ihrer Administration.",
    serviceRefused: "Affix hat das nicht angenommen.",
    serviceBusy: "Affix ist gerade ausgelastet.",
    later: (seconds) =>
      `Es kann etwa ${seconds < 90 ? `${seconds} Sekunden` : `${Math.ceil(seconds / 60)} Minuten`} dauern.`,
    mailboxDenied: "Sie haben keinen Zugriff auf dieses Postfach.",
    messageNotFound: "Die Nachricht wurde nicht gefunden. Vielleicht wurde sie verschoben oder gelöscht.",
    unforeseen: "Etwas ist schiefgegangen.",
  },
};
