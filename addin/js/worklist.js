/**
 * The work list of a mailbox: mail that is on no record yet, saved or taken off the list one by one or many at once.
 * Belongs to one Pane. It is there without an open message, and beside one when it is asked for.
 */

import { asReference } from "./records.js";
import { isUnderWay } from "./saves.js";
import { texts } from "./texts.js";
import { choices, homeMailbox, isOpen } from "./unfiled.js";
import { Watch } from "./watch.js";

const FRESH_MS = 60000;
const AT_ONCE = 3;
const MOST_WATCHED = 10;
const MOST_RECENT = 5;

/**
 * `rows` is null until they are known. `done` holds what was done with a row, by its id: {state, record, save, reason};
 * `choosing` is the id of the row for which a record is searched, or "chosen" for all that are ticked.
 */
const emptyList = () => ({
  rows: null,
  next: null,
  loading: false,
  problem: null,
  ticked: new Set(),
  done: new Map(),
  choosing: null,
});

export class WorkList {
  #pane;
  #request = 0;
  /** What was read of each mailbox, with when: {work, at}. */
  #kept = new Map();
  /** The mailbox that the person chose; else the one of the last message counts. */
  #chosen = null;
  #watch = new Watch(() => this.#lookAgain());

  /** `asking` counts the saves that the service has not taken in yet. */
  static always() {
    const list = { open: false, mailbox: null, dismissed: false, overview: null, isFirst: true, ...emptyList() };
    return { work: { ...list, asking: 0 } };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "open-work": () => this.#open(),
      "close-work": () => this.#close(),
      "choose-mailbox": ({ id }) => this.#choose(id),
      "refresh-work": () => this.#read(),
      "more-work": () => this.#more(),
      "show-dismissed": ({ dismissed }) => this.#turn(dismissed),
      "tick-row": ({ id }) => this.#tick(id),
      "tick-rows": () => this.#tickAll(),
      "save-row": ({ row, record }) => this.#save([{ row, record }]),
      "save-suggested": () => this.#saveSuggested(),
      "find-record": ({ id }) => this.#find(id),
      "dismiss-rows": ({ rows }) => this.#dismiss(rows),
      "restore-row": ({ row }) => this.#restore(row),
      "undo-row": ({ row }) => this.#undo(row),
      "retry-row": ({ row }) => this.#retry(row),
    };
  }

  /** Without an open message this is what there is to do. */
  met(me) {
    this.#set({ isFirst: !me.saves?.length });
    if (!this.#pane.state.item) this.#show();
  }

  /** The list makes room for a message, where it may be saved: then what was read is out of date. */
  arrived(item) {
    if (!item) return;
    this.#kept.clear();
    this.#chosen = null;
    const { rows, done } = this.#state;
    const left = rows && rows.filter((row) => isOpen(row, done));
    this.#set({ open: false, rows: left, ticked: new Set(), done: new Map(), choosing: null });
  }

  returned() {
    if (this.#isSeen) this.#show();
    this.#watch.returned();
  }

  /** A record was chosen: for one row, or for all that are ticked. */
  pick(record) {
    const { choosing, rows, ticked, done } = this.#state;
    const wanted = choosing === "chosen" ? ticked : new Set([choosing]);
    this.#set({ choosing: null });
    this.#pane.set({ found: null });
    return this.#save(rows.filter((row) => wanted.has(row.id) && isOpen(row, done)).map((row) => ({ row, record })));
  }

  // Private

  get #state() {
    return this.#pane.state.work;
  }

  get #isSeen() {
    return this.#state.open || !this.#pane.state.item;
  }

  #set(change) {
    this.#pane.set({ work: { ...this.#state, ...change } });
  }

  #open() {
    this.#set({ open: true });
    // From what is no control Outlook's Tab key would leave the pane.
    this.#pane.focus("#close-work");
    return this.#show();
  }

  #close() {
    this.#set({ open: false, choosing: null });
    if (this.#state.dismissed) this.#turn(false);
    this.#pane.focus("#open-work");
  }

  /** The list of the mailbox that was seen last, read anew when it is older than a minute. */
  #show() {
    const mailbox = this.#chosen ?? homeMailbox(this.#pane.state);
    if (!mailbox?.id) return null;
    const kept = this.#kept.get(mailbox.id);
    if (mailbox.id !== this.#state.mailbox?.id) {
      this.#request += 1; // what is still on its way is of another mailbox
      this.#set({ mailbox, overview: null, dismissed: false, ...emptyList(), ...kept?.work });
    } else if (this.#isBusy) return null;
    return kept && Date.now() - kept.at < FRESH_MS ? null : this.#read(false);
  }

  /** The person is at work on the list, which is not to change under their hands. */
  get #isBusy() {
    const { loading, ticked, done, choosing } = this.#state;
    return loading || choosing !== null || ticked.size > 0 || done.size > 0;
  }

  #choose(id) {
    this.#chosen = choices(this.#pane.state).find((one) => one.id === id);
    return this.#show();
  }

  #turn(dismissed) {
    this.#set({ dismissed, ...emptyList() });
    return this.#read();
  }

  /** `asked`: by the person, whatever they are doing. */
  async #read(asked = true) {
    const { mailbox, dismissed } = this.#state;
    const request = ++this.#request;
    this.#set({ loading: true, problem: null });
    const [outcome, overview] = await Promise.all([this.#ask(), this.#look(mailbox)]);
    if (request !== this.#request) return;
    this.#set({ loading: false, overview });
    if (!asked && this.#isBusy) return;
    this.#set(outcome.problem ? outcome : { ...emptyList(), ...outcome });
    if (outcome.problem || dismissed) return;
    this.#kept.set(mailbox.id, { work: { ...outcome, overview }, at: Date.now() });
    if (this.#state.open) this.#pane.say(texts.work.found(outcome.rows.length, Boolean(outcome.next)));
  }

  /** Not worth a problem of its own: the list tells when the mailbox cannot be read. */
  #look({ id }) {
    return this.#pane.api.mailboxOverview(id).catch(() => null);
  }

  async #more() {
    const request = ++this.#request;
    this.#set({ loading: true, problem: null });
    const { rows = [], ...rest } = await this.#ask(this.#state.next);
    if (request !== this.#request) return;
    const known = new Set(this.#state.rows.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => !known.has(id));
    this.#set({ loading: false, rows: [...this.#state.rows, ...fresh], ...rest });
    // The focus goes on where the new rows begin, if the button that asked for them is gone.
    if (!rest.next && fresh.length) this.#pane.focus(`[data-row="${fresh[0].id}"] input`);
  }

  #ask(cursor = "") {
    const { mailbox, dismissed } = this.#state;
    return this.#pane.api.unfiled(mailbox.id, { dismissed, cursor }).then(
      ({ unfiled, next }) => ({ rows: unfiled, next }),
      (problem) => ({ problem }),
    );
  }

  #tick(id) {
    const ticked = new Set(this.#state.ticked);
    if (!ticked.delete(id)) ticked.add(id);
    this.#set({ ticked });
  }

  #tickAll() {
    const { rows, ticked, done } = this.#state;
    const open = rows.filter((row) => isOpen(row, done)).map(({ id }) => id);
    this.#set({ ticked: open.every((id) => ticked.has(id)) ? new Set() : new Set(open) });
  }

  #find(id) {
    const choosing = this.#state.choosing === id ? null : id;
    this.#set({ choosing });
    this.#pane.set({ found: null });
    if (choosing) this.#pane.focus("#work");
    // Colleagues see for a while that somebody is at this one; that they could not be told is nothing to tell of.
    const { mailbox } = this.#state;
    if (choosing && id !== "chosen") this.#pane.api.bePresent(mailbox.id, id, []).catch(() => null);
  }

  #saveSuggested() {
    const { rows, ticked, done } = this.#state;
    const wanted = rows.filter((row) => ticked.has(row.id) && row.suggestion && isOpen(row, done));
    return this.#save(wanted.map((row) => ({ row, record: row.suggestion })));
  }

  /** Each message on its own, a few at a time: one that is refused holds up no other. */
  async #save(pairs) {
    if (!pairs.length) return;
    const { mailbox } = this.#state;
    const left = pairs.filter(({ row }) => isOpen(row, this.#state.done));
    for (const { row, record } of left) this.#did(row.id, { state: "saving", record });
    this.#set({ asking: this.#state.asking + left.length });
    this.#pane.say(texts.work.asked(left.length));
    const ask = async () => {
      for (let pair = left.shift(); pair; pair = left.shift()) await this.#askFor(mailbox, pair);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    this.#watch.begin();
  }

  async #askFor(mailbox, { row, record }) {
    const { id, internetMessageId } = row;
    const item = { id, idFormat: "immutable", internetMessageId, owner: mailbox.address };
    const outcome = await this.#pane.api.save(item, [asReference(record)], null).then(
      ({ saves: [save] }) => stands(save, record),
      (problem) => ({ state: "failed", record, problem }),
    );
    this.#set({ asking: this.#state.asking - 1 });
    this.#did(id, outcome);
    this.#note(outcome.save);
  }

  get #moving() {
    return [...this.#state.done].filter(([, { save }]) => save && isUnderWay(save));
  }

  async #lookAgain() {
    const moving = this.#moving.slice(0, MOST_WATCHED);
    if (!moving.length) return false;
    await Promise.all(
      moving.map(async ([id, { save, record }]) => {
        const fresh = await this.#pane.api.readSave(save.id).catch(() => null);
        if (!fresh || this.#state.done.get(id)?.save?.id !== fresh.id) return;
        this.#did(id, stands(fresh, record));
        this.#note(fresh);
      }),
    );
    const isDone = !this.#moving.length;
    if (isDone) this.#tell();
    return !isDone;
  }

  #tell() {
    const asked = [...this.#state.done.values()].filter(({ state }) => state !== "dismissed");
    const saved = asked.filter(({ state }) => state === "saved" || state === "partial");
    this.#pane.say(texts.work.progress(saved.length, asked.length));
  }

  async #dismiss(rows) {
    const open = rows.filter((row) => isOpen(row, this.#state.done));
    if (!open.length) return;
    const ids = open.map(({ id }) => id);
    const done = await this.#try((api, mailbox) => api.dismissUnfiled(mailbox.id, ids));
    if (!done) return;
    for (const id of ids) this.#did(id, { state: "dismissed" });
    this.#pane.say(texts.work.dismissed(ids.length));
  }

  async #restore({ id }) {
    if (!(await this.#try((api, mailbox) => api.restoreUnfiled(mailbox.id, [id])))) return;
    this.#kept.clear();
    // The list may be another one by now, and not be known yet.
    const { rows, dismissed } = this.#state;
    if (rows && dismissed) this.#set({ rows: rows.filter((row) => row.id !== id) });
    this.#pane.say(texts.work.restored);
  }

  async #undo({ id }) {
    const { state, save } = this.#state.done.get(id) ?? {};
    if (!state) return;
    const undone = await this.#try((api, mailbox) =>
      state === "dismissed" ? api.restoreUnfiled(mailbox.id, [id]) : api.undoSave(save.id),
    );
    if (!undone) return;
    if (state !== "dismissed") this.#note({ ...save, ...undone, state: "undone" });
    const done = new Map(this.#state.done);
    done.delete(id);
    this.#set({ done });
    this.#pane.say(texts.work.undone);
    this.#pane.focus(`[data-row="${id}"] button`);
  }

  async #retry(row) {
    const { save, record } = this.#state.done.get(row.id) ?? {};
    if (!record) return;
    if (!save) {
      const done = new Map(this.#state.done);
      done.delete(row.id);
      this.#set({ done });
      return this.#save([{ row, record }]);
    }
    const again = await this.#try((api) => api.retrySave(save.id));
    if (again) this.#did(row.id, stands(again, record));
    this.#watch.begin();
  }

  /** Whatever was answered, or null after a problem, which is shown. */
  #try(act) {
    this.#set({ problem: null });
    return act(this.#pane.api, this.#state.mailbox).then(
      (answer) => answer ?? {},
      (problem) => this.#set({ problem }) ?? null,
    );
  }

  /** Among the latest saves of the person, as the service would list it. */
  #note(save) {
    const { me } = this.#pane.state;
    if (!save || !me) return;
    const others = (me.saves ?? []).filter(({ id }) => id !== save.id);
    this.#pane.set({ me: { ...me, saves: [save, ...others].slice(0, MOST_RECENT) } });
  }

  /** Of a row that is not listed any more nothing is noted: nobody would take it away again. */
  #did(id, what) {
    if (!this.#state.rows?.some((row) => row.id === id)) return;
    const ticked = new Set(this.#state.ticked);
    ticked.delete(id);
    this.#set({ ticked, done: new Map(this.#state.done).set(id, what) });
  }
}

/** How a save stands, as a row shows it. */
function stands(save, record) {
  const state = isUnderWay(save) ? "saving" : save.state;
  return { state, record, save, reason: [save.reason, save.action].filter(Boolean).join(" ") || null };
}

