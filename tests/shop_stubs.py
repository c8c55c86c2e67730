"""The APIs of shops on loopback: they check requests as the real ones document, keep stock, and fail when told to."""

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

Answer = tuple[int, dict[str, str], bytes]
TOKEN = "shpat_test"  # noqa: S105
KEYS = "ck_test:cs_test"
GID = re.compile(r"gid://shopify/(InventoryItem|Location)/([0-9]+)")
COST = {"maximumAvailable": 2000.0, "currentlyAvailable": 1990, "restoreRate": 100.0}


def as_json(status: int, said: Any, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(said).encode()


@dataclass(eq=False)
class ShopStub:
    """A shop that answers POST. `ways` are answers it gives before it behaves; None of them: it behaves."""

    stock: dict[str, int] = field(default_factory=dict)
    ways: list[Answer | float] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    exchanged: list[dict[str, str]] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    url: str = ""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        raise NotImplementedError


class ShopifyStub(ShopStub):
    """inventorySetQuantities as documented for 2026-04 and later: all quantities of a request are taken, or none."""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path == "/admin/oauth/access_token":
            self.exchanged.append(dict(parse_qsl(body.decode())))
            return as_json(200, {"access_token": TOKEN, "scope": "write_inventory", "expires_in": 86399})
        if headers.get("x-shopify-access-token") != TOKEN:
            return as_json(
                401, {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
            )
        if re.fullmatch(r"/admin/api/20[0-9]{2}-(01|04|07|10)/graphql\.json", path) is None:
            return as_json(404, {"errors": "Not Found"})
        asked = json.loads(body)
        self.asked.append(asked)
        if "@idempotent(key: $key)" not in asked["query"] or not asked["variables"]["key"]:
            return as_json(200, {"errors": [{"message": "The @idempotent directive is required for this mutation"}]})
        said = asked["variables"]["input"]
        if self.keys.setdefault(asked["variables"]["key"], body) != body:
            return as_json(
                200,
                self._told([{"field": None, "message": "key reused", "code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}]),
            )
        assert said["name"] in ("available", "on_hand")
        assert said["reason"] == "correction"
        assert "://" in said["referenceDocumentUri"]
        assert not said["referenceDocumentUri"].startswith("gid://shopify/")
        assert 1 <= len(said["quantities"]) <= 250
        errors = [error for place, one in enumerate(said["quantities"]) if (error := self._wrong(place, one))]
        if not errors:
            for one in said["quantities"]:
                self.stock[self._key(one)] = one["quantity"]
        return as_json(200, self._told(errors))

    def _key(self, one: dict[str, Any]) -> str:
        item, place = GID.fullmatch(one["inventoryItemId"]), GID.fullmatch(one["locationId"])
        assert item
        assert place
        return f"{item[2]}@{place[2]}"

    def _wrong(self, place: int, one: dict[str, Any]) -> dict[str, Any] | None:
        assert set(one) == {"inventoryItemId", "locationId", "quantity", "changeFromQuantity"}
        assert -(10**9) <= one["quantity"] <= 10**9
        path = ["input", "quantities", str(place)]
        if self._key(one) in self.unknown:
            return {
                "field": [*path, "inventoryItemId"],
                "message": "The specified inventory item could not be found.",
                "code": "INVALID_INVENTORY_ITEM",
            }
        before = one["changeFromQuantity"]
        if before is not None and self.stock.get(self._key(one), 0) != before:
            return {
                "field": [*path, "changeFromQuantity"],
                "message": "The changeFromQuantity argument no longer matches the persisted quantity.",
                "code": "CHANGE_FROM_QUANTITY_STALE",
            }
        return None

    def _told(self, errors: list[dict[str, Any]]) -> dict[str, Any]:
        group = None if errors else {"id": "gid://shopify/InventoryAdjustmentGroup/1"}
        return {
            "data": {"inventorySetQuantities": {"inventoryAdjustmentGroup": group, "userErrors": errors}},
            "extensions": {"cost": {"requestedQueryCost": 11, "actualQueryCost": 11, "throttleStatus": COST}},
        }


class WooCommerceStub(ShopStub):
    """Batches of products and variations: at most 100 objects, what is wrong carries its error in its place."""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if headers.get("authorization") != "Basic " + base64.b64encode(KEYS.encode()).decode():
            return as_json(401, {"code": "woocommerce_rest_cannot_view", "message": "Sorry", "data": {"status": 401}})
        found = re.fullmatch(r"/wp-json/wc/v3/products(?:/([0-9]+)/variations)?/batch", path)
        if found is None:
            return as_json(404, {"code": "rest_no_route", "message": "No route", "data": {"status": 404}})
        asked = json.loads(body)
        self.asked.append((path, asked))
        if len(asked["update"]) > 100:
            error = {
                "code": "woocommerce_rest_request_entity_too_large",
                "message": "Unable to accept more than 100 items",
            }
            return as_json(413, error | {"data": {"status": 413}})
        return as_json(200, {"update": [self._update(one) for one in asked["update"]]})

    def _update(self, one: dict[str, Any]) -> dict[str, Any]:
        assert isinstance(one["id"], int)
        assert isinstance(one["stock_quantity"], int)
        if str(one["id"]) in self.unknown:
            error = {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID.", "data": {"status": 400}}
            return {"id": one["id"], "error": error}
        self.stock[str(one["id"])] = one["stock_quantity"]
        return {"id": one["id"], "name": "A product", "manage_stock": True, "stock_quantity": one["stock_quantity"]}


def too_many(seconds: int) -> Answer:
    return 429, {"Retry-After": str(seconds)}, b""


def throttled() -> Answer:
    """What Shopify answers with status 200 when the bucket is empty."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 1, "restoreRate": 5.0}
    errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
    return as_json(
        200, {"errors": errors, "extensions": {"cost": {"requestedQueryCost": 11, "throttleStatus": status}}}
    )


@contextmanager
def running_stub(stub: ShopStub) -> Iterator[ShopStub]:
    """The stub, answering at its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            way = stub.ways.pop(0) if stub.ways else None
            if isinstance(way, float):
                time.sleep(way)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                status, more, said = way or stub.answer(self.path, headers, body)
            except (AssertionError, KeyError, ValueError) as error:
                status, more, said = 400, {}, repr(error).encode()
            with suppress(OSError):
                self.send_response(status)
                for name, value in {**more, "Content-Length": str(len(said))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            """Nothing: tests speak for themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
