"""Favourites of a mailbox, what people prefer, and who is filing a message right now."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
