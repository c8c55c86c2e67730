"""The demonstration's report as text."""

from typing import Any

from stockmesh.cli.output import console, table
from stockmesh.cli.verify_text import show_verification
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.kernel.words import count_of
from stockmesh.flows.import_retailer import Tally
from stockmesh.flows.summary import Summary
from stockmesh.gateways.retailer import SetAside


def show_report(report: dict[str, Any]) -> None:
    """Everything a first run tells."""
    tally: Tally = report["tally"]
    console.print(f"\n[bold]{report['retailer']}[/bold]")
    for note in report["notes"]:
        console.print(f"  {note}")
    if report["set_aside"]:
        show_set_aside(report["set_aside"])
    if report["credits"]:
        console.print(
            f"\n{count_of(report['credits'], 'credit line')} kept as cancellations and returns: "
            "`stockmesh orders credits` lists them."
        )
    console.print(
        f"\n{count_of(tally.placed, 'order')} placed, {tally.repeated:,} were there already, "
        f"{sum(tally.refused.values()):,} refused, in {report['seconds']:.1f} s "
        f"({report['orders_per_second']:,} placed/s, {report['memory_mb']} MB)"
    )
    for code, example in tally.examples.items():
        console.print(f"  refused {tally.refused[code]:,} x {code}, such as {example}")
    show_summary(report["summary"])
    show_verification(report["verification"])


def show_set_aside(reasons: tuple[SetAside, ...]) -> None:
    """What the file held besides goods orders."""
    console.print("\nSet aside, with the reason:")
    table(
        ["lines", "reason", "such as"],
        [(f"{one.lines:,}", one.reason, one.examples[0] if one.examples else "") for one in reasons],
        right=["lines"],
        fold=["reason", "such as"],
    )


def show_summary(found: Summary) -> None:
    """One page of figures."""
    served = max(found.one_location + found.split, 1)

    def share(part: int) -> str:
        return f"{part:,} ({100 * part / max(found.orders, 1):.1f} %)"

    def each(minor: int) -> str:
        return str(Money(round(minor / served), found.currency))

    console.print()
    table(
        ["what", "figure"],
        [
            ("orders", f"{found.orders:,}"),
            ("lines / units", f"{found.lines:,} / {found.units:,}"),
            ("complete", share(found.complete)),
            ("from one location", share(found.one_location)),
            ("split", share(found.split)),
            ("short when placed", share(found.short_when_placed)),
            ("still short", f"{share(found.short)}, {count_of(found.units_short, 'unit')}"),
            ("shipments / parcels", f"{found.shipments:,} / {found.parcels:,}"),
            ("waited for capacity", count_of(found.waited_for_capacity, "shipment")),
            ("proven optimal", f"{found.proven:,} of {count_of(found.decisions, 'decision')}"),
            ("cost per served order", str(Money(found.cost_per_order_minor, found.currency))),
            ("  freight", each(found.freight_minor)),
            ("  handling", each(found.handling_minor)),
            ("  waiting", each(found.wait_minor)),
            ("distance per shipment", f"{found.metres_per_shipment / 1000:,.0f} km by road (estimated)"),
        ],
        right=["figure"],
    )
    console.print()
    table(
        ["location", "shipments", "parcels"],
        [(one.location, f"{one.shipments:,}", f"{one.parcels:,}") for one in found.locations],
        right=["shipments", "parcels"],
    )
