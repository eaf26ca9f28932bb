"""How NetSuite says no over REST: the form (section_156570709583), and all its sentences, by where they come from."""

from typing import Any

MEDIA_TYPE = "application/vnd.oracle.resource+json; type=error; charset=UTF-8"
RFC = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html"

TITLES = {
    400: ("Bad Request", "#sec10.4.1"),
    401: ("Unauthorized", ""),  # without a section in Oracle's sample
    403: ("Forbidden", "#sec10.4.4"),
    404: ("Not Found", "#sec10.4.5"),
    405: ("Method Not Allowed", "#sec10.4.6"),
    406: ("Not Acceptable", "#sec10.4.7"),
    413: ("Request Entity Too Large", "#sec10.4.14"),
    415: ("Unsupported Media Type", "#sec10.4.16"),
    429: ("Too Many Requests", ""),  # younger than that RFC
    500: ("Internal Server Error", "#sec10.5.1"),
    502: ("Bad Gateway", "#sec10.5.3"),
    503: ("Service Unavailable", "#sec10.5.4"),
    504: ("Gateway Timeout", "#sec10.5.5"),
}


class Refused(Exception):
    """NetSuite says no. `where` is any of path, url, header and queryParam: what the refusal is about."""

    def __init__(self, status: int, code: str, detail: str, **where: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail, self.where = status, code, detail, where
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        title, section = TITLES.get(self.status, ("Error", ""))
        about = {f"o:error{name[0].upper()}{name[1:]}": value for name, value in self.where.items()}
        detail = {"detail": self.detail, "o:errorCode": self.code, **about}
        return {"type": RFC + section, "title": title, "status": self.status, "o:errorDetails": [detail]}


# Oracle's own samples.


def invalid_login() -> Refused:
    detail = (
        "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles "
        "> User Management > View Login Audit Trail."
    )
    return Refused(401, "INVALID_LOGIN", detail)


def no_such_value(value: object, field: str) -> Refused:
    """A reference leads nowhere."""
    detail = (
        f"Error while accessing resource: You have entered an Invalid Field Value {value} for the following field: "
    )
    return Refused(400, "INVALID_CONTENT", detail + field, path=field)


# Seen in the public code and logs of clients of true accounts, not stated by Oracle.


def no_such_record(url: str) -> Refused:
    detail = "The record instance does not exist. Provide a valid record instance ID."
    return Refused(404, "NONEXISTENT_ID", detail, url=url)


def no_such_id(id_: str, url: str) -> Refused:
    detail = f"Invalid record instance identifier '{id_}'. Provide a valid record instance ID."
    return Refused(400, "INVALID_ID", detail, url=url)


def missing(label: str) -> Refused:
    return Refused(400, "USER_ERROR", f"Error while accessing a resource. Please enter value(s) for: {label}.")


def entity_exists() -> Refused:
    return Refused(400, "USER_ERROR", "Error while accessing a resource. This entity already exists.")


def too_long(field: str, most: int) -> Refused:
    """The sentence is known of a message's body."""
    detail = f"The field {field} contained more than the maximum number ( {most} ) of characters allowed."
    return Refused(400, "USER_ERROR", f"Error while accessing a resource. {detail}", path=field)


def too_many_requests() -> Refused:
    return Refused(429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.")


def lacks_permission(permission: str) -> Refused:
    """Status and code are seen; the sentence is the one of SOAP. `permission` is for example Lists -> Contacts."""
    detail = f"Permission Violation: You need the '{permission}' permission to access this page. Please contact your "
    return Refused(403, "INSUFFICIENT_PERMISSION", f"{detail}account administrator.")


# Invented until somebody sees them on an account.


def record_exists() -> Refused:
    """The external id is taken. The sentence is that of SuiteTalk's DUP_RCRD, its form over REST a guess."""
    return Refused(400, "USER_ERROR", "Error while accessing a resource. This record already exists")


def not_editable() -> Refused:
    return Refused(400, "USER_ERROR", "Error while accessing a resource. An existing message cannot be edited.")


def wrong_value(field: str) -> Refused:
    detail = f"Invalid value for the resource or sub-resource field '{field}'. Provide a valid value."
    return Refused(400, "INVALID_CONTENT", detail, path=field)


def unknown_field(field: str, type_: str) -> Refused:
    detail = f"Unknown field '{field}' of resource '{type_}'. Provide a valid field name."
    return Refused(400, "INVALID_CONTENT", detail, path=field)


def invalid_address(field: str, text: str) -> Refused:
    detail = f"Error while accessing a resource. Invalid email address in field {field}: {text}"
    return Refused(400, "USER_ERROR", detail, path=field)


def invalid_external_id(text: str) -> Refused:
    """The rule is Oracle's (section_156334828635), the sentence is not."""
    detail = f"Invalid external ID '{text}'. Use letters, digits, underscores and hyphens only."
    return Refused(400, "INVALID_CONTENT", detail, path="externalId")


def invalid_parameter(name: str, detail: str) -> Refused:
    return Refused(400, "INVALID_PARAMETER", detail, queryParam=name)


def invalid_header(name: str, detail: str) -> Refused:
    return Refused(400, "INVALID_HEADER", detail, header=name)


def invalid_body(detail: str = "The request body is not valid JSON. Provide a valid JSON object.") -> Refused:
    return Refused(400, "INVALID_CONTENT", detail)


def unknown_type(type_: str, url: str) -> Refused:
    detail = f"Record type '{type_}' does not exist. Provide a valid record type."
    return Refused(404, "NONEXISTENT_TYPE", detail, url=url)


def no_such_address(url: str) -> Refused:
    return Refused(404, "NOT_FOUND", "Invalid URL. Provide a valid resource URL.", url=url)


def wrong_method(method: str) -> Refused:
    return Refused(405, "METHOD_NOT_ALLOWED", f"Method {method} is not allowed for the requested resource.")


def not_acceptable(accept: str) -> Refused:
    return Refused(406, "INVALID_HEADER", f"Media type '{accept}' is not supported.", header="Accept")


def wrong_media_type() -> Refused:
    detail = "Invalid value in the request header Content-Type. Set it to application/json."
    return Refused(415, "INVALID_HEADER", detail, header="Content-Type")


def wrong_attachment(kind: str) -> Refused:
    return Refused(400, "INVALID_REQUEST", f"Attach is not supported for record type '{kind}'.")


def file_too_large(most: int) -> Refused:
    return Refused(400, "INVALID_CONTENT", f"The file is larger than {most} bytes.", path="content")


def unexpected() -> Refused:
    return Refused(500, "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: m1a2b3c4d5e6f7")


def unavailable(status: int) -> Refused:
    return Refused(status, "SERVICE_UNAVAILABLE", "The service is temporarily unavailable. Try again later.")
