/** What the pane says of several selected messages, in English. */

import { count } from "../count.js";

export const severalTexts = {
  several: {
    title: (n) => count(n, "message selected", "messages selected"),
    list: "Messages",
    held: (names) => `Saved to ${names}`,
    draft: "Not sent yet; left out",
    button: (n) => `Save all (${n})`,
    progress: (done, total) => `${done} of ${total} saved`,
    show: "Show",
    goesOn: "This goes on while you do something else.",
    stopped: "What is not asked for yet is left out.",
    retry: (n) => `Retry (${n})`,
    done: "Done",
    over: (saved, failed) => (failed ? `${saved} saved, ${failed} not saved` : `${saved} saved`),
    states: {
      waiting: "Waiting",
      asking: "Saving…",
      saving: "Saving…",
      saved: "Saved",
      partial: "Saved, but not everything",
      failed: "Not saved",
      left: "Left out",
    },
  },
};
