/** Records at hand, and who else is at a message, in English. */

import { count } from "../count.js";

export const recordsTexts = {
  atHand: {
    favorites: "Favourites",
    recents: "Recent",
    listed: (n) => `${count(n, "record", "records")} at hand`,
    star: (record) => `Favourite: ${record}`,
    tip: "Favourite of everybody in this mailbox",
    added: (record) => `${record} is a favourite of this mailbox now.`,
    removed: (record) => `${record} is no longer a favourite of this mailbox.`,
  },

  presence: {
    title: "Colleagues at this message",
    choosing: (who) => `${who} is choosing a record for this message right now.`,
    saving: (who, records) => `${who} is about to save this message to ${records}.`,
    same: (who, record) => `${who} is just about to save this to ${record} too.`,
    saved: (who, record) => `${who} saved this to ${record}.`,
  },

  usual: {
    keep: "Use this choice for this mailbox from now on",
    kept: "Noted for this mailbox.",
    none: "Usual in this mailbox: no attachments",
    files: "Usual in this mailbox: all files",
    all: "Usual in this mailbox: all, also those inside the text",
  },
};
