// The mail of one mailbox: what the window shows and does, in calls to Graph.

const LISTED = "id,subject,bodyPreview,from,sender,receivedDateTime,isRead,isDraft,hasAttachments,categories,"
  + "conversationId,internetMessageId";
const PAGE = 50;

// Graph's v1.0 tells a folder's name, not which one it is; the simulated mailboxes are in English. In Outlook's order.
const WELL_KNOWN = new Map(Object.entries({
  "Inbox": "inbox",
  "Drafts": "drafts",
  "Sent Items": "sentitems",
  "Archive": "archive",
  "Deleted Items": "deleteditems",
  "Junk Email": "junkemail",
  "Outbox": "outbox",
}));
const ORDER = [...WELL_KNOWN.values()];

export class Mail {
  #graph;
  #root;

  constructor(graph, address) {
    this.#graph = graph;
    this.address = address;
    this.#root = `/users/${encodeURIComponent(address)}`;
  }

  // Folders with `known`: the well-known name, by which the rest of the window speaks of a folder.
  async folders() {
    const folders = await this.#graph.list(`${this.#root}/mailFolders?$top=100`);
    const named = folders.map((folder) => ({ ...folder, known: WELL_KNOWN.get(folder.displayName) ?? "" }));
    const rank = (folder) => (folder.known ? ORDER.indexOf(folder.known) : ORDER.length);
    return named.sort((one, other) => rank(one) - rank(other) || one.displayName.localeCompare(other.displayName));
  }

  messages(folder) {
    return this.#graph.list(`${this.#folder(folder)}/messages?$select=${LISTED}&$orderby=receivedDateTime desc&$top=${PAGE}`);
  }

  message(id) {
    return this.#graph.ask(this.#message(id));
  }

  attachments(id) {
    return this.#graph.list(`${this.#message(id)}/attachments`);
  }

  // `changes` as Graph has them: {isRead}, {categories}.
  change(id, changes) {
    return this.#graph.ask(this.#message(id), { method: "PATCH", body: changes });
  }

  move(id, folder) {
    return this.#graph.ask(`${this.#message(id)}/move`, { method: "POST", body: { destinationId: folder } });
  }

  // Writes a draft and gives it back. Without an id it is a new one, or an answer to `origin`: {id, how}, where `how` is
  // "createReply", "createReplyAll" or "createForward".
  async saveDraft(id, { to, cc, subject, body }, origin) {
    const people = (addresses) => addresses.map((address) => ({ emailAddress: { address } }));
    const draft = { subject, body: { contentType: "text", content: body }, toRecipients: people(to), ccRecipients: people(cc) };
    if (!id && !origin) return this.#graph.ask(`${this.#root}/messages`, { method: "POST", body: draft });
    const begun = id ?? (await this.#graph.ask(`${this.#message(origin.id)}/${origin.how}`, { method: "POST" })).id;
    return this.change(begun, draft);
  }

  send(id) {
    return this.#graph.ask(`${this.#message(id)}/send`, { method: "POST" });
  }

  // Private

  #folder(id) {
    return `${this.#root}/mailFolders/${encodeURIComponent(id)}`;
  }

  #message(id) {
    return `${this.#root}/messages/${encodeURIComponent(id)}`;
  }
}
