"""Bodies of the hosted sign-in form, with the names that clients of the account API use."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from server.api.shapes import Shape

AccountId = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f/]+$")]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Name = Annotated[str, StringConstraints(max_length=256, pattern=r"^[^\x00]*$")]
Address = Annotated[str, StringConstraints(max_length=320, pattern=r"^[^\x00]*$")]
Url = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class FormRequest(Shape):
    """`email` is the mailbox. With `delegated` it is somebody else's than that of the person who signs in, or nobody's.
    `expectedEmail` is who has to sign in, `type` the OAuth application, `redirectUrl` where to go afterwards.
    """

    account: AccountId
    name: Name = ""
    email: Address = ""
    delegated: bool = False
    redirect_url: Url | None = Field(None, alias="redirectUrl")
    type: Label | None = None
    expected_email: Address | None = Field(None, alias="expectedEmail")


class FormLink(BaseModel):
    url: str
