/** What a message is to be saved to, and with which attachments: picked, ticked, or made anew. Belongs to one Pane. */

import { toggled, usualChoice, usualSetting } from "./attachments.js";
import { recordKey } from "./records.js";
import { texts } from "./texts.js";

export class Choosing {
  #pane;

  /**
   * `form` is null while no record is being created, `chosen` holds records by their keys, wherever they were found,
   * and `ticked` ids of attachments.
   */
  static forItem() {
    return { picked: [], chosen: new Map(), ticked: new Set(), form: null };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "toggle-record": ({ record }) => this.#toggle(record),
      "open-form": () => this.#pane.set({ form: {} }),
      "close-form": () => this.#close(),
      "create-record": ({ fields }) => this.#create(fields),
      "toggle-attachment": ({ id }) => this.#tick(id),
    };
  }

  met() {
    this.#tickUsual();
  }

  understood(context, isFirst) {
    if (isFirst) this.#tickUsual();
  }

  pick(record) {
    const { picked, chosen } = this.#pane.state;
    const others = picked.filter((one) => recordKey(one) !== recordKey(record));
    this.#pane.set({ picked: [record, ...others], chosen: withRecord(chosen, record), found: null });
  }

  // Private

  #toggle(record) {
    const chosen = new Map(this.#pane.state.chosen);
    this.#pane.set({ chosen: chosen.delete(recordKey(record)) ? chosen : withRecord(chosen, record) });
  }

  #tick(id) {
    const { context, ticked } = this.#pane.state;
    this.#pane.set({ ticked: toggled(context.message.attachments, ticked, id) });
  }

  /** The usual attachments, once both the message and the settings are known. */
  #tickUsual() {
    const { context, me } = this.#pane.state;
    if (!context || !me) return;
    const usual = usualSetting({ context, me });
    this.#pane.set({ ticked: usualChoice(context.message.attachments ?? [], usual) });
  }

  async #create(fields) {
    const pane = this.#pane;
    const { visit } = pane;
    pane.set({ form: { busy: true } });
    try {
      const record = await pane.api.createRecord(fields);
      if (visit !== pane.visit) return;
      pane.set({ form: null });
      this.pick(record);
      pane.say(texts.records.created(record.name));
    } catch (problem) {
      if (visit === pane.visit) pane.set({ form: { busy: false, problem } });
    }
  }

  #close() {
    this.#pane.set({ form: null });
    this.#pane.focus("#create");
  }
}

function withRecord(chosen, record) {
  return new Map(chosen).set(recordKey(record), record);
}
