"""Names that the books do not know, with those that were probably meant."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import islice, takewhile
from typing import Final

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.sheets.columns import Unreadable
from stockmesh.domain.kernel.sheets.problems import LISTED_MAX
from stockmesh.flows.importing.staging import Staging
from stockmesh.store.database import rows
from stockmesh.store.vectors import Vector

COLUMN_OF: Final = {"unknown_sku": "sku", "unknown_location": "location", "kit_has_no_stock": "sku"}
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]")


def describe_strange(staging: Staging, reason: str, numbers: I64) -> None:
    """Refuses staged rows that name an item or a location we do not know, with what was probably meant."""
    name = COLUMN_OF[reason]
    listed = numbers[:LISTED_MAX]
    found = rows(staging.session, "imports/staged_stock", job_id=staging.job_id, rows=Vector(listed))
    names = [row[name] for row in found]
    meant = suggest(staging, reason, names)
    for row in found:
        told, suggestion = meant.get(row[name], (reason, ""))
        staging.refuse(row["row_no"], name, row[name], told, suggestion)
    staging.findings.count(reason, name, numbers[LISTED_MAX:].tolist())


def describe_twice(staging: Staging) -> None:
    """Refuses rows that are about what an earlier row is about."""
    repeats = staging.find_repeats()
    column = " and ".join(staging.written[name] for name in staging.sheet.key if name in staging.written)
    for row, first in islice(repeats.items(), LISTED_MAX):
        staging.refuse(row, column, "", "twice", f"first in row {first}")
    staging.findings.count("twice", column, islice(repeats, LISTED_MAX, None))


def describe_zeroless(staging: Staging, numbers: I64) -> None:
    """Refuses staged rows of items whose number is a known one without its leading zeros: they would be items anew."""
    found = rows(staging.session, "imports/staged_items", job_id=staging.job_id, rows=Vector(numbers[:LISTED_MAX]))
    meant = similar_skus(staging, [row["sku"] for row in found])
    for row in found:
        staging.refuse(row["row_no"], "sku", row["sku"], "lost_zeros", meant[row["sku"]][1])
    staging.findings.count("lost_zeros", "sku", numbers[LISTED_MAX:].tolist())


def suggest(staging: Staging, reason: str, names: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """For unknown names the reason as it turns out to be, and what was probably meant."""
    if reason == "unknown_sku":
        return similar_skus(staging, sorted(set(names)))
    if reason == "unknown_location":
        known = [row["code"] for row in rows(staging.session, "catalogue/locations")]
        return {name: (reason, _perhaps(name, known)) for name in set(names)}
    return {}


def similar_skus(staging: Staging, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For every unknown SKU the known one it comes nearest to. One that differs by leading zeros alone lost them."""
    plain = {name: _plain(name) for name in names}
    owner = {"owner_id": staging.owner_id}
    asked = [one for one in plain.values() if one]
    alike = {row["plain"]: row["sku"] for row in rows(staging.session, "imports/similar_skus", **owner, plain=asked)}
    beginnings = sorted({name.lower()[:3] for name in names})
    near = [row["sku"] for row in rows(staging.session, "imports/neighbouring_skus", **owner, beginnings=beginnings)]
    found = {}
    for name in names:
        known = alike.get(plain[name])
        if known is not None and known.lstrip("0") == name:
            found[name] = ("lost_zeros", f"perhaps {known}")
        else:
            found[name] = ("unknown_sku", f"perhaps {known}" if known else _perhaps(name, near))
    return found


def _plain(name: str) -> str:
    return _PUNCTUATION.sub("", name.lower()).lstrip("0")


def _perhaps(name: str, known: Sequence[str]) -> str:
    """The nearest of the known names; capitals are no difference."""
    alike = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold(), alike, n=5, cutoff=0.6)
    best = alike[max(close, key=lambda one: _nearness(name.casefold(), one))] if close else ""
    return f"perhaps {best}" if best else ""


def _nearness(name: str, known: str) -> tuple[float, int]:
    """How alike two names are, and how many signs they begin with alike."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(name, known, strict=False))
    return SequenceMatcher(None, name, known).ratio(), sum(1 for _ in same)


def unknown(reason: str, name: str, known: Sequence[str]) -> Unreadable:
    """The refusal of a name, with the nearest of those that are known."""
    return Unreadable(reason, _perhaps(name, known))
