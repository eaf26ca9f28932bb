"""The demo with NetSuite: an integration in each account, and what an account holds kept for the next start."""

import base64
import itertools
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.simulator.netsuite.accounts import FOLDER, Account, StoredFile
from tests.simulator.seed import CONTOSO, FABRIKAM
from tests.simulator.world import World

ACCOUNTS = {CONTOSO.id: "1234567", FABRIKAM.id: "7654321_SB1"}
SCRIPT, DEPLOYMENT = "customscript_affix_save_email", "customdeploy_affix_save_email"
LIFETIME = timedelta(days=365)


@dataclass(frozen=True)
class Integration:
    """What an administrator of a tenant notes down in NetSuite, and the key whose certificate is uploaded there."""

    tenant_id: str
    account: str
    client_id: str
    certificate_id: str
    certificate: str
    private_key: str

    @property
    def settings(self) -> dict[str, Any]:
        """As they are entered in Affix."""
        names = {"id": self.certificate_id, "private_key": self.private_key, "certificate": self.certificate}
        script = {"restlet_script": SCRIPT, "restlet_deployment": DEPLOYMENT}
        return {
            "account": self.account,
            "client_id": self.client_id,
            "certificates": [names],
            "folder": FOLDER,
            **script,
        }


def integration(tenant_id: str) -> Integration:
    """A new one, with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Affix")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + LIFETIME)
    pem = serialization.Encoding.PEM
    shape, lock = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Integration(
        tenant_id=tenant_id,
        account=ACCOUNTS[tenant_id],
        client_id=secrets.token_hex(32),
        certificate_id=secrets.token_urlsafe(32),
        certificate=built.sign(key, hashes.SHA256()).public_bytes(pem).decode(),
        private_key=key.private_bytes(pem, shape, lock).decode(),
    )


def kept_integrations(file: Path) -> list[Integration]:
    """Made at the first start, then the same at each."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps([asdict(integration(tenant_id)) for tenant_id in ACCOUNTS]))
    return [Integration(**each) for each in json.loads(file.read_text())]


def upload(world: World, each: Integration) -> None:
    """The administrator uploads the certificate to the account."""
    account = world.netsuite.account(each.account)
    assert account is not None
    account.register(each.certificate_id, each.client_id, each.certificate)


def remember(world: World, file: Path) -> None:
    """Write down what the accounts hold."""
    file.touch(mode=0o600)
    file.write_text(json.dumps({each.id: _kept(each) for each in world.netsuite.accounts}))


def recall(world: World, file: Path) -> None:
    """Take up what the last start left behind, if there was one."""
    if not file.exists():
        return
    for name, kept in json.loads(file.read_text()).items():
        account = world.netsuite.account(name)
        if account is not None:
            with account.lock:
                _take_up(account, kept)


def _kept(account: Account) -> dict[str, Any]:
    with account.lock:
        return {
            "records": account.records,
            "files": [
                {
                    **asdict(each),
                    "content": base64.b64encode(each.content).decode(),
                    "created_at": each.created_at.isoformat(),
                }
                for each in account.files.values()
            ],
            "attached": account.attached,
            "message_files": account.message_files,
            "next_id": next(account.ids),
        }


def _take_up(account: Account, kept: dict[str, Any]) -> None:
    account.records.update(kept["records"])
    for each in kept["files"]:
        moment = datetime.fromisoformat(each["created_at"])
        content = base64.b64decode(each["content"])
        account.files[each["id"]] = StoredFile(**{**each, "content": content, "created_at": moment})
    account.attached = [(type_, id_, kind, attached) for type_, id_, kind, attached in kept["attached"]]
    account.message_files.update(kept["message_files"])
    account.ids = itertools.count(kept["next_id"])
