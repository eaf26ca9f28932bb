/** Past mail: what a rule would have saved of it, and having that saved. Belongs to one Pane. */

import { backfillLook, daysOf, isMoving, isNews } from "./backfills.js";
import { asWanted } from "./rules.js";
import { texts } from "./texts.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15000;
const FRESH_MS = 60000;
const USUAL_DAYS = 30;

export class Past {
  #pane;
  #timer = null;
  #wait = FIRST_WAIT_MS;
  #listed = { mailbox: null, at: 0 };
  #hidden = new Set();

  static always() {
    return { backfills: [], busyPast: new Set(), pastProblem: null };
  }

  static forItem() {
    return { preview: null };
  }

  constructor(pane) {
    this.#pane = pane;
  }

  get events() {
    return {
      "preview-rule": (wanted) => this.#preview({ ...wanted, of: "new", days: USUAL_DAYS }),
      "preview-past": ({ rule }) => this.#preview({ of: rule.id, rule, days: USUAL_DAYS }),
      "preview-days": ({ days }) => this.#preview({ ...this.#pane.state.preview, days }),
      "close-preview": () => this.#close(),
      "save-past": () => this.#save(),
      "pause-backfill": ({ backfill }) => this.#change(backfill, (api) => api.changeBackfill(backfill.id, "paused")),
      "resume-backfill": ({ backfill }) => this.#change(backfill, (api) => api.changeBackfill(backfill.id, "running")),
      "undo-backfill": ({ backfill }) => this.#change(backfill, (api) => api.undoBackfill(backfill.id)),
      "again-backfill": ({ backfill }) => this.#again(backfill),
      "hide-backfill": ({ backfill }) => this.#hide(backfill),
    };
  }

  understood() {
    this.list();
  }

  returned() {
    this.list();
  }

  /** What goes on in the open message's mailbox. Asked once a minute at most while messages are leafed through. */
  async list(force = false) {
    const { context } = this.#pane.state;
    const mailbox = context?.mailbox.address;
    const isKnown = mailbox === this.#listed.mailbox;
    if (!mailbox) return;
    if (!isKnown) this.#pane.set({ backfills: [], pastProblem: null });
    if (isKnown && !force && Date.now() - this.#listed.at < FRESH_MS) return this.#follow();
    this.#listed = { mailbox, at: Date.now() };
    // What goes on goes on without the pane, so not knowing it is no trouble to tell of.
    const found = await this.#pane.api.backfills(mailbox).catch(() => null);
    if (!found || mailbox !== this.#listed.mailbox) return;
    const shown = new Set(this.#pane.state.backfills.map(({ id }) => id));
    const wanted = (one) => !this.#hidden.has(one.id) && (shown.has(one.id) || isNews(one));
    this.#pane.set({ backfills: found.backfills.filter(wanted) });
    this.#follow();
  }

  /** Past mail of a rule, `wanted` is {mailbox, days}. Whether it is under way. */
  async begin(rule, wanted) {
    try {
      this.#put(await this.#pane.api.startBackfill(rule, wanted));
      return true;
    } catch (pastProblem) {
      this.#pane.set({ pastProblem });
      return false;
    }
  }

  // Private

  /** @param {Record<string, any>} asked  {of, rule, offer, record, terms, key, days} */
  async #preview({ of, rule, offer, record, terms, key, days }) {
    const pane = this.#pane;
    const { visit, state } = pane;
    if (state.preview?.busy) return;
    const preview = { of, rule, offer, record, terms, key, days };
    pane.set({ preview: { ...preview, busy: true } });
    const wanted = rule ? this.#asStarted(rule) : asWanted(state, offer, record, terms);
    const outcome = await pane.api.previewRule({ ...wanted, days }).then(
      (found) => ({ found }),
      (problem) => ({ problem }),
    );
    if (visit !== pane.visit || !pane.state.preview) return;
    pane.set({ preview: { ...preview, ...outcome, busy: false } });
    pane.show("affix-preview", false);
    if (outcome.found) pane.say(texts.past.wouldHave(outcome.found.count, days));
  }

  #asStarted(rule) {
    const { kind, value, attachments, internalToo, privateToo, record } = rule;
    return asWanted(this.#pane.state, { kind, value }, record, { attachments, internalToo, privateToo });
  }

  async #save() {
    const pane = this.#pane;
    const { rule, offer, record, terms, days } = pane.state.preview ?? {};
    if (pane.state.starting) return;
    if (!rule) return pane.parts.autopilot.start(offer, record, { ...terms, pastToo: true, pastDays: days });
    pane.set({ starting: true });
    const { address } = pane.state.context.mailbox;
    const isUnderWay = await this.begin(rule.id, { mailbox: address, days });
    pane.set({ starting: false, ...(isUnderWay && { preview: null }) });
    if (isUnderWay) pane.show("affix-backfills");
  }

  #close() {
    const { of } = this.#pane.state.preview ?? {};
    this.#pane.set({ preview: null });
    this.#pane.focus(of === "new" ? "#preview" : `[data-past="${of}"]`);
  }

  #again(backfill) {
    return this.begin(backfill.rule, { mailbox: backfill.mailbox.address, days: daysOf(backfill) });
  }

  #hide({ id }) {
    this.#hidden.add(id);
    this.#pane.set({ backfills: this.#pane.state.backfills.filter((one) => one.id !== id), pastProblem: null });
  }

  async #change({ id }, act) {
    const pane = this.#pane;
    if (pane.state.busyPast.has(id)) return;
    pane.set({ busyPast: new Set([...pane.state.busyPast, id]), pastProblem: null });
    await act(pane.api).then(
      (backfill) => this.#put(backfill),
      (pastProblem) => pane.set({ pastProblem }),
    );
    pane.set({ busyPast: new Set([...pane.state.busyPast].filter((one) => one !== id)) });
  }

  /** Puts one in its place, or first; says aloud what is new of it. */
  #put(backfill) {
    const { backfills } = this.#pane.state;
    const before = backfills.find(({ id }) => id === backfill.id);
    const after = before ? backfills.map((one) => (one === before ? backfill : one)) : [backfill, ...backfills];
    this.#pane.set({ backfills: after });
    if (milestone(before) !== milestone(backfill)) this.#pane.say(spoken(backfill));
    this.#wait = FIRST_WAIT_MS;
    this.#follow();
  }

  /** Looks again while something moves and somebody may be looking; less and less often while nothing changes. */
  #follow() {
    clearTimeout(this.#timer);
    const { backfills, context } = this.#pane.state;
    if (!context || globalThis.document?.hidden || !backfills.some(isMoving)) return;
    this.#timer = setTimeout(() => this.#look(), this.#wait);
  }

  async #look() {
    const pane = this.#pane;
    this.#wait = Math.min(this.#wait * 1.5, LONGEST_WAIT_MS);
    const found = await Promise.all(
      pane.state.backfills.filter(isMoving).map(({ id }) => pane.api.readBackfill(id).catch(() => null)),
    );
    for (const one of found.filter(Boolean)) {
      const before = pane.state.backfills.find(({ id }) => id === one.id);
      if (before && JSON.stringify(before) !== JSON.stringify(one)) this.#put(one);
      // The open message may be among what was saved or undone.
      if (!isMoving(one)) pane.look();
    }
    this.#follow();
  }
}

/** What is worth saying aloud: another state, and every quarter of the way. */
function milestone(backfill) {
  if (!backfill) return null;
  const { word, share } = backfillLook(backfill);
  return `${word} ${Math.floor((share ?? 0) * 4)}`;
}

function spoken(backfill) {
  const { word, share, sentence } = backfillLook(backfill);
  return share ? texts.past.percent(word, Math.round(share * 100)) : `${word}. ${sentence}`;
}
