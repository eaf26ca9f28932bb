// Notices that a mailbox changed, as Outlook is told by its server. The simulator's control is asked, not its Graph:
// this window's curiosity must not show among the requests that a test counts, nor use up a fault meant for another.

const EVERY_MS = 3000;

// Calls `changed` after each change of the mailbox from when `begun` is settled until stop().
export function watchMailbox(address, changed) {
  let known = null;

  async function look() {
    if (document.visibilityState === "hidden") return;
    const answer = await fetch(`/simulator/control/messages?mailbox=${encodeURIComponent(address)}`).catch(() => null);
    if (!answer?.ok) return;
    const seen = await answer.text();
    if (known !== null && seen !== known) changed();
    known = seen;
  }

  const begun = look();
  const timer = setInterval(look, EVERY_MS);
  return { begun, stop: () => clearInterval(timer) };
}
