"""Imports as the API answers them: what may be said about a file, its problems, its rejected rows, templates."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.kernel.sheets.problems import REASONS, Problem
from stockmesh.flows.context import Context
from stockmesh.flows.importing import uploads
from stockmesh.flows.importing.refusals import CountKindNeeded
from stockmesh.flows.importing.running import find_owner
from stockmesh.flows.importing.stock_files import KINDS as COUNT_KINDS
from stockmesh.flows.importing.uploads import Asked, Brought, Upload, UploadFilter, Written
from stockmesh.flows.reach import Reach
from stockmesh.service.answers.lists import EmptyIsNone, Listing, ListQuery, Text, listing
from stockmesh.service.refusals import UnknownKind

WORKBOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a file may call itself, and what it is named where nobody names it. What it is, is found out from its bytes.
ENDINGS: Final = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    WORKBOOK_TYPE: "xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsm",
    "application/x-ndjson": "ndjson",
    "application/gzip": "gz",
    "application/x-xz": "xz",
    "application/octet-stream": "file",
}
# Who receives an order may stand in any cell of such a file: a shifted row has a name where a quantity should be.
OF_PERSONS: Final = ("orders",)
State = Literal["waiting", "checking", "checked", "applying", "done", "failed", "cancelled"]


def _is_mapping(text: str) -> str:
    try:
        msgspec.json.decode(text or "{}", type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise ValueError(f'is no JSON object of headings and columns, such as {{"Nr.": "sku"}}: {error}') from None
    return text


Mapping = Annotated[str, AfterValidator(_is_mapping)]


class ImportQuery(BaseModel):
    """What is said about a file that is brought."""

    model_config = ConfigDict(extra="forbid")

    kind: Text = Field(description=f"what the file holds: {', '.join(SHEETS)}")
    file_name: Annotated[Text, Field(description="what the file is called, for the list of imports")] = ""
    owner: Annotated[Text, Field(description="whose goods they are, where the books know several owners")] = ""
    mapping: Annotated[
        Mapping, Field(max_length=20_000, description='what headings mean, as a JSON object: {"Artikelnummer": "sku"}')
    ] = ""
    decimal: Annotated[Literal["", ",", "."], Field(description="the decimal mark; found out unless said")] = ""
    encoding: Annotated[Text, Field(description="such as utf-8 or cp1252; found out unless said")] = ""
    delimiter: Annotated[
        Literal["", ",", ";", "|", "\t", "tab"], Field(description="what separates cells; found out unless said")
    ] = ""
    sheet: Annotated[Text, Field(description="of a workbook, by name or number; the first visible unless said")] = ""
    counted: Annotated[
        Literal["", "on_hand", "available", "opening"], Field(description="what a file of stock has counted")
    ] = ""
    as_of: Annotated[AwareDatetime | None, EmptyIsNone, Field(description="when stock was counted")] = None
    dry_run: Annotated[bool, Field(description="check, and say what would change; apply it afterwards")] = False
    only_good: Annotated[bool, Field(description="apply the good rows though others have problems")] = False
    again: Annotated[bool, Field(description="though the very same file was imported before")] = False


class WrittenQuery(BaseModel):
    """How a file is written after all; what is left out stays as it was said."""

    model_config = ConfigDict(extra="forbid")

    mapping: Annotated[Mapping | None, Field(max_length=20_000)] = None
    decimal: Literal["", ",", "."] | None = None
    encoding: Text | None = None
    delimiter: Literal["", ",", ";", "|", "\t", "tab"] | None = None
    sheet: Text | None = None

    def as_written(self) -> Written:
        """As the flow takes it."""
        mapping = None if self.mapping is None else msgspec.json.decode(self.mapping or "{}", type=dict[str, str])
        delimiter = "\t" if self.delimiter == "tab" else self.delimiter
        return Written(mapping, self.decimal, self.encoding, delimiter, self.sheet)


class UploadQuery(ListQuery):
    """Which imports."""

    kind: Annotated[Text | None, EmptyIsNone] = None
    state: Annotated[State | None, EmptyIsNone] = None


class ProblemQuery(ListQuery):
    """Which problems of an import."""

    reason: Annotated[Text | None, EmptyIsNone] = Field(default=None, description="a reason's code, as lost_zeros")


@dataclass(frozen=True)
class ImportProblem:
    """One cell that cannot be taken; `row` as a spreadsheet numbers it, `words` what `reason` means. `withheld`: value
    and suggestion are not told, since they may be of a person and whoever asks may not see whom orders go to."""

    row: int
    column: str
    value: str
    reason: str
    words: str
    suggestion: str
    withheld: bool


def brought(context: Context, query: ImportQuery, media_type: str, reach: Reach) -> Brought:
    """The file as it is about to be kept. Raises UnknownKind, CountKindNeeded and what finding the owner does."""
    ensure_kind(query.kind, reach)
    if query.kind == "stock" and query.counted not in COUNT_KINDS:
        raise CountKindNeeded
    owner = find_owner(context, query.owner, reach=reach)["code"]
    asked = Asked(
        owner=owner,
        mapping=msgspec.json.decode(query.mapping or "{}", type=dict[str, str]),
        decimal=query.decimal,
        encoding=query.encoding,
        delimiter="\t" if query.delimiter == "tab" else query.delimiter,
        sheet=query.sheet,
        counted=query.counted,
        as_of=query.as_of,
        dry_run=query.dry_run,
        only_good=query.only_good,
        again=query.again,
    )
    plain = query.file_name.replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    return Brought(query.kind, plain or f"{query.kind}.{ENDINGS[media_type]}", asked)


def ensure_kind(kind: str, reach: Reach) -> None:
    """Nothing, for a kind of file there is within reach. Raises UnknownKind."""
    kinds = uploads.kinds_within(reach)
    if kind not in kinds:
        raise UnknownKind(kind=kind, kinds=kinds)


def kinds_within(reach: Reach) -> tuple[str, ...]:
    """The kinds of file that somebody who reaches so far may bring."""
    return tuple(uploads.kinds_within(reach))


def one_upload(context: Context, upload_id: int, reach: Reach) -> Upload:
    """One import. Raises UnknownUpload."""
    return uploads.get_upload(context, upload_id, reach=reach)


def upload_page(context: Context, query: UploadQuery, reach: Reach) -> Listing[Upload]:
    """A page of imports. Raises BadCursor."""
    wanted = UploadFilter(query.kind, query.state)
    return listing(uploads.list_uploads(context, wanted, reach=reach, after=query.cursor or "", count=query.limit))


def tells_persons(kind: str, scopes: Collection[str]) -> bool:
    """Whether cells of a file may be told to who has these scopes."""
    return kind not in OF_PERSONS or "contacts:read" in scopes


def problem_page(
    context: Context, upload_id: int, query: ProblemQuery, reach: Reach, *, scopes: Collection[str]
) -> Listing[ImportProblem]:
    """A page of an import's problems, as far as who has these scopes may know. Raises UnknownUpload and BadCursor."""
    told = tells_persons(uploads.get_upload(context, upload_id, reach=reach).kind, scopes)
    page = uploads.list_problems(
        context, upload_id, query.reason, reach=reach, after=query.cursor or "", count=query.limit
    )
    return Listing(tuple(_problem(one, told=told) for one in page.rows), page.next)


def _problem(one: Problem, *, told: bool) -> ImportProblem:
    value, suggestion = (one.value, one.suggestion) if told else ("", "")
    return ImportProblem(one.row, one.column, value, one.reason, REASONS[one.reason], suggestion, withheld=not told)
