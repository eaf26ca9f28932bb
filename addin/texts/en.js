/** Every word of the pane in English. The other languages have the same names and take the same values. */

import { activityTexts } from "./en/activity.js";
import { autopilotTexts } from "./en/autopilot.js";
import { composeTexts } from "./en/compose.js";
import { paneTexts } from "./en/pane.js";
import { recordsTexts } from "./en/records.js";
import { severalTexts } from "./en/several.js";
import { welcomeTexts } from "./en/welcome.js";

export const texts = {
  ...paneTexts,
  ...autopilotTexts,
  ...activityTexts,
  ...composeTexts,
  ...severalTexts,
  ...welcomeTexts,
  ...recordsTexts,
};
