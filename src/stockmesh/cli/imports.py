"""`stockmesh import`: files into the books."""

from pathlib import Path
from typing import Annotated

import typer

from stockmesh.cli import import_files
from stockmesh.cli.output import AsJson, emit

app = typer.Typer(no_args_is_help=True)
ABOUT = {
    "items": "Bring in what is sold.",
    "kits": "Bring in what kits are made of.",
    "locations": "Bring in where stock lies.",
    "calendars": "Bring in days on which locations do not work as usual.",
    "transit": "Bring in how long carrier services take.",
    "departures": "Bring in when line-hauls leave.",
    "carriers": "Bring in on which days carriers move goods.",
    "carrier-calendars": "Bring in days on which carriers do not work as usual.",
    "on-time": "Bring in how late parcels came so far.",
    "pickups": "Bring in when carriers come by at locations.",
    "carrier-capacity": "Bring in how many parcels carriers take on single days.",
    "incoming": "Bring in supply on its way.",
    "orders": "Take over open orders, with the units that locations hold for them already.",
}
for kind, about in ABOUT.items():
    app.command(kind)(import_files.sheet_command(kind, about))
for command in (
    import_files.rate_cards,
    import_files.stock,
    import_files.jobs,
    import_files.resume,
    import_files.template,
):
    app.command(command.__name__.replace("_", "-"))(command)


@app.command("online-retail")
def online_retail(
    file: Annotated[Path, typer.Argument(help="the UCI Online Retail file: CSV, plain or packed with xz or gzip")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and report, change nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Import a year of a real retailer's invoices: catalogue, orders, credits; what is no goods order is reported."""
    from stockmesh.cli.demo import demo
    from stockmesh.cli.demo_text import show_set_aside
    from stockmesh.cli.output import console, progress
    from stockmesh.gateways.gazetteer import load_gazetteer
    from stockmesh.gateways.online_retail import read_online_retail

    if not dry_run:
        demo(orders=file, serve=False, as_json=as_json, scale=1.0, port=0)
        return
    with progress(f"Reading {file.name}", quiet=as_json) as moved:
        retailer = read_online_retail(file, load_gazetteer(), on_progress=moved)
    report = {
        "lines_read": retailer.lines_read,
        "orders": len(retailer.orders),
        "lines": sum(len(order.lines) for order in retailer.orders),
        "items": len(retailer.items),
        "credits": len(retailer.credits),
        "set_aside": retailer.set_aside,
        "notes": retailer.notes,
    }

    def render() -> None:
        console.print(
            f"{retailer.lines_read:,} lines read: {report['orders']:,} orders with {report['lines']:,} lines, "
            f"{report['items']:,} items, {report['credits']:,} credit lines. Nothing was changed."
        )
        for note in retailer.notes:
            console.print(f"  {note}")
        show_set_aside(retailer.set_aside)

    emit(report, as_json, render)
