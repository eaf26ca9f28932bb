/** What the pane says beside a message that is being written, in French. */

import { countFromTwo as count } from "../count.js";

export const composeTexts = {
  compose: {
    title: "Enregistrer à l’envoi",
    intro:
      "Choisissez dès maintenant les fiches. Affix enregistre le message depuis Éléments envoyés une fois qu’il est envoyé.",
    draft: "Outlook conserve un brouillon pour qu’Affix retrouve le message.",
    weak: "C’est l’expéditeur indiqué par Outlook. Affix en est certain une fois le brouillon enregistré.",
    nobody: "Outlook n’indique pas de quelle boîte aux lettres part ce message.",
    button: (n) =>
      n ? `Enregistrer dans ${count(n, "fiche", "fiches")} à l’envoi` : "Enregistrer à l’envoi",
    busy: "Enregistrement du brouillon…",
    records: "Fiches choisies",
    waits: (name) => (name ? `Enregistré à l’envoi · choisi par ${name}` : "Enregistré à l’envoi"),
    change: "Modifier",
    withdraw: "Ne pas enregistrer",
    chosen: (n) => `Sera enregistré dans ${count(n, "fiche", "fiches")} à l’envoi`,
    withdrawn: "Ce message ne sera pas enregistré.",
    attachments: { none: "Aucune", files: "Fichiers", all: "Toutes, y compris les images du texte" },
    notSaved: "Outlook n’a pas enregistré le brouillon : Affix ne pourrait pas retrouver le message.",
    remind: "Me le rappeler quand j’envoie sans fiche",
    remindHow: "Pour les messages à des personnes extérieures à votre organisation.",
    reminding: "Affix vous le rappellera.",
    notReminding: "Affix ne vous le rappellera pas.",
  },
};
