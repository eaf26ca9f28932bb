// The small window in which Microsoft asks a person to confirm who they are. True if they did.

import { avatar, button, element } from "./dom.js";

export function confirmIdentity(person) {
  return new Promise((decide) => {
    const answer = (confirmed) => { dialog.remove(); decide(confirmed); };
    const dialog = element("dialog", { className: "sign-in", oncancel: () => answer(false) },
      element("h2", {}, "Confirm it's you"),
      element("p", {}, "Affix needs you to confirm your identity before it may continue."),
      element("div", { className: "choice" }, avatar(person.name, "large"), element("span", {}, element("strong", {}, person.name), element("small", {}, person.address))),
      element("div", { className: "sign-in-buttons" },
        button("Cancel", { className: "command", onclick: () => answer(false) }, "Cancel"),
        button("Confirm", { className: "primary", autofocus: true, onclick: () => answer(true) }, "Confirm")));
    document.body.append(dialog);
    dialog.showModal();
  });
}
