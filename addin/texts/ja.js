/** Every word of the pane in Japanese. Names and values as in en.js. */

import { activityTexts } from "./ja/activity.js";
import { autopilotTexts } from "./ja/autopilot.js";
import { composeTexts } from "./ja/compose.js";
import { paneTexts } from "./ja/pane.js";
import { recordsTexts } from "./ja/records.js";
import { service } from "./ja/service.js";
import { severalTexts } from "./ja/several.js";
import { welcomeTexts } from "./ja/welcome.js";

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
