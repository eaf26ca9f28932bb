"""What Microsoft 365 may answer instead, by name, as the simulator's control interface takes it."""

from typing import Any

GRAPH: dict[str, dict[str, Any]] = {
    "throttled": {"status": 429, "headers": {"Retry-After": "7"}},
    "throttled for long": {"status": 429, "headers": {"Retry-After": "1800"}},
    "throttled without a word": {"status": 429},
    "throttled until a date": {"status": 429, "headers": {"Retry-After": "Sun, 29 Nov 2026 10:00:00 GMT"}},
    "busy": {"status": 503},
    "broken": {"status": 500},
    "cut off": {"cut": True},
    "message refused": {"path": "*/$value", "status": 503, "headers": {"Retry-After": "3"}},
    "message cut short": {"path": "*/$value", "cut_after": 30},
    "looks refused": {"path": "*delta*", "status": 503},
    "look cut short": {"path": "*delta*", "cut_after": 40},
    "place lost": {"path": "*/messages/delta*", "status": 410},
    "mark refused": {"method": "PATCH", "path": "*/messages/*", "status": 403},
    "mark changed meanwhile": {"method": "PATCH", "path": "*/messages/*", "status": 412},
    "mark's answer lost": {"method": "PATCH", "path": "*/messages/*", "cut": True, "after": True},
    "subscription refused": {"path": "*/subscriptions*", "status": 403},
    "subscription's answer lost": {"method": "POST", "path": "*/subscriptions*", "cut": True, "after": True},
}
TROUBLES = {name: {"service": "graph", **fault} for name, fault in GRAPH.items()}
TROUBLES["sign-in busy"] = {"service": "entra", "status": 503}
TROUBLES["sign-in cut off"] = {"service": "entra", "cut": True}
