"""The service keeps what its OpenAPI document says, whatever it is sent."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import jsonschema_rs
import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import Case
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi import checks
from shop import ADDRESS, mint, open_shop

from conftest import KEY, HandClock, Server
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.context import Context
from stockmesh.service.application import create_app
from stockmesh.store.database import Database
from stockmesh.store.secret_keys import SetKeys, Vault

# A stream goes on until its reader leaves.
ENDLESS: Final = "follow_events"
HELD: Final = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
]


@dataclass(frozen=True)
class Shop:
    """A running shop, and the key that may do everything there."""

    app: FastAPI
    key: str

    def ask(self, case: Case[Any]) -> None:
        """Sends a case and demands of the answer all that the document promises."""
        headers = {"authorization": f"Bearer {self.key}"}
        case.call_and_validate(app=self.app, base_url=ADDRESS, headers=headers, checks=HELD)


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


def described(examples: int) -> Any:
    """The document as schemathesis reads it, with so many examples for every operation, always the same."""
    generation = GenerationConfig(max_examples=examples, deterministic=True, database="none")
    project = ProjectConfig(generation=generation)
    config = SchemathesisConfig(seed=7, projects=ProjectsConfig(default=project))
    app = create_app(None)  # type: ignore[arg-type] # it is only read
    document = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config, headers={"host": "localhost"})
    return document.exclude(operation_id=ENDLESS)


QUICK: Final = described(5)
LONG: Final = described(300)


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
    shop.ask(case)


@pytest.mark.soak
@LONG.parametrize()  # type: ignore[untyped-decorator]
def test_the_service_keeps_its_contract_for_long(case: Case[Any], shop: Shop) -> None:
    shop.ask(case)
