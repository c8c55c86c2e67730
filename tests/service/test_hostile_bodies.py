"""Whatever is sent to a route that changes something: a problem with a stable code, and nothing half done."""

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from asking_raw import LEAVES, Answer, ask
from fastapi import FastAPI
from shop import mint, open_shop

from conftest import KEY, HandClock, Server
from dumping import everything
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.flows.context import Context
from stockmesh.service.application import create_app
from stockmesh.service.encoding import BODY_BYTES_MAX
from stockmesh.store.database import Database
from stockmesh.store.secret_keys import SetKeys, Vault

JSON: Final = {"content-type": "application/json"}
DOCUMENT: Final = create_app(None).openapi()  # type: ignore[arg-type] # it is only read
FILLED: Final = {"order_id": 1000, "endpoint_id": 1, "hold_id": 1, "sku": "tent", "code": "LEJ", "name": "ann"}
TAKERS: Final = [
    (method.upper(), path.format(**FILLED))
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if "$ref" in operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
]
DEEP: Final = 100_000
HOSTILE: Final = {
    "not JSON": b"<order/>",
    "half of it": b'{"reference": "1", "chan',
    "not UTF-8": b'{"reference": "\xff\xfe"}',
    "nothing but spaces": b"   ",
    "a list": b"[]",
    "a word": b'"order"',
    "null": b"null",
    "nested lists": b"[" * DEEP + b"]" * DEEP,
    "nested objects": b'{"lines":' * DEEP + b"1" + b"}" * DEEP,
    "a foreign field": b'{"__proto__": {"admin": true}}',
    "a huge number": b'{"quantity": ' + b"9" * 5_000 + b"}",
    "a huge exponent": b'{"quantity": 1e999999}',
    "not a number": b'{"quantity": NaN}',
    "a lone surrogate": b'{"reference": "\\ud800"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "two values": b"{}{}",
}


@dataclass(frozen=True)
class Shop:
    """A running shop, and the key that may do everything there."""

    app: FastAPI
    context: Context
    key: str

    def ask(self, method: str, path: str, body: "bytes | AsyncIterator[bytes]" = b"", **headers: str) -> Answer:
        """What the service answers."""
        told = {"authorization": f"Bearer {self.key}"} | {
            name.replace("_", "-"): said for name, said in headers.items()
        }
        return asyncio.run(ask(self.app, method, path, body, told))

    def send(self, method: str, path: str, body: "bytes | AsyncIterator[bytes]") -> Answer:
        """What the service answers to JSON."""
        return self.ask(method, path, body, content_type="application/json")


@pytest.fixture(scope="module")
def shop(server: Server, gazetteer: Gazetteer) -> Iterator[Shop]:
    """A small shop that all attacks share."""
    url = server.create(server.template)
    database = Database(url).open()
    vault = Vault(SetKeys(KEY))
    context = Context(
        database=database, clock=HandClock(), load_gazetteer=lambda: gazetteer, engine="test", vault=vault
    )
    open_shop(context)
    shop = Shop(create_app(context), context, mint(context))
    shop.send("POST", "/v1/holds", b"")  # from now on the books know who asks
    yield shop
    database.close()
    server.drop(url)


def ensure_problem(answer: Answer) -> dict[str, Any]:
    """The problem that was answered."""
    assert 400 <= answer.status < 500, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.body)
    assert told["status"] == answer.status
    assert told["code"]
    return told


def order_of(**changes: object) -> bytes:
    """An order that would be placed but for what is changed."""
    told = {
        "reference": "H-1",
        "channel": "web",
        "destination": {"country": "DE", "postcode": "10115"},
        "lines": [{"sku": "lamp", "quantity": 1}],
    }
    return json.dumps(told | changes).encode()


def test_all_routes_with_a_body_are_attacked() -> None:
    assert len(TAKERS) >= 20


@pytest.mark.parametrize(("method", "path"), TAKERS, ids=[" ".join(one) for one in TAKERS])
def test_a_hostile_body_is_refused_and_changes_nothing(shop: Shop, method: str, path: str) -> None:
    before = everything(shop.context)
    for name, body in HOSTILE.items():
        problem = ensure_problem(shop.send(method, path, body))
        assert problem["code"] in ("bad_body", "not_json"), (name, problem)
    for content_type in ("text/plain", "application/xml", "multipart/form-data; boundary=x", ""):
        assert ensure_problem(shop.ask(method, path, b"{}", content_type=content_type))["code"] == "not_json"
    assert everything(shop.context) == before


async def _endless(sent: list[int], chunk: bytes, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        sent[0] += len(chunk)
        yield chunk


@pytest.mark.parametrize(("method", "path"), TAKERS, ids=[" ".join(one) for one in TAKERS])
@pytest.mark.parametrize("keyed", [False, True], ids=["", "keyed"])
def test_a_hundred_megabytes_are_refused_early_and_not_held(shop: Shop, method: str, path: str, *, keyed: bool) -> None:
    sent = [0]
    key = {"idempotency_key": "hundred"} if keyed else {}
    most = 20_000_000 if keyed or path.endswith("orders:batch") else BODY_BYTES_MAX
    tracemalloc.start()
    answer = shop.ask(method, path, _endless(sent, b" " * 65_536, 1_600), content_type="application/json", **key)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ensure_problem(answer)["code"] == "body_too_large"
    assert answer.headers["connection"] == "close"
    assert sent[0] <= most + 2 * 65_536
    assert peak < 2 * most + 4_000_000


def test_what_announces_too_much_is_refused_before_any_of_it_came(shop: Shop) -> None:
    sent = [0]
    answer = shop.ask(
        "POST",
        "/v1/orders",
        _endless(sent, b" " * 65_536, 1_600),
        content_type="application/json",
        content_length="104857600",
    )
    assert (ensure_problem(answer)["code"], sent[0]) == ("body_too_large", 0)


@pytest.mark.parametrize(
    ("sku", "code"),
    [
        ("⛺", "unknown_item"),
        ("חולצה", "unknown_item"),
        ("e\u0301te\u0301", "unknown_item"),
        ("\U00020000", "unknown_item"),
        ("\u202etnet", "unknown_item"),
        ("tent\x00", ""),
        ("tent\ud800", ""),
        ("x" * 100_000, ""),
        ("", ""),
    ],
)
def test_skus_of_any_script_are_looked_up_and_broken_ones_refused(shop: Shop, sku: str, code: str) -> None:
    before = everything(shop.context)
    problem = ensure_problem(shop.send("POST", "/v1/orders", order_of(lines=[{"sku": sku, "quantity": 1}])))
    assert not code or problem["code"] == code
    assert everything(shop.context) == before


@pytest.mark.parametrize("quantity", [0, -1, 2**31, 2**63 - 1, 2**63, 10**30, 1.5, "1", True, None, [1], {}])
def test_quantities_that_are_none_are_refused(shop: Shop, quantity: object) -> None:
    before = everything(shop.context)
    ensure_problem(shop.send("POST", "/v1/orders", order_of(lines=[{"sku": "lamp", "quantity": quantity}])))
    assert everything(shop.context) == before


@pytest.mark.parametrize("field", ["reference", "channel", "customer"])
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "x" * 1_000_000])
def test_words_that_cannot_be_kept_are_refused(shop: Shop, field: str, text: str) -> None:
    before = everything(shop.context)
    ensure_problem(shop.send("POST", "/v1/orders", order_of(**{field: text})))
    assert everything(shop.context) == before


def test_of_a_key_said_twice_the_last_one_counts(shop: Shop) -> None:
    body = order_of(reference="twice").replace(b'"channel": "web"', b'"channel": "web", "channel": "nowhere"')
    assert ensure_problem(shop.send("POST", "/v1/orders", body))["code"] == "unknown_channel"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/orders/%00",
        "/v1/orders/%ff%fe",
        "/v1/orders/%zz",
        "/v1/orders/%",
        "/v1/items/%ed%a0%80",
        "/v1/items/" + "x" * 60_000,
        "/v1/orders/..%2f..%2fetc",
        "/v1/orders?reference=%zz%00",
        "/v1/orders?reference=" + "x" * 60_000,
        "/v1/orders?" + "&".join(f"state{n}=open" for n in range(5_000)),
        "/v1/orders?state=open&state=lost",
        "/v1/events?topic=%00",
        "/v1/stock?cursor=%F0%9F%98%80",
        "/v1/availability?sku=%00",
    ],
)
def test_addresses_that_mean_nothing_are_refused(shop: Shop, path: str) -> None:
    ensure_problem(shop.ask("GET", path))


def test_a_flood_of_headers_is_answered(shop: Shop) -> None:
    flood = {f"x-flood-{number}": "x" * 100 for number in range(5_000)}
    assert shop.ask("GET", "/v1/orders", b"", **flood).status == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ä", "\x7f"])
def test_keys_that_cannot_be_kept_are_refused(shop: Shop, key: str) -> None:
    problem = ensure_problem(
        shop.ask("POST", "/v1/orders", order_of(), content_type="application/json", idempotency_key=key)
    )
    assert problem["code"] == "bad_idempotency_key"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/orders"), ("PUT", "/v1/items/tent")])
def test_packed_json_is_refused_as_such(shop: Shop, method: str, path: str, encoding: str) -> None:
    answer = shop.ask(method, path, gzip.compress(b"{}"), content_type="application/json", content_encoding=encoding)
    told = ensure_problem(answer)
    assert (told["status"], told["code"], told["facts"]) == (415, "encoded_body", {"content_encoding": encoding})


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/promises", "/v1/stock/counts", "/v1/imports?kind=items"])
def test_a_client_that_leaves_is_no_failure_of_ours(shop: Shop, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the middle of its body: nothing is answered, nothing done, and the log tells of no error."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"reference": '
        yield LEAVES

    before = everything(shop.context)
    content_type = "text/csv" if "imports" in path else "application/json"
    answer = shop.ask("POST", path, pieces(), content_type=content_type)
    assert answer.status == 0
    assert everything(shop.context) == before
    told = capsys.readouterr()
    assert "status=499" in told.out + told.err
    assert "error" not in told.out + told.err
