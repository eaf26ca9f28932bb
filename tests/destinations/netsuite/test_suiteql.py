"""Whatever a value is, it stays one: hostile ones are found again unchanged; what cannot be quoted is refused."""

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.destinations.netsuite import suiteql
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.suiteql import Unquotable, part, query
from tests.simulator.netsuite.accounts import Account

FOLDER = Path(suiteql.__file__).parent
TITLE = part("s.title")
HOSTILE = (
    "'", "''", "\\'", "\\", "%", "_", "100%_\\", "' OR '1'='1", "'; DROP TABLE customer; --", "x') UNION ALL SELECT 1",
    "/* */", "-- ", "{title}", "{{", "[a]", "LIMIT 1", "WITH x", "?", ":id", "$1", '"', "`", "\u2028", "ß", "İ", "ﬀ",
    "日本語", "\U0001f4a9", "e\u0301", "\u202e", "&#39;", "\uff07", "Ω", "q'[x]'", "N'x'", "||chr(39)||", "&x",
)  # fmt: skip

quotable = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
hostile = st.lists(st.sampled_from(HOSTILE) | quotable, min_size=1, max_size=3).map("".join)


def found_titles(client: Client, condition: suiteql.Part) -> list[str]:
    asked = query(
        "SELECT s.id AS id, s.title AS title FROM supportcase s WHERE {condition} ORDER BY s.id", condition=condition
    )
    return [row["title"] for row in client.query(asked, 1000).items]


def case_named(account: Account, title: str) -> None:
    account.add("supportcase", {"caseNumber": "1", "title": title})


# Hypothesis runs many values through one account; each finds its own title among all that came before.
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(title=hostile)
@example(title="'")
@example(title="\\")
@example(title="%_\\'")
@example(title="WITH LIMIT [x]")
def test_a_hostile_value_is_found_again_unchanged(client: Client, account: Account, title: str) -> None:
    case_named(account, title)
    assert set(found_titles(client, suiteql.one_of(TITLE, [title]))) == {title}
    assert title in found_titles(client, suiteql.same(TITLE, title))
    assert title in found_titles(client, suiteql.same_as_one_of(TITLE, ["nothing", title]))


@many
@given(title=hostile, before=quotable, after=quotable)
def test_a_value_is_found_inside_of_others(
    client: Client, account: Account, title: str, before: str, after: str
) -> None:
    case_named(account, before + title + after)
    assert before + title + after in found_titles(client, suiteql.contains(TITLE, title))
    assert before + title + after in found_titles(client, suiteql.begins(TITLE, before + title))
    assert before + title + after in found_titles(client, suiteql.ends(TITLE, title + after))


@pytest.mark.parametrize(
    ("value", "other"), [("a%b", "axb"), ("a_b", "axb"), ("a\\b", "a\\\\b"), ("%", "x"), ("_", "x")]
)
def test_wildcards_of_the_value_stand_for_themselves(client: Client, account: Account, value: str, other: str) -> None:
    case_named(account, other)
    assert found_titles(client, suiteql.contains(TITLE, value)) == []
    case_named(account, value)
    assert found_titles(client, suiteql.contains(TITLE, value)) == [value]


@given(value=st.text(st.characters(categories=("Cs", "Cc")), min_size=1, max_size=3), around=quotable)
def test_control_characters_and_halves_of_characters_are_refused(value: str, around: str) -> None:
    for make in (suiteql.text, lambda text: suiteql.contains(TITLE, text), lambda text: suiteql.one_of(TITLE, [text])):
        with pytest.raises(Unquotable):
            make(around + value + around)
    assert not suiteql.is_quotable(around + value)
    assert suiteql.is_quotable(suiteql.quotable(around + value + around))


@given(value=st.text(max_size=400))
def test_any_text_can_be_made_quotable_and_keeps_its_words(value: str) -> None:
    plain = suiteql.quotable(value)
    assert suiteql.is_quotable(plain)
    assert suiteql.quotable(plain) == plain


@pytest.mark.parametrize("id_", ["", "x", "1 OR 1=1", "-5", "1.0", "\uff11", "\u0663", "1\n", " 1", "1'", "1" * 19])
def test_an_id_has_digits_only(id_: str) -> None:
    with pytest.raises(Unquotable):
        suiteql.id_(id_)
    with pytest.raises(Unquotable):
        suiteql.id_one_of(part("e.id"), ["1", id_])


def test_a_text_longer_than_the_database_takes_is_refused() -> None:
    assert suiteql.text("x" * 4000)
    with pytest.raises(Unquotable):
        suiteql.text("ä" * 2001)


def test_a_long_list_is_split_so_that_no_in_has_more_than_a_thousand_values(client: Client, account: Account) -> None:
    wanted = [f"Case {number}" for number in range(2500)]
    for title in (wanted[0], wanted[1200], wanted[2499], "Case 2500"):
        case_named(account, title)
    condition = suiteql.one_of(TITLE, wanted + wanted[:10])
    assert condition.text.count(" IN (") == 3
    assert found_titles(client, condition) == [wanted[0], wanted[1200], wanted[2499]]


def test_an_empty_list_matches_nothing(client: Client, account: Account) -> None:
    case_named(account, "Something")
    assert found_titles(client, suiteql.one_of(TITLE, [])) == []
    assert found_titles(client, suiteql.any_of()) == []
    assert found_titles(client, suiteql.all_of(suiteql.one_of(TITLE, ["Something"]), suiteql.all_of())) == ["Something"]


def test_braces_in_a_value_are_no_places_for_other_values(client: Client, account: Account) -> None:
    case_named(account, "{condition}")
    assert found_titles(client, suiteql.one_of(TITLE, ["{condition}"])) == ["{condition}"]


def test_no_other_module_makes_text_of_queries() -> None:
    """Templates are constants, and only suiteql.py makes a Part or a Query of anything else."""
    wrong = []
    for path in FOLDER.rglob("*.py"):
        constants = _constants(path)
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            where = f"{path.name}:{call.lineno}"
            if path.name != "suiteql.py" and name in ("Part", "Query"):
                wrong.append(where)
            if path.name != "suiteql.py" and name in ("part", "query") and call.args:
                template = call.args[0]
                is_asked = name == "query" and isinstance(call.func, ast.Attribute) and not _is_of_suiteql(call.func)
                is_constant = isinstance(template, ast.Constant) or _name_in(template) in constants
                if not is_asked and not is_constant:
                    wrong.append(where)
    assert not wrong


def _is_of_suiteql(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id == "suiteql"


def _name_in(node: ast.expr) -> str | None:
    """TEMPLATE, or TEMPLATES[...]."""
    inner = node.value if isinstance(node, ast.Subscript) else node
    return inner.id if isinstance(inner, ast.Name) else None


def _constants(path: Path) -> set[str]:
    """Names at the top of a module that are constant texts, or dictionaries of such."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            if all(isinstance(each, ast.Constant) for each in values):
                found.add(node.targets[0].id)
    return found
