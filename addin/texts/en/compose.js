/** What the pane says beside a message that is being written, in English. */

import { count } from "../count.js";

export const composeTexts = {
  compose: {
    title: "Save when sent",
    intro: "Choose records now. Affix saves the message from Sent Items once it is sent.",
    draft: "Outlook keeps a draft, so that Affix can find the message again.",
    weak: "So Outlook names the sender. Affix knows for certain once the draft is saved.",
    nobody: "Outlook does not say from which mailbox this is sent.",
    button: (n) => (n ? `Save to ${count(n, "record", "records")} when sent` : "Save when sent"),
    busy: "Saving the draft…",
    records: "Chosen records",
    waits: (name) => (name ? `Saved when sent · chosen by ${name}` : "Saved when sent"),
    change: "Change",
    withdraw: "Do not save",
    chosen: (n) => `Will be saved to ${count(n, "record", "records")} when sent`,
    withdrawn: "This message will not be saved.",
    attachments: { none: "None", files: "Files", all: "All, also images in the text" },
    notSaved: "Outlook did not save the draft, so Affix could not find the message again.",
    remind: "Remind me when I send without a record",
    remindHow: "For messages to people outside your organisation.",
    reminding: "Affix will remind you.",
    notReminding: "Affix will not remind you.",
  },
};
