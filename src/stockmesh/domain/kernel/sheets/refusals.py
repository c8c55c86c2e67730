"""Why a file of rows cannot be read at all: its headings do not say what its cells are."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class SheetColumnsMissing(Refusal):
    kind: str
    columns: tuple[str, ...]
    found: tuple[str, ...]
    code = "sheet_columns_missing"
    text = (
        "The first row must name the columns of {kind}. Missing: {columns}; found: {found}. "
        'What another heading means is told with --map "heading=column".'
    )


@dataclass(eq=False)
class HeadingTwice(Refusal):
    column: str
    headings: tuple[str, ...]
    code = "heading_twice"
    text = "Column {column} is named twice: {headings}. Leave one out, or say which is meant with --map."


@dataclass(eq=False)
class UnitMissing(Refusal):
    heading: str
    wanted: tuple[str, ...]
    code = "unit_missing"
    text = 'Heading {heading!r} does not say its unit. Call it one of {wanted}, or use --map "{heading}={first}".'

    @property
    def first(self) -> str:
        """A heading that would do."""
        return self.wanted[0]

    def facts(self) -> dict[str, object]:
        """The attributes that explain the refusal, with a heading that would do."""
        return {"heading": self.heading, "wanted": self.wanted, "first": self.first}


@dataclass(eq=False)
class UnknownMapping(Refusal):
    heading: str
    column: str
    columns: tuple[str, ...]
    found: tuple[str, ...]
    code = "unknown_mapping"
    text = "No {heading!r} can be taken for {column!r}. Headings of the file: {found}. Columns: {columns}."
