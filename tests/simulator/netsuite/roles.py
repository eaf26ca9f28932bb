"""What the role of the integration may do. All of it is given at the start; the control interface takes it away.

`Account.withheld` holds names of PERMISSIONS, which takes all of one away, or a name with a level, for example
"Contacts (Create)", which leaves what is below that level. Levels are those of the user interface.
"""

from tests.simulator.netsuite.accounts import TRANSACTIONS, Account
from tests.simulator.netsuite.problems import lacks_permission

LEVELS = ("View", "Create", "Edit", "Full")

# Names as the page of a role shows them, with the tab that messages name before them.
PERMISSIONS = {
    "REST Web Services": "Setup",
    "Log in using OAuth 2.0 Access Tokens": "Setup",
    "SuiteAnalytics Workbook": "Reports",
    "Track Messages": "Lists",
    "Documents and Files": "Lists",
    "Contacts": "Lists",
    "Customers": "Lists",
    "Vendors": "Lists",
    "Partners": "Lists",
    "Employees": "Lists",
    "Cases": "Lists",
    "Find Transaction": "Transactions",
}

OF_TYPE = {
    "customer": "Customers",
    "prospect": "Customers",
    "lead": "Customers",
    "job": "Customers",
    "contact": "Contacts",
    "vendor": "Vendors",
    "partner": "Partners",
    "employee": "Employees",
    "supportcase": "Cases",
    "message": "Track Messages",
    "file": "Documents and Files",
    **dict.fromkeys(TRANSACTIONS, "Find Transaction"),
}


def is_withholdable(text: str) -> bool:
    """Whether `Account.withheld` may hold this."""
    name, _, level = text.removesuffix(")").partition(" (")
    return name in PERMISSIONS and level in {"", *LEVELS}


def may(account: Account, permission: str, level: str = "View") -> bool:
    below = LEVELS[: LEVELS.index(level) + 1]
    return not account.withheld & {permission, *(f"{permission} ({one})" for one in below)}


def demand(account: Account, permission: str, level: str = "View") -> None:
    """Raises Refused, which names the permission."""
    if not may(account, permission, level):
        raise lacks_permission(f"{PERMISSIONS[permission]} -> {permission}")
