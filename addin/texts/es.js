/** Every word of the pane in Spanish. Names and values as in en.js. */

import { activityTexts } from "./es/activity.js";
import { autopilotTexts } from "./es/autopilot.js";
import { composeTexts } from "./es/compose.js";
import { paneTexts } from "./es/pane.js";
import { recordsTexts } from "./es/records.js";
import { service } from "./es/service.js";
import { severalTexts } from "./es/several.js";
import { welcomeTexts } from "./es/welcome.js";

export const texts = {
  ...paneTexts,
  ...autopilotTexts,
  ...activityTexts,
  ...composeTexts,
  ...severalTexts,
  ...welcomeTexts,
  ...recordsTexts,
  service,
};
