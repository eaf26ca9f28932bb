"""Tallies: what all processes counted together, for the operator's metrics. Nothing in them is about a tenant."""

from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Tally(Base):
    """One number that only grows. `name` and `labels` are of the metric (server/metrics/families.py). `part` is ""
    for a plain count; of a histogram it is "sum", or the upper bound of the one bucket that is counted here, "+Inf" for
    what is beyond all of them.
    """

    __tablename__ = "tallies"

    name: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[list[str]] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]
