"""The fields of each record type: names, kinds, lengths and where references lead.

A choice from the public REST API Browser, large enough for what is stored here. The message has exactly the elements of
article_161038358813. Of lengths, that of a message's body is published; the others are those of the user interface, and
not verified.
"""

from dataclasses import dataclass
from functools import cache

from tests.simulator.netsuite.accounts import CUSTOMERS, ENTITIES, TRANSACTIONS

ACTIVITIES = ("supportcase",)  # of which kind events, tasks and calls are too
LONGEST_SUBJECT = 300  # invented: nobody has published whether there is one
LONGEST_BODY = 1_000_000  # https://support.cloudextend.io/en/articles/9509615


@dataclass(frozen=True)
class Field:
    """`kind`: text, email, emails, boolean, number, date, time, moment (a date, or a date and time), choice (of a list
    that is not checked here) or reference, which leads to records of `types`. `most`: characters."""

    kind: str
    label: str
    most: int | None = None
    types: tuple[str, ...] = ()
    is_read_only: bool = False


def _text(label: str, most: int | None = 4000) -> Field:
    return Field("text", label, most)


def _to(label: str, *types: str) -> Field:
    return Field("reference", label, types=types)


def _shown(kind: str, label: str) -> Field:
    return Field(kind, label, is_read_only=True)


_EMAIL = Field("email", "Email", 254)
_BOOLEAN = {"isInactive": Field("boolean", "Inactive")}
_EVERYWHERE = {
    "id": _shown("text", "Internal ID"),
    "externalId": _text("External ID", 255),
    "lastModifiedDate": _shown("moment", "Last Modified"),
}
_RECORD = {**_EVERYWHERE, "dateCreated": _shown("moment", "Date Created"), "customForm": Field("choice", "Custom Form")}
_PERSON = {
    "entityId": _text("Name", 83),
    "salutation": _text("Mr./Ms...", 30),
    "firstName": _text("First Name", 32),
    "middleName": _text("Middle Name", 32),
    "lastName": _text("Last Name", 32),
    "email": _EMAIL,
    "phone": _text("Phone", 32),
    "mobilePhone": _text("Mobile Phone", 32),
    "fax": _text("Fax", 32),
    "title": _text("Job Title", 100),
    "comments": _text("Comments"),
    "subsidiary": Field("choice", "Subsidiary"),
    **_BOOLEAN,
}
_COMPANY = {
    **_PERSON,
    "companyName": _text("Company Name", 83),
    "altName": _shown("text", "Name"),
    "isPerson": Field("boolean", "Individual"),
    "url": _text("Web Address", 100),
    "category": Field("choice", "Category"),
}
_CUSTOMER = {
    **_COMPANY,
    "entityStatus": Field("choice", "Status"),
    "leadSource": Field("choice", "Lead Source"),
    "salesRep": _to("Sales Rep", "employee"),
    "parent": _to("Parent Company", *CUSTOMERS),
}
_TRANSACTION = {
    "tranId": _text("Transaction Number", 45),
    "tranDate": Field("date", "Date"),
    "entity": _to("Customer", *CUSTOMERS),
    "status": Field("choice", "Status"),
    "memo": _text("Memo"),
    "total": Field("number", "Amount"),
    "currency": Field("choice", "Currency"),
    "salesRep": _to("Sales Rep", "employee"),
    "subsidiary": Field("choice", "Subsidiary"),
}
_OPPORTUNITY = {
    "title": _text("Title", 99),
    "entityStatus": Field("choice", "Status"),
    "expectedCloseDate": Field("date", "Expected Close"),
    "probability": Field("number", "Probability"),
    "projectedTotal": Field("number", "Projected Total"),
}
_CASE = {
    "caseNumber": _text("Number", 83),
    "title": _text("Subject", 250),
    "company": _to("Company", *CUSTOMERS, "vendor", "partner", "contact", "employee"),
    "contact": _to("Contact", "contact"),
    "email": Field("emails", "Email(s)", 999),
    "phone": _text("Phone", 32),
    "assigned": _to("Assigned To", "employee"),
    "incomingMessage": _text("Message", 100_000),
    "status": Field("choice", "Status"),
    "priority": Field("choice", "Priority"),
    "origin": Field("choice", "Origin"),
    "category": Field("choice", "Type"),
    "profile": Field("choice", "Profile"),
    "startDate": Field("moment", "Incident Date"),
    "subsidiary": Field("choice", "Subsidiary"),
    **_BOOLEAN,
}
_MESSAGE = {
    "activity": _to("Activity", *ACTIVITIES),
    "author": _to("From", *ENTITIES),
    "authorEmail": Field("email", "From Email", 254),
    "bcc": Field("emails", "Bcc"),
    "cc": Field("emails", "Cc"),
    "emailed": Field("boolean", "Emailed"),
    "entity": _to("Entity", *ENTITIES),
    "hasAttachment": _shown("boolean", "Has Attachment"),
    "htmlMessage": Field("boolean", "HTML Message"),
    "incoming": Field("boolean", "Incoming"),
    "message": _text("Message", LONGEST_BODY),
    "messageDate": Field("moment", "Date"),
    "recipient": _to("Recipient", *ENTITIES),
    "recipientEmail": Field("email", "Recipient Email", 254),
    "record": _shown("text", "Record"),
    "recordType": _shown("text", "Record Type"),
    "subject": _text("Subject", LONGEST_SUBJECT),
    "template": Field("choice", "Template"),
    "time": Field("time", "Time"),
    "transaction": _to("Transaction", *TRANSACTIONS),
}

SCHEMAS: dict[str, dict[str, Field]] = {
    "customer": {**_RECORD, **_CUSTOMER},
    "prospect": {**_RECORD, **_CUSTOMER},
    "lead": {**_RECORD, **_CUSTOMER},
    "job": {**_RECORD, **_CUSTOMER},
    "vendor": {**_RECORD, **_COMPANY},
    "partner": {**_RECORD, **_COMPANY},
    "contact": {**_RECORD, **_PERSON, "company": _to("Company", *CUSTOMERS, "vendor", "partner")},
    "employee": {**_RECORD, **_PERSON, "supervisor": _to("Supervisor", "employee")},
    **{type_: {**_RECORD, **_TRANSACTION} for type_ in TRANSACTIONS},
    "opportunity": {**_RECORD, **_TRANSACTION, **_OPPORTUNITY},
    "supportcase": {**_RECORD, **_CASE},
    "message": {**_EVERYWHERE, **_MESSAGE},
}


@cache
def spelling(type_: str) -> dict[str, str]:
    """Names of fields as they are written, by their lower case: Oracle's samples write them both ways."""
    return {name.lower(): name for name in SCHEMAS[type_]}
