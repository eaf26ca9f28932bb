"""The HTTP interface: one file for each resource. A view parses, makes one call and answers; errors travel."""

from apiflask import APIFlask

from server.api import (
    activity,
    addin,
    admin,
    backfills,
    context,
    cors,
    description,
    errors,
    exclusions,
    health,
    live,
    mailboxes,
    me,
    metrics,
    notifications,
    outgoing,
    presence,
    records,
    requests_log,
    rules,
    saves,
    sign_in_pages,
    unfiled,
    v1,
)
from server.api.guard import api_blueprint
from server.autopilot.intake import Nearby
from server.services import Services


def install(app: APIFlask, services: Services, near: Nearby | None = None) -> None:
    """All that answers. Public are only the pane's files with their configuration, health, Graph's notifications
    and the API's description."""
    requests_log.install(app, services.counts)
    errors.install(app)
    api = api_blueprint()
    for resource in (
        me,
        context,
        live,
        presence,
        records,
        saves,
        outgoing,
        rules,
        backfills,
        mailboxes,
        unfiled,
        activity,
        exclusions,
        admin,
    ):
        resource.routes(api)
    app.register_blueprint(api)
    v1.install(app, services)
    app.register_blueprint(health.blueprint(services))
    app.register_blueprint(metrics.blueprint(services))
    app.register_blueprint(notifications.blueprint(services, near))
    app.register_blueprint(addin.blueprint(services))
    app.register_blueprint(sign_in_pages.blueprint(services))
    description.install(app)
    cors.install(app, services.settings)
