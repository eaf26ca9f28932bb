"""What stories of API keys have in common."""

from datetime import datetime, timedelta
from typing import Any

from apiflask import APIFlask
from sqlalchemy import text

from server.clock import now
from server.services import Services
from tests.conftest import Someone

PATH = "/api/admin/api-keys"
ADDRESS = "/v1/oauth2"  # whose answer needs nothing but the scope "accounts"


def make_key(administrator: Someone, *scopes: str, **more: Any) -> dict[str, Any]:
    wanted = {"name": "Help desk", "scopes": scopes or ["accounts"], **more}
    made: dict[str, Any] = administrator.post(PATH, wanted, expect=201)
    return made


def program_with(app: APIFlask, key: str) -> Someone:
    return Someone(app.test_client(), key)


def rows(services: Services, table: str) -> list[dict[str, Any]]:
    with services.database.session() as session:
        return [dict(each) for each in session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).mappings()]


def make_older(services: Services, days: float) -> datetime:
    """As if the keys had been made that much earlier."""
    with services.database.session.begin() as session:
        session.execute(
            text("UPDATE api_keys SET expires_at = expires_at - make_interval(secs => :s)"), {"s": days * 86400}
        )
    return now() - timedelta(days=days)
