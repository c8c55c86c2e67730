"""Connections are changed: how a shop is reached and understood, what opens it, what it signs with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from stockmesh.flows.context import Context
from stockmesh.flows.differences import changes
from stockmesh.flows.set_up import as_json
from stockmesh.flows.shops.connections import (
    NewShop,
    Shop,
    check_address,
    check_locations,
    check_secret,
    check_shop,
    get_shop,
    sealed,
    secrets_of,
    tell_change,
    token_of,
)
from stockmesh.flows.shops.refusals import UnknownShop
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.store.database import Session, execute, find_row

GRACE: Final = timedelta(hours=24)


@dataclass(frozen=True)
class ShopChange:
    """What is to be others of a connection; None: as it is."""

    url: str | None = None
    token: str | None = field(default=None, repr=False)
    home: str | None = None
    locations: Mapping[str, str] | None = None
    weight_unit: str | None = None
    side_unit: str | None = None
    takes_counts: bool | None = None


def change_shop(context: Context, code: str, change: ShopChange, *, permitted: Networks) -> Shop:
    """The shop, reached or understood otherwise; all its levels are told anew. Raises UnknownShop and what adding one
    is refused for."""

    def work(session: Session) -> None:
        row = _lock(session, code)
        wanted = _changed(context, row, change)
        check_shop(wanted)
        check_address(wanted, permitted)
        check_locations(session, context, wanted)
        kept = bytes(row["token"])
        token = kept if change.token is None else sealed(session, context, change.token, purpose=f"shop token {code}")
        said = {
            "base_url": wanted.url.rstrip("/"),
            "home": wanted.home,
            "locations": dict(wanted.locations),
            "weight_unit": wanted.weight_unit,
            "side_unit": wanted.side_unit,
            "takes_counts": wanted.takes_counts,
        }
        execute(
            session,
            "shops/change",
            shop_id=row["shop_id"],
            token=token,
            **(said | {"locations": as_json(said["locations"])}),
        )
        execute(session, "shops/mark_all_due", shop_id=row["shop_id"], now=context.clock())
        told = changes({name: row[name] for name in said}, said)
        tell_change(session, context, row["shop_id"], code, "changed", told=told)

    context.database.transact(work)
    return get_shop(context, code)


def rotate_shop_secret(context: Context, code: str, secret: str, *, grace: timedelta = GRACE) -> Shop:
    """The shop, which signs with another secret now; the one before is taken until the grace is over.

    Raises UnknownShop and BadShop.
    """
    check_secret(secret)

    def work(session: Session) -> None:
        row = _lock(session, code)
        former = context.vault.decrypt(bytes(row["secret"]).decode(), f"shop secret {code}")
        execute(
            session,
            "shops/rotate",
            code=code,
            former=sealed(session, context, former, purpose=f"shop former secret {code}"),
            until=context.clock() + grace,
            secret=sealed(session, context, secret, purpose=f"shop secret {code}"),
        )
        tell_change(session, context, row["shop_id"], code, "secret rotated")

    context.database.transact(work)
    return get_shop(context, code)


def _lock(session: Session, code: str) -> dict[str, Any]:
    row = find_row(session, "shops/lock", code=code)
    if row is None:
        raise UnknownShop(shop=code)
    return row


def _changed(context: Context, row: Mapping[str, Any], change: ShopChange) -> NewShop:
    """The connection as it would be added."""
    was = NewShop(
        code=row["code"],
        kind=ShopKind(row["kind"]),
        channel=row["channel"],
        url=row["base_url"],
        secret=secrets_of(context, {**row, "former_secret": b"", "former_until": None})[0],
        token=token_of(context, row) if row["token"] else "",
        home=row["home"],
        locations=row["locations"],
        weight_unit=row["weight_unit"],
        side_unit=row["side_unit"],
        takes_counts=row["takes_counts"],
    )
    said = {name: getattr(change, name) for name in ShopChange.__dataclass_fields__}
    return replace(was, **{name: value for name, value in said.items() if value is not None})
