"""Writes docs/reference from the program itself: commands, settings, refusals, endpoints, states, files, metrics.

`python scripts/write_reference.py` writes the files; a test calls `pages()` and demands that nothing has drifted.
"""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer

import stockmesh
from stockmesh.app import Settings
from stockmesh.cli.exits import EXITS
from stockmesh.cli.main import app
from stockmesh.domain.fulfilment.order_states import ORDER_LIFE
from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.kernel.refusals import every_refusal
from stockmesh.domain.kernel.sheets.columns import Column, Unit
from stockmesh.domain.kernel.sheets.problems import REASONS
from stockmesh.domain.stock.moving import MOVES
from stockmesh.flows.access.scopes import ROLES, SCOPES
from stockmesh.flows.event_kinds import CHANGE, KINDS, topic_of
from stockmesh.service.problems import STATUS

FOLDER: Final = Path(__file__).parent.parent / "docs" / "reference"
NOTE: Final = "<!-- Written by scripts/write_reference.py from the program itself. -->\n\n"


def pages() -> dict[str, str]:
    """Every page of the reference by file name."""
    return {
        "commands.md": NOTE + _commands(),
        "settings.md": NOTE + _settings(),
        "refusals.md": NOTE + _refusals(),
        "endpoints.md": NOTE + _endpoints(),
        "openapi.json": json.dumps(_described(), indent=1, ensure_ascii=False) + "\n",
        "states.md": NOTE + _states(),
        "events.md": NOTE + _events(),
        "files.md": NOTE + _files(),
        "metrics.md": NOTE + _metrics(),
    }


def _commands() -> str:
    lines = ["# Commands\n", "Every command takes `--help`; those that answer something take `--json`.\n"]
    for name, command in sorted(_named_commands(app, "stockmesh")):
        lines.append(f"## `{name}`\n\n{_first_line(command.callback)}\n")
        lines += [f"- {line}" for line in _parameters(command.callback)]
        lines.append("")
    return "\n".join(lines)


def _named_commands(group: typer.Typer, prefix: str) -> Iterator[tuple[str, Any]]:
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield f"{prefix} {name}", command
    for inner in group.registered_groups:
        if inner.typer_instance:
            yield from _named_commands(inner.typer_instance, f"{prefix} {inner.name}")


def _parameters(callback: Any) -> Iterator[str]:
    for name, parameter in inspect.signature(callback, eval_str=False).parameters.items():
        told = _annotated(callback, name)
        is_option = parameter.kind is inspect.Parameter.KEYWORD_ONLY
        written = f"--{('json' if name == 'as_json' else name).replace('_', '-')}" if is_option else name.upper()
        yield f"`{written}`{f' {told}' if told else ''}"


def _annotated(callback: Any, name: str) -> str:
    annotation = inspect.get_annotations(callback, eval_str=False)[name]
    for extra in getattr(annotation, "__metadata__", ()):
        if getattr(extra, "help", None):
            return str(extra.help)
    return ""


def _settings() -> str:
    lines = [
        "# Settings\n",
        "Each is read from the environment.\n",
        "| Variable | Default | Meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = (
            "see below"
            if field.default_factory
            else f"`{field.default}`"
            if field.default not in ("", None)
            else "empty"
        )
        lines.append(f"| `STOCKMESH_{name.upper()}` | {default} | {field.description} |")
    lines.append(
        "\n`STOCKMESH_HOME` defaults to `/var/lib/stockmesh` for root and to the user's data folder otherwise "
        "(`XDG_DATA_HOME`, else `~/.local/share`). Run as root, PostgreSQL belongs to a system user of its own; "
        "a folder that this user could not enter is refused rather than opened."
    )
    return "\n".join(lines) + "\n"


def _refusals() -> str:
    for module in pkgutil.walk_packages(stockmesh.__path__, "stockmesh."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    lines = [
        "# Refusals\n",
        "What cannot be done, with a stable code. Nothing has happened when one is answered.\n",
        "| Code | HTTP | Exit | Text |",
        "|---|---|---|---|",
    ]
    for kind in every_refusal():
        if kind.__module__.startswith("stockmesh."):
            text = kind.text.replace("|", "\\|")
            lines.append(f"| `{kind.code}` | {STATUS[kind.code]} | {EXITS[kind.code]} | {text} |")
    return "\n".join(lines) + "\n"


def _described() -> dict[str, Any]:
    """What the service says of itself."""
    from stockmesh.service.application import create_app

    return create_app(None).openapi()  # type: ignore[arg-type] # no request is served


def _endpoints() -> str:
    about = (
        "The service describes itself in full at `/v1/openapi.json`. Send `Authorization: Bearer smk_...`; each "
        "operation needs the scope beside it. What lies beyond a key's owners, locations and channels is answered "
        "like what does not exist.\n"
    )
    lines = [
        "# Endpoints\n",
        about,
        "| Method | Path | Scope | What it answers |",
        "|---|---|---|---|",
    ]
    described = _described()["paths"]
    for path, methods in sorted(described.items()):
        for method, operation in sorted(methods.items()):
            told = operation.get("description") or operation.get("summary", "")
            needed = [
                f"`{scope}`" for one in operation.get("security", ()) for scopes in one.values() for scope in scopes
            ]
            what = told.split(chr(10) * 2)[0].replace(chr(10), " ")
            lines.append(f"| {method.upper()} | `{path}` | {' '.join(needed) or 'none'} | {what} |")
    lines += ["\n## Scopes\n", "| Scope | Allows | Roles |", "|---|---|---|"]
    for scope, allows in SCOPES.items():
        lines.append(f"| `{scope}` | {allows} | {', '.join(role for role, has in ROLES.items() if scope in has)} |")
    return "\n".join(lines) + "\n"


def _states() -> str:
    lines = ["# States\n", "What is not listed is refused.\n", "## Order\n", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {start} --> {end}: {action}" for (start, action), end in ORDER_LIFE.table.items()]
    lines += ["```", "", "Resume, change and re-source lead to waiting instead of open while units are short.\n"]
    lines += ["## Moves of stock by hand\n", "| From | To | Booked as |", "|---|---|---|"]
    lines += [f"| {start} | {end} | {cause} |" for (start, end), cause in MOVES.items()]
    return "\n".join(lines) + "\n"


EVENTS_INTRODUCED: Final = """# Events

Every change raises an event, written in the transaction of what it tells. A relay gives committed events their
`position`: 1, 2, 3 and so on without a gap, in the order of what happened to any one order or cell of stock. They are
read page by page (`GET /v1/events?after=POSITION`), followed as server-sent events (`GET /v1/events/stream`, which goes
on after `Last-Event-ID`), or sent to webhook endpoints. Each is delivered at least once; `id` and `position` tell a
repetition.

    {"position": 7, "id": "evt_1006", "type": "order.paused", "timestamp": "2026-03-02T09:00:00Z", "data": {...}}

`topic` asks for types by name (`order.placed`) or by group (`order`), several parted by commas. An event names no
person: who receives an order is never told.

`availability.changed` is derived by the relay from the items that were touched, compared with what was told of them
last; so only crossings are told, and placing an order pays nothing for it. What was never told counts as OutOfStock.
InStock is above the setting `STOCKMESH_AVAILABILITY_LOW`, LimitedAvailability from 1 unit up to it; with none to sell
it is BackOrder while supply of the item is on its way and OutOfStock otherwise. Another setting holds for an item from
the next time it is touched.

Webhooks follow Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature` (HMAC-SHA256 with every
valid secret). Any answer of 200 to 299 within 15 seconds takes a message; redirects are not followed. What is not taken
is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, each stretched by up to a tenth. An answer
of 410, or a delivery that was given up while the endpoint took nothing else, disables the endpoint; what happens
meanwhile is kept for it. An endpoint whose answer has a `Retry-After` is sent nothing at all until then (a day at
most), one that answers 429, 502 or 504 without it nothing for 5 s; whoever sends it a test, replays a delivery or
enables it ends the pause. The order of messages to an endpoint is not promised: `position` tells it. Deliveries that
are done with stay in the log for 30 days.

Events are kept for good: the trail of who did what and its seals are made of them, endpoints that were disabled and
readers that were away are told from them. One takes about 130 bytes of the database, its indexes included, besides its
data; what orders, movements and decisions hold is not repeated.
"""


def _events() -> str:
    lines = [EVENTS_INTRODUCED, "Whatever changes something may tell besides, in its data:\n"]
    lines += [*(f"- `{name}` {meaning}" for name, meaning in CHANGE.items()), ""]
    for kind, told in KINDS.items():
        lines += [f"## `{topic_of(kind)}`\n", f"{told.when}\n"]
        lines += [f"- `{name}` {meaning}" for name, meaning in told.fields.items()]
        lines.append("")
    return "\n".join(lines)


def _metrics() -> str:
    from stockmesh.service.application import create_app

    about = (
        "`GET /metrics` answers these in Prometheus' text format. Each process tells its own; what is read from the "
        "books (relay, webhooks, imports, units, size) is the same from every process on them, so take `max`, not "
        "`sum`, over processes. A figure that is not known is left out. [Example alerts](../guide/alerts.yml).\n"
    )
    lines = ["# Metrics\n", about, "| Name | Kind | Meaning |", "|---|---|---|"]
    for family in create_app(None).state.metrics.described():  # type: ignore[arg-type] # no request is served
        name = f"{family.name}_total" if family.type == "counter" else family.name
        lines.append(f"| `{name}` | {family.type} | {family.documentation} |")
    return "\n".join(lines) + "\n"


def _files() -> str:
    about = (
        "What `stockmesh import KIND FILE` takes. Headings are recognised whatever their capitals, accents and "
        "punctuation, by any of the names below; the unit of a measure stands in its heading (`weight_kg`, "
        "`Gewicht (g)`). `stockmesh import template KIND` prints a file to fill in.\n"
    )
    lines = ["# Files\n", about]
    for sheet in SHEETS.values():
        lines += [f"## {sheet.kind}\n", f"{sheet.about}\n"]
        if sheet.key:
            lines.append(f"No two rows may name the same {' and '.join(sheet.key)}.\n")
        lines += ["| Column | Needed | Holds | Bounds | Example | Other headings |", "|---|---|---|---|---|---|"]
        lines += [_column(column) for column in sheet.columns]
        lines += ["", *(f"{note}\n" for note in sheet.notes)]
    lines += ["## What can be wrong with a cell\n", "| Reason | The cell |", "|---|---|"]
    lines += [f"| `{reason}` | {told} |" for reason, told in REASONS.items()]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    names = ", ".join(f"`{name}`" for name in column.headings)
    needed = "yes" if column.required else ""
    aliases = ", ".join(column.aliases)
    return f"| {names} | {needed} | {column.meaning} | {_bounds(column)} | {column.example} | {aliases} |"


def _bounds(column: Column) -> str:
    """The bounds of a column in the first of its units."""
    if column.unit is Unit.SAID:
        return ""
    if not column.unit.is_figure:
        return f"up to {column.largest} characters"
    if column.unit is Unit.MONEY:
        return f"{column.smallest:,} to {column.largest:,} minor units"
    unit = {Unit.WEIGHT: " mg", Unit.LENGTH: " micrometres"}.get(column.unit, "")
    return f"{column.smallest:,} to {column.largest:,}{unit}"


def _first_line(function: Any) -> str:
    return (inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " ")


def write() -> None:
    """Writes every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
