// Times as Outlook writes them: the hour today, the day this week, else the date. In Outlook's display language.

const DAY_MS = 24 * 3600 * 1000;
const language = () => document.documentElement.lang || "en-US";

export function shortTime(iso) {
  const time = new Date(iso);
  const age = Date.now() - time;
  if (time.toDateString() === new Date().toDateString()) return time.toLocaleTimeString(language(), { hour: "numeric", minute: "2-digit" });
  if (age > 0 && age < 6 * DAY_MS) return time.toLocaleDateString(language(), { weekday: "short" });
  return time.toLocaleDateString(language(), { month: "numeric", day: "numeric", year: "numeric" });
}

export function longTime(iso) {
  return new Date(iso).toLocaleString(language(), {
    weekday: "short", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit",
  });
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
