// Starts the window: who sits here, which parts it has, and what each may ask of the others.

import { drawChooser, drawSuite } from "./suite.js";
import { DeveloperStrip } from "./developer-strip.js";
import { Graph } from "./graph.js";
import { notify } from "./notices.js";
import { OutlookWindow } from "./outlook-window.js";
import { Session } from "./session.js";
import { Settings } from "./settings.js";

const settings = new Settings(location.search);

function applyTheme() {
  document.documentElement.dataset.theme = settings.get("theme");
}

// Another person is another session: nothing that MSAL or the pane kept may stay from the one before.
function forgetOthers(person) {
  if (sessionStorage.getItem("person") !== person) sessionStorage.clear();
  sessionStorage.setItem("person", person);
}

async function start() {
  applyTheme();
  if (!settings.get("person")) return drawChooser(settings);
  forgetOthers(settings.get("person"));
  const session = new Session(settings.get("person"));
  const outlook = new OutlookWindow(settings, session, new Graph(session));
  drawSuite(document.querySelector("#suite"), settings, {
    search: (words) => outlook.search(words),
    switchTheme: () => {
      settings.set({ theme: settings.get("theme") === "dark" ? "light" : "dark" });
      applyTheme();
      outlook.themeChanged();
    },
  });
  new DeveloperStrip(document.querySelector("#developer"), settings, () => outlook.reloadPane());
  await outlook.start();
  document.body.dataset.state = "ready";
}

start().catch((error) => notify(`Outlook could not start: ${error.message}`));
