/** What the pane says by itself, in Spanish. */

import { count } from "../count.js";

export const paneTexts = {
  product: "Affix",
  using: "Affix se usa en",
  tryAgain: "Reintentar",
  signIn: "Iniciar sesión",
  reload: "Recargar",
  giveConsent: "Dar consentimiento",
  cancel: "Cancelar",
  refresh: "Actualizar",
  close: "Cerrar",
  loading: "Consultando este mensaje…",
  starting: "Iniciando Affix…",
  signingIn: "Esperando a que inicie sesión…",
  code: (code) => `Código: ${code}`,

  outside: {
    title: "Abra Affix en Outlook",
    text: "Esta página funciona dentro de Outlook. Abra allí un mensaje y elija Affix en la cinta o en Aplicaciones.",
    missing: "No se pudo cargar el script de Outlook. Compruebe la conexión y recargue.",
  },

  signedOut: {
    title: "Iniciar sesión en Affix",
    text: "Affix usa su cuenta de trabajo, tanto en su buzón como en buzones compartidos y delegados. No hace falta otra contraseña.",
  },

  mailbox: {
    personal: "Buzón personal",
    shared: "Buzón compartido",
    delegate: "Buzón delegado",
    other: "Otro buzón",
    unknown: "Buzón desconocido",
    lastSeen: "Según el último mensaje que abrió",
    why: "¿Por qué?",
    ask: "Affix no pudo saber qué tipo de buzón es este. ¿Cuál es?",
    kinds: {
      shared: "Un buzón compartido",
      delegate: "El buzón de otra persona",
      personal: "Mi propio buzón",
    },
    thanks: (kind) => `Anotado: ${kind}.`,
  },

  whichMailbox: {
    title: "¿Qué buzón está abierto?",
    text: "Outlook no lo dijo y el mensaje no está en su propio buzón. Elija o escriba la dirección del buzón.",
    address: "Dirección del buzón",
    look: "Buscar allí",
  },

  message: {
    from: (name) => `De ${name}`,
    noSubject: "(Sin asunto)",
    kinds: {
      meetingRequest: "Convocatoria de reunión",
      meetingResponse: "Respuesta a una convocatoria",
      meetingMessage: "Mensaje de reunión",
    },
    unknownSender: "Remitente desconocido",
    appointment: "Esto es un elemento del calendario. Affix guarda mensajes de correo.",
    nameless: "Outlook no dice qué mensaje es. Abra otro y vuelva, o use Outlook en la web.",
    notSavable: "Este mensaje no se puede guardar.",
  },

  saves: {
    title: "Registros asociados",
    none: "Este correo no está asociado a ningún registro.",
    you: "Usted",
    states: {
      queued: "En espera de guardarse",
      saving: "Guardando…",
      saved: "Guardado",
      partial: "Guardado, pero no todo",
      failed: "No guardado",
      undone: "Quitado",
    },
    by: (who, state, when) => [who, when ? `${state}, ${when}` : state].filter(Boolean).join(" · "),
    automatic: {
      conversation: "Autopilot: conversación",
      address: "Autopilot: dirección",
      domain: "Autopilot: dominio",
      other: "Autopilot",
    },
    undo: "Deshacer",
    dismiss: "Descartar",
    dismissOf: (record) => `Descartar el guardado fallido en ${record}`,
    undoOf: (record) => `Deshacer el guardado en ${record}`,
    move: "Mover",
    moveOf: (record) => `Mover de ${record} a otro registro`,
    moveTo: "¿A qué registro moverlo?",
    retry: "Reintentar",
    retryOf: (record) => `Reintentar guardar en ${record}`,
    again: "Guardar de nuevo",
    againOf: (record) => `Guardar de nuevo en ${record}`,
    missing: (n) => `${count(n, "parte falta", "partes faltan")}`,
    stillWaiting: "Tarda más de lo habitual y sigue sin este panel; actualice para ver cómo va.",
    asked: (n) => `Guardando en ${count(n, "registro", "registros")}`,
    done: (record) => `Guardado en ${record}`,
    notDone: (record) => `No guardado en ${record}`,
    partly: (record) => `Guardado en ${record}, pero no todo`,
    undone: (record) => `Quitado de ${record}`,
    moved: (record) => `Movido a ${record}`,
  },

  tabs: {
    title: "Cómo guardar",
    save: "Guardar una vez",
    autopilot: "Autopilot",
    running: (n) => `${count(n, "regla activa", "reglas activas")}`,
  },

  records: {
    search: "Buscar registros",
    type: "Tipo",
    allTypes: "Todos los tipos",
    searching: "Buscando…",
    found: (n, more) =>
      n ? `${count(n, "registro encontrado", "registros encontrados")}${more ? " o más" : ""}` : "Ningún registro",
    noneFound: (q) => `Ningún registro coincide con «${q}».`,
    suggested: "Sugerencias y registros elegidos",
    already: "Ya guardado",
    none: "Nada encaja por sí solo. Busque arriba un registro.",
    create: "Crear un registro",
    newTitle: "Nuevo registro",
    kind: "Tipo de registro",
    createIt: "Crear",
    creating: "Creando…",
    created: (name) => `Creado: ${name}`,
    needed: (title) => `${title}: campo obligatorio.`,
  },

  attachments: {
    title: "Datos adjuntos",
    all: "Todos los archivos",
    inline: "dentro del texto",
    tooLarge: "demasiado grande",
    link: "un vínculo, queda en el texto",
    chosen: (n, of, size) => `${n} de ${of}, ${size}`,
    none: "ninguno elegido",
    over: (limit) => `En total más de ${limit}: algunos no se guardarán.`,
  },

  request: {
    assign: "Asignar una licencia",
    label: "Envíe esto a su administrador",
    copy: "Copiar",
    copied: "Copiado.",
    byHand: "El texto está seleccionado: cópielo con Ctrl+C.",
  },

  save: {
    quick: "Guardar",
    toOne: (record) => `Guardar en ${record}`,
    button: (n) => (n ? `Guardar en ${count(n, "registro", "registros")}` : "Guardar"),
    saving: "Guardando…",
    chooseFirst: "Elija al menos un registro.",
  },

  time: { now: "ahora mismo", today: (clock) => `hoy ${clock}`, yesterday: (clock) => `ayer ${clock}` },

  problems: {
    signInUnavailable:
      "Este Outlook no puede iniciar su sesión en complementos. Pruebe Outlook en la web o actualice Office.",
    notSignedIn: "No ha iniciado sesión en Office.",
    signInFirst: "Inicie sesión para continuar.",
    signInAgain: "Vuelva a iniciar sesión.",
    signInCancelled: "El inicio de sesión se cerró antes de terminar.",
    accountUnsupported: "Affix necesita una cuenta profesional o educativa. Esta cuenta no se puede usar.",
    setUpWrong:
      "Affix no está bien configurado. Dígale a su administrador que la dirección del complemento no coincide con su registro.",
    consentMissing:
      "Affix aún no está permitido en su organización. Dé su consentimiento o pregunte a su administrador.",
    sessionBroken: "Su sesión de Office tiene un problema. Ciérrela, vuelva a iniciarla y recargue.",
    officeRefused: "Office no pudo iniciar su sesión en Affix.",
    signInRunning: "Ya hay un inicio de sesión en curso. Termínelo y reintente.",
    edgeZones:
      "Microsoft Edge tiene Office y Affix en zonas de seguridad distintas. Ponga ambos en la misma zona y recargue.",
    tooManyTries: "Se ha preguntado demasiado a Office. Espere un momento y reintente.",
    officeStale: "Outlook tiene una copia antigua de su propio script. Recargue o reinicie Outlook.",
    popupBlocked: "Se bloqueó la ventana de inicio de sesión. Permítala e inicie sesión.",
    outlookSilent: "Outlook no respondió.",
    libraryMissing: "No se pudo cargar una parte de Affix.",
    offline: "No se puede acceder a Affix. Compruebe la conexión.",
    serviceSlow: "Affix no respondió a tiempo.",
    serviceBroken: "Affix dio una respuesta sin sentido. Si continúa, avise a su administrador.",
    serviceRefused: "Affix no aceptó esto.",
    serviceBusy: "Affix está ocupado en este momento.",
    later: (seconds) =>
      `Puede tardar unos ${seconds < 90 ? `${seconds} segundos` : `${Math.ceil(seconds / 60)} minutos`}.`,
    mailboxDenied: "No tiene acceso a este buzón.",
    messageNotFound: "No se encontró el mensaje. Quizá se movió o se eliminó.",
    unforeseen: "Algo salió mal.",
  },
};
