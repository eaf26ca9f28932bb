/** What the pane says by itself, in French. */

import { countFromTwo as count } from "../count.js";

export const paneTexts = {
  product: "Affix",
  using: "Affix est utilisé pour",
  tryAgain: "Réessayer",
  signIn: "Se connecter",
  reload: "Recharger",
  giveConsent: "Donner l’accord",
  cancel: "Annuler",
  refresh: "Actualiser",
  close: "Fermer",
  loading: "Examen de ce message…",
  starting: "Démarrage d’Affix…",
  signingIn: "En attente de votre connexion…",
  code: (code) => `Code : ${code}`,

  outside: {
    title: "Ouvrez Affix dans Outlook",
    text: "Cette page fonctionne dans Outlook. Ouvrez-y un message, puis choisissez Affix dans le ruban ou sous Applications.",
    missing: "Le script d’Outlook n’a pas pu être chargé. Vérifiez la connexion, puis rechargez.",
  },

  signedOut: {
    title: "Se connecter à Affix",
    text: "Affix utilise votre compte professionnel, dans vos boîtes personnelles, partagées et déléguées. Aucun second mot de passe n’est nécessaire.",
  },

  mailbox: {
    personal: "Boîte personnelle",
    shared: "Boîte partagée",
    delegate: "Boîte déléguée",
    other: "Autre boîte",
    unknown: "Boîte inconnue",
    lastSeen: "D’après le dernier message ouvert",
    why: "Pourquoi ?",
    ask: "Affix n’a pas pu déterminer le type de cette boîte aux lettres. Laquelle est-ce ?",
    kinds: {
      shared: "Une boîte partagée",
      delegate: "La boîte d’une autre personne",
      personal: "Ma propre boîte",
    },
    thanks: (kind) => `C’est noté : ${kind}.`,
  },

  whichMailbox: {
    title: "Quelle boîte aux lettres est ouverte ?",
    text: "Outlook ne l’a pas dit, et le message n’est pas dans votre propre boîte. Choisissez ou saisissez l’adresse de la boîte.",
    address: "Adresse de la boîte aux lettres",
    look: "Y regarder",
  },

  message: {
    from: (name) => `De ${name}`,
    noSubject: "(Sans objet)",
    kinds: {
      meetingRequest: "Demande de réunion",
      meetingResponse: "Réponse à une demande de réunion",
      meetingMessage: "Message de réunion",
    },
    unknownSender: "Expéditeur inconnu",
    appointment: "Ceci est un élément du calendrier. Affix enregistre des messages.",
    nameless:
      "Outlook ne dit pas quel message c’est. Ouvrez-en un autre puis revenez, ou utilisez Outlook sur le web.",
    notSavable: "Ce message ne peut pas être enregistré.",
  },

  saves: {
    title: "Fiches associées",
    none: "Ce message n’est associé à aucune fiche.",
    you: "Vous",
    states: {
      queued: "En attente d’enregistrement",
      saving: "Enregistrement…",
      saved: "Enregistré",
      partial: "Enregistré, mais pas en entier",
      failed: "Non enregistré",
      undone: "Retiré",
    },
    by: (who, state, when) => [who, when ? `${state}, ${when}` : state].filter(Boolean).join(" · "),
    automatic: {
      conversation: "Autopilot : conversation",
      address: "Autopilot : adresse",
      domain: "Autopilot : domaine",
      other: "Autopilot",
    },
    undo: "Annuler",
    dismiss: "Ignorer",
    dismissOf: (record) => `Ignorer l’échec de l’enregistrement dans ${record}`,
    undoOf: (record) => `Annuler l’enregistrement dans ${record}`,
    move: "Déplacer",
    moveOf: (record) => `Déplacer de ${record} vers une autre fiche`,
    moveTo: "Vers quelle fiche déplacer ?",
    retry: "Réessayer",
    retryOf: (record) => `Réessayer l’enregistrement dans ${record}`,
    again: "Enregistrer à nouveau",
    againOf: (record) => `Enregistrer à nouveau dans ${record}`,
    missing: (n) => `${count(n, "partie manque", "parties manquent")}`,
    stillWaiting: "Cela dure plus que d’habitude et continue sans ce volet ; actualisez pour vérifier.",
    asked: (n) => `Enregistrement dans ${count(n, "fiche", "fiches")}`,
    done: (record) => `Enregistré dans ${record}`,
    notDone: (record) => `Non enregistré dans ${record}`,
    partly: (record) => `Enregistré dans ${record}, mais pas en entier`,
    undone: (record) => `Retiré de ${record}`,
    moved: (record) => `Déplacé vers ${record}`,
  },

  tabs: {
    title: "Façon d’enregistrer",
    save: "Une seule fois",
    autopilot: "Autopilot",
    running: (n) => `${count(n, "règle active", "règles actives")}`,
  },

  records: {
    search: "Rechercher des fiches",
    type: "Type",
    allTypes: "Tous les types",
    searching: "Recherche…",
    found: (n, more) =>
      n ? `${count(n, "fiche trouvée", "fiches trouvées")}${more ? " ou plus" : ""}` : "Aucune fiche trouvée",
    noneFound: (q) => `Aucune fiche ne correspond à « ${q} ».`,
    suggested: "Suggestions et fiches choisies",
    already: "Déjà enregistré",
    none: "Rien ne convient de soi-même. Cherchez une fiche ci-dessus.",
    create: "Créer une fiche",
    newTitle: "Nouvelle fiche",
    kind: "Type de fiche",
    createIt: "Créer",
    creating: "Création…",
    created: (name) => `${name} : fiche créée`,
    needed: (title) => `${title} : champ requis.`,
  },

  attachments: {
    title: "Pièces jointes",
    all: "Tous les fichiers",
    inline: "dans le texte",
    tooLarge: "trop volumineux",
    link: "un lien, reste dans le texte",
    chosen: (n, of, size) => `${n} sur ${of}, ${size}`,
    none: "aucune choisie",
    over: (limit) => `Plus de ${limit} au total : certaines ne seront pas enregistrées.`,
  },

  request: {
    assign: "Attribuer une licence",
    label: "Envoyez ceci à votre administrateur",
    copy: "Copier",
    copied: "Copié.",
    byHand: "Le texte est sélectionné : copiez-le avec Ctrl+C.",
  },

  save: {
    quick: "Enregistrer",
    toOne: (record) => `Enregistrer dans ${record}`,
    button: (n) => (n ? `Enregistrer dans ${count(n, "fiche", "fiches")}` : "Enregistrer"),
    saving: "Enregistrement…",
    chooseFirst: "Choisissez au moins une fiche.",
  },

  time: { now: "à l’instant", today: (clock) => `aujourd’hui ${clock}`, yesterday: (clock) => `hier ${clock}` },

  problems: {
    signInUnavailable:
      "Cet Outlook ne peut pas vous connecter aux compléments. Essayez Outlook sur le web ou mettez Office à jour.",
    notSignedIn: "Vous n’êtes pas connecté à Office.",
    signInFirst: "Connectez-vous pour continuer.",
    signInAgain: "Veuillez vous reconnecter.",
    signInCancelled: "La connexion a été fermée avant la fin.",
    accountUnsupported: "Affix demande un compte professionnel ou scolaire. Ce compte ne peut pas être utilisé.",
    setUpWrong:
      "Affix n’est pas configuré correctement. Dites à votre administrateur que l’adresse du complément ne correspond pas à son inscription.",
    consentMissing:
      "Affix n’est pas encore autorisé pour votre organisation. Donnez votre accord ou demandez à votre administrateur.",
    sessionBroken: "Votre session Office a un problème. Déconnectez-vous d’Office, reconnectez-vous et rechargez.",
    officeRefused: "Office n’a pas pu vous connecter à Affix.",
    signInRunning: "Une connexion est déjà en cours. Terminez-la, puis réessayez.",
    edgeZones:
      "Microsoft Edge place Office et Affix dans des zones de sécurité différentes. Mettez-les dans la même zone, puis rechargez.",
    tooManyTries: "Office a été sollicité trop souvent. Attendez un instant, puis réessayez.",
    officeStale: "Outlook utilise une ancienne copie de son propre script. Rechargez ou redémarrez Outlook.",
    popupBlocked: "La fenêtre de connexion a été bloquée. Autorisez-la, puis connectez-vous.",
    outlookSilent: "Outlook n’a pas répondu.",
    libraryMissing: "Une partie d’Affix n’a pas pu être chargée.",
    offline: "Affix est injoignable. Vérifiez la connexion.",
    serviceSlow: "Affix n’a pas répondu à temps.",
    serviceBroken: "Affix a donné une réponse incohérente. Si cela persiste, prévenez votre administrateur.",
    serviceRefused: "Affix n’a pas accepté cela.",
    serviceBusy: "Affix est occupé pour le moment.",
    later: (seconds) =>
      `Cela peut prendre environ ${seconds < 90 ? `${seconds} secondes` : `${Math.ceil(seconds / 60)} minutes`}.`,
    mailboxDenied: "Vous n’avez pas accès à cette boîte aux lettres.",
    messageNotFound: "Le message est introuvable. Il a peut-être été déplacé ou supprimé.",
    unforeseen: "Une erreur s’est produite.",
  },
};
