"""axe-core in a page: what shuts people out, as far as a program can tell."""

from typing import Any

from playwright.sync_api import Frame, Page

from tests.pane.programs import package

AXE = "npm/node_modules/axe-core/axe.min.js"
# What WCAG 2.2 asks for at levels A and AA, and what axe calls good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page | Frame, rules: list[str] = RULES) -> list[str]:
    """Each with the rule, the place and what is wrong there. `rules`: their names, or tags."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(package(AXE).read_text())
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(({violations}) => violations)", rules
    )
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')} {node['html'][:200]}"
        for each in found
        for node in each["nodes"]
    ]
