"""A browser, and when a page in it showed what: milliseconds from asking for the page to the paint with it."""

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from tests.pane.conftest import CHROMIUM_FLAGS
from tests.pane.servers import find_chromium

WAIT_MS = 30_000
FIRST_PAINT = "first paint"
# A moment is over with the first frame painted in which something fits its selector. Looked for by the clock, because a
# frame keeps its window, and so this script, when it goes from its first empty document to its page.
WATCH = """
((moments, isTop) => {
  if ((window === window.top) !== isTop) return;
  const seen = (window.momentsSeen = {});
  const waiting = new Map(Object.entries(moments));
  const look = () => {
    for (const [name, selector] of waiting) {
      if (!document.querySelector(selector)) continue;
      waiting.delete(name);
      requestAnimationFrame(() => setTimeout(() => (seen[name] = performance.now())));
    }
    if (waiting.size) setTimeout(look, 4);
  };
  look();
})
"""
SEEN = """
async ([names, limit]) => {
  const began = performance.now();
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
  const isOver = () => painted() && names.every((name) => name in window.momentsSeen);
  while (!isOver() && performance.now() - began < limit) await new Promise((next) => setTimeout(next, 10));
  const paint = painted();
  return { ...(paint && { "first paint": paint.startTime }), ...window.momentsSeen };
}
"""


class NoBrowser(Exception):
    """There is nothing to measure with."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Raises NoBrowser."""
    chromium = find_chromium()
    if chromium is None:
        raise NoBrowser("there is no Chromium on this machine; CHROMIUM names one in an unusual place")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield started
        started.close()


def watch(page: Page, moments: dict[str, str], is_top: bool = False) -> None:
    """Note the moments, given with their selectors: in the page itself, or in the frames that it opens from now on."""
    page.add_init_script(f"{WATCH}({json.dumps(moments)}, {json.dumps(is_top)})")


def times(frame: Frame, moments: dict[str, str]) -> dict[str, float]:
    """The first paint and the moments, once all of them are over."""
    seen: dict[str, float] = frame.evaluate(SEEN, [list(moments), WAIT_MS])
    shown = frame.locator("body").inner_text()
    assert {FIRST_PAINT, *moments} <= set(seen), f"only {sorted(seen)} within {WAIT_MS} ms, with {shown!r}"
    return seen


def medians(openings: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in openings)) for name in openings[0]}
