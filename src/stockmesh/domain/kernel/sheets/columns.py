"""Columns declared once: headings are recognised, cells checked, documentation and templates written from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any, Final

Reader = Callable[[str], Any]


class Unit(Enum):
    """What the cells of a column are. The figures in the books are whole: milligrams, micrometres, units, minor units
    of the book currency."""

    TEXT = "text"
    CODE = "code"
    SAID = "one of a few words, or a day, a time, a place"
    WHOLE = "whole units"
    MONEY = "money of the book currency"
    WEIGHT = "weight"
    LENGTH = "length"

    @property
    def is_figure(self) -> bool:
        """Whether cells are numbers."""
        return self in (Unit.WHOLE, Unit.MONEY, Unit.WEIGHT, Unit.LENGTH)


# What a figure is multiplied by to stand in the books; the heading says the unit: weight_kg, "Gewicht (g)".
WEIGHTS: Final[Mapping[str, Fraction]] = {
    "mg": Fraction(1),
    "g": Fraction(10**3),
    "kg": Fraction(10**6),
    "oz": Fraction(45_359_237, 1_600),
    "lb": Fraction(45_359_237, 100),
}
LENGTHS: Final[Mapping[str, Fraction]] = {
    "mm": Fraction(10**3),
    "cm": Fraction(10**4),
    "m": Fraction(10**6),
    "in": Fraction(25_400),
}
SCALES: Final[Mapping[Unit, Mapping[str, Fraction]]] = {Unit.WEIGHT: WEIGHTS, Unit.LENGTH: LENGTHS}


@dataclass(frozen=True)
class Column:
    """One column: its name, what it means, other headings it goes by, and what its cells may hold.

    `smallest` and `largest` bound figures as they stand in the books, `largest` the characters of texts. `read` makes a
    value of a word and raises Unreadable; words repeat, so that each is read once. An optional column that a file lacks
    leaves what the books say; `fallback` is what stands for an empty cell.
    """

    name: str
    unit: Unit
    meaning: str
    example: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    smallest: int = 0
    largest: int = 200
    fallback: str = ""
    read: Reader | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that name it in full: a measure is named with its unit."""
        scales = SCALES.get(self.unit)
        return tuple(f"{self.name}_{unit}" for unit in scales) if scales else (self.name,)


@dataclass(frozen=True)
class Sheet:
    """A kind of file: its columns, and those that together name what a row is about (no two rows may name the same).
    A sheet whose rows make up larger things has no key."""

    kind: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)

    def find(self, name: str) -> Column | None:
        """The column of this name, or None."""
        return next((column for column in self.columns if column.name == name), None)


class Unreadable(ValueError):
    """A cell that says nothing we know: the reason's code and, where there is one, what was probably meant."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion
