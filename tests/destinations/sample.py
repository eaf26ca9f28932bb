"""A whole destination in sixty lines: a system that lives in memory, with one account for each token."""

import io
from typing import Any, BinaryIO

from pydantic import BaseModel, SecretStr

from server.destinations import Parts
from server.destinations.base import DestinationError, Field, Page, Record, RecordType, Suggestion
from server.destinations.border import cursor_of, invalid, not_found, page_size, place_of
from server.destinations.ledger import LedgerDestination, Progress, Put

ACCOUNTS: dict[str, tuple[dict[str, Any], ...]] = {}  # people, emails and files of each
PERSON = RecordType("person", "Person", "People", (Field("name", "Name", required=True), Field("address", "Address")))


class Config(BaseModel):
    token: SecretStr


class SampleDestination(LedgerDestination):
    kind, kind_title, Config = "sample", "Sample", Config

    def __init__(self, name: str, tenant: str, config: Config, parts: Parts) -> None:
        super().__init__(name, self.kind_title, tenant, parts.engine)
        self.people, self.mails, self.files = ACCOUNTS.setdefault(config.token.get_secret_value(), ({}, {}, {}))

    def types(self) -> tuple[RecordType, ...]:
        return (PERSON,)

    def search(self, tenant: str, query: str, type: Any = None, limit: int = 20, cursor: Any = None) -> Any:
        start = int(place_of(cursor, int)[0]) if cursor is not None else 0
        fitting = [each for each in self._of(tenant).values() if query.lower() in f"{each.name} {each.address}".lower()]
        end = start + page_size(limit)
        return Page(tuple(fitting[start:end]), cursor_of(end) if fitting[end:] else None)

    def find_by_addresses(self, tenant: str, addresses: Any) -> list[Suggestion]:
        there = [each for each in self._of(tenant).values() if (each.address or "-") in map(str.lower, addresses)]
        return [Suggestion(each, f"{each.address} is on this email.") for each in there]

    def find_by_numbers(self, tenant: str, text: str) -> list[Suggestion]:
        return []

    def get(self, tenant: str, type: str, id: str) -> Record:
        if id not in self._of(tenant):
            raise not_found()
        return self.people[id]

    def create(self, tenant: str, type: str, values: dict[str, str]) -> Record:
        if not values.get("name"):
            raise invalid("Name is needed.")
        new = f"P{len(self.people)}"
        return self.people.setdefault(new, Record(self.name, type, new, values["name"], values.get("address")))

    def put(self, email: Any, files: Any, progress: Progress) -> Put:
        if email.record_id not in self.people:
            raise not_found("The record is gone.", "record_gone")
        done = Put(email.key, original=f"{email.key} original" if email.mime else None)
        for number, each in [*files, *([("original", email.mime)] if email.mime else [])]:
            if progress.place(number, each.sha256) is None:
                content = self.files[f"{email.key} {number}"] = each.open().read()
                if len(content) != each.size:
                    raise DestinationError("The file broke off.", permanent=False)
                progress.note(number, each.sha256, f"{email.key} {number}")
        self.mails[email.key] = (done, email.text.replace("\0", ""), email.html)
        return done

    def look_up(self, key: str) -> Put | None:
        return self.mails[key][0] if key in self.mails else None

    def take_off(self, reference: str, files: Any) -> None:
        self.mails.pop(reference, None)

    def read(self, reference: str) -> tuple[str, str | None]:
        return self.mails[reference][1:]

    def read_file(self, place: str) -> BinaryIO:
        return io.BytesIO(self.files[place])

    def _of(self, tenant: str) -> dict[str, Record]:
        return self.people if tenant == self.tenant else {}
