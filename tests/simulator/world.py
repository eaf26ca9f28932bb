"""Everything that the simulated outside knows. Thread-safe: whoever reads or changes state holds `world.lock`."""

import itertools
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

from tests.simulator import seed
from tests.simulator.directory import Account, Consent, Registration, Right, Tenant
from tests.simulator.faults import Faults
from tests.simulator.journal import Change
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.mime import read_mail
from tests.simulator.netsuite import filling
from tests.simulator.notifying import telling
from tests.simulator.notifying.notifier import Notifier
from tests.simulator.outgoing import Application, Outgoing
from tests.simulator.subscriptions import Subscriptions
from tests.simulator.syncing import Syncing
from tests.simulator.traffic import Traffic


@dataclass
class Limits:
    """Throttling per application and mailbox, the time that Graph takes, and token lifetimes. Times in seconds."""

    concurrency: int = 4
    requests: int = 10_000
    window: float = 600.0
    retry_after: int | None = 5
    retry_form: str = "seconds"  # or "date"
    latency: tuple[float, float] = (0.0, 0.0)  # at least and at most, of each request to Graph
    token_lifetime: tuple[int, int] = (3600, 5400)
    refresh_lifetime: int = 90 * 24 * 3600

    def retry_headers(self, now: float) -> dict[str, str]:
        """https://www.rfc-editor.org/rfc/rfc9110#name-retry-after: a number or a date."""
        if self.retry_after is None:
            return {}
        date = formatdate(now + self.retry_after, usegmt=True)
        return {"Retry-After": date if self.retry_form == "date" else str(self.retry_after)}


@dataclass
class RefreshToken:
    """`origin`: of the page that it was given to; None for a server. What follows from a page's keeps its moment."""

    account: Account
    app: str
    scopes: tuple[str, ...]
    serial: int
    issued_at: float
    satisfied: frozenset[str]
    origin: str | None = None


@dataclass
class SigningKeys:
    """Names of keys. Published: current, previous, consumer. Retired ones were published once; unknown never was."""

    current: str = "current 0"
    previous: str = "previous 0"
    retired: str = "retired 0"
    turns: int = 0

    def rotate(self) -> None:
        self.turns += 1
        self.retired, self.previous, self.current = self.previous, self.current, f"current {self.turns}"

    def named(self, name: str) -> str:
        return {"current": self.current, "previous": self.previous, "retired": self.retired}.get(name, name)


@dataclass
class Marks:
    """Per person, the serial up to which tokens are no longer good, and what sign-in asks for."""

    revoked: dict[str, int] = field(default_factory=dict)
    challenged: dict[str, int] = field(default_factory=dict)
    expired: dict[str, int] = field(default_factory=dict)
    mfa: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)


class World:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.faults = Faults()
        self.traffic = Traffic()
        self.outgoing = Outgoing()
        self.subscriptions = Subscriptions()
        self._ahead = 0.0
        self.notifier = Notifier(self.outgoing, self.time, lambda id_: bool(self.subscriptions.get(id_, self.now())))
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.tenants: list[Tenant] = [seed.CONTOSO, seed.FABRIKAM]
            self.accounts: list[Account] = seed.accounts()
            self.mailboxes = [
                Mailbox(account, who.purpose, self._heard)
                for account, who in zip(self.accounts, seed.RESIDENTS, strict=True)
            ]
            self.registrations: dict[str, Registration] = {app.client_id: app for app in seed.registrations()}
            self.consents: dict[tuple[str, str], Consent] = seed.consents()
            self.rights: list[Right] = list(seed.RIGHTS)
            self.message_copies: set[str] = set()  # mailboxes that keep a copy of what others send in their name
            self.sent_elsewhere: set[str] = set()  # those whose sent drafts end in the Sent Items of who sent them
            self.signing = SigningKeys()
            self.marks = Marks()
            self.limits = Limits()
            self.syncing = Syncing()
            self.subscriptions = Subscriptions()
            self.refresh_tokens: dict[str, RefreshToken] = {}
            self.codes: dict[str, Any] = {}
            self.uploads: dict[str, Any] = {}  # files on their way into drafts
            self.assertions: dict[str, str] = {}  # jti of a client assertion -> that assertion
            self.recent: dict[tuple[str, str], deque[float]] = {}  # times of requests, by application and mailbox
            self._serials = itertools.count(1)
            self._ahead = 0.0
            self.heard: list[Any] = []  # by the receiver of webhooks
            self.netsuite = filling.filled(self.time)
            self.faults.clear()
            self.traffic.clear()
            self.notifier.clear()

    def close(self) -> None:
        """Nothing is sent any more."""
        self.notifier.clear()

    # Time

    def time(self) -> float:
        """Seconds since 1970, plus what the control interface advanced."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        self._ahead += seconds
        self.notifier.wake()

    # The outside

    def reach(self, start: str, application: Application) -> None:
        """From now on, also after a reset, addresses that begin so lead to this WSGI application."""
        self.outgoing.applications[start.rstrip("/")] = application

    def _heard(self, mailbox: Mailbox, change: Change) -> None:
        telling.tell_of_change(self, mailbox, change)

    # Who is who

    def tenant(self, name: str) -> Tenant | None:
        return next((tenant for tenant in self.tenants if name.lower() in {tenant.id, tenant.domain}), None)

    def account(self, name: str, tenant_id: str | None = None) -> Account | None:
        """By object id, user principal name, or the short name before the @."""
        for account in self.accounts:
            if tenant_id in {None, account.tenant.id} and (
                account.is_called(name) or ("@" not in name and account.address.split("@")[0] == name.lower())
            ):
                return account
        return None

    def mailbox(self, name: str, tenant_id: str | None = None) -> Mailbox | None:
        """By object id or any address, within one tenant or (for the control interface) anywhere."""
        for mailbox in self.mailboxes:
            if tenant_id in {None, mailbox.account.tenant.id} and mailbox.account.receives_at(name):
                return mailbox
        return None

    def consent(self, tenant_id: str, app: str) -> Consent:
        return self.consents.setdefault((tenant_id, app), Consent())

    def rights_of(self, account: Account, mailbox: Mailbox) -> list[Right]:
        return [r for r in self.rights if (r.person, r.mailbox) == (account.address, mailbox.address)]

    # Tokens

    def serial(self) -> int:
        """Tokens are numbered, so that "issued before" needs no clock."""
        with self.lock:
            return next(self._serials)

    def refresh_token(
        self,
        account: Account,
        app: str,
        scopes: tuple[str, ...],
        satisfied: frozenset[str],
        origin: str | None = None,
        issued_at: float | None = None,
    ) -> str:
        text = f"1.A{secrets.token_urlsafe(48)}"
        with self.lock:
            since = self.time() if issued_at is None else issued_at
            self.refresh_tokens[text] = RefreshToken(account, app, scopes, self.serial(), since, satisfied, origin)
        return text

    # Mail

    def deliver(
        self,
        address: str,
        raw: bytes,
        folder: str = "inbox",
        received_at: datetime | None = None,
        is_read: bool = False,
        has_headers: bool = True,
    ) -> tuple[Mailbox, Item]:
        """A message arrives. Raises KeyError where there is no such mailbox."""
        mail = read_mail(raw)
        with self.lock:
            mailbox = self.mailbox(address)
            if mailbox is None:
                raise KeyError(address)
            moment = (received_at or self.now()).replace(microsecond=0)
            place = mailbox.folder_at(folder)
            return mailbox, mailbox.deliver(mail, place, moment, is_read, has_headers=has_headers)
