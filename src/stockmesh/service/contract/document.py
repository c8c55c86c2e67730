"""The OpenAPI document: what the framework knows of the routes, completed by what holds for all of them."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from stockmesh.domain.kernel.checks import ensure
from stockmesh.service.contract.answers import (
    HEADERS,
    NOT_MODIFIED,
    PROBLEM_SCHEMA,
    headers_of_success,
    is_versioned,
    problem_answer,
    statuses_of,
)

OPENAPI_VERSION: Final = "3.1.0"
TAGS: Final = {
    "health": "Whether the service can answer.",
    "network": "Where stock lies.",
    "masters": "Items, locations, owners and channels.",
    "stock": "Units by state, availability, movements, counts and whatever else changes them.",
    "carriers": "Carriers with their rate cards, and what they ask for a shipment.",
    "policy": "How orders are sourced: cost terms and limits, tried and put in force.",
    "holds": "Units kept for a cart for some minutes.",
    "promises": "What would be done for a cart if it were ordered now.",
    "orders": "Orders placed, changed and explained.",
    "events": "What has happened, page by page or as it comes in.",
    "webhooks": "Endpoints that events are sent to.",
    "access": "API keys and users.",
    "audit": "Who did what.",
    "customers": "What is held of a person, and erasing it.",
    "imports": "Files brought, checked and applied.",
    "shops": "Where shops send their messages.",
}
ABOUT: Final = (
    "Stock at many locations, sold through many channels, each order sourced by what it costs. Whatever goes wrong is "
    "answered as problem details (RFC 9457) with a stable `code`. Money is whole minor units, instants are ISO 8601."
)
LOCAL_TIME: Final = {"pattern": "^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"}
# What FastAPI says of failures is not what the service answers.
FOREIGN_SCHEMAS: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI, routers: Sequence[APIRouter]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of an app over its routers. The same routes make the same document."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version=OPENAPI_VERSION,
            description=ABOUT,
            routes=app.routes,
            tags=[{"name": name, "description": about} for name, about in TAGS.items()],
            license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
            servers=[{"url": "/", "description": "this service"}],
        )
        app.openapi_schema = complete(document, dict(_bodies(routers)))
    return app.openapi_schema


def complete(document: dict[str, Any], bodies: dict[str, Any]) -> dict[str, Any]:
    """The document with bodies by operation, answers of failures, and headers. It is changed in place."""
    components = document["components"]
    schemas = components["schemas"]
    for name in FOREIGN_SCHEMAS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    components["headers"] = HEADERS
    components["responses"] = {}
    for path, method, operation in operations(document):
        if body := bodies.get(operation["operationId"]):
            operation["requestBody"] = _hoisted(body, schemas)
        _answer(path, method, operation, components["responses"])
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _as_asked(parameter["schema"])
    for kind in schemas.values():
        _settle_times(kind)
    return document


def _as_asked(schema: dict[str, Any]) -> dict[str, Any]:
    """What may be left out of an address cannot be null there; as a word it may be empty, as a form sends it."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if not kinds:
        return schema
    is_word = kinds[0].get("type", "string") == "string"
    return {**schema, "anyOf": [*kinds, {"const": ""}] if is_word else kinds}


def _settle_times(kind: dict[str, Any]) -> None:
    """Hours of a location are local: a `time` of JSON Schema would say how far from UTC."""
    for name, schema in kind.get("properties", {}).items():
        if schema.get("format") == "time":
            kind["properties"][name] = {key: value for key, value in schema.items() if key != "format"} | LOCAL_TIME


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _bodies(routers: Sequence[APIRouter]) -> Iterator[tuple[str, dict[str, Any]]]:
    # As the routes say them: FastAPI would turn their limits into floats.
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and "requestBody" in (route.openapi_extra or {}):
                yield route.name, deepcopy((route.openapi_extra or {})["requestBody"])


def _hoisted(body: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The body, its definitions moved to where all are. Two kinds of one name would be a bug."""
    for content in body["content"].values():
        for name, schema in content.get("schema", {}).pop("$defs", {}).items():
            known = schemas.setdefault(name, schema)
            ensure(_facts(known) == _facts(schema), f"one kind of value is called {name}")
    return body


def _facts(schema: dict[str, Any]) -> Any:
    """What tells two kinds apart: words of one enumeration are written in many ways."""
    return sorted(schema["enum"]) if "enum" in schema else schema


def _answer(path: str, method: str, operation: dict[str, Any], shared: dict[str, Any]) -> None:
    """Adds the headers of what succeeds, and every failure that the operation can end in."""
    answers = operation["responses"]
    answers.pop("422", None)
    for status, answer in answers.items():
        answer.setdefault("headers", {}).update(headers_of_success(path, method, status, operation))
    if method == "get" and is_versioned(operation):
        answers["304"] = NOT_MODIFIED
    for status in statuses_of(path, method, operation):
        name = f"Problem{status}"
        shared.setdefault(name, problem_answer(status))
        answers.setdefault(status, {"$ref": f"#/components/responses/{name}"})
