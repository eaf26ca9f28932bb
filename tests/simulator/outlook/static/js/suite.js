// The bar on top: search, settings, and who is signed in; and the page on which a person is chosen.

import { avatar, button, element, icon } from "./dom.js";
import { LANGUAGES, languageOf } from "./languages.js";
import { menu } from "./menu.js";
import { PEOPLE } from "./people.js";
import { THEMES } from "./themes.js";

// `acts`: search(words), setTheme(name), setLanguage(tag).
export function drawSuite(place, settings, acts) {
  const toggleTheme = () => { acts.setTheme(settings.get("theme") === "light" ? "dark" : "light"); drawTheme(); };
  const themeButton = button("Switch between light and dark", { className: "suite-button", id: "theme", onclick: toggleTheme });
  const drawTheme = () => themeButton.replaceChildren(icon(settings.get("theme") === "light" ? "moon" : "sun"));
  drawTheme();
  place.replaceChildren(
    button("Apps", { className: "suite-button waffle" }, icon("apps")),
    element("span", { className: "product" }, "Outlook"),
    element("label", { className: "search" }, icon("search"),
      element("input", { type: "search", placeholder: "Search", "aria-label": "Search mail", oninput: (event) => acts.search(event.target.value) })),
    element("span", { className: "spring" }),
    themeButton,
    button("Theme", { className: "suite-button", id: "themes", onclick: (event) => chooseTheme(event.currentTarget, settings, (name) => { acts.setTheme(name); drawTheme(); }) }, icon("palette")),
    button("Language", { className: "suite-button", id: "languages", onclick: (event) => chooseLanguage(event.currentTarget, settings, acts.setLanguage) }, icon("globe")),
    element("span", { className: "account" }),
  );
}

function chooseTheme(opener, settings, choose) {
  menu(opener, [{ heading: "Theme" }, ...THEMES.map(({ name, title }) => (
    { label: title, chosen: name === settings.get("theme"), choose: () => choose(name) }))]);
}

function chooseLanguage(opener, settings, choose) {
  const current = languageOf(settings.get("language")).tag;
  menu(opener, [{ heading: "Display language" }, ...LANGUAGES.map(({ tag, name }) => (
    { label: name, detail: tag, chosen: tag === current, choose: () => choose(tag) }))]);
}

// `openAlone(mailbox)` opens one in a tab of its own: in Outlook, too, that stands in this menu.
export function drawAccount(place, settings, { person, mailboxes }, openAlone) {
  const opener = button(`Account of ${person.name}`, { className: "suite-button account", "aria-haspopup": "menu" }, avatar(person.name, "small"));
  const as = ({ address }) => settings.address({ person: address, mailbox: "", alone: "", folder: "inbox", message: "" });
  const shared = mailboxes.filter(({ kind }) => kind !== "own");
  const others = PEOPLE.filter(({ address }) => address !== person.address);
  const entry = (known, label, choose) => ({ label, detail: known.role, face: avatar(known.name, "small"), choose });
  opener.addEventListener("click", () => menu(opener, [
    { heading: `Signed in as ${person.address}` },
    ...others.map((known) => entry(known, known.name, () => location.assign(as(known)))),
    ...(shared.length > 0 ? [{ heading: "Open another mailbox" }] : []),
    ...shared.map((mailbox) => ({ label: mailbox.name, detail: mailbox.address, drawing: "window", choose: () => openAlone(mailbox) })),
    { heading: "Side by side, in a new tab" },
    ...others.map((known) => entry(known, `Open as ${known.name}`, () => window.open(as(known), "_blank"))),
  ]));
  place.querySelector(".account").replaceWith(opener);
}

export function drawChooser(settings) {
  document.body.dataset.state = "choosing";
  const choices = PEOPLE.map(({ address, name, role, hint }) =>
    element("a", { className: "choice", href: settings.address({ person: address }), data: { person: address } },
      avatar(name, "large"),
      element("span", {}, element("strong", {}, address), element("small", {}, role), element("small", { className: "hint" }, hint))));
  document.querySelector("main").replaceChildren(element("section", { className: "chooser" },
    element("h1", {}, element("img", { src: "/static/icon.svg", alt: "" }), "Outlook"),
    element("h2", {}, "Pick an account"),
    element("p", {}, "A pretend Outlook: no password, and nothing leaves this machine."),
    ...choices));
}
