"""One mailbox of Exchange: folders, items, ids that change or stay, and nothing of HTTP."""

import base64
import hashlib
import itertools
import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.simulator import ids
from tests.simulator.directory import Account
from tests.simulator.ids import ItemId
from tests.simulator.journal import Change, Journal
from tests.simulator.mime import Attachment, Mail

WELL_KNOWN = {
    "msgfolderroot": "Top of Information Store",
    "inbox": "Inbox",
    "drafts": "Drafts",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
    "archive": "Archive",
    "junkemail": "Junk Email",
    "outbox": "Outbox",
}
HIDDEN = "Conversation Action Settings"


@dataclass(eq=False)
class Folder:
    id: ItemId
    name: str
    parent: "Folder | None"
    well_known: str | None = None
    hidden: bool = False
    is_gone: bool = False


@dataclass(eq=False)
class Item:
    """One message in a mailbox."""

    mail: Mail
    folder: Folder
    key: bytes  # of the REST id: another one after each move
    immutable_key: bytes
    received_at: datetime
    modified_at: datetime
    conversation_id: str
    internet_message_id: str
    is_draft: bool
    attachments: list[Attachment]
    is_read: bool = False
    categories: list[str] = field(default_factory=list)
    flag: str = "notFlagged"
    importance: str = "normal"
    properties: dict[str, str] = field(default_factory=dict)  # extended property id -> value
    extensions: dict[str, dict[str, object]] = field(default_factory=dict)
    version: int = 1
    has_headers: bool = True  # it came through transport; what was written here and sent has none
    readable_from: float = 0.0  # seconds since 1970: before that, Graph has announced it but does not find it

    @property
    def subject(self) -> str:
        return self.mail.subject

    @property
    def change_key(self) -> str:
        digest = hashlib.sha256(self.immutable_key + self.version.to_bytes(8, "big")).digest()
        return base64.b64encode(b"\x09\x00\x00\x00\x16\x00\x00\x00" + digest[:22]).decode()

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    def attach(self, attachment: Attachment) -> Attachment:
        """One more, with a number that none had before."""
        known = max((one.number for one in self.attachments), default=-1)
        self.attachments.append(replace(attachment, number=known + 1))
        return self.attachments[-1]

    def changed(self, now: datetime) -> None:
        self.version += 1
        self.modified_at = now


class Mailbox:
    """Callers hold the world's lock."""

    def __init__(
        self, account: Account, purpose: str, listener: Callable[["Mailbox", Change], None] | None = None
    ) -> None:
        """`listener` hears of every change of a message."""
        self.journal = Journal(lambda change: listener(self, change) if listener else None)
        self.account = account
        self.purpose = purpose
        self.guid = uuid.uuid5(uuid.NAMESPACE_URL, f"mailbox of {account.address}")
        self.active = True
        self.categories: list[dict[str, str]] = []
        self.items: dict[bytes, Item] = {}  # by immutable key, in order of arrival
        self._by_key: dict[bytes, Item] = {}
        self._conversations: dict[str, str] = {}  # internet message id -> conversation id
        self._serials = {False: itertools.count(), True: itertools.count()}
        self.folders: list[Folder] = []
        root = self._folder("msgfolderroot", WELL_KNOWN["msgfolderroot"], None)
        for well_known, name in WELL_KNOWN.items():
            if well_known != "msgfolderroot":
                self._folder(well_known, name, root)
        self._folder(None, HIDDEN, root).hidden = True

    @property
    def address(self) -> str:
        return self.account.address

    def folder(self, name: str) -> Folder | None:
        """By well-known name or by id."""
        for folder in self.folders:
            if not folder.is_gone and (name.lower() == folder.well_known or name == folder.id.rest()):
                return folder
        return None

    def folder_at(self, path: str) -> Folder:
        """The folder with that well-known name or path like "inbox/Projects"; what is missing is made."""
        first, *rest = path.strip("/").split("/")
        top = self.folder(first) or self._child(self.folders[0], first)
        for name in rest:
            top = self._child(top, name)
        return top

    def path_of(self, folder: Folder) -> str:
        if folder.well_known:
            return folder.well_known
        assert folder.parent is not None
        above = "" if folder.parent.well_known == "msgfolderroot" else self.path_of(folder.parent) + "/"
        return above + folder.name

    def deliver(
        self,
        mail: Mail,
        folder: Folder,
        now: datetime,
        is_read: bool = False,
        is_draft: bool = False,
        has_headers: bool = True,
    ) -> Item:
        item = self._item(mail, folder, now, is_read)
        item.is_draft |= is_draft
        item.has_headers = has_headers
        self._keep(item)
        return item

    def _item(self, mail: Mail, folder: Folder, now: datetime, is_read: bool) -> Item:
        item = Item(
            mail=mail,
            folder=folder,
            key=self._fresh_key(),
            immutable_key=self._fresh_key(immutable=True),
            received_at=now,
            modified_at=now,
            conversation_id="",
            internet_message_id=mail.message_id or f"<{uuid.uuid4().hex.upper()}@{self.account.tenant.domain}>",
            is_draft=mail.unsent or folder.well_known == "drafts",
            attachments=[replace(one, number=number) for number, one in enumerate(mail.attachments)],
            is_read=is_read,
            importance=mail.importance,
        )
        item.conversation_id = self._conversation(item)
        return item

    def _keep(self, item: Item) -> None:
        self._conversations[item.internet_message_id] = item.conversation_id
        self.items[item.immutable_key] = self._by_key[item.key] = item
        self.journal.write(Change(item, None, item.folder, item.key))

    def rename(self, item: Item, message_id: str) -> None:
        """Another Message-ID, as of a draft."""
        item.internet_message_id = message_id
        self._conversations[message_id] = item.conversation_id

    def find(self, item_id: ItemId) -> Item | None:
        return (self.items if item_id.immutable else self._by_key).get(item_id.key)

    def move(self, item: Item, folder: Folder, now: datetime) -> None:
        """The same item elsewhere: a new REST id, the same immutable id."""
        before, key = item.folder, item.key
        del self._by_key[key]
        item.folder = folder
        item.key = self._fresh_key()
        self._by_key[item.key] = item
        item.changed(now)
        self.journal.write(Change(item, before, folder, key, frozenset({"parentFolderId"})))

    def change(self, item: Item, now: datetime, names: Iterable[str] = ()) -> None:
        """Whoever changed the item says so here, once. No names: everything may be another."""
        item.changed(now)
        self.journal.write(Change(item, item.folder, item.folder, item.key, frozenset(names)))

    def copy(self, item: Item, folder: Folder, now: datetime) -> Item:
        twin = self._item(item.mail, folder, now, item.is_read)
        twin.received_at = item.received_at
        twin.internet_message_id, twin.conversation_id = item.internet_message_id, item.conversation_id
        twin.categories, twin.attachments = list(item.categories), list(item.attachments)
        twin.properties, twin.is_draft = dict(item.properties), item.is_draft
        twin.has_headers = item.has_headers
        self._keep(twin)
        return twin

    def remove(self, item: Item) -> None:
        del self.items[item.immutable_key], self._by_key[item.key]
        self.journal.write(Change(item, item.folder, None, item.key))

    def id_of(self, item: Item, immutable: bool = False) -> ItemId:
        return ItemId(self.guid, item.immutable_key if immutable else item.key, immutable)

    def go_on_from(self, serial: int) -> None:
        """Items to come get their keys from that number on: those that an earlier world gave away do not come again."""
        self._serials = {kind: itertools.count(serial) for kind in self._serials}

    def _fresh_key(self, immutable: bool = False) -> bytes:
        seed = uuid.uuid5(self.guid, "immutable") if immutable else self.guid
        return ids.item_key(seed, next(self._serials[immutable]))

    def make_folder(self, name: str, parent: Folder) -> Folder:
        return self._folder(None, name, parent)

    def remove_folder(self, folder: Folder) -> None:
        """With all that is in it. It keeps its number, which change tracking counts."""
        for item in [each for each in self.items.values() if each.folder is folder]:
            self.remove(item)
        for child in [each for each in self.folders if each.parent is folder]:
            self.remove_folder(child)
        folder.is_gone, folder.parent = True, None

    def _child(self, parent: Folder, name: str) -> Folder:
        known = (f for f in self.folders if not f.is_gone and f.parent is parent and f.name.lower() == name.lower())
        return next(known, None) or self.make_folder(name, parent)

    def _folder(self, well_known: str | None, name: str, parent: Folder | None) -> Folder:
        key = ids.folder_key(self.guid, len(self.folders))
        folder = Folder(ItemId(self.guid, key), name, parent, well_known)
        self.folders.append(folder)
        return folder

    def _conversation(self, item: Item) -> str:
        """The conversation of a message that this one answers, else a new one. Another mailbox has other ids for it."""
        for message_id in (item.internet_message_id, *reversed(item.mail.references)):
            if message_id in self._conversations:
                return self._conversations[message_id]
        topic = item.mail.references[0] if item.mail.references else item.internet_message_id
        topic += re.sub(r"(?i)^((re|fwd?|aw|wg):\s*)+", "", item.subject)
        digest = hashlib.sha256(self.guid.bytes + topic.encode("utf-8", "replace")).digest()[:16]
        return "AAQkA" + base64.b64encode(str(self.guid).encode() + b"\x00\x10\x00" + digest).decode().translate(
            str.maketrans("/+", "-_")
        )
