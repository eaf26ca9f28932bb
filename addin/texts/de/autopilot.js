/** Autopilot: rules, past mail, and how a mailbox is watched, in German. */

import { count } from "../count.js";

export const autopilotTexts = {
  autopilot: {
    title: "Autopilot",
    keepSaving: "Weiter speichern",
    offers: {
      conversation: () => "Diese Unterhaltung",
      address: (address) => `Alles von und an ${address}`,
      domain: (domain) => `Alles von ${domain}`,
    },
    to: "Bei",
    recordFirst: "Wählen Sie zuerst oben einen Datensatz.",
    fromNowOn:
      "Von jetzt an, auch wenn Outlook geschlossen ist. Diese Nachricht selbst speichern Sie unter „Einmal speichern“.",
    pastAndOn: "Was vorher kam, und von jetzt an, auch wenn Outlook geschlossen ist.",
    start: "Autopilot starten",
    starting: "Wird gestartet…",
    started: (title) => `Autopilot gestartet: ${title}`,
    licensed: (mailbox) => `${mailbox} hat eine Lizenz für Autopilot`,
    another: "Noch etwas weiter speichern",
    whose: "Wessen Post?",
    which: "Welche Domäne?",
    where: "Wo",
    scopes: { mailbox: "In diesem Postfach", everywhere: "In allen meinen Postfächern" },
    licensedOnly: "Das wirkt in jedem Ihrer Postfächer, das eine Lizenz hat.",
    more: "Weitere Optionen",
    attachments: "Anlagen",
    attachmentModes: { none: "Keine", files: "Dateien", all: "Alle, auch Bilder im Text" },
    privateToo: "Auch private Post",
    internalToo: "Auch Post innerhalb der Organisation",
    pastToo: "Auch speichern, was vorher kam",
    days: "Der letzten",
    daysOf: (n) => `${n} Tage`,
    preview: "Vorschau",
    previewing: "Wird nachgesehen…",
    care: "braucht Aufmerksamkeit",
  },
  rules: {
    title: "Regeln von Autopilot",
    to: "Gespeichert bei ",
    running: (since) => (since ? `Läuft seit ${since}` : "Läuft"),
    states: { paused: "Angehalten", stopped: "Gestoppt" },
    takenOver: (carrier, maker) => `${carrier}, übernommen von ${maker}`,
    onlyTheirs: (name) => `Nur ${name} kann das entfernen, oder die Administration von Affix nach einer Übernahme.`,
    onlyAfterTakeOver: (name) => `Nur ${name} kann das entfernen, oder Sie, nachdem Sie es übernommen haben.`,
    buttons: {
      pause: { label: "Anhalten", name: (title) => `Anhalten: ${title}` },
      resume: { label: "Fortsetzen", name: (title) => `Fortsetzen: ${title}` },
      "take-over": { label: "Übernehmen", name: (title) => `Übernehmen: ${title}` },
      remove: { label: "Entfernen", name: (title) => `Entfernen: ${title}` },
    },
    paused: (title) => `Angehalten: ${title}`,
    resumed: (title) => `Läuft wieder: ${title}`,
    overtaken: (title) => `Übernommen: ${title}`,
    removed: (title) => `Entfernt: ${title}. Was gespeichert wurde, bleibt.`,
    all: (n) => `Alle ${n} zeigen`,
    fewer: "Weniger zeigen",
    everywhere: "In allen meinen Postfächern",
    everywhereOf: (name) => `In allen Postfächern von ${name}`,
    organisationWide: "In der ganzen Organisation",
    ofOrganisation: (name) =>
      `Eine Regel der Organisation, angelegt von ${name}. Nur die Administration von Affix ändert sie.`,
    unlicensed: (addresses) => `Keine Lizenz, deshalb ruht sie dort: ${addresses.join(", ")}`,
    matched: "Die Datensätze der Personen auf der Nachricht",
    unmatched: {
      skip: "Post unbekannter Personen wird ausgelassen",
      review: "Post unbekannter Personen wird zur Durchsicht behalten",
    },
  },
  past: {
    title: "Frühere Post",
    wouldHave: (n, days) =>
      n
        ? `${count(n, "Nachricht", "Nachrichten")} der letzten ${days} Tage ${n === 1 ? "wäre" : "wären"} gespeichert worden`
        : `Nichts in den letzten ${days} Tagen`,
    ofConversation: (n) =>
      n
        ? `${count(n, "Nachricht", "Nachrichten")} ${n === 1 ? "wäre" : "wären"} gespeichert worden`
        : "Nichts vor dieser Nachricht",
    none: "Keine Nachricht dieser Zeit passt.",
    incomplete: (n, until) =>
      `Affix hat nur ${count(n, "Nachricht", "Nachrichten")} angesehen, bis ${until}. Es kann weitere geben.`,
    savedAlready: (n) => `${n === 1 ? "1 ist" : `${n} sind`} schon gespeichert.`,
    saved: "schon gespeichert",
    unlisted: (n) => `${count(n, "weitere Nachricht ist", "weitere Nachrichten sind")} nicht aufgeführt.`,
    all: (n) => `Alle ${n} zeigen`,
    list: "Nachrichten, die gespeichert worden wären",
    saveToo: "Auch diese speichern",
    startsToo: "Damit startet auch Autopilot.",
    ofRule: "Frühere Post",
    ofRuleNamed: (title) => `Frühere Post: ${title}`,
    states: {
      running: "Frühere Post wird gespeichert",
      saving: "Frühere Post wird gespeichert",
      paused: "Frühere Post ist angehalten",
      done: "Frühere Post ist gespeichert",
      failed: "Frühere Post wurde gestoppt",
      undoing: "Frühere Post wird entfernt",
      undone: "Frühere Post ist entfernt",
    },
    beginning: (since) => `Post seit ${since} wird angesehen.`,
    looked: (n, upTo) => `${count(n, "Nachricht", "Nachrichten")} angesehen${upTo ? `, bis ${upTo}` : ""}.`,
    counts: (matched, { queued, saved, partial, failed }) =>
      [
        `${matched} ${matched === 1 ? "passt" : "passen"}: ${saved + partial} gespeichert`,
        queued && `${queued} ${queued === 1 ? "wartet" : "warten"}`,
        failed && `${failed} nicht gespeichert`,
      ]
        .filter(Boolean)
        .join(", ") + ".",
    undoing: (n) => `Bisher ${count(n, "Nachricht", "Nachrichten")} vom Datensatz entfernt.`,
    undone: (n) => `${count(n, "Nachricht wurde", "Nachrichten wurden")} vom Datensatz entfernt.`,
    percent: (word, n) => `${word}: ${n} Prozent`,
    sure: (n) => `${n === 1 ? "1 Nachricht" : `Alle ${n} Nachrichten`} wieder vom Datensatz entfernen?`,
    buttons: {
      pause: { label: "Anhalten", name: (title) => `Frühere Post anhalten: ${title}` },
      resume: { label: "Fortsetzen", name: (title) => `Frühere Post fortsetzen: ${title}` },
      undo: { label: "Alles rückgängig", name: (title) => `Alle frühere Post rückgängig machen: ${title}` },
      again: { label: "Erneut versuchen", name: (title) => `Frühere Post erneut versuchen: ${title}` },
      hide: { label: "Ausblenden", name: (title) => `Frühere Post ausblenden: ${title}` },
      sure: { label: "Ja, alles rückgängig", name: (title) => `Ja, alle frühere Post rückgängig machen: ${title}` },
      keep: { label: "Behalten", name: (title) => `Frühere Post behalten: ${title}` },
    },
  },
  health: {
    states: {
      connecting: "Wird verbunden",
      connected: "Verbunden",
      degraded: "Verbunden, langsamer",
      paused: "Angehalten",
      authenticationError: "Anmeldung nötig",
      connectError: "Keine Antwort",
      accessLost: "Zugriff verloren",
      unlicensed: "Keine Lizenz",
    },
    trouble: "Funktioniert nicht",
    you: "Sie",
    carriers: (names) => `Getragen von: ${names}`,
    carrier: {
      endsSoon: (who, until) => `${who} (bis ${until})`,
      lost: (who) => `${who} (Verbindung verloren)`,
    },
    application: "Affix selbst",
    caughtUp: (n, since, saves) =>
      `${count(n, "Nachricht", "Nachrichten")} der Lücke seit ${since} ${n === 1 ? "wurde" : "wurden"} nachgeholt` +
      (saves ? `, ${saves} gespeichert.` : "."),
  },
};
