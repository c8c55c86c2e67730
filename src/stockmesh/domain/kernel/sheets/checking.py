"""The cells of a stretch of rows become values, column by column; what cannot be taken becomes problems.

A stretch that is plainly written is checked as a whole; only in others is every cell looked at.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.sheets.columns import Column, Unit, Unreadable
from stockmesh.domain.kernel.sheets.figures import Mask, Scale, parse_cell, parse_column
from stockmesh.domain.kernel.sheets.headings import Heading, Headings
from stockmesh.domain.kernel.sheets.problems import Findings, Problem, shown

SPREADSHEET_ERRORS: Final = (
    "#N/A",
    "#NAME?",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#NV",
    "#WERT!",
    "#BEZUG!",
)
MERGED: Final = "#MERGED!"  # what stands in the cells of a workbook that were merged with the one above
_NUMBERED: Final = re.compile(r"\d([.,]\d+)?E\+\d+", re.ASCII)
_QUOTED_FORMULA: Final = re.compile(r'="([^"]*)"')


@dataclass(frozen=True)
class Stretch:
    """Some rows of a file: their numbers as a spreadsheet gives them, and their cells by column."""

    rows: Sequence[int]
    cells: Sequence[Sequence[str]]  # one sequence per heading found


@dataclass(frozen=True, eq=False)
class Checked:
    """The values of a stretch. Texts are "" and figures 0 where a cell is empty; `given` tells them apart. `good` rows
    have no problem."""

    rows: I64
    good: Mask
    texts: Mapping[str, list[str]]
    figures: Mapping[str, I64]
    said: Mapping[str, list[Any]]
    given: Mapping[str, Mask]


@dataclass(eq=False)
class Checker:
    """Checks the stretches of one file. `minor` is what one of the book currency is in minor units."""

    headings: Headings
    mark: str
    minor: int
    findings: Findings
    _read: dict[str, dict[str, Any]] = field(default_factory=dict)

    def check(self, stretch: Stretch) -> Checked:
        """The values of a stretch; its problems go to the findings."""
        rows = np.array(stretch.rows, dtype=np.int64)
        good = np.ones(len(rows), dtype=np.bool_)
        texts, figures, said, given = {}, {}, {}, {}
        for heading, cells in zip(self.headings.found, stretch.cells, strict=True):
            name = heading.column.name
            one = _OfColumn(heading, list(map(str.strip, cells)), rows, good, self.findings)
            given[name] = one.given()
            if heading.column.unit.is_figure:
                figures[name] = one.figures(self._scale(heading))
            elif heading.column.unit is Unit.SAID:
                said[name] = one.said(self._read.setdefault(name, {}))
            else:
                texts[name] = one.texts()
        return Checked(rows, good, texts, figures, said, given)

    def _scale(self, heading: Heading) -> Scale:
        unit = heading.column.unit
        if unit is Unit.MONEY:
            return Scale(self.mark, Fraction(self.minor), exact=True)
        return Scale(self.mark, heading.factor, whole=unit is Unit.WHOLE)


@dataclass(eq=False)
class _OfColumn:
    """One column of a stretch."""

    heading: Heading
    cells: list[str]
    rows: I64
    good: Mask
    findings: Findings

    def given(self) -> Mask:
        """Which cells say something; empty ones get the fallback, or are a problem where the column is needed."""
        column = self.column
        if "" not in self.cells:
            return np.ones(len(self.cells), dtype=np.bool_)
        given = np.array(self.cells, dtype=np.bool_)
        if column.required and not column.fallback:
            for place in np.flatnonzero(~given):
                self._refuse(int(place), Unreadable("missing"))
        self.cells = [cell or column.fallback for cell in self.cells]
        return np.array(self.cells, dtype=np.bool_)

    @property
    def column(self) -> Column:
        return self.heading.column

    def texts(self) -> list[str]:
        """Texts without what nobody can see, no longer than can be kept."""
        if _is_plain(self.cells, self.column):
            return self.cells
        return self._one_by_one(lambda cell: clean_text(cell, self.column), "")

    def said(self, known: dict[str, Any]) -> list[Any]:
        """What the words of the column stand for; every word is read once."""
        read = self.column.read
        if read is None:
            return list(self.cells)
        for word in set(self.cells).difference(known):
            if word:
                known[word] = _read_word(word, read)
        if any(isinstance(known.get(word), Unreadable) for word in set(self.cells)):
            return self._one_by_one(lambda cell: _told(known[cell]), None)
        known[""] = None
        return list(map(known.__getitem__, self.cells))

    def figures(self, scale: Scale) -> I64:
        """Whole figures of the books within the column's bounds."""
        figures, plain = parse_column(self.cells, scale)
        for place in np.flatnonzero(~plain):
            if self.cells[place]:
                try:
                    figure = parse_cell(_value_of(self.cells[place]), scale)
                    figures[place] = min(max(figure, -(2**62)), 2**62)
                except Unreadable as problem:
                    self._refuse(int(place), problem)
                    figures[place] = self.column.smallest
            else:
                figures[place] = self.column.smallest
        for reason, outside in (
            ("too_small", figures < self.column.smallest),
            ("too_large", figures > self.column.largest),
        ):
            for place in np.flatnonzero(outside):
                self._refuse(int(place), Unreadable(reason))
        return figures

    def _one_by_one(self, read: Callable[[str], Any], empty: Any) -> list[Any]:
        values = []
        for place, cell in enumerate(self.cells):
            try:
                values.append(read(cell) if cell else empty)
            except Unreadable as problem:
                self._refuse(place, problem)
                values.append(empty)
        return values

    def _refuse(self, place: int, problem: Unreadable) -> None:
        self.good[place] = False
        value = shown(self.cells[place])
        self.findings.add(
            Problem(int(self.rows[place]), self.heading.written, value, problem.reason, problem.suggestion)
        )


def clean_text(cell: str, column: Column) -> str:
    """The text of a cell. Raises Unreadable."""
    text = _value_of(cell)
    if not text.isprintable():
        seen = "".join(sign for sign in text if sign.isprintable())
        raise Unreadable("control_character", f"perhaps {shown(seen)}" if seen else "")
    if column.unit is Unit.CODE and _NUMBERED.fullmatch(text):
        raise Unreadable("number_for_code", "it is rounded; take it anew, into a column formatted as text")
    if len(text) > column.largest:
        raise Unreadable("too_long", f"at most {column.largest} characters")
    return text


def _is_plain(cells: Sequence[str], column: Column) -> bool:
    """Whether no cell needs a second look."""
    together = "".join(cells)
    lines = "\n" + "\n".join(cells)
    doubtful = "\n=" in lines or "\n#" in lines or (column.unit is Unit.CODE and "E+" in together)
    return together.isprintable() and not doubtful and max(map(len, cells), default=0) <= column.largest


def _value_of(cell: str) -> str:
    """The text of a cell that is no formula and no error of a spreadsheet. Raises Unreadable."""
    text = _unquoted(cell)
    if text.startswith("="):
        raise Unreadable("formula", "paste the values, not the formulas")
    if text == MERGED:
        raise Unreadable("merged", "take the cells apart and fill in every row")
    if text.upper() in SPREADSHEET_ERRORS:
        raise Unreadable("spreadsheet_error")
    return text


def _unquoted(cell: str) -> str:
    """The text that a formula such as ="00123" only quotes, so that a spreadsheet leaves its zeros."""
    quoted = _QUOTED_FORMULA.fullmatch(cell)
    return quoted[1].strip() if quoted else cell


def _read_word(word: str, read: Callable[[str], Any]) -> Any:
    """What a word stands for, or the Unreadable that says why nothing."""
    try:
        text = _value_of(word)
        if not text.isprintable():
            return Unreadable("control_character")
        return read(text)
    except Unreadable as problem:
        return problem


def _told(value: Any) -> Any:
    if isinstance(value, Unreadable):
        raise value
    return value
