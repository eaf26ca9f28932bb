/**
 * What Outlook runs, without the pane, when a message is sent: "Save this message to a record?", for who asked to be
 * reminded. In any doubt the message goes out; it never waits for a network.
 *
 * Classic Outlook on Windows runs this file alone, without a page and without modules, so it imports nothing and has its
 * few words itself. What it has to know the pane has kept in the mailbox (host.js).
 */
(function () {
  "use strict";

  const LIMIT_MS = 900;
  const SETTING = "affix";
  const CHOSEN = "affix.chosen";
  const BUTTON = "composeButton"; // of the manifest: it opens the pane
  const WORDS = {
    en: ["Save this message to a record?", "Choose a record"],
    de: ["Diese Nachricht bei einem Datensatz speichern?", "Datensatz wählen"],
    fr: ["Enregistrer ce message dans une fiche ?", "Choisir une fiche"],
    es: ["¿Guardar este mensaje en un registro?", "Elegir un registro"],
    ja: ["このメッセージをレコードに保存しますか?", "レコードを選択"],
  };

  function onMessageSend(event) {
    let isOver = false;
    const end = (verdict) => {
      if (isOver) return;
      isOver = true;
      event.completed(verdict);
    };
    const allow = () => end({ allowEvent: true });
    setTimeout(allow, LIMIT_MS);
    try {
      check(Office.context.mailbox.item, allow, () => end(question()));
    } catch (error) {
      allow();
      throw error;
    }
  }

  /** Calls `ask` when a message to people outside is about to be sent without a record, else `allow`. */
  function check(item, allow, ask) {
    const kept = Office.context.roamingSettings && Office.context.roamingSettings.get(SETTING);
    if (!kept || kept.remind !== true || !kept.domains || !kept.domains.length) return allow();
    return whenChosen(item, allow, () => recipients(item, allow, (people) => (people.some(isOutside) ? ask() : allow())));

    function isOutside(person) {
      return kept.domains.indexOf(String(person.emailAddress).toLowerCase().split("@").pop()) < 0;
    }
  }

  /** Without the means to note a choice nobody can be told that one is missing. */
  function whenChosen(item, allow, otherwise) {
    if (!item.sessionData) return allow();
    return item.sessionData.getAsync(CHOSEN, (answer) => {
      if (answer.status === "succeeded" && answer.value) allow();
      else otherwise();
    });
  }

  function recipients(item, allow, then) {
    const fields = [item.to, item.cc, item.bcc];
    const found = [];
    let waiting = fields.length;
    fields.forEach((field) =>
      field.getAsync((answer) => {
        if (answer.status !== "succeeded") return allow();
        found.push(...answer.value);
        waiting -= 1;
        return waiting ? null : then(found);
      }),
    );
  }

  /** Outlook adds a button that sends all the same. The button of Mailbox 1.14 opens the pane; older ones go back. */
  function question() {
    const language = String(Office.context.displayLanguage || "en").slice(0, 2).toLowerCase();
    const [errorMessage, cancelLabel] = WORDS[language] || WORDS.en;
    return { allowEvent: false, errorMessage, cancelLabel, commandId: BUTTON };
  }

  Office.onReady();
  // Older scripts of Outlook find the function by its name.
  if (typeof window !== "undefined") Object.assign(window, { onMessageSend });
  if (Office.actions) Office.actions.associate("onMessageSend", onMessageSend);
})();
