/** Asking for saves, changing them, and showing how they stand by the service's word. Belongs to one Pane. */

import { asAsked } from "./attachments.js";
import { asReference, recordKey } from "./records.js";
import { isUnderWay, merged, news } from "./saves.js";
import { texts } from "./texts.js";

export class Saving {
  /** Counts what was done here, so that an answer from before it is known as such. */
  edition = 0;
  #pane;

  /** `moving` is the id of the save that is being moved; `busy` and `slow` hold ids of saves. */
  static forItem() {
    return { saves: [], saveProblem: null, saving: false, moving: null, busy: new Set(), slow: new Set() };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "save-message": () => this.save(),
      "save-to": ({ record }) => this.saveTo(record),
      "save-again": ({ id }) => this.again(id),
      "undo-save": ({ id }) => this.undo(id),
      "retry-save": ({ id }) => this.retry(id),
      "move-save": ({ id }) => this.#chooseMove(id),
    };
  }

  async save() {
    const { chosen, saving } = this.#pane.state;
    if (saving) return;
    if (!chosen.size) return this.#pane.say(texts.save.chooseFirst);
    await this.#ask([...chosen.values()]);
  }

  /** One click: to this record alone, with the attachments that are ticked. */
  async saveTo(record) {
    if (!this.#pane.state.saving) await this.#ask([record]);
  }

  understood(context) {
    this.edition += 1;
    this.#pane.set({ saves: merged([], context.saves ?? [], new Set()) });
  }

  /** How all saves of the message stand now; what came to its end is told aloud. */
  take(fresh) {
    const { saves: before, busy } = this.#pane.state;
    const saves = merged(before, fresh, busy);
    this.#pane.set({ saves });
    const words = news(before, saves);
    if (words.length) this.#pane.say(words.join(" "));
  }

  /** Whether what is under way has been so for long. */
  noteSlow(isLong) {
    const slow = isLong ? this.#pane.state.saves.filter(isUnderWay).map(({ id }) => id) : [];
    if (slow.length !== this.#pane.state.slow.size) this.#pane.set({ slow: new Set(slow) });
  }

  /** The same record once more, after an undo. */
  async again(id) {
    const save = this.#find(id);
    if (save) await this.#ask([save.record]);
  }

  undo(id) {
    return this.#change(
      id,
      () => this.#pane.api.undoSave(id),
      (save) => texts.saves.undone(save.record?.name),
    );
  }

  retry(id) {
    return this.#change(
      id,
      () => this.#pane.api.retrySave(id),
      () => texts.saves.asked(1),
    );
  }

  move(id, record) {
    this.#pane.set({ moving: null, found: null });
    return this.#change(
      id,
      () => this.#pane.api.moveSave(id, asReference(record)),
      () => texts.saves.moved(record.name),
    );
  }

  // Private

  #chooseMove(id) {
    this.#pane.set({ moving: this.#pane.state.moving === id ? null : id, found: null });
    this.#pane.focus("#move");
  }

  async #ask(records) {
    const pane = this.#pane;
    const { visit, state } = pane;
    const { message } = state.context;
    pane.set({ saving: true, saveProblem: null });
    try {
      // The immutable id stays right when the message is moved while it waits; Outlook's own id does not.
      const item = message.id ? { ...state.asked, id: message.id, idFormat: "immutable" } : state.asked;
      const { saves } = await pane.api.save(
        item,
        records.map(asReference),
        asAsked(message.attachments ?? [], state.ticked),
      );
      if (visit !== pane.visit) return;
      pane.set({ saving: false, picked: [], chosen: new Map() });
      for (const save of saves) this.#put(save);
      pane.say(texts.saves.asked(records.length));
      pane.parts.live.hurry();
    } catch (saveProblem) {
      if (visit === pane.visit) pane.set({ saving: false, saveProblem });
    }
  }

  async #change(id, act, words) {
    const pane = this.#pane;
    const { visit } = pane;
    if (pane.state.busy.has(id)) return;
    pane.set({ busy: new Set([...pane.state.busy, id]), saveProblem: null });
    const outcome = await act().then(
      (answer) => ({ answer }),
      (saveProblem) => ({ saveProblem }),
    );
    if (visit !== pane.visit) return;
    pane.set({ busy: new Set([...pane.state.busy].filter((one) => one !== id)) });
    if (outcome.saveProblem) return pane.set({ saveProblem: outcome.saveProblem });
    const save = outcome.answer?.id ? outcome.answer : { ...this.#find(id), state: "undone" };
    this.#put(save, id);
    pane.say(words(save));
    pane.parts.live.hurry();
  }

  #find(id) {
    return this.#pane.state.saves.find((save) => save.id === id);
  }

  /** Puts a save in its place; `id` is the one that it replaces, the newest come first. */
  #put(save, id = save.id) {
    this.edition += 1;
    const { saves } = this.#pane.state;
    const rest = saves.filter((one) => one.id !== id && one.id !== save.id && !isReplaced(one, save));
    const at = saves.findIndex((one) => one.id === id);
    const place = Math.min(Math.max(at, 0), rest.length);
    this.#pane.set({ saves: [...rest.slice(0, place), save, ...rest.slice(place)] });
  }
}

/** A removed save makes room when the same record is chosen again. */
function isReplaced(one, save) {
  return one.state === "undone" && one.record && save.record && recordKey(one.record) === recordKey(save.record);
}
