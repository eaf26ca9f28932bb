"""Addresses and domains that Autopilot leaves alone, and counts of what was asked of Microsoft Graph."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
