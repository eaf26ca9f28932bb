"""Is the process alive; can it serve."""

from apiflask import APIBlueprint

from server import migrate
from server.errors import Busy
from server.services import Services


def blueprint(services: Services) -> APIBlueprint:
    health = APIBlueprint("health", __name__, url_prefix="/health")

    def refuse_unready() -> None:
        if not migrate.is_current(services.database.engine):
            raise Busy("The database has not been upgraded yet: run 'affix db upgrade'.", code="not_ready")

    @health.get("")
    def whole() -> dict[str, bool]:
        """The same as /health/ready, as clients of the account API ask for it."""
        refuse_unready()
        return {"success": True}

    @health.get("/live")
    def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @health.get("/ready")
    def ready() -> dict[str, str]:
        """The database answers and has the schema of this version."""
        refuse_unready()
        return {"status": "ready"}

    return health
