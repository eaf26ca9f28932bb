"""The destination's interface over one NetSuite account of one tenant. To everybody else it is empty."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, cast

from pydantic import BaseModel

from server.destinations import Parts
from server.destinations.base import (
    DestinationError,
    EmailToSave,
    FileToSave,
    Missing,
    Page,
    Record,
    RecordType,
    Step,
    Suggestion,
)
from server.destinations.border import not_found
from server.destinations.ledger import LedgerDestination, Progress, Put
from server.destinations.netsuite import checking, records
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.confirming import live_steps
from server.destinations.netsuite.creating import Creator
from server.destinations.netsuite.finding import Finder
from server.destinations.netsuite.parties import PartyFinder
from server.destinations.netsuite.saving import Saver
from server.traffic import Pauses, Seats

FIRST_PAUSE = 2.0  # seconds, where NetSuite does not say how long: it never does
PATIENCE = 30.0  # seconds that a request waits for a seat; one with a file may take as long


class NetSuiteDestination(LedgerDestination):
    """Threads share one of these."""

    kind = "netsuite"
    kind_title = "NetSuite"
    Config: type[BaseModel] = Config

    def __init__(self, name: str, tenant: str, config: BaseModel, parts: Parts) -> None:
        super().__init__(name, self.kind_title, tenant, parts.engine)
        self.config = cast(Config, config)
        self.keeps_mime = self.config.keep_original
        seats = Seats(self.config.at_once, PATIENCE, parts.others, Pauses(first=FIRST_PAUSE))
        self._client = Client(self.config, parts.http, seats)
        self._finder = Finder(self._client, name)
        self._creator = Creator(self._client, self._finder, name)
        self._parties = PartyFinder(self._client)
        self._saver = Saver(self._client, self._parties, parts)

    @property
    def at_once(self) -> int:
        return self.config.at_once

    def warnings(self) -> Sequence[Step]:
        return checking.warnings(self.config)

    def check(self) -> Iterator[Step]:
        yield from checking.steps(self._client)

    def check_live(self, type: str, id: str) -> Iterator[Step]:
        yield from self.check()
        yield from live_steps(self._client, self._finder, self._saver, type, id)

    # Finding

    def types(self) -> tuple[RecordType, ...]:
        return records.types_of(self.config)

    def search(
        self, tenant: str, query: str, type: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Record]:
        return self._finder.search(query, type, limit, cursor) if tenant == self.tenant else Page(())

    def find_by_addresses(self, tenant: str, addresses: Sequence[str]) -> list[Suggestion]:
        return self._finder.find_by_addresses(addresses) if tenant == self.tenant else []

    def find_matches(self, tenant: str, addresses: Sequence[str]) -> dict[str, list[Suggestion]]:
        return self._finder.find_matches(addresses) if tenant == self.tenant else {each: [] for each in addresses}

    def find_by_numbers(self, tenant: str, text: str) -> list[Suggestion]:
        return self._finder.find_by_numbers(text) if tenant == self.tenant else []

    def find_by_numbers_of_each(self, tenant: str, texts: Sequence[str]) -> dict[str, list[Suggestion]]:
        return self._finder.find_by_numbers_of_each(texts) if tenant == self.tenant else {each: [] for each in texts}

    def get(self, tenant: str, type: str, id: str) -> Record:
        if tenant != self.tenant:
            raise not_found()
        return self._finder.get(type, id)

    def create(self, tenant: str, type: str, values: dict[str, str]) -> Record:
        if tenant != self.tenant:
            raise not_found()
        record = self._creator.create(type, values)
        self._parties.forget()
        return record

    # Saving

    def too_much(self, email: EmailToSave) -> Mapping[int, Missing]:
        return self._saver.too_much(email)

    def put(self, email: EmailToSave, files: Sequence[tuple[int, FileToSave]], progress: Progress) -> Put:
        try:
            return self._saver.put(email, files, progress)
        except DestinationError as error:
            if error.code == "record_gone":
                self._finder.recent.forget(email.record_type, email.record_id)
            raise

    def look_up(self, key: str) -> Put | None:
        return self._saver.look_up(key)

    def take_off(self, reference: str, files: Sequence[str]) -> None:
        self._saver.take_off(reference, files)

    def read(self, reference: str) -> tuple[str, str | None]:
        return self._saver.read(reference)

    def read_file(self, place: str) -> BinaryIO:
        return self._saver.read_file(place)
