"""What the accounts hold at the start: the sample records at Contoso's, and the people of each as employees."""

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

from tests.simulator.netsuite.accounts import Account, Fields, NetSuite

SAMPLE = Path(__file__).parent.parent / "sample/records.csv"
CONTOSO, FABRIKAM = "1234567", "7654321_SB1"

OPPORTUNITY_STATUS = {"open": ("A", "In Progress"), "quotation": ("B", "Issued Estimate"), "won": ("C", "Closed Won")}
CASE_STATUS = {"open": ("2", "In Progress"), "closed": ("5", "Closed")}


def filled(time: Callable[[], float]) -> NetSuite:
    """The accounts as they are after a reset. Ids differ between them, so that a mistaken one is not found."""
    contoso, fabrikam = Account(CONTOSO, time), Account(FABRIKAM, time, itertools.count(5001))
    for account, names in ((contoso, ("ana", "ben", "cleo")), (fabrikam, ("eve",))):
        # Accounts have an employee -5 from the start, and Oracle's sample of a message names it as the author.
        account.add("employee", {"entityId": "Administrator", "firstName": "Administrator", "isInactive": False}, "-5")
        domain = "contoso.example" if account is contoso else "fabrikam.example"
        for name in names:
            given = name.capitalize()
            fields = {"entityId": given, "firstName": given, "email": f"{name}@{domain}", "isInactive": False}
            account.add("employee", fields)
    with SAMPLE.open(encoding="utf-8", newline="") as rows:
        _fill_from_sample(contoso, list(csv.DictReader(rows)))
    return NetSuite([contoso, fabrikam])


def _fill_from_sample(account: Account, rows: list[dict[str, str]]) -> None:
    companies: dict[str, Fields] = {}
    for row in rows:
        company = {"id": companies[row["company"]]["id"], "refName": row["company"]} if row["company"] else None
        name = row["name"]
        match row["type"]:
            case "company":
                fields = {"entityId": name, "companyName": name, "isPerson": False, "isInactive": False}
                companies[name] = account.add("customer", {**fields, "url": f"https://{row['domain']}"})
            case "contact":
                account.add(
                    "contact", {"entityId": name, "email": row["address"], "company": company} | {"isInactive": False}
                )
            case "deal":
                status = _choice(*OPPORTUNITY_STATUS[row["state"]])
                fields = {"tranId": row["number"], "title": name, "entity": company, "status": status}
                account.add("opportunity", {**fields, "tranDate": account.now().date().isoformat()})
            case "case":
                status = _choice(*CASE_STATUS[row["state"]])
                account.add(
                    "supportcase", {"caseNumber": row["number"], "title": name, "company": company} | {"status": status}
                )


def _choice(id_: str, name: str) -> Fields:
    return {"id": id_, "refName": name}
