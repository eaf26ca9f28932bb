"""Every regular expression of a package, found in its source, and texts that make each of them try as much as it can.

A text is made for each repetition in a pattern: what leads there, then what is repeated, very often, then what cannot
follow. https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]  # what `re` itself reads a pattern with
from re import _parser  # type: ignore[attr-defined]
from typing import Any

ANYWHERE = {"search", "finditer", "findall", "sub", "subn", "split"}  # begin again at every letter
FROM_THE_START = {"match", "fullmatch"}
LETTERS = "a1A-. =<>\"'@/\\:;,()[]{}_!&?%#+*~^$|\n\t\rz9\x01é"
NEVER = ("\x00", "!", "\n")  # one of which hardly any pattern expects


@dataclass(frozen=True)
class Found:
    """`ways` are the methods of patterns that are called with it, somewhere."""

    place: str
    pattern: "re.Pattern[str] | re.Pattern[bytes]"
    ways: frozenset[str]

    def tried(self, text: str) -> int:
        given: Any = text.encode() if isinstance(self.pattern.pattern, bytes) else text
        pattern: Any = self.pattern
        if self.ways & ANYWHERE == {"search"}:
            return pattern.search(given) is not None
        if self.ways & ANYWHERE:
            return sum(1 for _ in pattern.finditer(given))
        return bool(pattern.fullmatch(given)) + bool(pattern.match(given))


def patterns_of(folder: Path) -> tuple[list[Found], list[str]]:
    """Those that stand in the source as they are, and the places where one is put together while the program runs."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    seen: set[int] = set()
    found, made_late = [], []
    for path, tree in trees.items():
        place = path.relative_to(folder.parent).as_posix()
        kept = _kept_by(place) if any(True for _ in _calls(tree)) else {}
        for name, pattern in kept.items():
            if id(pattern) in seen:
                continue  # another file's
            seen.add(id(pattern))
            users = [each for each in trees.values() if each is tree or name in _imported(each)]
            found.append(Found(f"{place} {name}", pattern, _ways(users, name) or frozenset(ANYWHERE)))
        for call, holder in _calls(tree):
            text = call.args[0]
            if holder is None and isinstance(text, ast.Constant):
                compiled = re.compile(text.value, _flags(call))
                found.append(Found(f"{place}:{call.lineno}", compiled, frozenset({_method(call)})))
            elif holder is None or holder not in kept:
                made_late.append(f"{place} {ast.unparse(text)}")
    return found, made_late


def _kept_by(place: str) -> dict[str, Any]:
    module = importlib.import_module(place.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return {name: each for name, each in vars(module).items() if isinstance(each, re.Pattern)}


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str | None]]:
    """Each call of `re` with a pattern, and the name of the module's that keeps it."""
    names = {}
    for each in tree.body:
        target = each.targets[0] if isinstance(each, ast.Assign) else getattr(each, "target", None)
        if isinstance(target, ast.Name) and isinstance(getattr(each, "value", None), ast.Call):
            names[id(each.value)] = target.id  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        if is_call and ast.unparse(node.func.value) == "re" and node.func.attr != "escape":  # type: ignore[attr-defined]
            yield node, names.get(id(node))  # type: ignore[misc]


def _imported(tree: ast.Module) -> set[str]:
    return {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def _ways(trees: list[ast.Module], name: str) -> frozenset[str]:
    """The methods of patterns that are called with what has that name in these files."""
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    used = {node.attr for node in nodes if ast.unparse(node.value).split(".")[-1] == name}
    return frozenset(used & (ANYWHERE | FROM_THE_START))


def _method(call: ast.Call) -> str:
    return str(call.func.attr)  # type: ignore[attr-defined]


def _flags(call: ast.Call) -> int:
    named = [ast.unparse(each) for each in [*call.args[1:], *(each.value for each in call.keywords)]]
    return sum(getattr(re, word.split(".")[-1]) for text in named for word in text.split(" | ") if word[:3] == "re.")


# Texts


def hostile(pattern: str | bytes, flags: int, length: int) -> Iterator[str]:
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    tree = _parser.parse(text, flags & ~re.UNICODE if isinstance(pattern, bytes) else flags)
    for before, repeated in _repetitions(list(tree), ""):
        for end in NEVER:
            yield before + (repeated * length)[:length] + end
        yield (before + repeated) * (length // len(before + repeated))
    whole = _shortest(list(tree)) or "a"
    yield whole * (length // len(whole)) + "\x00"
    yield (whole[:-1] or "a") * (length // len(whole))


def _repetitions(nodes: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """(what leads there, what is repeated) of each repetition that has no small end."""
    for number, (kind, value) in enumerate(nodes):
        here = before + _shortest(nodes[:number])
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            if value[1] > 100:
                for each in _several(list(value[2])):
                    yield here, each
            yield from _repetitions(list(value[2]), here)
        for inner in _inner(kind, value):
            yield from _repetitions(inner, here)


def _inner(kind: Any, value: Any) -> list[list[Any]]:
    if kind is kinds.SUBPATTERN:
        return [list(value[3])]
    if kind is kinds.BRANCH:
        return [list(each) for each in value[1]]
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        return [list(value[1])]
    return [list(value)] if kind is kinds.ATOMIC_GROUP else []


def _several(nodes: list[Any]) -> list[str]:
    """Ways to fulfil it once: each alternative, and several letters of a class."""
    if len(nodes) == 1:
        kind, value = nodes[0]
        if kind is kinds.IN:
            members = [each for each in LETTERS if _is_member(value, each)]
            return [*members[:6], "".join(members[:4])] if members else []
        if kind in (kinds.ANY, kinds.NOT_LITERAL):
            return ["a", " ", "<", '"']
        inner = _inner(kind, value)
        if inner:
            return [each for one in inner for each in _several(one)]
    return [_shortest(nodes)] if _shortest(nodes) else []


def _shortest(nodes: list[Any]) -> str:
    return "".join(_one(kind, value) for kind, value in nodes)


def _one(kind: Any, value: Any) -> str:
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.IN:
        return next((each for each in LETTERS if _is_member(value, each)), "")
    if kind in (kinds.ANY, kinds.NOT_LITERAL):
        return "a" if value != ord("a") else "b"
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return _shortest(list(value[2])) * value[0]
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        return ""
    inner = _inner(kind, value)
    return _shortest(inner[0]) if inner else ""


CATEGORIES: dict[Any, Callable[[str], bool]] = {
    kinds.CATEGORY_DIGIT: str.isdigit,
    kinds.CATEGORY_SPACE: str.isspace,
    kinds.CATEGORY_WORD: lambda each: each.isalnum() or each == "_",
    kinds.CATEGORY_NOT_DIGIT: lambda each: not each.isdigit(),
    kinds.CATEGORY_NOT_SPACE: lambda each: not each.isspace(),
    kinds.CATEGORY_NOT_WORD: lambda each: not (each.isalnum() or each == "_"),
}


def _is_member(members: list[Any], letter: str) -> bool:
    is_negated = members[0][0] is kinds.NEGATE
    return is_negated != any(
        (kind is kinds.LITERAL and chr(value) == letter)
        or (kind is kinds.RANGE and value[0] <= ord(letter) <= value[1])
        or (kind is kinds.CATEGORY and CATEGORIES[value](letter))
        for kind, value in members
    )
