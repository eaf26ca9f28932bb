"""What people do: rules come and go, and so do licences, rights and sessions."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.autopilot.machine.base import MAILBOXES, Base, people, slots_of_the_start
from tests.autopilot.machine.model import Slot
from tests.steps import SUPPORT, reference

STEPS = ("start", "pause", "resume", "remove")
names = st.sampled_from([each.name for each in slots_of_the_start()])


class Clicks(Base):
    @rule(name=names, step=st.sampled_from(STEPS))
    def rule_changes(self, name: str, step: str) -> None:
        slot = next(each for each in self.model.slots if each.name == name)
        if step == "start":
            self.start_rule(slot)
        elif slot.state != "absent":
            {"pause": self._pause, "resume": self._resume, "remove": self._remove}[step](slot)
        self.model.note()

    @rule(mailbox=st.sampled_from(MAILBOXES))
    def license_changes(self, mailbox: str) -> None:
        if mailbox in self.model.licensed:
            self.on.person("ana")("DELETE", f"/api/admin/licenses/{self.licenses[mailbox]}", expect=200)
            self.model.licensed.remove(mailbox)
        else:
            self.license(mailbox)
        self.model.note()

    @rule(person=people)
    def right_changes(self, person: str) -> None:
        """The one on the shared mailbox is taken away, or given back."""
        right = (person, SUPPORT)
        wanted = {"person": person, "mailbox": SUPPORT, "right": "none" if right in self.model.rights else "full"}
        self.on.control("POST", "world", json={"rights": [wanted]})
        self.model.rights ^= {right}
        self.model.ever_lost.add(right)
        self.model.note()

    @rule(person=people)
    def sessions_end(self, person: str) -> None:
        """The password was changed, say: what the person left with us is worth nothing until the next visit."""
        self.on.sign_out(person)

    def start_rule(self, slot: Slot) -> None:
        self.on.tick()
        refused = self._refused(slot)
        expected = refused or (201 if slot.state == "absent" else 200)
        if slot.mailbox is None and not self.model.licensed:
            expected = 402  # one mailbox with a licence is enough
        wish = {**slot.wish, "record": reference(self.records[slot.record])}
        answer = self._ask(slot, "POST", "/api/rules", expected, wish)
        if expected == 201:
            slot.id, slot.state = answer["id"], "active"
            self._counts_from_now(slot)
        self.model.note()

    def _pause(self, slot: Slot) -> None:
        self._ask(slot, "PATCH", f"/api/rules/{slot.id}", 200, {"state": "paused"})
        slot.state = "paused"

    def _resume(self, slot: Slot) -> None:
        """What came while it was paused stays out; what came while nobody's right carried it does not."""
        self.on.tick()
        refused = self._refused(slot)
        if refused == 402 and slot.state == "active":
            refused = None
        self._ask(slot, "PATCH", f"/api/rules/{slot.id}", refused or 200, {"state": "active"})
        if refused:
            return
        if slot.state == "paused":
            self._counts_from_now(slot)
        if slot.state == "stopped":
            slot.went_on = self.on.now()
        slot.state = "active"

    def _remove(self, slot: Slot) -> None:
        self._ask(slot, "DELETE", f"/api/rules/{slot.id}", 200)
        slot.state = "absent"

    def _refused(self, slot: Slot) -> int | None:
        if not self.model.has_right(slot):
            return 403
        return None if self.model.has_license(slot) else 402

    def _counts_from_now(self, slot: Slot) -> None:
        slot.since = self.on.now()
        self.on.counts_from(str(slot.id), slot.since)

    def _ask(self, slot: Slot, method: str, path: str, expected: int, json: Any = None) -> Any:
        self.on.sign_in(slot.person)
        answer = self.on.ask(slot.person, method, path, json)
        assert answer.status_code == expected, answer.get_data(as_text=True)
        return answer.get_json()
