"""What was before and what is after, as events tell it: the members that differ, and none that are the same."""

from collections.abc import Mapping
from typing import Any, Final

PATHS_TOLD: Final = 100
NAMED_BY: Final = ("code", "version", "sku")
Document = Mapping[str, Any]


def changes(before: Document, after: Document) -> dict[str, dict[str, Any]]:
    """`before` and `after`, each with the members that the other has not or has with another value."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        "before": {name: before[name] for name in names if name in before},
        "after": {name: after[name] for name in names if name in after},
    }


def changes_within(before: Document, after: Document) -> dict[str, Any]:
    """The same for nested documents, by path: parts of a list go by code, version or SKU, and one that only one side
    has is told by its path alone. Of many paths the first are told, and how many more there are."""
    found = list(_paths(before, after, ()))
    told = {
        "before": {path: old for path, old, _ in found[:PATHS_TOLD] if old is not None},
        "after": {path: new for path, _, new in found[:PATHS_TOLD] if new is not None},
    }
    return told | ({"further": len(found) - PATHS_TOLD} if len(found) > PATHS_TOLD else {})


def _paths(before: Any, after: Any, path: tuple[str, ...]) -> Any:
    old, new = _parts(before), _parts(after)
    if before == after:
        return
    if old is None or new is None:
        yield ".".join(path), _brief(before), _brief(after)
        return
    for name in sorted({*old, *new}):
        yield from _paths(old.get(name), new.get(name), (*path, name))


def _parts(value: Any) -> Document | None:
    """The named parts of a value; None when it is told as a whole."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(one, Mapping) for one in value):
        key = next((name for name in NAMED_BY if all(name in one for one in value)), None)
        return None if key is None else {str(one[key]): one for one in value}
    return None


def _brief(value: Any) -> Any:
    """A value that is small as it is; of a large one, that it is there."""
    if isinstance(value, Mapping):
        return "there"
    if isinstance(value, list | tuple) and any(isinstance(one, Mapping | list | tuple) for one in value):
        return f"{len(value)} entries"
    return value
