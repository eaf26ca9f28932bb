/** Times and sizes, in words. */

import { displayLanguage } from "./language.js";
import { texts } from "./texts.js";

const DAY_MS = 86400000;

/** "just now", "today 14:05", "yesterday 09:12", "3 Nov", "3 Nov 2024". Empty when there is no time. */
export function when(iso, now = new Date(), locale = displayLanguage) {
  const isNow = iso && Math.abs(Number(now) - Date.parse(iso)) < 60000;
  return isNow ? texts.time.now : moment(iso, now, locale);
}

/** As `when`, with the clock also for what has only just been. */
export function moment(iso, now = new Date(), locale = displayLanguage) {
  const time = iso ? new Date(iso) : null;
  if (!time || Number.isNaN(time.getTime())) return "";
  const clock = time.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  const days = Math.round((midnight(now) - midnight(time)) / DAY_MS);
  if (days === 0) return texts.time.today(clock);
  if (days === 1) return texts.time.yesterday(clock);
  const year = time.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return time.toLocaleDateString(locale, { day: "numeric", month: "short", year });
}

/** "840 B", "12 kB", "1.4 MB". */
export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999500) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0)} MB`;
}

function midnight(time) {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}
