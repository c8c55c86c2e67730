"""Imports: files brought, checked and applied beside the requests; their problems, rejected rows and templates."""

from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from stockmesh.app import Settings
from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.flows.importing import uploads
from stockmesh.flows.importing.uploads import Upload
from stockmesh.flows.reach import Reach
from stockmesh.gateways.sheets import template, write_template
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers import imports
from stockmesh.service.answers.lists import Listing, Text
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute
from stockmesh.service.refusals import EncodedFile, NotAFile, ScopeMissing
from stockmesh.service.spooling import spooled

# A file is not read into memory to be told from another: the same file brought again is known by its digest instead,
# so that this one route takes no Idempotency-Key.
router = APIRouter(prefix="/v1/imports", tags=["imports"])
keyed_router = APIRouter(prefix="/v1/imports", tags=["imports"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("imports:read")]
Writes = Annotated[Reach, needs("imports:write")]
UploadId = Annotated[int, Path(ge=1, le=2**31 - 1, description="the import's number")]
CSV = "text/csv; charset=utf-8"
SHEET_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", imports.WORKBOOK_TYPE)}}
}


@router.post(
    "",
    response_model=Upload,
    status_code=202,
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "the file itself",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in imports.ENDINGS},
        }
    },
)
async def bring_file(
    context: Here, reach: Writes, request: Request, query: Annotated[imports.ImportQuery, Query()]
) -> Response:
    """The file, accepted and kept: it is checked and, unless it has problems or is a dry run, applied from here on."""
    content_type = request.headers.get("content-type", "")
    media_type = content_type.split(";")[0].strip().lower()
    if media_type not in imports.ENDINGS:
        raise NotAFile(content_type=content_type[:80], media_types=tuple(imports.ENDINGS))
    if encoding := request.headers.get("content-encoding", ""):
        raise EncodedFile(content_encoding=encoding[:80])
    brought = await run_in_threadpool(imports.brought, context, query, media_type, reach)
    async with spooled(request, largest=Settings().import_bytes_max) as (body, size):
        upload = await run_in_threadpool(uploads.receive, context, brought, body, size)
    return as_json(upload, 202, {"Location": f"/v1/imports/{upload.upload_id}"})


@router.get("", response_model=Listing[Upload])
def list_imports(context: Here, reach: Reads, query: Annotated[imports.UploadQuery, Query()]) -> Response:
    """A page of imports, the newest first."""
    return as_json(imports.upload_page(context, query, reach))


@router.get("/templates/{kind}", response_class=Response, responses=SHEET_ANSWER)
def get_template(
    reach: Reads, kind: Text, form: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "csv"
) -> Response:
    """A file to fill in: the headings of a kind and one row as an example."""
    imports.ensure_kind(kind, reach)
    if form == "csv":
        return _attached(template(SHEETS[kind]).encode(), CSV, f"{kind}.csv")
    with TemporaryDirectory(prefix="stockmesh-") as folder:
        target = FilePath(folder) / "template.xlsx"
        write_template(SHEETS[kind], target)
        return _attached(target.read_bytes(), imports.WORKBOOK_TYPE, f"{kind}.xlsx")


@router.get("/{upload_id}", response_model=Upload)
def get_import(context: Here, reach: Reads, upload_id: UploadId) -> Response:
    """One import: how far it is, what was found, what it changed."""
    return as_json(uploads.get_upload(context, upload_id, reach=reach))


@router.get("/{upload_id}/problems", response_model=Listing[imports.ImportProblem])
def list_problems(
    context: Here,
    reach: Reads,
    upload_id: UploadId,
    request: Request,
    query: Annotated[imports.ProblemQuery, Query()],
) -> Response:
    """A page of what is wrong with the file, in its order: the first hundred of every reason. What stands in cells of a
    file of orders is told to who may see contacts."""
    scopes = caller_of(request).scopes
    return as_json(imports.problem_page(context, upload_id, query, reach, scopes=scopes))


@router.get("/{upload_id}/rejects", response_class=StreamingResponse, status_code=200, responses=SHEET_ANSWER)
def get_rejects(context: Here, reach: Writes, upload_id: UploadId, request: Request) -> Response:
    """The rows with problems as a file of the same format, each with its reason in a last column.

    They are for who brings files and not for who only looks; rows of orders tell who receives them, and need the scope
    `contacts:read` besides.
    """
    upload = uploads.get_upload(context, upload_id, reach=reach)
    if not imports.tells_persons(upload.kind, caller_of(request).scopes):
        raise ScopeMissing(scope="contacts:read")
    is_workbook = upload.report is not None and bool(upload.report.sheet)
    parts = uploads.rejects_of(context, upload_id, reach=reach)
    name = f"import-{upload_id}-rejects.{'xlsx' if is_workbook else 'csv'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts, headers=headers, media_type=imports.WORKBOOK_TYPE if is_workbook else CSV)


@keyed_router.post("/{upload_id}/check", response_model=Upload, status_code=202)
def check_import(
    context: Here, reach: Writes, upload_id: UploadId, query: Annotated[imports.WrittenQuery, Query()]
) -> Response:
    """The import, checked or failed before, to be checked anew as it is said to be written: a dry run."""
    return as_json(uploads.check_upload(context, upload_id, query.as_written(), reach=reach), 202)


@keyed_router.post("/{upload_id}/apply", response_model=Upload, status_code=202)
def apply_import(context: Here, reach: Writes, upload_id: UploadId, *, only_good: bool = False) -> Response:
    """The import, checked before, on its way into the books; with `only_good` without the rows that have problems."""
    return as_json(uploads.apply_upload(context, upload_id, only_good=only_good, reach=reach), 202)


@keyed_router.post("/{upload_id}/cancel", response_model=Upload, status_code=202)
def cancel_import(context: Here, reach: Writes, upload_id: UploadId) -> Response:
    """The import, given up as soon as its worker notices; what is in the books already stays."""
    return as_json(uploads.cancel_upload(context, upload_id, reach=reach), 202)


@keyed_router.delete("/{upload_id}", status_code=204, response_class=Response)
def forget_import(context: Here, reach: Writes, upload_id: UploadId) -> Response:
    """Nothing: the file is forgotten with its problems and rejected rows; what is in the books stays."""
    uploads.forget_upload(context, upload_id, reach=reach)
    return Response(status_code=204)


def _attached(body: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=media_type)
