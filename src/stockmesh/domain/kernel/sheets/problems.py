"""What is wrong with a file: every problem counted, the first of each reason listed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

LISTED_MAX: Final = 100
VALUE_SHOWN_MAX: Final = 60

REASONS: Final[Mapping[str, str]] = {
    "missing": "is empty, and the column is needed",
    "not_a_number": "is not a number",
    "not_whole": "is not a whole number of units",
    "ambiguous_number": "may have a decimal mark or separate thousands; nothing in the file tells which",
    "other_decimal_mark": "is written with the other decimal mark",
    "too_small": "is smaller than can be",
    "too_large": "is larger than can be",
    "too_fine": "has more decimals than the currency",
    "too_long": "is longer than can be kept",
    "control_character": "holds characters that cannot be seen",
    "formula": "is a formula, not its value",
    "spreadsheet_error": "is a spreadsheet's error",
    "merged": "is merged with the cell above, and may mean the same or nothing",
    "number_for_code": "is a code that a spreadsheet made a number of",
    "lost_zeros": "has lost its leading zeros",
    "not_a_choice": "is none of the words this column takes",
    "not_a_day": "is not a day",
    "not_an_instant": "is not an instant",
    "no_time_zone": "has no time zone",
    "in_future": "lies in the future",
    "too_long_ago": "lies before the year 2000",
    "not_a_time": "is not a time of day",
    "cut_off_of_closed": "is a cut-off of a day that is not said to be open",
    "not_a_country": "is not a country",
    "not_a_postcode": "is not a postcode of the country",
    "not_an_area": "is no postal area",
    "not_a_time_zone": "is not a time zone",
    "not_a_calendar": "is not a calendar of public holidays",
    "not_a_currency": "is not a currency we know",
    "cells_beyond_headings": "has more cells than the file has headings",
    "quote_open": "cannot be read: a quotation mark is open, or a cell is too large",
    "headings_again": "repeats the headings",
    "twice": "stands in the file twice",
    "contradicts": "says something else than an earlier row about the same",
    "unknown_sku": "is not an item of the owner",
    "unknown_location": "is not a location",
    "unknown_carrier": "is not a carrier",
    "unknown_channel": "is not a channel of the owner",
    "unknown_service": "is not a service of a carrier that picks up there",
    "kit_has_no_stock": "is a kit: its components lie in stock, it does not",
    "stocked_as_item": "has units of its own or orders that wait for some, and so cannot become a kit",
    "component_is_kit": "is itself a kit",
    "not_served": "is a country that no rate card has prices for",
    "order_taken": "is in the books already, with other content",
    "card_taken": "is a version of a card that is in the books with other prices",
    "bad_card": "does not make a rate card",
    "bad_lane": "does not say how long it takes",
    "bad_order": "does not make an order",
}


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be taken. `row` is the row as a spreadsheet numbers it: the headings stand in row 1."""

    row: int
    column: str
    value: str
    reason: str
    suggestion: str = ""

    def __str__(self) -> str:
        value = f"{self.value!r} " if self.value else ""
        said = f"row {self.row}, {self.column}: {value}{REASONS[self.reason]}"
        return f"{said} ({self.suggestion})" if self.suggestion else said


@dataclass(eq=False)
class Findings:
    """The problems of a file: all are counted, the first LISTED_MAX of every reason are listed. `bad` holds the row of
    every problem with the place of its `why`, so that rows can be set aside."""

    listed: list[Problem] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    bad: dict[int, int] = field(default_factory=dict)
    why: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.totals.total()

    def add(self, problem: Problem) -> None:
        """Counts a problem, and lists it while its reason has few."""
        self.totals[problem.reason] += 1
        self.set_aside([problem.row], f"{problem.column} {REASONS[problem.reason]}")
        if self.totals[problem.reason] <= LISTED_MAX:
            self.listed.append(problem)

    def count(self, reason: str, column: str, rows: Iterable[int]) -> None:
        """Counts rows whose problem is not listed one by one."""
        numbers = list(rows)
        if numbers:
            self.totals[reason] += len(numbers)
            self.set_aside(numbers, f"{column} {REASONS[reason]}")

    def set_aside(self, rows: Iterable[int], why: str) -> None:
        """Marks rows as bad, for their first reason."""
        number = self.why.setdefault(why, len(self.why))
        for row in rows:
            self.bad.setdefault(row, number)

    def reasons_by_row(self) -> dict[int, str]:
        """Why each bad row is set aside."""
        words = list(self.why)
        return {row: words[number] for row, number in self.bad.items()}

    def sorted(self) -> list[Problem]:
        """The listed problems in the order of the file."""
        return sorted(self.listed, key=lambda one: (one.row, one.column, one.reason))


def shown(value: str) -> str:
    """A value as a report shows it: cut where it is long."""
    return value if len(value) <= VALUE_SHOWN_MAX else value[: VALUE_SHOWN_MAX - 1] + "…"
