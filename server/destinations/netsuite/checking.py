"""Proving a connection step by step, with the permission that is missing where one is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from server.clock import now
from server.destinations.base import DestinationError, Step
from server.destinations.netsuite import certificate, queries
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.errors import NetSuiteError

VERSION = "1"  # of the RESTlet that fits this program
CATALOG = ("record", "v1", "metadata-catalog")

# What the role needs (article_5085602973 of Oracle's help), by what does not work without it.
SIGN_IN = "Setup > Log in using OAuth 2.0 Access Tokens"
REST = "Setup > REST Web Services"
SUITEQL = "Reports > SuiteAnalytics Workbook"
MESSAGES = "Lists > Track Messages (Full)"
FILES = "Lists > Documents and Files (Full)"
_TABLE_OF = {
    "contact": ("contact", "Lists > Contacts"),
    **dict.fromkeys(("customer", "lead", "prospect", "job"), ("customer", "Lists > Customers")),
    "vendor": ("vendor", "Lists > Vendors"),
    "partner": ("partner", "Lists > Partners"),
    "employee": ("employee", "Lists > Employees"),
    **dict.fromkeys(queries.TRANSACTIONS, ("transaction", "Transactions > Find Transaction")),
    "supportcase": ("supportcase", "Lists > Cases"),
}


def warnings(config: Config) -> list[Step]:
    """What will need an administrator soon, without asking NetSuite."""
    found = []
    for each in config.certificates:
        sentence = certificate.warning(each.certificate, each.id)
        if sentence:
            action = "Make a new certificate, upload it to NetSuite, and put it before the old one in the settings."
            has_ended = certificate.ends_at(each.certificate or "") <= now()
            found.append(Step(not has_ended, sentence, action, is_warning=not has_ended))
    return found


def steps(client: Client) -> Iterator[Step]:
    """From the certificate to the number of requests at once; what cannot work after a failure is left out."""
    config = client.config
    yield from _certificates(config)
    try:
        client.tokens.get()
    except NetSuiteError as error:
        yield Step(False, error.message, _about_signing_in(error, config))
        return
    yield Step(True, f"Affix signs in to account {config.account}.")
    try:
        client.rest("GET", CATALOG)
    except NetSuiteError as error:
        yield Step(False, error.message, f"Give the role of Affix the permission {REST}.")
        return
    yield Step(True, "The record service answers.")
    yield from _messages(client)
    yield from _tables(client)
    yield from _restlet(client)
    yield from _folder(client)
    yield from _at_once(client)


def _certificates(config: Config) -> Iterator[Step]:
    unknown = [each.id for each in config.certificates if each.certificate is None]
    for each in unknown:
        action = "Put the certificate itself into the settings, beside its key."
        yield Step(True, f"When certificate {each} ends is not known.", action, is_warning=True)
    found = warnings(config)
    if not found and not unknown:
        yield Step(True, "No certificate ends within 30 days.")
    yield from found


def _about_signing_in(error: NetSuiteError, config: Config) -> str:
    if error.code != "reconnect":
        return "Look whether NetSuite is up, and whether this machine reaches it."
    return (
        "In NetSuite, under Setup > Integration > OAuth 2.0 Client Credentials Setup, map one of the certificates "
        f"{', '.join(each.id for each in config.certificates)} to the integration, a user and a role with the "
        f"permission {SIGN_IN}. Compare the client id and the account id."
    )


def _messages(client: Client) -> Iterator[Step]:
    try:
        client.rest("GET", (*CATALOG, "message"), headers={"Accept": "application/schema+json"})
        yield Step(True, "Messages can be saved by REST.")
    except NetSuiteError as error:
        yield Step(False, f"Messages: {error.message}", f"Give the role of Affix the permission {MESSAGES}.")


def _tables(client: Client) -> Iterator[Step]:
    tables = dict.fromkeys(_TABLE_OF[each] for each in client.config.types)
    for table, permission in (("entity", SUITEQL), *tables, ("message", MESSAGES)):
        try:
            client.query(queries.one_row_of(table), 1)
        except NetSuiteError as error:
            advice = f"Give the role of Affix the permission {permission}"
            if table not in ("entity", "message"):
                advice += ", or take these records out of the record types"
            yield Step(False, f"The table {table} cannot be searched. {error.message}", f"{advice}.")
            if table == "entity":  # then nothing can be searched
                return
        else:
            yield Step(True, f"The table {table} can be searched.")
    yield from _columns(client)


def _columns(client: Client) -> Iterator[Step]:
    """The query that finds records, whole: all its columns are there, and signs that stand for others are escaped."""
    asked = queries.search(client.config, client.config.types, ["100%"], "100%")
    try:
        if asked:
            client.query(asked, 1)
        yield Step(True, "Records can be searched for.")
    except NetSuiteError as error:
        yield Step(False, f"Records cannot be searched for. {error.message}", _SWITCHES)


_SWITCHES = "Compare the columns with the Records Catalog of the account, and change the details in the settings."


def _restlet(client: Client) -> Iterator[Step]:
    if not client.config.has_restlet:
        action = "Install the RESTlet of Affix to see the files on the messages themselves."
        yield Step(True, "No RESTlet is set: files are attached to records.", action, is_warning=True)
        return
    try:
        version = client.restlet({"action": "ping"}, is_write=False).get("version")
    except NetSuiteError as error:
        action = "Deploy the RESTlet of Affix, let the role of Affix run it, and compare script and deployment."
        yield Step(False, f"The RESTlet: {error.message}", action)
        return
    if version == VERSION:
        yield Step(True, f"The RESTlet answers, in version {VERSION}.")
    else:
        message = f"The RESTlet is of another version ({str(version)[:20]}) than this program ({VERSION})."
        yield Step(False, message, "Deploy the RESTlet that came with this program.")


def _folder(client: Client) -> Iterator[Step]:
    if client.config.folder is None:
        action = "Choose a folder of the File Cabinet in the settings."
        yield Step(True, "No folder is chosen: attachments are left out.", action, is_warning=True)
        return
    try:
        rows = client.query(queries.folder(client.config.folder), 1).items
    except NetSuiteError as error:
        yield Step(False, f"The folder: {error.message}", f"Give the role of Affix the permission {FILES}.")
        return
    if rows:
        yield Step(True, f"Files go to the folder {rows[0].get('name', client.config.folder)}.")
    else:
        yield Step(False, f"There is no folder {client.config.folder}.", "Compare its internal id with the settings.")


def _at_once(client: Client) -> Iterator[Step]:
    """As many requests together as the settings allow."""
    count = client.config.at_once
    try:
        with ThreadPoolExecutor(count) as pool:
            for each in [pool.submit(client.query, queries.one_row_of("entity"), 1) for _ in range(count)]:
                each.result()
        yield Step(True, f"NetSuite takes {count} of our requests at once.")
    except DestinationError as error:
        action = "Choose a smaller number of requests at once, or give this integration a share of its own in NetSuite."
        yield Step(False, f"NetSuite does not take {count} of our requests at once. {error.message}", action)
