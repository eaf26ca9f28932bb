"""The hosted sign-in form, for programs."""

from typing import Any

from apiflask import APIBlueprint

from server.accounts import sign_in
from server.accounts.sign_in import Wanted
from server.api.guard import services
from server.api.v1.authentication_shapes import FormLink, FormRequest
from server.api.v1.guard import about, holder, needs


def routes(v1: APIBlueprint) -> None:
    @v1.post("/authentication/form")
    @needs("accounts")
    @v1.input(FormRequest)
    @v1.output(FormLink)
    def make_sign_in_link(json_data: FormRequest) -> dict[str, Any]:
        """A link under which a person signs in, so that their mailbox, or one that they have access to, becomes an
        account. It is good for a day, and for one account.
        """
        asked = json_data
        about(asked.account)
        wanted = Wanted(
            account=asked.account,
            name=asked.name,
            email=asked.email,
            delegated=asked.delegated,
            redirect_url=asked.redirect_url,
            provider=asked.type,
            expected_email=asked.expected_email,
            program=holder().name,
        )
        return {"url": sign_in.form_url(services(), holder().tenant_id, wanted)}
