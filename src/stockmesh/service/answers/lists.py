"""What all lists share: the same paging questions, the same spans of time, the same envelope."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from stockmesh.flows.page_marks import Page

R = TypeVar("R")

ROWS: Final = 50
ROWS_MAX: Final = 500
TEXT_MAX: Final = 120
CURSOR_MAX: Final = 400


def _none_when_empty(value: Any) -> Any:
    """A form sends every field; an empty one asks for nothing."""
    return None if value == "" else value


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be printed")
    return text


EmptyIsNone = BeforeValidator(_none_when_empty)
Text = Annotated[str, Field(max_length=TEXT_MAX), AfterValidator(_printable)]
Cursor = Annotated[str, Field(max_length=CURSOR_MAX), AfterValidator(_printable)]


Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
Instant = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
# A day alone is no instant with a time zone, and so is tried as a day.
Moment = Annotated[Instant | Day, Field(union_mode="left_to_right")]


def first_of(moment: datetime | date | None) -> datetime | None:
    """The first instant that `from` means; days are UTC."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, UTC)


def end_of(moment: datetime | date | None) -> datetime | None:
    """The first instant too late for `to`: people mean a day whole, programs an instant as it is."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return first_of(moment + timedelta(days=1))


class Asked(BaseModel):
    """What a list is asked for; a parameter that it does not know is refused rather than overlooked."""

    model_config = ConfigDict(extra="forbid")


class ListQuery(Asked):
    """How a list is paged."""

    cursor: Annotated[Cursor | None, EmptyIsNone] = Field(default=None, description="next_cursor of the page before")
    limit: Annotated[int, Field(ge=1, le=ROWS_MAX)] = ROWS


@dataclass(frozen=True)
class Listing(Generic[R]):
    """A page of a list; `next_cursor` is null on the last."""

    items: tuple[R, ...]
    next_cursor: str | None


def listing(page: Page[R]) -> Listing[R]:
    """A page of a flow as the API answers it."""
    return Listing(page.rows, page.next)
