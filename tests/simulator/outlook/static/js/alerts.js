// Smart Alerts: before a message goes out, the add-in's function for that event runs in a page that nobody sees, and may
// hold the message up: https://learn.microsoft.com/office/dev/add-ins/outlook/onmessagesend-onappointmentsend-events
// office.js runs such functions as it runs those of buttons; that is all it knows of them (npm's is older than events at
// send), and enough: the page, the function and the way of asking come from the manifest.

import { hasSet } from "./office/context.js";
import { askAboutSending } from "./sending-dialog.js";

const EVENT = "OnMessageSend";
const SINCE = "1.12";
const CUSTOM_BUTTON_SINCE = "1.14";
const SLOW_SECONDS = 5;
const ALLOWED = { allowEvent: true };
const HELD = { allowEvent: false };

export class Alerts {
  #outlook;
  #manifest;
  #abandon = () => {};

  // `manifest`: what this window reads in it, see manifest.py.
  constructor(outlook, manifest) {
    this.#outlook = outlook;
    this.#manifest = manifest;
  }

  // Runs the add-in's check, asks the person what the add-in wants asked, and tells whether the message may go.
  async maySend() {
    const event = this.#manifest.events[EVENT];
    if (!event || !hasSet(this.#setting("mailboxSet"), SINCE)) return true;
    const verdict = await this.#run(event);
    return verdict.allowEvent || verdict.isDecided ? verdict.allowEvent : this.#ask(event, verdict);
  }

  // The person has left the message: nobody waits for the check any more, and it is not sent.
  abandon() {
    this.#abandon();
  }

  // Private

  #setting(name) {
    return this.#outlook.settings.get(name);
  }

  // What the function said in completed(), or what the person decided meanwhile ({isDecided}).
  async #run({ function: name, sendMode }) {
    const place = document.createElement("div");
    place.hidden = true;
    document.body.append(place);
    const limit = Number(this.#setting("sendLimit"));
    let host = null;
    let dialog = null;
    const timers = [];
    const verdict = await new Promise((decide) => {
      const warn = (reason) => {
        dialog?.close();
        dialog = askAboutSending({ reason, mayInsist: sendMode === "PromptUser" });
        dialog.answer.then((allowEvent) => decide({ allowEvent, isDecided: true }), () => {});
      };
      host = this.#outlook.pane.runUnseen(place, this.#manifest.launchPage, {
        onListening: (what) => what === "appCommandInvoked" && host.run(name, { type: EVENT, source: { id: name } }),
        onHandled: (outcome) => decide(outcome.isKnown ? outcome.completed : ALLOWED),
        onMissing: () => decide(ALLOWED), // an add-in that cannot be loaded holds nothing up
      });
      this.#abandon = () => decide({ ...HELD, isDecided: true });
      timers.push(setTimeout(() => warn("slow"), Math.min(SLOW_SECONDS, limit) * 1000), setTimeout(() => warn("late"), limit * 1000));
    });
    timers.forEach(clearTimeout);
    dialog?.close();
    host.close();
    place.remove();
    this.#abandon = () => {};
    return verdict;
  }

  async #ask({ sendMode }, verdict) {
    const isCustom = hasSet(this.#setting("mailboxSet"), CUSTOM_BUTTON_SINCE);
    const mode = isCustom && verdict.sendModeOverride ? verdict.sendModeOverride : sendMode;
    const button = isCustom && verdict.cancelLabel;
    const isAllowed = await askAboutSending({
      words: verdict.errorMessage,
      mayInsist: mode.toLowerCase() === "promptuser",
      ...(button && { refusal: button }),
    }).answer;
    // Not sent: with a command named, that button has also opened the pane, and the pane learns why.
    if (!isAllowed && isCustom && verdict.commandId in this.#manifest.controls) {
      this.#outlook.compose.context = verdict.contextData ?? "";
      this.#outlook.pane.open();
    }
    return isAllowed;
  }
}
