"""A submission in hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from server.accounts.acting import Acting
from server.accounts.sending import claims
from server.mail.base import MailGone
from server.mail.graph.sending import GraphSending
from server.models import Submission, SubmissionFile
from server.services import Services

T = TypeVar("T")


@dataclass
class Work:
    """`row` is as it was claimed; what is noted is written to it too."""

    services: Services
    row: Submission
    acting: Acting
    files: list[SubmissionFile]

    @property
    def mail(self) -> GraphSending:
        return self.services.mail.sending

    @property
    def address(self) -> str:
        return self.acting.address

    @property
    def draft_id(self) -> str:
        return str(self.row.draft_id)

    def ask(self, call: Callable[[str], T]) -> T:
        return self.acting.ask(call)

    def note(self, **values: Any) -> None:
        """Raises TakenOver when it is not ours any more."""
        claims.note(self.services, self.row, **values)

    def discard(self, draft_id: str) -> None:
        """Have a draft put among the deleted items."""
        try:
            self.ask(lambda token: self.mail.discard(token, self.address, draft_id))
        except MailGone:
            pass
