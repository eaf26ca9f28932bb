"""Where links into the user interface lead: a page that shows what is stored. Nobody has to log in to it here.

Paths are those of accounts (some of them are in no Oracle page: contact, opportunity, case, message).
"""

from html import escape

from tests.simulator.netsuite.accounts import CUSTOMERS, Fields
from tests.simulator.netsuite.call import Answer, Call
from tests.simulator.netsuite.checking import shown_name

PATHS: dict[str, tuple[str, ...]] = {
    "/app/common/entity/custjob.nl": CUSTOMERS,
    "/app/common/entity/contact.nl": ("contact",),
    "/app/common/entity/vendor.nl": ("vendor",),
    "/app/common/entity/partner.nl": ("partner",),
    "/app/common/entity/employee.nl": ("employee",),
    "/app/accounting/transactions/opprtnty.nl": ("opportunity",),
    "/app/accounting/transactions/estimate.nl": ("estimate",),
    "/app/accounting/transactions/salesord.nl": ("salesorder",),
    "/app/accounting/transactions/custinvc.nl": ("invoice",),
    "/app/accounting/transactions/cashsale.nl": ("cashsale",),
    "/app/crm/support/supportcase.nl": ("supportcase",),
    "/app/crm/common/crmmessage.nl": ("message",),
}


def show(call: Call) -> Answer:
    found = call.account.find_any(PATHS[call.path], call.query.get("id", ""))
    if found is None:
        return _page(404, "That record does not exist.", {})
    type_, record = found
    files = [one for *to, kind, one in call.account.attached if to == [type_, record["id"]] and kind == "file"]
    names = [call.account.files[one].name for one in (*files, *call.account.message_files.get(record["id"], ()))]
    mail = [one["subject"] for one in call.account.records["message"].values() if _is_on(one, record["id"])]
    return _page(200, f"{type_} {shown_name(record)}", {**record, "Files": names, "Communication": mail})


def _is_on(message: Fields, id_: str) -> bool:
    return any(message.get(name, {}).get("id") == id_ for name in ("entity", "transaction", "activity"))


def _page(status: int, title: str, shown: Fields) -> Answer:
    rows = "".join(f"<tr><th>{escape(name)}<td>{escape(str(value))}" for name, value in shown.items())
    head = f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><h1>{escape(title)}</h1>"
    return Answer(
        status, octets=f"{head}<table>{rows}</table>".encode(), headers={"Content-Type": "text/html; charset=utf-8"}
    )
