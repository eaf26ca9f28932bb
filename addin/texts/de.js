/** Every word of the pane in German. Names and values as in en.js. */

import { activityTexts } from "./de/activity.js";
import { autopilotTexts } from "./de/autopilot.js";
import { composeTexts } from "./de/compose.js";
import { paneTexts } from "./de/pane.js";
import { recordsTexts } from "./de/records.js";
import { service } from "./de/service.js";
import { severalTexts } from "./de/several.js";
import { welcomeTexts } from "./de/welcome.js";

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
