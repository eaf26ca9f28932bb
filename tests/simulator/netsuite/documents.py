"""The document service: files of the File Cabinet over REST (article_0909085903: where it is, and 10 MB a file).

INVENTED, all of it in this file: no public page shows the requests themselves. Here a file is created by
POST /services/rest/document/v1/file with {"name", "folder": {"id"}, "content": base64, "encoding"?}, answered with 204
and a Location; it is read and deleted by its address. The metadata catalog describes just that, so that a client may
take the shape from there instead of knowing it.
"""

import base64
import binascii
from typing import Any

from tests.simulator.netsuite import problems, roles
from tests.simulator.netsuite.accounts import StoredFile
from tests.simulator.netsuite.call import Answer, Call
from tests.simulator.netsuite.metadata import SCHEMA, SWAGGER, accepted, json_schema, openapi
from tests.simulator.netsuite.records import SINGULAR
from tests.simulator.netsuite.schemas import Field

LARGEST = 10 * 1024 * 1024  # bytes
FIELDS = {
    "id": Field("text", "Internal ID", is_read_only=True),
    "name": Field("text", "File Name", 199),
    "folder": Field("reference", "Folder"),
    "content": Field("text", "Content, in base64"),
    "encoding": Field("text", "Character Encoding", 40),
    "size": Field("number", "Size in Bytes", is_read_only=True),
}


def catalog(call: Call) -> Answer:
    roles.demand(call.account, "Documents and Files")
    if accepted(call, SWAGGER) == SCHEMA:
        raise problems.not_acceptable(SCHEMA)
    return openapi(call, {"file": FIELDS}, "document/v1")


def of_file(call: Call) -> Answer:
    roles.demand(call.account, "Documents and Files")
    return json_schema(FIELDS) if accepted(call, SWAGGER) == SCHEMA else openapi(call, {"file": FIELDS}, "document/v1")


def create(call: Call) -> Answer:
    roles.demand(call.account, "Documents and Files", "Create")
    body = call.json()
    unknown = [name for name in body if name not in FIELDS]
    if unknown:
        raise problems.unknown_field(unknown[0], "file")
    name, content = body.get("name"), _content(body.get("content"))
    if not isinstance(name, str) or not name or "/" in name:
        raise problems.missing("File Name") if not name else problems.wrong_value("name")
    if len(name) > (FIELDS["name"].most or 0):
        raise problems.too_long("name", FIELDS["name"].most or 0)
    file = call.account.store_file(name, _folder(call, body.get("folder")), content)
    return Answer(204, headers={"Location": call.link("document/v1/file", file.id)})


def read(call: Call) -> Answer:
    roles.demand(call.account, "Documents and Files")
    file = _file(call)
    shown = {
        "id": file.id,
        "name": file.name,
        "folder": {"id": file.folder, "refName": call.account.folders[file.folder]},
        "size": len(file.content),
        "content": base64.b64encode(file.content).decode(),
    }
    return Answer(200, shown, headers={"Content-Type": SINGULAR})


def delete(call: Call) -> Answer:
    roles.demand(call.account, "Documents and Files", "Full")
    call.account.remove_file(_file(call).id)
    return Answer(204)


def _file(call: Call) -> StoredFile:
    found = call.account.files.get(call.params["id"])
    if found is None:
        raise problems.no_such_record(call.path)
    return found


def _folder(call: Call, value: Any) -> str:
    id_ = value.get("id") if isinstance(value, dict) else value
    if id_ is None:
        raise problems.missing("Folder")
    if str(id_) not in call.account.folders:
        raise problems.no_such_value(id_, "folder")
    return str(id_)


def _content(value: Any) -> bytes:
    try:
        content = base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise problems.wrong_value("content") from error
    if len(content) > LARGEST:
        raise problems.file_too_large(LARGEST)
    return content
