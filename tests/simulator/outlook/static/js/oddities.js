// A switch for each thing that some real Outlook does differently, as Microsoft's documentation and the issues of
// office.js tell. The name and the value stand in the window's address, so that a test or a link opens with them.
// The first choice of each is what Outlook on the web does.

const choice = (value, label) => ({ value, label });

const SSO_ERRORS = {
  13000: "no SSO", 13001: "not signed in", 13002: "cancelled", 13003: "account type", 13004: "wrong Resource", 13005: "no consent",
  13006: "session broken", 13007: "no token", 13008: "call running", 13010: "Edge zones", 13012: "platform", 13013: "throttled",
  50001: "stale office.js",
};

export const GROUPS = [
  {
    title: "Shared mailboxes",
    switches: [
      {
        name: "shared",
        label: "getSharedPropertiesAsync",
        choices: [choice("yes", "Answers"), choice("no", "Is absent"), choice("fails", "Fails (9055)"), choice("empty", "Answers with nothing"), choice("never", "Never answers")],
      },
      {
        name: "sharedAfter",
        label: "Its answer comes",
        choices: [choice("0", "At once"), choice("1500", "1.5 s late"), choice("3000", "3 s late"), choice("6000", "6 s late")],
      },
      {
        name: "profile",
        label: "Profile address",
        choices: [choice("person", "The person's"), choice("mailbox", "The shared mailbox's (promoted)")],
      },
    ],
  },
  {
    title: "The item",
    switches: [
      { name: "item", label: "Item", choices: [choice("shown", "Given"), choice("null", "Null (hidden from the address list)")] },
      {
        name: "itemChanged",
        label: "ItemChanged",
        choices: [choice("sent", "Comes"), choice("never", "Never comes"), choice("null", "Comes with null, then no more")],
      },
      { name: "ids", label: "Item id", choices: [choice("given", "Given"), choice("null", "Null (new Mac)")] },
      { name: "messageId", label: "internetMessageId", choices: [choice("given", "Given"), choice("missing", "Missing")] },
      { name: "methods", label: "Methods of the item", choices: [choice("answer", "Answer"), choice("never", "Never call back")] },
    ],
  },
  {
    title: "Sign-in",
    switches: [
      {
        name: "sso",
        label: "getAccessToken",
        choices: [choice("token", "Token"), choice("never", "Never answers"), ...Object.entries(SSO_ERRORS).map(([code, words]) => choice(code, `${code} (${words})`))],
      },
      { name: "nested", label: "NestedAppAuth", choices: [choice("on", "On"), choice("off", "Off"), choice("announced", "Announced, bridge missing")] },
      {
        name: "bridge",
        label: "Its answer",
        choices: [choice("token", "Token"), choice("interaction", "Interaction required"), choice("cancel", "Person cancels"), choice("disabled", "Disabled"), choice("network", "No network")],
      },
    ],
  },
  {
    title: "The client",
    switches: [
      { name: "mailboxSet", label: "Mailbox set", choices: ["1.15", "1.14", "1.13", "1.8", "1.5"].map((version) => choice(version, version)) },
      { name: "officeTheme", label: "officeTheme", choices: [choice("told", "Told"), choice("missing", "Missing")] },
      {
        name: "sendLimit",
        label: "Add-ins at send may take",
        choices: [choice("300", "5 minutes"), choice("2", "2 seconds")],
      },
    ],
  },
];

export const ODDITIES = GROUPS.flatMap(({ switches }) => switches);
