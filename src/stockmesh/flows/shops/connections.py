"""Connections to shops: added, listed, removed; their secrets are sealed and never shown again."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from stockmesh.domain.fulfilment.refusals import UnknownChannel, UnknownLocation
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.keeping_secrets import SHOPS, keep
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.set_up import as_json
from stockmesh.flows.shops.refusals import ShopTaken, UnknownShop
from stockmesh.gateways.shops.measures import MICROMETRES, MILLIGRAMS
from stockmesh.gateways.shops.refusals import BadShop
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.webhooks.addresses import Networks, Target, read_url, resolve
from stockmesh.gateways.webhooks.refusals import ForbiddenAddress
from stockmesh.store.database import Session, execute, find_row, rows

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
SECRET_MAX: Final = 500


@dataclass(frozen=True)
class NewShop:
    """A shop to connect. `token` opens the shop's own API, for telling it stock levels; empty: it is told none.

    `locations` leads from codes of ours to the shop's location numbers; without, all that the channel may sell stands
    at `home`. `takes_counts`: levels that the shop tells are counts of ours, for going live.
    """

    code: str
    kind: ShopKind
    channel: str
    url: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    home: str = ""
    locations: Mapping[str, str] = field(default_factory=dict)
    weight_unit: str = "kg"
    side_unit: str = "cm"
    takes_counts: bool = False


@dataclass(frozen=True)
class CataloguePull:
    """How far a shop's catalogue was asked for: so many of its products, of so many as far as the shop says. `problem`
    is why the last answer was none, and `failures` how often there was none since."""

    begun_at: datetime
    read: int
    expected: int | None
    problem: str
    failures: int
    ended_at: datetime | None


@dataclass(frozen=True)
class Shop:
    """A connected shop: when it was last heard, what waits to be applied, what was set aside, how many levels are to be
    told, how many orders it is to be asked for. `pushes`: it is told levels. `answers`: it can be asked."""

    shop_id: int
    code: str
    kind: str
    channel: str
    owner: str
    base_url: str
    home: str
    locations: dict[str, str]
    weight_unit: str
    side_unit: str
    takes_counts: bool
    pushes: bool
    rests_until: datetime | None
    problem: str
    heard_at: datetime | None
    waiting: int
    failed: int
    due: int
    answers: bool
    looked_up: int
    pull: CataloguePull | None


def add_shop(context: Context, new: NewShop, *, permitted: Networks) -> Shop:
    """The shop, connected. Raises BadShop, ShopTaken, UnknownChannel, UnknownLocation, and what its address is
    refused for."""
    check_shop(new)
    check_address(new, permitted)

    def work(session: Session) -> None:
        channel = find_row(session, "levels/channel", code=new.channel, **EVERYTHING.parameters())
        if channel is None:
            raise UnknownChannel(channel=new.channel)
        check_locations(session, context, new)
        added = find_row(
            session,
            "shops/add",
            code=new.code,
            kind=new.kind.value,
            channel=new.channel,
            base_url=new.url.rstrip("/"),
            secret=sealed(session, context, new.secret, purpose=f"shop secret {new.code}"),
            token=sealed(session, context, new.token, purpose=f"shop token {new.code}"),
            home=new.home,
            locations=as_json(dict(new.locations)),
            weight_unit=new.weight_unit,
            side_unit=new.side_unit,
            takes_counts=new.takes_counts,
            created_at=context.clock(),
        )
        if added is None:
            raise ShopTaken(shop=new.code)
        tell_change(session, context, added["shop_id"], new.code, "added")

    context.database.transact(work)
    return get_shop(context, new.code)


def secrets_of(context: Context, row: Mapping[str, Any]) -> list[str]:
    """What a shop may sign with now, from its row: its secret, and for a while the one before."""
    found = [context.vault.decrypt(bytes(row["secret"]).decode(), f"shop secret {row['code']}")]
    if row["former_secret"] and row["former_until"] > context.clock():
        former = bytes(row["former_secret"]).decode()
        found.append(context.vault.decrypt(former, f"shop former secret {row['code']}"))
    return found


def token_of(context: Context, row: Mapping[str, Any]) -> str:
    """What opens a shop's own API, from its row."""
    return context.vault.decrypt(bytes(row["token"]).decode(), f"shop token {row['code']}")


def sealed(session: Session, context: Context, text: str, *, purpose: str) -> bytes:
    """A secret as the books keep it; nothing of nothing."""
    return keep(session, context, text, purpose=purpose, place=SHOPS).encode() if text else b""


def check_shop(new: NewShop) -> None:
    """Raises BadShop for what can never work."""
    if CODE.fullmatch(new.code) is None:
        raise BadShop(reason="its code may have up to 40 letters, digits, hyphens, points and underscores")
    check_secret(new.secret)
    if new.weight_unit not in MILLIGRAMS or new.side_unit not in MICROMETRES:
        raise BadShop(reason=f"weights are in {', '.join(MILLIGRAMS)}, sides in {', '.join(MICROMETRES)}")
    _check_token(new)


def check_secret(secret: str) -> None:
    """Raises BadShop for a secret that is none."""
    if not 8 <= len(secret) <= SECRET_MAX or not secret.isprintable():
        raise BadShop(reason="its secret must have 8 to 500 printable characters")


def check_address(new: NewShop, permitted: Networks) -> None:
    """Raises what the address is refused for, and BadShop for a token that anybody on the way could read."""
    target = read_url(new.url)
    with suppress(OSError):
        resolve(target, permitted)
    if new.token and target.scheme != "https" and not _is_near(target):
        raise BadShop(reason="a token goes over https alone, unless the shop is on a private network")


def check_locations(session: Session, context: Context, new: NewShop) -> None:
    """Raises UnknownLocation."""
    known = {place.code for place in context.present(session).facts.locations} if new.locations else set()
    for code in new.locations:
        if code not in known:
            raise UnknownLocation(location=code)


def _check_token(new: NewShop) -> None:
    """Raises BadShop for a token that opens nothing, or that has nothing to tell."""
    if len(new.token) > SECRET_MAX or not (new.token.isascii() and new.token.isprintable()):
        raise BadShop(reason="its token may have 500 printable ASCII characters at most")
    if new.token and new.kind is ShopKind.SHOPIFY and not (new.home or new.locations):
        raise BadShop(reason="to be told stock, Shopify needs the number of a location: --location, once or more")
    if new.token and new.kind is ShopKind.WOOCOMMERCE and ":" not in new.token:
        raise BadShop(reason="a WooCommerce token is the consumer key and secret: ck_...:cs_...")


def _is_near(target: Target) -> bool:
    """Whether the address is on a private network, which the settings permit then."""
    try:
        resolve(target, ())
    except ForbiddenAddress:
        return True
    except OSError:
        return False
    return False


def list_shops(context: Context, *, reach: Reach = EVERYTHING) -> tuple[Shop, ...]:
    """The connected shops within reach, by code."""
    with context.database.session() as session:
        return tuple(_shop(row) for row in rows(session, "shops/list", code=None, **reach.parameters()))


def get_shop(context: Context, code: str, *, reach: Reach = EVERYTHING) -> Shop:
    """One connected shop. Raises UnknownShop."""
    with context.database.session() as session:
        row = find_row(session, "shops/list", code=code, **reach.parameters())
    if row is None:
        raise UnknownShop(shop=code)
    return _shop(row)


def remove_shop(context: Context, code: str) -> None:
    """The shop is forgotten with its messages; the orders it brought stay. Raises UnknownShop."""
    shop = get_shop(context, code)

    def work(session: Session) -> None:
        if execute(session, "shops/remove", code=code) == 0:
            raise UnknownShop(shop=code)
        tell_change(session, context, shop.shop_id, code, "removed")

    context.database.transact(work)


def _shop(row: dict[str, Any]) -> Shop:
    pull = {member.name: row.pop(f"pull_{member.name}") for member in fields(CataloguePull)}
    return Shop(**row, pull=None if pull["begun_at"] is None else CataloguePull(**pull))


def tell_change(
    session: Session, context: Context, shop_id: int, code: str, change: str, *, told: Mapping[str, Any] | None = None
) -> None:
    """An event about a shop: what was done to it or to its messages, with before and after where it was changed."""
    announce(session, context, "shop_changed", shop_id, {"shop": code, "change": change, **(told or {})})
