"""The dashboard and the alert rules ask for what is there, in a language that Prometheus understands."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from apiflask import APIFlask

from server.metrics.families import FAMILIES
from server.metrics.states import STATES
from tests.metrics.test_page import Page

DEPLOY = Path(__file__).parents[2] / "scripts/deploy"
RULES = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((DEPLOY / "grafana.json").read_text())
PANELS = [each for each in DASHBOARD["panels"] if each["type"] != "row"]
ASKED = sorted({each["expr"] for each in RULES} | {each["expr"] for panel in PANELS for each in panel["targets"]})
LABELS = {each.name: {*each.labels} for each in (*FAMILIES, *STATES)}
KNOWN_LATER = {"kind", "code", "status", "of", "quantile"}  # labels whose values are not all there from the beginning


def parts(node: Any) -> Iterator[Any]:
    """A parsed expression and all that it consists of."""
    yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "args"):
        inner = getattr(node, name, None)
        for each in inner if isinstance(inner, list) else [inner]:
            if each is not None:
                yield from parts(each)


def declared(name: str) -> str:
    return re.sub(r"(_seconds)_(bucket|sum|count)$", r"\1", name)


@pytest.mark.parametrize("asked", ASKED)
def test_an_expression_names_only_metrics_and_labels_that_there_are(asked: str) -> None:
    found = list(parts(promql_parser.parse(asked)))
    selectors = [each for each in found if isinstance(each, promql_parser.VectorSelector)]
    assert selectors
    for each in selectors:
        if each.name != "affix_database_up" and each.name != "affix_build_info":
            assert {matcher.name for matcher in each.matchers.matchers} <= LABELS[declared(each.name)], each
    there = {label for each in selectors for label in LABELS.get(declared(each.name), ())} | {"le", "instance"}
    grouped = {
        label
        for each in found
        if isinstance(each, promql_parser.AggregateExpr) and each.modifier
        for label in each.modifier.labels
    }
    assert grouped <= there


def test_what_they_ask_for_is_on_the_page_before_anything_happened(app: APIFlask) -> None:
    page = Page(app)
    shown = {each.name for each in page.families} | {f"{each.name}_total" for each in page.families}
    for asked in ASKED:
        for each in parts(promql_parser.parse(asked)):
            if not isinstance(each, promql_parser.VectorSelector):
                continue
            assert declared(each.name) in shown, asked
            for matcher in each.matchers.matchers:
                values = {one.labels.get(matcher.name) for one in page.samples if one.name == each.name}
                wanted = set(matcher.value.split("|"))
                assert matcher.name in KNOWN_LATER or wanted <= values, (asked, matcher.value)


def test_every_metric_is_on_the_dashboard_or_in_an_alert() -> None:
    named = {declared(name) for asked in ASKED for name in re.findall(r"\baffix_\w+", asked)}
    assert LABELS.keys() - named == set()


def test_an_alert_says_what_is_wrong_and_what_to_do() -> None:
    assert len({each["alert"] for each in RULES}) == len(RULES)
    for each in RULES:
        assert each["annotations"]["summary"] and each["annotations"]["action"]
        assert each["labels"]["severity"] in ("page", "ticket")
        assert re.fullmatch(r"[0-9]+[mhd]", each.get("for", "1m"))
        named = set(re.findall(r"\$labels\.(\w+)", str(each["annotations"])))
        found = parts(promql_parser.parse(each["expr"]))
        kept = [node.modifier for node in found if isinstance(node, promql_parser.AggregateExpr)]
        assert named <= {label for modifier in kept if modifier for label in modifier.labels}, each["alert"]


def test_panels_do_not_overlap_and_take_their_source_from_the_choice() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
    assert len({each["id"] for each in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert {each["datasource"]["uid"] for each in PANELS} == {"${source}"}
