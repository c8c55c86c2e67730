"""`stockmesh audit`: who did what."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsCsv, AsJson, console, emit, emit_lines, one_of, table
from stockmesh.cli.running import running

if TYPE_CHECKING:
    from stockmesh.flows.audit_trail import AuditEntry
    from stockmesh.flows.page_marks import Page


def audit(
    *,
    actor: Annotated[str, typer.Option(help="who did it, by name")] = "",
    actor_kind: Annotated[str, typer.Option(help="key, user, command_line, system or shop")] = "",
    kind: Annotated[
        str, typer.Option(help="what was done: a topic such as order.paused, or a group such as order")
    ] = "",
    subject: Annotated[str, typer.Option(help="an order's number or reference, a SKU, or an owner's code")] = "",
    since: Annotated[datetime | None, typer.Option("--from", help="the first day or instant (UTC)")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="the first instant too late (UTC)")] = None,
    after: Annotated[str, typer.Option(help="mark of the next page")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many entries")] = 50,
    tip: Annotated[bool, typer.Option("--tip", help="how far the trail is sealed: a digest to note elsewhere")] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Who did what, the latest first: before and after, and why."""
    from stockmesh.flows.acting import ActorKind
    from stockmesh.flows.audit_trail import AuditFilter, list_audit
    from stockmesh.flows.exports import export_audit

    if tip:
        _show_tip(as_json)
        return
    wanted = AuditFilter(
        actor=actor or None,
        actor_kind=one_of(ActorKind, actor_kind, "--actor-kind") if actor_kind else None,
        topic=kind or None,
        about=subject or None,
        since=since and since.replace(tzinfo=since.tzinfo or UTC),
        until=until and until.replace(tzinfo=until.tzinfo or UTC),
    )
    with running() as context:
        if as_csv:
            emit_lines(export_audit(context, wanted))
            return
        page = list_audit(context, wanted, after=after, count=limit)
    emit(page, as_json, lambda: _show(page))


def _show(page: "Page[AuditEntry]") -> None:
    from stockmesh.flows.audit_trail import describe_change

    table(
        ["when", "who", "what", "about", "change", "why"],
        [
            (f"{one.at:%Y-%m-%d %H:%M:%S}", one.actor, one.topic, one.about, describe_change(one), one.reason)
            for one in page.rows
        ],
        fold=["change", "why"],
    )
    if page.next:
        console.print(f"more: --after {page.next}")


def _show_tip(as_json: bool) -> None:
    from stockmesh.flows.seal_events import find_tip

    with running() as context:
        tip = find_tip(context)

    def render() -> None:
        if tip is None:
            console.print("Nothing is sealed yet; a running service seals every few seconds.")
        else:
            console.print(f"Block {tip.block_no}, up to position {tip.last_position}: {tip.digest}")

    emit(tip, as_json, render)
