// Outlook's themes: what the window looks like, and the colours that it tells its add-ins of them.

export const THEMES = [
  { name: "light", title: "Light", office: officeTheme("#ffffff", "#242424", false) },
  { name: "dark", title: "Dark", office: officeTheme("#292929", "#ffffff", true) },
  { name: "contrast", title: "High contrast (black)", office: officeTheme("#000000", "#ffffff", true) },
];

export const themeNamed = (name) => THEMES.find((theme) => theme.name === name) ?? THEMES[0];

export function applyTheme(name) {
  document.documentElement.dataset.theme = themeNamed(name).name;
}

// As Office.context.officeTheme has it.
function officeTheme(background, foreground, isDarkTheme) {
  return {
    bodyBackgroundColor: background,
    bodyForegroundColor: foreground,
    controlBackgroundColor: background,
    controlForegroundColor: foreground,
    isDarkTheme,
  };
}
