// Notices that a mailbox changed, as Outlook is told by its server. The simulator's control is asked, not its Graph:
// this window's curiosity must not show among the requests that a test counts, nor use up a fault meant for another.

const EVERY_MS = 3000;

// Calls `changed(arrived)` after each change of the mailbox from when `begun` is settled until stop(). `arrived`: what
// is new in the inbox since the last look, as the control lists messages.
export function watchMailbox(address, changed) {
  let known = null;

  async function look() {
    if (document.visibilityState === "hidden") return;
    const answer = await fetch(`/simulator/control/messages?mailbox=${encodeURIComponent(address)}`).catch(() => null);
    if (!answer?.ok) return;
    const { messages } = await answer.json();
    const seen = new Map(messages.map((message) => [message.immutableId, message]));
    const before = known;
    known = seen;
    if (before === null || JSON.stringify([...before]) === JSON.stringify([...seen])) return;
    changed(messages.filter(({ immutableId, folder }) => folder === "inbox" && !before.has(immutableId)));
  }

  const begun = look();
  const timer = setInterval(look, EVERY_MS);
  return { begun, look, stop: () => clearInterval(timer) };
}
