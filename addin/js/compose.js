/**
 * Beside a message that is being written: records are chosen now, and the service saves the message once it was sent.
 * Belongs to one Pane.
 */

import { hints, ownAddresses } from "./item.js";
import { Problem } from "./problem.js";
import { asReference, recordKey } from "./records.js";
import { texts } from "./texts.js";

const TYPING_MS = 600;
// Where Outlook keeps a copy of the mailbox, a draft may reach the server some seconds after it was saved.
const UPLOAD_WAITS_MS = [1500, 3000, 6000];

export class Compose {
  #pane;
  #typing;
  #request = 0;
  /** Counts the choices that were made or taken back here: a look from before knows nothing of them. */
  #edition = 0;
  /** For what suggestions were asked last. */
  #suggestedFor = null;

  /**
   * `compose` is null beside a message that is read; else {from, people, subject, suggestions, mailbox, outgoing,
   * attachments, canRemind, busy, changing, problem, again}: `mailbox` is what the service says of a saved draft,
   * `outgoing` its choice; `again` is the event that does once more what ended in the problem.
   */
  static forItem() {
    return { compose: null };
  }

  constructor(pane) {
    this.#pane = pane;
    window.addEventListener("pagehide", () => this.#left());
  }

  get events() {
    return {
      "choose-for-draft": () => this.#choose(),
      "change-choice": () => this.#change(),
      "withdraw-choice": () => this.#withdraw(),
      "choose-attachments": ({ mode }) => this.#set({ attachments: mode }),
      "remind-on-send": ({ on }) => this.#remind(on),
    };
  }

  arrived(item) {
    if (!item?.composing || item.itemType === "appointment") return;
    this.#pane.host.onRecipientsChanged(item, () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#suggest(), TYPING_MS);
    });
  }

  met() {
    this.#keepForSending();
  }

  /** Not every Outlook tells of new recipients. */
  returned() {
    this.#suggest();
  }

  /** What there is to know of the message, as a change of the pane's state. `mailbox`: as the person typed it. */
  async ask(item, mailbox) {
    const { host, api, state } = this.#pane;
    const edition = this.#edition;
    const [written, draft, shared] = await Promise.all([
      host.written(item),
      host.draftId(item),
      host.sharedProperties(item),
    ]);
    const asked = draft.state === "known" ? this.#hints(item, draft.value, { written, shared, mailbox }) : null;
    const [context, suggested] = await Promise.all([
      asked ? api.context(asked).catch(notThereYet) : null,
      this.#suggestions(written),
    ]);
    const isLatest = context && edition === this.#edition;
    // In a draft that is opened again Outlook has forgotten what was noted with it.
    if (isLatest && context.outgoing) host.markChosen(item, true);
    const usual = context?.preferences?.attachments ?? state.me?.settings?.attachments ?? "files";
    const known = this.#pane.state.compose ?? { attachments: usual, busy: false };
    const compose = {
      ...known,
      ...suggested,
      canRemind: host.canCheckSending(),
      mailbox: context?.mailbox ?? null,
      outgoing: (isLatest ? context : known).outgoing ?? null,
    };
    return { asked, compose, obstacle: null, lookProblem: null };
  }

  // Private

  /** A change of this part's state, unless another message is open by now. */
  #set(change, visit = this.#pane.visit) {
    if (visit === this.#pane.visit && this.#pane.state.compose)
      this.#pane.set({ compose: { ...this.#pane.state.compose, ...change } });
  }

  /** The draft as the service wants to hear of it. Outlook may put a draft of a shared mailbox into the person's own. */
  #hints(item, id, { written, shared, mailbox = null }) {
    const owner = shared.state === "known" && shared.value ? shared.value : { owner: written.from };
    const { profileAddress } = this.#pane.state;
    return hints({ ...item, id, people: written.people }, { shared: owner, profileAddress, mailbox });
  }

  async #suggest() {
    const { host, state, visit } = this.#pane;
    if (!state.compose) return;
    const written = await host.written(state.item);
    if (visit !== this.#pane.visit || question(written) === this.#suggestedFor) return;
    this.#set(await this.#suggestions(written).catch(() => null), visit);
  }

  /** What is written and what fits it, as a change of this part's state; none where it was asked for anew meanwhile. */
  async #suggestions(written) {
    const number = ++this.#request;
    this.#suggestedFor = question(written);
    try {
      const { suggestions } = await this.#pane.api.suggest(addresses(written), written.subject);
      return number === this.#request ? { ...written, suggestions } : null;
    } catch (problem) {
      if (number === this.#request) this.#suggestedFor = null;
      throw problem;
    }
  }

  async #choose() {
    const pane = this.#pane;
    const { visit, state } = pane;
    const { compose, chosen } = state;
    if (compose.busy) return;
    if (!chosen.size) return pane.say(texts.save.chooseFirst);
    this.#set({ busy: true, problem: null });
    try {
      const { outgoing } = await this.#asked([...chosen.values()].map(asReference), compose.attachments);
      this.#edition += 1;
      pane.host.markChosen(state.item, true);
      this.#set({ busy: false, changing: false, outgoing, mailbox: outgoing.mailbox }, visit);
      if (visit !== pane.visit) return;
      pane.set({ picked: [], chosen: new Map() });
      pane.say(texts.compose.chosen(outgoing.records.length));
      pane.look();
    } catch (problem) {
      this.#set({ busy: false, problem, again: "choose-for-draft" }, visit);
    }
  }

  /** Has Outlook save the draft, and the service keep the choice for it. */
  async #asked(records, attachments) {
    const { host, api, state } = this.#pane;
    const { item } = state;
    const [saved, written, shared] = await Promise.all([
      host.saveDraft(item),
      host.written(item),
      host.sharedProperties(item),
    ]);
    if (saved.state !== "known") throw new Problem("draft_not_saved", { said: texts.compose.notSaved });
    const asked = this.#hints(item, saved.value, { written, shared });
    for (const wait of UPLOAD_WAITS_MS) {
      try {
        return await api.chooseForDraft(asked, records, attachments);
      } catch (problem) {
        if (problem.code !== "message_not_found") throw problem;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return api.chooseForDraft(asked, records, attachments);
  }

  #change() {
    const { records, attachments } = this.#pane.state.compose.outgoing;
    this.#set({ changing: true, attachments });
    this.#pane.set({ picked: records, chosen: new Map(records.map((one) => [recordKey(one), one])) });
    this.#pane.focus("#find");
  }

  async #withdraw() {
    const pane = this.#pane;
    const { visit, state } = pane;
    if (state.compose.busy) return;
    this.#set({ busy: true, problem: null });
    try {
      await pane.api.withdrawChoice(state.compose.outgoing.id);
      this.#edition += 1;
      pane.host.markChosen(state.item, false);
      this.#set({ busy: false, changing: false, outgoing: null }, visit);
      if (visit !== pane.visit) return;
      pane.say(texts.compose.withdrawn);
      pane.focus("#find");
    } catch (problem) {
      this.#set({ busy: false, problem, again: "withdraw-choice" }, visit);
    }
  }

  /** What could not be kept stays as it was, so that to try again is to turn it once more. */
  async #remind(on = !this.#pane.state.me.preferences?.remindOnSend) {
    const pane = this.#pane;
    const { visit } = pane;
    try {
      const preferences = await pane.api.prefer({ remindOnSend: on });
      pane.set({ me: { ...pane.state.me, preferences } });
      this.#set({ problem: null }, visit);
      await this.#keepForSending();
      if (visit === pane.visit) pane.say(on ? texts.compose.reminding : texts.compose.notReminding);
    } catch (problem) {
      this.#set({ problem, again: "remind-on-send" }, visit);
    }
  }

  /** The reminder asks no service: what it has to know is kept where Outlook gives it to the add-in's scripts. */
  #keepForSending() {
    const { me } = this.#pane.state;
    if (!me?.preferences) return null;
    const domains = [...new Set(ownAddresses(me).map((address) => address.split("@")[1]))];
    return this.#pane.host.keepForSending({ remind: me.preferences.remindOnSend === true, domains });
  }

  /** The window of the message closes when it is sent: then is a good moment to look. */
  #left() {
    const { outgoing } = this.#pane.state.compose ?? {};
    if (outgoing?.state === "waiting") this.#pane.api.tellSent(outgoing.id);
  }
}

/** A draft that the service cannot find is not on the server yet; that is no trouble until it is chosen for. */
function notThereYet(problem) {
  if (problem.code === "message_not_found") return null;
  throw problem;
}

/** What suggestions depend on, to compare. */
function question(written) {
  return JSON.stringify([written.from, addresses(written), written.subject]);
}

function addresses({ people }) {
  return [...new Set(people.map(({ emailAddress }) => emailAddress.trim().toLowerCase()))].slice(0, 100);
}
