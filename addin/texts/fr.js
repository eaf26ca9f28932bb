/** Every word of the pane in French. Names and values as in en.js. */

import { activityTexts } from "./fr/activity.js";
import { autopilotTexts } from "./fr/autopilot.js";
import { composeTexts } from "./fr/compose.js";
import { paneTexts } from "./fr/pane.js";
import { recordsTexts } from "./fr/records.js";
import { service } from "./fr/service.js";
import { severalTexts } from "./fr/several.js";
import { welcomeTexts } from "./fr/welcome.js";

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
