"""Files of emails in the File Cabinet: by the RESTlet, one request each, or by the document service of REST.

Names are unique and the same at every attempt, because a file of the same name in the same folder is replaced:
a repeated request makes no second file (section_4205693274 of Oracle's help).
"""

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, Protocol

import structlog

from server.destinations.base import DestinationError, EmailToSave, Missing
from server.destinations.border import not_found
from server.destinations.netsuite import errors
from server.destinations.netsuite.bodies import plain
from server.destinations.netsuite.client import WHOLE_WITH_FILE, Client, parts_of
from server.destinations.netsuite.errors import NetSuiteError
from server.settings import MEGABYTE

# https://support.cloudextend.io/extendsync-outlook/en/articles/2835623; the document service has the same limit
LARGEST_FILE = 10 * MEGABYTE
LARGEST_EMAIL = 25 * MEGABYTE
MOST_FILES = 99  # of an email: the script takes 100, and the original may be one of them
LONGEST_NAME = 199  # characters of a name in the File Cabinet
ORIGINAL = -1  # the number under which the message as it came is missing
ORIGINAL_NAME = "message.eml"

_FORBIDDEN = re.compile(r'[/\\:*?"<>|\t\r\n]')
_IDS = re.compile(r"[0-9]{1,18}")

log = structlog.get_logger(__name__)


class Stored(Protocol):
    """Something with bytes: an attachment or the message as it came."""

    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def open(self) -> Any: ...


class Filing:
    """Threads share one of these."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._config = client.config
        self._documents = parts_of(client.config.facts.document_path)

    def too_much(self, email: EmailToSave) -> dict[int, Missing]:
        """What will not be taken, by number. What comes first in the email comes first here."""
        found: dict[int, Missing] = {}
        room, count = LARGEST_EMAIL, 0
        for number, file in enumerate(email.files):
            why = self._why_not(file.name, file.size, room, count)
            if why:
                found[number] = Missing(file.name, file.size, *why)
            else:
                room, count = room - file.size, count + 1
        if self._config.keep_original and email.mime:
            why = self._why_not(ORIGINAL_NAME, email.mime.size, LARGEST_EMAIL, 0)
            if why:
                found[ORIGINAL] = Missing(ORIGINAL_NAME, email.mime.size, *why)
        return found

    def _why_not(self, name: str, size: int, room: int, count: int) -> tuple[str, str] | None:
        """Code and sentence."""
        if self._config.folder is None:
            return "no_folder", "No folder for attachments is chosen for NetSuite. An administrator can choose one."
        if size > LARGEST_FILE:
            return "file_too_large", f"{name} was left out: NetSuite takes files of 10 MB at most."
        if size > room:
            return "files_too_large", f"{name} was left out: NetSuite takes 25 MB of files with an email."
        if count >= MOST_FILES:
            return "too_many_files", f"{name} was left out: NetSuite takes {MOST_FILES} files with an email."
        return None

    def store(self, external_id: str, number: int, name: str, file: Stored) -> str:
        """The id of the file, new or replaced. Raises what the client raises, and unreadable."""
        name = cabinet_name(external_id, number, name)
        contents = base64.b64encode(_whole(file)).decode()
        if self._config.has_restlet and file.size <= self._config.facts.restlet_bytes:
            body = {"action": "file", "name": name, "contents": contents, "folder": self._config.folder}
            return _id_in(ask_script(self._client, body, seconds=WHOLE_WITH_FILE).get("fileId"))
        document = {"name": name, "folder": {"id": self._config.folder}, "content": contents}
        answer = self._client.rest("POST", self._documents, body=document, seconds=WHOLE_WITH_FILE)
        return _id_in(answer.location)

    def attach(self, type: str, id: str, file_id: str) -> None:
        """Twice is once. https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/article_0113084334.html"""
        self._client.rest("POST", ("record", "v1", type, id, "!attach", "file", file_id), body={})

    def read(self, file_id: str) -> BinaryIO:
        """Raises not_found."""
        if not self._config.has_restlet:
            raise not_found("NetSuite hands out files only through the RESTlet of Affix. Open the file in NetSuite.")
        try:
            found = ask_script(self._client, {"action": "read", "fileId": file_id}, is_write=False)
            return io.BytesIO(base64.b64decode(found["contents"], validate=True))
        except (KeyError, TypeError, binascii.Error):
            raise errors.unreachable("its answer cannot be read", is_outcome_unknown=False) from None
        except NetSuiteError as error:
            if not error.permanent:
                raise
            raise not_found(f"The file cannot be read from NetSuite. {error.message}") from None

    def remove(self, file_ids: Iterable[str]) -> None:
        """As far as NetSuite lets us: nobody sees a file of which the message is gone. Raises only what passes."""
        ids = [each for each in file_ids if _IDS.fullmatch(each)]
        if not ids:
            return
        try:
            if self._config.has_restlet:
                ask_script(self._client, {"action": "remove", "messageId": None, "fileIds": ids})
            else:
                for each in ids:
                    self._client.rest("DELETE", (*self._documents, each))
        except NetSuiteError as error:
            if not error.permanent:
                raise
            log.info("netsuite_files_left", account=self._config.account, files=len(ids), reason=error.reason)


def ask_script(client: Client, body: Mapping[str, object], *, is_write: bool = True, **limits: float) -> dict[str, Any]:
    """That the RESTlet is gone concerns every email: it waits for an administrator, and fails none of them."""
    try:
        return client.restlet(body, is_write=is_write, **limits)
    except NetSuiteError as error:
        if error.code != "restlet_missing":
            raise
        raise NetSuiteError(
            f"{error.message} An administrator has to install it, or to take it out of the settings.",
            permanent=False,
            code="reconnect",
            retry_after=errors.RECONNECT_AFTER,
            status=error.status,
            reason=error.reason,
        ) from None


def cabinet_name(external_id: str, number: int, name: str) -> str:
    """`{external id}_{number}_{name}`, shortened before its ending."""
    start = f"{external_id}_{'m' if number == ORIGINAL else number}_"
    clean = _FORBIDDEN.sub("_", plain(name[:1000])).strip(" .") or "file"
    stem, dot, ending = clean.rpartition(".")
    room = LONGEST_NAME - len(start)
    if len(clean) <= room:
        return start + clean
    return start + (f"{stem[: room - len(ending) - 1]}.{ending}" if dot and len(ending) <= 20 else clean[:room])


def _whole(file: Stored) -> bytes:
    with file.open() as content:
        octets: bytes = content.read(file.size + 1)
    if len(octets) != file.size or hashlib.sha256(octets).hexdigest() != file.sha256:
        raise DestinationError("A file of the email could not be read whole.", permanent=False, code="unreadable")
    return octets


def _id_in(value: object) -> str:
    if not isinstance(value, str) or not _IDS.fullmatch(value):
        raise errors.unreachable("its answer cannot be read", is_outcome_unknown=True)
    return value
