// Which mailboxes stand in a person's folder list: the own one, and those they were given rights to, which Exchange
// tells Outlook (automatic mapping) and Graph does not. Opening them still is a matter of the person's own token.

// `own`: {address, name}. The own mailbox comes first.
export async function findMailboxes(own) {
  const { mailboxes, rights } = await (await fetch("/simulator/control/world")).json();
  const mapped = rights.filter(({ person, right }) => person === own.address && ["full", "delegate"].includes(right));
  return [{ ...own, kind: "own" }, ...mapped.map(({ mailbox }) => {
    const { name, userPurpose } = mailboxes.find(({ address }) => address === mailbox);
    return { address: mailbox, name, kind: userPurpose === "user" ? "delegated" : "shared" };
  })];
}
