/** The sections, in the order of the navigation. `one` shows what the address names behind the section. */

import { ApiKeys } from "./sections/api-keys.js";
import { Audit } from "./sections/audit.js";
import { Destinations } from "./sections/destinations.js";
import { Exclusions } from "./sections/exclusions.js";
import { Licenses } from "./sections/licenses.js";
import { Mailboxes } from "./sections/mailboxes.js";
import { Matching } from "./sections/matching.js";
import { Overview } from "./sections/overview.js";
import { Rules } from "./sections/rules.js";
import { Webhook } from "./sections/webhook.js";
import { Webhooks } from "./sections/webhooks.js";

export const SECTIONS = [
  { name: "overview", sign: "overview", type: Overview },
  { name: "mailboxes", sign: "mailboxes", type: Mailboxes },
  { name: "rules", sign: "autopilot", type: Rules },
  { name: "matching", sign: "rule-domain", type: Matching },
  { name: "destinations", sign: "plug", type: Destinations },
  { name: "exclusions", sign: "left-out", type: Exclusions },
  { name: "webhooks", sign: "webhook", type: Webhooks, one: Webhook },
  { name: "api-keys", sign: "program", type: ApiKeys },
  { name: "audit", sign: "history", type: Audit },
  { name: "licenses", sign: "license", type: Licenses },
];
