// Which messages of the list are selected. One is open, several are only counted; the window is told of each change.

const MOST = 100;  // that an add-in can be given, https://learn.microsoft.com/office/dev/add-ins/outlook/item-multi-select

export class Selection {
  #ids = [];
  #anchor = null;  // where a range begins
  #changed;

  // `changed(ids)` is called with what is selected from now on, in the order in which it was chosen.
  constructor(changed) {
    this.#changed = changed;
  }

  get ids() {
    return this.#ids;
  }

  get isSeveral() {
    return this.#ids.length > 1;
  }

  has(id) {
    return this.#ids.includes(id);
  }

  // Says what is selected without telling anybody, as when a message was opened in another way.
  note(id) {
    this.#ids = id ? [id] : [];
    this.#anchor = id;
  }

  only(id) {
    this.#anchor = id;
    this.#become([id]);
  }

  toggle(id) {
    this.#anchor = id;
    this.#become(this.has(id) ? this.#ids.filter((other) => other !== id) : [...this.#ids, id]);
  }

  // All from where the last choice was made, to this one. `shown`: the ids of the list, in its order.
  extendTo(id, shown) {
    const from = Math.max(0, shown.indexOf(this.#anchor));
    const to = shown.indexOf(id);
    this.#become(shown.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  all(shown) {
    this.#become(shown);
  }

  // What has left the list is not selected any more.
  keepOnly(shown) {
    const kept = this.#ids.filter((id) => shown.includes(id));
    if (this.isSeveral && kept.length < this.#ids.length) this.#become(kept);
  }

  #become(ids) {
    this.#ids = ids.slice(0, MOST);
    this.#changed(this.#ids, ids.length > MOST);
  }
}
