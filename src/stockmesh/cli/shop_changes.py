"""`stockmesh shops`: change, rotate, pull."""

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from stockmesh.cli.output import AsJson, console, emit, progress
from stockmesh.cli.running import running
from stockmesh.cli.shops import Code, read_locations, read_secret

if TYPE_CHECKING:
    from stockmesh.flows.context import Context
    from stockmesh.flows.shops.connections import CataloguePull, Shop
    from stockmesh.gateways.webhooks.addresses import Networks

POLL_SECONDS: Final = 0.2
FAILURES_MAX: Final = 3
app = typer.Typer(no_args_is_help=True)


@app.command()
def change(
    shop: Code,
    *,
    url: Annotated[str | None, typer.Option(help="the shop's own address: https://...")] = None,
    token: Annotated[str | None, typer.Option(help="opens the shop's API; - reads it, empty closes it")] = None,
    home: Annotated[str | None, typer.Option(help="the shop's number of the location where all stock stands")] = None,
    location: Annotated[
        list[str] | None, typer.Option(help="CODE=NUMBER: a location of ours as the shop numbers it; names them all")
    ] = None,
    weight_unit: Annotated[str | None, typer.Option(help="WooCommerce's unit of weights: kg, g, lbs, oz")] = None,
    side_unit: Annotated[str | None, typer.Option(help="WooCommerce's unit of sides: m, cm, mm, in, yd")] = None,
    take_counts: Annotated[
        bool | None,
        typer.Option("--take-counts/--no-take-counts", help="levels the shop tells are counts, and it is told none"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change how a shop is reached; all levels are told anew."""
    from stockmesh.app import Settings
    from stockmesh.flows.shops.changing import ShopChange, change_shop
    from stockmesh.gateways.webhooks.addresses import read_networks

    wanted = ShopChange(
        url=url,
        token=read_secret(token, "token") if token else token,
        home=home,
        locations=read_locations(location) if location else None,
        weight_unit=weight_unit,
        side_unit=side_unit,
        takes_counts=take_counts,
    )
    permitted = read_networks(Settings().webhook_networks)
    with running() as context:
        changed = change_shop(context, shop, wanted, permitted=permitted)
    emit(changed, as_json, lambda: console.print(f"Shop {shop} is changed."))


@app.command()
def rotate(
    shop: Code,
    *,
    secret: Annotated[
        str | None, typer.Option(help="what the shop signs with from now on; asked for unless said")
    ] = None,
    grace_hours: Annotated[int, typer.Option(min=0, max=720, help="how long the secret before is still taken")] = 24,
    as_json: AsJson = False,
) -> None:
    """Take another secret for a shop's messages."""
    from stockmesh.flows.shops.changing import rotate_shop_secret

    new = read_secret(secret or "-", "secret")
    with running() as context:
        rotated = rotate_shop_secret(context, shop, new, grace=timedelta(hours=grace_hours))
    words = f"Shop {shop} may sign with either secret for {grace_hours} hours."
    emit(rotated, as_json, lambda: console.print(words))


@app.command()
def pull(shop: Code, *, as_json: AsJson = False) -> None:
    """Ask a shop for all its products; one that was broken off goes on."""
    from stockmesh.app import Settings
    from stockmesh.flows.shops.pulling import begin_pull
    from stockmesh.gateways.webhooks.addresses import read_networks

    permitted = read_networks(Settings().webhook_networks)
    with running() as context:
        begin_pull(context, shop)
        found = _pull(context, shop, permitted, quiet=as_json)
    emit(found, as_json, lambda: _show_pull(found))
    if found.pull is None or found.pull.ended_at is None:
        raise typer.Exit(1)


def _pull(context: "Context", shop: str, permitted: "Networks", *, quiet: bool) -> "Shop":
    """Asks page by page and applies what came, beside a running service or without one."""
    from stockmesh.flows.leases import name_holder
    from stockmesh.flows.shops.applying import apply_waiting
    from stockmesh.flows.shops.connections import get_shop
    from stockmesh.flows.shops.pulling import claim_pulls, pull_page

    owner = name_holder()
    with progress(f"products of {shop}", quiet=quiet) as moved:
        while True:
            pulls = claim_pulls(context, owner, code=shop)
            for one in pulls or ():
                pull_page(context, one, permitted)
            applied = apply_waiting(context, owner)
            found = get_shop(context, shop)
            if found.pull is None:
                return found
            moved(found.pull.read, max(found.pull.expected or 0, found.pull.read))
            if _is_over(found.pull, found.waiting):
                return found
            if not pulls and not (applied and applied.more):
                time.sleep(POLL_SECONDS)


def _is_over(pull: "CataloguePull", waiting: int) -> bool:
    """Whether everything was read and applied, or the shop does not answer."""
    return pull.failures >= FAILURES_MAX or (pull.ended_at is not None and waiting == 0)


def _show_pull(shop: "Shop") -> None:
    pull = shop.pull
    if pull is None or pull.ended_at is None:
        why = pull.problem if pull else "Somebody removed it meanwhile."
        console.print(
            f"{shop.code} does not answer: {why.rstrip('.')}. Say it again later, or let a running service go on."
        )
        return
    console.print(f"{pull.read:,} products read. Messages set aside: {shop.failed:,}. Levels to be told: {shop.due:,}.")
