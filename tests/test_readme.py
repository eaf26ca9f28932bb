"""What the README promises of NetSuite and of webhooks is what the program has."""

import re
from pathlib import Path

from server.destinations.netsuite.config import Config
from server.destinations.netsuite.facts import Facts
from server.models.webhooks import TEST
from server.webhooks.deliver import WAITS
from server.webhooks.events import EVENTS

PAGE = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("### To be confirmed on your account")[2].partition("\n## ")[0]


def test_every_switch_for_what_is_to_be_confirmed_is_listed_with_its_default() -> None:
    rows = [row.split("|")[1:3] for row in TABLE.splitlines() if row.startswith("| `")]
    named = {name: default.strip(" ") for names, default in rows for name in re.findall(r"`(\w+)`", names)}
    assert named.keys() == Facts.model_fields.keys()
    for name, field in Facts.model_fields.items():
        default = field.default
        words = {True: "true", False: "false"}.get(default) if isinstance(default, bool) else None
        shown = words or (default[0] if isinstance(default, tuple) else str(default))
        assert named[name] in (f"`{shown}`", "as in `facts.py`"), name


def test_the_settings_of_the_example_are_settings_of_netsuite() -> None:
    example = PAGE.partition("## Connect NetSuite")[2].partition("### To be confirmed")[0]
    named = set(re.findall(r"--set (\w+)[.=]", example))
    assert named <= Config.model_fields.keys()
    needed = {name for name, field in Config.model_fields.items() if field.is_required()}
    assert needed <= named


def test_the_table_of_events_is_what_webhooks_are_told() -> None:
    section = PAGE.partition("\n## Webhooks")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))
    assert rows == {name: title[0].lower() + title[1:] for name, title in EVENTS.items()}
    assert TEST in section
    assert [int(seconds) for seconds in WAITS[3:]] == [3600 * hours for hours in (2, 5, 10, 14, 20, 24)]
    assert "after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h" in section
