"""What this window reads in the add-in's manifest, as Outlook would: what runs at an event, and its buttons.

Only the newest part of an XML manifest counts (VersionOverrides 1.1), as in all Outlooks that have such events.
https://learn.microsoft.com/javascript/api/manifest/launchevent
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

V1_1 = "{http://schemas.microsoft.com/office/mailappversionoverrides/1.1}"
TYPES = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"
# The mode where none is named, https://learn.microsoft.com/javascript/api/manifest/launchevent#attributes
USUAL_SEND_MODE = "SoftBlock"


def read_manifest(path: Path) -> dict[str, Any]:
    """{"launchPage": path or None, "events": {type: {"function", "sendMode"}}, "controls": {id: path of its page}}.

    Addresses lose their origin, since the service answers under this window's own.
    """
    overrides = ElementTree.parse(path).getroot().find(f".//{V1_1}Resources/..")
    if overrides is None:
        return {"launchPage": None, "events": {}, "controls": {}}
    pages = {each.get("id"): urlsplit(each.get("DefaultValue", "")).path for each in overrides.iter(f"{TYPES}Url")}
    points = [each for each in overrides.iter(f"{V1_1}ExtensionPoint") if each.get(KIND) == "LaunchEvent"]
    return {
        "launchPage": next((pages.get(_resource(point)) for point in points), None),
        "events": {each.get("Type"): _event(each) for point in points for each in point.iter(f"{V1_1}LaunchEvent")},
        "controls": {each.get("id"): pages.get(_resource(each)) for each in overrides.iter(f"{V1_1}Control")},
    }


def _event(element: ElementTree.Element) -> dict[str, str]:
    return {
        "function": element.get("FunctionName", ""),
        "sendMode": element.get("SendMode", USUAL_SEND_MODE),
    }


def _resource(element: ElementTree.Element) -> str | None:
    location = next(element.iter(f"{V1_1}SourceLocation"), None)
    return None if location is None else location.get("resid")
