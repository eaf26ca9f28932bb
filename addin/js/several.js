/**
 * Several selected messages: saved to the same records, four at a time. What was begun goes on, whatever is selected or
 * opened meanwhile. Belongs to one Pane.
 */

import { hints } from "./item.js";
import { asReference, candidates } from "./records.js";
import { holds, isUnderWay } from "./saves.js";
import { texts } from "./texts.js";
import { Watch } from "./watch.js";

const MOST = 100;
const AT_ONCE = 4;

/** How a message of a run stands: not asked for yet, asked for, or ended in one of these ways. */
const ENDED = ["saved", "partial", "failed", "left"];

export class Several {
  #pane;
  #look = 0;
  #finding = 0;
  #watch;

  /**
   * `selected`: the messages as host.js has them; `held`: names of the records that have them, by id; `records`: what is
   * at hand in the mailbox; `run`: null or {rows: [{item, state, saves, problem}], records, attachments, stopped, slow},
   * with states "waiting", "asking", "saving" and those of ENDED, `slow`: the rest takes so long that nobody looks any more;
   * `open`: whether its screen is shown.
   */
  static always() {
    return { several: { selected: [], held: {}, records: [], run: null, attachments: "files", open: false } };
  }

  constructor(pane) {
    this.#pane = pane;
    this.#watch = new Watch(
      () => this.#lookAgain(),
      () => this.#gaveUp(),
    );
  }

  get events() {
    return {
      "save-several": () => this.#save(),
      "stop-several": () => this.#stop(),
      "retry-several": () => this.#retry(),
      "look-at-several": () => this.#lookAnew(),
      "show-several": () => this.#set({ open: true }),
      "close-several": () => this.#close(),
      "choose-attachments-of-several": ({ mode }) => this.#set({ attachments: mode }),
    };
  }

  started() {
    this.#pane.host.onSelectionChanged(() => this.#selected());
    this.#selected();
  }

  /** Not every Outlook tells of each change. */
  returned() {
    this.#selected();
    this.#watch.returned();
  }

  // Private

  get #state() {
    return this.#pane.state.several;
  }

  #set(change) {
    this.#pane.set({ several: { ...this.#state, ...change } });
  }

  async #selected() {
    const number = ++this.#look;
    const selected = (await this.#pane.host.selectedItems()).slice(0, MOST);
    if (number !== this.#look) return;
    const isSame = selected.map(({ id }) => id).join() === this.#state.selected.map(({ id }) => id).join();
    if (isSame) return;
    this.#set({ selected, open: selected.length > 1 });
    if (selected.length < 2) return this.#whereAre([]);
    this.#pane.say(texts.several.title(selected.length));
    this.#atHand();
    await this.#whereAre(selected);
  }

  #whereAre(selected) {
    const number = ++this.#finding;
    return this.#each(selected, (item) => number === this.#finding && this.#whereIs(item));
  }

  async #atHand() {
    const { api, state } = this.#pane;
    const mailbox = state.lastMailbox?.id ?? state.me?.mailbox?.id;
    const found = mailbox ? await api.recordsAtHand(mailbox).catch(() => null) : null;
    if (found) this.#set({ records: candidates(found.favorites, found.recents) });
  }

  /** Where a message is saved already, as far as the service knows without asking Outlook's server. */
  async #whereIs({ id, internetMessageId }) {
    if (!internetMessageId || id in this.#state.held) return;
    const { api, state } = this.#pane;
    const found = await api.savesOf(internetMessageId, state.lastMailbox?.address).catch(() => ({ saves: [] }));
    const names = found.saves.filter(holds).map(({ record }) => record.name);
    this.#set({ held: { ...this.#state.held, [id]: [...new Set(names)] } });
  }

  // A run

  async #save() {
    const { chosen } = this.#pane.state;
    const { selected, attachments, run } = this.#state;
    if (run && !isOver(run)) return;
    if (!chosen.size) {
      this.#pane.say(texts.save.chooseFirst);
      return;
    }
    const rows = selected.filter(({ composing }) => !composing).map((item) => ({ item, state: "waiting", saves: [] }));
    this.#set({ run: { rows, records: [...chosen.values()].map(asReference), attachments, stopped: false } });
    this.#pane.set({ picked: [], chosen: new Map() });
    await this.#go();
  }

  async #go() {
    await this.#each(this.#rows("waiting"), (item) => this.#ask(item));
    if (!this.#ended()) this.#watch.begin();
  }

  /** Tells how it went, if the service is done with all of them. */
  #ended() {
    const { run } = this.#state;
    const isEnd = !run || isOver(run);
    if (run && isEnd) this.#pane.say(texts.several.over(counted(run, "saved"), counted(run, "failed")));
    return isEnd;
  }

  async #ask(item) {
    const { run } = this.#state;
    if (!run || run.stopped) return this.#row(item, { state: "left" });
    const { state, api } = this.#pane;
    this.#row(item, { state: "asking" });
    // No message is open, so Outlook names no owner: the last mailbox is where the list was.
    const asked = hints(item, { shared: state.lastMailbox && { owner: state.lastMailbox.address }, ...state });
    try {
      const { saves } = await api.save(asked, run.records, run.attachments);
      return this.#row(item, { ...standing(saves), saves, problem: null });
    } catch (problem) {
      return this.#row(item, { state: "failed", problem });
    }
  }

  async #lookAgain() {
    await this.#each(this.#rows("saving"), (item) => this.#read(item));
    return !this.#ended();
  }

  #gaveUp() {
    this.#set({ run: { ...this.#state.run, slow: true } });
    this.#pane.say(texts.saves.stillWaiting);
  }

  async #lookAnew() {
    this.#set({ run: { ...this.#state.run, slow: false } });
    if (await this.#lookAgain()) this.#watch.begin();
  }

  async #read(item) {
    const row = this.#state.run?.rows.find((each) => each.item === item);
    if (!row) return;
    const read = (save) => (isUnderWay(save) ? this.#pane.api.readSave(save.id).catch(() => save) : save);
    const saves = await Promise.all(row.saves.map(read));
    this.#row(item, { ...standing(saves), saves });
  }

  #stop() {
    const { run } = this.#state;
    this.#set({ run: { ...run, stopped: true } });
    this.#pane.say(texts.several.stopped);
  }

  /** Once more what failed: asked for again, or tried again by the service where it had taken it in. */
  async #retry() {
    const { run } = this.#state;
    if (!run || !isOver(run)) return;
    const failed = run.rows.filter(({ state }) => state === "failed" || state === "left");
    const asked = failed.filter(({ saves }) => saves.length).map(({ item }) => item);
    this.#set({ run: { ...run, stopped: false, slow: false } });
    for (const { item, saves } of failed) this.#row(item, { state: saves.length ? "saving" : "waiting" });
    await this.#each(asked, (item) => this.#again(item));
    await this.#go();
  }

  async #again(item) {
    const { saves } = this.#state.run.rows.find((each) => each.item === item);
    const { api } = this.#pane;
    try {
      const tried = await Promise.all(saves.map((save) => (save.state === "failed" ? api.retrySave(save.id) : save)));
      this.#row(item, { ...standing(tried), saves: tried, problem: null });
    } catch (problem) {
      this.#row(item, { state: "failed", problem });
    }
  }

  #close() {
    const { run, selected } = this.#state;
    if (run && isOver(run)) this.#watch.stop();
    this.#set({ run: run && isOver(run) ? null : run, open: selected.length > 1, held: {} });
    this.#whereAre(selected);
  }

  #rows(state) {
    return (this.#state.run?.rows ?? []).filter((row) => row.state === state).map(({ item }) => item);
  }

  #row(item, change) {
    const { run } = this.#state;
    if (run) this.#set({ run: { ...run, rows: run.rows.map((row) => (row.item === item ? { ...row, ...change } : row)) } });
  }

  /** Does something for each message, so many at a time. */
  async #each(items, act) {
    const left = [...items];
    const work = async () => {
      for (let item = left.shift(); item; item = left.shift()) await act(item);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
}

/** Whether nothing more happens by itself here. */
export function isOver({ rows, slow }) {
  return rows.every(({ state }) => ENDED.includes(state) || (slow && state === "saving"));
}

export function counted({ rows }, ...states) {
  return rows.filter(({ state }) => states.includes(state)).length;
}

/** How a message stands by its saves: of several the worst counts. */
function standing(saves) {
  if (saves.some(isUnderWay)) return { state: "saving" };
  const worst = ["failed", "partial"].find((state) => saves.some((save) => save.state === state));
  return { state: worst ?? "saved" };
}
