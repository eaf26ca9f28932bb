// What Outlook tells office.js about itself when a pane starts: which requirement sets it has, and its languages.

const OUTLOOK_WEB_APP = 64;

// `nested` is "on", "off", or "announced": said to be there although the bridge is missing, as seen in the field.
export function appContext({ mailboxSet, nested }) {
  const sets = { Mailbox: mailboxSet, IdentityAPI: "1.3", DialogApi: "1.2", OpenBrowserWindowApi: "1.1", react: "1.1" };
  if (nested !== "off") sets.NestedAppAuth = "1.1";
  return {
    _appName: OUTLOOK_WEB_APP,
    _appVersion: "16.0.0.0",
    _hostFullVersion: "16.0.0.0",
    _appMinorVersion: 1,
    _appUILocale: "en-US",
    _dataLocale: "en-US",
    _docUrl: "",
    _clientMode: 1,
    _settings: {},
    _reason: "documentOpened",
    _osfControlType: 1,
    _eToken: "",
    _correlationId: "",
    _addinName: "Affix",
    _appDomains: [],
    _requirementMatrix: JSON.stringify(sets),
  };
}

export const OFFICE_THEMES = {
  light: officeTheme("#ffffff", "#242424", false),
  dark: officeTheme("#292929", "#ffffff", true),
};

function officeTheme(background, foreground, isDarkTheme) {
  return {
    bodyBackgroundColor: background,
    bodyForegroundColor: foreground,
    controlBackgroundColor: background,
    controlForegroundColor: foreground,
    isDarkTheme,
  };
}
