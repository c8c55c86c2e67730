"""The headings of a file become columns: by name, by alias, with their unit, or as somebody says."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from stockmesh.domain.kernel.sheets.columns import SCALES, Column, Sheet, Unit
from stockmesh.domain.kernel.sheets.problems import shown
from stockmesh.domain.kernel.sheets.refusals import HeadingTwice, SheetColumnsMissing, UnitMissing, UnknownMapping

ONE = Fraction(1)


@dataclass(frozen=True)
class Heading:
    """A heading that was recognised: where it stands, which column it is, and what one of its figures is in the
    books."""

    place: int
    written: str
    column: Column
    factor: Fraction


@dataclass(frozen=True)
class Headings:
    """The headings of a file; those it has besides are `ignored`, each with the column it may have meant or ""."""

    width: int
    found: tuple[Heading, ...]
    ignored: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that the file has."""
        return tuple(heading.column.name for heading in self.found)


def read_headings(sheet: Sheet, cells: Sequence[str], mapping: Mapping[str, str]) -> Headings:
    """The columns of a file. Raises SheetColumnsMissing, HeadingTwice, UnitMissing and UnknownMapping.

    `mapping`: headings of the file to columns, as somebody says; the rest goes by name.
    """
    written = [cell.strip() for cell in cells]
    meant = _mapped(sheet, written, mapping)
    named = {name for name, _ in meant.values()}
    found, ignored = [], []
    for place, heading in enumerate(written):
        match = meant.get(heading) or find_column(sheet, heading)
        if match is None or (heading not in meant and match[0] in named):
            if heading:
                ignored.append((heading, _nearest(sheet, heading)))
            continue
        column, unit = _get(sheet, match[0]), match[1]
        found.append(Heading(place, heading, column, _factor(heading, column, unit)))
    _check(sheet, found, written)
    return Headings(len(written), tuple(found), tuple(ignored))


def find_column(sheet: Sheet, heading: str) -> tuple[str, str] | None:
    """The column a heading names and the unit it says, or None."""
    plain = plain_words(heading)
    for column in sheet.columns:
        for name in (column.name, *column.aliases):
            if plain == plain_words(name):
                return column.name, ""
            named, _, unit = plain.rpartition("_")
            if named.removesuffix("_in") == plain_words(name) and unit in SCALES.get(column.unit, ()):
                return column.name, unit
    return None


def plain_words(heading: str) -> str:
    """A heading in small letters, its words joined by underscores: `Gewicht (kg)` is gewicht_kg. Accents are left out,
    and umlauts written as two letters are one."""
    bare = unicodedata.normalize("NFKD", heading.casefold().replace("ß", "ss"))
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return re.sub(r"(?<=[aou])e", "", re.sub(r"[^a-z0-9]+", "_", letters)).strip("_")


def _mapped(sheet: Sheet, written: Sequence[str], mapping: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    meant = {}
    for heading, name in mapping.items():
        match = find_column(sheet, name)
        if heading not in written or match is None:
            columns = tuple(column.name for column in sheet.columns)
            raise UnknownMapping(heading=heading, column=name, columns=columns, found=_some(written))
        meant[heading] = match
    return meant


def _get(sheet: Sheet, name: str) -> Column:
    return next(column for column in sheet.columns if column.name == name)


def _factor(heading: str, column: Column, unit: str) -> Fraction:
    scales = SCALES.get(column.unit)
    if scales is None:
        return ONE
    if not unit:
        raise UnitMissing(heading=heading, wanted=column.headings)
    return scales[unit]


def _check(sheet: Sheet, found: Sequence[Heading], written: Sequence[str]) -> None:
    names = [heading.column.name for heading in found]
    for name in names:
        if names.count(name) > 1:
            twice = tuple(heading.written for heading in found if heading.column.name == name)
            raise HeadingTwice(column=name, headings=twice)
    missing = tuple(_told(column) for column in sheet.columns if column.required and column.name not in names)
    if missing:
        raise SheetColumnsMissing(kind=sheet.kind, columns=missing, found=_some(written))


def _some(written: Sequence[str]) -> tuple[str, ...]:
    """The headings as a message shows them: not all of a file that is no table."""
    return tuple(shown(heading) for heading in written if heading)[:40]


def _told(column: Column) -> str:
    return " or ".join(column.headings) if column.unit in (Unit.WEIGHT, Unit.LENGTH) else column.name


def _nearest(sheet: Sheet, heading: str) -> str:
    names = {plain_words(name): column.name for column in sheet.columns for name in (column.name, *column.aliases)}
    close = get_close_matches(plain_words(heading), names, n=1, cutoff=0.75)
    return names[close[0]] if close else ""
