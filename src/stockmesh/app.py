"""The composition root: settings become a database, a clock, a gazetteer, and the context that flows share."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from stockmesh import compiled_code
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.flows.context import Context, HoldLimits
from stockmesh.flows.keeping_secrets import encrypt_plain
from stockmesh.flows.set_up import renew_engine
from stockmesh.gateways.engine import engine_version
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.store import embedded
from stockmesh.store.database import Database
from stockmesh.store.limits import Limits
from stockmesh.store.migrating import migrate
from stockmesh.store.secret_keys import Vault, source_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX: Final = "STOCKMESH_"
# Of the guide's examples: for programs that call the service.
OF_OTHERS: Final = ("STOCKMESH_KEY",)
# Their values hold passwords and keys: a sentence never repeats them.
UNSPOKEN: Final = ("database_url", "secret_key")
# PostgreSQL counts time-outs in milliseconds, in 32 bits.
SECONDS_MAX: Final = 2_000_000


@dataclass(eq=False)
class BadSettings(Refusal):
    """Something is set that cannot be meant; nothing was begun."""

    problems: tuple[str, ...]
    code = "bad_settings"
    text = "{problems}. The settings and what they mean: docs/reference/settings.md."


def _is_database(address: str) -> str:
    try:
        conninfo_to_dict(address)
    except ProgrammingError:
        raise ValueError("is no address such as postgresql://USER:PASSWORD@HOST/DATABASE") from None
    return address


def _are_networks(text: str) -> str:
    for part in filter(None, map(str.strip, text.split(","))):
        try:
            ip_network(part)
        except ValueError:
            raise ValueError(f"{part!r} is neither an address nor a network such as 10.1.0.0/16") from None
    return text


class Settings(BaseSettings):
    """What can be set from outside, each as STOCKMESH_<NAME>; set to nothing is not set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True)

    database_url: Annotated[str, AfterValidator(_is_database)] = Field(
        default="", description="your own PostgreSQL; empty starts the embedded one"
    )
    home: Path = Field(default_factory=embedded.default_home, description="where the embedded PostgreSQL's data lie")
    host: str = Field(default="127.0.0.1", description="the address the service listens on")
    port: int = Field(default=8420, ge=1, le=65_535, description="the port the service listens on")
    auth: Literal["required", "off"] = Field(
        default="required", description="`off` lets in whoever can reach the service: on loopback only"
    )
    public_url: str = Field(
        default="", description="behind a reverse proxy the address people use, such as `https://stock.example.com`"
    )
    availability_low: int = Field(
        default=5, ge=0, description="at this many units and less an item is told to be of limited availability"
    )
    webhook_networks: str = Field(
        default="",
        description="private networks that webhooks may be sent to, parted by commas; none unless said",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="the key that encrypts secrets at rest, the same for all processes on one database; several parted "
        "by commas, the first encrypts; empty keeps one in the file secret.key of the home folder",
    )
    hold_minutes: int = Field(default=15, ge=1, description="how long a cart is held unless the request says so")
    hold_minutes_max: int = Field(default=60, ge=1, description="how long a cart is held at most, extended or not")
    hold_units_max: int = Field(default=1_000, ge=1, description="units one cart may be held with")
    holds_of_customer: int = Field(default=10, ge=1, description="carts one customer may have held at once")
    holds_of_caller: int = Field(default=100_000, ge=1, description="carts one caller of the API may have held at once")
    idempotency_hours: int = Field(default=24, ge=1, description="how long the answer to an Idempotency-Key is kept")
    import_bytes_max: int = Field(
        default=1_000_000_000, ge=1, description="the largest file that may be brought over HTTP, in bytes"
    )
    body_seconds: float = Field(
        default=30, gt=0, description="how long a body may take to come in; a large one longer, at 10 kB a second"
    )
    request_seconds: float = Field(default=60, gt=0, description="how long an answer may take to begin")
    requests_per_second: int = Field(
        default=10_000,
        ge=0,
        description="requests a second of one caller, per process; 0: any number",
    )
    requests_at_once: int = Field(default=10_000, ge=1, description="requests under way at once, per process")
    batch_orders: int = Field(default=500, ge=1, le=10_000, description="orders placed together by imports")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="from which level on the service logs; `debug` tells of every order posted"
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="`json` lines or `text`; `auto` is text on a terminal, JSON elsewhere"
    )
    proxies: Annotated[str, AfterValidator(_are_networks)] = Field(
        default="",
        description="addresses or networks of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are "
        "believed, parted by commas; none unless said",
    )
    grace_seconds: int = Field(
        default=10, ge=0, le=3_600, description="how long a service that stops waits for requests under way"
    )
    connections: int = Field(default=8, ge=2, le=200, description="connections to the database at most, per process")
    statement_seconds: int = Field(
        default=30,
        ge=0,
        le=SECONDS_MAX,
        description="a statement of the service is given up after this many seconds; 0: never",
    )
    lock_seconds: int = Field(
        default=10,
        ge=0,
        le=SECONDS_MAX,
        description="the service waits this many seconds for a row another holds; 0: for ever",
    )
    idle_transaction_seconds: int = Field(
        default=60,
        ge=0,
        le=SECONDS_MAX,
        description="the database ends a transaction of the service that idles so long; 0: never",
    )
    backups: Path | None = Field(
        default=None, description="the folder that backups are written to, so that the age of the newest can be told"
    )
    disk_free_min_mb: int = Field(
        default=512, ge=0, description="orders are refused while less than this is free in the embedded data folder"
    )


def read_settings() -> Settings:
    """The settings of this process. Raises BadSettings with all that is wrong, and BadSecretKey."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise BadSettings(problems=tuple(map(_tell, error.errors(include_url=False)))) from None
    if key := settings.secret_key.get_secret_value():
        source_of(key, settings.home).read()
    return settings


def _tell(problem: "ErrorDetails") -> str:
    """One problem as a sentence's part."""
    name = str(problem["loc"][0])
    said = problem["msg"].removeprefix("Value error, ").replace("Input should", "should", 1)
    value = "" if name in UNSPOKEN else f"={problem['input']}"
    return f"{PREFIX}{name.upper()}{value}: {said}"


def unknown_settings(names: Collection[str]) -> dict[str, str]:
    """Variables that look like settings and are none, each with the setting it may be meant for, or nothing."""
    known = [name.upper() for name in Settings.model_fields]
    looks = sorted(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX) and name not in OF_OTHERS)
    strange = {name: get_close_matches(name, known, n=1) for name in looks if name not in known}
    return {f"{PREFIX}{name}": f"{PREFIX}{meant[0]}" if meant else "" for name, meant in strange.items()}


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def where_data_lie(settings: Settings) -> str:
    """The database in words: a folder of the embedded server, or the address of your own without its password."""
    if settings.database_url:
        return re.sub(r"(?<=:)[^:@/]+(?=@)", "***", settings.database_url)
    return str(settings.home.expanduser().resolve())


def start_database(settings: Settings) -> str:
    """The address of the database, the embedded server started unless one is set."""
    return settings.database_url or str(embedded.start(settings.home).get_uri())


def hold_limits(settings: Settings) -> HoldLimits:
    """What carts may be held with."""
    return HoldLimits(
        minutes=min(settings.hold_minutes, settings.hold_minutes_max),
        minutes_max=settings.hold_minutes_max,
        units_max=settings.hold_units_max,
        of_customer=settings.holds_of_customer,
        of_caller=settings.holds_of_caller,
    )


NO_LIMITS: Final = Limits()


def service_limits(settings: Settings) -> Limits:
    """What a service allows the database: clients wait for it. A command may take as long as it needs."""
    return Limits(settings.statement_seconds, settings.lock_seconds, settings.idle_transaction_seconds)


def warm_core() -> None:
    """Has the core compiled, or loads it: a minute once for a release, which nobody should wait for in an order."""
    from stockmesh.domain.sourcing.warming import warm

    with compiled_code.writing_alone():
        warm()
        compiled_code.forget_old_code()


@contextmanager
def open_context(settings: Settings, limits: Limits = NO_LIMITS) -> Iterator[Context]:
    """The context of a running program, its database started and at today's schema; closed at the end."""
    url = start_database(settings)
    migrate(url)  # the first to connect: a server that is not there is told at once
    database = Database(url, connections_max=settings.connections, options=limits.options()).open()
    try:
        context = Context(
            database=database,
            clock=utc_now,
            load_gazetteer=load_gazetteer,
            engine=engine_version(),
            vault=Vault(source_of(settings.secret_key.get_secret_value(), settings.home)),
            hold_limits=hold_limits(settings),
            keys_kept=timedelta(hours=settings.idempotency_hours),
        )
        renew_engine(context)
        encrypt_plain(context)
        yield context
    finally:
        database.close()
