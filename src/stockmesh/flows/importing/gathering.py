"""Rows that together make up larger things: kits with their components, cards with their breaks, orders with lines."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from stockmesh.domain.kernel.sheets.checking import Checked
from stockmesh.flows.importing.staging import Staging
from stockmesh.store.database import rows

Row = Mapping[str, Any]
ROW: Final = "row"


def gather(staging: Staging, checked: Checked) -> None:
    """Keeps the good rows: what each says by column; None where it says nothing."""
    staging.remember(checked)
    columns: dict[str, Sequence[Any]] = {**checked.texts, **checked.said}
    columns |= {name: figures.tolist() for name, figures in checked.figures.items()}
    given = {name: mask.tolist() for name, mask in checked.given.items()}
    names = list(columns)
    for place in checked.good.nonzero()[0].tolist():
        said = {name: columns[name][place] if given[name][place] else None for name in names}
        staging.gathered.append({ROW: int(checked.rows[place]), **said})


def grouped(found: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """Rows by what they say in some columns, in the order in which each group is first mentioned."""
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in found:
        groups[tuple(row[name] for name in names) if len(names) > 1 else row[names[0]]].append(row)
    return dict(groups)


def forget_bad(staging: Staging) -> None:
    """Drops gathered rows that turned out bad, and all that belong with them under the same group are left to it."""
    staging.gathered[:] = [row for row in staging.gathered if row[ROW] not in staging.findings.bad]


def known_items(staging: Staging, skus: Iterable[str]) -> dict[str, bool]:
    """Which of these SKUs the owner has, and whether each is a kit."""
    asked = sorted(set(skus))
    found = rows(staging.session, "imports/known_items", owner_id=staging.owner_id, skus=asked)
    return {row["sku"]: row["is_kit"] for row in found}


def known_locations(staging: Staging) -> list[str]:
    """The code of every location."""
    return [row["code"] for row in rows(staging.session, "catalogue/locations")]


def contradictions(staging: Staging, group: Sequence[Row], names: Iterable[str]) -> bool:
    """Whether rows of one group differ in what they ought to share; the later ones are refused."""
    found = False
    for name in names:
        for row in group[1:]:
            if row.get(name) != group[0].get(name):
                first = f"row {group[0][ROW]} says {group[0].get(name)}"
                staging.refuse(row[ROW], name, str(row.get(name)), "contradicts", first)
                found = True
    return found
