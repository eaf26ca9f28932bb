/** Where to read on, outside. */

import { h } from "./dom.js";
import { texts } from "./texts.js";

// Without a language in it the page comes in the reader's own.
const MEMBERS = "https://learn.microsoft.com/microsoft-365/admin/email/create-a-shared-mailbox";

/** How somebody becomes a member of a shared mailbox. */
export function membersLink() {
  return h("a", { key: "members", class: "link", href: MEMBERS, target: "_blank", rel: "noopener" }, texts.welcome.members);
}
