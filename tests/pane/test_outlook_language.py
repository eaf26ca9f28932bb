"""The display language and the theme of the pretend Outlook, as office.js hands them on."""

import pytest
import requests
from playwright.sync_api import expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook, value_of
from tests.pane.probe import ready


@pytest.mark.parametrize("tag", ["ja-JP", "ar-SA"])
def test_an_add_in_starts_in_outlooks_language(outlook: Outlook, tag: str) -> None:
    pane = ready(outlook.open("ana", language=tag))
    assert pane.evaluate("Office.context.displayLanguage") == tag
    strings = "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /_strings/.test(name))"
    assert {name.split("/")[-2] for name in pane.evaluate(strings)} == {tag.lower()}


@pytest.mark.parametrize("tag", ["de-DE", "fr-FR", "es-ES"])
def test_office_js_has_its_words_in_that_language_too(probe_place: Place, tag: str) -> None:
    address = f"{probe_place.outlook}/office/{tag.lower()}/outlook_strings.js"
    assert requests.get(address, timeout=10).status_code == 200


def test_another_language_starts_the_pane_anew(outlook: Outlook) -> None:
    assert ready(outlook.open("ana")).evaluate("Office.context.displayLanguage") == "en-US"
    outlook.set_language("de")
    assert ready(outlook).evaluate("Office.context.displayLanguage") == "de-DE"
    outlook.set_language("ar")
    assert ready(outlook).evaluate("Office.context.displayLanguage") == "ar-SA"
    expect(outlook.page.locator("html")).to_have_attribute("dir", "rtl")


def test_every_theme_reaches_the_pane(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    for name, background in (("contrast", "#000000"), ("dark", "#292929"), ("light", "#ffffff")):
        outlook.set_theme(name)
        assert value_of(pane, f"window.themes.at(-1)?.bodyBackgroundColor === {background!r}")
        assert pane.evaluate("Office.context.officeTheme.bodyBackgroundColor") == background
        assert pane.evaluate("matchMedia('(forced-colors: active)').matches") is (name == "contrast")
