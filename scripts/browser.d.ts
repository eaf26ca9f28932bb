/** What the add-in finds in its windows beside what TypeScript knows of browsers; for the check of types alone. */

interface Window {
  /** Of Outlook's host, where it passes sign-in on to add-ins. */
  nestedAppAuthBridge?: object;
  /** Of msal-browser's own file. */
  msal?: any;
}

interface ParentNode {
  /** All elements here are HTML. */
  querySelector(selectors: string): HTMLElement | null;
  querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
}
