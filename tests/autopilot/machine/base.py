"""What every step of the machine needs, and what has to hold when everything has settled."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.autopilot.machine.model import Model, Slot, on_record
from tests.autopilot.machine.stage import Stage
from tests.conftest import Someone
from tests.steps import BEN, SUPPORT, contact

WANTED, ALIKE, OTHER = "purchasing@adatum.example", "quality@adatum.example", "news@tailspin.example"
MAILBOXES = (SUPPORT, BEN)
PEOPLE = ("ana", "ben")
HALF_A_DAY = 13 * 3600  # more than it takes until a mailbox is looked at that is announced
MOST_ROUNDS = 8
# Why a save may have failed for good, and whether people are told to do something and try again.
FAILURES = {"message_gone": False, "access_lost": True, "sign_in_again": True, "grant_lost": True}
PEACE = {"drop": 0.0, "duplicate": 1, "shuffle": False, "mixed": False, "before_get": False, "release": True}

mailboxes = st.sampled_from([SUPPORT, SUPPORT, BEN])
folders = st.sampled_from(["inbox", "inbox", "inbox", "inbox/Projects", "archive", "sentitems", "junkemail"])
senders = st.sampled_from([WANTED, WANTED, ALIKE, OTHER])
people = st.sampled_from(PEOPLE)
numbers = st.integers(0, 4)


def slots_of_the_start() -> list[Slot]:
    """Two rules of two people on the shared mailbox, one on a personal one, and one for everywhere."""
    address, domain = {"kind": "address", "value": WANTED}, {"kind": "domain", "value": "adatum.example"}
    one, all_of_them = frozenset({WANTED}), frozenset({WANTED, ALIKE})
    return [
        Slot("ben's", "ben", SUPPORT, {**address, "mailbox": SUPPORT}, one, "first"),
        Slot("ana's", "ana", SUPPORT, {**domain, "mailbox": SUPPORT}, all_of_them, "second"),
        Slot("ben's own", "ben", BEN, {**address, "mailbox": BEN}, one, "first"),
        Slot("everywhere", "ben", None, {**address, "scope": "everywhere"}, one, "third"),
    ]


class Base(RuleBasedStateMachine):
    def __init__(self, make: Callable[..., Stage]) -> None:
        super().__init__()
        self._make = make
        self.stage: Stage | None = None
        self.is_sound = True
        self.model = Model(slots_of_the_start(), {("ana", SUPPORT), ("ben", SUPPORT), ("ben", BEN)}, set())
        self.mails: list[tuple[str, str]] = []
        self.licenses: dict[str, str] = {}

    @initialize(is_announced=st.booleans(), marks=st.booleans(), keep_mime=st.booleans())
    def begin(self, is_announced: bool, marks: bool, keep_mime: bool) -> None:
        """Everybody's rules work; which of the settings make no difference to what is saved is left to chance."""
        self.stage = self._make(notifications=is_announced, mark_messages=marks, keep_mime=keep_mime)
        ana = self.on.person("ana")
        self.records = {name: contact(ana, name, f"{name}@adatum.example") for name in ("first", "second", "third")}
        for mailbox in MAILBOXES:
            self.license(mailbox)
        for slot in self.model.slots:
            self.start_rule(slot)
        self.do_all()

    @property
    def on(self) -> Stage:
        assert self.stage is not None
        return self.stage

    def license(self, mailbox: str) -> None:
        answer = self.on.person("ana").post("/api/admin/licenses", {"mailbox": mailbox}, expect=201)
        self.licenses[mailbox] = str(answer["id"])
        self.model.licensed.add(mailbox)

    def start_rule(self, slot: Slot) -> None:
        raise AssertionError(f"nobody starts {slot.name}")

    def teardown(self) -> None:
        if self.stage is None:
            return
        try:
            if self.is_sound:
                self.settle()
        finally:
            self.stage.close()

    def do_all(self) -> None:
        """A worker does what is due."""
        self.on.work()
        self.learn()

    def learn(self) -> None:
        """Rules stop by themselves, but only where the right that carried them was taken away."""
        states = self.on.states()
        for slot in self.model.slots:
            found = states.get(str(slot.id), "absent").replace("removed", "absent")
            if slot.state == "active" and found == "stopped":
                # One for everywhere stops where no other mailbox with a licence is left to its person.
                assert (slot.person, slot.mailbox or SUPPORT) in self.model.ever_lost, f"{slot.name} stopped"
                slot.state = "stopped"
            assert found == slot.state, slot
            slot.found_in = {each: slot.found_in.get(each) or self.on.now() for each in self.on.known_to(slot.person)}

    @rule()
    def settle(self) -> None:
        """All troubles end and much time passes; then what has to be on the records is."""
        self.is_sound = False
        self.on.control("DELETE", "faults")
        self.on.control("POST", "world", json={"notifications": PEACE})
        for each in PEOPLE:
            self.on.sign_in(each)
        self._until_nothing_is_due()
        if self._retry():
            self._until_nothing_is_due()
        self.model.settled()
        self._compare()
        self.is_sound = True

    def _until_nothing_is_due(self) -> None:
        for _ in range(MOST_ROUNDS):
            self.on.pass_time(HALF_A_DAY)
            self.on.begin_anew()
            self.do_all()
            if not any(self._is_waiting(save) for _, save in [*self._saves("queued"), *self._saves("saving")]):
                return
        raise AssertionError("the service does not come to rest")

    def _is_waiting(self, save: dict[str, Any]) -> bool:
        """What waits for a licence does so for as long as there is none."""
        return save["reasonCode"] != "unlicensed" or save["mailbox"]["address"] in self.model.licensed

    def _saves(self, state: str) -> Iterator[tuple[Someone, dict[str, Any]]]:
        for person in [self.on.person(each) for each in PEOPLE]:
            for save in person.get(f"/api/saves?state={state}&limit=100")["saves"]:
                yield person, save

    def _retry(self) -> bool:
        """People do what they are told, if they are."""
        failed = list(self._saves("failed"))
        assert {save["reasonCode"] for _, save in failed} <= set(FAILURES), failed
        told = [(person, save["id"]) for person, save in failed if FAILURES[save["reasonCode"]]]
        for person, save_id in told:
            person.post(f"/api/saves/{save_id}/retry", None, expect=202)
        return bool(told)

    def _compare(self) -> None:
        for name, record in self.records.items():
            found = Counter(each["internetMessageId"] for each in self.on.person("ana").emails(record))
            missing = on_record(name, self.model.must) - set(found)
            assert not missing, f"missing on the {name} record"
            assert not set(found) - on_record(name, self.model.may), f"never wanted on the {name} record"
            assert not [each for each, count in found.items() if count > 1], f"twice on the {name} record"
