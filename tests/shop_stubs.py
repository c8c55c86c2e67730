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
NO_ROUTE = (404, {"Content-Type": "application/json"}, b'{"code": "rest_no_route", "message": "No route"}')
# What a variation tells of itself as a product and not as a variation.
NOT_OF_VARIATIONS = ("name", "type", "parent_id")
COST = {"maximumAvailable": 2000.0, "currentlyAvailable": 1990, "restoreRate": 100.0}


def as_json(status: int, said: Any, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(said).encode()


@dataclass(eq=False)
class ShopStub:
    """A shop that answers. `ways` are answers it gives before it behaves; None of them: it behaves."""

    stock: dict[str, int] = field(default_factory=dict)
    ways: list[Answer | float] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    exchanged: list[dict[str, str]] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    unstocked: set[str] = field(default_factory=set)
    catalogue: list[dict[str, Any]] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
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
        if asked["query"].startswith("query"):
            return as_json(200, answer_query(asked["query"], asked["variables"], self.catalogue))
        if "@idempotent(key: $key)" not in asked["query"] or not asked["variables"]["key"]:
            return as_json(200, {"errors": [{"message": "The @idempotent directive is required for this mutation"}]})
        if self.keys.setdefault(asked["variables"]["key"], body) != body:
            return as_json(
                200,
                self._told([{"field": None, "message": "key reused", "code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}]),
            )
        if "inventoryActivate(" in asked["query"]:
            return as_json(200, self._activate(asked["variables"]))
        said = asked["variables"]["input"]
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

    def _activate(self, said: dict[str, Any]) -> dict[str, Any]:
        key = self._key({"inventoryItemId": said["item"], "locationId": said["location"]})
        assert key in self.unstocked
        assert isinstance(said["available"], int)
        self.unstocked.discard(key)
        self.stock[key] = said["available"]
        told = {"inventoryLevel": {"id": f"gid://shopify/InventoryLevel/{key}"}, "userErrors": []}
        return {"data": {"inventoryActivate": told}}

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
        if self._key(one) in self.unstocked:
            return {
                "field": [*path, "locationId"],
                "message": "The specified inventory item is not stocked at the location.",
                "code": "ITEM_NOT_STOCKED_AT_LOCATION",
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
        if not body:
            return self._list(path)
        found = re.fullmatch(r"/wp-json/wc/v3/products(?:/([0-9]+)/variations)?/batch", path)
        if found is None:
            return NO_ROUTE
        asked = json.loads(body)
        self.asked.append((path, asked))
        if len(asked["update"]) > 100:
            error = {
                "code": "woocommerce_rest_request_entity_too_large",
                "message": "Unable to accept more than 100 items",
            }
            return as_json(413, error | {"data": {"status": 413}})
        return as_json(200, {"update": [self._update(one) for one in asked["update"]]})

    def _list(self, path: str) -> Answer:
        """The collections that are asked for, page by page, and single orders."""
        where, _, query = path.removeprefix("/wp-json/wc/v3/").partition("?")
        self.asked.append(path)
        asked = dict(parse_qsl(query))
        kind, _, rest = where.partition("/")
        number, _, part = rest.partition("/")
        if kind == "orders" and not part:
            missing = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}
            return as_json(200, self.orders[number]) if number in self.orders else as_json(404, missing)
        if kind == "orders" and part == "refunds":
            return page_of(self.refunds.get(number, []), asked)
        if kind == "products" and not rest:
            return page_of([one for one in self.catalogue if one["type"] != "variation"], asked)
        if kind == "products" and part == "variations":
            ours = [one for one in self.catalogue if str(one["parent_id"]) == number]
            return page_of([{name: one[name] for name in one if name not in NOT_OF_VARIATIONS} for one in ours], asked)
        return NO_ROUTE

    def _update(self, one: dict[str, Any]) -> dict[str, Any]:
        assert isinstance(one["id"], int)
        assert isinstance(one["stock_quantity"], int)
        if str(one["id"]) in self.unknown:
            error = {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID.", "data": {"status": 400}}
            return {"id": one["id"], "error": error}
        self.stock[str(one["id"])] = one["stock_quantity"]
        return {"id": one["id"], "name": "A product", "manage_stock": True, "stock_quantity": one["stock_quantity"]}


def page_of(found: list[dict[str, Any]], asked: dict[str, str]) -> Answer:
    """A page of a collection, with the members that are asked for."""
    count = int(asked.get("per_page", "10"))
    if not 1 <= count <= 100:
        wrong = {"code": "rest_invalid_param", "message": "Invalid parameter(s): per_page", "data": {"status": 400}}
        return as_json(400, wrong)
    assert (asked.get("orderby", "id"), asked.get("order", "asc")) == ("id", "asc")
    start = int(asked.get("offset", "0"))
    wanted = asked["_fields"].split(",") if "_fields" in asked else None
    page = sorted(found, key=lambda one: one["id"])[start : start + count]
    shown = [{name: one[name] for name in one if wanted is None or name in wanted} for one in page]
    return as_json(200, shown, **{"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // count))})


def answer_query(query: str, variables: dict[str, Any], catalogue: list[dict[str, Any]]) -> dict[str, Any]:
    """What Shopify answers to a query for variants: what was selected of each and nothing else, a page at a time."""
    wanted = selection(query)
    first, after = variables["first"], variables["after"]
    fields = wanted["productVariants"]["nodes"]
    cost = 12 + first * (1 + sum(len(tree) > 0 for tree in fields.values()) + len(fields["inventoryItem"]) // 3)
    if not 1 <= first <= 250 or cost > 1_000:
        return {"errors": [{"message": f"Query cost is {cost}, which exceeds the single query max cost limit (1000)."}]}
    start = 0 if after is None else 1 + [one["id"] for one in catalogue].index(base64.b64decode(after).decode())
    page = catalogue[start : start + first]
    nodes = [project(one, fields) for one in page]
    last = base64.b64encode(page[-1]["id"].encode()).decode() if page else None
    told = {"nodes": nodes, "pageInfo": {"hasNextPage": start + first < len(catalogue), "endCursor": last}}
    return {
        "data": {"productVariants": told, "productVariantsCount": {"count": len(catalogue)}},
        "extensions": {"cost": {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": COST}},
    }


def selection(query: str) -> dict[str, Any]:
    """The fields that a query selects, as a tree."""
    words = re.findall(r"[{}]|[A-Za-z_]+(?=[^A-Za-z_:$]|$)", re.sub(r"\([^)]*\)", "", query.partition("{")[2]))
    root: dict[str, Any] = {}
    trees, last = [root], ""
    for word in words:
        if word == "{":
            trees.append(trees[-1][last])
        elif word == "}":
            trees.pop()
        else:
            trees[-1][word] = {}
            last = word
    return root


def project(said: Any, tree: dict[str, Any]) -> Any:
    """An object with the selected members alone; a member that the type has not is a fault of the query."""
    if said is None or not tree:
        return said
    return {name: project(said[name], inner) for name, inner in tree.items()}


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
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
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
