"""SuiteQL of the simulated NetSuite: what it answers, what Oracle means by it, and what a real account refuses."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.netsuite.accounts import Account
from tests.simulator.netsuite.filling import CONTOSO, filled
from tests.simulator.netsuite.problems import Refused
from tests.simulator.netsuite.suiteql import run


@pytest.fixture
def account() -> Account:
    found = filled(time.time).account(CONTOSO)
    assert found
    return found


def rows(account: Account, query: str, limit: int = 1000, offset: int = 0) -> list[dict[str, str]]:
    return run(account, query, limit, offset)[0]


def values(account: Account, query: str) -> list[Any]:
    """Of the first column, None where it is missing."""
    return [next(iter(row.values()), None) for row in rows(account, query)]


def refusal(account: Account, query: str) -> str:
    with pytest.raises(Refused) as refused:
        run(account, query, 1000, 0)
    body = refused.value.body()
    [detail] = body["o:errorDetails"]
    assert (body["status"], detail["o:errorCode"], detail["o:errorQueryParam"]) == (400, "INVALID_PARAMETER", "q")
    start = "Invalid search query. Detailed unprocessed description follows. "
    assert detail["detail"].startswith(start)
    return str(detail["detail"].removeprefix(start))


def add_message(account: Account, subject: str, **more: Any) -> str:
    fields = {"subject": subject, "message": "<p>Hello</p>", "author": {"id": "101"}, "incoming": True, **more}
    return str(account.add("message", fields)["id"])


def id_of(account: Account, type_: str, name: str) -> str:
    records = account.records[type_].values()
    return next(one["id"] for one in records if name in (one.get("entityId"), one.get("tranId")))


# What it answers


def test_it_finds_entities_by_address_with_ids_as_texts_and_without_what_is_missing(account: Account) -> None:
    found = rows(
        account,
        "SELECT e.id, e.type, e.entityid, e.altname, e.email, e.phone FROM entity e"
        " WHERE LOWER(e.email) IN ('quality@tailspin.example', 'ana@contoso.example')"
        " AND NVL(e.isinactive,'F')='F' ORDER BY e.id",
    )
    assert found == [
        {
            "id": id_of(account, "employee", "Ana"),
            "type": "Employee",
            "entityid": "Ana",
            "altname": "Ana",
            "email": "ana@contoso.example",
        },
        {
            "id": id_of(account, "contact", "Tailspin Quality"),
            "type": "Contact",
            "entityid": "Tailspin Quality",
            "altname": "Tailspin Quality",
            "email": "quality@tailspin.example",
        },
    ]


def test_it_shows_values_as_a_person_sees_them_by_df(account: Account) -> None:
    [found] = rows(
        account,
        "SELECT type, BUILTIN.DF(type) AS shown, status, BUILTIN.DF(status) AS state, BUILTIN.DF(entity) AS who"
        " FROM transaction WHERE tranid = 'D-2087'",
    )
    assert found == {
        "type": "Opprtnty",
        "shown": "Opportunity",
        "status": "B",
        "state": "Opportunity : Issued Estimate",
        "who": "Adatum",
    }
    assert values(account, "SELECT BUILTIN.DF(status) FROM supportcase WHERE casenumber = 'C-31'") == ["Closed"]


def test_it_lists_the_messages_of_a_record_newest_first(account: Account) -> None:
    deal = {"id": id_of(account, "opportunity", "D-4711")}
    first = add_message(account, "First", transaction=deal, messageDate="2026-11-19T23:30:00Z")
    second = add_message(account, "Second", transaction=deal, externalId="mb-2")
    add_message(account, "Elsewhere")
    query = (
        "SELECT id, subject, messagedate, externalid, incoming, BUILTIN.DF(author) AS author"
        f" FROM message WHERE transaction = {deal['id']} ORDER BY id DESC"
    )
    assert rows(account, query) == [
        {"id": second, "subject": "Second", "externalid": "mb-2", "incoming": "T", "author": "Ana"},
        {"id": first, "subject": "First", "messagedate": "11/19/2026", "incoming": "T", "author": "Ana"},
    ]
    assert values(account, "SELECT id FROM message WHERE externalid = 'mb-2'") == [second]


def test_it_sees_at_once_what_was_added_changed_and_removed(account: Account) -> None:
    query = "SELECT subject FROM message ORDER BY id"
    assert values(account, query) == []
    first, _ = add_message(account, "One"), add_message(account, "Two")
    assert values(account, query) == ["One", "Two"]
    account.remove("message", first)
    assert values(account, query) == ["Two"]
    customer = id_of(account, "customer", "Adatum")
    account.change("customer", customer, {"email": "info@adatum.example"})
    assert values(account, "SELECT id FROM entity WHERE email = 'info@adatum.example'") == [customer]
    account.change("customer", customer, {"email": None})
    assert values(account, "SELECT id FROM entity WHERE email = 'info@adatum.example'") == []


def test_it_knows_the_stage_of_customers_and_files_in_their_folder(account: Account) -> None:
    account.add("lead", {"entityId": "Fourth Coffee", "companyName": "Fourth Coffee"})
    assert rows(account, "SELECT stage, type FROM customer c JOIN entity e ON e.id = c.id ORDER BY c.id DESC")[:2] == [
        {"stage": "LEAD", "type": "CustJob"},
        {"stage": "CUSTOMER", "type": "CustJob"},
    ]
    stored = account.store_file("mb-1_1_offer.pdf", "512", b"1234")
    query = "SELECT f.id, f.filesize, d.name FROM file f JOIN mediaitemfolder d ON d.id = f.folder"
    assert rows(account, query) == [{"id": stored.id, "filesize": "4", "name": "Affix"}]


def test_it_pages_and_tells_how_many_there_are(account: Account) -> None:
    pages = [run(account, "SELECT id FROM contact ORDER BY id", 3, offset) for offset in (0, 3, 6)]
    assert [(len(page), total) for page, total in pages] == [(3, 7), (3, 7), (1, 7)]
    assert len({row["id"] for page, _ in pages for row in page}) == 7
    with pytest.raises(Refused):
        run(account, "SELECT id FROM contact ORDER BY id", 1000, 100_000)


def test_pages_without_an_order_miss_rows(account: Account) -> None:
    seen = [row["id"] for offset in (0, 3, 6) for row in rows(account, "SELECT id FROM contact", 3, offset)]
    assert len(set(seen)) < 7


def test_the_order_of_a_query_within_is_kept(account: Account) -> None:
    query = "SELECT * FROM (SELECT entityid FROM contact ORDER BY entityid DESC) WHERE ROWNUM <= 4"
    pages = [rows(account, query, 2, offset) for offset in (0, 2)]
    assert [row["entityid"] for page in pages for row in page] == [
        "Wingtip Logistics",
        "Tailspin Service",
        "Tailspin Quality",
        "Northwind Einkauf Süd",
    ]


def test_moments_have_their_time_by_to_char_only(account: Account) -> None:
    add_message(account, "Late", messageDate="2026-11-19T23:30:05Z")
    query = "SELECT messagedate, TO_CHAR(messagedate, 'YYYY-MM-DD HH24:MI:SS') AS exact FROM message"
    assert rows(account, query) == [{"messagedate": "11/19/2026", "exact": "2026-11-19 23:30:05"}]
    assert values(account, "SELECT subject FROM message WHERE messagedate < TO_DATE('11/20/2026', 'MM/DD/YYYY')") == [
        "Late"
    ]


def test_columns_of_expressions_have_numbers_for_names_and_star_gives_all(account: Account) -> None:
    assert rows(account, "SELECT COUNT(*), MIN(entityid) AS First FROM contact") == [
        {"expr1": "7", "first": "Adatum Legal"}
    ]
    assert rows(account, "SELECT d.* FROM MediaItemFolder d") == [{"id": "512", "name": "Affix", "appfolder": "Affix"}]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT entityid FROM customer WHERE entityid LIKE 'Ad%'", ["Adatum"]),
        ("SELECT entityid FROM customer WHERE entityid LIKE 'ad%'", []),
        ("SELECT entityid FROM customer WHERE entityid = 'ADATUM'", []),
        ("SELECT id FROM customer WHERE entityid = ''", []),
        ("SELECT id FROM customer WHERE entityid <> ''", []),
        ("SELECT COUNT(id) FROM customer WHERE NVL(email, '') IS NULL", ["4"]),
        ("SELECT 'it''s ' || NULL || LOWER('ÄRGER') FROM dual", ["it's ärger"]),
        ("SELECT CONCAT('50%', '_') FROM dual WHERE '50%' LIKE '50\\%' ESCAPE '\\'", ["50%_"]),
        ("SELECT 1 FROM dual WHERE '50\\x' LIKE '50\\%'", ["1"]),
        ("SELECT 1 FROM dual WHERE '50x' LIKE '50\\%' ESCAPE '\\'", []),
        ("SELECT SUBSTR('abcdef', -3, 2) || SUBSTR('abc', 0, 1) FROM dual", ["dea"]),
        ("SELECT 7 / 2 - 1 FROM dual", ["2.5"]),
        ("SELECT DECODE(NULL, NULL, 'none', 'some') FROM dual", ["none"]),
        ("SELECT INSTR('a@b', '@') + LENGTH('abc') FROM dual", ["5"]),
        ("SELECT TO_CHAR(TO_DATE('2026-02-28', 'YYYY-MM-DD') + 1, 'DD.MM.YY HH24:MI') FROM dual", ["01.03.26 00:00"]),
        ("SELECT TO_DATE('03/01/2026', 'MM/DD/YYYY') - TO_DATE('2026-02-27', 'YYYY-MM-DD') FROM dual", ["2"]),
        ("SELECT ADD_MONTHS(TO_DATE('2026-01-31', 'YYYY-MM-DD'), 1) FROM dual", ["2/28/2026"]),
        ("SELECT entityid FROM employee ORDER BY email", ["Ana", "Ben", "Cleo", "Administrator"]),
        ("SELECT entityid FROM employee ORDER BY email DESC", ["Administrator", "Cleo", "Ben", "Ana"]),
        ("SELECT entityid FROM employee WHERE id = '-5'", ["Administrator"]),
        ("SELECT /* {id#RAW} */ COUNT(*) FROM vendor", ["0"]),
        ("SELECT 1 k FROM dual UNION ALL SELECT 1 FROM dual UNION SELECT 2 FROM dual ORDER BY k DESC", ["2", "1"]),
        ("SELECT entityid FROM employee MINUS SELECT 'Ben' FROM dual ORDER BY 1", ["Administrator", "Ana", "Cleo"]),
        (
            "SELECT k.entityid FROM customer k WHERE EXISTS (SELECT 1 FROM supportcase s WHERE s.company = k.id)"
            " ORDER BY 1",
            ["Tailspin", "Wingtip"],
        ),
        ("SELECT entityid FROM customer WHERE id NOT IN (SELECT company FROM contact)", []),
        (
            "SELECT c.email FROM contact c, customer k WHERE k.id = c.company AND k.id = 107",
            ["logistics@wingtip.example"],
        ),
        ("SELECT type FROM entity GROUP BY type HAVING COUNT(*) > 5", ["Contact"]),
        (
            "SELECT (SELECT MAX(tranid) FROM transaction t WHERE t.entity = k.id) FROM customer k ORDER BY k.id",
            ["D-4711", "D-77", None, None],
        ),
    ],
)
def test_it_means_what_oracle_means(account: Account, query: str, expected: list[str | None]) -> None:
    assert values(account, query) == expected


def test_rownum_counts_before_the_order(account: Account) -> None:
    assert values(account, "SELECT entityid FROM contact WHERE ROWNUM <= 2 ORDER BY id DESC") == [
        "Adatum Legal",
        "Adatum Purchasing",
    ]
    assert values(account, "SELECT COUNT(*) FROM contact WHERE ROWNUM < 4") == ["3"]
    assert values(account, "SELECT id FROM contact WHERE ROWNUM > 1") == []
    query = (
        "SELECT * FROM (SELECT ROWNUM AS rn, x.* FROM (SELECT entityid FROM contact ORDER BY entityid) x)"
        " WHERE rn BETWEEN 3 AND 4 ORDER BY rn"
    )
    assert rows(account, query) == [
        {"rn": "3", "entityid": "Northwind Accounts"},
        {"rn": "4", "entityid": "Northwind Einkauf Süd"},
    ]


# What it refuses


@pytest.mark.parametrize(
    ("query", "because"),
    [
        ("SELECT id FROM customer LIMIT 1", "LIMIT"),
        ("SELECT id FROM customer ORDER BY id FETCH FIRST 1 ROWS ONLY", "FETCH"),
        ("SELECT id FROM customer ORDER BY id OFFSET 1 ROWS", "OFFSET"),
        ("SELECT TOP 5 id FROM customer", "Unexpected 5"),
        ("WITH x AS (SELECT id FROM customer) SELECT id FROM x", "WITH"),
        ("SELECT [id] FROM customer", "Square brackets"),
        ('SELECT "id" FROM customer', "Quotation marks"),
        ("SELECT id FROM customer;", "semicolon"),
        ("SELECT id FROM customer; DROP TABLE customer", "semicolon"),
        ("DELETE FROM customer", "Unexpected delete"),
        ("SELECT id FROM customer -- all", "Comments"),
        ("SELECT id FROM customer WHERE id = ?", "Bind parameters"),
        ("SELECT id FROM customer WHERE id = :id", "Bind parameters"),
        ("SELECT id FROM transaction WHERE trandate > DATE '2026-01-01'", "Date literals"),
        ("SELECT id FROM transaction WHERE trandate > '2026-01-01'", "TO_DATE"),
        ("SELECT id FROM customer WHERE entityid = 'it's'", "no end"),
        ("SELECT id FROM customer WHERE entityid = 'it'' is' is'", "no end"),
        ("SELECT id FROM customer WHERE entityid = 5", "ORA-01722"),
        ("SELECT id FROM customer WHERE id = 'x'", "ORA-01722"),
        ("SELECT firstname + lastname FROM contact", "ORA-01722"),
        ("SELECT id FROM customer WHERE entityid LIKE '%x!a' ESCAPE '!'", "ORA-01424"),
        ("SELECT id FROM customer WHERE entityid LIKE 'x' ESCAPE ''", "ORA-01425"),
        ("SELECT id FROM message WHERE message = 'x'", "ORA-00932"),
        ("SELECT DISTINCT message FROM message", "ORA-00932"),
        ("SELECT id FROM message ORDER BY message", "ORA-00932"),
        ("SELECT id FROM customer WHERE 1", "a condition is wanted"),
        ("SELECT id = 1 FROM customer", "a value is wanted"),
        ("SELECT (id = 1) FROM customer", "a value is wanted"),
        ("SELECT id", "end of the query"),
        ("SELECT type, email FROM entity GROUP BY type", "ORA-00979"),
        ("SELECT email, COUNT(*) FROM entity", "ORA-00979"),
        ("SELECT id FROM entity WHERE COUNT(*) > 1", "ORA-00934"),
        ("SELECT DISTINCT type FROM entity ORDER BY id", "ORA-01791"),
        ("SELECT id FROM contact UNION SELECT id FROM customer ORDER BY LOWER(entityid)", "ORA-01785"),
        ("SELECT id FROM contact ORDER BY id UNION SELECT id FROM customer", "Unexpected union"),
        ("SELECT id, type FROM entity UNION SELECT id FROM customer", "ORA-01789"),
        ("SELECT id FROM contact UNION SELECT entityid FROM customer", "ORA-00932"),
        ("SELECT id FROM contact, customer", "ambiguous"),
        ("SELECT c.id FROM contact c, customer k JOIN vendor v ON v.id = k.id", "both syntaxes"),
        ("SELECT c.id FROM contact c, customer k WHERE c.company = k.id (+)", "LEFT JOIN"),
        ("SELECT SUBSTRING(entityid, 1, 2) FROM customer", "SUBSTRING"),
        ("SELECT SQLITE_VERSION() FROM dual", "SQLITE_VERSION"),
        ("SELECT ora_like('a', 'b') FROM dual", "ORA_LIKE"),
        ("SELECT LOWER() FROM dual", "arguments"),
        ("SELECT BUILTIN.DF('x') FROM customer", "name of a field"),
        ("SELECT TO_DATE('x', 'YYYY') FROM dual", "failed while it ran"),
        ("SELECT id FROM customer WHERE id IN ()", "Unexpected )"),
        ("SELECT id FROM customer WHERE entityid = '{}'".format("ü" * 2001), "ORA-01704"),
        ("SELECT id FROM entity WHERE id = {}".format("(" * 3000 + "1" + ")" * 3000), "nested too deeply"),
    ],
)
def test_it_refuses_what_a_real_account_refuses(account: Account, query: str, because: str) -> None:
    reason = refusal(account, query)
    assert reason.startswith("Search error occurred: Invalid or unsupported search. ")
    assert because in reason


def test_it_takes_a_thousand_values_in_a_list_and_not_one_more(account: Account) -> None:
    listed = ", ".join(map(str, range(1000)))
    assert len(values(account, f"SELECT id FROM customer WHERE id IN ({listed})")) == 4
    assert "1000" in refusal(account, f"SELECT id FROM customer WHERE id IN ({listed}, 1000)")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT id FROM customers", "Invalid search type: customers."),
        (
            "SELECT foo FROM customer",
            "Search error occurred: Unknown identifier 'foo'. Available identifiers are: {customer=customer}.",
        ),
        (
            "SELECT x.id FROM customer c JOIN contact p ON p.company = c.id",
            "Search error occurred: Unknown identifier 'x'. Available identifiers are: {c=customer, p=contact}.",
        ),
        ("SELECT c.foo FROM customer c", "Search error occurred: Field 'foo' for record 'customer' was not found."),
        (
            "SELECT id AS number_ FROM customer WHERE number_ = 1",
            "Search error occurred: Unknown identifier 'number_'. Available identifiers are: {customer=customer}.",
        ),
        (
            "SELECT t.subsidiary FROM transaction t",
            "Search error occurred: Field 'subsidiary' for record 'transaction' was not found.",
        ),
        ("SELECT name FROM sqlite_master", "Invalid search type: sqlite_master."),
    ],
)
def test_it_names_what_it_does_not_know_as_netsuite_does(account: Account, query: str, reason: str) -> None:
    assert refusal(account, query) == reason


def test_a_role_without_a_permission_does_not_see_the_table_nor_its_records_among_entities(account: Account) -> None:
    account.withheld.add("Contacts")
    assert refusal(account, "SELECT id FROM contact") == "Search error occurred: Record 'contact' was not found."
    assert set(values(account, "SELECT type FROM entity")) == {"CustJob", "Employee"}
    account.withheld.add("Track Messages")
    assert "Record 'message'" in refusal(account, "SELECT id FROM message")


@pytest.mark.parametrize(
    "sign", ["'", "''", '"', "\\", "%", "_", "--", "/*", "*/", "[", "]", ";", "?", ":x", "\n", "\u2028", "😀"]
)
def test_what_means_something_outside_of_a_text_means_nothing_within(account: Account, sign: str) -> None:
    text = f"a{sign} OR 1 = 1 {sign}"
    account.add("customer", {"entityId": text})
    doubled = text.replace("'", "''")
    assert rows(account, f"SELECT entityid AS name FROM customer WHERE entityid = '{doubled}'") == [{"name": text}]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=50))
@settings(max_examples=100, deadline=None)
def test_any_text_comes_back_as_it_was_when_its_quotes_are_doubled(text: str) -> None:
    account = filled(time.time).account(CONTOSO)
    assert account
    doubled = text.replace("'", "''")
    assert rows(account, f"SELECT '{doubled}' AS same FROM dual WHERE '{doubled}' = '{doubled}'") == [{"same": text}]
