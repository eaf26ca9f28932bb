/** What administrators paste: addresses and domains, one after the other. */

/** "jo@adatum.example" is an address; "adatum.example" and "@adatum.example" are a domain. */
export function asExclusion(written) {
  const value = written.trim().toLowerCase();
  return value.indexOf("@") > 0 ? { kind: "address", value } : { kind: "domain", value: value.replace(/^@/, "") };
}

export function linesOf(written) {
  return [...new Set(written.split(/[\s,;]+/).filter(Boolean))];
}
