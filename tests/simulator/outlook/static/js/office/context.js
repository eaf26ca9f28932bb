// What Outlook tells office.js about itself when a pane starts: which requirement sets it has, and its languages.

const OUTLOOK_WEB_APP = 64;

// `nested` is "on", "off", or "announced": said to be there although the bridge is missing, as seen in the field.
// `language`: the display language, which is that of the content too. `kept`: the add-in's roaming settings.
export function appContext({ mailboxSet, nested, language, kept }) {
  const sets = { Mailbox: mailboxSet, IdentityAPI: "1.3", DialogApi: "1.2", OpenBrowserWindowApi: "1.1", react: "1.1" };
  if (nested !== "off") sets.NestedAppAuth = "1.1";
  return {
    _appName: OUTLOOK_WEB_APP,
    _appVersion: "16.0.0.0",
    _hostFullVersion: "16.0.0.0",
    _appMinorVersion: 1,
    _appUILocale: language,
    _dataLocale: language,
    _docUrl: "",
    _clientMode: 1,
    _settings: kept,
    _reason: "documentOpened",
    _osfControlType: 1,
    _eToken: "",
    _correlationId: "",
    _addinName: "Affix",
    _appDomains: [],
    _requirementMatrix: JSON.stringify(sets),
  };
}

// Whether a Mailbox requirement set has what came with another: hasSet("1.15", "1.8") is true.
export function hasSet(mailboxSet, wanted) {
  return Number(mailboxSet.split(".")[1]) >= Number(wanted.split(".")[1]);
}
