/**
 * What to show when no message is open: what for, what needs somebody, what there is to do, what was done.
 * view: {me, isFirst, care: [sentences], strange, work, overview, rules, busy, most}. `strange` is the address of a mailbox
 * that Affix does not know, `work` the view of the work list, `rules` is null until they are known. Sends "open-activity".
 */

import { addressOf } from "../js/address.js";
import { h } from "../js/dom.js";
import { membersLink, steps } from "../js/help.js";
import { recordIcon } from "../js/records.js";
import { look } from "../js/saves.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const WORDS = texts.welcome;
const MOST_RULES = 5;

class Welcome extends Piece {
  #help = false;

  // Lifecycle

  render(view) {
    return [
      this.#head(view),
      view.isFirst && steps(),
      this.#care(view),
      view.work && h("affix-worklist", { key: "work", class: "section", view: view.work }),
      this.#recent(view.me),
      this.#autopilot(view),
      h(
        "button",
        { key: "activity", type: "button", class: "link link-icon", onclick: () => this.send("open-activity") },
        h("affix-icon", { name: "activity" }),
        texts.activity.open,
      ),
      this.#answers(),
    ];
  }

  // Private

  #head({ me, isFirst }) {
    const size = isFirst ? "48" : "32";
    return h(
      "div",
      { key: "head", class: isFirst ? "hero" : "greeting" },
      h("img", { src: addressOf("icons/logo.svg"), alt: "", width: size, height: size }),
      h("h1", {}, WORDS.hello(me.person.name || me.person.address)),
      isFirst && h("p", { key: "what" }, WORDS.what),
      !isFirst && h("p", { key: "choose", class: "caption" }, WORDS.choose),
    );
  }

  /** What somebody has to do before mail is saved, or goes on being saved. */
  #care({ care, strange }) {
    if (!care.length && !strange) return null;
    return h(
      "section",
      { key: "care", class: "section", "aria-labelledby": "care-title" },
      h("h2", { id: "care-title" }, WORDS.care),
      care.map((words) => warning(words)),
      strange && warning(WORDS.strange(strange), membersLink()),
    );
  }

  #recent({ saves = [], mailbox }) {
    return h(
      "section",
      { key: "recent", class: "section", "aria-labelledby": "recent-title" },
      h("h2", { id: "recent-title" }, WORDS.recent),
      saves.length
        ? h(
            "ul",
            { key: "saves", class: "saves" },
            saves.map((save) => this.#row(save, mailbox?.address)),
          )
        : h("p", { key: "none", class: "nothing" }, WORDS.none),
    );
  }

  #autopilot({ overview, rules, busy, me }) {
    if (!overview && !rules?.length) return null;
    const administrator = me.person.administrator === true;
    const shown = { rules, busy, administrator, withMailbox: true, most: MOST_RULES };
    return h(
      "section",
      { key: "rules", class: "section", "aria-labelledby": "rules-title" },
      h("h2", { id: "rules-title" }, texts.autopilot.title),
      overview && h("p", { key: "counts", class: "caption" }, counts(overview)),
      overview && ["missing", "expired"].includes(overview.license?.state) && license(overview.license),
      rules?.length > 0 && h("affix-rules", { key: "list", view: shown }),
    );
  }

  #answers() {
    return [
      h(
        "button",
        {
          key: "help",
          id: "help",
          type: "button",
          class: "expander",
          "aria-expanded": String(this.#help),
          "aria-controls": "answers",
          onclick: () => this.#turn(),
        },
        h("affix-icon", { name: "chevron" }),
        WORDS.help,
      ),
      h(
        "div",
        { key: "answers", id: "answers", class: "answers", hidden: !this.#help },
        h(
          "ul",
          {},
          WORDS.answers.map((words) => h("li", { key: words }, words)),
        ),
        membersLink(),
      ),
    ];
  }

  #row(save, own) {
    const shown = look(save);
    return h(
      "li",
      { key: save.id, class: `save save-${shown.tone}`, "data-state": save.state },
      h("affix-icon", { name: shown.icon }),
      h(
        "div",
        { class: "save-text" },
        h(
          "p",
          { class: "save-record" },
          h("affix-icon", { name: recordIcon(save.record ?? {}) }),
          h("span", {}, save.record?.name),
        ),
        h("p", { class: "save-subject" }, save.message?.subject || texts.message.noSubject),
        h(
          "p",
          { class: "save-state" },
          shown.sentence,
          shown.how && ` · ${shown.how}`,
          save.mailbox?.address !== own && save.mailbox?.address && ` · ${save.mailbox.address}`,
        ),
      ),
    );
  }

  #turn() {
    this.#help = !this.#help;
    this.redraw();
    this.querySelector("#answers").scrollIntoView({ block: "nearest" });
  }
}

function warning(words, more = null) {
  return h(
    "div",
    { key: words, class: "bar bar-warning", role: "note" },
    h("affix-icon", { name: "warning" }),
    h("div", { class: "bar-text" }, h("p", {}, words), more),
  );
}

function license({ message }) {
  return h(
    "p",
    { key: "license", class: "sign warning" },
    h("affix-icon", { name: "warning" }),
    h("span", {}, message),
  );
}

/** "2 rules are running · 1 stopped · 12 emails saved in seven days". */
function counts({ rules, savedThisWeek }) {
  const { active, paused, stopped } = rules;
  if (!active && !paused && !stopped) return WORDS.rules.none;
  return [
    WORDS.rules.active(active),
    paused && WORDS.rules.paused(paused),
    stopped && WORDS.rules.stopped(stopped),
    WORDS.rules.saved(savedThisWeek),
  ]
    .filter(Boolean)
    .join(" · ");
}

customElements.define("affix-welcome", Welcome);
