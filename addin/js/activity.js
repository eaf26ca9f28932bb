/** The list of what was saved or not, and why: read, filtered, tried again and settled. Belongs to one Pane. */

import { asMoments, isFailed, isMeant, isUnsettled, retryWanted, withSaves } from "./lines.js";
import { asReference } from "./records.js";
import { texts } from "./texts.js";
import { Watch } from "./watch.js";

const MOST_WATCHED = 10;

/** `lines` is null until they are known; `failed` counts what "retry all" would try, `filing` is a line's id. */
const nothing = () => ({
  open: false,
  filters: { state: "", kind: "", mailbox: "", from: "", to: "" },
  lines: null,
  next: null,
  failed: 0,
  loading: false,
  filing: null,
  busy: new Set(),
  problem: null,
});

export class ActivityList {
  #pane;
  #request = 0;
  #watch = new Watch(() => this.#look());

  static always() {
    return { activity: nothing() };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "open-activity": () => this.#open(),
      "close-activity": () => this.#close(),
      "filter-activity": (change) => this.#filter(change),
      "refresh-activity": () => this.#read(),
      "more-activity": () => this.#more(),
      "retry-line": ({ line }) => this.#retry(line),
      "retry-failed": () => this.#retryAll(),
      "file-line": ({ line }) => this.#chooseFile(line),
      "dismiss-line": ({ line }) => this.#dismiss(line),
    };
  }

  /** Another message was opened: the list makes room for it, and is there again when it is asked for. */
  arrived() {
    this.#leave();
  }

  returned() {
    this.#watch.returned();
  }

  /** Saves the message of the line that is being filed. */
  file(record) {
    const line = this.#state.lines.find(({ id }) => id === this.#state.filing);
    this.#set({ filing: null });
    this.#pane.set({ found: null });
    if (!line) return null;
    return this.#act(
      line,
      (api) => api.saveLine(line.id, [asReference(record)]),
      ({ saves }) => withSaves(line, saves),
      texts.activity.filed(record.name),
    );
  }

  // Private

  get #state() {
    return this.#pane.state.activity;
  }

  #set(change) {
    this.#pane.set({ activity: { ...this.#state, ...change } });
  }

  #open() {
    this.#set({ open: true });
    // A heading would do for the eye, but from what is no control Outlook's Tab key leaves the pane.
    this.#pane.focus("#close-activity");
    return this.#read();
  }

  #leave() {
    this.#watch.stop();
    this.#set({ open: false, filing: null });
  }

  #close() {
    this.#leave();
    this.#pane.focus("#open-activity");
  }

  #filter(change) {
    this.#set({ filters: { ...this.#state.filters, ...change } });
    return this.#read();
  }

  async #read() {
    const request = ++this.#request;
    this.#set({ loading: true, problem: null });
    const [outcome, failed] = await Promise.all([this.#ask(), this.#countFailed()]);
    if (request !== this.#request) return;
    this.#set({ loading: false, failed, ...outcome });
    if (outcome.lines) this.#pane.say(texts.activity.found(outcome.lines.length, Boolean(outcome.next)));
    if (this.#state.open) this.#watch.begin();
  }

  async #more() {
    const request = ++this.#request;
    this.#set({ loading: true, problem: null });
    const { lines = [], ...rest } = await this.#ask(this.#state.next);
    if (request !== this.#request) return;
    const last = this.#state.lines.at(-1)?.id;
    this.#set({ loading: false, lines: [...this.#state.lines, ...lines], ...rest });
    // The focus goes on where the new lines begin, if the button that asked for them is gone.
    if (!rest.next) this.#pane.focus(`[data-line="${last}"] button`);
  }

  #ask(cursor = "") {
    const { filters } = this.#state;
    return this.#pane.api.activity({ ...filters, ...asMoments(filters), cursor }).then(
      ({ activity, next }) => ({ lines: activity, next }),
      (problem) => ({ problem }),
    );
  }

  /** Not worth a problem of its own: without the count the button is not there. */
  async #countFailed() {
    const wanted = retryWanted(this.#state.filters);
    const found = await this.#pane.api.failedSaves(wanted.mailbox).catch(() => ({ saves: [] }));
    return found.saves.filter((save) => isMeant(save, wanted)).length;
  }

  #retry(line) {
    const failed = line.saves.filter(isFailed);
    return this.#act(
      line,
      (api) => Promise.all(failed.map(({ id }) => api.retrySave(id))),
      (again) => withSaves(line, replaced(line.saves, again)),
      texts.activity.retried(failed.length),
    );
  }

  async #retryAll() {
    this.#set({ loading: true, problem: null });
    const outcome = await this.#pane.api.retryFailed(retryWanted(this.#state.filters)).then(
      ({ retried, more }) => ({ retried, more }),
      (problem) => ({ problem, loading: false }),
    );
    if (outcome.problem) return this.#set(outcome);
    await this.#read();
    this.#pane.say(texts.activity.retried(outcome.retried, outcome.more));
    return null;
  }

  #chooseFile(line) {
    this.#set({ filing: this.#state.filing === line.id ? null : line.id });
    this.#pane.set({ found: null });
    this.#pane.focus("#file");
  }

  #dismiss(line) {
    return this.#act(
      line,
      (api) => api.dismissLine(line.id),
      (settled) => settled,
      texts.activity.dismissed,
    );
  }

  async #act(line, act, changed, words) {
    if (this.#state.busy.has(line.id)) return;
    this.#set({ busy: new Set([...this.#state.busy, line.id]), problem: null });
    const change = await act(this.#pane.api).then(
      (answer) => ({ lines: this.#state.lines.map((one) => (one.id === line.id ? changed(answer) : one)) }),
      (problem) => ({ problem }),
    );
    this.#set({ ...change, busy: new Set([...this.#state.busy].filter((id) => id !== line.id)) });
    if (!change.problem) this.#pane.say(words);
    if (this.#state.open) this.#watch.begin();
  }

  async #look() {
    const moving = (this.#state.lines ?? []).filter(isUnsettled).slice(0, MOST_WATCHED);
    if (!moving.length) return false;
    const read = ({ id }) => this.#pane.api.readSave(id).catch(() => null);
    const saves = await Promise.all(moving.flatMap((line) => line.saves).map(read));
    const fresh = saves.filter(Boolean);
    const lines = this.#state.lines.map((line) =>
      isUnsettled(line) ? withSaves(line, replaced(line.saves, fresh)) : line,
    );
    this.#set({ lines });
    return lines.some(isUnsettled);
  }
}

function replaced(saves, again) {
  return saves.map((save) => again.find(({ id }) => id === save.id) ?? save);
}
