// Starts the window: who sits here, which parts it has, and what each may ask of the others.

import { DemoStrip } from "./demo-strip.js";
import { Graph } from "./graph.js";
import { applyLanguage } from "./languages.js";
import { notify } from "./notices.js";
import { OutlookWindow } from "./outlook-window.js";
import { Session } from "./session.js";
import { Settings } from "./settings.js";
import { drawChooser, drawSuite } from "./suite.js";
import { applyTheme } from "./themes.js";

const settings = new Settings(location.search);

// Another person is another session: nothing that MSAL or the pane kept may stay from the one before.
function forgetOthers(person) {
  if (sessionStorage.getItem("person") !== person) sessionStorage.clear();
  sessionStorage.setItem("person", person);
}

async function start() {
  applyTheme(settings.get("theme"));
  applyLanguage(settings.get("language"));
  if (!settings.get("person")) return drawChooser(settings);
  forgetOthers(settings.get("person"));
  const session = new Session(settings.get("person"));
  const manifest = await (await fetch("/office/manifest.json")).json();
  const outlook = new OutlookWindow(settings, session, new Graph(session), manifest);
  drawSuite(document.querySelector("#suite"), settings, {
    search: (words) => outlook.search(words),
    setTheme: (theme) => {
      settings.set({ theme });
      applyTheme(theme);
      outlook.themeChanged();
    },
    setLanguage: (language) => {
      settings.set({ language });
      applyLanguage(language);
      outlook.languageChanged();
    },
  });
  new DemoStrip(document.querySelector("#developer"), settings, outlook);
  await outlook.start();
  document.body.dataset.state = "ready";
}

start().catch((error) => notify(`Outlook could not start: ${error.message}`));
