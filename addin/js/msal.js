/** Microsoft's sign-in library, loaded only where Outlook offers nested app authentication. */

import { addressOf } from "./address.js";

const ADDRESS = addressOf("vendor/msal-browser.min.js");

let loading = null;

/** Resolves to the library; rejects when it cannot be loaded, and may then be tried again. */
export function loadMsal() {
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: ADDRESS });
    script.onload = () => resolve(window.msal);
    script.onerror = () => {
      loading = null;
      reject(new Error("the sign-in library could not be loaded"));
    };
    document.head.append(script);
  });
  return loading;
}
