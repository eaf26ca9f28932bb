"""What public pages leave open about NetSuite: each point as a switch with what we hold for true until an account says
otherwise. `affix doctor --live` confirms them; the README lists them as "to be confirmed on your account".
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

HELP = "https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help"


_PATH = r"^(/[A-Za-z0-9._-]+)+$"


def _switch(default: Any, title: str, description: str, source: str, **rules: Any) -> Any:
    return Field(default, title=title, description=description, json_schema_extra={"source": source}, **rules)


class Facts(BaseModel):
    """The switches. Their defaults are what is most probable; each says where that comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope_as_list: bool = _switch(
        True,
        "Scope as a list",
        "The assertion names its scopes as a JSON array; off: as one text with commas.",
        f"Oracle's Python sample has the array, its page the text: {HELP}/section_162755359851.html",
    )
    address_separator: Literal[", ", " ", "; "] = _switch(
        ", ",
        "Between addresses in cc and bcc",
        "What stands between the addresses of a message's cc and bcc.",
        f"A SuiteScript sample has commas, the page on SOAP blanks: {HELP}/section_N3655720.html",
    )
    moment_format: Literal["iso", "date"] = _switch(
        "iso",
        "When a message was sent",
        "iso: messageDate is ISO 8601 in UTC; date: messageDate is YYYY-MM-DD and time is HH:MM.",
        "ISO 8601 is Oracle's datetime of REST; public code sends the second.",
    )
    longest_subject: int = _switch(
        300,
        "Longest subject",
        "Characters of a message's subject; longer ones are cut.",
        "No public page states a limit; metadata-catalog/message of the account may.",
        ge=1,
        le=4000,
    )
    case_field: Literal["activity", "entity"] = _switch(
        "activity",
        "Field for a support case",
        "The field of a message that files it under a support case; entity: under the company of the case only.",
        f"A case counts as an activity in the record of messages: {HELP}/section_N3655720.html",
    )
    looked_up_by: Literal["eid", "suiteql"] = _switch(
        "eid",
        "How a saved message is found again",
        "eid: GET message/eid:KEY; suiteql: by the column below. Where it is installed the RESTlet looks.",
        f"eid: may stand where an internal id can: {HELP}/section_156334828635.html; for messages nobody says so.",
    )
    external_id_column: Literal["externalid"] = _switch(
        "externalid",
        "Column of the external id",
        "The column of SuiteQL's table message with the external id.",
        "It is the name in other tables.",
    )
    document_path: str = _switch(
        "/services/rest/document/v1/file",
        "Address for files",
        "Where a file is created by REST when no RESTlet is installed.",
        f"Not on any public page; the account's document/v1/metadata-catalog has it: {HELP}/article_0909085903.html",
        pattern=_PATH,
    )
    attaches_to_messages: bool = _switch(
        False,
        "Files attached to messages by REST",
        "!attach/file takes a message too; off: files are attached to the record.",
        f"Oracle names records in general: {HELP}/article_0113084334.html",
    )
    restlet_bytes: int = _switch(
        7_400_000,
        "Largest file through the RESTlet",
        "Bytes. A RESTlet takes 10 MB in one text, and files grow by a third in it.",
        f"{HELP}/section_4640094112.html",
        ge=1,
    )
    stage_column: Literal["searchstage", "stage"] = _switch(
        "searchstage",
        "Column of the stage",
        "The column of SuiteQL's table customer that tells customers, prospects and leads apart.",
        "Public queries have searchstage with Customer, Prospect and Lead; SuiteScript's field is stage.",
    )
    closed_cases: tuple[str, ...] = _switch(
        ("5",),
        "States of closed cases",
        "Internal ids of the case states that are not open any more.",
        "5 is Closed in an account as it comes; states can be added.",
    )
    contact_page: str = _switch(
        "/app/common/entity/contact.nl",
        "Page of a contact",
        "Where a contact is opened in NetSuite.",
        "It is formed like those of the other entities.",
        pattern=_PATH,
    )
    opportunity_page: str = _switch(
        "/app/accounting/transactions/opprtnty.nl",
        "Page of an opportunity",
        "Where an opportunity is opened in NetSuite.",
        "It is formed like those of the other transactions.",
        pattern=_PATH,
    )
    case_page: str = _switch(
        "/app/crm/support/supportcase.nl",
        "Page of a case",
        "Where a case is opened in NetSuite.",
        "Public SuiteScript.",
    )
    message_page: str = _switch(
        "/app/crm/common/crmmessage.nl",
        "Page of a message",
        "Where a saved email is opened in NetSuite.",
        "Public SuiteScript.",
        pattern=_PATH,
    )


@dataclass(frozen=True)
class Assumption:
    """Something else that we hold for true, without a choice. `is_confirmed`: by the live check, if it passes."""

    what: str
    source: str
    is_confirmed: bool


ASSUMPTIONS = (
    Assumption(
        "A message that is created with emailed: false is filed and sent to nobody.",
        "Public scripts create a message with emailed: true in order to send it.",
        True,
    ),
    Assumption(
        "A second message with the same external id is refused.",
        "Stated for SuiteTalk (CData); the status and text of REST are not known, so on any 400 we look it up.",
        True,
    ),
    Assumption("A message can be deleted by a role with full rights to messages.", "REST API Browser.", True),
    Assumption(
        "SuiteQL has the columns that we ask for, UNION ALL, and ESCAPE after LIKE.",
        f"{HELP}/section_156257790831.html; columns as in public queries.",
        True,
    ),
    Assumption(
        "Closed transactions are told by the letters of their status, with or without their type before it.",
        "Public SuiteQL has both forms.",
        False,
    ),
    Assumption("A request above the limit is answered with 429 by REST.", "Oracle's guide to SDF.", False),
    Assumption(
        "File type MISCBINARY can be created in SuiteScript 2.x; the same name in a folder replaces the file.",
        "Public SuiteScript.",
        True,
    ),
)
