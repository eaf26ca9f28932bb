/** For whoever is new, and where to read on. */

import { h } from "./dom.js";
import { texts } from "./texts.js";

// Without a language in it the page comes in the reader's own.
const MEMBERS = "https://learn.microsoft.com/microsoft-365/admin/email/create-a-shared-mailbox";

/** How somebody becomes a member of a shared mailbox. */
export function membersLink() {
  return h("a", { key: "members", class: "link", href: MEMBERS, target: "_blank", rel: "noopener" }, texts.welcome.members);
}

/** How it works, in three pictures. */
export function steps() {
  return h(
    "ol",
    { key: "steps", class: "steps" },
    texts.welcome.steps.map(([icon, words]) =>
      h("li", { key: icon }, h("span", { class: "step" }, h("affix-icon", { name: icon })), h("span", {}, words)),
    ),
  );
}
