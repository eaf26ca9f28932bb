/** The administrators' page in a tab of its own: who is signed in, then the sections. */

import "../elements/icon.js";
import "./chart.js";
import "./dialog.js";
import { loadMsal } from "../js/msal.js";
import { followTheme } from "../js/theme.js";
import { readConfig } from "../js/transport.js";
import { AdminApi } from "./api.js";
import { App } from "./app.js";
import { SignIn } from "./sign-in.js";

const root = document.getElementById("admin");
const live = document.getElementById("live");

followTheme({ theme: () => null, onThemeChanged: () => null }, document.documentElement);

const session = new SignIn(readConfig, loadMsal);
new App(root, live, session, new AdminApi(session)).start();
