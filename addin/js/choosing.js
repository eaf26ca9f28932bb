/** Which records a message is to be saved to: picked, ticked, or made anew. Belongs to one Pane. */

import { recordKey } from "./records.js";
import { texts } from "./texts.js";

export class Choosing {
  #pane;

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "toggle-record": ({ record }) => this.#toggle(record),
      "open-form": () => this.#pane.set({ form: {} }),
      "close-form": () => this.#close(),
      "create-record": ({ fields }) => this.#create(fields),
    };
  }

  pick(record) {
    const { picked, chosen } = this.#pane.state;
    const others = picked.filter((one) => recordKey(one) !== recordKey(record));
    this.#pane.set({ picked: [record, ...others], chosen: new Set([...chosen, recordKey(record)]), found: null });
  }

  // Private

  #toggle(record) {
    const chosen = new Set(this.#pane.state.chosen);
    if (!chosen.delete(recordKey(record))) chosen.add(recordKey(record));
    this.#pane.set({ chosen });
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
