/** Light or dark, from the colours of Office where it tells, else from the system. */

/** True, false, or null when the theme does not say. */
export function isDark(theme) {
  if (typeof theme?.isDarkTheme === "boolean") return theme.isDarkTheme;
  const match = /^#?([0-9a-f]{6})/i.exec(theme?.bodyBackgroundColor ?? "");
  return match ? brightness(match[1]) < 0.5 : null;
}

/** Follows Office and the system, and writes the result on the page's root element. */
export function followTheme(host, root, system = window.matchMedia("(prefers-color-scheme: dark)")) {
  const apply = () => {
    root.dataset.theme = (isDark(host.theme()) ?? system.matches) ? "dark" : "light";
  };
  system.addEventListener("change", apply);
  host.onThemeChanged(apply);
  apply();
}

function brightness(hex) {
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
