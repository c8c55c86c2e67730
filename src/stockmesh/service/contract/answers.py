"""What every operation can answer beside what its route declares: failures, headers, versions."""

from collections.abc import Iterator
from typing import Any, Final

PROBLEM_TYPE: Final = "application/problem+json"
PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "What went wrong, as problem details (RFC 9457). `code` is stable; `facts` are what it is about.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z_]+$"},
        "facts": {"type": "object"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"parameter": {"type": "string"}, "reason": {"type": "string"}},
                "required": ["parameter", "reason"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
}
HEADERS: Final[dict[str, Any]] = {
    "ETag": {"description": "the version that was answered, for If-Match", "schema": {"type": "string"}},
    "Location": {"description": "the path of what is new", "schema": {"type": "string"}},
    "Link": {"description": 'the next page, with rel="next"', "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true` when this was answered before under the same Idempotency-Key",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "RateLimit-Policy": {"description": "how many requests in how many seconds", "schema": {"type": "string"}},
    "RateLimit": {
        "description": "how many requests are left, and in how many seconds all are again",
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "seconds to wait", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "WWW-Authenticate": {"description": "how to say who one is", "schema": {"type": "string"}},
}
NOT_MODIFIED: Final = {
    "description": "What the reader has is still so.",
    "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
}
MEANING: Final = {
    "400": "The body or the cursor cannot be read.",
    "401": "Nobody, or nobody we know.",
    "403": "Somebody who may not do this.",
    "404": "There is no such thing, or none within reach.",
    "406": "None of what could be answered is accepted.",
    "408": "The body came too slowly.",
    "409": "It is not possible as things stand.",
    "412": "It was changed since it was read.",
    "413": "The body is too large, or holds too much.",
    "415": "The body is of a media type that is not taken.",
    "421": "The service does not answer under this name.",
    "422": "Understood, but the rules do not allow it.",
    "429": "Too many requests.",
    "503": "Not just now: try again shortly.",
    "507": "The disk is nearly full: nothing more is taken.",
}
ALWAYS: Final = ("406", "421", "429", "503")
OF_KEYED: Final = ("400", "403", "408", "409", "413", "422", "507")
OF_BODIES: Final = ("400", "408", "413", "415", "422")
# Answered with an ETag by what they are, whatever led to them.
VERSIONED: Final = (
    "OrderDetail", "OrderContact", "Hold", "ItemView", "Location", "OwnerView", "ChannelView", "User", "ApiKey",
)  # fmt: skip
# What is new here has an address of its own.
LOCATED: Final = ("place_order", "hold_cart", "add_endpoint", "bring_file")


def problem_answer(status: str) -> dict[str, Any]:
    """The answer of a failure, shared by all operations that can end in it."""
    names = {
        "401": ["WWW-Authenticate"],
        "403": ["WWW-Authenticate"],
        "429": ["Retry-After"],
        "503": ["Retry-After"],
        "507": ["Retry-After"],
    }
    return {
        "description": MEANING[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names.get(status, ())},
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def statuses_of(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    """The statuses of the failures that an operation can end in, ascending."""
    return sorted(set(_statuses(path, method, operation)))


def _statuses(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield from ALWAYS
    if "security" in operation:
        yield from ("401", "403")
    if method != "get":
        yield from OF_KEYED
    if "requestBody" in operation:
        yield from OF_BODIES
    if names := {one["name"].lower() for one in operation.get("parameters", ())}:
        yield from ("404", "422")
        if "cursor" in names:
            yield "400"
        if "if-match" in names:
            yield "412"
    if "{" in path:
        yield "409"  # a name may stand for several
    if method != "get" and "security" not in operation:
        yield "401"  # whoever calls proves it by a signature


def is_versioned(operation: dict[str, Any]) -> bool:
    """Whether what an operation answers has an ETag."""
    kinds = {
        content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for content in answer.get("content", {}).values()
    }
    matched = any(one["name"].lower() == "if-match" for one in operation.get("parameters", ()))
    return matched or bool(kinds & set(VERSIONED))


def headers_of_success(path: str, method: str, status: str, operation: dict[str, Any]) -> dict[str, Any]:
    """The headers of an answer that is no failure."""
    names = ["RateLimit-Policy", "RateLimit"] if "security" in operation else []
    if is_versioned(operation):
        names.append("ETag")
    if operation["operationId"] in LOCATED and status in ("200", "201", "202"):
        names.append("Location")
    if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ())):
        names.append("Idempotent-Replayed")
    if path == "/v1/events":
        names.append("Link")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
