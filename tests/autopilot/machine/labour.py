"""Workers at work, who die over it, stand still, or are interrupted by mail."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.autopilot.machine.base import HALF_A_DAY, WANTED, folders, mailboxes
from tests.autopilot.machine.mail import Mail

LONGER_THAN_A_LEASE = 90
requests = st.integers(1, 25)


class Labour(Mail):
    @rule()
    def work(self) -> None:
        self.do_all()

    @rule(seconds=st.sampled_from([3, 70, 700, HALF_A_DAY]))
    def time_passes(self, seconds: int) -> None:
        self.on.pass_time(seconds)
        self.on.begin_anew()
        self.do_all()

    @rule(point=st.integers(1, 120))
    def a_worker_crashes(self, point: int) -> None:
        self.on.crash_at(point)
        self.do_all()

    @rule(request=requests)
    def a_worker_stands_still(self, request: int) -> None:
        """For so long that another one does its work, before it goes on as if nothing had happened."""

        def meanwhile() -> None:
            self.on.pass_time(LONGER_THAN_A_LEASE)
            self.on.work(1)

        self.on.interrupt_at(request, meanwhile)
        self.do_all()

    @rule(request=requests, mailbox=mailboxes, folder=folders)
    def mail_arrives_during_work(self, request: int, mailbox: str, folder: str) -> None:
        message_id = self.written(WANTED)

        def meanwhile() -> None:
            self.arrive(message_id, WANTED, mailbox, folder)

        self.on.interrupt_at(request, meanwhile)
        self.do_all()
