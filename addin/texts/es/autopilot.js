/** Autopilot: rules, past mail, and how a mailbox is watched, in Spanish. */

import { count } from "../count.js";

export const autopilotTexts = {
  autopilot: {
    title: "Autopilot",
    keepSaving: "Seguir guardando",
    offers: {
      conversation: () => "Esta conversación",
      address: (address) => `Todo lo que venga de ${address} o vaya allí`,
      domain: (domain) => `Todo lo de ${domain}`,
    },
    to: "En",
    recordFirst: "Elija antes un registro arriba.",
    fromNowOn:
      "Desde ahora, también con Outlook cerrado. Este mismo mensaje se guarda en «Guardar una vez».",
    pastAndOn: "Lo anterior y desde ahora, también con Outlook cerrado.",
    start: "Iniciar Autopilot",
    starting: "Iniciando…",
    started: (title) => `Autopilot iniciado: ${title}`,
    licensed: (mailbox) => `${mailbox} tiene una licencia para Autopilot`,
    another: "Seguir guardando otra cosa",
    whose: "¿El correo de quién?",
    which: "¿Qué dominio?",
    where: "Dónde",
    scopes: { mailbox: "En este buzón", everywhere: "En todos mis buzones" },
    licensedOnly: "Funciona en cada uno de sus buzones que tenga licencia.",
    more: "Más opciones",
    attachments: "Datos adjuntos",
    attachmentModes: { none: "Ninguno", files: "Archivos", all: "Todos, también imágenes del texto" },
    privateToo: "También el correo privado",
    internalToo: "También el correo dentro de la organización",
    pastToo: "Guardar también lo anterior",
    days: "De los últimos",
    daysOf: (n) => `${n} días`,
    preview: "Vista previa",
    previewing: "Consultando…",
    care: "requiere atención",
  },
  rules: {
    title: "Reglas de Autopilot",
    to: "Guardado en ",
    running: (since) => (since ? `Activa desde ${since}` : "Activa"),
    states: { paused: "En pausa", stopped: "Detenida" },
    takenOver: (carrier, maker) => `${carrier}, asumida de ${maker}`,
    onlyTheirs: (name) => `Solo ${name} puede quitarla, o un administrador de Affix tras asumirla.`,
    onlyAfterTakeOver: (name) => `Solo ${name} puede quitarla, o usted después de asumirla.`,
    buttons: {
      pause: { label: "Pausar", name: (title) => `Pausar: ${title}` },
      resume: { label: "Reanudar", name: (title) => `Reanudar: ${title}` },
      "take-over": { label: "Asumir", name: (title) => `Asumir: ${title}` },
      remove: { label: "Quitar", name: (title) => `Quitar: ${title}` },
    },
    paused: (title) => `En pausa: ${title}`,
    resumed: (title) => `Activa de nuevo: ${title}`,
    overtaken: (title) => `Asumida: ${title}`,
    removed: (title) => `Quitada: ${title}. Lo que guardó permanece.`,
    all: (n) => `Mostrar las ${n}`,
    fewer: "Mostrar menos",
    everywhere: "En todos mis buzones",
    everywhereOf: (name) => `En todos los buzones de ${name}`,
    organisationWide: "En toda la organización",
    ofOrganisation: (name) =>
      `Una regla de la organización, creada por ${name}. Solo los administradores de Affix la cambian.`,
    unlicensed: (addresses) => `Sin licencia, allí no actúa: ${addresses.join(", ")}`,
    matched: "Los registros de las personas del mensaje",
    unmatched: {
      skip: "El correo de desconocidos se omite",
      review: "El correo de desconocidos se guarda para revisión",
    },
  },
  past: {
    title: "Correo anterior",
    wouldHave: (n, days) =>
      n
        ? `Se ${n === 1 ? "habría" : "habrían"} guardado ${count(n, "mensaje", "mensajes")} de los últimos ${days} días`
        : `Nada en los últimos ${days} días`,
    ofConversation: (n) =>
      n
        ? `Se ${n === 1 ? "habría" : "habrían"} guardado ${count(n, "mensaje", "mensajes")}`
        : "Nada antes de este mensaje",
    none: "Ningún mensaje de ese tiempo encaja.",
    incomplete: (n, until) =>
      `Affix solo consultó ${count(n, "mensaje", "mensajes")}, hasta ${until}. Puede haber más.`,
    savedAlready: (n) => (n === 1 ? "1 ya está guardado." : `${n} ya están guardados.`),
    saved: "ya guardado",
    unlisted: (n) => `${count(n, "mensaje más no aparece", "mensajes más no aparecen")} en la lista.`,
    all: (n) => `Mostrar los ${n}`,
    list: "Mensajes que se habrían guardado",
    saveToo: "Guardarlos también",
    startsToo: "Esto también inicia Autopilot.",
    ofRule: "Correo anterior",
    ofRuleNamed: (title) => `Correo anterior: ${title}`,
    states: {
      running: "Guardando el correo anterior",
      saving: "Guardando el correo anterior",
      paused: "El correo anterior está en pausa",
      done: "El correo anterior está guardado",
      failed: "El correo anterior se detuvo",
      undoing: "Deshaciendo el correo anterior",
      undone: "El correo anterior se deshizo",
    },
    beginning: (since) => `Consultando el correo desde ${since}.`,
    looked: (n, upTo) => `${count(n, "mensaje consultado", "mensajes consultados")}${upTo ? `, hasta ${upTo}` : ""}.`,
    counts: (matched, { queued, saved, partial, failed }) =>
      [
        `${count(matched, "encaja", "encajan")}: ${count(saved + partial, "guardado", "guardados")}`,
        queued && `${queued} en espera`,
        failed && `${count(failed, "no guardado", "no guardados")}`,
      ]
        .filter(Boolean)
        .join(", ") + ".",
    undoing: (n) => `${count(n, "mensaje quitado", "mensajes quitados")} del registro hasta ahora.`,
    undone: (n) => `${count(n, "mensaje se quitó", "mensajes se quitaron")} del registro.`,
    percent: (word, n) => `${word}: ${n} por ciento`,
    sure: (n) => `¿Quitar ${n === 1 ? "1 mensaje" : `los ${n} mensajes`} del registro?`,
    buttons: {
      pause: { label: "Pausar", name: (title) => `Pausar el correo anterior: ${title}` },
      resume: { label: "Reanudar", name: (title) => `Reanudar el correo anterior: ${title}` },
      undo: { label: "Deshacer todo", name: (title) => `Deshacer todo el correo anterior: ${title}` },
      again: { label: "Reintentar", name: (title) => `Reintentar el correo anterior: ${title}` },
      hide: { label: "Ocultar", name: (title) => `Ocultar el correo anterior: ${title}` },
      sure: { label: "Sí, deshacer todo", name: (title) => `Sí, deshacer todo el correo anterior: ${title}` },
      keep: { label: "Conservar", name: (title) => `Conservar el correo anterior: ${title}` },
    },
  },
  health: {
    states: {
      connecting: "Iniciando",
      connected: "Conectado",
      degraded: "Conectado, más lento",
      paused: "En pausa",
      authenticationError: "Hay que iniciar sesión",
      connectError: "Sin respuesta",
      accessLost: "Acceso perdido",
      unlicensed: "Sin licencia",
    },
    trouble: "No funciona",
    you: "usted",
    carriers: (names) => `A cargo de ${names}`,
    carrier: {
      endsSoon: (who, until) => `${who} (hasta ${until})`,
      lost: (who) => `${who} (conexión perdida)`,
    },
    application: "el propio Affix",
    caughtUp: (n, since, saves) =>
      `${count(n, "mensaje recuperado", "mensajes recuperados")} del hueco desde ${since}` +
      (saves ? `, ${count(saves, "guardado", "guardados")}.` : "."),
  },
};
