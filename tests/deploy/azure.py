"""Plays the Azure CLI and the directory behind it, for register-app; the state is a JSON file beside this one.

It is put into a folder of the search path under the name "az". It knows the commands that the script uses, refuses what
Entra refuses, and answers queries of the three forms that occur.
"""

import json
import os
import re
import sys
import uuid
from pathlib import Path
from typing import Any

GRAPH = "00000003-0000-0000-c000-000000000000"
SELECTED = re.compile(r"(?P<list>[\w.]+)\[\?(?P<key>\w+)=='(?P<value>[^']*)'\]\.(?P<of>\w+) \| \[0\]")
FIRST = re.compile(r"\[0\]\.(\w+)")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def main(arguments: list[str]) -> int:
    path = Path(os.environ["AZURE_STATE"])
    state = json.loads(path.read_text())
    words = [each for each in arguments[: first_option(arguments)]]
    options = options_of(arguments[len(words) :])
    answer = answered(state, " ".join(words), options)
    path.write_text(json.dumps(state))
    found = queried(answer, options["query"]) if "query" in options else answer
    if options.get("output") != "none" and found is not None:
        sys.stdout.write(f"{found if options.get('output') == 'tsv' else json.dumps(found)}\n")
    return 0


def first_option(arguments: list[str]) -> int:
    return next((n for n, each in enumerate(arguments) if each.startswith("--")), len(arguments))


def options_of(arguments: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in arguments:
        if each.startswith("--"):
            name = each[2:]
            found[name] = ""
        else:
            found[name] = each
    return found


def answered(state: dict[str, Any], command: str, options: dict[str, str]) -> Any:
    apps, services = state["applications"], state["servicePrincipals"]
    match command:
        case "account show":
            return {"tenantId": state["tenant"]}
        case "ad app list":
            return [each for each in apps if f"displayName eq '{each['displayName']}'" == options["filter"]]
        case "ad app create":
            made = {"id": str(uuid.uuid4()), "appId": str(uuid.uuid4()), "displayName": options["display-name"]}
            apps.append({**made, "api": {"oauth2PermissionScopes": []}, "appRoles": [], "certificates": []})
            return made
        case "ad app show":
            return one(apps, appId=options["id"])
        case "ad app credential reset":
            assert "append" in options, "the credentials that are there would go"
            one(apps, appId=options["id"])["certificates"].append(Path(options["cert"].removeprefix("@")).read_text())
            return {"password": None}
        case "ad sp list":
            return [each for each in services if f"appId eq '{each['appId']}'" == options["filter"]]
        case "ad sp show":
            return one(services, appId=options["id"])
        case "ad sp create":
            services.append({"id": str(uuid.uuid4()), "appId": options["id"], "appRoleAssignedTo": []})
            return services[-1]
        case "ad user show":
            return one(state["users"], userPrincipalName=options["id"])
        case "rest":
            return requested(state, options)
    raise LookupError(command)


def requested(state: dict[str, Any], options: dict[str, str]) -> Any:
    version, kind, id, *more = options["uri"].removeprefix("https://graph.microsoft.com/").split("/")
    assert version == "v1.0"
    entity = one(state[kind], id=id)
    if options["method"] == "GET":
        return {"value": entity[more[0]]}
    assert options["headers"] == "Content-Type=application/json"
    body = json.loads(options["body"])
    if options["method"] == "POST":
        entity[more[0]].append({**body, "id": str(uuid.uuid4())})
        return entity[more[0]][-1]
    known = {each["id"] for each in entity["api"]["oauth2PermissionScopes"]}
    for client in body.get("api", {}).get("preAuthorizedApplications", []):
        assert set(client["delegatedPermissionIds"]) <= known, "Entra does not know this scope yet"
    for each in [*body.get("appRoles", []), *body.get("api", {}).get("oauth2PermissionScopes", [])]:
        assert GUID.fullmatch(each["id"])
    entity["api"] |= body.pop("api", {})
    entity |= body
    return None


def one(entities: list[dict[str, Any]], **wanted: str) -> dict[str, Any]:
    [found] = [each for each in entities if wanted.items() <= each.items()]
    return found


def queried(answer: Any, query: str) -> Any:
    if selected := SELECTED.fullmatch(query):
        for name in selected["list"].split("."):
            answer = answer[name]
        found = [each[selected["of"]] for each in answer if each[selected["key"]] == selected["value"]]
        return found[0] if found else None
    if first := FIRST.fullmatch(query):
        return answer[0][first[1]] if answer else None
    return answer[query]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
