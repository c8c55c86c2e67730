"""The pinned clock: a file's year is moved by whole 52 weeks to end in 2026, whatever day it is today."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

UK: Final = ZoneInfo("Europe/London")
CYCLE: Final = timedelta(weeks=52)
LAST_DAY: Final = date(2026, 12, 31)


def shift_to_2026(latest: date) -> timedelta:
    """The multiple of 52 weeks (weekdays stay) that brings `latest` as late into 2026 as it can go."""
    return CYCLE * ((LAST_DAY - latest) // CYCLE)


def uk_to_utc(local: datetime) -> datetime:
    """The instant of a UK wall clock. Of an hour that occurs twice in autumn, the first."""
    return local.replace(tzinfo=UK).astimezone(UTC)
