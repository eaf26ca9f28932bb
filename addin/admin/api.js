/** The service's routes for administrators. */

import { query, Transport } from "../js/transport.js";

// A dry run and a live check ask another system while the person waits.
const LONG_MS = 90000;
const MOST_PAGES = 20;
const id = encodeURIComponent;

export class AdminApi {
  #transport;

  constructor(session) {
    this.#transport = new Transport(session);
  }

  me = () => this.#get("me");

  // Overview

  attention = () => this.#all("admin/attention", "attention");
  statistics = (days) => this.#get("admin/statistics", { days });

  // Mailboxes and licences

  mailboxes = () => this.#all("admin/mailboxes", "mailboxes", { limit: 100 });
  licenses = () => this.#get("admin/licenses");
  assignLicense = (wanted) => this.#send("POST", "admin/licenses", wanted);
  endLicense = (license) => this.#send("DELETE", `admin/licenses/${id(license)}`);

  // Rules

  allRules = () => this.#all("admin/rules", "rules", { limit: 100 });
  rules = (wanted) => this.#get("admin/rules", { limit: 50, ...wanted });
  changeRule = (rule, change) => this.#send("PATCH", `rules/${id(rule)}`, change);
  removeRule = (rule) => this.#send("DELETE", `rules/${id(rule)}`);
  previewRule = (wanted) => this.#send("POST", "rules/preview", wanted, LONG_MS);
  startRule = (wanted) => this.#send("POST", "rules", wanted);

  // Exclusions

  exclusions = () => this.#all("admin/exclusions", "exclusions", { limit: 100 });
  exclude = (wanted) => this.#send("POST", "admin/exclusions", wanted);
  include = (exclusion) => this.#send("DELETE", `admin/exclusions/${id(exclusion)}`);

  // Destinations

  destinations = () => this.#get("admin/destinations");
  destinationKinds = () => this.#get("admin/destination-kinds");
  addDestination = (wanted) => this.#send("POST", "admin/destinations", wanted);
  changeDestination = (name, change) => this.#send("PATCH", `admin/destinations/${id(name)}`, change);
  /** `onstep` hears of each step as it comes. */
  checkDestination = (name, onstep) =>
    this.#transport.lines("POST", `api/admin/destinations/${id(name)}/check`, onstep, LONG_MS);
  removeDestination = (name, force) =>
    this.#send("DELETE", `admin/destinations/${id(name)}?${query({ force: force && "true" })}`);

  // Webhooks

  webhooks = () => this.#all("admin/webhooks", "webhooks");
  webhook = (hook) => this.#get(`admin/webhooks/${id(hook)}`);
  webhookEvents = () => this.#get("admin/webhook-events");
  addWebhook = (wanted) => this.#send("POST", "admin/webhooks", wanted);
  changeWebhook = (hook, change) => this.#send("PATCH", `admin/webhooks/${id(hook)}`, change);
  removeWebhook = (hook) => this.#send("DELETE", `admin/webhooks/${id(hook)}`);
  testWebhook = (hook) => this.#send("POST", `admin/webhooks/${id(hook)}/test`);
  deliveries = (hook, wanted) => this.#get(`admin/webhooks/${id(hook)}/deliveries`, wanted);
  delivery = (hook, one) => this.#get(`admin/webhooks/${id(hook)}/deliveries/${id(one)}`);
  replayDelivery = (hook, one) => this.#send("POST", `admin/webhooks/${id(hook)}/deliveries/${id(one)}/replay`);
  replaySince = (hook, wanted) => this.#send("POST", `admin/webhooks/${id(hook)}/replay`, wanted);

  // API keys

  apiScopes = async () => (await this.#get("admin/api-scopes")).scopes;
  apiKeys = () => this.#all("admin/api-keys", "apiKeys");
  makeApiKey = (wanted) => this.#send("POST", "admin/api-keys", wanted);
  revokeApiKey = (key) => this.#send("DELETE", `admin/api-keys/${id(key)}`);
  apiKeyUses = (key) => this.#get(`admin/api-keys/${id(key)}/uses`, { limit: 50 });

  // Audit

  audit = (wanted) => this.#get("admin/audit", { limit: 50, ...wanted });
  auditFile = (wanted) => this.#transport.file(`api/admin/audit.csv?${query(wanted)}`, LONG_MS);

  // Private

  #get(path, wanted = {}) {
    return this.#transport.call("GET", `api/${path}?${query(wanted)}`.replace(/\?$/, ""));
  }

  #send(method, path, body, limit) {
    return this.#transport.call(method, `api/${path}`, body, limit);
  }

  /** All pages of a list that is short in most tenants. */
  async #all(path, name, wanted = {}) {
    const found = [];
    let cursor = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await this.#get(path, { ...wanted, cursor });
      found.push(...answer[name]);
      cursor = answer.next;
      if (!cursor) break;
    }
    return found;
  }
}
