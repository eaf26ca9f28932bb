"""The NetSuite accounts of the world: records, files and what hangs on what, certificates, tokens, and their limits.

Thread-safe: whoever reads or changes an account's state over more than one call holds `account.lock`.
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

Fields = dict[str, Any]

# Names of record types in REST, in lower case. Those of CUSTOMERS are one type in the database, CustJob.
CUSTOMERS = ("customer", "prospect", "lead", "job")
ENTITIES = (*CUSTOMERS, "vendor", "partner", "contact", "employee")
TRANSACTIONS = ("estimate", "opportunity", "salesorder", "invoice", "cashsale")
RECORD_TYPES = (*ENTITIES, *TRANSACTIONS, "supportcase", "message")

LONGEST_CERTIFICATE = timedelta(days=732)  # two years, one of them a leap year, and the day that tools add
FOLDER = "512"  # the one folder of the File Cabinet at the start, "Affix"


class ExternalIdTaken(ValueError):
    """Another record of the type has this external id."""


class Certificate(NamedTuple):
    """Who may sign assertions with it. `expires_at` in seconds since 1970; None for a bare public key."""

    client_id: str
    key: PublicKeyTypes
    expires_at: float | None = None


@dataclass
class Token:
    """What an access token is good for: `scopes` are rest_webservices and restlets."""

    scopes: frozenset[str]
    client_id: str
    expires_at: float


class TokenPair(NamedTuple):
    """A token of token-based authentication, with the secrets of itself and of its consumer."""

    consumer_secret: str
    token_secret: str


@dataclass
class StoredFile:
    """A file in the File Cabinet. `folder` is the id of its folder."""

    id: str
    name: str
    folder: str
    content: bytes
    created_at: datetime


@dataclass
class Account:
    """`records`: by type and id the fields as REST names and shapes them, "id" among them: references are {"id": "107"}
    (with "refName" where it is known), ticks are booleans, dates and times ISO 8601 texts. `attached`: what `!attach`
    attached, as (type, id, "file" or "contact", id). `message_files`: files on the messages themselves, by message.
    """

    id: str
    time: Callable[[], float]
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(101))
    lock: Any = field(default_factory=threading.RLock)
    records: dict[str, dict[str, Fields]] = field(default_factory=lambda: {type_: {} for type_ in RECORD_TYPES})
    folders: dict[str, str] = field(default_factory=lambda: {FOLDER: "Affix"})
    files: dict[str, StoredFile] = field(default_factory=dict)
    attached: list[tuple[str, str, str, str]] = field(default_factory=list)
    message_files: dict[str, list[str]] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    token_pairs: dict[tuple[str, str], TokenPair] = field(default_factory=dict)  # by consumer key and token id
    nonces: set[tuple[str, str]] = field(default_factory=set)  # of token-based requests, with their timestamps
    limit: int = 5  # requests at once, REST and RESTlets together
    latency: tuple[float, float] = (0.0, 0.0)  # seconds at least and at most
    withheld: set[str] = field(default_factory=set)  # permissions that the role lacks, see roles.py
    restlet_installed: bool = True
    messages_removable: bool = True

    @property
    def label(self) -> str:
        """The account in host names: 7654321_SB1 is 7654321-sb1."""
        return self.id.lower().replace("_", "-")

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC).replace(microsecond=0)

    def register(self, certificate_id: str, client_id: str, pem: str | bytes) -> None:
        """From now on assertions signed with this key are believed. `pem` is a certificate or a bare public key.
        Raises ValueError, also for a certificate of more than two years, which NetSuite does not take."""
        octets = pem.encode() if isinstance(pem, str) else pem
        if b"BEGIN CERTIFICATE" in octets:
            read = x509.load_pem_x509_certificate(octets)
            if read.not_valid_after_utc - read.not_valid_before_utc > LONGEST_CERTIFICATE:
                raise ValueError("a certificate may be good for two years at most")
            known = Certificate(client_id, read.public_key(), read.not_valid_after_utc.timestamp())
        else:
            known = Certificate(client_id, load_pem_public_key(octets))
        with self.lock:
            self.certificates[certificate_id] = known

    # Records

    def add(self, type_: str, fields: Fields, id_: str | None = None) -> Fields:
        """A new record, with an id of its own unless one is named. Raises ExternalIdTaken."""
        with self.lock:
            self._check_external_id(type_, fields.get("externalId"), None)
            id_ = id_ or str(next(self.ids))
            record = {**fields, "id": id_, "lastModifiedDate": self.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
            self.records[type_][id_] = record
            return record

    def change(self, type_: str, id_: str, fields: Fields) -> None:
        """Some fields of a record that is there; None empties one. Raises ExternalIdTaken."""
        with self.lock:
            self._check_external_id(type_, fields.get("externalId"), id_)
            record = self.records[type_][id_]
            record.update(fields, id=id_, lastModifiedDate=self.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
            for name in [name for name, value in record.items() if value is None]:
                del record[name]

    def find(self, type_: str, name: str) -> Fields | None:
        """By internal id, or by "eid:" and external id. What comes back is the record itself, not a copy."""
        with self.lock:
            known = self.records.get(type_, {})
            if not name.startswith("eid:"):
                return known.get(name)
            return next((one for one in known.values() if one.get("externalId") == name[4:]), None)

    def find_any(self, types: tuple[str, ...], name: str) -> tuple[str, Fields] | None:
        """The same over several types, with the type where it was found."""
        return next(((type_, found) for type_ in types if (found := self.find(type_, name))), None)

    def remove(self, type_: str, id_: str) -> None:
        """Gone, with what was attached to it; the files themselves stay. Gone already is fine."""
        with self.lock:
            self.records[type_].pop(id_, None)
            self.attached = [one for one in self.attached if (type_, id_) not in {one[:2], one[2:]}]
            if type_ == "message":
                self.message_files.pop(id_, None)

    def _check_external_id(self, type_: str, external_id: object, id_: str | None) -> None:
        taken = self.find(type_, f"eid:{external_id}") if external_id else None
        if taken and taken["id"] != id_:
            raise ExternalIdTaken(external_id)

    # Files

    def store_file(self, name: str, folder: str, content: bytes) -> StoredFile:
        """One of the same name in the same folder is replaced, and keeps its id."""
        with self.lock:
            same = next((one for one in self.files.values() if (one.name, one.folder) == (name, folder)), None)
            id_ = same.id if same else str(next(self.ids))
            self.files[id_] = StoredFile(id_, name, folder, content, self.now())
            return self.files[id_]

    def remove_file(self, id_: str) -> None:
        """Gone, from wherever it was attached too. Gone already is fine."""
        with self.lock:
            self.files.pop(id_, None)
            self.attached = [one for one in self.attached if one[2:] != ("file", id_)]
            for files in self.message_files.values():
                files[:] = [one for one in files if one != id_]

    def attach(self, type_: str, id_: str, kind: str, attached_id: str) -> None:
        """`kind` is file or contact. Twice is once."""
        with self.lock:
            if (type_, id_, kind, attached_id) not in self.attached:
                self.attached.append((type_, id_, kind, attached_id))


class NetSuite:
    """All accounts of the world."""

    def __init__(self, accounts: list[Account]) -> None:
        self.accounts = accounts

    def account(self, name: str) -> Account | None:
        """By its id or by its label in host names."""
        return next((one for one in self.accounts if name.lower() in {one.id.lower(), one.label}), None)
