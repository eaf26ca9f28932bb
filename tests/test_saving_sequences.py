"""Whatever people do one after another with the same email, a record holds it once or not at all."""

import itertools
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import Control, Someone, mime
from tests.steps import ANA, SUPPORT, contact, item_of, reference

DONE = ("saved", "partial")
numbers = itertools.count()

save = st.tuples(st.just("save"), st.sampled_from(["shared", "own"]), st.integers(0, 1))
undo = st.tuples(st.just("undo"), st.integers(0, 3))
move = st.tuples(st.just("move"), st.integers(0, 3), st.integers(0, 1))
retry = st.tuples(st.just("retry"), st.integers(0, 3))
trouble = st.tuples(st.just("trouble"), st.sampled_from([403, 503]))
work = st.just(("work",))
steps = st.lists(save | undo | move | retry | trouble | work, min_size=2, max_size=9)


class Story:
    """One email in two mailboxes, two records, and what was asked so far."""

    def __init__(self, ana: Someone, control: Control, work: Any) -> None:
        self.ana, self.control, self.run = ana, control, work
        raw = mime(message_id=f"<{next(numbers)}@adatum.example>")
        self.items = {
            "shared": item_of(control.deliver(SUPPORT, raw), SUPPORT),
            "own": item_of(control.deliver(ANA, raw)),
        }
        self.records = [contact(ana, name, f"{name}@adatum.example") for name in ("first", "second")]
        self.ids: list[str] = []

    def save(self, where: str, record: int) -> None:
        [asked] = self.ana.save(self.items[where], self.records[record])
        self.ids += [asked["id"]] if asked["id"] not in self.ids else []

    def undo(self, which: int) -> None:
        self._change("DELETE", which, "")

    def move(self, which: int, record: int) -> None:
        self._change("PATCH", which, "", json={"record": reference(self.records[record])})

    def retry(self, which: int) -> None:
        self._change("POST", which, "/retry")

    def trouble(self, status: int) -> None:
        order = {"service": "graph", "path": "*/$value", "status": status, "headers": {"Retry-After": "0"}, "times": 1}
        self.control("POST", "faults", json=order)

    def work(self) -> None:
        self.run()

    def _change(self, method: str, which: int, rest: str, **body: Any) -> None:
        if which < len(self.ids):
            answer = self.ana.raw(method, f"/api/saves/{self.ids[which]}{rest}", **body)
            assert answer.status_code in (200, 202, 409), answer.get_data(as_text=True)

    def holds(self) -> None:
        saves = [self.ana.get(f"/api/saves/{each}") for each in self.ids]
        for record in self.records:
            done = [each for each in saves if each["record"]["id"] == record["id"] and each["state"] in DONE]
            # A move that did not succeed has not taken the email off the old record.
            stuck = [each for each in saves if each["state"] == "failed"]
            least, most = min(1, len(done)), min(1, len(done) + len(stuck))
            assert least <= len(self.ana.emails(record)) <= most, (record["name"], saves)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=steps)
@example(asked=[("save", "own", 0), ("work",), ("move", 0, 1), ("move", 0, 0)])
@example(asked=[("save", "own", 0), ("work",), ("move", 0, 1), ("undo", 0)])
@example(asked=[("save", "own", 0), ("save", "shared", 0), ("work",), ("move", 0, 1), ("undo", 1)])
@example(asked=[("save", "own", 0), ("work",), ("undo", 0), ("save", "own", 0), ("undo", 0), ("work",)])
@example(asked=[("save", "own", 0), ("work",), ("trouble", 403), ("move", 0, 1), ("work",), ("undo", 0)])
@example(asked=[("save", "own", 0), ("work",), ("trouble", 403), ("move", 0, 1), ("work",), ("retry", 0)])
def test_a_record_holds_the_email_exactly_while_a_save_says_so(
    ana: Someone, control: Control, work: Any, asked: list[Any]
) -> None:
    story = Story(ana, control, work)
    for name, *values in asked:
        getattr(story, name)(*values)
    control("DELETE", "faults")
    work()
    story.holds()
