/** What went wrong, in a sentence, with the one thing to do. view: {problem: from explain(), again}. Sends its action. */

import { h } from "../js/dom.js";
import { texts } from "../js/texts.js";
import { Piece } from "./piece.js";

const LABELS = { "sign-in": texts.signIn, again: texts.tryAgain, reload: texts.reload };

class ProblemBar extends Piece {
  render({ problem, again = "again" }) {
    return h(
      "div",
      { class: "bar bar-danger", role: "alert" },
      h("affix-icon", { name: "error" }),
      h(
        "div",
        { class: "bar-text" },
        h("p", {}, problem.sentence),
        h(
          "div",
          { class: "buttons" },
          problem.link &&
            h(
              "a",
              { class: "button button-primary", href: problem.link, target: "_blank", rel: "noopener" },
              texts.giveConsent,
            ),
          problem.link && this.#button(again, texts.tryAgain),
          LABELS[problem.action] &&
            this.#button(problem.action === "again" ? again : problem.action, LABELS[problem.action]),
        ),
        h("p", { class: "caption code" }, texts.code(problem.code)),
      ),
    );
  }

  // Private

  #button(action, label) {
    return h("button", { key: action, type: "button", class: "button", onclick: () => this.send(action) }, label);
  }
}

customElements.define("affix-problem", ProblemBar);
