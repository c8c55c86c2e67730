"""`stockmesh shops`: add, list, remove, push."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, one_of, table
from stockmesh.cli.running import read_settings, running

if TYPE_CHECKING:
    from stockmesh.flows.shops.connections import Shop
    from stockmesh.flows.shops.levels import Difference

app = typer.Typer(no_args_is_help=True)
Code = Annotated[str, typer.Argument(metavar="SHOP", help="the shop's code")]


@app.command()
def add(
    code: Annotated[str, typer.Argument(metavar="SHOP", help="a code of your own; messages are sent under it")],
    *,
    kind: Annotated[str, typer.Option(help="shopify or woocommerce")],
    channel: Annotated[str, typer.Option(help="the channel that the shop's orders come through")],
    url: Annotated[str, typer.Option(help="the shop's own address: https://...")],
    secret: Annotated[str | None, typer.Option(help="what the shop signs with; asked for unless said")] = None,
    token: Annotated[
        str, typer.Option(help="opens the shop's API, for stock: an access token, or ck_...:cs_...; - reads it")
    ] = "",
    home: Annotated[str, typer.Option(help="the shop's number of the location where all stock stands")] = "",
    location: Annotated[
        list[str] | None, typer.Option(help="CODE=NUMBER: a location of ours as the shop numbers it; repeatable")
    ] = None,
    weight_unit: Annotated[str, typer.Option(help="WooCommerce's unit of weights: kg, g, lbs, oz")] = "kg",
    side_unit: Annotated[str, typer.Option(help="WooCommerce's unit of sides: m, cm, mm, in, yd")] = "cm",
    take_counts: Annotated[bool, typer.Option(help="take levels the shop tells for counts, while going live")] = False,
    as_json: AsJson = False,
) -> None:
    """Connect a shop."""
    from stockmesh.flows.shops.connections import NewShop, add_shop
    from stockmesh.gateways.shops.signing import ShopKind
    from stockmesh.gateways.webhooks.addresses import read_networks

    new = NewShop(
        code=code,
        kind=one_of(ShopKind, kind, "--kind"),
        channel=channel,
        url=url,
        secret=read_secret(secret or "-", "secret"),
        token=read_secret(token, "token") if token else "",
        home=home,
        locations=read_locations(location or []),
        weight_unit=weight_unit,
        side_unit=side_unit,
        takes_counts=take_counts,
    )
    permitted = read_networks(read_settings().webhook_networks)
    with running() as context:
        added = add_shop(context, new, permitted=permitted)
    emit(added, as_json, lambda: _show_added(added))


@app.command("list")
def list_shops(*, as_json: AsJson = False) -> None:
    """All connected shops, without their secrets."""
    from stockmesh.flows.shops import connections

    with running() as context:
        found = connections.list_shops(context)
    emit(found, as_json, lambda: _show(found))


@app.command()
def remove(shop: Code) -> None:
    """Forget a shop with its messages; the orders it brought stay."""
    from stockmesh.flows.shops.connections import remove_shop

    with running() as context:
        remove_shop(context, shop)
    console.print(f"Shop {shop} is gone.")


@app.command()
def push(
    shop: Code,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what it would be told")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell a shop all stock levels anew."""
    from stockmesh.flows.leases import name_holder
    from stockmesh.flows.shops import levels
    from stockmesh.gateways.webhooks.addresses import read_networks

    permitted = read_networks(read_settings().webhook_networks)
    with running() as context:
        if dry_run:
            found = levels.list_differences(context, shop)
            emit(found, as_json, lambda: _show_differences(found))
            return
        pushed = levels.push_all(context, name_holder(), shop, permitted)
    words = (
        "A running service tells them now."
        if pushed is None
        else f"{pushed.told:,} levels told, {pushed.failed:,} not taken."
    )
    emit(pushed, as_json, lambda: console.print(words))


def read_secret(said: str, name: str) -> str:
    """The secret itself; read where nobody sees it, so that no list of processes shows it."""
    if said != "-":
        return said
    return str(typer.prompt(name, hide_input=True)) if sys.stdin.isatty() else sys.stdin.readline().strip()


def read_locations(said: list[str]) -> dict[str, str]:
    """Our codes with the shop's numbers."""
    found = {}
    for word in said:
        ours, _, theirs = word.partition("=")
        if not ours or not theirs:
            raise typer.BadParameter(f"{word!r} is not CODE=NUMBER", param_hint="--location")
        found[ours] = theirs
    return found


def _show_added(shop: "Shop") -> None:
    console.print(f"{shop.kind} shop {shop.code} sells through {shop.channel}.")
    console.print(f"Have it send its messages to /v1/shops/{shop.code}/webhooks of this service.")


def _show(shops: "tuple[Shop, ...]") -> None:
    table(
        ["shop", "kind", "channel", "url", "told stock", "waiting", "set aside", "due", "problem"],
        [
            (
                one.code,
                one.kind,
                one.channel,
                one.base_url,
                "yes" if one.pushes else "no",
                one.waiting,
                one.failed,
                one.due,
                one.problem,
            )
            for one in shops
        ],
        right=["waiting", "set aside", "due"],
        fold=["problem"],
    )


def _show_differences(found: "tuple[Difference, ...]") -> None:
    table(
        ["sku", "variant", "at", "told", "available"],
        [(one.sku, one.variant, one.place, one.told, one.available) for one in found],
        right=["told", "available"],
    )
