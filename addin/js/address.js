/** Where a file of the add-in is. Beside this module, also where modules were put together: `vendor/` is as deep. */

/** @param {string} path  below addin/ */
export function addressOf(path) {
  return new URL(`../${path}`, import.meta.url).href;
}
