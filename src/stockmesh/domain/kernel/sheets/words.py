"""Words that cells say: days, instants, times, choices, yes and no. Each reader raises Unreadable."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from stockmesh.domain.kernel.sheets.columns import Unreadable

YES: Final = frozenset({"yes", "y", "true", "1", "x", "ja", "j", "oui", "si", "wahr"})
NO: Final = frozenset({"no", "n", "false", "0", "nein", "non", "falsch"})
YEARS: Final = range(2000, 2100)
_ORDERED: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(.*)", re.ASCII | re.DOTALL)

_POINTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


def read_day(text: str) -> date:
    """A day written 2026-03-02, or 2.3.2026: with points the day always comes first."""
    pointed = _POINTED.fullmatch(text)
    if pointed:
        text = f"{pointed[3]}-{int(pointed[2]):02}-{int(pointed[1]):02}"
    try:
        day = date.fromisoformat(text[:10] if text[10:11] in (" ", "T") else text)
    except ValueError:
        raise Unreadable("not_a_day", _other_order(text)) from None
    if day.year not in YEARS:
        raise Unreadable("not_a_day", f"the year {day.year} cannot be meant")
    return day


def read_instant(text: str) -> datetime:
    """An instant with its time zone, in UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("not_an_instant", _other_order(text) or "write it as 2026-03-02T18:00:00Z") from None
    if instant.tzinfo is None:
        raise Unreadable("no_time_zone", f"perhaps {text}Z" if "T" in text or " " in text else f"perhaps {text}T00:00Z")
    if instant.year not in YEARS:
        raise Unreadable("too_long_ago")
    return instant.astimezone(UTC)


def read_time(text: str) -> time:
    """A time of day written 14:00."""
    try:
        return time.fromisoformat(text.zfill(5) if text[1:2] == ":" else text)
    except ValueError:
        raise Unreadable("not_a_time", "write it as 14:00") from None


def read_yes(text: str) -> bool:
    """Yes or no."""
    word = text.casefold()
    if word not in YES | NO:
        raise Unreadable("not_a_choice", "yes or no")
    return word in YES


def read_list(text: str) -> tuple[str, ...]:
    """Words separated by blanks, bars, commas or semicolons."""
    return tuple(filter(None, re.split(r"[\s|,;]+", text)))


def choice(words: Mapping[str, Any]) -> Callable[[str], Any]:
    """A reader of a few words, in any letters."""
    return partial(_choose, {word.casefold(): value for word, value in words.items()})


def _choose(words: Mapping[str, Any], text: str) -> Any:
    said = text.casefold()
    if said not in words:
        close = get_close_matches(said, words, n=1)
        raise Unreadable("not_a_choice", f"perhaps {close[0]}" if close else f"one of {', '.join(words)}")
    return words[said]


def _other_order(text: str) -> str:
    """A day whose parts stand in another order than year, month, day, as a suggestion."""
    match = _ORDERED.fullmatch(text)
    if match is None:
        return "write it as 2026-03-02"
    first, second, year, _ = match.groups()
    year = year if len(year) == 4 else f"20{year}"
    told = [(second, first), (first, second)]
    days = [f"{year}-{int(month):02}-{int(day):02}" for month, day in told if int(month) <= 12 and int(day) <= 31]
    return "perhaps " + " or ".join(dict.fromkeys(days)) if days else "write it as 2026-03-02"
