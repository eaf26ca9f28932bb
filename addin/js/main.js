/** Starts the pane: puts the parts together and waits for Outlook. */

import "../elements/activity.js";
import "../elements/attachments.js";
import "../elements/autopilot.js";
import "../elements/backfills.js";
import "../elements/compose.js";
import "../elements/health.js";
import "../elements/icon.js";
import "../elements/lines.js";
import "../elements/mailbox.js";
import "../elements/message.js";
import "../elements/new-record.js";
import "../elements/presence.js";
import "../elements/preview.js";
import "../elements/problem.js";
import "../elements/records.js";
import "../elements/request.js";
import "../elements/rules.js";
import "../elements/saves.js";
import "../elements/search.js";
import "../elements/several.js";
import "../elements/start.js";
import "../elements/tabs.js";
import "../elements/welcome.js";
import "../elements/which-mailbox.js";
import "../elements/worklist.js";
import { Api, readConfig } from "./api.js";
import * as host from "./host.js";
import { loadMsal } from "./msal.js";
import { Pane } from "./pane.js";
import { Session } from "./session.js";
import { followTheme } from "./theme.js";

import { direction, language } from "./language.js";

const root = document.getElementById("pane");
const live = document.getElementById("live");

async function main() {
  Object.assign(document.documentElement, { lang: language, dir: direction });
  // On its way early; whoever needs it asks again where that failed.
  readConfig().catch(() => null);
  if (host.mayNestSignIn()) loadMsal().catch(() => null);
  const session = new Session(host, readConfig, loadMsal);
  const pane = new Pane({ root, live, host, session, api: new Api(session) });
  pane.set({ stage: "starting" });
  const { inOutlook, missing } = await host.start();
  // First of all: what is chosen before Outlook knows of the listener is never told.
  if (inOutlook) host.onItemChanged(() => pane.moved());
  followTheme(host, document.documentElement);
  if (!inOutlook) return pane.set({ stage: "outside", missing });
  window.addEventListener("focus", () => pane.returned());
  document.addEventListener("visibilitychange", () => pane.returned());
  return pane.start();
}

main();
