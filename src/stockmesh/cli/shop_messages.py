"""`stockmesh shops`: messages, message, retry, discard."""

from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running

if TYPE_CHECKING:
    from stockmesh.flows.page_marks import Page
    from stockmesh.flows.shops.messages import ShopMessage

app = typer.Typer(no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="MESSAGE", min=1, max=2**63 - 1, help="the message's number")]


@app.command()
def messages(
    shop: Annotated[str | None, typer.Argument(metavar="[SHOP]", help="only of this shop")] = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="only those set aside")] = False,
    after: Annotated[str, typer.Option(help="mark of the next page")] = "",
    as_json: AsJson = False,
) -> None:
    """What shops sent and what became of it, the newest first."""
    from stockmesh.flows.shops.messages import MessageFilter, list_messages

    with running() as context:
        page = list_messages(context, MessageFilter(shop, "failed" if failed else None), after=after)
    emit(page, as_json, lambda: _show(page))


@app.command()
def message(number: Number) -> None:
    """What a message that waits or was set aside says, as JSON with everything about the person hidden."""
    from stockmesh.flows.shops.messages import show_message

    with running() as context:
        said = show_message(context, number)
    emit(said, as_json=True, render=lambda: None)


@app.command()
def retry(
    shop: Annotated[str | None, typer.Argument(metavar="[SHOP]", help="all that were set aside of this shop")] = None,
    *,
    message: Annotated[int | None, typer.Option(min=1, max=2**63 - 1, help="only this one")] = None,
    as_json: AsJson = False,
) -> None:
    """Apply messages that were set aside once more; a running service does it."""
    from stockmesh.flows.shops.messages import retry_messages

    if shop is None and message is None:
        raise typer.BadParameter("name a shop, or one message with --message")
    with running() as context:
        retried = retry_messages(context, shop=shop, message_id=message)
    emit({"retried": retried}, as_json, lambda: console.print(f"{retried:,} messages wait to be applied."))


@app.command()
def discard(number: Number) -> None:
    """Forget a message that was set aside without applying it."""
    from stockmesh.flows.shops.messages import discard_message

    with running() as context:
        discard_message(context, number)
    console.print(f"Message {number} is discarded.")


def _show(page: "Page[ShopMessage]") -> None:
    table(
        ["message", "shop", "topic", "subject", "state", "received", "order", "reason"],
        [
            (
                one.message_id,
                one.shop,
                one.topic,
                one.subject,
                "set aside" if one.state == "failed" else one.state,
                f"{one.received_at:%Y-%m-%d %H:%M:%S}",
                one.order_id,
                one.reason,
            )
            for one in page.rows
        ],
        right=["message", "order"],
        fold=["reason"],
    )
    if page.next:
        console.print(f"more: --after {page.next}")
