"""The RESTlet: the project's own script, unchanged, in one Node process with stand-ins for NetSuite's modules (N/*).

The state stays here. When the script creates, deletes or searches, the stand-ins ask over the pipe, and the functions
that serve REST answer, so that a message has the same rules through both doors. Calls take turns: one at a time.
"""

import atexit
import base64
import json
import re
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.simulator.netsuite import problems, roles
from tests.simulator.netsuite.accounts import Account, ExternalIdTaken
from tests.simulator.netsuite.checking import checked
from tests.simulator.netsuite.problems import Refused
from tests.simulator.netsuite.records import with_defaults

HERE = Path(__file__).parent
SCRIPT = HERE.parents[2] / (
    "server/destinations/netsuite/suiteapp/src/FileCabinet/SuiteScripts/Affix/affix_save_email.js"
)
PROGRAM = HERE / "restlet_process.mjs"

# By either of its names, as the address of a RESTlet takes them (section_4634920277).
SCRIPT_IDS = ("customscript_affix_save_email", "1501")
DEPLOYMENT_IDS = ("customdeploy_affix_save_email", "1")


class NoNode(RuntimeError):
    """The RESTlet cannot be run on this machine."""


class Died(RuntimeError):
    """The process ended in the middle of a call."""


def call(account: Account, method: str, body: Any, query: Mapping[str, str]) -> tuple[int, Any]:
    """Status and JSON of the answer. `body` is what the request's JSON holds. Callers do not hold the account's lock,
    which the script of somebody else may be waiting for. Raises NoNode, and Died where the process was ended."""
    is_known = query.get("script") in SCRIPT_IDS and query.get("deploy") in DEPLOYMENT_IDS
    if not account.restlet_installed or not is_known:
        # Code and sentence are seen in public code, mostly with this status.
        message = "That Suitelet is invalid, disabled, or no longer exists."
        return 404, {"error": {"code": "SSS_INVALID_SCRIPTLET_ID", "message": message}}
    return _process.call(Store(account), method, body)


def running() -> int | None:
    """The id of the Node process, if one runs."""
    return _process.pid


def node() -> str:
    """Node as scripts/setup provides it: the machine's, or else the one beside our Python. Raises NoNode."""
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None:
        raise NoNode("no Node on this machine; scripts/setup installs one where it is missing")
    return found


class Refusal(Exception):
    """A SuiteScript error, as the script sees it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


class Store:
    """What the stand-ins ask for, by the names of restlet_modules.mjs."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.was_asked = False

    def answer(self, name: str, parameters: list[Any]) -> dict[str, Any]:
        self.was_asked = True
        ask: Callable[..., Any] = {
            "createRecord": self._create_record,
            "deleteRecord": self._delete_record,
            "saveFile": self._save_file,
            "loadFile": self._load_file,
            "deleteFile": self._delete_file,
            "find": self._find,
        }[name]
        try:
            with self._account.lock:
                return {"value": ask(*parameters)}
        except Refusal as refusal:
            return {"refused": {"name": refusal.name, "message": refusal.message}}
        except Refused as refused:  # of REST, whose sentences begin in its own way
            detail = re.sub("^Error while accessing (a )?resource[.:] ", "", refused.detail)
            return {"refused": {"name": refused.code, "message": detail}}

    def _create_record(self, type_: str, values: dict[str, Any], files: list[str]) -> str:
        account = self._account
        roles.demand(account, roles.OF_TYPE[type_], "Create")
        for id_ in files:
            if id_ not in account.files:
                raise Refusal("INVALID_KEY_OR_REF", f"Invalid mediaitem reference key {id_}.")
        fields = checked(account, type_, {name: value for name, value in values.items() if value is not None})
        if files:
            fields["hasAttachment"] = True
        try:
            record = account.add(type_, with_defaults(account, type_, fields))
        except ExternalIdTaken as taken:
            raise problems.record_exists() from taken
        account.message_files[record["id"]] = list(dict.fromkeys(files))
        return str(record["id"])

    def _delete_record(self, type_: str, id_: str) -> None:
        account = self._account
        roles.demand(account, roles.OF_TYPE[type_], "Full")
        if account.find(type_, id_) is None:
            raise _not_there()
        if type_ == "message" and not account.messages_removable:
            raise problems.lacks_permission("Lists -> Track Messages")
        account.remove(type_, id_)

    def _save_file(self, file: dict[str, Any]) -> str:
        roles.demand(self._account, "Documents and Files", "Create")
        if file["folder"] not in self._account.folders:
            raise Refusal("INVALID_KEY_OR_REF", f"Invalid folder reference key {file['folder']}.")
        octets = base64.b64decode(file["octets"], validate=True)
        return self._account.store_file(file["name"], file["folder"], octets).id

    def _load_file(self, id_: str) -> dict[str, Any]:
        """The account keeps no types of files: here all are binary, as those of the script are."""
        roles.demand(self._account, "Documents and Files")
        file = self._account.files.get(id_)
        if file is None:
            raise _not_there()
        octets = base64.b64encode(file.content).decode()
        known = {"id": file.id, "name": file.name, "folder": file.folder, "octets": octets}
        return {**known, "type": "MISCBINARY", "isOnline": False}

    def _delete_file(self, id_: str) -> None:
        roles.demand(self._account, "Documents and Files", "Full")
        if id_ not in self._account.files:
            raise _not_there()
        self._account.remove_file(id_)

    def _find(self, type_: str, filters: list[dict[str, Any]]) -> list[str]:
        """Ids in order."""
        account = self._account
        roles.demand(account, roles.OF_TYPE[type_])
        shown: dict[str, dict[str, Any]]
        if type_ == "file":
            shown = {id_: {"name": file.name, "folder": file.folder} for id_, file in account.files.items()}
        else:
            shown = {id_: {"externalid": one.get("externalId")} for id_, one in account.records[type_].items()}
        wanted = [(one["name"].removesuffix("string"), one["values"]) for one in filters]
        found = [
            id_
            for id_, fields in shown.items()
            if all({"internalid": id_, **fields}[name] in values for name, values in wanted)
        ]
        return sorted(found, key=int)


def _not_there() -> Refusal:
    return Refusal("RCRD_DSNT_EXIST", "That record does not exist.")


class Process:
    """The Node process: started when first needed, and again where it was ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def call(self, store: Store, method: str, body: Any) -> tuple[int, Any]:
        with self._lock:
            try:
                return self._call(store, method, body)
            except Died:
                if store.was_asked:
                    raise
                return self._call(store, method, body)  # it had died before, and nothing has happened yet

    def _call(self, store: Store, method: str, body: Any) -> tuple[int, Any]:
        node = self._started()
        try:
            _send(node, {"method": method, "body": body})
            while "answer" not in (message := _receive(node)):
                _send(node, store.answer(message["ask"], message["with"]))
        except BaseException as error:
            # Nobody knows where it stands in its conversation, so the next call has a new one.
            self._stop()
            if isinstance(error, EOFError | BrokenPipeError):
                raise Died("the RESTlet's Node process has ended; what it did before is done") from error
            raise
        return message["answer"]["status"], message["answer"]["json"]

    def stop(self) -> None:
        with self._lock:
            self._stop()

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._running is not None and self._running.poll() is not None:
            self._stop()
        if self._running is None:
            # Its stdin ends with this process, however that ends, and with it the program.
            command = [node(), str(PROGRAM), str(SCRIPT)]
            self._running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._running

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.kill()
            running.communicate()


def _send(running: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    assert running.stdin is not None
    text = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    running.stdin.write(struct.pack(">I", len(text)) + text)
    running.stdin.flush()


def _receive(running: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Raises EOFError."""
    assert running.stdout is not None
    length = struct.unpack(">I", _exactly(running, 4))[0]
    message: dict[str, Any] = json.loads(_exactly(running, length))
    return message


def _exactly(running: subprocess.Popen[bytes], length: int) -> bytes:
    assert running.stdout is not None
    octets = running.stdout.read(length)
    if len(octets) < length:
        raise EOFError
    return octets


_process = Process()
atexit.register(_process.stop)
