/**
 * Follows how it stands with the open message while the pane is in sight: its saves, and who else is filing it. Asks
 * every few seconds while something moves, and seldom when nothing does. Belongs to one Pane.
 */

import { isAboutSignIn } from "./problem.js";
import { isSettled } from "./saves.js";

const QUICKEST_MS = 400;
const QUICK_MS = 4000;
const CALMEST_MS = 30000;
const FIRST_MS = 60000;
const LONG_MS = 120000;
const UNSEEN_MS = 20000;
const NEW_MS = 600000;

export class Live {
  #pane;
  #tag = null;
  #wait = 0;
  #timer = null;
  #asking = false;
  #openedAt = 0;
  #lookedAt = 0;
  #hurriedAt = 0;
  #toldAt = 0;

  constructor(pane) {
    this.#pane = pane;
  }

  arrived() {
    clearTimeout(this.#timer);
  }

  understood(context, isFirst) {
    this.#tag = null;
    this.#toldAt = Date.now();
    if (isFirst) this.#openedAt = Date.now();
    if (this.#isMoving()) this.hurry();
    else this.#arm();
  }

  /** Whoever comes back sees at once what happened meanwhile. */
  returned() {
    if (this.#asking) return;
    this.#wait = 0;
    if (Date.now() - this.#lookedAt < QUICK_MS) return this.#arm();
    clearTimeout(this.#timer);
    this.#look();
  }

  /** Something was asked for just now: look at once, and often for a while. */
  hurry() {
    this.#wait = 0;
    this.#hurriedAt = Date.now();
    this.#arm();
  }

  // Private

  /** The next look. None is begun while the pane is hidden: `returned` goes on. */
  #arm() {
    if (this.#asking) return;
    clearTimeout(this.#timer);
    this.#wait = pause(this.#wait, this.#pace());
    this.#timer = setTimeout(() => this.#look(), jittered(this.#wait));
  }

  #pace() {
    const now = Date.now();
    if (this.#isMoving() && now - this.#hurriedAt < LONG_MS) return "hurried";
    const isWatched = now - this.#openedAt < FIRST_MS || this.#pane.state.presence.length > 0;
    return isWatched ? "quick" : "calm";
  }

  #isMoving() {
    return this.#pane.state.saves.some((save) => !isSettled(save));
  }

  async #look() {
    const { context } = this.#pane.state;
    if (document.hidden || !isFollowed(context)) return;
    this.#asking = true;
    this.#lookedAt = Date.now();
    const goesOn = await this.#ask(context).catch((problem) => !isAboutSignIn(problem));
    this.#asking = false;
    if (goesOn) this.#arm();
  }

  /** What was asked before another message was opened, or before the person did something, says nothing any more. */
  async #ask(context) {
    const { visit, parts } = this.#pane;
    const { edition } = parts.saving;
    const answer = await this.#pane.api.live(context.mailbox.id, context.message.id, this.#tag);
    if (visit !== this.#pane.visit || edition !== parts.saving.edition) return true;
    if (answer) {
      this.#tag = answer.tag;
      Object.assign(context, answer.content); // for when the person comes back to this message
      parts.saving.take(answer.content.saves);
      parts.presence.take(answer.content.presence);
    }
    parts.saving.noteSlow(Date.now() - this.#hurriedAt > LONG_MS);
    if (this.#isSeenSince(context, answer)) await this.#askWhy(context);
    return true;
  }

  /** Whether Autopilot has seen the message by now, or may have, since its context was told without it. */
  #isSeenSince(context, answer) {
    if (context.autopilot) return false;
    if (answer?.content.saves.some(({ how }) => how?.startsWith("autopilot"))) return true;
    const now = Date.now();
    const isAwaited = context.health?.carriers && now - Date.parse(context.message.receivedAt) < NEW_MS;
    return isAwaited && now - this.#openedAt < FIRST_MS && now - this.#toldAt > UNSEEN_MS;
  }

  /** Only the whole context tells why Autopilot saved it, or did not. */
  async #askWhy(context) {
    const { api, visit, state } = this.#pane;
    this.#toldAt = Date.now();
    api.forget();
    const { autopilot } = await api.context(state.asked);
    if (visit !== this.#pane.visit) return;
    context.autopilot = autopilot;
    this.#pane.set({});
  }
}

/** A draft has no saves. */
function isFollowed(context) {
  return Boolean(context?.mailbox?.id && context.message?.id && !context.message.isDraft);
}

/** Milliseconds until the next look, by those before the last one: "hurried", "quick" or "calm". */
export function pause(last, pace) {
  const [least, most] = {
    hurried: [QUICKEST_MS, QUICK_MS],
    quick: [QUICK_MS, QUICK_MS],
    calm: [QUICK_MS, CALMEST_MS],
  }[pace];
  return Math.min(Math.max(last * 1.5, least), most);
}

/** Not all panes of a team at the same moment. */
function jittered(wait) {
  return Math.round(wait * (0.85 + Math.random() * 0.3));
}
