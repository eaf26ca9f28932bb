"""What the service says to people, it says in English; the pane knows each of these sentences in its other languages.

The sentences are read out of the service's own source, so that a new one, or one that changed, is missed at once.
"""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LANGUAGES = ["de", "fr", "es", "ja"]
# The modules whose sentences people see in the pane; those for operators and administrators stay in English.
SPEAKING = """
access.py api/errors.py api/guard.py auth/refusals.py errors.py
detection.py licensing.py problems.py delivery.py copying.py saving.py marking.py undoing.py records.py fetching.py
outgoing.py sent.py favorites.py mailboxes.py places.py wording.py models/pauses.py models/saves.py
autopilot/backfill.py autopilot/exclusions.py autopilot/health.py autopilot/matching.py autopilot/past.py
autopilot/reviewing.py autopilot/rules.py autopilot/stopping.py autopilot/sync.py autopilot/wanted.py
autopilot/watching.py
destinations/border.py destinations/ledger.py destinations/local/creating.py destinations/local/records.py
destinations/netsuite/creating.py destinations/netsuite/errors.py destinations/netsuite/filing.py
destinations/netsuite/finding.py destinations/netsuite/parties.py
mail/html.py
""".split()
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


@pytest.fixture(scope="module")
def known() -> dict[str, dict[str, str]]:
    """Of each language: what the service says, as the pane says it."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine; scripts/setup installs one where it is missing")
    imports = ", ".join(f'{tag}: (await import("{ROOT}/addin/texts/{tag}.js")).texts.service' for tag in LANGUAGES)
    script = f"console.log(JSON.stringify({{ {imports} }}))"
    run = subprocess.run(
        [node, "--input-type=module", "-e", script], capture_output=True, text=True, timeout=60, check=True
    )
    words: dict[str, dict[str, str]] = json.loads(run.stdout)
    return words


@pytest.fixture(scope="module")
def spoken() -> set[str]:
    return {each for name in SPEAKING for each in sentences(ROOT / "server" / name)}


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
