"""Names of attachments: as the sender wrote them, but for what would harm a file system or deceive a reader."""

import mimetypes
import re

LONGEST = 200  # characters; with any UTF-8 within the 255 bytes that most file systems allow once cut to bytes

# Built-in tables only: what the machine has installed must not change a name.
_TYPES = mimetypes.MimeTypes(filenames=())
_MORE_TYPES = {
    "text/calendar": ".ics",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
}
# Control characters, and those that turn the reading direction round ("exe.fdp" for "pdf.exe").
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe_name(stated: str | None) -> str | None:
    """A name without path characters; None when nothing remains."""
    name = _HARMFUL.sub("", (stated or "").replace("/", "_").replace("\\", "_")).strip()
    if not name.strip(". "):
        return None
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    return name[:LONGEST] if not dot or len(ending) > 10 else f"{stem[: LONGEST - len(ending) - 1]}.{ending}"


def default_name(content_type: str, number: int) -> str:
    """What an attachment without a name is called: "attachment-1.pdf", "message-2.eml"."""
    if content_type in ("message/rfc822", "message/global"):
        return f"message-{number}.eml"
    ending = _MORE_TYPES.get(content_type) or _TYPES.guess_extension(content_type) or ".bin"
    return f"attachment-{number}{ending}"
