/** What the pane says by itself, in English. */

import { count } from "../count.js";

export const paneTexts = {
  product: "Affix",
  using: "Using Affix on",
  tryAgain: "Try again",
  signIn: "Sign in",
  reload: "Reload",
  giveConsent: "Give consent",
  cancel: "Cancel",
  refresh: "Refresh",
  close: "Close",
  loading: "Looking at this message…",
  starting: "Starting Affix…",
  signingIn: "Waiting for you to sign in…",
  code: (code) => `Code: ${code}`,

  outside: {
    title: "Open Affix in Outlook",
    text: "This page works inside Outlook. Open a message there and choose Affix in the ribbon or under Apps.",
    missing: "Outlook's script could not be loaded. Check the connection, then reload.",
  },

  signedOut: {
    title: "Sign in to Affix",
    text: "Affix uses your work account, in your own, shared and delegate mailboxes alike. No second password is needed.",
  },

  mailbox: {
    personal: "Personal mailbox",
    shared: "Shared mailbox",
    delegate: "Delegate mailbox",
    other: "Other mailbox",
    unknown: "Unknown mailbox",
    lastSeen: "As of the last message you opened",
    why: "Why?",
    ask: "Affix could not tell what kind of mailbox this is. Which is it?",
    kinds: { shared: "A shared mailbox", delegate: "Another person's mailbox", personal: "My own mailbox" },
    thanks: (kind) => `Noted: ${kind}.`,
  },

  whichMailbox: {
    title: "Which mailbox is open?",
    text: "Outlook did not say, and the message is not in your own mailbox. Choose or type the address of the mailbox.",
    address: "Address of the mailbox",
    look: "Look there",
  },

  message: {
    from: (name) => `From ${name}`,
    noSubject: "(No subject)",
    kinds: {
      meetingRequest: "Meeting request",
      meetingResponse: "Answer to a meeting request",
      meetingMessage: "Meeting message",
    },
    unknownSender: "Unknown sender",
    appointment: "This is a calendar item. Affix saves email messages.",
    nameless:
      "Outlook does not say which message this is. Open another message and come back, or use Outlook on the web.",
    notSavable: "This message cannot be saved.",
  },

  saves: {
    title: "Associated records",
    none: "This email is not associated with any records.",
    you: "You",
    states: {
      queued: "Waiting to be saved",
      saving: "Saving…",
      saved: "Saved",
      partial: "Saved, but not everything",
      failed: "Not saved",
      undone: "Removed",
    },
    by: (who, state, when) => [who, when ? `${state}, ${when}` : state].filter(Boolean).join(" · "),
    automatic: {
      conversation: "Autopilot: conversation",
      address: "Autopilot: address",
      domain: "Autopilot: domain",
      other: "Autopilot",
    },
    undo: "Undo",
    dismiss: "Dismiss",
    dismissOf: (record) => `Dismiss the failed save to ${record}`,
    undoOf: (record) => `Undo the save to ${record}`,
    move: "Move",
    moveOf: (record) => `Move from ${record} to another record`,
    moveTo: "Move to which record?",
    retry: "Retry",
    retryOf: (record) => `Retry saving to ${record}`,
    again: "Save again",
    againOf: (record) => `Save again to ${record}`,
    missing: (n) => `${count(n, "part is", "parts are")} missing`,
    stillWaiting: "This takes longer than usual. It goes on without this pane; refresh to look again.",
    asked: (n) => `Saving to ${count(n, "record", "records")}`,
    done: (record) => `Saved to ${record}`,
    notDone: (record) => `Not saved to ${record}`,
    partly: (record) => `Saved to ${record}, but not everything`,
    undone: (record) => `Removed from ${record}`,
    moved: (record) => `Moved to ${record}`,
  },

  tabs: {
    title: "How to save",
    save: "Save once",
    autopilot: "Autopilot",
    running: (n) => `${count(n, "rule", "rules")} running`,
  },

  records: {
    search: "Search records",
    type: "Type",
    allTypes: "All types",
    searching: "Searching…",
    found: (n, more) => (n ? `${n}${more ? " or more" : ""} found` : "No records found"),
    noneFound: (q) => `No records match “${q}”.`,
    suggested: "Suggestions and chosen records",
    already: "Already saved",
    none: "Nothing fits by itself. Search for a record above.",
    create: "Create a record",
    newTitle: "New record",
    kind: "Kind of record",
    createIt: "Create",
    creating: "Creating…",
    created: (name) => `Created ${name}`,
    needed: (title) => `${title} is needed.`,
  },

  attachments: {
    title: "Attachments",
    all: "All files",
    inline: "inside the text",
    tooLarge: "too large",
    link: "a link, stays in the text",
    chosen: (n, of, size) => `${n} of ${of}, ${size}`,
    none: "none chosen",
    over: (limit) => `Together more than ${limit}: some will not be saved.`,
  },

  request: {
    assign: "Assign a licence",
    label: "Send this to your administrator",
    copy: "Copy",
    copied: "Copied.",
    byHand: "The text is selected: copy it with Ctrl+C.",
  },

  save: {
    quick: "Save",
    toOne: (record) => `Save to ${record}`,
    button: (n) => (n ? `Save to ${count(n, "record", "records")}` : "Save"),
    saving: "Saving…",
    chooseFirst: "Choose at least one record.",
  },

  time: { now: "just now", today: (clock) => `today ${clock}`, yesterday: (clock) => `yesterday ${clock}` },

  problems: {
    signInUnavailable: "This Outlook cannot sign you in to add-ins. Try Outlook on the web, or update Office.",
    notSignedIn: "You are not signed in to Office.",
    signInFirst: "Please sign in to go on.",
    signInAgain: "Please sign in again.",
    signInCancelled: "The sign-in was closed before it was finished.",
    accountUnsupported: "Affix needs a work or school account. This account cannot be used.",
    setUpWrong:
      "Affix is not set up correctly. Please tell your administrator: the add-in's address does not match its registration.",
    consentMissing: "Affix has not been allowed for your organisation yet. Give consent, or ask your administrator.",
    sessionBroken: "Your Office session has a problem. Sign out of Office, sign in again and reload.",
    officeRefused: "Office could not sign you in to Affix.",
    signInRunning: "A sign-in is already going on. Finish it, then try again.",
    edgeZones:
      "Microsoft Edge keeps Office and Affix in different security zones. Add both to the same zone, then reload.",
    tooManyTries: "Office has been asked too often. Wait a moment, then try again.",
    officeStale: "Outlook holds an old copy of its own script. Reload, or restart Outlook.",
    popupBlocked: "The sign-in window was blocked. Allow it, then sign in again.",
    outlookSilent: "Outlook did not answer.",
    libraryMissing: "A part of Affix could not be loaded.",
    offline: "Affix cannot be reached. Check the connection.",
    serviceSlow: "Affix did not answer in time.",
    serviceBroken: "Affix gave an answer that makes no sense. If this goes on, tell your administrator.",
    serviceRefused: "Affix did not accept this.",
    serviceBusy: "Affix is busy right now.",
    later: (seconds) =>
      `It may take about ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
    mailboxDenied: "You have no access to this mailbox.",
    messageNotFound: "The message was not found. It may have been moved or deleted.",
    unforeseen: "Something went wrong.",
  },
};
