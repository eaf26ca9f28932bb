// The edge of the pane, by which its width is changed, with the mouse or with the arrow keys.

import { element } from "./dom.js";

const LEAST = 300;
const MOST = 700;
const STEP = 20;

// `pane` gets the width of the settings, and an edge that changes it.
export function resizeHandle(pane, settings) {
  const apply = () => {
    pane.style.setProperty("--pane-width", settings.get("paneWidth") ? `${settings.get("paneWidth")}px` : "");
    edge.setAttribute("aria-valuenow", settings.get("paneWidth") || pane.offsetWidth);
  };
  const become = (width) => {
    settings.set({ paneWidth: String(Math.round(Math.min(MOST, Math.max(LEAST, width)))) });
    apply();
  };
  const isMirrored = () => document.documentElement.dir === "rtl";
  const widthAt = (x) => {
    const { left, right } = pane.getBoundingClientRect();
    return isMirrored() ? x - left : right - x;
  };
  const follow = (event) => become(widthAt(event.clientX));
  const edge = element("div", {
    className: "edge",
    role: "separator",
    tabIndex: 0,
    "aria-orientation": "vertical",
    "aria-label": "Width of the pane",
    "aria-valuemin": LEAST,
    "aria-valuemax": MOST,
    onpointerdown: (event) => {
      edge.setPointerCapture(event.pointerId); // the frame beside it would keep the movement to itself
      edge.addEventListener("pointermove", follow);
    },
    onpointerup: () => edge.removeEventListener("pointermove", follow),
    onkeydown: (event) => {
      const outwards = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
      if (outwards) become(pane.offsetWidth + (isMirrored() ? -outwards : outwards));
    },
  });
  apply();
  return edge;
}
