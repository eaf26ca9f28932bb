"""Places of one tenant."""

from dataclasses import dataclass

from server.traffic.seats import Leave, Others


@dataclass(frozen=True)
class OfTenant:
    """The other processes, at places of this tenant alone. What another tenant calls by the same name is another place:
    whoever enters a stranger's account number takes none of its seats, and ends none of its work by a pause.
    """

    others: Others
    tenant_id: str

    def take(self, name: str, seats: int, *, polite: bool) -> Leave | None:
        return self.others.take(self._place(name), seats, polite=polite)

    def give_up(self, name: str) -> None:
        self.others.give_up(self._place(name))

    def pause(self, name: str, seconds: float) -> None:
        self.others.pause(self._place(name), seconds)

    def _place(self, name: str) -> str:
        return f"{self.tenant_id}/{name}"
