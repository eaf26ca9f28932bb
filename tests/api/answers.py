"""What every refusal looks like."""

from typing import Any


def is_an_error(answer: Any, what: object, *statuses: int) -> dict[str, Any]:
    text = answer.get_data(as_text=True)
    assert answer.status_code in statuses, (what, answer.status_code, text)
    assert answer.content_type == "application/json", what
    error: dict[str, Any] = answer.get_json()["error"]
    assert error["code"] and error["message"], what
    assert "Traceback" not in text and "pydantic" not in text
    return error
