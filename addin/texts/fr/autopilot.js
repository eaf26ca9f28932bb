/** Autopilot: rules, past mail, and how a mailbox is watched, in French. */

import { countFromTwo as count } from "../count.js";

export const autopilotTexts = {
  autopilot: {
    title: "Autopilot",
    keepSaving: "Continuer à enregistrer",
    offers: {
      conversation: () => "Cette conversation",
      address: (address) => `Tout ce qui vient de ${address} ou y va`,
      domain: (domain) => `Tout ce qui concerne ${domain}`,
    },
    to: "Dans",
    recordFirst: "Choisissez d’abord une fiche ci-dessus.",
    fromNowOn:
      "À partir de maintenant, même quand Outlook est fermé. Ce message lui-même s’enregistre sous « Une seule fois ».",
    pastAndOn: "Ce qui est déjà là, puis à partir de maintenant, même quand Outlook est fermé.",
    start: "Démarrer Autopilot",
    starting: "Démarrage…",
    started: (title) => `Autopilot démarré : ${title}`,
    licensed: (mailbox) => `${mailbox} a une licence pour Autopilot`,
    another: "Enregistrer encore autre chose",
    whose: "Le courrier de qui ?",
    which: "Quel domaine ?",
    where: "Où",
    scopes: { mailbox: "Dans cette boîte", everywhere: "Dans toutes mes boîtes" },
    licensedOnly: "Cela agit dans chacune de vos boîtes qui a une licence.",
    more: "Plus d’options",
    attachments: "Pièces jointes",
    attachmentModes: { none: "Aucune", files: "Fichiers", all: "Toutes, aussi les images du texte" },
    privateToo: "Aussi le courrier privé",
    internalToo: "Aussi le courrier interne à l’organisation",
    pastToo: "Enregistrer aussi ce qui est déjà là",
    days: "Des derniers",
    daysOf: (n) => `${n} jours`,
    preview: "Aperçu",
    previewing: "Examen…",
    care: "demande votre attention",
  },
  rules: {
    title: "Règles d’Autopilot",
    to: "Enregistré dans ",
    running: (since) => (since ? `Active depuis ${since}` : "Active"),
    states: { paused: "En pause", stopped: "Arrêtée" },
    takenOver: (carrier, maker) => `${carrier}, reprise de ${maker}`,
    onlyTheirs: (name) => `Seul(e) ${name} peut la supprimer, ou un administrateur d’Affix après l’avoir reprise.`,
    onlyAfterTakeOver: (name) => `Seul(e) ${name} peut la supprimer, ou vous après l’avoir reprise.`,
    buttons: {
      pause: { label: "Suspendre", name: (title) => `Suspendre : ${title}` },
      resume: { label: "Relancer", name: (title) => `Relancer : ${title}` },
      "take-over": { label: "Reprendre", name: (title) => `Reprendre : ${title}` },
      remove: { label: "Supprimer", name: (title) => `Supprimer : ${title}` },
    },
    paused: (title) => `En pause : ${title}`,
    resumed: (title) => `Active à nouveau : ${title}`,
    overtaken: (title) => `Reprise : ${title}`,
    removed: (title) => `Supprimée : ${title}. Ce qui a été enregistré reste.`,
    all: (n) => `Afficher les ${n}`,
    fewer: "Afficher moins",
    everywhere: "Dans toutes mes boîtes",
    everywhereOf: (name) => `Dans toutes les boîtes de ${name}`,
    organisationWide: "Dans toute l’organisation",
    ofOrganisation: (name) =>
      `Une règle de l’organisation, créée par ${name}. Seuls les administrateurs d’Affix la modifient.`,
    unlicensed: (addresses) => `Sans licence, elle y est suspendue : ${addresses.join(", ")}`,
    matched: "Les fiches des personnes du message",
    unmatched: {
      skip: "Le courrier de personnes inconnues est laissé de côté",
      review: "Le courrier de personnes inconnues est gardé pour examen",
    },
  },
  past: {
    title: "Courrier antérieur",
    wouldHave: (n, days) =>
      n
        ? `${count(n, "message aurait été enregistré", "messages auraient été enregistrés")} sur les ${days} derniers jours`
        : `Rien sur les ${days} derniers jours`,
    ofConversation: (n) =>
      n ? count(n, "message aurait été enregistré", "messages auraient été enregistrés") : "Rien avant ce message",
    none: "Aucun message de cette période ne convient.",
    incomplete: (n, until) =>
      `Affix n’a examiné que ${count(n, "message", "messages")}, jusqu’à ${until}. Il peut y en avoir d’autres.`,
    savedAlready: (n) => (n === 1 ? "1 est déjà enregistré." : `${n} sont déjà enregistrés.`),
    saved: "déjà enregistré",
    unlisted: (n) => `${count(n, "autre message n’est pas listé", "autres messages ne sont pas listés")}.`,
    all: (n) => `Afficher les ${n}`,
    list: "Messages qui auraient été enregistrés",
    saveToo: "Les enregistrer aussi",
    startsToo: "Cela démarre aussi Autopilot.",
    ofRule: "Courrier antérieur",
    ofRuleNamed: (title) => `Courrier antérieur : ${title}`,
    states: {
      running: "Enregistrement du courrier antérieur",
      saving: "Enregistrement du courrier antérieur",
      paused: "Le courrier antérieur est en pause",
      done: "Le courrier antérieur est enregistré",
      failed: "Le courrier antérieur s’est arrêté",
      undoing: "Annulation du courrier antérieur",
      undone: "Le courrier antérieur est annulé",
    },
    beginning: (since) => `Examen du courrier depuis ${since}.`,
    looked: (n, upTo) => `${count(n, "message examiné", "messages examinés")}${upTo ? `, jusqu’à ${upTo}` : ""}.`,
    counts: (matched, { queued, saved, partial, failed }) =>
      [
        `${count(matched, "convient", "conviennent")} : ${count(saved + partial, "enregistré", "enregistrés")}`,
        queued && `${queued} en attente`,
        failed && `${count(failed, "non enregistré", "non enregistrés")}`,
      ]
        .filter(Boolean)
        .join(", ") + ".",
    undoing: (n) => `${count(n, "message retiré", "messages retirés")} de la fiche jusqu’ici.`,
    undone: (n) => `${count(n, "message a été retiré", "messages ont été retirés")} de la fiche.`,
    percent: (word, n) => `${word} : ${n} pour cent`,
    sure: (n) => `Retirer ${n === 1 ? "1 message" : `les ${n} messages`} de la fiche ?`,
    buttons: {
      pause: { label: "Suspendre", name: (title) => `Suspendre le courrier antérieur : ${title}` },
      resume: { label: "Relancer", name: (title) => `Relancer le courrier antérieur : ${title}` },
      undo: { label: "Tout annuler", name: (title) => `Annuler tout le courrier antérieur : ${title}` },
      again: { label: "Réessayer", name: (title) => `Réessayer le courrier antérieur : ${title}` },
      hide: { label: "Masquer", name: (title) => `Masquer le courrier antérieur : ${title}` },
      sure: { label: "Oui, tout annuler", name: (title) => `Oui, annuler tout le courrier antérieur : ${title}` },
      keep: { label: "Garder", name: (title) => `Garder le courrier antérieur : ${title}` },
    },
  },
  health: {
    states: {
      connecting: "Démarrage",
      connected: "Connectée",
      degraded: "Connectée, plus lente",
      paused: "En pause",
      authenticationError: "Connexion requise",
      connectError: "Aucune réponse",
      accessLost: "Accès perdu",
      unlicensed: "Sans licence",
    },
    trouble: "Ne fonctionne pas",
    you: "vous",
    carriers: (names) => `Assurée par ${names}`,
    carrier: {
      endsSoon: (who, until) => `${who} (jusqu’à ${until})`,
      lost: (who) => `${who} (connexion perdue)`,
    },
    application: "Affix lui-même",
    caughtUp: (n, since, saves) =>
      `${count(n, "message rattrapé", "messages rattrapés")} de l’interruption depuis ${since}` +
      (saves ? `, ${count(saves, "enregistré", "enregistrés")}.` : "."),
  },
};
