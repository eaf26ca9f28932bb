"""The JavaScript, checked without running it: types by TypeScript (JSDoc, @types/office-js), rules by ESLint."""

import subprocess

from tests.pane.programs import ROOT, node, package

PROGRAMS = "npm/node_modules/.bin"
FOLDERS = ["addin/js", "addin/elements", "addin/texts", "addin/admin", "tests/simulator/outlook/static/js"]
LIMIT_SECONDS = 120


def check(program: str, *arguments: str, given: str = "") -> str:
    """What the program found fault with; nothing when all is well."""
    command = [node(), str(package(f"{PROGRAMS}/{program}")), *arguments]
    run = subprocess.run(
        command, cwd=ROOT, input=given, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr


def test_types_agree() -> None:
    assert not check("tsc", "--project", "scripts/tsconfig.json")


def test_the_rules_for_javascript_are_kept() -> None:
    assert not check("eslint", "--config", "scripts/eslint.config.mjs", *FOLDERS)


def test_what_only_the_gatekeepers_may_do_is_found_elsewhere() -> None:
    code = 'Office.onReady(); fetch("api/me"); document.body.innerHTML = name; localStorage.setItem("token", "1");'
    arguments = ["--stdin", "--stdin-filename", "addin/js/somebody.js"]
    said = check("eslint", "--config", "scripts/eslint.config.mjs", *arguments, given=code)
    for sentence in ("Only host.js speaks", "Only transport.js speaks", "Text goes in as text", "Nothing is kept"):
        assert sentence in said
