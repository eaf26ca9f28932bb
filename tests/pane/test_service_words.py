"""What the service says to people, it says in English; the pane knows each of these sentences in its other languages.

The sentences are read out of the service's own source, so that a new one, or one that changed, is missed at once.
"""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.pane.programs import ROOT, node

SERVER = ROOT / "server"
LANGUAGES = ["de", "fr", "es", "ja"]
# Modules, and packages of them, whose sentences nobody sees in the pane. Those of every other module are translated.
SILENT = """
administration/ configured.py destinations/netsuite/certificate.py destinations/netsuite/checking.py
destinations/netsuite/config.py destinations/netsuite/confirming.py destinations/netsuite/facts.py secret_settings.py
webhooks/
metrics/ tracing.py accounts/ api/sign_in_pages.py api/v1/ api_keys.py revoking.py auth/api_keys.py auth/new_grants.py
api/description.py api/health.py api/notifications.py auth/sealing.py cli/ doctor.py migrate.py migrations/
autopilot/listening.py autopilot/taking.py destinations/base.py destinations/local/emails.py
destinations/local/importing.py destinations/netsuite/bodies.py destinations/netsuite/suiteql.py mail/graph/ mail/mime/
""".split()  # for administrators; for programs; for operators; caught, or said in other words, before anybody sees it
# Never on its own in front of a person: for programs, for the log, or put together out of others.
NOT_SHOWN = {
    "The request cannot be read.",
    "This address does not know that method.",
    "The request is larger than allowed.",
    "This is not a cursor of this list.",
    "This list cannot be continued from there.",
    "The fields of a record are texts of at most 2000 characters.",
    "The key of a save must be short text.",
    'Say what to change: {"state": "paused" or "active"} or {"owner": "me"}.',
    "Say what shall be changed: kind or attachments.",
    "Only a rule that matches has options.",
    "A rule holds for one mailbox or everywhere: {}.",
    "There are no rules of this kind. There are: {}.",
    "Name the mailbox whose past mail is saved.",
    "Name the mailbox whose mail is saved.",
    "Name the record that mail is saved to.",
    "A conversation begins with a message: name the item that is open.",
    "No rule is active.",
    "All {} licences are taken. Take one away from another mailbox, or get more.",
    "The end of the licence has to be in the future.",
    "There are {} exclusions already. Exclude a domain instead of its addresses.",
    "Microsoft 365 does not let Affix itself read {}. Grant it the application permission Mail.Read for this mailbox "
    "first.",
    "{} {} An administrator can take it over.",
    "{} Its files are left out.",
    "{} {} saved it from {}.",
    "Something went wrong in Affix.",
    "A built-in destination has that name.",
    "Emails were saved under this name before. Choose another, unless it is the same system again.",
    'Say what to change: {"title": …} or {"settings": {…}}.',
    "The built-in destination has no settings; AFFIX_BUILT_IN_DESTINATION hides it.",
    "There is a destination of that name already.",
    "Try again later.",
    "{} still waiting for it. Wait until they are done, or remove it with force: then they fail.",
    "The file of AFFIX_CLIENT_CERTIFICATE cannot be read.",
    "The file of AFFIX_CLIENT_CERTIFICATE must hold a private key and a certificate.",
    "This person has not connected a mailbox to Affix yet.",
    "There are no records of the type {}. There are: {}.",
    "Name the mailbox in which the rule is tried.",
    "Say what shall be changed: tab or remindOnSend.",
}


def sentences(path: Path) -> set[str]:
    """The sentences for people in a module, with {} for what is put in."""
    tree = ast.parse(path.read_text())
    parts = {id(part) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for part in each.values}
    docstrings = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    found = []
    for each in ast.walk(tree):
        if isinstance(each, ast.JoinedStr):
            found.append("".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in each.values))
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in parts | docstrings:
            found.append(re.sub(r"\{\w*\}", "{}", each.value))
    return {each for each in found if len(each) > 14 and re.fullmatch(r"[A-Z{“].*\s.*[.!?]", each)}


def is_silent(path: Path) -> bool:
    name = path.relative_to(SERVER).as_posix()
    return any(name.startswith(each) if each.endswith("/") else name == each for each in SILENT)


@pytest.fixture(scope="module")
def known() -> dict[str, dict[str, str]]:
    """Of each language: what the service says, as the pane says it."""
    imports = ", ".join(f'{tag}: (await import("{ROOT}/addin/texts/{tag}.js")).texts.service' for tag in LANGUAGES)
    script = f"console.log(JSON.stringify({{ {imports} }}))"
    run = subprocess.run(
        [node(), "--input-type=module", "-e", script], capture_output=True, text=True, timeout=60, check=True
    )
    words: dict[str, dict[str, str]] = json.loads(run.stdout)
    return words


@pytest.fixture(scope="module")
def spoken() -> set[str]:
    return {each for path in SERVER.rglob("*.py") if not is_silent(path) for each in sentences(path)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_service_has_its_words(
    language: str, known: dict[str, dict[str, str]], spoken: set[str]
) -> None:
    assert sorted(spoken - NOT_SHOWN - known[language].keys()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_kept_that_the_service_does_not_say(
    language: str, known: dict[str, dict[str, str]], spoken: set[str]
) -> None:
    assert sorted(known[language].keys() - spoken) == []
    assert sorted(NOT_SHOWN - spoken) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_put_in_stays_in(language: str, known: dict[str, dict[str, str]]) -> None:
    for english, theirs in known[language].items():
        places = [f"{{{number}}}" for number in range(english.count("{}"))]
        assert sorted(re.findall(r"\{\d\}", theirs)) == places, english


def test_every_module_that_is_called_silent_has_something_that_it_could_say() -> None:
    for each in SILENT:
        modules = (SERVER / each).rglob("*.py") if each.endswith("/") else [SERVER / each]
        assert any(sentences(path) for path in modules), each
