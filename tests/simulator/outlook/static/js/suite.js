// The bar on top: search, light or dark, and who is signed in; and the page on which a person is chosen.

import { avatar, button, element, icon } from "./dom.js";
import { menu } from "./menu.js";
import { PEOPLE } from "./people.js";

export function drawSuite(place, settings, { search, switchTheme }) {
  const themeButton = button("Switch between light and dark", { className: "suite-button", id: "theme", onclick: () => { switchTheme(); drawTheme(); } });
  const drawTheme = () => themeButton.replaceChildren(icon(settings.get("theme") === "dark" ? "sun" : "moon"));
  drawTheme();
  place.replaceChildren(
    button("Apps", { className: "suite-button waffle" }, icon("apps")),
    element("span", { className: "product" }, "Outlook"),
    element("label", { className: "search" }, icon("search"),
      element("input", { type: "search", placeholder: "Search", "aria-label": "Search mail", oninput: (event) => search(event.target.value) })),
    element("span", { className: "spring" }),
    themeButton,
    element("span", { className: "account" }),
  );
}

export function drawAccount(place, settings, person) {
  const opener = button(`Account of ${person.name}`, { className: "suite-button account", "aria-haspopup": "menu" }, avatar(person.name, "small"));
  opener.addEventListener("click", () => menu(opener, PEOPLE.map(({ address, role }) => ({
    label: address,
    detail: role,
    chosen: address === person.address,
    choose: () => location.assign(settings.address({ person: address, mailbox: "", alone: "", folder: "inbox", message: "" })),
  }))));
  place.querySelector(".account").replaceWith(opener);
}

export function drawChooser(settings) {
  document.body.dataset.state = "choosing";
  const choices = PEOPLE.map(({ address, role }) =>
    element("a", { className: "choice", href: settings.address({ person: address }), data: { person: address } },
      avatar(address.split("@")[0], "large"),
      element("span", {}, element("strong", {}, address), element("small", {}, role))));
  document.querySelector("main").replaceChildren(element("section", { className: "chooser" },
    element("h1", {}, element("img", { src: "/static/icon.svg", alt: "" }), "Outlook"),
    element("h2", {}, "Pick an account"),
    ...choices));
}
