/** Which attachments are ticked, and how the service is told. */

/** A link or a file above the limit cannot be saved, whatever the person ticks. */
export function isSavable(attachment) {
  return !attachment.tooLarge && attachment.kind !== "reference";
}

/** The ids ticked at first, by the setting "none", "files" (without what belongs to the text) or "all". */
export function usualChoice(attachments, setting) {
  if (setting === "none") return new Set();
  const wanted = (attachment) => isSavable(attachment) && (setting === "all" || !attachment.isInline);
  return new Set(attachments.filter(wanted).map(({ id }) => id));
}

/** What is ticked at first in this mailbox, by the mailbox's own choice or else the service's: see `usualChoice`. */
export function usualSetting({ context, me }) {
  return context?.preferences?.attachments ?? me?.settings?.attachments ?? "files";
}

/** "none", "files", "all" or the list of ids. The words are preferred: ids may change when a message is moved. */
export function asAsked(attachments, ticked) {
  const word = ["files", "all"].find((one) => isEqual(usualChoice(attachments, one), ticked));
  return word ?? (ticked.size ? [...ticked] : "none");
}

/** Ticks or unticks one attachment, or with the id "files" all files at once. */
export function toggled(attachments, ticked, id) {
  const next = new Set(ticked);
  const ids = id === "files" ? [...usualChoice(attachments, "files")] : [id];
  const add = id === "files" ? !ids.every((one) => ticked.has(one)) : !ticked.has(id);
  for (const one of ids)
    if (add) next.add(one);
    else next.delete(one);
  return next;
}

export function totalSize(attachments, ticked) {
  return attachments.filter(({ id }) => ticked.has(id)).reduce((sum, { size }) => sum + (size ?? 0), 0);
}

function isEqual(one, other) {
  return one.size === other.size && [...one].every((id) => other.has(id));
}
