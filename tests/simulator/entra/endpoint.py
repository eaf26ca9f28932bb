"""Entra over HTTP."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.simulator import faults
from tests.simulator.directory import CONSUMER_TENANT, Registration, Tenant
from tests.simulator.entra import grants, metadata, spa
from tests.simulator.entra.clients import authenticated_application, known_application
from tests.simulator.entra.refusals import Refused, missing
from tests.simulator.entra.signin import sign_in_routes
from tests.simulator.traffic import Visit
from tests.simulator.world import World

HOST = "login.microsoftonline.com"
GRANTS = {
    "urn:ietf:params:oauth:grant-type:jwt-bearer": "on_behalf_of",
    "refresh_token": "refresh_token",
    "client_credentials": "client_credentials",
    "authorization_code": "authorization_code",
}


def create_entra(world: World) -> Blueprint:
    entra = Blueprint("entra", __name__, url_prefix=f"/{HOST}")

    @entra.before_request
    def count_and_fail() -> Response | None:
        path = request.environ["simulator.path"].partition("?")[0]
        grant = GRANTS.get(request.form.get("grant_type", ""))
        route = str(request.url_rule.rule if request.url_rule else path).removeprefix(f"/{HOST}")
        world.traffic.count(Visit("entra", request.method, route.replace("<", "{").replace(">", "}"), grant=grant))
        fault = world.faults.take("entra", request.method, path)
        request.environ["simulator.fault"] = fault
        if fault and not fault.after:
            return _suffer(fault)
        return None

    @entra.after_request
    def lose_answer(response: Response) -> Response:
        fault = request.environ.get("simulator.fault")
        if fault and fault.after:
            return _suffer(fault) or response
        return response

    @entra.get("/common/discovery/instance")
    def instance_discovery() -> Response:
        return jsonify(metadata.instances(_base()))

    def configuration(tenant: str, version: int) -> Response | tuple[Response, int]:
        known = world.tenant(tenant)
        if known is None and tenant not in metadata.SHARED_ENDPOINTS:
            return _refuse(world, _no_tenant(tenant))
        return jsonify(metadata.configuration(known.id if known else tenant, _base(), version))

    @entra.get("/<tenant>/v2.0/.well-known/openid-configuration")
    def configuration_2(tenant: str) -> Response | tuple[Response, int]:
        return configuration(tenant, 2)

    @entra.get("/<tenant>/.well-known/openid-configuration")
    def configuration_1(tenant: str) -> Response | tuple[Response, int]:
        return configuration(tenant, 1)

    @entra.get("/<tenant>/discovery/v2.0/keys", endpoint="keys_2")
    @entra.get("/<tenant>/discovery/keys")
    def keys(tenant: str) -> Response | tuple[Response, int]:
        known = world.tenant(tenant)
        if known is None and tenant not in metadata.SHARED_ENDPOINTS:
            return _refuse(world, _no_tenant(tenant))
        with world.lock:
            return jsonify(metadata.key_set(world, known))

    @entra.post("/<tenant>/oauth2/v2.0/token")
    def token(tenant: str) -> Response | tuple[Response, int]:
        try:
            with world.lock:
                answer = jsonify(_token(world, tenant))
        except Refused as refused:
            return _refuse(world, refused)
        answer.headers["Cache-Control"] = "no-store, no-cache"
        return answer

    sign_in_routes(entra, world)
    return entra


def _token(world: World, tenant_name: str) -> dict[str, Any]:
    form = request.form.to_dict()
    tenant = world.tenant(tenant_name)
    if tenant is None and tenant_name not in {*metadata.SHARED_ENDPOINTS, CONSUMER_TENANT}:
        raise _no_tenant(tenant_name)
    if "grant_type" not in form:
        raise missing("grant_type")
    grant = GRANTS.get(form["grant_type"])
    if grant is None:
        sentence = f"The app requested an unsupported grant type '{form['grant_type']}'."
        raise Refused("unsupported_grant_type", 70003, sentence)
    url = f"{_base()}/{tenant_name}/oauth2/v2.0/token"
    named = tenant.id if tenant else tenant_name
    if spa.is_redeemed(world, form, request.headers.get("Origin")):
        app = known_application(world, form, named)  # a page keeps no secret: PKCE and the origin prove it
    else:
        app = authenticated_application(world, form, named, url)
    if grant == "refresh_token":
        return grants.refresh(world, tenant, app, form)
    if grant == "authorization_code":
        return grants.authorization_code(world, app, form)
    if tenant is None:
        sentence = f"'{tenant_name}' is not usable for this grant. Use a tenant-specific endpoint."
        raise Refused("invalid_request", 50194, sentence)
    own_tenant: Callable[[World, Tenant, Registration, dict[str, str]], dict[str, Any]]
    own_tenant = grants.on_behalf_of if grant == "on_behalf_of" else grants.client_credentials
    return own_tenant(world, tenant, app, form)


def _no_tenant(name: str) -> Refused:
    sentence = f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID."
    return Refused("invalid_request", 90002, sentence)


def _refuse(world: World, refused: Refused) -> tuple[Response, int]:
    return jsonify(refused.body(world.now(), request.headers.get("client-request-id"))), refused.status


def _suffer(fault: faults.Fault) -> Response | None:
    faults.suffer(fault, request.environ.get("simulator.patience"))
    if fault.status is None:
        return None
    answer = jsonify(fault.body or {"error": "temporarily_unavailable", "error_description": "AADSTS90033: busy."})
    answer.status_code = fault.status
    answer.headers.update(fault.headers)
    return answer


def _base() -> str:
    return str(request.environ["simulator.base"])
