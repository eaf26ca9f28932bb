/** Light, dark or high contrast, from the colours of Office where it tells, else from the system. */

/** True, false, or null when the theme does not say. */
export function isDark(theme) {
  if (typeof theme?.isDarkTheme === "boolean") return theme.isDarkTheme;
  const match = /^#?([0-9a-f]{6})/i.exec(theme?.bodyBackgroundColor ?? "");
  return match ? brightness(match[1]) < 0.5 : null;
}

/** Whether Office shows the black of Windows' contrast themes, which it tells by its colours alone. */
export function isContrast(theme) {
  return /^#?0{6}/.test(theme?.bodyBackgroundColor ?? "") && /^#?f{6}/i.test(theme?.bodyForegroundColor ?? "");
}

/** Follows Office and the system, and writes the result on the page's root element. */
export function followTheme(host, root, system = window.matchMedia("(prefers-color-scheme: dark)")) {
  const apply = () => {
    const theme = host.theme();
    const dark = isDark(theme) ?? system.matches;
    root.dataset.theme = isContrast(theme) ? "contrast" : dark ? "dark" : "light";
  };
  system.addEventListener("change", apply);
  host.onThemeChanged(apply);
  apply();
}

function brightness(hex) {
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
