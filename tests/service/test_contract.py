"""The service keeps what its OpenAPI document says, whatever it is sent."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jsonschema_rs
import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import Case, GenerationMode
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks
from shop import ADDRESS, mint, open_shop

from conftest import KEY, HandClock, Server
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.context import Context
from stockmesh.service.application import create_app
from stockmesh.store.database import Database
from stockmesh.store.secret_keys import SetKeys, Vault

# A stream goes on until its reader leaves; to say 503 is what readiness is for.
LEFT_OUT: Final = ["follow_events", "ready"]
HELD: Final = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
REFUSING: Final = [*HELD, checks.negative_data_rejection]


@dataclass(frozen=True)
class Shop:
    """A running shop, and the key that may do everything there."""

    app: FastAPI
    key: str

    def ask(self, case: Case[Any], held: Sequence[Any]) -> None:
        """Sends a case and demands of the answer what is to hold."""
        headers = {"authorization": f"Bearer {self.key}"}
        case.call_and_validate(app=self.app, base_url=ADDRESS, headers=headers, checks=list(held))


@pytest.fixture(scope="module")
def shop(server: Server, gazetteer: Gazetteer) -> Iterator[Shop]:
    """A small shop that all operations share."""
    url = server.create(server.template)
    database = Database(url).open()
    vault = Vault(SetKeys(KEY))
    context = Context(
        database=database, clock=HandClock(), load_gazetteer=lambda: gazetteer, engine="test", vault=vault
    )
    open_shop(context)
    yield Shop(create_app(context), mint(context))
    database.close()
    server.drop(url)


def described(examples: int, modes: list[GenerationMode] | None = None) -> Any:
    """The document as schemathesis reads it, with so many examples for every operation, always the same."""
    generation = GenerationConfig(modes=modes, max_examples=examples, deterministic=True, database="none")
    project = ProjectConfig(generation=generation)
    config = SchemathesisConfig(seed=7, projects=ProjectsConfig(default=project))
    app = create_app(None)  # type: ignore[arg-type] # it is only read
    document = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config, headers={"host": "localhost"})
    return document.exclude(operation_id=LEFT_OUT)


QUICK: Final = described(5)
LONG: Final = described(300)
MEANT: Final = described(10, [GenerationMode.POSITIVE]).include(method=["POST", "PUT", "PATCH"])
MEANT_LONG: Final = described(500, [GenerationMode.POSITIVE]).include(method=["POST", "PUT", "PATCH"])
KNOWN: Final = {
    "sku": ("tent", "lamp", "mug"),
    "location": ("LEJ", "AMS", "LIL"),
    "to_location": ("", "AMS"),
    "channel": ("web",),
    "country": ("DE", "NL", "FR"),
    "postcode": ("10115", "1012", "75001"),
    "owner": ("",),
    "scopes": (["orders:read"], ["all"]),
}


def as_meant(name: str, said: Any) -> Any:
    """What is said, about goods and places that there are, in quantities that somebody would order."""
    if isinstance(said, dict):
        return {one: as_meant(one, value) for one, value in said.items()}
    if name in KNOWN:
        return KNOWN[name][len(repr(said)) % len(KNOWN[name])]
    if isinstance(said, list):
        return [as_meant(name, one) for one in said]
    return abs(said) % 5 if name in ("quantity", "units", "change", "minutes") and said is not None else said


def test_the_document_is_valid() -> None:
    """By the rules of OpenAPI 3.1, and every reference in it leads somewhere."""
    document = create_app(None).openapi()  # type: ignore[arg-type] # it is only read
    QUICK.validate()
    assert document["openapi"].startswith("3.1")
    for name in set(re.findall(r'"#/components/(\w+/[\w-]+)"', json.dumps(document))):
        kind, _, one = name.partition("/")
        assert one in document["components"][kind], name
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_every_operation_says_how_it_fails() -> None:
    document = create_app(None).openapi()  # type: ignore[arg-type] # it is only read
    tags = {one["name"] for one in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert set(operation["tags"]) <= tags
            assert {"406", "421", "429", "503"} <= operation["responses"].keys()
            assert method == "get" or "409" in operation["responses"], path
            assert "security" not in operation or {"401", "403"} <= operation["responses"].keys()


@QUICK.parametrize()  # type: ignore[untyped-decorator]
def test_the_service_keeps_its_contract(case: Case[Any], shop: Shop) -> None:
    shop.ask(case, REFUSING)


def ask_as_meant(case: Case[Any], shop: Shop) -> None:
    """Asks of an order that there is, with a body as it is meant."""
    case.path_parameters = {"order_id": 1000, "sku": "tent", "code": "LEJ", "hold_id": 1} | {
        name: said for name, said in (case.path_parameters or {}).items() if name not in ("order_id", "sku", "code")
    }
    case.body = as_meant("", case.body)
    case.headers.pop("if-match", None)  # no version would be the one that is meant
    shop.ask(case, HELD)


@MEANT.parametrize()  # type: ignore[untyped-decorator]
def test_what_is_meant_is_answered_as_documented(case: Case[Any], shop: Shop) -> None:
    ask_as_meant(case, shop)


@pytest.mark.soak
@MEANT_LONG.parametrize()  # type: ignore[untyped-decorator]
def test_what_is_meant_is_answered_as_documented_for_long(case: Case[Any], shop: Shop) -> None:
    ask_as_meant(case, shop)


@pytest.mark.soak
@LONG.parametrize()  # type: ignore[untyped-decorator]
def test_the_service_keeps_its_contract_for_long(case: Case[Any], shop: Shop) -> None:
    shop.ask(case, REFUSING if is_wrong(case) else HELD)


def is_wrong(case: Case[Any]) -> bool:
    """Whether what is sent is wrong beyond doubt. A header left out is put in again by the key, and a wrong value of a
    query, such as null, may be written as if nothing had been said."""
    assert case.meta is not None
    return any(
        component.mode is GenerationMode.NEGATIVE
        for place, component in case.meta.components.items()
        if place in (ParameterLocation.BODY, ParameterLocation.PATH)
    )
