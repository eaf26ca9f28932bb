"""What happens to the shipped pane's page on its way into this window: addresses change, nothing else.

Outlook loads the page as it is. Here there may be no network, so Microsoft's address of office.js becomes this
window's own, and three scripts come first: where Microsoft's sign-in is played, what the Outlook host puts into the
frame (the bridge for nested app authentication), and a stand-in for the library that this version of office.js would
fetch from a content network. The page for administrators, which has a tab of its own, is led to that sign-in too.
"""

import re

OFFICE_JS_ADDRESS = b"https://appsforoffice.microsoft.com/lib/1/hosted/"
OWN_ADDRESS = b"/office/"
IN_A_TAB = b'id="admin"'
PLAYED_HERE = b'<script src="/office/played-here.js"></script>'
FIRST_SCRIPTS_OF_TAB = PLAYED_HERE + b'<script src="/office/tab-side.js"></script>'
FIRST_SCRIPTS = (
    PLAYED_HERE + b'<script src="/office/microsoft-ajax.js"></script><script src="/office/pane-side.js"></script>'
)


def as_hosted_by_outlook(page: bytes, headers: dict[str, str]) -> bytes:
    """The page with this window's addresses; `headers` change in place. Pages without office.js stay as they are."""
    for name in headers:
        if name.lower() == "content-security-policy":
            headers[name] = framed_here(headers[name])
    if IN_A_TAB in page:
        return re.sub(rb"<script\b", FIRST_SCRIPTS_OF_TAB + rb"<script", page, count=1)
    if OFFICE_JS_ADDRESS not in page:
        return page
    page = page.replace(OFFICE_JS_ADDRESS, OWN_ADDRESS)
    return re.sub(rb"<script\b", FIRST_SCRIPTS + rb"<script", page, count=1)


def framed_here(policy: str) -> str:
    """A content security policy under which this origin may frame the page, and serve office.js and its trust page."""
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    for name in ("frame-ancestors", "script-src", "frame-src"):
        if name in directives:
            directives[name] = with_self(directives[name])
    if "frame-src" not in directives and directives.get("default-src") == "'none'":
        directives["frame-src"] = "'self'"
    return "; ".join(f"{name} {sources}".strip() for name, sources in directives.items())


def with_self(sources: str) -> str:
    kept = [source for source in sources.split() if source not in ("'none'", "'self'")]
    return " ".join(["'self'", *kept])
