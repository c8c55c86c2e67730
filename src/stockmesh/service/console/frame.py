"""The frame every page shares: templates, static files, navigation, and how figures are written."""

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import stockmesh
from stockmesh.domain.carriers.bills import BillLine
from stockmesh.domain.kernel.money import Money, format_minor
from stockmesh.domain.network.countries import COUNTRIES
from stockmesh.domain.sourcing.explanation import ChargeLine, charge_text
from stockmesh.service.access.needing import find_caller
from stockmesh.service.guards import nonce_of

STATIC: Final = Path(__file__).parent / "static"
STATIC_PATH: Final = "/console/static"


class Screen(NamedTuple):
    """A screen of the left navigation. `key` follows `g`; `scope` is what a caller needs to be shown it."""

    address: str
    name: str
    key: str
    scope: str


SCREENS: Final = (
    Screen("/console/stock", "Stock", "s", "stock:read"),
    Screen("/console/orders", "Orders", "o", "orders:read"),
    Screen("/console/promise", "Promise", "d", "orders:read"),
    Screen("/console/carriers", "Carriers", "c", "orders:read"),
    Screen("/console/policy", "Policy", "y", "orders:read"),
    Screen("/console/imports", "Import", "i", "imports:read"),
    Screen("/console/shops", "Shops", "p", "shops:read"),
    Screen("/console/webhooks", "Webhooks", "w", "webhooks:read"),
    Screen("/console/audit", "Audit", "t", "system:read"),
    Screen("/console/keys", "API keys", "a", "keys:admin"),
    Screen("/console/users", "Users", "u", "users:admin"),
    Screen("/console/health", "Health", "h", "system:read"),
)
SYMBOLS: Final = {"GBP": "£", "EUR": "€", "USD": "$"}


@cache
def static_version() -> str:
    """A digest of our own static files, part of their address, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(STATIC).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def static_url(path: str) -> str:
    """The address of a static file."""
    return f"{STATIC_PATH}/{static_version()}/{path}"


class KeptStatic(StaticFiles):
    """Static files that browsers keep: their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        # Files import each other by relative address, so the version stands in the path and not in a query.
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def mount_static(app: FastAPI) -> None:
    """Serves the console's static files."""
    app.mount(f"{STATIC_PATH}/{static_version()}", KeptStatic(directory=STATIC), name="static")


def write_money(money: Money) -> str:
    """An amount as people of the trade write it: `£1,234.50`."""
    written = format_minor(abs(money.minor), money.currency)
    whole, point, part = written.partition(".")
    sign = "-" if money.minor < 0 else ""
    symbol = SYMBOLS.get(money.currency, f"{money.currency} ")
    return f"{sign}{symbol}{int(whole):,}{point}{part}"


def write_charge(line: BillLine, currency: str) -> str:
    """An amount of a carrier's bill, with as many decimals as it needs."""
    return charge_text(ChargeLine(line.code, line.amount_micro, currency))


def write_count(number: int) -> str:
    """A whole number with thousands set apart."""
    return f"{number:,}"


def write_instant(instant: datetime) -> str:
    """An instant in UTC to the minute."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def write_day(day: date) -> str:
    """A day with its weekday."""
    return day.strftime("%a %Y-%m-%d")


def write_weight(milligrams: int) -> str:
    """A weight in grams or kilograms."""
    if milligrams >= 1_000_000:
        return f"{milligrams / 1_000_000:,.2f} kg"
    return f"{milligrams / 1_000:,.0f} g"


def write_country(code: str) -> str:
    """The English name of a country."""
    return COUNTRIES.get(code, code)


def write_words(code: str) -> str:
    """A code in words: `order_placed` is `order placed`, and `weight_mg`, whose unit is written apart, `weight`."""
    words = code.split("_")
    return " ".join(words[:-1] if words[-1] in ("mg", "um") else words)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "money": write_money,
        "count": write_count,
        "instant": write_instant,
        "day": write_day,
        "weight": write_weight,
        "country": write_country,
        "words": write_words,
    }
    environment.globals |= {
        "charge": write_charge,
        "static": static_url,
        "screens": SCREENS,
        "version": stockmesh.__version__,
    }
    return environment


def render(request: Request, template: str, status: int = 200, /, **facts: Any) -> Response:
    """A page, or the part of one that a drawer shows."""
    text = (
        _templates()
        .get_template(template)
        .render(
            path=request.url.path,
            host=str(request.base_url).rstrip("/"),
            nonce=nonce_of(request),
            as_of=request.app.state.context.clock(),
            caller=find_caller(request),
            form_token=getattr(request.state, "form_token", ""),
            **facts,
        )
    )
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})


def query_of(asked: dict[str, Any], **changes: Any) -> str:
    """A query string of what is asked for, without what is not; `changes` replace or (None) remove."""
    return urlencode({name: str(value) for name, value in (asked | changes).items() if value not in (None, "")})
