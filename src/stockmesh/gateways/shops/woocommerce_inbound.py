"""WooCommerce is asked for its catalogue, and for orders whose refunds its messages do not tell.

Sources: https://developer.woocommerce.com/docs/apis/rest-api/v3/products/, /product-variations/, /orders/ and
/order-refunds/. A message of an order names its refunds by their sums alone; which lines they are of, and how many
units, stands with the refunds themselves.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from stockmesh.gateways.shops.fields import Fields, read_json
from stockmesh.gateways.shops.inbound import PulledMessage, PullPage
from stockmesh.gateways.shops.refusals import UnreadableMessage
from stockmesh.gateways.shops.woocommerce_asking import WooCommerceDoor, problem_of
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.gateways.webhooks.sending import Called

PRODUCT: Final = "product.updated"
REFUNDED: Final = "pulled.order"
PAGE: Final = 50
PAGE_CAREFUL: Final = 10
REFUNDS_MAX: Final = 100
READ: Final = (
    "id,parent_id,name,type,status,sku,price,virtual,manage_stock,stock_quantity,weight,dimensions,attributes,"
    "date_modified_gmt"
)


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a pull has come: so many products of so many, and the variations still to ask for: of the parents, each
    with its number and name, beginning with so many of the first."""

    offset: int = 0
    total: int = 0
    parents: tuple[tuple[int, str], ...] = ()
    within: int = 0


@dataclass(frozen=True)
class WooCommerceInbound:
    """A WooCommerce shop under the address of its WordPress. The token is consumer key and secret: ck_...:cs_..."""

    base_url: str
    token: str = field(repr=False)
    permitted: Networks

    def pull_catalogue(self, position: str, *, careful: bool) -> PullPage:
        """A page of products by number, or of the variations of one of those read before."""
        place = msgspec.json.decode(position, type=Place) if position else Place()
        count = PAGE_CAREFUL if careful else PAGE
        try:
            return self._variations(place, count) if place.parents else self._products(place, count)
        except UnreadableMessage as refusal:
            return PullPage(problem=str(refusal))

    def look_up_order(self, number: str) -> PullPage:
        """The order as it is now, with its refunds line by line."""
        order = self._get(f"orders/{number}")
        if order.status == 404:
            return PullPage()
        refunds = self._get(f"orders/{number}/refunds", per_page=REFUNDS_MAX)
        problem = problem_of(order) or problem_of(refunds)
        if problem:
            return PullPage(problem=problem, rest_seconds=max(order.retry_after_seconds, refunds.retry_after_seconds))
        body = b'{"order":' + order.body + b',"refunds":' + refunds.body + b"}"
        try:
            read_json(body)
        except UnreadableMessage as refusal:
            return PullPage(problem=str(refusal))
        return PullPage((PulledMessage(number, REFUNDED, body),))

    def _products(self, place: Place, count: int) -> PullPage:
        called = self._get("products", offset=place.offset, per_page=count, order="asc", orderby="id", _fields=READ)
        if problem := problem_of(called):
            return PullPage(problem=problem, rest_seconds=called.retry_after_seconds)
        products = list(_read_list(called))
        said = called.headers.get("x-wp-total", "")
        total = int(said) if said.isdecimal() and len(said) < 10 else 0
        variable = [one for one in products if one.text("type", "") == "variable"]
        parents = tuple((one.whole("id"), one.words("name", 200)) for one in variable)
        # Products deleted meanwhile moved others to where the pull has been: it goes back by so many.
        gone = max(place.total - total, 0)
        offset = max(place.offset - gone, 0) if gone else place.offset + len(products)
        then = Place(offset, total, parents)
        at_end = not (parents or gone) and (len(products) < count or (total > 0 and offset >= total))
        return PullPage(
            tuple(_message(one.text("id"), one.said) for one in products),
            position="" if at_end else msgspec.json.encode(then).decode(),
            read=offset - place.offset,
            expected=total or None,
        )

    def _variations(self, place: Place, count: int) -> PullPage:
        (parent, name), *others = place.parents
        path = f"products/{parent}/variations"
        called = self._get(path, offset=place.within, per_page=count, order="asc", orderby="id", _fields=READ)
        problem = problem_of(called)
        if problem and called.status != 404:
            return PullPage(problem=problem, rest_seconds=called.retry_after_seconds)
        variations = [] if problem else list(_read_list(called))
        is_last = len(variations) < count
        parents = tuple(others) if is_last else place.parents
        then = Place(place.offset, place.total, parents, 0 if is_last else place.within + len(variations))
        found = tuple(_message(one.text("id"), _as_webhook(one, parent, name)) for one in variations)
        return PullPage(found, position=msgspec.json.encode(then).decode(), expected=place.total or None)

    def _get(self, path: str, **asked: Any) -> Called:
        door = WooCommerceDoor(self.base_url, self.token, self.permitted)
        return door.get(f"{path}?{urlencode(asked)}" if asked else path)


def _read_list(called: Called) -> list[Fields]:
    """The objects of an answer that is a list."""
    return list(read_json(b'{"items":' + called.body + b"}").children("items"))


def _message(number: str, said: dict[str, Any]) -> PulledMessage:
    return PulledMessage(number, PRODUCT, msgspec.json.encode(said))


def _as_webhook(variation: Fields, parent: int, name: str) -> dict[str, Any]:
    """A variation as its own message tells it: with its kind, its parent, and the parent's name before its options."""
    options = ", ".join(filter(None, (one.words("option", 60) for one in variation.children("attributes"))))
    title = f"{name} - {options}" if options else name
    return variation.said | {"type": "variation", "parent_id": parent, "name": title}
