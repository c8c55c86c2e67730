"""Numbers as files write them become whole figures of the books: a column at once where it is plain, else cell by cell.

No float is involved: digits become integers, and what is finer than the books is rounded half up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.money import divide_half_up
from stockmesh.domain.kernel.sheets.columns import Unreadable

Mask = NDArray[np.bool_]
DIGITS_MAX: Final = 18
POINT, COMMA = ".", ","
NEWLINE: Final = 10
_POWERS: Final = 10 ** np.arange(DIGITS_MAX + 1, dtype=np.int64)
_PLAIN: Final = re.compile(r"[+-]?\d+([.,]\d+)?|[+-]?[.,]\d+", re.ASCII)
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:([.,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?", re.ASCII)
_SPACES: Final = re.compile(r"['’ \u00a0\u202f]")


@dataclass(frozen=True)
class Scale:
    """How the figures of a column are written and counted: the decimal mark ("" while nothing told it), what one is in
    the books, whether it may have decimals, and whether decimals finer than the books are refused."""

    mark: str
    factor: Fraction
    whole: bool = False
    exact: bool = False


def parse_column(cells: Sequence[str], scale: Scale) -> tuple[I64, Mask]:
    """The figures of the plainly written cells (digits, at most one decimal mark), and which cells these are."""
    none = np.zeros(len(cells), dtype=np.int64), np.zeros(len(cells), dtype=np.bool_)
    power = _power_of_ten(scale.factor)
    signs = np.frombuffer(("\n".join(cells) + "\n").encode("ascii", "replace"), dtype=np.uint8)
    ends = np.flatnonzero(signs == NEWLINE)
    if power is None or len(cells) == 0 or len(ends) != len(cells):
        return none
    starts = np.concatenate([[0], ends[:-1] + 1])
    digits = signs - np.uint8(48)
    is_digit = digits < 10
    is_mark = signs == ord(scale.mark or POINT)
    counts = np.add.reduceat(is_digit.astype(np.int64), starts)
    marks = np.add.reduceat(is_mark.astype(np.int64), starts)
    decimals = np.zeros(len(cells), dtype=np.int64)
    at_mark = np.flatnonzero(is_mark)
    owner = np.searchsorted(ends, at_mark)
    decimals[owner] = ends[owner] - at_mark - 1
    plain = (counts + marks == ends - starts) & (counts > 0) & (marks <= 1) & (counts + power <= DIGITS_MAX)
    # Without a known mark, three digits after it could as well be thousands.
    plain &= (decimals > 0) | (marks == 0)
    plain &= (decimals <= (0 if scale.whole else power)) & ((marks == 0) | (bool(scale.mark) | (decimals != 3)))
    so_far = np.cumsum(is_digit)
    rank: I64 = np.repeat(so_far[ends], ends - starts + 1) - so_far
    parts = np.where(is_digit, digits, 0) * _POWERS[np.minimum(rank, DIGITS_MAX)]
    figures = np.add.reduceat(parts, starts) * _POWERS[np.clip(power - decimals, 0, DIGITS_MAX)]
    return np.where(plain, figures, 0), plain


def parse_cell(cell: str, scale: Scale) -> int:
    """The figure of one cell, however it is written. Raises Unreadable."""
    number = _decimal(cell, scale)
    figure = Fraction(number) * scale.factor
    if scale.whole and figure.denominator != 1:
        raise Unreadable("not_whole")
    if scale.exact and figure.denominator != 1:
        raise Unreadable("too_fine")
    return divide_half_up(figure.numerator, figure.denominator)


def find_mark(columns: Sequence[Sequence[str]]) -> str:
    """The decimal mark that cells of figures give away, or "" where none does or they contradict each other."""
    found = {mark for cells in columns for cell in set(cells) if (mark := _telling(cell))}
    return found.pop() if len(found) == 1 else ""


def _power_of_ten(factor: Fraction) -> int | None:
    """The exponent of a factor that is a power of ten."""
    digits = str(factor.numerator)
    return len(digits) - 1 if factor.denominator == 1 and digits.strip("0") == "1" else None


def _telling(cell: str) -> str:
    """The decimal mark of a cell in which it can only be one."""
    text = _SPACES.sub("", cell.strip())
    marks = [sign for sign in text if sign in (POINT, COMMA)]
    if not marks or not re.fullmatch(r"[+-]?[\d.,]+", text, re.ASCII):
        return ""
    last = marks[-1]
    if len(set(marks)) > 1:
        return last if marks.count(last) == 1 else ""
    if len(marks) > 1:
        return COMMA if last == POINT else POINT  # it separates thousands, so that the other one is the mark
    before, _, after = text.partition(last)
    thousands = len(after) == 3 and 1 <= len(before.lstrip("+-")) <= 3 and before.lstrip("+-") != "0"
    return "" if thousands or not after else last


def _decimal(cell: str, scale: Scale) -> Decimal:
    text = cell.strip()
    if not _PLAIN.fullmatch(text) and not _GROUPED.fullmatch(text):
        raise Unreadable("not_a_number", _without_signs(text))
    bare = _SPACES.sub("", text)
    if scale.mark:
        return Decimal(_with_mark(bare, scale.mark))
    telling = _telling(bare)
    if not telling and (POINT in bare or COMMA in bare):
        raise Unreadable("ambiguous_number", 'say it with --decimal "," or --decimal "."')
    return Decimal(_with_mark(bare, telling or POINT))


def _with_mark(bare: str, mark: str) -> str:
    """The number with a point, its thousands no longer separated. Raises Unreadable where they cannot be thousands."""
    other = COMMA if mark == POINT else POINT
    whole, _, part = bare.partition(mark)
    if other in part or (other in whole and not _GROUPED.fullmatch(whole)):
        raise Unreadable("other_decimal_mark", f"perhaps {bare.replace(other, mark)}")
    return f"{whole.replace(other, '') or '0'}.{part or '0'}"


def _without_signs(text: str) -> str:
    """What is left of a number with its unit or currency, as a suggestion; not of what other signs cut in two."""
    if re.search(r"\d\D*[^\d.,\s]\D*\d", text):
        return ""
    bare = re.sub(r"[^\d.,+-]", "", text)
    return f"perhaps {bare}" if bare and _PLAIN.fullmatch(bare) else ""
