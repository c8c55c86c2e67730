"""Why a file holds no rows at all."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnreadableSheet(Refusal):
    """A file that cannot be opened, is no table, or has no rows."""

    file: str
    problem: str
    code = "unreadable_sheet"
    text = "{file}: {problem}."
