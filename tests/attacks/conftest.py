"""What the stories of attacks begin with: a shared mailbox under watch, as for Autopilot's own stories."""

from tests.autopilot.conftest import announced, far_off, on_watch, record, sweep

__all__ = ["announced", "far_off", "on_watch", "record", "sweep"]
