/** Moments, days and numbers in the browser's language. */

const DAY_MS = 86400000;
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const shortDays = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const spans = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

export function moment(iso) {
  return iso ? moments.format(new Date(iso)) : "";
}

export function day(iso) {
  return iso ? days.format(new Date(iso)) : "";
}

/** Of a date without a time, such as 2026-11-03. */
export function shortDay(date) {
  return shortDays.format(new Date(`${date}T00:00:00Z`));
}

export function number(value) {
  return Number.isFinite(value) ? numbers.format(value) : "–";
}

/** "in 3 days", "yesterday". */
export function fromNow(iso, now = Date.now()) {
  return spans.format(Math.round((Date.parse(iso) - now) / DAY_MS), "day");
}

/** Seconds in the largest unit that fits: "45 seconds", "3 hours". */
export function span(seconds) {
  /** @type {[string, number][]} */
  const units = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? units[3];
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(seconds / size);
}

/** What <input type="date"> holds, as the moment at which that day begins here; `after`: the day after it. */
export function startOf(date, after = 0) {
  if (!date) return null;
  const [year, month, one] = date.split("-").map(Number);
  return new Date(year, month - 1, one + after).toISOString();
}

/** Today here, as <input type="date"> holds it. */
export function today(now = new Date()) {
  const two = (part) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
