"""Where Microsoft's office.js is found, and which of its neighbours this window answers itself."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = Path("node_modules/@microsoft/office-js/dist")

# office.js asks for these beside itself. The first is the page on which a person confirms that a host outside
# Microsoft's list, or without https, may be trusted; the others are put before office.js by this window, and the last
# into the page that has a tab of its own.
STAND_INS = {
    "AgaveErrorUX/index.html": "trust.html",
    "trust.js": "trust.js",
    "microsoft-ajax.js": "microsoft-ajax.js",
    "played-here.js": "played-here.js",
    "pane-side.js": "pane-side.js",
    "tab-side.js": "tab-side.js",
}


def find_office_js() -> Path | None:
    """The package's `dist` folder: OFFICE_JS if it is set, else where scripts/setup puts it. None: not installed."""
    named = os.environ.get("OFFICE_JS")
    candidates = [Path(named)] if named else [ROOT / ".cache/npm" / PACKAGE]
    return next((folder for folder in candidates if (folder / "office.js").is_file()), None)
