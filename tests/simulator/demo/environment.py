"""The settings under which the demo's service runs."""

import base64
import secrets
from pathlib import Path

from tests.simulator.demo.options import Options
from tests.simulator.hooks import HOST as HOOKS
from tests.simulator.seed import AFFIX_APP, AFFIX_SECRET, CONTOSO, FABRIKAM

CONNECTIONS = 10  # per process; PostgreSQL gives 100 in all
NOTIFICATION_ORIGIN = "https://affix.example"  # Graph wants https; the simulator finds the demo's service behind it


def environment(options: Options, database_url: str) -> dict[str, str]:
    return {
        "AFFIX_CLIENT_ID": AFFIX_APP,
        "AFFIX_CLIENT_SECRET": AFFIX_SECRET,
        "AFFIX_TENANTS": f"{CONTOSO.id},{FABRIKAM.id}",
        "AFFIX_SECRET_KEYS": _kept_key(options.folder / "secret.key"),
        "AFFIX_BASE_URL": options.service_url,
        "AFFIX_FRAME_ANCESTORS": options.outlook_url,
        "AFFIX_DATABASE_URL": database_url,
        "AFFIX_DATABASE_POOL": str(CONNECTIONS),
        "AFFIX_DATA_DIR": str(options.folder),
        "AFFIX_NOTIFICATION_ORIGIN": NOTIFICATION_ORIGIN,
        "AFFIX_WEBHOOK_HOSTS": HOOKS,
        "AFFIX_REDIRECT_ORIGINS": "https://myapp.com",  # of the examples
        "AFFIX_BUILT_IN_DESTINATION": str(options.destination == "local").lower(),
        # Mail is announced at once. These two are for when it is not, and as long as somebody in front of it waits.
        "AFFIX_POLL_SECONDS": "30",
        "AFFIX_SAFETY_SECONDS": "60",
    }


def _kept_key(file: Path) -> str:
    """The key for what is stored encrypted: made at the first start, then the same at each."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return file.read_text()
