"""Which address is which action."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from tests.simulator.netsuite import documents, doors, metadata, pages, problems, records, tokens
from tests.simulator.netsuite.call import Answer, Call

RECORD, DOCUMENT = "/services/rest/record/v1", "/services/rest/document/v1"


@dataclass(frozen=True)
class Route:
    """`template` has its variables in braces. Public routes ask for no token; locked ones hold the account's lock."""

    method: str
    template: str
    action: Callable[[Call], Answer]
    kind: str = "suitetalk"
    is_public: bool = False
    is_locked: bool = True

    def match(self, path: str) -> dict[str, str] | None:
        """The variables, unquoted, where the path fits."""
        parts, wanted = path.split("/"), self.template.split("/")
        if len(parts) != len(wanted):
            return None
        found = {}
        for part, want in zip(parts, wanted, strict=True):
            if want.startswith("{") and part:
                found[want[1:-1]] = unquote(part)
            elif want != unquote(part):
                return None
        return found

    def shown(self, params: dict[str, str]) -> str:
        """The template as it is counted: with the type of record, without ids."""
        return self.template.replace("{type}", params.get("type", "").lower())


ROUTES = (
    Route("POST", tokens.PATH, tokens.issue, is_public=True, is_locked=False),
    Route("GET", f"{RECORD}/metadata-catalog", metadata.catalog),
    Route("GET", f"{RECORD}/metadata-catalog/{{type}}", metadata.of_type),
    Route("GET", f"{RECORD}/{{type}}", records.listing),
    Route("POST", f"{RECORD}/{{type}}", records.create),
    Route("GET", f"{RECORD}/{{type}}/{{id}}", records.read),
    Route("PATCH", f"{RECORD}/{{type}}/{{id}}", records.change),
    Route("PUT", f"{RECORD}/{{type}}/{{id}}", records.upsert),
    Route("DELETE", f"{RECORD}/{{type}}/{{id}}", records.delete),
    Route("POST", f"{RECORD}/{{type}}/{{id}}/!attach/{{kind}}/{{attached}}", records.attach),
    Route("GET", f"{DOCUMENT}/metadata-catalog", documents.catalog),
    Route("GET", f"{DOCUMENT}/metadata-catalog/file", documents.of_file),
    Route("POST", f"{DOCUMENT}/file", documents.create),
    Route("GET", f"{DOCUMENT}/file/{{id}}", documents.read),
    Route("DELETE", f"{DOCUMENT}/file/{{id}}", documents.delete),
    Route("POST", "/services/rest/query/v1/suiteql", doors.suiteql, is_locked=False),
    *(
        Route(method, doors.RESTLET, doors.restlet, "restlets", is_locked=False)
        for method in ("GET", "POST", "PUT", "DELETE")
    ),
    *(Route("GET", path, pages.show, "app", is_public=True) for path in pages.PATHS),
)


def find_route(call: Call) -> Route:
    """Fills the call's params. Raises Refused."""
    others = False
    for route in ROUTES:
        params = route.match(call.path) if route.kind == call.kind else None
        if params is None:
            continue
        if route.method == call.method:
            call.params = params
            return route
        others = True
    raise problems.wrong_method(call.method) if others else problems.no_such_address(call.path)
