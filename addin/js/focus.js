/**
 * Keeping the focus near where it was. A focus that vanishes with its element falls to the body, and from there the Tab
 * key, which office.js has taken over, leaves the pane.
 */

/** The elements around a focused one, nearest first; none when the focus is elsewhere. */
export function ancestors(element, root) {
  const around = [];
  if (root.contains(element))
    for (let one = element.parentElement; one && one !== root.parentElement; one = one.parentElement) around.push(one);
  return around;
}

/** Focuses the first control in the nearest of these places that is still there and has one. */
export function focusWithin(places) {
  for (const place of places) {
    const control = place.isConnected && place.querySelector("button, input:not([disabled]), select, a[href]");
    if (control) return control.focus();
  }
}
