"""Kinds of destinations for tests: the sample, and one with settings of many sorts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from server.destinations import Parts, forget, register
from server.destinations.base import DestinationError, Step
from tests.destinations import sample
from tests.destinations.sample import SampleDestination

CANARY = "canary-secret"
SAMPLE: dict[str, Any] = {"kind": "sample", "name": "shelf", "title": "The shelf", "settings": {"token": CANARY}}


class Key(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    secret: SecretStr
    ends_in: int | None = None

    @field_validator("secret")
    @classmethod
    def _whole(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 6:
            raise ValueError("A secret has six characters or more.")
        return value


class KeyedConfig(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account: str = Field(title="Account", frozen=True)
    keys: tuple[Key, ...] = Field(min_length=1)
    folder: str | None = None
    at_once: int = Field(1, ge=1)


class KeyedDestination(SampleDestination):
    """It has an account for each name, warns of keys that end, and can be out of order."""

    kind, kind_title, Config = "keyed", "Keyed", KeyedConfig  # type: ignore[assignment]
    is_away = False

    def __init__(self, name: str, tenant: str, config: KeyedConfig, parts: Parts) -> None:
        super().__init__(name, tenant, sample.Config(token=SecretStr(config.account)), parts)
        self.config = config

    def warnings(self) -> Sequence[Step]:
        ending = [each for each in self.config.keys if each.ends_in is not None]
        return [Step(True, f"Key {each.id} ends in {each.ends_in} days.", "Make another.", True) for each in ending]

    def check(self) -> Iterator[Step]:
        yield Step(True, f"{self.config.account} answers.")
        if self.is_away:
            raise DestinationError("It does not answer any more.", permanent=False, code="unreachable")
        yield Step(self.config.folder is not None, "There is a folder.", "Name a folder.")
        yield from self.warnings()

    def check_live(self, type: str, id: str) -> Iterator[Step]:
        yield Step(id in self.people, f"An email was put on {type} {id}.", "Name another record.")


KEYED: dict[str, Any] = {
    "kind": "keyed",
    "name": "erp",
    "settings": {"account": "A1", "keys": [{"id": "k1", "secret": CANARY}], "folder": "7"},
}


@contextmanager
def registered(*kinds: type[SampleDestination]) -> Iterator[None]:
    """These kinds are known for a while, and their systems are empty."""
    for kind in kinds:
        register(kind)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for kind in kinds:
            forget(kind.kind)
        sample.ACCOUNTS.clear()
