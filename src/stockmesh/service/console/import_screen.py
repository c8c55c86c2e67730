"""The screen of imports: a file brought, its problems, what it means and changes, and the imports before it."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.domain.kernel.sheets.problems import REASONS
from stockmesh.flows.importing.uploads import Upload
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import access, imports
from stockmesh.service.answers.lists import Text
from stockmesh.service.console.frame import query_of, render
from stockmesh.service.here import Here

router = APIRouter(include_in_schema=False)
Reads = Annotated[Reach, needs("imports:read")]
MAY_BRING: Final = "imports:write"
UploadId = Annotated[int, Path(ge=1, le=2**31 - 1)]
UNDER_WAY: Final = ("waiting", "checking", "applying")
# The order in which a merchant who begins brings files, each building on those before.
IN_ORDER: Final = (
    "rate-cards",
    "departures",
    "transit",
    "carriers",
    "carrier-calendars",
    "on-time",
    "locations",
    "calendars",
    "pickups",
    "carrier-capacity",
    "items",
    "kits",
    "stock",
    "incoming",
    "orders",
)


@router.get("/console/imports")
def imports_page(
    request: Request, context: Here, reach: Reads, query: Annotated[imports.UploadQuery, Query()]
) -> Response:
    """A file to bring, and the imports so far."""
    page = imports.upload_page(context, query, reach)
    asked = query.model_dump(mode="json", exclude_defaults=True)
    within = imports.kinds_within(reach) if MAY_BRING in caller_of(request).scopes else ()
    return render(
        request,
        "imports.html",
        page=page,
        sheets=[SHEETS[kind] for kind in IN_ORDER if kind in within],
        owners=access.owner_codes(context, caller_of(request)),
        first=query_of(asked, cursor=None),
        following=query_of(asked, cursor=page.next_cursor),
        is_filtered=bool(asked),
        api=f"/v1/imports?{query_of(asked)}".rstrip("?"),
    )


@router.get("/console/imports/{upload_id:int}")
def import_page(
    request: Request,
    context: Here,
    reach: Reads,
    upload_id: UploadId,
    *,
    reason: Text | None = None,
    cursor: Text | None = None,
) -> Response:
    """One import: read again by itself while it is under way."""
    upload = imports.one_upload(context, upload_id, reach)
    query = imports.ProblemQuery(reason=reason, cursor=cursor)
    problems = imports.problem_page(context, upload_id, query, reach, scopes=caller_of(request).scopes)
    return render(
        request,
        "import.html",
        upload=upload,
        may_change=MAY_BRING in caller_of(request).scopes,
        is_under_way=upload.state in UNDER_WAY,
        problems=problems,
        reason=reason or "",
        words=REASONS,
        headings=headings_of(upload),
        columns=[name for column in SHEETS[upload.kind].columns for name in column.headings],
        following=query_of({"reason": reason, "cursor": problems.next_cursor}),
        api=f"/v1/imports/{upload_id}",
    )


def headings_of(upload: Upload) -> list[tuple[str, str]]:
    """The headings of the file, each with the column it is taken for or was said to be, or ""."""
    report = upload.report
    if report is None:
        return []
    told = {**upload.asked.mapping}
    names = [*report.columns, *(one.heading for one in report.ignored), *report.headings]
    return [(name, told.get(name) or report.columns.get(name, "")) for name in dict.fromkeys(names) if name]
