"""Is the process alive; can it serve."""

from apiflask import APIFlask
from sqlalchemy import text

from server.services import Services


def test_it_is_live_and_ready(app: APIFlask) -> None:
    client = app.test_client()
    assert client.get("/health/live").get_json() == {"status": "live"}
    assert client.get("/health/ready").get_json() == {"status": "ready"}
    assert client.get("/health").get_json() == {"success": True}


def test_with_another_schema_it_is_live_but_not_ready(app: APIFlask, services: Services) -> None:
    engine = services.database.engine
    with engine.begin() as connection:
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        client = app.test_client()
        assert client.get("/health/live").status_code == 200
        answer = client.get("/health/ready")
    finally:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "not_ready"


def test_metrics_count_the_saves(app: APIFlask) -> None:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert 'affix_saves{state="queued"} 0.0' in answer.get_data(as_text=True)
